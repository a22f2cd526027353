"""Statements that speak of one holding on the same days: repeated, added up or contradictory, each said so, none dropped.

Two issuers that can both be right leave the range in which both are. Two that cannot leave a range that covers both, and a `Conflict` that
quotes them. One issuer that says two things of the same days may mean either or their sum: the range covers all three.
"""

from __future__ import annotations

import itertools
import operator
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from egide.ownership.figures import added, exactly, shortest
from egide.ownership.holdings import Conflict, Holding, Nature, Origin, Party, PartyKind, Range, Right, between
from egide.ownership.percent import in_words
from egide.vocabulary.errors import Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from egide.ownership.complaints import Complaints
    from egide.ownership.day import Column
    from egide.ownership.holdings import Register

DAY = timedelta(days=1)
WHOLE = Fraction(100)
MOST = 200
"""Statements on one holding that are put side by side day by day; above, one range covers them all."""

ITSELF = N_("{held} holds shares of itself: they are counted as treasury shares, out of the votes.")
NOT_DESCRIBED = N_("{party} holds or is held, and no statement describes it: what and where it is are not known.")
TWICE = N_("{issuer} states more than once on the same days what {holder} holds of {held}; it is counted once.")
OVERLAP = N_("{issuer} states on the same days several shares of {holder} in {held}; the share is read as {share}, whichever is meant.")
TOO_MANY = N_("More than {limit} statements speak of what {holder} holds of {held}; one range covers them all.")


def settle(register: Register, complaints: Complaints, awaited: Iterable[str] | None = None) -> None:
    """Bring what was read to one holding a day for each holder, company and nature, in place; say all that was wrong.

    ``awaited``: the only names that may be described nowhere, when the reader knows them; otherwise every name is looked up.
    """
    _describe_all(register, complaints, awaited)
    repeated = _first_look(register, complaints)
    if repeated.any():
        _settle_repeated(register, complaints, repeated.tolist())


def _first_look(register: Register, complaints: Complaints) -> Column:
    """Says self-holdings, and marks the holdings whose pair another one seems to name too."""
    holders, held = [one.holder for one in register.holdings], [one.held for one in register.holdings]
    for place in itertools.compress(itertools.count(), map(operator.eq, holders, held)):
        one = register.holdings[place]
        if one.nature is not Nature.TREASURY:
            complaints.at(_place(register, one, complaints), ITSELF, {"held": one.held})
            register.holdings[place] = msgspec.structs.replace(one, nature=Nature.TREASURY)
    pairs = np.fromiter(map(hash, zip(holders, held, strict=True)), np.int64, len(held))
    ordered = np.sort(pairs)
    return np.isin(pairs, ordered[1:][ordered[1:] == ordered[:-1]])


def _describe_all(register: Register, complaints: Complaints, awaited: Iterable[str] | None) -> None:
    """Give a party, of which nothing is known, to every name that none describes."""
    parties = register.parties
    names = awaited if awaited is not None else itertools.chain(
        (name for one in register.holdings for name in (one.holder, one.held)),
        (name for power in register.influences for name in (power.holder, power.held)),
        (name for concert in register.concerts for name in (*concert.members, concert.held)),
    )
    for name in sorted({name for name in names if name not in parties}):
        complaints.add(NOT_DESCRIBED, {"party": name})
        parties[name] = Party(name, name, PartyKind.ENTITY)


def _place(register: Register, one: Holding, complaints: Complaints) -> Location:
    return register.at.get(one.id) or Location(complaints.file, path=one.id or None)


def _settle_repeated(register: Register, complaints: Complaints, repeated: Sequence[bool]) -> None:
    groups: dict[tuple[str, str, Nature], list[Holding]] = {}
    for one in itertools.compress(register.holdings, repeated):
        groups.setdefault((one.holder, one.held, one.nature), []).append(one)
    alone = list(itertools.compress(register.holdings, map(operator.not_, repeated)))
    for key in sorted(groups):
        group = groups[key]
        if len(group) == 1:
            alone += group
        else:
            alone += _Side(register, complaints, sorted(group, key=_order)).by_side()
    register.holdings = alone


def _order(one: Holding) -> tuple[object, ...]:
    return one.since or date.min, one.until or date.max, one.origin.issuer, one.origin.on or date.min, one.id, repr(one)


