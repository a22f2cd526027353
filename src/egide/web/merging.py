"""Two people, or two tabs, changed one thing: the second sees what it was, what it is now and what they wrote, and chooses field by field.

The page is a plain form to the address of the first: each field that both changed is a choice between two values under its own name, and
the version is the present one. So what is chosen is saved on top, and a third change meanwhile leads to this page once more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from egide.accounts.roles import Role
from egide.app.portfolio.judged import key_of, question_key
from egide.portfolio import HOSTING_OFFER
from egide.portfolio.kept.keeping import ChangedError
from egide.vocabulary.language import N_
from egide.web.asking import as_sent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from egide.accounts.people import BodyOf, Person
    from egide.app.label.dossiers import Clash, Seen
    from egide.app.portfolio.ask import Group
    from egide.app.portfolio.merging import Both
    from egide.portfolio import Answer
    from egide.portfolio.kept.keeping import Listed
    from egide.vocabulary.findings import Decision, Override
    from egide.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Row:
    """One field: what stands in the form and how it reads."""

    name: str
    label: str
    was: str
    theirs: tuple[str, str] | None
    """As it is sent, and in words; None: they left it empty, so that there is nothing to choose."""
    mine: tuple[str, str]
    several: bool = False
    """One of several to tick: ``theirs`` and ``mine`` are ticked when their value isn't empty."""
    where: Mapping[str, str] = field(default_factory=dict)
    """Links beside, by their words: the files themselves."""

    @property
    def same(self) -> bool:
        """Whether both wrote the same."""
        return self.theirs == self.mine


@dataclass(frozen=True, slots=True)
class Merge:
    """What the page shows."""

    title: str
    path: str
    back: str
    by: str
    at: datetime | None
    hidden: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    body: BodyOf


class MergeError(ChangedError):
    """Somebody was quicker, and the page lets the second choose."""

    def __init__(self, seen: int, now: int, merge: Merge) -> None:
        super().__init__(seen, now)
        self.merge = merge


def merge_of_answer(request: Visit, body: BodyOf, group: Group, known: Both[Answer], mine: Answer) -> Merge:
    """The answer of somebody else beside one's own."""
    words, key, service_key = request.language, question_key(group.ask), request.field("service")

    def told(one: Answer) -> tuple[str, str]:
        sent = as_sent(one.value, one.region if group.ask.fact.name == HOSTING_OFFER else None)
        return sent, words.text(N_("Nobody knows")) if one.value is None else words.value(one.value)

    was, now = known.was, known.now
    rows = [
        Row("value", words.text(N_("Answer")), told(was)[1] if was else "", told(now) if now else None, told(mine)),
        Row("source", words.text(N_("Source")), was.source if was else "", (now.source, now.source) if now else None,
            (mine.source, mine.source)),
    ]  # fmt: skip
    hidden = [("question", key), ("version", str(known.version)), ("read", request.field("read") or request.field("version"))]
    back = f"/b/{body.id}/services/{service_key}" if service_key else f"/b/{body.id}/questions"
    return Merge(words.text(group.ask.fact.ask), f"/b/{body.id}/answers", back, now.by if now else "", known.at,
                 [*hidden, *([("service", service_key)] if service_key else [])], rows, body)  # fmt: skip


def merge_of_decision(request: Visit, body: BodyOf, decision: Decision, known: Both[Override], mine: Override) -> Merge:
    """The decision of somebody else beside one's own."""
    words, key, now = request.language, key_of(decision.service.id), known.now

    def told(one: Override | None) -> list[tuple[str, str]]:
        if one is None:
            return [("", "")] * 3
        return [(one.verdict.value, words.label(one.verdict)), (one.why, one.why), (one.until.isoformat(), words.day(one.until))]

    labels = (N_("Verdict"), N_("Why"), N_("Until"))
    every = zip(("verdict", "why", "until"), labels, told(known.was), told(now), told(mine), strict=True)
    rows = [Row(name, words.text(label), was[1], theirs if now else None, ours) for name, label, was, theirs, ours in every]
    return Merge(decision.service.name, f"/b/{body.id}/decisions", f"/b/{body.id}/services/{key}", now.who if now else "", known.at,
                 [("service", key), ("version", str(known.version))], rows, body)  # fmt: skip


def merge_of_roles(request: Visit, body: BodyOf, whose: Person | None, three: tuple[frozenset[Role], ...]) -> Merge:
    """The roles as they were read, as they are, and as they were ticked: what only one of the two changed is as that one wants."""
    words, name = request.language, whose.name if whose else ""
    was, now, mine = three

    def ticked(role: Role, of: frozenset[Role]) -> str:
        return words.text(N_("yes")) if role in of else words.text(N_("no"))

    rows = [
        Row("role", words.label(f"role-of-{role}"), ticked(role, was), (role.value, ticked(role, now)),
            (role.value if role in (mine if (role in mine) != (role in was) else now) else "", ticked(role, mine)), several=True)
        for role in Role if role in was | now | mine
    ]  # fmt: skip
    back = f"/b/{body.id}/people"
    number = whose.number if whose else 0
    return Merge(words.text(N_("Roles of {name}"), {"name": name}), f"{back}/{number}/roles", back, "", None,
                 [("seen", " ".join(sorted(now)))], rows, body)  # fmt: skip


def merge_of_files(request: Visit, body: BodyOf, seen: Seen, clash: Clash, by: str) -> Merge:
    """The files that two brought at once, each with its own bytes to look at."""
    words, here = request.language, f"/b/{body.id}/label/{seen.version.id}"
    hidden = [("version", str(seen.version.version)), *(("take", f"{digest or ''}:{path}") for path, digest in clash.files.mine.items())]

    def told(digest: str | None) -> str:
        return words.text(N_("no such file")) if digest is None else f"{digest[:16]}…"

    rows = [
        Row(f"take-{number}", path, told(was), (f"{now or ''}:{path}", told(now)), (f"{mine or ''}:{path}", told(mine)),
            where={words.text(N_("As it is now")): f"{here}/document?path={quote(path, safe='')}"} if now else {})
        for number, (path, (was, now, mine)) in enumerate(clash.files.both.items())
    ]  # fmt: skip
    return Merge(seen.version.name, f"{here}/merge", here, by, seen.version.at, hidden, rows, body)


def merge_of_lists(request: Visit, body: BodyOf, mine: Listed, present: Listed | None, by: str) -> Merge:
    """The list of somebody else beside one's own of the same name; ``present``: None once theirs was removed."""
    words = request.language

    def told(one: Listed) -> tuple[str, str]:
        return one.id, words.text(N_("{size} bytes, brought on {day} at {time} UTC, {digest}…"), {
            "size": one.size, "day": one.added_at.date(), "time": f"{one.added_at:%H:%M}", "digest": one.digest[:12],
        })  # fmt: skip

    rows = [Row("take", mine.name, "", told(present) if present else None, told(mine))]
    return Merge(mine.name, f"/b/{body.id}/files/{mine.id}/choose", f"/b/{body.id}/portfolio", by, present.added_at if present else None,
                 [("seen", present.id if present else "")], rows, body)  # fmt: skip
