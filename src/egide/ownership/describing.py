"""Who a party is when several describe it: the latest statement says; what two of one standing contradict is unknown, and quoted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from egide.ownership.holdings import Conflict, Party, PartyKind

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACES = ("seat", "administration", "establishment", "listed")


class Descriptions:
    """What the statements of one file say of each party, whatever their order."""

    def __init__(self) -> None:
        self.parties: dict[str, Party] = {}
        self.ranks: dict[str, int] = {}
        """Which of the statements of its day describes the party, when it is not the first."""
        self._beside: dict[str, list[Party]] = {}
        """Descriptions of one standing that differ."""

    def add(self, party: Party, rank: int = 0) -> None:
        """One more description; ``rank`` tells the later of two of one day."""
        known = self.parties.setdefault(party.id, party)
        if known is not party:
            self.again(known, party, rank)
        elif rank:
            self.ranks[party.id] = rank

    def again(self, known: Party, party: Party, rank: int) -> None:
        """A description of a party that is already described."""
        here, there = (_day(party), rank), (_day(known), self.ranks.get(party.id, 0))
        if here > there:
            self.parties[party.id], self.ranks[party.id] = party, rank
            self._beside.pop(party.id, None)
        elif here == there and party != known:
            self._beside.setdefault(party.id, [known]).append(party)

    def settle(self, conflicts: list[Conflict]) -> dict[str, Party]:
        """All parties, each once."""
        for id_, said in self._beside.items():
            self.parties[id_] = described(id_, sorted(set(said), key=repr), conflicts)
        return self.parties


def _day(party: Party) -> date:
    return (party.origin.on if party.origin else None) or date.min


def described(name: str, said: Sequence[Party], conflicts: list[Conflict]) -> Party:
    """One party of several descriptions. Where two say otherwise the field becomes unknown and a `Conflict` quotes both."""
    if len(said) == 1 and said[0].id == name:
        return said[0]
    telling = [party for party in said if party.origin is not None] or list(said)
    values: dict[str, Any] = {field: _agreed(name, field, telling, conflicts) for field in PLACES}
    kinds = {party.kind for party in telling} - {PartyKind.UNDISCLOSED}
    if len(kinds) > 1:
        kinds -= {PartyKind.ENTITY}  # the word that a table uses when nothing more is said
    values["kind"] = min(kinds - {PartyKind.PERSON} or kinds) if kinds else telling[0].kind
    if len(kinds) > 1:
        _quote(name, "kind", [(party.kind.value, party) for party in telling], conflicts)
    called = next((party.name for party in telling if party.name not in {"", party.id}), telling[0].name)
    numbers = tuple(dict.fromkeys(number for party in telling for number in party.identifiers))
    return Party(name, called, identifiers=numbers, origin=telling[0].origin, **values)


def _agreed(name: str, field: str, telling: Sequence[Party], conflicts: list[Conflict]) -> object:
    spoken = [(value, party) for party in telling if (value := getattr(party, field)) is not None]
    if len({value for value, _ in spoken}) > 1:
        _quote(name, field, [(str(value), party) for value, party in spoken], conflicts)
        return None
    return spoken[0][0] if spoken else None


def _quote(name: str, field: str, spoken: Sequence[tuple[str, Party]], conflicts: list[Conflict]) -> None:
    quotes = sorted({f"{value} ({_by(party)})" for value, party in spoken})
    if len(quotes) > 1:
        conflicts.append(Conflict(name, "", field, quotes[0], quotes[-1]))


def _by(party: Party) -> str:
    origin = party.origin
    if origin is None:
        return "?"
    return ", ".join(part for part in (origin.issuer, origin.on.isoformat() if origin.on else "", origin.source) if part)
