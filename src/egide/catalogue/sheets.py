"""An offer as it is known on a day: the fold of all statements about it, each property with who says what.

Nothing is overwritten. Of one issuer, a later document of a series replaces the earlier ones, and an ended or withdrawn one doesn't bring
them back; of several issuers every word stands. Where they differ, the value is that of the stronger assurance when one is stronger, and
otherwise unknown: doubt never becomes a value. The order in which statements are given changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from egide.vocabulary.properties import PROPERTIES, Form, Property, SubjectKind, Value
from egide.vocabulary.statements import STRENGTH, Statement

NOTHING: Mapping[str, date] = {}
PROVIDER_NAMED = "provider:"
"""How the subject begins that stands for a provider known by name only."""


class Standing(StrEnum):
    """Where a statement stands on a day."""

    HOLDS = "holds"
    SUPERSEDED = "superseded"
    """The same issuer said something later."""
    ENDED = "ended"
    NOT_YET = "not-yet"
    WITHDRAWN = "withdrawn"
    """Its issuer revoked or suspended the document."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One property of one subject on a day."""

    property: Property
    value: Value | None
    """None: not known, or those who say it differ with equal weight."""
    holding: tuple[Statement, ...]
    """What is said that day, strongest first."""
    past: tuple[tuple[Standing, Statement], ...] = ()
    """What was said, and no longer or not yet holds, latest first."""
    conflict: bool = False
    """Two issuers, or two documents of one, say different things."""
    varies: bool = False
    """It depends on the region, and the region isn't given."""

    def strongest(self) -> Statement | None:
        """The statement that the value comes from; of several that say the same, the strongest."""
        for one in self.holding:
            if self.property.many or (one.value is not None and self.value is not None and same(self.property, one.value, self.value)):
                return one
        return None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A subject on a day, in one region or wherever it is. A property without a cell is one that nobody ever spoke of."""

    subject: str
    on: date
    region: str | None
    cells: Mapping[str, Cell]

    def value(self, name: str) -> Value | None:
        """The value of a property; None when it isn't known."""
        cell = self.cells.get(name)
        return cell.value if cell else None

    def listed(self, name: str) -> frozenset[str]:
        """The values of a property that is a set; empty when it isn't known."""
        found = self.value(name)
        return found if isinstance(found, frozenset) else frozenset() if found is None else frozenset({str(found)})

    @property
    def key(self) -> str:
        """``subject`` or ``subject/region``."""
        return f"{self.subject}/{self.region}" if self.region else self.subject

    @property
    def name(self) -> str:
        """What people call it; its identifier when nobody says."""
        return str(self.value("name") or self.subject)

    @property
    def conflicts(self) -> tuple[Cell, ...]:
        """The properties on which issuers differ."""
        return tuple(cell for cell in self.cells.values() if cell.conflict)


def fold(
    subject: str, statements: Iterable[Statement], on: date, region: str | None = None, withdrawn: Mapping[str, date] = NOTHING,
) -> Sheet:
    """The sheet of a subject on a day.

    ``region``: what is said of other regions is left out, and so is an issuer's general word where it has one for that region; None:
    what depends on the region is unknown. ``withdrawn``: digests of documents to the day from which they no longer hold.
    """
    by_property: dict[str, list[Statement]] = {}
    for one in statements:
        by_property.setdefault(one.property, []).append(one)
    regions = regions_of(one for those in by_property.values() for one in those) if region is None else ()
    cells = {
        name: _cell(of, _each_once(by_property[name]), on, region, regions, withdrawn)
        for name, of in PROPERTIES.items() if name in by_property
    }  # fmt: skip
    return Sheet(subject, on, region, cells)


def _each_once(statements: list[Statement]) -> list[Statement]:
    """Each once, in an order that is always the same."""
    return sorted(set(statements), key=_order) if len(statements) > 1 else statements


def regions_of(statements: Iterable[Statement]) -> tuple[str, ...]:
    """The regions that the statements name, in order."""
    found: set[str] = set()
    for one in statements:
        if one.region is not None:
            found.add(one.region)
        if one.property == "regions" and isinstance(one.value, frozenset):
            found |= one.value
    return tuple(sorted(found))


def kind_of(statements: Iterable[Statement]) -> SubjectKind:
    """What the subject is, by what is said of it; an offer, when nothing tells."""
    told = list(statements)
    kind = kind_told({one.property: one.text for one in told})
    named = any(one.subject.startswith(PROVIDER_NAMED) for one in told)
    return kind or (SubjectKind.PROVIDER if named else SubjectKind.OFFER)


def kind_told(said: Mapping[str, object]) -> SubjectKind | None:
    """What properties that are stated say of the kind of their subject."""
    if "variant_of" in said:
        return SubjectKind.VARIANT
    kind = str(said.get("gaia_x_type") or "")
    if kind == "LabelCredential":
        return SubjectKind.LABEL
    if kind in PROVIDER_TYPES or (not kind and said.keys() & {"headquarters", "registration"}):
        return SubjectKind.PROVIDER
    if kind:
        return SubjectKind.OFFER if kind.endswith(OFFER_TYPES) else SubjectKind.RESOURCE
    return None


PROVIDER_TYPES = frozenset({"LegalPerson", "Participant", "LegalParticipant", "SubContractor", "Issuer"})
OFFER_TYPES = ("Offering", "DataProduct")


def same(of: Property, one: Value, other: Value) -> bool:
    """Whether two values of a property say the same, within its tolerance."""
    if of.tolerance and isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= of.tolerance * max(abs(one), abs(other))
    if of.form is Form.TEXT and isinstance(one, str) and isinstance(other, str):
        return one.casefold().split() == other.casefold().split()
    return one == other


