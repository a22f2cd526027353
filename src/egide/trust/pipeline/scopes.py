"""Trust scopes: by which policy a verification ends (step 8), each by name and version.

Gaia-X Danube makes the policy a part that can be changed while the format stays; so here too. A scope says which release of the shapes it
judges by, whether certificates must stand behind each key, and what its policy demands. The demands themselves are in `policy`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_


class Demand(StrEnum):
    """What a policy may demand."""

    NOT_REVOKED = "issuer-not-revoked"
    """No issuer is on the list of revoked ones."""
    NEWEST = "newest"
    """Nothing newer of the same name is known."""
    LABELS_BY_NAMED = "labels-by-named-issuers"
    """Who gives a label was named for that; a label of anybody else is told, and refused once somebody was named."""
    LABELS_BY_NAMED_ONLY = "labels-by-named-issuers-only"
    """The same, and without anybody named a label isn't evaluated."""
    COMPLETE = "complete"
    """A legal person, its number from a notary, its terms and an offering, in one file."""
    QUALIFIED = "qualified"
    """The catalogue holds a line of ANSSI's for the offering, valid on the day. A computed label is shown, and never stands for it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One policy."""

    name: str
    title: str
    """A message of the catalogue."""
    source: str
    """Where its demands come from."""
    shapes: str | None = None
    """The release of the shapes, as bundles name it; without one nothing is put to shapes."""
    chain_required: bool = False
    """Whether a key without certificates that lead to an anchor is refused."""
    demands: tuple[Demand, ...] = ()


BASIC = (Demand.NOT_REVOKED, Demand.NEWEST)
SHAPES_25_11 = "gaia-x-25.11"
SCOPES: Mapping[str, Scope] = {
    scope.name: scope
    for scope in (
        Scope("gaia-x-loire-25.11", N_("Gaia-X Loire, ontology 25.11: signed, in force, and as the shapes want it"),
              "Gaia-X ontology 25.11; W3C VC Data Model 2.0, VC-JOSE-COSE, Bitstring Status List 1.0",
              SHAPES_25_11, demands=(*BASIC, Demand.LABELS_BY_NAMED)),
        Scope("gaia-x-clearing-25.11", N_("Gaia-X 25.11 as a clearing house asks for it: certificates, notaries, and all in one file"),
              "Gaia-X clearing houses, as others describe what they ask for (secondary)",
              SHAPES_25_11, chain_required=True, demands=(*BASIC, Demand.LABELS_BY_NAMED_ONLY, Demand.COMPLETE)),
        Scope("cloud-de-confiance", N_("«Cloud de confiance»: as Gaia-X Loire 25.11, and the offering qualified by ANSSI on the day"),
              "French national cloud strategy, 17 May 2021; circular 6404/SG, R9; ANSSI's catalogue as imported",
              SHAPES_25_11, demands=(*BASIC, Demand.LABELS_BY_NAMED_ONLY, Demand.QUALIFIED)),
        Scope("vc-2.0", N_("Any credential of the W3C: signed and in force; no shapes"),
              "W3C VC Data Model 2.0, VC-JOSE-COSE, Bitstring Status List 1.0", demands=BASIC),
    )
}  # fmt: skip
DEFAULT = SCOPES["gaia-x-loire-25.11"]


def scope_named(name: str) -> Scope:
    """The scope of that name. Raises `InputError`, which lists those that there are."""
    if name not in SCOPES:
        raise InputError(N_("no trust scope is named `{name}`; these are: {known}"), values={"name": name[:80], "known": ", ".join(SCOPES)})
    return SCOPES[name]
