"""Every direct holding and power above a company, for its picture and table: also what is shown and never counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.ownership.answers import Link
from egide.ownership.holdings import Nature, Right
from egide.ownership.subgraph import Role

if TYPE_CHECKING:
    from egide.ownership.chains import Sources
    from egide.ownership.graph import Graph
    from egide.ownership.holdings import Holding

SHOWN = (Nature.PLEDGE, Nature.OPTION, Nature.CONVERTIBLE)
"""Natures that have a link of their own; options and convertibles count fully diluted, a pledge never."""


def links(sources: Sources) -> tuple[Link, ...]:
    """From the company upwards, each company's holders by weight."""
    found: list[Link] = []
    instruments = _instruments(sources.graph)
    for held, role in enumerate(sources.sub.role):
        if role is Role.COMPANY:
            for right in Right:
                found += _holdings(sources, held, right)
            found += _powers(sources, held)
            found += [_shown(one) for one in sorted(instruments.get(sources.sub.ids[held], ()), key=lambda one: (one.holder, one.nature))]
    return tuple(found)


def _holdings(sources: Sources, held: int, right: Right) -> list[Link]:
    sub = sources.sub
    row = [hold for hold in sub.parts[right].get(held, sub.rows[right][held]) if not sub.ids[hold.holder].startswith("rounding:")]
    return [sources.link(held, hold, right) for hold in sorted(row, key=lambda hold: (-hold.high, sub.ids[hold.holder]))]


def _powers(sources: Sources, held: int) -> list[Link]:
    local = sources.sub.local
    said = sources.graph.powers.get(sources.sub.places[held], ())
    return [sources.power(held, local[holder], one.power) for holder, one in said if holder in local]


def _shown(one: Holding) -> Link:
    return Link(one.holder, one.held, str(one.nature), one.capital or one.votes, one.origin)


def _instruments(made: Graph) -> dict[str, list[Holding]]:
    """Pledges, options and convertibles by company, found once."""
    if made.instruments is None:
        made.instruments = {}
        for one in made.rows:
            if one.nature in SHOWN:
                made.instruments.setdefault(one.held, []).append(one)
    return made.instruments
