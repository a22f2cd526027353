"""What the user declares of the places that no file says: variables of the environment, the cluster, the machine, single resources.

    infrastructure:
      environment: {SCW_DEFAULT_REGION: fr-par}
      cluster: {offer: scaleway, region: fr-par}
      machine: {offer: on-premise, country: FR}
      resources:
        - {match: "openstack_*", offer: ovh-public-cloud, region: GRA}

A declaration is asked last, after all that the code says, and a finding shows that it was one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from egide.infrastructure.drafts import Draft

SECTION = "infrastructure"
UNUSABLE = N_("not usable as a declaration: {problem}")
SAYS_NOTHING = N_("a declaration names an offer, a region or a country")
NOT_A_COUNTRY = N_("«{country}» is no country code of two capital letters (ISO 3166-1)")


class DeclaredPlace(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A place as the user declares it."""

    offer: str | None = None
    """The catalogue's identifier."""
    region: str | None = None
    zone: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    party: str | None = None
    """Who operates it, where no offer says so."""
    controlled_from: str | None = None
    """From which country whoever operates it is controlled, where no offer says so (ISO 3166-1 alpha-2)."""


class _Rule(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    match: str = "*"
    file: str = "*"
    offer: str | None = None
    region: str | None = None
    zone: str | None = None
    country: str | None = None
    party: str | None = None
    controlled_from: str | None = None


class _Section(msgspec.Struct, forbid_unknown_fields=True):
    environment: dict[str, str] = {}
    cluster: DeclaredPlace | None = None
    machine: DeclaredPlace | None = None
    resources: list[_Rule] = []


@dataclass(frozen=True, slots=True)
class Declared:
    """All that is declared."""

    environment: Mapping[str, str] = field(default_factory=dict)
    cluster: DeclaredPlace | None = None
    machine: DeclaredPlace | None = None
    rules: tuple[tuple[str, str, DeclaredPlace], ...] = ()
    """A pattern of addresses or types, a pattern of files, and the place."""
    file: str = ""
    """Which declares it."""

    def of(self, draft: Draft) -> DeclaredPlace | None:
        """What is declared of that resource: the first rule that fits its address or its type, and its file."""
        for pattern, file, place in self.rules:
            if (fnmatchcase(draft.address, pattern) or fnmatchcase(draft.type, pattern)) and fnmatchcase(draft.where.file, file):
                return place
        return None


    @property
    def offers(self) -> tuple[str, ...]:
        """Every offer that a place names, once."""
        places = (self.cluster, self.machine, *(place for _, _, place in self.rules))
        return tuple(dict.fromkeys(place.offer for place in places if place is not None and place.offer))


NOTHING_DECLARED = Declared()


def read_declared(content: bytes, file: str) -> Declared:
    """The section ``infrastructure`` of a YAML file; nothing is declared when there is none.

    Raises `InputError` with the path of what can't be used.
    """
    document = read_yaml(content, file)
    section = document.get(SECTION) if isinstance(document, dict) else None
    return declared(section, file) if section is not None else NOTHING_DECLARED


def declared(section: object, file: str) -> Declared:
    """The declarations of a section that was read; raises `InputError`."""
    try:
        read = msgspec.convert(section, _Section)
    except msgspec.ValidationError as error:
        raise InputError(UNUSABLE, Location(file, path=SECTION), values={"problem": str(error)}) from error
    rules = tuple(
        (rule.match, rule.file, DeclaredPlace(rule.offer, rule.region, rule.zone, rule.country, rule.party, rule.controlled_from))
        for rule in read.resources
    )
    places = [(f"{SECTION}.resources[{index}]", rule[2]) for index, rule in enumerate(rules)]
    for path, place in ((f"{SECTION}.cluster", read.cluster), (f"{SECTION}.machine", read.machine), *places):
        if place is not None:
            _verify(place, Location(file, path=path))
    return Declared(read.environment, read.cluster, read.machine, rules, file)


def _verify(place: DeclaredPlace, at: Location) -> None:
    if not (place.offer or place.region or place.zone or place.country):
        raise InputError(SAYS_NOTHING, at)
    for country in (place.country, place.controlled_from):
        if country is not None and not (len(country) == 2 and country.isascii() and country.isupper()):
            raise InputError(NOT_A_COUNTRY, at, values={"country": country})
