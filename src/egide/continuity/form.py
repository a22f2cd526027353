"""The ``continuity:`` part of service.yaml, read strictly: a misspelt key, a negative time, an unknown name or a circle is refused.

Durations are written with their unit («4 h», «30 min», «2 d»); a place is ``provider``, ``provider/region`` or ``provider/region/zone``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from egide.continuity.declared import (
    At,
    Backup,
    Declared,
    Dependency,
    DependencyKind,
    Disruption,
    Entry,
    Exercise,
    Provider,
    Rebuild,
    Standby,
    Target,
    Tested,
)
from egide.continuity.parameters import PARAMETERS
from egide.continuity.spans import MOST_SECONDS, seconds
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.planner.need import Component, Need

MOST = 500
"""Entries of one list."""
NOT_READ = N_("the continuity part cannot be read: {problem}")
NO_DURATION = N_("«{value}» is no duration from 0 s to 20 years: write 30 min, 4 h or 2 d")
NO_PLACE = N_("«{value}» is no place: write provider/region or provider/region/zone")
NOT_A_COMPONENT = N_("«{name}» is not a component of this service")
NOT_A_NEED = N_("«{name}» is neither a component nor a dependency of this service")
CIRCLE = N_("what must run first goes in a circle: {circle}")
TAKEN = N_("«{name}» names a component already")
NO_PARAMETER = N_("no parameter is named «{name}»; there are: {known}")
NOT_COUNTED = N_("{name} is {value}: a whole number from 0 is expected")
TOO_MANY = N_("{count} entries; at most {most} are read")

Duration = str
Kinds = Literal["dns", "identity", "registry", "keys", "mail", "cdn", "monitoring", "other"]
Disruptions = Literal["software", "hardware", "zone", "region", "provider", "legal"]


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    """Unknown keys are refused."""


class _Target(_Strict):
    rto: Duration | None = None
    rpo: Duration | None = None


class _Standby(_Strict):
    at: str | None = None
    serves: bool | None = None
    runs: bool | None = None
    lag: Duration | None = None
    takes: Duration | None = None
    automatic: bool = False
    tested_on: date | None = None
    took: Duration | None = None


class _Backup(_Strict):
    at: str | None = None
    every: Duration | None = None
    restore_at: str | None = None
    takes: Duration | None = None
    offline: bool | None = None
    tested_on: date | None = None
    took: Duration | None = None


class _Rebuild(_Strict):
    takes: Duration | None = None
    at: str | None = None
    tested_on: date | None = None
    took: Duration | None = None


class _Entry(_Strict):
    at: str | None = None
    offer: str | None = None
    keeps_data: bool | None = None
    essential: bool = True
    needs: list[str] | None = None
    standby: list[_Standby] = []
    backups: list[_Backup] = []
    rebuild: _Rebuild | None = None


class _Dependency(_Strict):
    kind: Kinds = "other"
    at: str | None = None
    used_by: list[str] | None = None
    goes_on_for: Duration | None = None
    alternative: _Standby | None = None


class _Provider(_Strict):
    controlled_by: list[str] | None = None
    controlled_from: str | None = None
    rests_on: list[str] | None = None
    offer: str | None = None
    regions: dict[str, str] = {}
    contract_end: date | None = None
    exit_terms: bool | None = None


class _Exercise(_Strict):
    on: date
    what: Disruptions
    passed: bool | None = None
    took: Duration | None = None


class _Part(_Strict):
    targets: dict[Disruptions, _Target] = {}
    components: dict[str, _Entry] = {}
    dependencies: dict[str, _Dependency] = {}
    providers: dict[str, _Provider] = {}
    detection: Duration | None = None
    decision: Duration | None = None
    exercises: list[_Exercise] = []
    roles: dict[str, str] = {}
    parameters: dict[str, int] = {}


def schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12) of the ``continuity:`` part of `service.yaml`."""
    shape = msgspec.json.schema(_Part)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **shape, "title": "egide/service/1, continuity"}


def read_continuity(part: Mapping[str, Any] | None, need: Need, file: str) -> Declared:
    """What the service declares; without the part, that nothing is known. Raises `InputError` with the path of what is wrong."""
    try:
        said = msgspec.convert(part or {}, _Part, strict=True)
    except msgspec.ValidationError as error:
        raise InputError(NOT_READ, Location(file, path="$.continuity"), values={"problem": str(error)}) from error
    return _Reader(file, need, said).declared()


