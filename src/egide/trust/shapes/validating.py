"""Shapes that are ready, and the answer for one graph."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from egide.trust.shapes.compiling import NO_VALUES, compiled
from egide.trust.shapes.demands import NOTHING, World
from egide.trust.shapes.focus import STRICT, Focus, Mode
from egide.trust.shapes.graph import RDF_TYPE, SUBCLASS_OF, Graph, internal
from egide.trust.shapes.model import FORMAT, Constraint, Model
from egide.trust.shapes.reading import bound_work, read_shapes, short
from egide.trust.shapes.report import Report, Violation, said
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.trust.shapes.compiling import Compiled, Found
    from egide.trust.shapes.demands import Fault
    from egide.trust.shapes.graph import Nodes, Term, Values

MOST_VIOLATIONS = 1_000
"""Judging stops at the node that brings this many; the report says that there may be more."""
MET, STRICTLY = Answer.MET, Mode.STRICT
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Model)

CONFORMS = N_("nodes put to the shapes, all of which meet them: {count}")
VIOLATES = N_("violations of the shapes: {count}")
VIOLATES_AND_MORE = N_("violations of the shapes: {count}, and perhaps more: the rest was not looked at")
NO_FOCUS = N_("not evaluated: no node is of a class that the shapes speak of")
UNSEEN = N_("not evaluated: no shape speaks of {subjects}")
COPIED = N_("{subject} states no type; that of its credential was taken: {types}")


def compile_shapes(turtle: bytes, file: str) -> Shapes:
    """Shapes from a Turtle document. `InputError` as `read_shapes` says."""
    return Shapes(read_shapes(turtle, file))


def load_shapes(cached: bytes, file: str) -> Shapes:
    """Shapes from `Shapes.cached`, some twenty times as fast as from Turtle. Whose shapes they are, `Shapes.digest` says."""
    try:
        model = _DECODER.decode(cached)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(N_("the compiled shapes are damaged; compile them again"), Location(file)) from error
    if model.format != FORMAT:
        raise InputError(N_("the compiled shapes are of another version; compile them again"), Location(file))
    bound_work(model, file)
    return Shapes(model)


@dataclass(frozen=True, slots=True)
class Shapes:
    """Compiled shapes. They hold no state: any number of graphs may go through at once."""

    model: Model
    _targets: Mapping[Term, tuple[Compiled, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        targets: dict[Term, tuple[Compiled, ...]] = defaultdict(tuple)
        for shape, ready in zip(self.model.shapes, compiled(self.model), strict=True):
            for target in shape.targets:
                targets[target] += (ready,)
        object.__setattr__(self, "_targets", dict(targets))

    @property
    def digest(self) -> str:
        """``sha256-`` and the digest of the Turtle document, in hexadecimal."""
        return self.model.digest

    @property
    def targets(self) -> frozenset[Term]:
        """The classes whose instances are looked at."""
        return frozenset(self._targets)

    def cached(self) -> bytes:
        """A form that `load_shapes` takes."""
        return _ENCODER.encode(self.model)

    def validate(self, graph: Graph, focus: Focus = STRICT, beside: Graph | None = None) -> Report:
        """Put each node of a targeted class to its shapes.

        ``graph`` is what a credential says of its subjects (`subject_graph`). ``beside`` is what other credentials of the same
        presentation say (`classes_stated`): it tells of which class a node is that this one only refers to, and nothing else,
        so that no issuer's statement completes another's.
        """
        nodes, flags = self._with_types(graph.nodes, focus)
        types = _types(nodes)
        found: Found = []
        seen = self._judge(types, World(nodes, types, {} if beside is None else beside.nodes), found)
        unseen = () if seen.issuperset(focus.subjects) else tuple(sorted([one for one in map(internal, focus.subjects) if one not in seen]))
        if seen and not (found or unseen):
            return Report(MET, _conforms(len(seen)), (), len(seen), (), flags)
        results = tuple(sorted([self._worded(fault) for fault in found[:MOST_VIOLATIONS]], key=_order))
        answer, reason = _answer(len(seen), unseen, len(results), len(found) >= MOST_VIOLATIONS)
        return Report(answer, reason, results, len(seen), unseen, flags)

    def _judge(self, types: Mapping[Term, Values], world: World, found: Found) -> set[Term]:
        """The nodes that were put to at least one shape."""
        targets = self._targets
        seen: set[Term] = set()
        for node, classes in types.items():
            shapes: tuple[Compiled, ...] = ()
            for name in classes:
                shapes += targets.get(name, ())
            if shapes:
                seen.add(node)
                for shape in dict.fromkeys(shapes) if len(shapes) > 1 else shapes:
                    shape.put(node, world, found)
                if len(found) >= MOST_VIOLATIONS:
                    break
        return seen

    def _with_types(self, nodes: Nodes, focus: Focus) -> tuple[Nodes, tuple[Reason, ...]]:
        """In the compatible mode: the untyped subjects with the types of their credentials, those that a shape targets."""
        if focus.mode is STRICTLY:
            return nodes, ()
        given: Nodes = {}
        flags = []
        for subject, stated in sorted(focus.subjects.items()):
            node = internal(subject)
            own = nodes.get(node, NOTHING)
            types = sorted({internal(name) for name in stated} & self._targets.keys(), key=str)
            if types and not own.get(RDF_TYPE):
                given[node] = {**own, RDF_TYPE: dict.fromkeys(types)}
                told = ", ".join(short(name, self.model.prefixes) for name in types)
                flags.append(Reason("shape.type-copied-down", {"subject": said(node), "types": told}, COPIED))
        return {**nodes, **given} if given else nodes, tuple(flags)

    def _worded(self, fault: Fault) -> Violation:
        rule = fault.rule
        args = dict(rule.args)
        if fault.value is not None:
            args["value"] = said(fault.value)
            args["given"] = self._kind(fault.value)
        if rule.constraint is Constraint.CLOSED and fault.path is not None:
            args["property"] = said(short(fault.path, self.model.prefixes))
        return Violation(fault.focus, fault.path, fault.value, rule.constraint, rule.shape, Reason(rule.code, args, rule.message))

    def _kind(self, value: Term) -> str:
        if isinstance(value, str):
            return "BlankNode" if value.startswith("_:") else "IRI"
        return short(value[1], self.model.prefixes)


def _types(nodes: Nodes) -> dict[Term, Values]:
    """Each typed node and its classes, superclasses that the graph states included (SHACL, 1.1: SHACL instance)."""
    types: dict[Term, Values] = {node: own[RDF_TYPE] for node, own in nodes.items() if RDF_TYPE in own}
    for own in nodes.values():
        if SUBCLASS_OF in own:
            return {node: _with_superclasses(classes, nodes) for node, classes in types.items()}
    return types


def _with_superclasses(classes: Iterable[Term], nodes: Nodes) -> Values:
    found: Values = {}
    waiting = list(classes)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            if isinstance(name, str):
                waiting += nodes.get(name, NOTHING).get(SUBCLASS_OF, NO_VALUES)
    return found


def _answer(focus_nodes: int, unseen: tuple[str, ...], violations: int, cut: bool) -> tuple[Answer, Reason]:
    if violations:
        return Answer.NOT_MET, Reason("shape.violations", {"count": violations}, VIOLATES_AND_MORE if cut else VIOLATES)
    if not focus_nodes:
        return Answer.UNKNOWN, Reason("shape.no-focus-node", {}, NO_FOCUS)
    return Answer.UNKNOWN, Reason("shape.subject-unseen", {"subjects": ", ".join(said(subject) for subject in unseen)}, UNSEEN)


@lru_cache(maxsize=256)
def _conforms(focus_nodes: int) -> Reason:
    return Reason("shape.conforms", {"count": focus_nodes}, CONFORMS)


def _order(violation: Violation) -> tuple[str, ...]:
    value = violation.value
    written: tuple[str, ...] = (value or "", "", "") if value is None or isinstance(value, str) else value
    return str(violation.focus), violation.path or "", violation.constraint, *written, violation.shape
