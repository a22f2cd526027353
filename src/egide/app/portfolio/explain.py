"""One service put to another offer, and the proof trees as data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from egide.app.catalogue.catalogues import find
from egide.papers.document import document, token_value
from egide.papers.text import reason_text
from egide.vocabulary.services import Hosting

if TYPE_CHECKING:
    from egide.app.portfolio.assess import Run
    from egide.vocabulary.findings import Decision, Proof


def as_if_on(run: Run, decision: Decision, name: str) -> Decision:
    """The decision as it would be on that offer alone. Raises `UnknownOfferError` with near names.

    What a contract with another provider says does not carry over: the hosting's own claims are left out.
    """
    offer, region = find(name, run.catalogue)
    hosting = Hosting(name, offer.id, region, 100, planned=True)
    return run.doctrine.decide(replace(decision.service, hostings=(hosting,)), decision.overrides)


def proof_document(run: Run, decision: Decision, lang: str) -> dict[str, Any]:
    """The decision as the document says it, each finding with its whole proof tree."""
    alone = document(replace(run.assessment, decisions=(decision,)), lang)
    said: dict[str, Any] = alone["services"][0]
    said["proofs"] = [
        {
            "hosting": hosting.hosting.offer or hosting.hosting.text,
            "rules": [
                {"rule": finding.rule, "answer": str(finding.answer), "proof": _tree(finding.proof, lang, run)}
                for finding in run.doctrine.findings(run.doctrine.case(decision.service, hosting.hosting), everything=True)
                if finding.proof
            ],
        }
        for hosting in decision.hostings
    ]
    return said


def _tree(proof: Proof, lang: str, run: Run) -> dict[str, Any]:
    tree: dict[str, Any] = {"name": proof.name, "answer": str(proof.answer)}
    if proof.reason is not None:
        tree["because"] = reason_text(proof.reason, lang, run.assessment.offers)
        tree["claims"] = [
            {"fact": claim.fact, "value": token_value(claim.value), "issuer": claim.issuer, "on": claim.on, "source": claim.source}
            for claim in proof.claims
        ]
    if proof.children:
        tree["parts"] = [_tree(part, lang, run) for part in proof.children]
    return tree
