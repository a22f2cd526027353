"""A comment for a merge request on GitHub or GitLab: the answer, a table, then each finding folded with its resources.

It stays below `LONGEST` characters, whatever was found: the gravest first, and what is left out is counted. It begins with a mark by
which a pipeline finds its own earlier comment. Names of the code stand as code: nothing in them is taken for a link or a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.infrastructure.code_findings import LEVELS
from egide.papers.infrastructure.words import (
    address_text,
    disclaimer,
    groups,
    headline,
    level_text,
    standfirst,
    suppression_text,
    where_text,
)
from egide.papers.text import counted, place_text
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from egide.infrastructure.code_findings import Checked
    from egide.papers.infrastructure.words import Group
    from egide.vocabulary.language import Language

MARK = "<!-- egide check -->"
LONGEST = 60_000
"""GitHub takes 65,536 characters."""
SHOWN = 20
"""Resources named in one finding."""
ROWS = 30
"""Lines of the table."""
CELL = 160
"""Characters of one finding in the table."""


def markdown(checked: Checked, code: str) -> str:
    """The comment, with a line end."""
    lang = language(code)
    told = groups(checked.standing, checked.offers, code)
    head = [MARK, f"### {headline(checked, code)}", ""]
    head += [line for said in standfirst(checked, code) for line in (said, "")]
    tail = [*_suppressed(checked, lang), *_problems(checked, lang), f"<sub>{disclaimer(checked, code)}</sub>"]
    room = LONGEST - sum(len(line) + 1 for line in [*head, *tail]) - 200
    body: list[str] = []
    table = _table(told, lang) if told else []
    room -= sum(len(line) + 1 for line in table)
    left = 0
    for group in told:
        block = _block(group, lang)
        size = sum(len(line) + 1 for line in block)
        if left or size > room:
            left += 1
            continue
        room -= size
        body += block
    if left:
        more = N_("{n} more finding is left out; all are in --json."), N_("{n} more findings are left out; all are in --json.")
        body += [counted(lang, *more, left), ""]
    return "\n".join([*head, *table, *body, *tail]) + "\n"


def _table(told: tuple[Group, ...], lang: Language) -> list[str]:
    heads = [lang.text(one) for one in (N_("Level"), N_("Rule"), N_("Finding"), N_("Resources"))]
    rows = [f"| {' | '.join(heads)} |", "|---|---|---|--:|"]
    for group in told[:ROWS]:
        cells = (level_text(group.level, lang), f"`{group.rule}`", _cut(group.text), lang.value(len(group.findings)))
        rows.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    if len(told) > ROWS:
        more = N_("{n} more line; all are in --out or --json"), N_("{n} more lines; all are in --out or --json")
        rows += ["", counted(lang, *more, len(told) - ROWS)]
    return [*rows, ""]


def _block(group: Group, lang: Language) -> list[str]:
    opened = " open" if group.level is LEVELS[0] else ""
    summary = f"{level_text(group.level, lang)} · <code>{_plain(group.rule)}</code> · {_plain(group.text)}"
    rows = [f"<details{opened}><summary>{summary}</summary>", ""]
    rows += [f"- {_code(where_text(one.where))} {_code(address_text(one.address, lang.code))}" for one in group.findings[:SHOWN]]
    if (left := len(group.findings) - SHOWN) > 0:
        rows.append("- " + counted(lang, N_("and {n} more resource"), N_("and {n} more resources"), left))
    rows += ["", f"**{lang.text(N_('To do'))}** — {_plain(group.to_do)}", ""]
    rows += [f"<sub>{_plain('; '.join(group.sources))}</sub>", "", "</details>", ""]
    return rows


def _suppressed(checked: Checked, lang: Language) -> list[str]:
    if not checked.suppressed:
        return []
    title = counted(lang, N_("{n} finding set aside"), N_("{n} findings set aside"), len(checked.suppressed))
    rows = [f"<details><summary>{title}</summary>", ""]
    rows += [
        f"- `{one.finding.rule}` {_code(address_text(one.finding.address, lang.code))} — {_plain(suppression_text(one, lang.code)[:200])}"
        for one in checked.suppressed[:SHOWN]
    ]
    if (left := len(checked.suppressed) - SHOWN) > 0:
        rows.append("- " + counted(lang, N_("and {n} more resource"), N_("and {n} more resources"), left))
    return [*rows, "", "</details>", ""]


def _problems(checked: Checked, lang: Language) -> list[str]:
    if not checked.problems:
        return []
    told = [(place_text(one.at, lang.code), lang.text(one.message, one.args)) for one in checked.problems[:SHOWN]]
    rows = [f"- {_code(at)} — {_plain(said[:400])}" for at, said in told]
    if (left := len(checked.problems) - SHOWN) > 0:
        more = N_("{n} more problem; all are in --out or --json"), N_("{n} more problems; all are in --out or --json")
        rows.append("- " + counted(lang, *more, left))
    return [*rows, ""]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _cut(text: str) -> str:
    """As much as a line of the table takes."""
    return _plain(text if len(text) <= CELL else text[: CELL - 1] + "…")


def _plain(text: str) -> str:
    """Nothing in it is markup, a link or a person."""
    for mark, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("@", "&#64;"), ("\n", " ")):
        text = text.replace(mark, instead)
    return text


def _code(text: str) -> str:
    """As code, whatever backticks it holds, cut when it is very long."""
    short = text.replace("\n", " ")
    short = short if len(short) <= 300 else short[:299] + "…"
    longest = max((len(run) for run in "".join(char if char == "`" else " " for char in short).split()), default=0)
    fence = "`" * (longest + 1)
    pad = " " if "`" in short else ""
    return f"{fence}{pad}{short}{pad}{fence}"
