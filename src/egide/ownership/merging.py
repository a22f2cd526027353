"""Registers of several files as one: the same party under one name, contradictions kept side by side and never resolved by us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from egide.ownership.complaints import Complaints
from egide.ownership.conflicts import NOT_DESCRIBED, settle
from egide.ownership.describing import PLACES, described
from egide.ownership.holdings import Concert, Party, Register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from egide.vocabulary.findings import Problem


def merge(registers: Iterable[Register]) -> Register:
    """One register of them all. A party is one when its identifier is one, or when it carries a number (LEI, SIREN …) that another carries.

    The first register's name for a party is kept. Where two describe it otherwise the field becomes unknown and a `Conflict` quotes both.
    """
    given = list(registers)
    if len(given) == 1:
        return given[0]
    names = _one_name(given)
    found = Register()
    said: dict[str, list[Party]] = {}
    for register in given:
        for party in register.parties.values():
            said.setdefault(names.get(party.id, party.id), []).append(party)
        found.holdings += [_renamed(one, names) for one in register.holdings]
        found.influences += [_renamed(one, names) for one in register.influences]
        found.concerts += [_renamed(one, names) for one in register.concerts]
        found.conflicts += register.conflicts
        found.at.update(register.at)
    found.parties = {name: described(name, all_, found.conflicts) for name, all_ in said.items()}
    _leave_in_doubt(found, names)
    found.problems = _still_true(given, said)
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


def _leave_in_doubt(found: Register, names: Mapping[str, str]) -> None:
    """What one file contradicts itself of is not settled by another file that says one of the two."""
    for one in found.conflicts:
        name = names.get(one.holder, one.holder)
        if not one.held and one.right in PLACES and getattr(found.parties[name], one.right) is not None:
            found.parties[name] = msgspec.structs.replace(found.parties[name], **{one.right: None})


def _still_true(given: Sequence[Register], described: Mapping[str, Sequence[Party]]) -> list[Problem]:
    """The problems of each file, less the parties that another file describes."""
    return [
        problem for register in given for problem in register.problems
        if not (problem.message == NOT_DESCRIBED and any(
            party.origin is not None for party in described.get(str(problem.args.get("party")), ())
        ))
    ]