@dataclass(slots=True)
class _Reader:
    file: str
    need: Need
    said: _Part

    def declared(self) -> Declared:
        said, own = self.said, {one.id: one for one in self.need.components if one.spare_of is None}
        for name in ("components", "dependencies", "providers", "exercises"):
            if len(getattr(said, name)) > MOST:
                raise InputError(TOO_MANY, self._at(name), values={"count": len(getattr(said, name)), "most": MOST})
        for name in said.components:
            self._known(f"components.{name}", name, own, NOT_A_COMPONENT)
        for name in said.dependencies:
            if name in own:
                raise InputError(TAKEN, self._at(f"dependencies.{name}"), values={"name": name})
        made = Declared(
            self.need.name, {name: self._entry(name, one) for name, one in own.items()},
            tuple((flow.source, flow.target) for flow in self.need.flows if flow.source in own and flow.target in own),
            {Disruption(name): Target(self._time(f"targets.{name}.rto", one.rto), self._time(f"targets.{name}.rpo", one.rpo))
             for name, one in said.targets.items()},
            tuple(self._dependency(name, one, own) for name, one in said.dependencies.items()),
            {name: self._provider(one) for name, one in said.providers.items()},
            self._time("detection", said.detection), self._time("decision", said.decision),
            tuple(Exercise(one.on, one.what, one.passed, self._time(f"exercises[{n}].took", one.took))
                  for n, one in enumerate(said.exercises)),
            dict(said.roles), self._parameters(), self.file,
        )  # fmt: skip
        self._no_circle(made)
        return made

    def _at(self, path: str) -> Location:
        return Location(self.file, path=f"$.continuity.{path}")

    def _known(self, path: str, name: str, known: Mapping[str, object], message: str) -> None:
        if name not in known:
            raise InputError(message, self._at(path), values={"name": name})

    def _time(self, path: str, text: str | None) -> int | None:
        if text is None:
            return None
        found = seconds(text)
        if found is None or found > MOST_SECONDS:
            raise InputError(NO_DURATION, self._at(path), values={"value": text})
        return found

    def _place(self, path: str, text: str | None) -> At | None:
        if text is None:
            return None
        parts = [part.strip() for part in text.split("/")]
        if len(parts) > 3 or not all(parts):
            raise InputError(NO_PLACE, self._at(path), values={"value": text})
        return At(*parts)

    def _tested(self, path: str, one: _Standby | _Backup | _Rebuild) -> Tested:
        return Tested(one.tested_on, self._time(f"{path}.took", one.took))

    def _standby(self, path: str, one: _Standby) -> Standby:
        return Standby(
            self._place(f"{path}.at", one.at) or At(), one.serves, one.runs, self._time(f"{path}.lag", one.lag),
            self._time(f"{path}.takes", one.takes), one.automatic, self._tested(path, one),
        )  # fmt: skip

    def _backup(self, path: str, one: _Backup) -> Backup:
        return Backup(
            self._place(f"{path}.at", one.at) or At(), self._time(f"{path}.every", one.every),
            self._place(f"{path}.restore_at", one.restore_at), self._time(f"{path}.takes", one.takes), one.offline, self._tested(path, one),
        )  # fmt: skip

    def _entry(self, name: str, sized: Component) -> Entry:
        machines, balanced = sized.count, sized.load_balancers > 0
        keeps = True if sized.block_gib or sized.object_gib else None
        one = self.said.components.get(name)
        if one is None:
            return Entry(_only_place(sized), None, keeps, machines=machines, balanced=balanced, stated=False)
        path = f"components.{name}"
        for needed in one.needs or ():
            self._known(f"{path}.needs", needed, {**self.need.by_id, **self.said.dependencies}, NOT_A_NEED)
        rebuild = one.rebuild
        return Entry(
            self._place(f"{path}.at", one.at) or _only_place(sized), one.offer, one.keeps_data if one.keeps_data is not None else keeps,
            one.essential, None if one.needs is None else tuple(one.needs), machines, balanced,
            tuple(self._standby(f"{path}.standby[{n}]", it) for n, it in enumerate(one.standby)),
            tuple(self._backup(f"{path}.backups[{n}]", it) for n, it in enumerate(one.backups)),
            None if rebuild is None else Rebuild(self._time(f"{path}.rebuild.takes", rebuild.takes),
                                                 self._place(f"{path}.rebuild.at", rebuild.at), self._tested(f"{path}.rebuild", rebuild)),
        )  # fmt: skip

    def _dependency(self, name: str, one: _Dependency, own: Mapping[str, object]) -> Dependency:
        path = f"dependencies.{name}"
        for user in one.used_by or ():
            self._known(f"{path}.used_by", user, own, NOT_A_COMPONENT)
        return Dependency(
            name, DependencyKind(one.kind), self._place(f"{path}.at", one.at) or At(), None if one.used_by is None else tuple(one.used_by),
            self._time(f"{path}.goes_on_for", one.goes_on_for) or 0,
            None if one.alternative is None else self._standby(f"{path}.alternative", one.alternative),
        )  # fmt: skip

    def _provider(self, one: _Provider) -> Provider:
        return Provider(
            None if one.controlled_by is None else tuple(one.controlled_by), one.controlled_from.upper() if one.controlled_from else None,
            None if one.rests_on is None else tuple(one.rests_on), one.offer,
            {name: country.upper() for name, country in one.regions.items()}, one.contract_end, one.exit_terms,
        )  # fmt: skip

    def _parameters(self) -> Mapping[str, int]:
        for name, value in self.said.parameters.items():
            if name not in PARAMETERS:
                raise InputError(NO_PARAMETER, self._at(f"parameters.{name}"), values={"name": name, "known": ", ".join(PARAMETERS)})
            if value < 0:
                raise InputError(NOT_COUNTED, self._at(f"parameters.{name}"), values={"name": name, "value": value})
        return dict(self.said.parameters)

    def _no_circle(self, made: Declared) -> None:
        """Declared needs must have an order; flows may go both ways, and parts that call each other start together."""
        stated = {name: tuple(one for one in entry.needs if one in made.components)
                  for name, entry in made.components.items() if entry.needs is not None}  # fmt: skip
        done: set[str] = set()
        for start in stated:
            path: list[str] = []
            self._walk(start, stated, path, done)

    def _walk(self, name: str, stated: Mapping[str, tuple[str, ...]], path: list[str], done: set[str]) -> None:
        if name in path:
            circle = " → ".join([*path[path.index(name) :], name])
            raise InputError(CIRCLE, self._at(f"components.{name}.needs"), values={"circle": circle})
        if name in done:
            return
        path.append(name)
        for needed in stated.get(name, ()):
            self._walk(needed, stated, path, done)
        path.pop()
        done.add(name)


def _only_place(sized: Component) -> At:
    """Where it must be, when its need leaves one place only."""
    if sized.places is not None and len(sized.places) == 1:
        provider, _, region = next(iter(sized.places)).partition("/")
        return At(provider, region or None)
    return At(next(iter(sized.providers))) if sized.providers is not None and len(sized.providers) == 1 else At()
