"""A need as people write it: `service.yaml`, read strictly into a `Need`.

Sizes are in the units of price lists (GiB, GB a month, milliseconds, euros); they are brought to whole units here, and a figure that
does not fit them is refused rather than rounded. A spare becomes a component of its own, with its base's sizes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from egide.planner.need import INTERNET, Component, Flow, Need, ShareOf, Spare
from egide.planner.workload_form import UNKNOWN_PORT, Planned, RunForm, read_workload
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from egide.planner.workload import Workload

MIB, MILLI, MICRO, MICROSECONDS = 1024, 1000, 1_000_000, 1000
SPARE = "-spare"
MOST_COMPONENTS = 500
MOST_FLOWS = 5000
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
OUTSIDE_PORT = re.compile(r"[1-9][0-9]{0,4}(?:/(?:tcp|udp))?")
"""A port of the internet, where nothing of the need names one."""
REGISTRY = re.compile(DOMAIN.pattern + r"(?::[0-9]{1,5})?(?:/[a-z0-9._-]+)*")

NOT_A_NEED = N_("this is not a need that can be planned: {problem}")
NEGATIVE = N_("{name} is {value}: it cannot be less than {least}")
NOT_WHOLE = N_("{name} is {value}: more decimals than are counted ({unit})")
UNKNOWN_COMPONENT = N_("«{name}» is not a component of this need")
ITSELF = N_("«{name}» stands with itself")
TWICE = N_("«{name}» stands twice")
TOO_MANY = N_("{count} entries; at most {most} are read")
NOTHING = N_("no component is named: there is nothing to place")
SHARE = N_("{value} is no share: write 60 % or 0.6")
NO_HOST = N_("«{name}» is no host name, such as registre.exemple.fr")
NO_STORE = N_("«{name}» keeps no objects: a backup goes to a component with object_gib")
NOT_A_FLOW = N_("a backup goes to «{name}», but no flow says so: its price would be left out; add one from {source} to {name}")
NO_COUNTRY = N_("«{name}» is no country code of two letters, such as FR")
NAMED_AS_SPARE = N_("«{name}» is the name that the spare of «{base}» takes; choose another")


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    """Unknown keys are refused."""


class _Spare(_Strict):
    another_provider: bool = True
    at_least_km: int = 0


class _Component(_Strict):
    vcpu: int = 0
    memory_gib: float = 0
    count: int = 1
    disk_gib: int = 0
    gpu: int = 0
    gpu_model: str | None = None
    architecture: Literal["x86-64", "arm64"] | None = None
    block_gib: int = 0
    object_gib: int = 0
    load_balancers: int = 0
    control_planes: int = 0
    countries: list[str] | None = None
    providers: list[str] | None = None
    places: list[str] | None = None
    spare: _Spare | None = None
    facts: dict[str, Any] = {}
    run: RunForm | None = None


class _Flow(_Strict, rename={"source": "from", "target": "to"}):
    source: str
    target: str
    gb_per_month: float = 0
    round_trip_ms: float | None = None
    port: str | None = None


class _Providers(_Strict):
    at_least: int = 1
    at_most_share: str | float | None = None
    counted_in: Literal["instances", "vcpus"] = "instances"
    fixed_eur_per_month: dict[str, float] = {}


class _Need(_Strict):
    name: str
    components: dict[str, _Component]
    facts: dict[str, Any] = {}
    countries: list[str] | None = None
    """Where the whole may stand (ISO 3166-1 alpha-2); a component may say otherwise."""
    flows: list[_Flow] = []
    together: list[list[str]] = []
    apart: list[list[str]] = []
    providers: _Providers = msgspec.field(default_factory=_Providers)
    budget_eur_per_month: float | None = None
    registry: str | None = None
    registry_party: str | None = None
    registry_country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")] | None = None
    domain: str | None = None
    continuity: dict[str, Any] | None = None
    """What is declared of recovery: `egide.continuity` reads it; no plan depends on it."""


def schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12) of `service.yaml`."""
    shape = msgspec.json.schema(_Need)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **shape, "title": "egide/service/1"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A need, and the facts that doctrine judges its components by."""

    need: Need
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By component: those of the whole, replaced by its own."""


def read_need(content: bytes, file: str) -> Asked:
    """The need. Raises `InputError` with the path of what is misspelt, negative, doubled or names nothing."""
    return need_of(read_yaml(content, file), file)


