"""The ways a part has to come back after a loss: what survives, how long it takes, how much it loses, what nobody said.

Standbys take a fault of the software with the copy in use: only a backup, or building anew what keeps no data, brings one back. A loss that
is no outage (a law, a qualification) leaves the data where they are: one is told of it, and what is lost of the data is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import inf

from egide.continuity.declared import Architecture, At, Backup, Declared, Dependency, Entry, Rebuild, Standby, Tested
from egide.continuity.losses import Ground, Loss, Reach
from egide.continuity.spans import NONE, UNKNOWN, Span, exactly, shortest
from egide.vocabulary.findings import Answer

COSTLIEST = tuple(Architecture)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to come back."""

    architecture: Architecture | None
    """None: not said which it is."""
    at: At
    takes: Span
    loses: Span
    asks: frozenset[str] = frozenset()
    """Declarations without which the figures are open."""
    tested: Tested = field(default_factory=Tested)
    path: str = ""
    """Where it is declared."""
    ours: bool = False
    """Not there: what it would take by our parameters."""


@dataclass(frozen=True)
class Recovery:
    """What a loss does to one part."""

    name: str
    hit: Answer
    ways: tuple[Way, ...] = ()
    asks: frozenset[str] = frozenset()
    """Declarations without which it is not known whether it is hit."""
    abrupt: bool = True
    """Whether the loss stops it; else its data stay where they are, whether or not there is a way to leave."""

    @cached_property
    def takes(self) -> Span:
        """Until it is back by the quickest way; nothing when it is not hit."""
        return self._least(way.takes for way in self.ways)

    @cached_property
    def loses(self) -> Span:
        """What is lost by the way that loses least; nothing where the loss is no outage."""
        return NONE if not self.abrupt else self._least(way.loses for way in self.ways)

    def _least(self, spans: Iterator[Span]) -> Span:
        if self.hit is Answer.NOT_MET:
            return NONE
        found = shortest(spans)
        return found if self.hit is Answer.MET else Span(0.0, found.high)

    @property
    def architecture(self) -> Architecture | None:
        """The costliest of the ways that are left; None when one is not known."""
        if any(way.architecture is None for way in self.ways):
            return None
        return min((way.architecture for way in self.ways if way.architecture), key=COSTLIEST.index, default=Architecture.NONE)


