"""Which companies stand behind a service, and which of them are third or held by third: the people of 19.6.c and 19.6.d.

A company is third-controlled when its seat, administration or establishment lies outside, or when a company of which that
is so controls it (SecNumCloud 3.2, 19.6.c; control as in Code de commerce, L.233-3). Where that is not known, it is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.label.layers import SCOPE_TYPES, line_holds, line_of
from egide.ownership.holdings import PartyKind
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from egide.label.dossier import Base, Dossier, Supplier
    from egide.ownership.answer import Prepared
    from egide.ownership.answers import Ownership, Readings
    from egide.ownership.holdings import Register

PLACES = {
    "seat": N_("the registered office of {party} is in {country}, outside ({union})"),
    "administration": N_("the central administration of {party} is in {country}, outside ({union})"),
    "establishment": N_("the main establishment of {party} is in {country}, outside ({union})"),
}
CONTROLLED = N_("{party} is controlled by {controller}, a third company")
SAID_CONTROLLED = N_("{party} is said to be controlled by a third company")
PLACE_UNKNOWN = N_("it is not known where {party} has its seat, its central administration and its main establishment")
CONTROL_UNKNOWN = N_("it is not known who controls {party}")
NOBODY = N_("nobody says who {party} is")
PERSON = N_("{party} is a natural person, whom this reading does not count as a third company")
INSIDE = N_("{party} has all its places inside ({union}) and no third company controls it")
BY_LINE = N_("{party} is qualified until {end}: what it is was looked at then")


@dataclass(frozen=True, slots=True)
class Company:
    """One company used for the service."""

    id: str
    """A supplier; ``offer`` for who operates a base; ``offer/supplier`` for a base's own."""
    name: str
    third: Answer
    because: Reason
    controllers: tuple[str, ...] = ()
    """Parties of the register that control it, third ones first."""
    control_known: bool = False
    """Whether those are all."""


def standing(
    identifier: str, name: str, party: str, places: tuple[str | None, str | None, str | None], register: Register | None,
    asked: Prepared | None, readings: Readings, said: bool | None = None,
) -> Company:  # fmt: skip
    """Whether the company is third-controlled: by its places, else by who controls it.

    ``said`` is what somebody stated of its control; a no counts only where no register knows who holds it.
    """
    known = register.parties.get(party) if register is not None else None
    if known is not None and known.kind is PartyKind.PERSON and not readings.persons_count:
        return Company(identifier, name, Answer.NOT_MET, Reason("label.party.person", {"party": name}, PERSON), (), True)
    owned = asked.ownership(party) if asked is not None and known is not None else None
    holders = [one for one in owned.controllers if one.answer is Answer.MET] if owned is not None else []
    holders.sort(key=lambda one: (one.third is not Answer.MET, one.party))
    controllers = tuple(dict.fromkeys(one.party for one in holders))
    certain = owned is not None and owned.third_control is not Answer.UNKNOWN and all(
        one.answer is not Answer.UNKNOWN for one in owned.controllers)
    registered = (known.seat, known.administration, known.establishment) if known is not None else (None, None, None)
    third, because = _third(name, places, registered, owned, readings, said)
    return Company(identifier, name, third, because, controllers, certain)


def _third(
    name: str, said: tuple[str | None, ...], registered: tuple[str | None, ...], owned: Ownership | None, readings: Readings,
    controlled: bool | None,
) -> tuple[Answer, Reason]:  # fmt: skip
    both = list(zip(PLACES, said, registered, strict=True))
    for what, *countries in both:
        for country in countries:
            if country is not None and country not in readings.union:
                args = {"party": name, "country": country, "union": readings.union_name}
                return Answer.MET, Reason(f"label.party.{what}-outside", args, PLACES[what])
    if owned is not None and owned.third_control is Answer.MET:
        holders = sorted(
            owned.parties[one.party].name if one.party in owned.parties else one.party
            for one in owned.controllers if one.answer is Answer.MET and one.third is Answer.MET
        )  # fmt: skip
        return Answer.MET, Reason("label.party.controlled", {"party": name, "controller": ", ".join(holders) or "?"}, CONTROLLED)
    if controlled:
        return Answer.MET, Reason("label.party.said-controlled", {"party": name}, SAID_CONTROLLED)
    if any(first is None and second is None for _, first, second in both):
        return Answer.UNKNOWN, Reason("label.party.place-unknown", {"party": name}, PLACE_UNKNOWN)
    if (owned is None and controlled is None) or (owned is not None and owned.third_control is Answer.UNKNOWN):
        return Answer.UNKNOWN, Reason("label.party.control-unknown", {"party": name}, CONTROL_UNKNOWN)
    return Answer.NOT_MET, Reason("label.party.inside", {"party": name, "union": readings.union_name}, INSIDE)


