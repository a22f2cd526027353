"""Parts that need each other in a circle, as one knot each; and the knots in an order in which they can start.

Tarjan, «Depth-first search and linear graph algorithms», 1972, without recursion: a chain of parts may be as long as it likes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def knots_of(needs: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """The knots, each after all that it needs. ``needs`` tells of every part what it needs directly."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []
    inside: set[str] = set()
    found: list[tuple[str, ...]] = []
    for start in sorted(needs):
        if start in number:
            continue
        path: list[tuple[str, Iterator[str]]] = []
        _enter(start, needs, number, low, open_, inside, path)
        while path:
            name, rest = path[-1]
            step = next((one for one in rest if one not in number or one in inside), None)
            if step is None:
                path.pop()
                if path:
                    above = path[-1][0]
                    low[above] = min(low[above], low[name])
                if low[name] == number[name]:
                    found.append(_close(name, open_, inside))
            elif step in number:
                low[name] = min(low[name], number[step])
            else:
                _enter(step, needs, number, low, open_, inside, path)
    return tuple(found)


def _enter(
    name: str, needs: Mapping[str, Sequence[str]], number: dict[str, int], low: dict[str, int], open_: list[str], inside: set[str],
    path: list[tuple[str, Iterator[str]]],
) -> None:  # fmt: skip
    number[name] = low[name] = len(number)
    open_.append(name)
    inside.add(name)
    path.append((name, iter(sorted(needs[name]))))


def _close(name: str, open_: list[str], inside: set[str]) -> tuple[str, ...]:
    knot = [open_.pop()]
    while knot[-1] != name:
        knot.append(open_.pop())
    inside.difference_update(knot)
    return tuple(sorted(knot))


def below(knots: Sequence[Sequence[str]], needs: Mapping[str, Sequence[str]]) -> tuple[int, ...]:
    """Of each knot, the set of the knots that it needs at any depth, as bits by their places."""
    at = {name: place for place, knot in enumerate(knots) for name in knot}
    found: list[int] = []
    for place, knot in enumerate(knots):
        bits = 0
        for other in {at[needed] for name in knot for needed in needs[name]} - {place}:
            bits |= found[other] | 1 << other
        found.append(bits)
    return tuple(found)
