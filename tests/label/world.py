"""The worked provider of `examples/fournisseur`, read as a door would read it, and a small dossier made in memory."""

from __future__ import annotations

import hashlib
import posixpath
from datetime import date
from functools import cache
from pathlib import Path

from egide.label.binder import INDEXES
from egide.label.dossier import Access, AccessKind, Assurance, Component, Customer, Dossier, Need, PathState, Statement, Supplier
from egide.label.facts import FACTS
from egide.label.reading import Given, read_dossier, references
from egide.ownership.holdings import Holding, Origin, Party, PartyKind, Range, Register
from egide.vocabulary.facts import Claim

EXAMPLES = Path(__file__).parents[2] / "examples" / "fournisseur"
ON = date(2026, 11, 23)


def given(path: Path) -> Given:
    """All that the dossier at that path names, read from the disk; bases are read in their turn."""
    named = references(path.read_bytes(), path.name)
    files = {name: (path.parent / name).read_bytes() for name in named.files}
    found = {}
    if named.evidence:
        folder = path.parent / named.evidence
        files |= {f"{named.evidence}/{name}": (folder / name).read_bytes() for name in INDEXES if (folder / name).is_file()}
        found = {
            one.relative_to(folder).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest()
            for one in sorted(folder.rglob("*")) if one.is_file() and one.name not in INDEXES
        }
    bases = {name: load(path.parent / Path(posixpath.normpath(name))) for name in named.bases}
    return Given(files, found, bases)


@cache
def load(path: Path) -> Dossier:
    """The dossier at that path."""
    return read_dossier(path.read_bytes(), path.name, given(path))


def worked() -> Dossier:
    """The invented provider: foreign technology under licence, run by a European company, on a base."""
    return load(EXAMPLES / "offer.yaml")


def rival() -> Dossier:
    """The second, smaller invented offer."""
    return load(EXAMPLES / "offer-concurrent.yaml")


MET: dict[str, object] = {
    "provider.seat": "FR", "provider.administration": "FR", "provider.establishment": "FR", "contract.law": "FR",
    "contract.termination_without_penalty": True, "contract.reversibility_covers_all_data": True, "contract.reversibility_way": "both",
    "contract.remote_access_stated": True, "contract.erasure_notice_days": 21, "contract.change_notice_days": 28,
    "contract.says_qualified": True, "contract.residual_risks_on_request": True, "places.documented": True,
    "places.storage": frozenset({"FR"}), "places.administration": frozenset({"FR"}), "places.supervision": frozenset({"FR"}),
    "places.technical_data": frozenset({"FR"}), "places.support": frozenset({"FR"}), "support.listed": True, "support.controlled": True,
    "support.supervised_from_union": True, "organs.majority_appointed_by_third": False, "veto.third": False,
    "suppliers.list_complete": True, "risks.foreign_laws_listed": True, "skills.own": True,
}  # fmt: skip
"""An answer to every fact with which nothing is wrong."""


def statement(fact: str, value: object, **more: object) -> Statement:
    """Somebody audited says so."""
    assert fact in FACTS
    claim = Claim(fact, value, "Cabinet d’audit fictif", date(2026, 10, 1), "constat fictif")  # type: ignore[arg-type]
    return Statement(claim, **{"assurance": Assurance.AUDITED, **more})  # type: ignore[arg-type]


def small(**instead: object) -> Dossier:
    """A small dossier with which nothing is wrong; fields of `Dossier` may be given instead."""
    origin = Origin("Registre fictif", date(2026, 10, 1), "registre fictif")
    places = {"seat": "FR", "administration": "FR", "establishment": "FR"}
    parties = [
        Party("petit-nuage-fictif", "Petit nuage fictif SAS", PartyKind.ENTITY, **places, origin=origin),
        Party("associes-fictifs", "Associés fictifs", PartyKind.PERSON, seat="FR", origin=origin),
        Party("support-fictif", "Support fictif SAS", PartyKind.ENTITY, **places, origin=origin),
    ]
    whole = Range(100.0, 100.0)
    register = Register(
        {party.id: party for party in parties},
        [Holding("associes-fictifs", held, whole, whole, origin, id=f"tout-{held}") for held in ("petit-nuage-fictif", "support-fictif")],
    )
    fields: dict[str, object] = {
        "id": "petit-nuage", "name": "Petit nuage fictif", "provider": "petit-nuage-fictif", "provider_name": "Petit nuage fictif SAS",
        "kinds": ("IaaS",), "perimeter": "Calcul et stockage, un site fictif",
        "statements": {fact: (statement(fact, value),) for fact, value in MET.items()},
        "suppliers": (Supplier("support-fictif", "Support fictif SAS", "support", "assistance", **places, data=frozenset(),
                               countries=frozenset({"FR"})),),
        "components": (Component("calcul", "Calcul", "petit-nuage-fictif", frozenset({"customer", "technical"})),),
        "accesses": (Access("A-1", "support-fictif", "calcul", AccessKind.SUPPORT, PathState.DECLARED, "bastion", PathState.TESTED),),
        "needs": (Need("calcul", "Calcul", (("own-skills",),)),),
        "customers": (Customer("client-fictif", "Client fictif"),),
        "register": register,
    }  # fmt: skip
    return Dossier(**{**fields, **instead})  # type: ignore[arg-type]
