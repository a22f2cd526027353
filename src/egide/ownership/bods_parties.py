"""Who a statement of BODS 0.4 describes: an entity or a person, with its places and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.ownership.bods_origins import KEPT
from egide.ownership.bods_shapes import ENTITY_KINDS, SCHEMES, Unspecified
from egide.ownership.holdings import Origin, Party, PartyKind
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.ownership.bods_shapes import Identifier, Statement
    from egide.ownership.complaints import Complaints

NO_ENTITY_KIND = N_("The statement does not say what the entity is; it is read as an entity.")
NO_PERSON_KIND = N_("The statement does not say what is known of the person; nothing is taken as known.")


class Reader:
    """Reads one description after the other."""

    def __init__(self, complaints: Complaints) -> None:
        self.complaints = complaints
        self._places = _Places()

    def party(self, statement: Statement, origin: Origin, number: int) -> Party:
        """The party that the statement of that line describes."""
        return (self._entity if statement.recordType == "entity" else self._person)(statement, origin, number)

    def _entity(self, statement: Statement, origin: Origin, number: int) -> Party:
        details = statement.recordDetails
        places, seat, establishment = self._places, None, None
        for address in details.addresses or ():
            if address.country is not None and (code := address.country.code):
                if address.type == "registered":
                    seat = places[code]
                elif address.type == "business":
                    establishment = places[code]
        if seat is None and details.jurisdiction is not None and (code := details.jurisdiction.code):
            seat = places[code]
        kind = PartyKind.ENTITY
        if details.entityType is None:
            self.complaints.add(NO_ENTITY_KIND, row=number)
        else:
            kind = ENTITY_KINDS[details.entityType.type]
        listed = details.publicListing.hasPublicListing if details.publicListing is not None else None
        numbers = numbers_of(details.identifiers) if details.identifiers else ()
        return Party(statement.recordId, name_of(statement), kind, seat, None, establishment, listed, numbers, origin)

    def _person(self, statement: Statement, origin: Origin, number: int) -> Party:
        details = statement.recordDetails
        if details.personType is None:
            self.complaints.add(NO_PERSON_KIND, row=number)
        kind = PartyKind.UNDISCLOSED if details.personType in {None, "unknownPerson"} else PartyKind.PERSON
        home = details.placeOfResidence
        code = home.country.code if home is not None and home.country is not None else None
        numbers = numbers_of(details.identifiers) if details.identifiers else ()
        seat = self._places[code] if code else None
        return Party(statement.recordId, name_of(statement), kind, seat, identifiers=numbers, origin=origin)


class _Places(dict[str, str | None]):
    """The country of each code of ISO 3166-1 or 3166-2, one value for each; None for what is no such code."""

    def __missing__(self, code: str) -> str | None:
        head = code[:2].upper()
        found = head if head.isascii() and head.isalpha() and len(head) == 2 and code[2:3] in {"", "-"} else None
        if len(self) < KEPT:
            self[code] = found if found is None or code == found else self[found]
        return found


def name_of(statement: Statement) -> str:
    """What the party is called that a statement describes: by its record where nothing else is said."""
    details = statement.recordDetails
    if statement.recordType == "entity":
        return details.name or why(details.unspecifiedEntityDetails) or statement.recordId
    return (details.names[0].fullName if details.names else None) or why(details.unspecifiedPersonDetails) or statement.recordId


def numbers_of(given: Sequence[Identifier]) -> tuple[str, ...]:
    """Identifiers as ``scheme:number``."""
    if len(given) == 1 and (only := given[0]).id and only.scheme:
        return (f"{SCHEMES.get(only.scheme, only.scheme)}:{only.id}",)
    return tuple([
        f"{SCHEMES.get(one.scheme, one.scheme) if one.scheme else one.schemeName or 'id'}:{one.id}" for one in given if one.id
    ])


def why(said: object) -> str:
    """What is said instead of a name."""
    return (said.description or said.reason) if isinstance(said, Unspecified) else ""
