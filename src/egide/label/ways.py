"""The map of accesses: who and what there is, every way between them, layers underneath included, each seen as cut or not.

Names of a layer underneath carry its offer: ``offer/component``. Companies and components are kept apart even where
a dossier gives both one name. A company is never passed through: what it reaches, it reaches for itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from egide.label.dossier import Access, AccessKind, PathState
from egide.label.layers import dossiers_under
from egide.label.parties import Company, asked_of, companies
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from egide.label.dossier import Base, Component, Dossier
    from egide.ownership.answer import Prepared
    from egide.ownership.answers import Readings

Node = tuple[str, str]
"""``party`` or ``component``, and its name."""

SEEN_OPEN, SAID_OPEN, CUT_ON_PAPER, NOBODY_LOOKED = range(4)
"""How sure it is that a way is open, surest first. The first two are open; the others may be."""
STATES = (PathState.TESTED, PathState.DECLARED, PathState.DECLARED, PathState.UNTESTED)


def openness(access: Access) -> int | None:
    """How sure it is that the way is open; None when a tested control cuts it."""
    control = None if access.control is None else access.control_state or PathState.UNTESTED
    if control is PathState.TESTED:
        return None
    if PathState.UNTESTED in (access.state, control):
        return NOBODY_LOOKED
    if control is PathState.DECLARED:
        return CUT_ON_PAPER
    return SEEN_OPEN if access.state is PathState.TESTED else SAID_OPEN


@dataclass(slots=True)
class Map:
    """All that 19.6.c looks at."""

    companies: dict[str, Company] = field(default_factory=dict)
    holds: dict[str, frozenset[str]] = field(default_factory=dict)
    """Components that hold data, or of which nobody said what they hold (then nothing is named)."""
    described: bool = False
    """Whether some component is said to hold customer or technical data."""
    ways: dict[str, tuple[Access, list[tuple[Node, Node]]]] = field(default_factory=dict)

    def add(self, access: Access, steps: list[tuple[Node, Node]]) -> None:
        """One way; a second one by the same name is kept under a name of its own."""
        name, again = access.id, 2
        while name in self.ways:
            name, again = f"{access.id}#{again}", again + 1
        self.ways[name] = (access if access.id == name else replace(access, id=name), steps)


def read_map(dossier: Dossier, prepared: Prepared | None, on: date, readings: Readings) -> Map:
    """The map of the offer and of every layer underneath, each once."""
    found = Map()
    ask = asked_of(dossier, prepared, on, readings)
    layers = [(dossier, ""), *((one, f"{one.id}/") for one in dossiers_under(dossier))]
    own = frozenset({dossier.provider})
    operators: dict[str, str] = {}
    for base in (base for one, _ in layers for base in one.bases):
        if base.dossier is not None and base.dossier.provider not in own:
            operators.setdefault(base.dossier.provider, base.offer)
    for layer, prefix in layers:
        used = companies(layer, ask(layer), on, readings, _strangers(layer), own)
        _Layer(found, layer, prefix, operators).read(used)
    return found


def _strangers(dossier: Dossier) -> Iterator[str]:
    """Names that act and that the dossier introduces nowhere: companies of which nothing is known."""
    known = {one.id for one in dossier.components} | {one.id for one in dossier.customers} | {dossier.provider, dossier.id}
    known |= {f"{below.id}/{one.id}" for below in dossiers_under(dossier) for one in below.components}
    yield from dict.fromkeys(
        name for name in (*(one.source for one in dossier.accesses), *(one.operated_by for one in dossier.components)) if name not in known
    )


class _Layer:
    """One dossier put on the map under its prefix."""

    def __init__(self, on_map: Map, dossier: Dossier, prefix: str, operators: Mapping[str, str]) -> None:
        """``operators``: the provider of a layer underneath, to the nearest offer of its that stands for it."""
        self.map, self.dossier, self.prefix, self.operators = on_map, dossier, prefix, operators
        self.components = {one.id for one in dossier.components}
        self.deeper = {f"{below.id}/{one.id}" for below in dossiers_under(dossier) for one in below.components}
        self.parties: dict[str, str] = {}

    def read(self, found: dict[str, Company]) -> None:
        """Companies, components, the ways that are stated and those that go without saying."""
        offers = {base.offer for base in self.dossier.bases}
        for name, company in found.items():
            self.parties[name] = name if name in offers else self.prefix + name
            self.map.companies.setdefault(self.parties[name], replace(company, id=self.parties[name]))
        if self.dossier.provider in self.operators:
            self.parties[self.dossier.provider] = self.operators[self.dossier.provider]
        for base in self.dossier.bases:
            if base.dossier is not None and base.dossier.provider in self.operators:
                self.parties.setdefault(base.offer, self.operators[base.dossier.provider])
        for component in self.dossier.components:
            self.component(component)
        for access in self.dossier.accesses:
            self.access(access)
        stated = {node for access, steps in self.map.ways.values() for step in steps for node in step}
        for supplier in self.dossier.suppliers:
            self.contract(supplier.id, supplier.data, ("party", self.parties[supplier.id]) in stated)
        for base in self.dossier.bases:
            if base.offer in self.parties:
                self.underneath(base, ("party", self.parties[base.offer]) in stated)

    def component(self, one: Component) -> None:
        """Whoever operates a component reaches it: that is what operating means."""
        name = self.prefix + one.id
        if one.holds:
            self.map.holds[name] = one.holds
            self.map.described = True
        if one.operated_by in self.parties:
            access = Access(f"{self.prefix}operation:{one.id}", one.operated_by, name, AccessKind.ADMINISTRATION, PathState.DECLARED)
            self.map.add(access, [(("party", self.parties[one.operated_by]), ("component", name))])

    def access(self, one: Access) -> None:
        """A stated way. Components pass data to each other both ways; what leaves for a company is that company's way in."""
        sources, targets = self.nodes(one.source), self.nodes(one.target)
        if not targets:
            targets = [("component", self.prefix + one.target)]
            self.map.holds.setdefault(self.prefix + one.target, frozenset())
            one = replace(one, state=PathState.UNTESTED)
        steps = [(source, target) for source in sources for target in targets if target[0] == "component"]
        steps += [(target, source) for source in sources for target in targets if target[0] == "party" and source[0] == "component"]
        if one.kind is AccessKind.DATA:
            steps += [(target, source) for source, target in steps if source[0] == "component"]
        if steps:
            self.map.add(replace(one, id=self.prefix + one.id) if self.prefix else one, steps)

    def nodes(self, name: str) -> list[Node]:
        """Every company and component by that name; none for the provider's own people and its customers."""
        found: list[Node] = [("party", self.parties[name])] if name in self.parties else []
        if name in self.components:
            found.append(("component", self.prefix + name))
        if name in self.deeper:
            found.append(("component", name))
        return found

    def contract(self, supplier: str, data: frozenset[str] | None, stated: bool) -> None:
        """What a supplier processes by contract it obtains; when nobody said, and no way of it is stated, nobody looked."""
        name = self.parties[supplier]
        if data or (data is None and not stated):
            held = f"{self.prefix}contract:{supplier}" if supplier in self.components else name
            self.map.holds.setdefault(held, data or frozenset())
            self.map.described = self.map.described or bool(data)
            state = PathState.DECLARED if data else PathState.UNTESTED
            self.map.add(Access(f"{self.prefix}contract:{supplier}", supplier, held, AccessKind.DATA, state),
                         [(("party", name), ("component", held))])

    def underneath(self, base: Base, stated: bool) -> None:
        """Who operates a base that describes no component may reach what runs on it, and so may a licensor: nobody looked."""
        described = base.dossier is not None and bool(base.dossier.components)
        if (stated and base.provides == "technology") or (described and base.provides != "technology"):
            return
        for one in self.dossier.components:
            if one.holds:
                target = self.prefix + one.id
                access = Access(f"{self.prefix}underneath:{base.offer}:{one.id}", base.offer, target, AccessKind.ADMINISTRATION,
                                PathState.UNTESTED)
                self.map.add(access, [(("party", self.parties[base.offer]), ("component", target))])


def reaches(company: Company) -> bool:
    """Whether a company is one to look at: third-controlled, or perhaps."""
    return company.third is not Answer.NOT_MET