class _Side:
    """Statements on one holding, put side by side over the days."""

    def __init__(self, register: Register, complaints: Complaints, group: Sequence[Holding]) -> None:
        self.register, self.complaints, self.group = register, complaints, group
        self.said: set[object] = set()

    def by_side(self) -> list[Holding]:
        if len(self.group) > MOST:
            return [self._cover_all()]
        found: list[Holding] = []
        for since, until in self._stretches():
            present = [one for one in self.group if _holds(one, since or date.min)]
            if not present:
                continue
            stated = present[0] if len(present) == 1 else self._join(present)
            stated = msgspec.structs.replace(stated, since=since, until=until)
            last = found[-1] if found else None
            if last and last.until and since == last.until + DAY and _alike(last) == _alike(stated):
                found[-1] = msgspec.structs.replace(last, until=until)
            else:
                found.append(stated)
        return found

    def _stretches(self) -> list[tuple[date | None, date | None]]:
        """Spans of days on which the same statements hold."""
        starts = {one.since or date.min for one in self.group} | {
            one.until + DAY for one in self.group if one.until and one.until < date.max
        }
        ordered = sorted(starts)
        ends: list[date | None] = [start - DAY for start in ordered[1:]]
        return [(None if start == date.min else start, end) for start, end in zip(ordered, [*ends, None], strict=True)]

    def _join(self, present: Sequence[Holding]) -> Holding:
        issuers: dict[str, list[Holding]] = {}
        for one in present:
            issuers.setdefault(one.origin.issuer, []).append(one)
        mine = [self._of_one_issuer(issuer, said) for issuer, said in sorted(issuers.items())]
        if len(mine) == 1:
            return mine[0]
        return msgspec.structs.replace(
            _joined(mine), capital=self._of_several(Right.CAPITAL, mine), votes=self._of_several(Right.VOTES, mine)
        )

    def _of_one_issuer(self, issuer: str, said: Sequence[Holding]) -> Holding:
        thresholds = [one for one in said if one.declared_threshold]
        if len(thresholds) > 1:  # a declaration of threshold states the whole position: the latest one holds
            latest = max(map(_declared, thresholds))
            said = [one for one in said if not one.declared_threshold or _declared(one) == latest]
        if len(said) == 1:
            return said[0]
        any_of = _either if all(one.declared_threshold for one in said) else _either_or_sum
        capital, votes = any_of([one.capital for one in said]), any_of([one.votes for one in said])
        same = len({(one.capital, one.votes) for one in said}) == 1
        if same:
            capital, votes = said[0].capital, said[0].votes
            self._complain(said, TWICE, issuer=issuer)
        else:
            self._complain(said, OVERLAP, issuer=issuer, share=f"{in_words(capital)} / {in_words(votes)}")
        return msgspec.structs.replace(_joined(said), capital=capital, votes=votes)

    def _of_several(self, right: Right, said: Sequence[Holding]) -> Range | None:
        """What several issuers say of one right: where all can be true, or all that one of them says."""
        spoken = [(share, one) for one in said if (share := getattr(one, right.value)) is not None]
        if not spoken:
            return None
        common: Range | None = spoken[0][0]
        for share, _ in spoken[1:]:
            common = _both(common, share) if common else None
        if common:
            return common
        lowest = min(spoken, key=lambda pair: (pair[0].most(), _order(pair[1])))
        highest = max(spoken, key=lambda pair: (pair[0].least(), _order(pair[1])))
        first, second = sorted((_quoted(*lowest), _quoted(*highest)))
        conflict = Conflict(said[0].holder, said[0].held, right.value, first, second)
        if conflict not in self.said:
            self.said.add(conflict)
            self.register.conflicts.append(conflict)
        return cover([share for share, _ in spoken])

    def _complain(self, said: Sequence[Holding], message: str, **args: object) -> None:
        key = message, tuple(sorted(args.items(), key=str))
        if key not in self.said:
            self.said.add(key)
            one = said[-1]
            self.complaints.at(_place(self.register, one, self.complaints), message, {"holder": one.holder, "held": one.held, **args})

    def _cover_all(self) -> Holding:
        one = self.group[0]
        self.complaints.at(_place(self.register, one, self.complaints), TOO_MANY,
                           {"limit": MOST, "holder": one.holder, "held": one.held})
        starts, ends = [each.since for each in self.group], [each.until for each in self.group]
        return msgspec.structs.replace(
            one, capital=_either_or_sum([each.capital for each in self.group]), votes=_either_or_sum([each.votes for each in self.group]),
            since=None if None in starts else min(start for start in starts if start),
            until=None if None in ends else max(end for end in ends if end),
        )


def _declared(one: Holding) -> tuple[date, date]:
    return one.since or date.min, one.origin.on or date.min


def _holds(one: Holding, on: date) -> bool:
    return (one.since is None or one.since <= on) and (one.until is None or on <= one.until)


def _alike(one: Holding) -> tuple[object, ...]:
    return one.capital, one.votes, one.origin, one.declared_threshold


def _quoted(share: Range, one: Holding) -> str:
    day = f", {one.origin.on.isoformat()}" if one.origin.on else ""
    return f"{in_words(share)} ({one.origin.issuer}{day}, {one.origin.source})"


def _joined(said: Sequence[Holding]) -> Holding:
    """One holding that carries who said it, all of them."""
    if len(said) == 1:
        return said[0]
    origin = Origin(
        _all_of(one.origin.issuer for one in said), max((one.origin.on for one in said if one.origin.on), default=None),
        _all_of(one.origin.source for one in said), max(one.origin.read for one in said),
    )
    return msgspec.structs.replace(
        said[0], origin=origin, id=min(one.id for one in said), declared_threshold=all(one.declared_threshold for one in said),
    )


def _all_of(words: Iterable[str]) -> str:
    return " / ".join(sorted({part for word in words for part in word.split(" / ")}))


def _both(one: Range, other: Range) -> Range | None:
    """Where both can be true; None when nowhere."""
    return between(max(one.least(), other.least()), min(one.most(), other.most()))


def cover(shares: Sequence[Range]) -> Range:
    """The smallest range that holds them all."""
    (low, low_open), (high, reached) = min(share.least() for share in shares), max(share.most() for share in shares)
    return Range(shortest(low), shortest(high), low_open, not reached)


def _either(shares: Sequence[Range | None]) -> Range | None:
    spoken = [share for share in shares if share is not None]
    return cover(spoken) if spoken else None


def _either_or_sum(shares: Sequence[Range | None]) -> Range | None:
    """Either of them, or all added: from the least to the sum, never above the whole."""
    spoken = [share for share in shares if share is not None]
    if len(spoken) < 2:
        return spoken[0] if spoken else None
    least, total = cover(spoken), exactly(added(*(share.high for share in spoken)))
    return Range(least.low, shortest(min(total, WHOLE)), least.low_open, total <= WHOLE and any(share.high_open for share in spoken))
