"""Is this party a third entity? SecNumCloud 3.2, 19.6.b: registered office, central administration **or** main establishment outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.ownership.holdings import PartyKind
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from egide.ownership.answers import Readings
    from egide.ownership.holdings import Party


def is_third(party: Party, readings: Readings) -> Answer:
    """Met when one known place is outside; not met when all its places are inside; else unknown.

    A State has one place and a person one country. Persons count only under that reading: the text speaks of entities.
    """
    if party.kind is PartyKind.UNDISCLOSED:
        return Answer.UNKNOWN
    if party.kind is PartyKind.PERSON and not readings.persons_count:
        return Answer.NOT_MET
    places = unplaced(party)
    if any(place is not None and place not in readings.union for place in places.values()):
        return Answer.MET
    return Answer.UNKNOWN if None in places.values() else Answer.NOT_MET


def unplaced(party: Party) -> dict[str, str | None]:
    """The places that matter for that kind of party, by the name of the field."""
    if party.kind in (PartyKind.PERSON, PartyKind.STATE):
        return {"seat": party.seat}
    return {"seat": party.seat, "administration": party.administration, "establishment": party.establishment}
