"""The law for programs, rule by rule, and what changed between two days; the public log's head and proofs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from litestar import Response, get
from litestar.params import FromPath, FromQuery, PathParameter, QueryParameter
from msgspec import Struct

from egide.accounts.errors import AbsentError
from egide.api.calls import Call
from egide.api.threads import in_thread
from egide.app import law

if TYPE_CHECKING:
    from egide.trust.log import Reader

First = Annotated[date, QueryParameter(name="from", description="The first day.")]
Last = Annotated[date, QueryParameter(name="to", description="The second day.")]
Number = Annotated[int, PathParameter(ge=0, description="The entry's number, from 0.")]


class Read(Struct):
    """Where a rule stands, and whether it was read there (`primary`) or in somebody's account of it (`secondary`)."""

    text: str
    at: str
    read: str


class Case(Struct):
    """A decided case: on which day, what the rule answers. Cases are written in French."""

    id: str
    on: date
    answer: str
    because: str


class Rule(Struct):
    """One rule. `limits`: its values of the day."""

    id: str
    title: str
    effect: str
    in_force: bool
    begins: date | None
    ends: date | None
    source: Read
    remedy: str | None
    limits: dict[str, Any]
    cases: list[Case]


class Text(Struct):
    """A text of law with its rules."""

    id: str
    version: str
    title: str
    digest: str
    read_on: date
    source: Read
    rules: list[Rule]


class Change(Struct):
    """A rule that `enters` or `leaves`, or a `limit` of it that is another."""

    rule: str
    kind: str
    title: str
    limit: str | None
    before: Any
    after: Any


class Changes(Struct):
    """What changed between two days."""

    first: date
    last: date
    items: list[Change]


class Head(Struct):
    """The head of the public log: hashes in hexadecimal, and the signed checkpoint as it stands."""

    origin: str
    size: int
    root: str
    checkpoint: str


@get("/rulebooks/{book_id:str}")
@in_thread
def rulebook(request: Call, book_id: FromPath[str], on: FromQuery[date | None] = None) -> Text:
    """One text: each rule with its source, how it was read, its values of the day and the cases that hold it."""
    from egide.app.precedents import precedents
    from egide.app.rulebooks import find, in_force, value_on

    _ = request.caller
    try:
        book, _rule = find(book_id.partition("#")[0])
    except law.UnknownRulebookError:
        raise AbsentError from None
    when, lang, cases = request.day(on), request.language.code, precedents()
    living = in_force(book, when)
    rules = [
        Rule(
            rule.id, rule.title.in_(lang), str(rule.effect), rule in living, rule.in_force.start, rule.in_force.end,
            Read(rule.source.text, rule.source.at, rule.source.read), rule.remedy.in_(lang) if rule.remedy else None,
            {name: _plain(value_on(values, when)) for name, values in rule.limits.items()},
            [Case(one.id, one.on, one.answer, one.because) for one in cases.get(f"{book.id}#{rule.id}", ())],
        ) for rule in book.rules
    ]  # fmt: skip
    source = Read(book.source.text, book.source.at, book.source.read)
    return Text(book.id, book.version, book.title.in_(lang), book.digest, book.read_on, source, rules)


@get("/law-changes")
@in_thread
def law_changes(request: Call, first: First, last: Last) -> Changes:
    """What came into force, what no longer holds and which values are others, from one day to another."""
    from egide.app.rulebooks import difference

    _ = request.caller
    lang = request.language.code
    items = [
        Change(f"{one.book.id}#{one.rule.id}", one.kind, one.rule.title.in_(lang), one.limit, _plain(one.before), _plain(one.after))
        for one in difference(first, last)
    ]  # fmt: skip
    return Changes(first, last, items)


@get("/log")
@in_thread
def log_head(request: Call) -> Head:
    """The head of the public log that the site shows."""
    _ = request.caller
    head = _reader(request).shown()
    return Head(head.checkpoint.origin, head.checkpoint.size, head.checkpoint.root.hex(), bytes(head).decode())


@get("/log/entries/{number:int}/proof", media_type="text/plain")
@in_thread
def log_proof(request: Call, number: Number) -> Response[bytes]:
    """The proof of an entry, as C2SP tlog-proof has it: `egide trust log check` reads it."""
    _ = request.caller
    reader = _reader(request)
    if number >= reader.shown().checkpoint.size:
        raise AbsentError
    return Response(bytes(reader.prove(number)), media_type="text/plain; charset=utf-8")


ROUTES = (rulebook, law_changes, log_head, log_proof)


def _reader(request: Call) -> Reader:
    from egide.app.trust import public_log

    if request.site.log is None:
        raise AbsentError
    return public_log.reader(request.site.log)


def _plain(value: object) -> Any:
    """A limit as JSON has it."""
    return sorted(value) if isinstance(value, frozenset) else value
