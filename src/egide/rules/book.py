"""Rulebooks: a folder of YAML read strictly into values, refused with the path of what is wrong.

A rulebook is loaded with the checks it may name and refuses any other. Nothing in it has a default but what the
schema says; a rule without a source, or a limit that nothing reads, is refused.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

import msgspec

from egide.rules.expression import ALWAYS, NEVER, Node, parse
from egide.rules.written import BookFile, ClockFile, ExceptionFile, ForceFile, LimitFile, RuleFile, RulesFile, TextFile
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.facts import FACTS, Kind, Role
from egide.vocabulary.findings import ClockKind, Effect, Source
from egide.vocabulary.language import N_, Text
from egide.vocabulary.offers import Period
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.rules.checks import Check


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dated:
    """One value of a limit and the days on which it holds."""

    period: Period
    value: bool | int | str | date | frozenset[str]


@dataclass(frozen=True, slots=True)
class Unless:
    """What lifts a rule, and whether it counts as a derogation."""

    id: str
    when: Node
    gives: str
    """``derogation`` or ``exempt``."""


@dataclass(frozen=True, slots=True)
class Timer:
    """What starts a clock, when it rings and who must act."""

    kind: ClockKind
    counts_from: str
    """A fact that holds a date, a day of the text itself, or ``on`` for the day of the evaluation."""
    months: int
    days: int
    owner: Role
    when: Node


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a rulebook."""

    id: str
    title: Text
    in_force: Period
    effect: Effect
    applies: Node
    demands: Node
    unless: tuple[Unless, ...]
    limits: Mapping[str, tuple[Dated, ...]]
    remedy: Text | None
    source: Source
    clocks: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A text of law as data, in one version."""

    id: str
    version: str
    title: Text
    authority: Text
    source: Source
    url: str | None
    read_on: date
    in_force: Period
    binds: Node | None
    """None: the book binds where its rules apply."""
    rules: tuple[Rule, ...]
    digest: str


def load(files: Mapping[str, bytes], checks: Mapping[str, Check]) -> Rulebook:
    """The rulebook from its files by name (``book.yaml`` and any others).

    Raises `InputError` naming the file and the path within it.
    """
    if "book.yaml" not in files:
        raise InputError(N_("a rulebook needs a `book.yaml`"), Location(next(iter(files), "(empty folder)")))
    book = converted(files["book.yaml"], "book.yaml", BookFile)
    limits = dated_limits(book.limits, Location("book.yaml"))
    binds = parse(book.binds, checks, Location("book.yaml"), "$.binds") if book.binds is not None else None
    force = period_of(book.in_force, Location("book.yaml", path="$.in_force"))
    rules: list[Rule] = []
    for name in sorted(files):
        if name == "book.yaml":
            continue
        for index, written in enumerate(converted(files[name], name, RulesFile).rules):
            rules.append(_rule(written, book, force, limits, binds, checks, Location(name, path=f"$.rules[{index}]")))
    _once([rule.id for rule in rules], book.id)
    used = {limit for rule in rules for check in _checks_of(rule, binds) for limit in check.limits}
    for unread in sorted(set(limits) - used):
        raise InputError(N_("no rule reads the limit `{name}`"), Location("book.yaml", path=f"$.limits.{unread}"), values={"name": unread})
    return Rulebook(
        book.id, book.version, _text(book.title), _text(book.authority),
        Source(book.source.text, "", book.source.read, _text(book.source.note) if book.source.note else None),
        book.source.url, book.read_on, force, binds, tuple(rules), digest_of(files),
    )  # fmt: skip


def converted(content: bytes, file: str, shape: type[T]) -> T:
    """The YAML as that shape. Raises `InputError` with the path of what does not fit."""
    try:
        return msgspec.convert(read_yaml(content, file), shape)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at ")
        raise InputError(message, Location(file, path=path.strip("`") or "$")) from error


def _rule(
    written: RuleFile, book: BookFile, force: Period, shared: Mapping[str, tuple[Dated, ...]], binds: Node | None,
    checks: Mapping[str, Check], at: Location,
) -> Rule:  # fmt: skip
    path = at.path or "$"
    period = period_of(written.in_force, Location(at.file, path=f"{path}.in_force"))
    if period.start < force.start or (force.end and (period.end is None or period.end > force.end)):  # type: ignore[operator]
        raise InputError(N_("in force outside its book's dates"), Location(at.file, path=f"{path}.in_force"))
    if (written.demands is None) != (written.effect is Effect.STOP):
        raise InputError(N_("a rule demands something, unless its effect is `stop`"), Location(at.file, path=path))
    if written.unless and written.effect is Effect.STOP:
        raise InputError(N_("a rule that stops has no exception: another authority decides"), Location(at.file, path=f"{path}.unless"))
    applies = parse(written.applies, checks, at, f"{path}.applies") if written.applies is not None else ALWAYS
    demands = parse(written.demands, checks, at, f"{path}.demands") if written.demands is not None else NEVER
    unless = tuple(
        _exception(one, checks, at, f"{path}.unless[{index}]") for index, one in enumerate(written.unless)
    )
    clocks = tuple(_timer(one, checks, at, f"{path}.clocks[{index}]") for index, one in enumerate(written.clocks))
    own = dated_limits(written.limits, at)
    rule = Rule(
        written.id, _text(written.title), period, written.effect, applies, demands, unless, {**shared, **own},
        _text(written.remedy) if written.remedy else None,
        Source(written.source.text or book.source.text, written.source.at, written.source.read,
               _text(written.source.note) if written.source.note else None),
        clocks,
    )  # fmt: skip
    _limits_cover(rule, binds, own, at)
    return rule


def _exception(written: ExceptionFile, checks: Mapping[str, Check], at: Location, path: str) -> Unless:
    return Unless(written.id, parse(written.when, checks, at, f"{path}.when"), written.gives)


def _timer(written: ClockFile, checks: Mapping[str, Check], at: Location, path: str) -> Timer:
    here = Location(at.file, path=f"{path}.from")
    if not (written.counts_from == "on" or _is_day(written.counts_from) or _holds_a_date(written.counts_from)):
        raise InputError(N_("`{value}` is neither a fact that holds a date, nor a day, nor `on`"), here,
                         values={"value": written.counts_from})
    when = parse(written.when, checks, at, f"{path}.when") if written.when is not None else ALWAYS
    return Timer(written.kind, written.counts_from, written.months, written.days, written.owner, when)


def _holds_a_date(name: str) -> bool:
    return name in FACTS and FACTS[name].kind is Kind.DATE


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _checks_of(rule: Rule, binds: Node | None) -> list[Check]:
    nodes = [rule.applies, rule.demands, *(one.when for one in rule.unless), *([binds] if binds else [])]
    nodes += [clock.when for clock in rule.clocks]
    return [check for node in nodes for check in node.checks()]


def _limits_cover(rule: Rule, binds: Node | None, own: Mapping[str, object], at: Location) -> None:
    """Every limit a check reads has a value on every day the rule is in force; none is left unread."""
    needed = {limit for check in _checks_of(rule, binds) for limit in check.limits if limit != "on"}
    for name in sorted(needed):
        if name not in rule.limits:
            raise InputError(N_("the limit `{name}` is read and nowhere given"), at, values={"name": name})
        if (day := day_without(rule.limits[name], rule.in_force)) is not None:
            raise InputError(N_("the limit `{name}` has no value on {day}"), at, values={"name": name, "day": day})
    for name in sorted(set(own) - needed):
        raise InputError(N_("nothing reads the limit `{name}`"), Location(at.file, path=f"{at.path}.limits.{name}"), values={"name": name})


def day_without(values: tuple[Dated, ...], force: Period) -> date | None:
    """The first day in force on which none of the values holds: the first day of all, or the day after one of them ends."""
    days = [force.start or date.min, *(dated.period.end + timedelta(days=1) for dated in values if dated.period.end)]
    return next((day for day in days if force.holds(day) and not any(dated.period.holds(day) for dated in values)), None)


def dated_limits(written: Mapping[str, list[LimitFile]], at: Location) -> dict[str, tuple[Dated, ...]]:
    """The values of each limit in the order of their dates. Raises `InputError` when two overlap or one is of no kind that limits have."""
    limits: dict[str, tuple[Dated, ...]] = {}
    for name, values in written.items():
        here = Location(at.file, path=f"{at.path or '$'}.limits.{name}")
        ordered = sorted(values, key=lambda one: one.start)
        if not ordered:
            raise InputError(N_("a limit has at least one dated value"), here)
        dated = []
        for index, one in enumerate(ordered):
            following = ordered[index + 1].start if index + 1 < len(ordered) else None
            end = one.end or (following - timedelta(days=1) if following else None)
            if (end and end < one.start) or (one.end and following and one.end >= following):
                raise InputError(N_("the values of {start} and {following} overlap"), here,
                                 values={"start": one.start, "following": following})
            dated.append(Dated(Period(one.start, end), _limit_value(one.value, Location(at.file, path=f"{here.path}[{index}].value"))))
        limits[name] = tuple(dated)
    return limits


def _limit_value(written: object, at: Location) -> bool | int | str | date | frozenset[str]:
    if isinstance(written, (bool, int, str, date)):
        return written
    if isinstance(written, list) and all(isinstance(one, str) for one in written):
        return frozenset(written)
    raise InputError(N_("a limit is yes or no, a whole number, a word, a date or a list of words"), at)


def period_of(written: ForceFile, at: Location) -> Period:
    """The days in force. Raises `InputError` when they end before they begin."""
    if written.end and written.end < written.start:
        raise InputError(N_("ends on {end}, before it begins"), at, values={"end": written.end})
    return Period(written.start, written.end)


def _once(ids: list[str], book: str) -> None:
    for identifier in ids:
        if ids.count(identifier) > 1:
            raise InputError(N_("two rules are numbered `{identifier}`"), Location(book), values={"identifier": identifier})


def _text(written: TextFile) -> Text:
    return Text(written.fr, written.en)


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the files by name, the same whatever the ends of lines."""
    digest = hashlib.sha256()
    for name in sorted(files):
        content = files[name].replace(b"\r\n", b"\n")
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
