"""Contract clauses to ask for: which of `clauses.yaml` a service's findings and facts call for.

The wording and the grounds are data in both languages; here is only when a clause is worth asking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from egide.papers.notes.grounds import concerned
from egide.vocabulary.facts import FACTS, Value, values_of
from egide.vocabulary.findings import Answer, Decision, HostingDecision, Verdict
from egide.vocabulary.language import N_, Language, Text
from egide.vocabulary.offers import Period
from egide.vocabulary.yaml import read_yaml

FILE = "clauses.yaml"


class Both(msgspec.Struct, forbid_unknown_fields=True):
    """A text in both languages."""

    fr: str
    en: str


class SourceFile(msgspec.Struct, forbid_unknown_fields=True):
    """The article a clause stands on, and how it was read."""

    text: Both
    at: str | Both
    read: str
    note: Both | None = None


class ForceFile(msgspec.Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """From a day, included, to a day, included."""

    start: date
    end: date | None = None


class WhenFile(msgspec.Struct, forbid_unknown_fields=True):
    """One occasion: a rule that objects, or facts."""

    rules: list[str] = []
    facts: dict[str, bool | str] = {}


class ClauseFile(msgspec.Struct, forbid_unknown_fields=True):
    """One clause."""

    id: str
    group: str
    title: Both
    text: Both
    source: SourceFile
    in_force: ForceFile
    when: list[WhenFile]
    settled_by: str | None = None


class GroupFile(msgspec.Struct, forbid_unknown_fields=True):
    """The heading of clauses that belong together."""

    title: Both


class ClausesFile(msgspec.Struct, forbid_unknown_fields=True):
    """The whole file."""

    groups: dict[str, GroupFile]
    clauses: list[ClauseFile]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The clauses to ask for and those that the contract is said to hold already."""

    asked: tuple[ClauseFile, ...]
    held: tuple[ClauseFile, ...]


@cache
def all_clauses() -> ClausesFile:
    """The clauses that ship with the product."""
    content = (resources.files("egide.papers.notes") / FILE).read_bytes()
    book = msgspec.convert(read_yaml(content, FILE), ClausesFile)
    for clause in book.clauses:
        named = {name for when in clause.when for name in when.facts} | ({clause.settled_by} - {None})
        if unknown := sorted(str(name) for name in named if name not in FACTS):
            raise ValueError(f"{FILE}: clause `{clause.id}` names {', '.join(unknown)}, which is not a fact")
        if clause.group not in book.groups:
            raise ValueError(f"{FILE}: clause `{clause.id}` is in no known group")
    return book


def wanted(decision: Decision, on: date) -> Wanted:
    """The clauses that the hostings of a service call for on that day.

    None where no contract can help: nothing is said of a service that is stopped or that no text binds.
    """
    asked: list[ClauseFile] = []
    held: list[ClauseFile] = []
    if decision.verdict is not Verdict.STOP:
        for clause in all_clauses().clauses:
            if not Period(clause.in_force.start, clause.in_force.end).holds(on):
                continue
            calling = [hosting for hosting in decision.hostings if _calls(clause, hosting, decision)]
            if calling:
                settled = clause.settled_by and all(_known(decision, one).get(clause.settled_by) is True for one in calling)
                (held if settled else asked).append(clause)
    return Wanted(tuple(asked), tuple(held))


def _calls(clause: ClauseFile, hosting: HostingDecision, decision: Decision) -> bool:
    """Whether one occasion of the clause holds for this hosting, which must be one that a contract can govern."""
    values = _known(decision, hosting)
    if values.get("offer.model", "commercial") != "commercial":
        return False
    return any(_holds(when, hosting, values) for when in clause.when)


def _holds(when: WhenFile, hosting: HostingDecision, values: Mapping[str, Value]) -> bool:
    if when.facts and all(values.get(name) == value for name, value in when.facts.items()):
        return True
    return any(
        fnmatchcase(finding.rule, pattern)
        for pattern in when.rules
        for finding in hosting.findings
        if concerned(finding) and (finding.answer is not Answer.MET or finding.exception)
    )


def _known(decision: Decision, hosting: HostingDecision) -> dict[str, Value]:
    """What is known of a hosting: what the file said, and the claims that its findings rest on."""
    resting = {claim.fact: claim for finding in hosting.findings for claim in finding.claims}
    return values_of(resting, decision.service.claims, hosting.hosting.claims)


def lines(clauses: Sequence[ClauseFile], lang: Language) -> list[dict[str, Any]]:
    """The clauses as plain values."""
    return [_line(clause, lang) for clause in clauses]


def groups(clauses: Sequence[ClauseFile], lang: Language) -> list[dict[str, Any]]:
    """The clauses under the headings of their groups, in the order of the file."""
    book = all_clauses()
    found = []
    for name, group in book.groups.items():
        members = lines([clause for clause in clauses if clause.group == name], lang)
        if members:
            found.append({"title": _in(group.title, lang), "clauses": members})
    return found


def _line(clause: ClauseFile, lang: Language) -> dict[str, Any]:
    source = clause.source
    read = lang.text(N_("Secondary reading")) if source.read == "secondary" else lang.text(N_("Read in the text"))
    return {
        "id": clause.id,
        "title": _in(clause.title, lang),
        "text": _in(clause.text, lang),
        "source": _in(source.text, lang),
        "article": source.at if isinstance(source.at, str) else _in(source.at, lang),
        "read": read,
        "secondary": source.read == "secondary",
        "note": _capital(_in(source.note, lang)) if source.note else "",
    }


def _in(both: Both, lang: Language) -> str:
    return Text(both.fr, both.en).in_(lang.code)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
