"""From shapes as data to closures, once; a graph then goes through them without meeting a shape's description again.

A node is judged by walking its own properties, not the shape's: what costs is what the node says. Each demand is a
closure over a value, with the words for its failure made beforehand.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from egide.trust.shapes.demands import NOTHING, Fault, Rule, Test, World, by_name_alone, rule_of, test_of
from egide.trust.shapes.graph import Term
from egide.trust.shapes.model import Closed, Constraint, Count, Datatype, HasValue, NodeKind, Property

if TYPE_CHECKING:
    from egide.trust.shapes.model import Model, Shape

NO_VALUES: dict[Term, None] = {}


Found: TypeAlias = list[Fault]
Judge: TypeAlias = Callable[[Term, Collection[Term], World, Found], None]
"""Judges a focus node by some values: those of its property, or the node itself."""
Inside: TypeAlias = Callable[[Term, Term, World, Found], None]
"""Judges what a value says of itself, on behalf of a focus node."""


class Counts(NamedTuple):
    """How many values a property may have, and which it must."""

    least: int
    too_few: Rule | None
    most: int
    too_many: Rule | None
    wanted: tuple[tuple[Term, Rule], ...]

    @property
    def required(self) -> bool:
        """Having no value is a fault."""
        return self.least > 0 or bool(self.wanted)


class Compiled(NamedTuple):
    """A shape, ready."""

    path: str | None
    required: bool
    judge: Judge

    def put(self, focus: Term, world: World, found: Found) -> None:
        """Judge one focus node."""
        if self.path is None:
            self.judge(focus, (focus,), world, found)
        else:
            own = world.nodes.get(focus, NOTHING) if isinstance(focus, str) else NOTHING
            self.judge(focus, own.get(self.path, NO_VALUES), world, found)


def compiled(model: Model) -> tuple[Compiled, ...]:
    """The shapes in their order; what one refers to stands before it."""
    ready: list[Compiled] = []
    conforms: list[Test] = []
    lists = [frozenset(values) for values in model.lists]
    for place, shape in enumerate(model.shapes):
        tests = [(test, rule_of(part, shape, model)) for part in shape.parts if (test := test_of(part, lists, conforms))]
        counts, inside = _counts(shape, model), _inside(shape, model, ready)
        if inside and shape.path:
            inside = _once(place, inside)
        judge = _judge(shape.path, counts, tuple(tests), inside)
        datatype = None if inside or counts.wanted or counts.least > 1 or counts.most < 1 else _sole_datatype(shape)
        made = Compiled(shape.path, counts.required, _of_one(datatype, judge) if datatype else judge)
        ready.append(made)
        bare = shape.path is None and inside is None and not counts.wanted
        conforms.append(_all_of([test for test, _ in tests]) if bare else _faultless(place, made))
    return tuple(ready)


def _judge(path: str | None, counts: Counts, tests: tuple[tuple[Test, Rule], ...], inside: Inside | None) -> Judge:
    least, too_few, most, too_many, wanted = counts

    def judge(focus: Term, values: Collection[Term], world: World, found: Found) -> None:
        if too_many and len(values) > most:
            found.append(Fault(too_many, focus, path, None))
        elif too_few and len(values) < least:
            found.append(Fault(too_few, focus, path, None))
        for value, rule in wanted:
            if value not in values:
                found.append(Fault(rule, focus, path, None))
        for value in values:
            for test, rule in tests:
                if not test(value, world):
                    found.append(Fault(rule, focus, path, value))
            if inside:
                inside(focus, value, world, found)

    return _alone(inside) if inside and not (tests or wanted or too_few or too_many) else judge


def _alone(inside: Inside) -> Judge:
    def judge(focus: Term, values: Collection[Term], world: World, found: Found) -> None:
        for value in values:
            inside(focus, value, world, found)

    return judge


def _sole_datatype(shape: Shape) -> str | None:
    """The datatype that is all that is demanded of each value, when naming it is enough. That a literal is one goes without saying."""
    demanded = [part for part in shape.parts if not isinstance(part, Count) and not (isinstance(part, NodeKind) and "Literal" in part.kind)]
    if len(demanded) == 1 and isinstance(demanded[0], Datatype) and by_name_alone(demanded[0].iri):
        return demanded[0].iri
    return None


def _of_one(datatype: str, judge: Judge) -> Judge:
    """The same, at once for what is usual: one value, of that datatype."""
    def judge_one(focus: Term, values: Collection[Term], world: World, found: Found) -> None:
        if len(values) == 1:
            value, = values
            if value.__class__ is not str and value[1] == datatype:
                return
        judge(focus, values, world, found)

    return judge_one


def _counts(shape: Shape, model: Model) -> Counts:
    least, most = 0, sys.maxsize
    too_few: Rule | None = None
    too_many: Rule | None = None
    wanted: list[tuple[Term, Rule]] = []
    for part in shape.parts:
        if isinstance(part, Count) and part.constraint is Constraint.MIN_COUNT:
            least, too_few = part.count, rule_of(part, shape, model)
        elif isinstance(part, Count):
            most, too_many = part.count, rule_of(part, shape, model)
        elif isinstance(part, HasValue):
            wanted.append((part.value, rule_of(part, shape, model)))
    return Counts(least, too_few, most, too_many, tuple(wanted))


def _inside(shape: Shape, model: Model, ready: list[Compiled]) -> Inside | None:
    """What the shape demands of the properties of each value; None when it demands nothing."""
    properties: dict[str, list[Judge]] = defaultdict(list)
    required: set[str] = set()
    closing: Rule | None = None
    ignored: frozenset[str] = frozenset()
    for part in shape.parts:
        if isinstance(part, Property) and (path := ready[part.shape].path) is not None:
            properties[path].append(ready[part.shape].judge)
            required |= {path} if ready[part.shape].required else set()
        elif isinstance(part, Closed):
            closing, ignored = rule_of(part, shape, model), frozenset(part.ignored)
    if not properties and closing is None:
        return None
    return _walk({path: tuple(judges) for path, judges in properties.items()}, frozenset(required), closing, ignored)


def _walk(
    properties: dict[str, tuple[Judge, ...]], required: frozenset[str], closing: Rule | None, ignored: frozenset[str],
) -> Inside:
    first = {path: judges[0] for path, judges in properties.items()}
    others = {path: judges[1:] for path, judges in properties.items() if len(judges) > 1}

    def inside(focus: Term, value: Term, world: World, found: Found) -> None:
        own = world.nodes.get(value, NOTHING) if isinstance(value, str) else NOTHING
        for predicate, values in own.items():
            judge = first.get(predicate)
            if judge is not None:
                judge(value, values, world, found)
                if predicate in others:
                    for judge in others[predicate]:
                        judge(value, values, world, found)
            elif closing is not None and predicate not in ignored:
                found.extend(Fault(closing, focus, predicate, other) for other in values)
        if not own.keys() >= required:
            for path in required - own.keys():
                for judge in properties[path]:
                    judge(value, NO_VALUES, world, found)

    return inside


def _all_of(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda value, world: all(test(value, world) for test in tests)


def _faultless(place: int, shape: Compiled) -> Test:
    def test(value: Term, world: World) -> bool:
        key = (~place, value, value)
        found = world.judged.get(key)
        if found is None:
            found = []
            shape.put(value, world, found)
            world.judged[key] = found
        return not found

    return test


def _once(place: int, inside: Inside) -> Inside:
    def remembered(focus: Term, value: Term, world: World, found: Found) -> None:
        key = (place, focus, value)
        known = world.judged.get(key)
        if known is None:
            fresh: Found = []
            inside(focus, value, world, fresh)
            known = world.judged[key] = list(dict.fromkeys(fresh))
        found.extend(known)

    return remembered