def need_of(plain: object, file: str) -> Asked:
    """The same of a document that was read already."""
    try:
        said = msgspec.convert(plain, _Need, strict=True)
    except msgspec.ValidationError as error:
        raise InputError(NOT_A_NEED, Location(file), values={"problem": _named(plain, str(error))}) from error
    return _Reader(file, said).asked()


def _named(plain: object, said: str) -> str:
    """The decoder's sentence with the component that it is about: it leaves keys out of its paths."""
    components = plain.get("components") if isinstance(plain, dict) else None
    if not isinstance(components, dict) or not said.endswith("`") or "$.components[...]" not in said:
        return said
    for name, one in components.items():
        try:
            msgspec.convert(one, _Component, strict=True)
        except msgspec.ValidationError:
            return said.replace("$.components[...]", f"$.components.{name}", 1)
    return said


@dataclass(slots=True)
class _Reader:
    file: str
    said: _Need

    def asked(self) -> Asked:
        said = self.said
        if not said.components:
            raise InputError(NOTHING, self._at("components"))
        for name, listed, most in (("components", said.components, MOST_COMPONENTS), ("flows", said.flows, MOST_FLOWS)):
            if len(listed) > most:
                raise InputError(TOO_MANY, self._at(name), values={"count": len(listed), "most": most})
        components, spares, facts = [], [], {}
        for name, one in said.components.items():
            made = self._component(name, one)
            components.append(made)
            facts[name] = {**said.facts, **one.facts}
            if one.spare is not None:
                spare = msgspec.structs.replace(one)
                twin = f"{name}{SPARE}"
                if twin in said.components:
                    raise InputError(NAMED_AS_SPARE, self._at(f"components.{twin}"), values={"name": twin, "base": name})
                components.append(self._component(twin, spare, spare_of=name))
                facts[twin] = facts[name]
                self._least(f"components.{name}.spare.at_least_km", one.spare.at_least_km, 0)
                spares.append((name, twin, Spare(one.spare.another_provider, one.spare.at_least_km)))
        need = Need(
            said.name, tuple(components), tuple(self._flow(place, one) for place, one in enumerate(said.flows)), self._groups("together"),
            self._groups("apart"), tuple(spares), self._least("providers.at_least", said.providers.at_least, 1), self._share(),
            ShareOf(said.providers.counted_in), self._budget(), self._fixed(),
            self._host("registry", REGISTRY), said.registry_party, said.registry_country, self._host("domain", DOMAIN),
        )  # fmt: skip
        self._built(need)
        return Asked(need, facts)

    def _at(self, path: str) -> Location:
        return Location(self.file, path=f"$.{path}")

    def _least(self, path: str, value: int, least: int) -> int:
        if value < least:
            raise InputError(NEGATIVE, self._at(path), values={"name": path.rpartition(".")[2], "value": value, "least": least})
        return value

    def _units(self, path: str, value: float, unit: int, name: str) -> int:
        """The figure in whole units, exactly as written."""
        exact = Decimal(repr(value)) * unit
        if exact < 0:
            raise InputError(NEGATIVE, self._at(path), values={"name": path.rpartition(".")[2], "value": value, "least": 0})
        if exact != exact.to_integral_value():
            raise InputError(NOT_WHOLE, self._at(path), values={"name": path.rpartition(".")[2], "value": value, "unit": name})
        return int(exact)

    def _component(self, name: str, one: _Component, spare_of: str | None = None) -> Component:
        path = f"components.{spare_of or name}"
        for field_name in ("vcpu", "disk_gib", "gpu", "block_gib", "object_gib", "load_balancers", "control_planes"):
            self._least(f"{path}.{field_name}", getattr(one, field_name), 0)
        return Component(
            name, self._least(f"{path}.count", one.count, 1), one.vcpu, self._units(f"{path}.memory_gib", one.memory_gib, MIB, "MiB"),
            one.disk_gib, one.gpu, one.gpu_model, one.architecture, one.block_gib, one.object_gib, one.load_balancers, one.control_planes,
            self._countries(path, one), None if one.providers is None else frozenset(one.providers),
            None if one.places is None else frozenset(one.places), spare_of, self._run(path, one),
        )  # fmt: skip

    def _countries(self, path: str, one: _Component) -> frozenset[str] | None:
        """Its own, or else those of the whole."""
        said, at = (self.said.countries, "countries") if one.countries is None else (one.countries, f"{path}.countries")
        for word in said or ():
            if not (len(word) == 2 and word.isascii() and word.isalpha()):
                raise InputError(NO_COUNTRY, self._at(at), values={"name": word})
        return None if said is None else frozenset(country.upper() for country in said)

    def _run(self, path: str, one: _Component) -> Workload | None:
        planned = Planned(one.vcpu, one.count, one.block_gib, one.load_balancers)
        return None if one.run is None else read_workload(one.run, planned, lambda below: self._at(f"{path}.run.{below}"))

    def _built(self, need: Need) -> None:
        """What a build would miss: ports that flows name, and stores that backups go to."""
        by_id = need.by_id
        for place, flow in enumerate(need.flows):
            target = by_id.get(flow.target)
            listening = {port.name for port in target.run.ports} if target and target.run else set()
            if flow.port is not None and flow.port not in listening and not (flow.target == INTERNET and OUTSIDE_PORT.fullmatch(flow.port)):
                raise InputError(UNKNOWN_PORT, self._at(f"flows[{place}].port"), values={"name": flow.port})
        for one in need.components:
            backup = one.run.backup if one.run else None
            if backup is None or one.spare_of:
                continue
            path = f"components.{one.id}.run.backup.to"
            store = by_id.get(self._known(path, backup.to))
            if store is None or not store.object_gib:
                raise InputError(NO_STORE, self._at(path), values={"name": backup.to})
            if not any((flow.source, flow.target) == (one.id, backup.to) for flow in need.flows):
                raise InputError(NOT_A_FLOW, self._at(path), values={"name": backup.to, "source": one.id})

    def _host(self, name: Literal["registry", "domain"], form: re.Pattern[str]) -> str | None:
        value: str | None = getattr(self.said, name)
        if value is not None and not form.fullmatch(value):
            raise InputError(NO_HOST, self._at(name), values={"name": value})
        return value

    def _known(self, path: str, name: str) -> str:
        if name not in self.said.components and name.removesuffix(SPARE) not in self.said.components:
            raise InputError(UNKNOWN_COMPONENT, self._at(path), values={"name": name})
        return name

    def _flow(self, place: int, one: _Flow) -> Flow:
        path = f"flows[{place}]"
        self._known(f"{path}.from", one.source)
        if one.target != INTERNET:
            self._known(f"{path}.to", one.target)
        if one.source == one.target:
            raise InputError(ITSELF, self._at(path), values={"name": one.source})
        away = None if one.round_trip_ms is None else self._units(f"{path}.round_trip_ms", one.round_trip_ms, MICROSECONDS, "µs")
        return Flow(one.source, one.target, self._units(f"{path}.gb_per_month", one.gb_per_month, MILLI, "MB"), away, one.port)

    def _groups(self, kind: Literal["together", "apart"]) -> tuple[tuple[str, ...], ...]:
        groups = []
        for place, group in enumerate(getattr(self.said, kind)):
            for number, name in enumerate(group):
                self._known(f"{kind}[{place}][{number}]", name)
                if name in group[:number]:
                    raise InputError(TWICE, self._at(f"{kind}[{place}][{number}]"), values={"name": name})
            groups.append(tuple(group))
        return tuple(groups)

    def _share(self) -> tuple[int, int] | None:
        value = self.said.providers.at_most_share
        if value is None:
            return None
        wrong = InputError(SHARE, self._at("providers.at_most_share"), values={"value": value})
        try:
            words = str(value).replace(" ", "").replace("\u00a0", "").replace("\u202f", "").replace(",", ".")
            share = Decimal(words.removesuffix("%")) / (100 if words.endswith("%") else 1)
        except ArithmeticError:
            raise wrong from None
        if not share.is_finite() or not 0 < share <= 1:
            raise wrong
        return share.as_integer_ratio()

    def _budget(self) -> int | None:
        euros = self.said.budget_eur_per_month
        return None if euros is None else self._units("budget_eur_per_month", euros, MICRO, "µ€")

    def _fixed(self) -> dict[str, int]:
        said = self.said.providers.fixed_eur_per_month
        return {name: self._units(f"providers.fixed_eur_per_month.{name}", euros, MICRO, "µ€") for name, euros in said.items()}
