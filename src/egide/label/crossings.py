"""Whether what a dossier names is there: suppliers, components, functions, bases, documents; and nothing stands on itself.

A name that `offer.yaml` misspells is refused, for the typist can mend it at once. A document that is not in the binder
yet, or a party that only an exported record names, is a problem: the statement stays, with less behind it.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from egide.label.shapes import DossierShape
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

OWN_SKILLS = "own-skills"

NOT_THERE = N_("nothing here is named `{name}`; known: {known}")
TWICE = N_("`{name}` stands twice")
ROUND = N_("`{name}` stands on itself")
NO_EVIDENCE = N_("the binder holds no document `{name}`")


def check(written: DossierShape, file: str, parties: Collection[str], below: Collection[str] = ()) -> None:
    """Every name of the dossier is that of something; ``parties`` are those of the register, ``below`` components of bases.

    Raises `InputError` with the path of the first that is not, of one that stands twice, or of one that stands on itself.
    """
    offer = written.offer
    _once([one.id for one in written.suppliers], "suppliers", file)
    _once([one.id for one in written.components], "components", file)
    _once([one.id for one in written.needs], "needs", file)
    bases = _once([one.offer for one in written.built_on], "built_on", file)
    _once([one.id for one in written.steps], "steps", file)
    _once([one.id for one in written.risks], "risks", file)
    _once([one.id for one in written.customers], "customers", file)
    _once([one.id for one in written.accesses if one.id], "accesses", file)
    for path, name, among in strays(written, parties, below):
        raise InputError(NOT_THERE, Location(file, path=path), values={"name": name, "known": near(name, among)})
    _acyclic({one.id: [one.under] for one in written.suppliers if one.under}, "$.suppliers", file)
    _acyclic({one.id: one.after for one in written.steps}, "$.steps", file)
    if offer.id in bases:
        raise InputError(ROUND, Location(file, path="$.built_on"), values={"name": offer.id})


def strays(written: DossierShape, parties: Collection[str], below: Collection[str] = ()) -> Iterator[tuple[str, str, Collection[str]]]:
    """Every name that is nothing's: its path, itself, and what it could be the name of."""
    suppliers = {one.id for one in written.suppliers}
    components = {one.id for one in written.components}
    bases = {one.offer for one in written.built_on}
    steps = {one.id for one in written.steps}
    operators = {written.offer.provider, *suppliers, *bases}
    ends = {*operators, *components, *parties, *(one.id for one in written.customers), *below}
    on = {OWN_SKILLS, *operators, *(one.id for one in written.needs), *components}
    for path, name, among in _named(written, suppliers, components, operators, ends, on, bases, steps):
        if name not in among:
            yield path, name, among


def _named(
    written: DossierShape, suppliers: Collection[str], components: Collection[str], operators: Collection[str],
    ends: Collection[str], on: Collection[str], bases: Collection[str], steps: Collection[str],
) -> Iterator[tuple[str, str, Collection[str]]]:  # fmt: skip
    """Path, name and what it may be the name of."""
    for i, supplier in enumerate(written.suppliers):
        if supplier.under:
            yield f"$.suppliers[{i}].under", supplier.under, suppliers
    for i, component in enumerate(written.components):
        yield f"$.components[{i}].operated_by", component.operated_by, operators
    for i, access in enumerate(written.accesses):
        yield f"$.accesses[{i}].source", access.source, ends
        yield f"$.accesses[{i}].target", access.target, ends
    for i, need in enumerate(written.needs):
        alternatives = [[one] if isinstance(one, str) else one for one in need.needs]
        for j, several in enumerate(alternatives):
            yield from ((f"$.needs[{i}].needs[{j}]", name, on) for name in several)
        yield from ((f"$.needs[{i}].days", name, operators) for name in need.days)
    for i, one in enumerate(written.answered):
        yield f"$.answered[{i}].base", one.base, bases
    for i, line in enumerate(written.technical_data):
        yield f"$.technical_data[{i}].held_by", line.held_by, operators
        if line.component:
            yield f"$.technical_data[{i}].component", line.component, components
    for i, step in enumerate(written.steps):
        yield from ((f"$.steps[{i}].after", name, steps) for name in step.after)


def evidence_problems(
    written: DossierShape, facts: Iterable[tuple[str, Sequence[str]]], held: Collection[str], file: str,
) -> Iterator[Problem]:
    """One problem for each document that the dossier cites and the binder does not hold; ``facts`` gives path and citations."""
    cited = [
        *facts,
        *((f"$.accesses[{i}]", access.evidence) for i, access in enumerate(written.accesses)),
        *((f"$.answered[{i}]", answered.evidence) for i, answered in enumerate(written.answered)),
        *((f"$.risks[{i}]", risk.evidence) for i, risk in enumerate(written.risks)),
        *((f"$.objectives.{name}", objective.evidence) for name, objective in written.objectives.items()),
        *((f"$.suppliers[{i}].statements.{field}", by.evidence)
          for i, supplier in enumerate(written.suppliers) for field, by in supplier.statements.items()),
    ]
    for path, names in cited:
        for name in names:
            if name not in held:
                yield Problem(Location(file, path=f"{path}.evidence"), NO_EVIDENCE, {"name": name}, False)


def _once(names: Sequence[str], where: str, file: str) -> frozenset[str]:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            raise InputError(TWICE, Location(file, path=f"$.{where}[{index}]"), values={"name": name})
        seen.add(name)
    return frozenset(seen)


def _acyclic(above: Mapping[str, Sequence[str]], path: str, file: str) -> None:
    """Nothing is above itself, however many steps away."""
    done: set[str] = set()
    for start in above:
        trail: list[tuple[str, Iterator[str]]] = [(start, iter(above[start]))] if start not in done else []
        open_: set[str] = {start}
        while trail:
            name, rest = trail[-1]
            following = next(rest, None)
            if following is None:
                trail.pop()
                open_.discard(name)
                done.add(name)
            elif following in open_:
                raise InputError(ROUND, Location(file, path=path), values={"name": following})
            elif following not in done:
                open_.add(following)
                trail.append((following, iter(above.get(following, ()))))


def near(name: str, among: Collection[str]) -> str:
    """The names most like it, else a few of them."""
    found = difflib.get_close_matches(name, sorted(among), 3) or sorted(among)[:5]
    return ", ".join(found) or "–"
