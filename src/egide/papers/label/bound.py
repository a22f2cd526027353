"""Which credentials a label is given to, and whether they speak of the offer that was assessed.

A label binds an assessment to credentials by their digests, and whoever reads it takes the one to be of the other. So that must be
provable: a credential is of the offer when it, or a subject of it, has the offer's identifier, or one that the dossier itself names
(`offer.same_as`). Likeness of names proves nothing. Beside the offer others may be presented (the company, its registration), but no
other offering: its reader would take it to have been assessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from egide.catalogue.gaia_x_terms import FUNCTIONS
from egide.trust.credentials.model import subjects
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

OFFERING = "ServiceOffering"
"""How the names of Gaia-X's types of offerings end; the others stand in `FUNCTIONS`."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A credential that the label is given to, byte for byte."""

    id: str
    type: str
    digest: str
    names: frozenset[str] = frozenset()
    """Its identifier and those of its subjects."""
    offerings: tuple[str, ...] = ()
    """The identifiers of what it describes as an offering; its own where a subject has none."""


def bound(identifier: str, document: Mapping[str, Any], digest: str) -> Bound:
    """A credential that verified, with whom it speaks of."""
    spoken, own = subjects(document), _types(document)
    offered = [one for one in spoken if _offering(_types(one))] or (spoken if _offering(own) else [])
    kinds = [*(one for one in own if one != "VerifiableCredential"), *(kind for one in spoken for kind in _types(one))]
    names = frozenset({identifier, *(_id(one, identifier) for one in spoken)})
    return Bound(identifier, next(iter(kinds), "VerifiableCredential"), digest, names, tuple(_id(one, identifier) for one in offered))


def names_of(offer: Mapping[str, Any]) -> frozenset[str]:
    """What the assessed offer is called: its identifier, and what its dossier says is the same."""
    return frozenset({str(offer["id"]), *map(str, offer.get("same_as", ()))})


def another(offer: Mapping[str, Any], given: Sequence[Bound]) -> tuple[Reason, ...]:
    """Why these credentials are not those of the offer that was assessed; empty when they are."""
    known = names_of(offer)
    others = [name for one in given if one.id not in known for name in one.offerings if name not in known]
    if others:
        return tuple(Reason("another-offer", {"offering": name, "offer": offer["id"]}, OTHER) for name in others)
    if not any(one.names & known for one in given):
        named = sorted({name for one in given for name in one.names})
        return (Reason("no-offer", {"offer": offer["id"], "names": ", ".join(named[:MOST_NAMED])}, NONE),)
    return ()


OTHER = N_(
    "the credential is of the offering {offering}, and the assessment of the offer {offer}; if they are one, its dossier says so: "
    "offer.same_as"
)
NONE = N_(
    "no credential is of the offer {offer} that was assessed: they are of {names}; if one of these is the offer, its dossier says so: "
    "offer.same_as"
)
MOST_NAMED = 8


def _id(subject: Mapping[str, Any], instead: str) -> str:
    said = subject.get("id", subject.get("@id"))
    return said if isinstance(said, str) else instead


def _types(said: Mapping[str, Any]) -> list[str]:
    found = said.get("type", said.get("@type", []))
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, str)]


def _offering(types: Sequence[str]) -> bool:
    bare = {one.replace("#", ":").replace("/", ":").rpartition(":")[2] for one in types}
    return any(one.endswith(OFFERING) or one in FUNCTIONS for one in bare)
