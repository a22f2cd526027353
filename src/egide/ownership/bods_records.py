"""What every statement of a file leaves of its relationship, kept until all is read; only then is it known which records have several.

Most records of millions have one statement that leaves one holding: it is kept as it is, with the record's name beside it. Records that
have several are found at the end by their hashes, in one sort, instead of looking each one up among all before it.
"""

from __future__ import annotations

from itertools import chain, compress
from operator import attrgetter, not_
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.bods_history import RANKS, Version, on_their_days, plain
from egide.ownership.holdings import Influence, Power
from egide.vocabulary.errors import Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Collection

    from egide.ownership.bods_history import Indirect
    from egide.ownership.complaints import Complaints
    from egide.ownership.holdings import Holding, Register

UNPLACED = N_(
    "{holder} is said to hold {held} indirectly, by ways not all described: not counted beside the direct holders, but shown."
)


class Records:
    """The relationships of one file."""

    def __init__(self) -> None:
        self.holdings: list[Holding] = []
        """What a new record left, where that is one holding without an end."""
        self.names: list[str] = []
        """The records of `holdings`."""
        self.versions: list[Version] = []
        """All other statements."""
        self.named: list[str] = []
        """The records of `versions`."""

    def settle(self, found: Register, complaints: Complaints, described: Collection[str]) -> None:
        """Put into the register what each statement leaves on its days, and what is indirect only where nothing else is counted.

        ``described`` are the records of parties, which may be components too.
        """
        versions = self._on_their_days()
        found.holdings = list(self.holdings)
        indirect: list[Indirect] = []
        for version in versions:
            found.holdings += version.holdings
            found.influences += version.influences
            indirect += version.indirect
        self._place(indirect, found, complaints, described)

    def _on_their_days(self) -> list[Version]:
        """The versions as they hold, with those holdings of `holdings` whose record says more than that."""
        hashes = np.fromiter(map(hash, chain(self.names, self.named)), np.int64, len(self.names) + len(self.named))
        ordered = np.sort(hashes)
        again = np.isin(hashes, ordered[1:][ordered[1:] == ordered[:-1]]).tolist()
        here, others = again[: len(self.names)], again[len(self.names) :]
        records: dict[str, list[Version]] = {}
        for record, one in zip(compress(self.names, here), compress(self.holdings, here), strict=True):
            records.setdefault(record, []).append(plain(one, RANKS["new"]))
        for record, version in zip(compress(self.named, others), compress(self.versions, others), strict=True):
            records.setdefault(record, []).append(version)
        self.holdings = list(compress(self.holdings, map(not_, here)))
        several = [mine for mine in records.values() if len(mine) > 1]
        alone = (mine[0] for mine in records.values() if len(mine) == 1)
        return [*compress(self.versions, map(not_, others)), *alone, *on_their_days(several)]

    def _place(self, indirect: list[Indirect], found: Register, complaints: Complaints, described: Collection[str]) -> None:
        wanted = {name for _, components in indirect for name in components}
        there = wanted.intersection(self.names) | wanted.intersection(self.named) | {name for name in wanted if name in described}
        open_ones = [one for one, components in indirect if not (components and there.issuperset(components))]
        direct = {one.held for one in open_ones}.intersection(map(attrgetter("held"), found.holdings))
        for one in sorted(open_ones, key=lambda one: (one.held, one.holder, one.id)):
            if one.held not in direct:
                found.holdings.append(one)
                continue
            complaints.at(Location(complaints.file, path=one.id), UNPLACED, {"holder": one.holder, "held": one.held})
            found.influences.append(Influence(one.holder, one.held, Power.INFLUENCE, one.origin, one.since, one.until, one.id))
