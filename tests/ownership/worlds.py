"""Invented registers, written as briefly as a sentence, and random ones with circles."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from egide.ownership import EU, Readings
from egide.ownership.answer import ownership
from egide.ownership.answers import Method
from egide.ownership.graph import graph
from egide.ownership.holdings import Concert, Holding, Influence, Nature, Origin, Party, PartyKind, Power, Range, Register, Right
from egide.ownership.percent import read_share
from egide.ownership.subgraph import Sub, above

if TYPE_CHECKING:
    import random

    from egide.ownership.answers import CapTest, Ownership

ON = date(2026, 11, 23)
READINGS = Readings(EU, "EU")
SAID = Origin("Registre fictif", date(2026, 9, 1), "registre-fictif.csv")


def party(id_: str, what: str = "FR") -> Party:
    """A party from «US», «person US», «fund LU», «listed FR», or «?» for places nobody knows."""
    *kinds, seat = what.split()
    listed = True if "listed" in kinds else None
    kind = next((PartyKind(one) for one in kinds if one != "listed"), PartyKind.ENTITY)
    place = None if seat == "?" else seat
    return Party(id_, id_, kind, place, place, place, listed)


def holding(holder: str, held: str, share: str, nature: str = "full") -> Holding:
    """Capital, then votes after a stroke when they differ: «20-25», «30/45», «?»."""
    capital, _, votes = share.partition("/")
    said = read_share(capital) if capital != "-" else None
    return Holding(holder, held, said, read_share(votes) if votes else said, SAID, Nature(nature), id=f"{holder}>{held}>{nature}>{share}")


def world(*tables: str, powers: str = "", concerts: str = "", closed: bool = True, **parties: str) -> Register:
    """«nuage: alpha 24, beta 50/60, marie 26 option» for each company; «alpha veto nuage», «alpha+beta nuage» for the rest.

    ``closed``: each company of which nobody is said to hold anything is held by four persons, none of whom controls it.
    """
    made = Register()
    for table in tables:
        held, _, rows = table.partition(":")
        for row in filter(None, (one.strip() for one in rows.split(","))):
            holder, share, *nature = row.split()
            made.holdings.append(holding(holder, held.strip(), share, *nature))
    for one in filter(None, (one.strip() for one in powers.split(","))):
        holder, power, held = one.split()
        made.influences.append(Influence(holder, held, Power(power), SAID, id=one))
    for one in filter(None, (one.strip() for one in concerts.split(","))):
        members, held = one.split()
        made.concerts.append(Concert(tuple(members.split("+")), held, SAID, id=one))
    named = [id_ for row in (*made.holdings, *made.influences) for id_ in (row.held, row.holder)]
    named += [id_ for one in made.concerts for id_ in one.members]
    made.parties = {id_: party(id_, parties.get(id_, "FR")) for id_ in dict.fromkeys(named)}
    held_by_nobody = made.parties.keys() - {row.held for row in made.holdings}
    for id_ in sorted(held_by_nobody if closed else ()):
        if made.parties[id_].kind in (PartyKind.ENTITY, PartyKind.FUND):
            heirs = [f"{id_}.{number}" for number in range(1, 5)]
            made.parties |= {heir: party(heir, "person FR") for heir in heirs}
            made.holdings += [holding(heir, id_, "25") for heir in heirs]
    return made


def asked(register: Register, company: str = "nuage", readings: Readings = READINGS) -> Ownership:
    return ownership(register, company, ON, readings)


def test_of(answer: Ownership, right: Right = Right.CAPITAL, method: Method = Method.LOOK_THROUGH, *, diluted: bool = False) -> CapTest:
    return next(one for one in answer.tests if (one.method, one.right, one.diluted) == (method, right, diluted))


test_of.__test__ = False  # type: ignore[attr-defined]


def sub_of(register: Register, company: str = "nuage", readings: Readings = READINGS) -> Sub:
    made = graph(register, ON, readings=readings)
    return above(made, made.index[company])


def random_register(
    chance: random.Random, companies: int = 6, *, ranged: float = 0.0, silent: float = 0.0, treasury: float = 0.0, unplaced: float = 0.0,
    listed: float = 0.0, prefix: str = "", persons: int = 3, width: int = 15,
) -> Register:
    """Companies that hold one another, circles included, and a few persons; shares in whole per cent, votes sometimes otherwise."""
    made = Register()
    firms = [f"{prefix}c{number}" for number in range(companies)]
    people = [f"{prefix}p{number}" for number in range(persons)]
    for id_ in firms:
        what = chance.choice(("FR", "DE", "FR", "US", "CN")) if chance.random() >= unplaced else "?"
        made.parties[id_] = party(id_, f"listed {what}" if chance.random() < listed else what)
    for id_ in people:
        made.parties[id_] = party(id_, "person FR")
    for held in firms:
        holders = chance.sample([one for one in (*firms, *people) if one != held], chance.randint(1, 4))
        if chance.random() < treasury:
            holders.append(held)
        full = chance.random() >= silent
        capital = _parts(chance, len(holders), full=full)
        votes = capital if chance.random() < 0.7 else _parts(chance, len(holders), full=full)
        for holder, share, vote in zip(holders, capital, votes, strict=True):
            wide = chance.randint(1, width) if chance.random() < ranged else 0
            nature = Nature.TREASURY if holder == held else Nature.FULL
            made.holdings.append(Holding(holder, held, _range(share, wide), _range(vote, wide), SAID, nature, id=f"{holder}>{held}"))
    return made


def _range(share: int, wide: int) -> Range:
    return Range(float(max(share - wide // 2, 0)), float(min(share - wide // 2 + wide, 100))) if wide else Range(float(share), float(share))


def _parts(chance: random.Random, count: int, *, full: bool) -> list[int]:
    """Whole per cent that make 100, or less when somebody is not disclosed; often near a half, as control is interesting there."""
    cuts = sorted(chance.choice((chance.randint(0, 100), chance.randint(48, 52))) for _ in range(count - 1))
    parts = [after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]
    chance.shuffle(parts)
    return parts if full else [one * 4 // 5 for one in parts]
