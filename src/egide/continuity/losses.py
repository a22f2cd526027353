"""What everything stands on, and what a loss takes with it.

A copy, a backup or a dependency reaches nodes: its zone, region and provider, whoever controls or carries that provider at any depth, the
laws of its places and of its controllers, the qualification of its offer. A loss is a set of nodes; it takes what reaches one of them.
Where a part is not known, whether the loss takes it is unknown too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from egide.continuity.declared import At, Declared, Disruption, Entry, Provider
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

KINDS = ("provider", "region", "zone", "law", "qualification", "sanction", "dependency", "software", "machine")
"""What may be named after ``--lose``."""
ABRUPT = frozenset({"provider", "sanction", "region", "zone", "dependency", "software", "machine"})
"""Kinds whose loss stops what it takes; a law or a qualification lost leaves time to go."""
UNSAID = "?"
"""Stands before the declaration that would name a place: it is surely somewhere, and may be anywhere that fits."""
NOT_A_LOSS = N_("«{value}» is no loss: write one of {kinds}, a colon and a name, such as provider:NAME")
NOT_THERE = N_("this service is not known to stand on «{name}»; it stands on: {known}")


@dataclass(frozen=True, slots=True)
class Qualified:
    """The line that an offer is qualified by on the day."""

    offer: str
    name: str
    region: str | None
    until: date | None
    decision: str | None

    @property
    def key(self) -> str:
        """``offer`` or ``offer/region``."""
        return f"{self.offer}/{self.region}" if self.region else self.offer


@dataclass(frozen=True, slots=True)
class Known:
    """What is known on the day beside the service's own words: the catalogue, registers of holdings. What is absent is not known."""

    on: date
    inside: frozenset[str] = frozenset()
    """Countries whose law is no third country's."""
    controllers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Provider to who controls it, directly."""
    control: Mapping[str, str] = field(default_factory=dict)
    """Provider to the country that it is controlled from."""
    rests_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Provider to providers underneath its offers that the catalogue tells of; there may be others."""
    countries: Mapping[str, str] = field(default_factory=dict)
    """``provider/region`` to the country."""
    offers: Mapping[str, str] = field(default_factory=dict)
    """Provider to its offer, where it has only one."""
    qualified: Mapping[str, Qualified | None] = field(default_factory=dict)
    """``offer`` or ``offer/region`` to its line; None: known to have none that day; absent: not known."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What something stands on, and where that is not known to the end."""

    nodes: frozenset[str]
    open: Mapping[str, str] = field(default_factory=dict)
    """Beginning of nodes that it may reach too, to the declaration that would say."""

    def hit(self, loss: Loss) -> Answer:
        """Whether the loss takes it."""
        if loss.nodes & self.nodes:
            return Answer.MET
        return Answer.UNKNOWN if self.asks(loss) else Answer.NOT_MET

    def asks(self, loss: Loss) -> frozenset[str]:
        """The declarations without which it is not known."""
        if loss.nodes & self.nodes:
            return frozenset()
        return frozenset(ask for start, ask in self.open.items() if any(node.startswith(start) for node in loss.nodes))


@dataclass(frozen=True, slots=True)
class Loss:
    """What goes away together."""

    nodes: frozenset[str]

    @property
    def abrupt(self) -> bool:
        """Whether what it takes stops; else there is time to leave."""
        return any(kind_of(node) in ABRUPT for node in self.nodes)

    @property
    def physical(self) -> bool:
        """Whether the place itself is gone, and not only what runs there."""
        return any(kind_of(node) not in {"software", "machine"} for node in self.nodes)

    @property
    def name(self) -> str:
        """Its nodes, in order."""
        return " + ".join(sorted(self.nodes))


def kind_of(node: str) -> str:
    """The kind of a node: what stands before its colon."""
    return node.partition(":")[0]


def name_of(node: str) -> str:
    """The name of a node."""
    return node.partition(":")[2]