@dataclass(frozen=True, slots=True)
class Roads:
    """The ways of every part of a service."""

    declared: Declared
    ground: Ground
    extra: Mapping[str, tuple[Way, ...]]
    """Ways that are not there yet, by component."""

    def component(self, name: str, loss: Loss) -> Recovery:
        """One component."""
        entry = self.declared.components[name]
        reach = self.ground.of_entry(name, entry)
        hit = reach.hit(loss)
        if hit is Answer.NOT_MET:
            return Recovery(name, hit)
        return Recovery(name, hit, tuple(self._ways(name, entry, loss, reach)), reach.asks(loss), loss.abrupt)

    def dependency(self, one: Dependency, loss: Loss) -> Recovery:
        """One dependency; its only way is its alternative."""
        reach = self.reach_of(one)
        hit = reach.hit(loss)
        if hit is Answer.NOT_MET:
            return Recovery(one.name, hit)
        alternative, path = one.alternative, f"dependencies.{one.name}.alternative"
        ways = [] if alternative is None else list(self._standby(alternative, path, loss, keeps_data=False))
        for way in self.extra.get(one.name, ()):
            ways += self._reachable(way, loss, keeps_data=False, holds=path)
        return Recovery(one.name, hit, tuple(ways), reach.asks(loss), loss.abrupt)

    def reach_of(self, one: Dependency) -> Reach:
        """What a dependency stands on."""
        reach = self.ground.of(one.at, f"dependencies.{one.name}.at")
        open_ = {start: ask for start, ask in reach.open.items() if start != "qualification:"}
        nodes = frozenset(node for node in reach.nodes if not node.startswith("qualification:"))
        return Reach(nodes | {f"dependency:{one.name}"}, open_)

    def further(self, way: Way, name: str, loss: Loss) -> tuple[Span, Span] | None:
        """How long that way would take the part and what it would lose; None when it is no way back from that loss."""
        entry = self.declared.components.get(name)
        if entry is None:
            ways = self._reachable(way, loss, keeps_data=False, holds=f"dependencies.{name}.alternative")
        elif self._helps(way, name, loss):
            ways = self._reachable(way, loss, entry.keeps_data, f"components.{name}")
        else:
            return None
        found = next(ways, None)
        return (found.takes, found.loses) if found else None

    def _helps(self, way: Way, name: str, loss: Loss) -> bool:
        """A copy that runs has the fault of the software too."""
        return f"software:{name}" not in loss.nodes or way.architecture is Architecture.BACKUP_AND_RESTORE

    def _ways(self, name: str, entry: Entry, loss: Loss, reach: Reach) -> Iterator[Way]:
        path = f"components.{name}"
        if not entry.stated:
            yield Way(None, At(), UNKNOWN, UNKNOWN, frozenset({path}), path=path)
        if loss.nodes <= {f"machine:{name}"} and entry.machines > 1 and entry.balanced and entry.keeps_data is False:
            yield Way(Architecture.MULTI_SITE, entry.at, NONE, NONE, path=path)
        if f"software:{name}" not in loss.nodes:
            for number, one in enumerate(entry.standbys):
                yield from self._standby(one, f"{path}.standby[{number}]", loss, keeps_data=entry.keeps_data, holds=path)
        for number, backup in enumerate(entry.backups):
            yield from self._backup(backup, f"{path}.backups[{number}]", loss, entry, reach, path)
        if entry.rebuild is not None and entry.keeps_data is not True:
            yield from self._rebuild(entry.rebuild, path, loss, entry, reach)
        for way in self.extra.get(name, ()):
            if self._helps(way, name, loss):
                yield from self._reachable(way, loss, entry.keeps_data, path)

    def _reachable(self, way: Way, loss: Loss, keeps_data: bool | None, holds: str) -> Iterator[Way]:
        """A way that is not there yet: in its place by a plan, else wherever the loss does not reach."""
        reach = Reach(frozenset()) if way.at.provider is None else self.ground.of(way.at, holds)
        hit = reach.hit(loss)
        if hit is Answer.MET:
            return
        asks = set(reach.asks(loss))
        takes = way.takes if way.architecture is Architecture.MULTI_SITE else way.takes + self.waits(loss, asks)
        loses = self._loses(int(way.loses.high), "", loss, keeps_data, holds, asks)
        yield Way(way.architecture, way.at, *_doubted(takes, loses, hit), frozenset(asks), ours=True)

    def _standby(self, one: Standby, path: str, loss: Loss, *, keeps_data: bool | None, holds: str = "") -> Iterator[Way]:
        reach = self.ground.of(one.at, f"{path}.at")
        hit = reach.hit(loss)
        if hit is Answer.MET:
            return
        asks = set(reach.asks(loss))
        takes = self._takes(one.takes, one.tested, f"{path}.takes", asks)
        if not one.automatic:
            takes = takes + self.waits(loss, asks)
        loses = self._loses(one.lag, f"{path}.lag", loss, keeps_data, holds, asks)
        yield Way(_architecture(one), one.at, *_doubted(takes, loses, hit), frozenset(asks), one.tested, path)

    def _backup(self, one: Backup, path: str, loss: Loss, entry: Entry, own: Reach, holds: str) -> Iterator[Way]:
        reach = self.ground.of(one.at, f"{path}.at")
        hit = reach.hit(loss)
        if hit is Answer.MET:
            return
        asks = set(reach.asks(loss))
        place, there = self._place(one.restore_at, entry, loss, own, f"{path}.restore_at", asks)
        if there is Answer.MET:
            return
        takes = self._takes(one.takes, one.tested, f"{path}.takes", asks) + self.waits(loss, asks)
        loses = self._loses(one.every, f"{path}.every", loss, entry.keeps_data, holds, asks)
        doubt = Answer.UNKNOWN if Answer.UNKNOWN in (hit, there) else Answer.NOT_MET
        yield Way(Architecture.BACKUP_AND_RESTORE, place, *_doubted(takes, loses, doubt), frozenset(asks), one.tested, path)

    def _rebuild(self, one: Rebuild, path: str, loss: Loss, entry: Entry, own: Reach) -> Iterator[Way]:
        asks: set[str] = set()
        place, there = self._place(one.at, entry, loss, own, f"{path}.rebuild.at", asks)
        if there is Answer.MET:
            return
        if entry.keeps_data is None:
            there = Answer.UNKNOWN
            asks.add(f"{path}.keeps_data")
        takes = self._takes(one.takes, one.tested, f"{path}.rebuild.takes", asks) + self.waits(loss, asks)
        yield Way(Architecture.BACKUP_AND_RESTORE, place, *_doubted(takes, NONE, there), frozenset(asks), one.tested, f"{path}.rebuild")

    def _place(self, said: At | None, entry: Entry, loss: Loss, own: Reach, ask: str, asks: set[str]) -> tuple[At, Answer]:
        """Where it is made again, and whether the loss takes that too: its own place when that is left, else the one that is said."""
        here = Answer.NOT_MET if not loss.physical else own.hit(loss)
        if here is Answer.NOT_MET:
            return entry.at, here
        if said is None:
            asks.add(ask)
            return At(), Answer.UNKNOWN
        reach = self.ground.of(said, ask)
        asks |= reach.asks(loss)
        return said, reach.hit(loss)

    def _takes(self, said: int | None, tested: Tested, ask: str, asks: set[str]) -> Span:
        """As measured in a test, else as said."""
        figure = tested.took if tested.took is not None else said
        if figure is None:
            asks.add(ask)
            return UNKNOWN
        return exactly(figure)

    def _loses(self, said: int | None, ask: str, loss: Loss, keeps_data: bool | None, holds: str, asks: set[str]) -> Span:
        if keeps_data is False or not loss.abrupt:
            return NONE
        if keeps_data is None:
            asks.add(f"{holds}.keeps_data")
        if said is None:
            asks.add(ask)
            return UNKNOWN
        return Span(0.0 if keeps_data is None else said, said)

    def waits(self, loss: Loss, asks: set[str]) -> Span:
        """Noticing and deciding; of a loss by law one is told."""
        span = NONE
        for name in ("detection", "decision") if loss.abrupt else ("decision",):
            said: int | None = getattr(self.declared, name)
            if said is None:
                asks.add(name)
            span = span + (UNKNOWN if said is None else exactly(said))
        return span


def _doubted(takes: Span, loses: Span, hit: Answer) -> tuple[Span, Span]:
    """Figures of a way that may be lost too have no upper bound."""
    return (takes, loses) if hit is Answer.NOT_MET else (Span(takes.low, inf), Span(loses.low, inf))


def _architecture(one: Standby) -> Architecture | None:
    """Which of the five a standby is, by what it does now."""
    if one.serves:
        return Architecture.MULTI_SITE
    if one.runs:
        return Architecture.WARM_STANDBY
    if one.serves is None and one.runs is None:
        return None
    return Architecture.PILOT_LIGHT

