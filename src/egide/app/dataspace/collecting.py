"""Data that a provider pushes to our connector, taken on from its folder: a file once it is whole, a stream line by line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from egide.app.dataspace.fetching import BrokenPullError, Came

if TYPE_CHECKING:
    from egide.app.dataspace.arrivals import Arrival
    from egide.app.dataspace.fetching import Coming, Target

PIECE = 1024 * 1024
ENDS = frozenset({"COMPLETED", "TERMINATED"})


def collected(arrival: Arrival, process: dict[str, Any], look: Callable[[dict[str, Any]], dict[str, Any]]) -> Coming:
    """Take on what arrives. ``look``: the transfer as it stands, once it has moved or a moment later."""
    async def coming(target: Target, progress: Callable[[int, int], None]) -> Came:
        stands, taken = process, 0
        while True:
            stands = await asyncio.to_thread(look, stands)
            said, over = arrival.about(), stands["state"] in ENDS
            if said is not None and said.endless:
                taken, more = await _lines(arrival, taken, target)
                if over or not more:
                    return Came(said.name, True)
                progress(target.size, target.size)
            elif over:
                break
            else:
                progress(arrival.size, said.total or 0 if said else 0)
        if stands["state"] != "COMPLETED" or said is None:
            raise BrokenPullError("the transfer has ended", arrival.size)
        await _whole(arrival, target)
        return Came(said.name, False)

    return coming


async def _lines(arrival: Arrival, taken: int, target: Target) -> tuple[int, bool]:
    """Take on the whole lines behind the first bytes: how many bytes are taken then, and whether more is wanted."""
    with arrival.path.open("rb") as kept:
        kept.seek(taken)
        for line in kept:
            if not line.endswith(b"\n"):
                break
            taken += len(line)
            if line != b"\n" and not await target.write(line):  # an empty line says that the stream still stands
                return taken, False
    return taken, True


async def _whole(arrival: Arrival, target: Target) -> None:
    with arrival.path.open("rb") as kept:
        while piece := await asyncio.to_thread(kept.read, PIECE):
            await target.write(piece)