@dataclass(slots=True)
class Ground:
    """What the service's parts reach, each told once."""

    declared: Declared
    known: Known
    how: dict[str, str] = field(default_factory=dict)
    """Node to how it is reached when it is not one's own: ``controls`` or ``carries``."""
    _parties: dict[str, Reach] = field(default_factory=dict)
    _entries: dict[str, Reach] = field(default_factory=dict)

    def of_entry(self, name: str, entry: Entry) -> Reach:
        """The copy in use of a component, told once."""
        if name not in self._entries:
            reach = self.of(entry.at, f"components.{name}.at", entry.offer)
            self._entries[name] = Reach(reach.nodes | {f"software:{name}", f"machine:{name}"}, reach.open)
        return self._entries[name]

    def of(self, at: At, ask: str, offer: str | None = None) -> Reach:
        """Whatever stands at a place. ``ask``: the declaration that says where it is."""
        if at.provider is None:
            open_ = {f"{kind}:": ask for kind in ("provider", "region", "zone", "law", "qualification", "sanction")}
            return Reach(frozenset(f"{kind}:{UNSAID}{ask}" for kind in ("provider", "region", "zone")), open_)
        party = self.party(at.provider)
        nodes, open_ = set(party.nodes), dict(party.open)
        if at.region is None:
            open_ |= {f"region:{at.provider}/": ask, f"zone:{at.provider}/": ask, "law:": ask}
            nodes |= {f"region:{at.provider}/{UNSAID}{ask}", f"zone:{at.provider}/{UNSAID}{ask}"}
        else:
            place = f"{at.provider}/{at.region}"
            nodes.add(f"region:{place}")
            said = self.declared.providers.get(at.provider)
            country = (said.regions.get(at.region) if said else None) or self.known.countries.get(place)
            if country:
                nodes.add(f"law:{country}")
            else:
                open_.setdefault("law:", f"providers.{at.provider}.regions.{at.region}")
            if at.zone is None:
                open_[f"zone:{place}/"] = ask
                nodes.add(f"zone:{place}/{UNSAID}{ask}")
            else:
                nodes.add(f"zone:{place}/{at.zone}")
        self._qualification(at, offer, ask, nodes, open_)
        return Reach(frozenset(nodes), open_)

    def _qualification(self, at: At, offer: str | None, ask: str, nodes: set[str], open_: dict[str, str]) -> None:
        said = self.declared.providers.get(at.provider or "", Provider())
        offer = offer or said.offer or self.known.offers.get(at.provider or "")
        if offer is None:
            if at.provider not in self.declared.providers:
                open_["qualification:"] = f"providers.{at.provider}.offer"
            return
        for key in (f"{offer}/{at.region}", offer):
            if key in self.known.qualified:
                line = self.known.qualified[key]
                if line is not None:
                    nodes.add(f"qualification:{line.key}")
                return
        open_["qualification:"] = ask if at.region is None else f"providers.{at.provider}.offer"

    def party(self, provider: str) -> Reach:
        """A provider, who controls it and who carries it, at any depth; and the laws that reach them.

        Who controls is taken from the word of those who say it: of a holder that nobody speaks of, nobody further is supposed.
        """
        if provider in self._parties:
            return self._parties[provider]
        nodes, open_, waiting = set[str](), dict[str, str](), [(provider, "")]
        seen: set[str] = set()
        while waiting:
            one, how = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            nodes |= {f"provider:{one}", f"sanction:{one}"}
            if how:
                self.how.setdefault(f"provider:{one}", how)
            owners, said = self._owners(one), self.declared.providers.get(one)
            if how != "controls" and (owners is None or said is None or said.rests_on is None):
                open_.setdefault("provider:", f"providers.{one}")
                open_.setdefault("sanction:", f"providers.{one}")
            waiting += [(owner, "controls") for owner in owners or ()]
            if how != "controls":  # whoever carries a holding company does not carry its subsidiary
                carriers = (*((said and said.rests_on) or ()), *self.known.rests_on.get(one, ()))
                waiting += [(other, "carries") for other in carriers]
            self._law(one, how, nodes, open_)
        self._parties[provider] = Reach(frozenset(nodes), open_)
        return self._parties[provider]

    def _law(self, one: str, how: str, nodes: set[str], open_: dict[str, str]) -> None:
        said = self.declared.providers.get(one)
        country = (said.controlled_from if said else None) or self.known.control.get(one)
        if country:
            nodes.add(f"law:{country}")
        elif how != "controls":
            open_.setdefault("law:", f"providers.{one}.controlled_from")

    def _owners(self, provider: str) -> tuple[str, ...] | None:
        said = self.declared.providers.get(provider)
        if said is not None and said.controlled_by is not None:
            return (*said.controlled_by, *self.known.controllers.get(provider, ()))
        return self.known.controllers.get(provider)


def parse(values: Iterable[str], ground: Ground, present: frozenset[str], open_: Iterable[str] = ()) -> Loss:
    """What ``--lose`` names, held against what the service stands on.

    A qualification is named by its offer, ``offer/region`` or decision number. A law that nothing is known to be under is lost all the same
    where it is not known of something (``open_``): it then takes that perhaps. Raises `InputError`.
    """
    nodes = set[str]()
    for value in values:
        kind, colon, name = value.partition(":")
        if kind not in KINDS or not colon or not name.strip():
            raise InputError(NOT_A_LOSS, values={"value": value, "kinds": ", ".join(KINDS)})
        wanted = name.strip().casefold()
        same = [node for node in present if kind_of(node) == kind and _names(node, ground.known) & {wanted}]
        if not same and kind == "law" and "law:" in open_ and re.fullmatch("[a-z]{2}", wanted):
            same = [f"law:{wanted.upper()}"]
        if not same:
            there = sorted(name_of(node) for node in present if kind_of(node) == kind)
            raise InputError(NOT_THERE, values={"name": value, "known": ", ".join(there) or "—"})
        nodes |= set(same)
    return Loss(frozenset(nodes))


def _names(node: str, known: Known) -> set[str]:
    """What a node may be called."""
    names = {name_of(node).casefold()}
    if kind_of(node) == "qualification":
        line = known.qualified.get(name_of(node))
        if line is not None:
            names |= {line.offer.casefold(), line.name.casefold(), (line.decision or "").casefold()}
    return names


def usual(present: frozenset[str], known: Known) -> Mapping[Disruption, tuple[Loss, ...]]:
    """For each disruption, every single loss of that kind that the service may meet."""
    kinds = {
        Disruption.SOFTWARE: ("software",), Disruption.HARDWARE: ("machine",), Disruption.ZONE: ("zone",),
        Disruption.REGION: ("region",), Disruption.PROVIDER: ("provider",), Disruption.LEGAL: ("qualification", "law"),
    }  # fmt: skip
    return {
        disruption: tuple(
            Loss(frozenset({node})) for node in sorted(present)
            if kind_of(node) in wanted and not (kind_of(node) == "law" and name_of(node) in known.inside)
        )
        for disruption, wanted in kinds.items()
    }  # fmt: skip