def asked_of(dossier: Dossier, prepared: Prepared | None, on: date, readings: Readings) -> Callable[[Dossier], Prepared | None]:
    """What answers for the register of the offer or of a layer underneath; registers underneath are prepared once, when asked."""
    ready: dict[int, Prepared | None] = {id(dossier): prepared}
    by_register: dict[int, Prepared] = {id(dossier.register): prepared} if prepared is not None else {}

    def of(layer: Dossier) -> Prepared | None:
        if id(layer) not in ready:
            if layer.register is None:
                ready[id(layer)] = None
            else:
                if id(layer.register) not in by_register:
                    from egide.ownership.answer import prepare  # noqa: PLC0415 - numpy, only where there is a register underneath

                    by_register[id(layer.register)] = prepare(layer.register, on, readings)
                ready[id(layer)] = by_register[id(layer.register)]
        return ready[id(layer)]

    return of


def companies(dossier: Dossier, prepared: Prepared | None, on: date, readings: Readings, more: Iterable[str] = (),
              own: frozenset[str] = frozenset()) -> dict[str, Company]:
    """Every company used for the offer alone: its suppliers at all levels, and who operates each base. ``more`` names others.

    The provider is not among them, nor are those of ``own`` (the provider of an offer above): 19.6.a and b speak of them.
    """
    own |= {dossier.provider, dossier.id}
    found: dict[str, Company] = {}
    for supplier in dossier.suppliers:
        places = (supplier.seat, supplier.administration, supplier.establishment)
        found[supplier.id] = standing(supplier.id, supplier.name, supplier.id, places, dossier.register, prepared, readings,
                                      _said(supplier))
    ask = asked_of(dossier, prepared, on, readings)
    for base in dossier.bases:
        if base.offer not in found and not (base.dossier is not None and base.dossier.provider in own):
            found[base.offer] = operator(base, ask, on, readings, dossier, prepared)
    for name in more:
        if name not in found and name not in own:
            found[name] = _named(name, name, dossier, prepared, readings)
    return found


def operator(
    base: Base, ask: Callable[[Dossier], Prepared | None], on: date, readings: Readings, above: Dossier, prepared: Prepared | None,
) -> Company:  # fmt: skip
    """Who operates or licenses the base: its dossier's provider, whom a valid line vouches for, or nobody known."""
    line = line_of(base)
    if base.dossier is not None:
        below = base.dossier
        own = _knows(below, below.provider) or not _knows(above, below.provider)
        register, asked = (below.register, ask(below)) if own else (above.register, prepared)
        places = (_stated(below, "seat", readings), _stated(below, "administration", readings), _stated(below, "establishment", readings))
        found = standing(base.offer, below.provider_name, below.provider, places, register, asked, readings)
    else:
        found = _named(base.offer, base.name, above, prepared, readings)
    if found.third is Answer.UNKNOWN and line is not None and line_holds(line, on) and base.provides in SCOPE_TYPES:
        return Company(base.offer, found.name, Answer.NOT_MET, Reason("label.party.line", {"party": found.name, "end": line.end}, BY_LINE),
                       found.controllers, found.control_known)
    return found


def _said(supplier: Supplier) -> bool | None:
    statement = supplier.statements.get("controlled_by_third")
    return statement.claim.value if statement is not None and isinstance(statement.claim.value, bool) else None


def _stated(dossier: Dossier, what: str, readings: Readings) -> str | None:
    """The country that the dossier states; where issuers disagree, the one outside."""
    said = sorted(str(one.claim.value) for one in dossier.statements.get(f"provider.{what}", ()) if one.claim.value is not None)
    return next((country for country in said if country not in readings.union), said[0] if said else None)


def _named(identifier: str, name: str, dossier: Dossier, prepared: Prepared | None, readings: Readings) -> Company:
    if _knows(dossier, identifier):
        party = dossier.register.parties[identifier] if dossier.register is not None else None
        return standing(identifier, party.name if party else name, identifier, (None, None, None), dossier.register, prepared, readings)
    return Company(identifier, name, Answer.UNKNOWN, Reason("label.party.nobody", {"party": name}, NOBODY))


def _knows(dossier: Dossier, party: str) -> bool:
    return dossier.register is not None and party in dossier.register.parties
