"""Registers of several files as one: the same party under one name, contradictions kept side by side and never resolved by us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from egide.ownership.complaints import Complaints
from egide.ownership.conflicts import NOT_DESCRIBED, settle
from egide.ownership.holdings import Concert, Conflict, Party, PartyKind, Register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from egide.vocabulary.findings import Problem

PLACES = ("seat", "administration", "establishment", "listed")

def merge(registers: Iterable[Register]) -> Register:
    """One register of them all. A party is one when its identifier is one, or when it carries a number (LEI, SIREN …) that another carries.

    The first register's name for a party is kept. Where two describe it otherwise the field becomes unknown and a `Conflict` quotes both.
    """
    given = list(registers)
    if len(given) == 1:
        return given[0]
    names = _one_name(given)
    found = Register()
    described: dict[str, list[Party]] = {}
    for register in given:
        for party in register.parties.values():
            described.setdefault(names.get(party.id, party.id), []).append(party)
        found.holdings += [_renamed(one, names) for one in register.holdings]
        found.influences += [_renamed(one, names) for one in register.influences]
        found.concerts += [_renamed(one, names) for one in register.concerts]
        found.conflicts += register.conflicts
        found.at.update(register.at)
    found.parties = {name: _described(name, said, found.conflicts) for name, said in described.items()}
    found.problems = _still_true(given, described)
    complaints = Complaints("")
    settle(found, complaints)
    found.problems += complaints.all()
    return found


def _one_name(given: Sequence[Register]) -> dict[str, str]:
    """Parties that are another one under another name, found by the numbers that they share."""
    above: dict[str, str] = {}
    by_number: dict[str, str] = {}

    def top(name: str) -> str:
        while name in above:
            name = above[name]
        return name

    for register in given:
        for party in register.parties.values():
            for number in (*party.identifiers, f"LEI:{party.id}"):
                known = by_number.setdefault(number, party.id)
                if (one := top(known)) != (other := top(party.id)):
                    above[other] = one
    return {name: top(name) for name in above}


def _renamed(one: Any, names: Mapping[str, str]) -> Any:
    if not names:
        return one
    held = names.get(one.held, one.held)
    if isinstance(one, Concert):
        return msgspec.structs.replace(one, held=held, members=tuple(sorted({names.get(name, name) for name in one.members})))
    holder = names.get(one.holder, one.holder)
    if held == one.held and holder == one.holder:
        return one
    return msgspec.structs.replace(one, held=held, holder=holder)


def _described(name: str, said: Sequence[Party], conflicts: list[Conflict]) -> Party:
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


def _still_true(given: Sequence[Register], described: Mapping[str, Sequence[Party]]) -> list[Problem]:
    """The problems of each file, less the parties that another file describes."""
    return [
        problem for register in given for problem in register.problems
        if not (problem.message == NOT_DESCRIBED and any(
            party.origin is not None for party in described.get(str(problem.args.get("party")), ())
        ))
    ]