def _cell(
    of: Property, statements: list[Statement], on: date, region: str | None, regions: tuple[str, ...], withdrawn: Mapping[str, date],
) -> Cell:
    """``regions``: all that the subject has, so that what is said of one is not taken for what holds in another."""
    if len(statements) == 1 and statements[0].region is None:
        return _said_once(of, statements[0], on, withdrawn)
    if region is not None or all(one.region is None for one in statements):
        return _in_region(of, statements, on, region, withdrawn)
    each = [_in_region(of, statements, on, name, withdrawn) for name in regions]
    if any(one.region is None for one in statements):
        each.append(_in_region(of, statements, on, None, withdrawn))
    holding = {one: None for cell in each for one in cell.holding}
    past = {(one, why): None for cell in each for why, one in cell.past if one not in holding}
    value = _agreed(of, each)
    gone = tuple((why, one) for one, why in sorted(past, key=lambda pair: _latest(pair[0])))
    varies = value is None and any(cell.value is not None for cell in each)
    return Cell(of, value, tuple(sorted(holding, key=_strongest)), gone, any(cell.conflict for cell in each), varies)


def _said_once(of: Property, one: Statement, on: date, withdrawn: Mapping[str, date]) -> Cell:
    """What a single statement makes: as below, without asking whom it agrees with."""
    why = _alone(one, on, withdrawn) if one.origin.begun(on) else Standing.NOT_YET
    return Cell(of, _settled(of, [one])[0], (one,)) if why is Standing.HOLDS else Cell(of, None, (), ((why, one),))


def _agreed(of: Property, each: list[Cell]) -> Value | None:
    """The value that all regions share; of a set, all that is said anywhere."""
    values = [cell.value for cell in each]
    if of.many:
        return _union(value for value in values if value is not None)
    first = values[0]
    return first if first is not None and all(value is not None and same(of, first, value) for value in values) else None


def _in_region(of: Property, statements: list[Statement], on: date, region: str | None, withdrawn: Mapping[str, date]) -> Cell:
    holding: list[Statement] = []
    past: list[tuple[Standing, Statement]] = []
    for issuer in dict.fromkeys(one.origin.issuer for one in statements):
        theirs = [one for one in statements if one.origin.issuer == issuer]
        near = [one for one in theirs if one.region == region] if region is not None else []
        for why, one in _word_of_one(of, near or [one for one in theirs if one.region is None], on, withdrawn):
            if why is Standing.HOLDS:
                holding.append(one)
            else:
                past.append((why, one))
    holding.sort(key=_strongest)
    past.sort(key=lambda pair: _latest(pair[1]))
    value, conflict = _settled(of, holding)
    return Cell(of, value, tuple(holding), tuple(past), conflict)


def _word_of_one(of: Property, statements: list[Statement], on: date, withdrawn: Mapping[str, date]) -> list[tuple[Standing, Statement]]:
    """One issuer's statements of a property, with where each stands.

    Of each series the latest holds; of a property that is no set, the latest of them all.
    """
    stands: dict[Statement, Standing] = {one: Standing.NOT_YET for one in statements if not one.origin.begun(on)}
    begun = [one for one in statements if one not in stands]
    for series in dict.fromkeys(one.origin.series for one in begun):
        theirs = [one for one in begun if one.origin.series == series]
        last = max(_moment(one) for one in theirs)
        for one in theirs:
            stands[one] = Standing.SUPERSEDED if _moment(one) < last else _alone(one, on, withdrawn)
    live = [one for one in begun if stands[one] is Standing.HOLDS]
    if live and not of.many:
        last = max(_moment(one) for one in live)
        stands |= {one: Standing.SUPERSEDED for one in live if _moment(one) < last}
    return [(stands[one], one) for one in statements]


def _alone(one: Statement, on: date, withdrawn: Mapping[str, date]) -> Standing:
    since = withdrawn.get(one.origin.document)
    if since is not None and since <= on:
        return Standing.WITHDRAWN
    return Standing.ENDED if one.origin.ended(on) else Standing.HOLDS


def _settled(of: Property, holding: list[Statement]) -> tuple[Value | None, bool]:
    """The value, and whether those who say it differ."""
    told = [(STRENGTH[one.origin.assurance], one.value) for one in holding if one.value is not None]
    if not told:
        return None, False
    if of.many:
        return _union(value for _, value in told), False
    best = max(strength for strength, _ in told)
    value = next(value for strength, value in told if strength == best)
    differing = [strength for strength, other in told if not same(of, value, other)]
    return (None if best in differing else value), bool(differing)


def _union(values: Iterable[Value]) -> frozenset[str] | None:
    found: set[str] = set()
    for value in values:
        found |= value if isinstance(value, frozenset) else {str(value)}
    return frozenset(found) if found else None


def _moment(one: Statement) -> float:
    return (one.origin.issued or one.origin.recorded_at).timestamp()


def _order(one: Statement) -> tuple[str, ...]:
    """Any order, as long as it is always the same."""
    origin = one.origin
    return (
        one.property, origin.issuer, origin.series, origin.document, one.region or "", one.at, one.text, repr(_moment(one)),
        origin.assurance, origin.backing, origin.source, origin.recorded_at.isoformat(), str(origin.until), origin.read,
        _plain(one.value), one.subject,
    )  # fmt: skip


def _plain(value: Value | None) -> str:
    return ",".join(sorted(value)) if isinstance(value, frozenset) else repr(value)


def _strongest(one: Statement) -> tuple[object, ...]:
    assurance, backing = one.strength()
    return (-assurance, -backing, -_moment(one), *_order(one))


def _latest(one: Statement) -> tuple[object, ...]:
    return (-_moment(one), *_order(one))
