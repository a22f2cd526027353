"""JUnit XML, as continuous integrations show it: a suite for each file, a case for each finding.

What forbids is a failure, what is undetermined an error, what is waived or accepted is skipped; what advises or is to be settled is told in
the case that passes. A file in which nothing objects has one case that passes: it was looked at.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from egide.infrastructure.code_findings import Level, plain_name
from egide.papers.infrastructure.words import address_text, finding_text, sources_text, suppression_text, to_do_text, where_text
from egide.papers.text import place_text
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from egide.infrastructure.code_findings import Checked, CodeFinding, Suppressed

UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


def junit(checked: Checked, code: str) -> bytes:
    """The whole check as one document."""
    suites: dict[str, list[str]] = {plain_name(one.name): [] for one in checked.files}
    tally: dict[str, list[int]] = {}
    for one in checked.standing:
        _enter(one, _case(one, checked, code), _column(one.level), suites, tally)
    for set_aside in checked.suppressed:
        _enter(set_aside.finding, _skipped(set_aside, checked, code), 2, suites, tally)
    rejected = [one for one in checked.problems if one.rejected]
    for problem in rejected:
        file = plain_name(problem.at.file)
        said = f"{place_text(problem.at, code)}: {language(code).text(problem.message, problem.args)}"
        suites.setdefault(file, []).append(_element(place_text(problem.at, code), file, "error", said, ""))
        tally.setdefault(file, [0, 0, 0])[1] += 1
    body = "".join(_suite(name, cases, tally.get(name, [0, 0, 0]), code) for name, cases in suites.items())
    totals = [sum(counts[place] for counts in tally.values()) for place in range(3)]
    tests = sum(max(len(cases), 1) for cases in suites.values())
    head = f'<testsuites name="egide check" tests="{tests}" failures="{totals[0]}" errors="{totals[1]}" skipped="{totals[2]}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{body}</testsuites>\n'.encode()


def _column(level: Level) -> int | None:
    return {Level.FORBIDDEN: 0, Level.UNDETERMINED: 1}.get(level)


def _enter(one: CodeFinding, case: str, column: int | None, suites: dict[str, list[str]], tally: dict[str, list[int]]) -> None:
    file = plain_name(one.where.file)
    suites.setdefault(file, []).append(case)
    counts = tally.setdefault(file, [0, 0, 0])
    if column is not None:
        counts[column] += 1


def _suite(name: str, cases: list[str], counts: list[int], code: str) -> str:
    inner = cases or [f"  <testcase name={_quoted(language(code).text(N_('no rule objects')))} classname={_quoted(name)}/>\n"]
    head = f'<testsuite name={_quoted(name)} tests="{len(inner)}" failures="{counts[0]}" errors="{counts[1]}" skipped="{counts[2]}">'
    return f" {head}\n{''.join(inner)} </testsuite>\n"


def _case(one: CodeFinding, checked: Checked, code: str) -> str:
    said = finding_text(one, checked.offers, code)
    told = "\n".join((where_text(one.where), said, to_do_text(one, code), *sources_text(one, code)))
    kind = {Level.FORBIDDEN: "failure", Level.UNDETERMINED: "error"}.get(one.level, "system-out")
    return _element(f"{one.rule} {address_text(one.address, code)}", plain_name(one.where.file), kind, said, told, str(one.level))


def _skipped(one: Suppressed, checked: Checked, code: str) -> str:
    said = suppression_text(one, code)
    name = f"{one.finding.rule} {address_text(one.finding.address, code)}"
    return _element(name, plain_name(one.finding.where.file), "skipped", said, finding_text(one.finding, checked.offers, code))


def _element(name: str, classname: str, kind: str, message: str, text: str, type_: str = "") -> str:
    typed = f" type={_quoted(type_)}" if type_ and kind in ("failure", "error") else ""
    attributes = "" if kind == "system-out" else f"{typed} message={_quoted(message)}"
    inner = f"<{kind}{attributes}>{escape(_fit(text), quote=False)}</{kind}>"
    return f"  <testcase name={_quoted(name)} classname={_quoted(classname)}>{inner}</testcase>\n"


def _quoted(text: str) -> str:
    return f'"{escape(_fit(text))}"'


def _fit(text: str) -> str:
    return UNFIT.sub("\ufffd", text)
