"""An assessment without names: services, bodies, people, files and free text give way to codes, before any paper is made.

A map of weaknesses travels further than it should. What stays is what decides: facts, rules, offers, dates, and the
row from which whoever holds the file can find the service again. Codes number the order of the portfolio: they hold
for one list, and nothing can be guessed back from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from egide.vocabulary.facts import FACTS, Claim, Subject
from egide.vocabulary.services import Body

if TYPE_CHECKING:
    from egide.papers.differences import Differences, Turn
    from egide.vocabulary.errors import Location
    from egide.vocabulary.findings import Assessment, Clock, Decision, Finding, HostingDecision, Override, Problem, Proof, Reason
    from egide.vocabulary.services import Hosting, Service

HIDDEN = "…"


@dataclass(slots=True)
class Codes:
    """Which code stands for which name, numbered as they are met."""

    known: dict[tuple[str, str], str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Every name and number of a service or a body, with the code that replaces it wherever it stands alone."""
    private: set[tuple[str, str]] = field(default_factory=set)
    """Issuer and source of every claim that the user's own files made."""

    def code(self, prefix: str, name: str) -> str:
        """The code of this name among those of its sort."""
        if (prefix, name) not in self.known:
            count = sum(1 for sort, _ in self.known if sort == prefix) + 1
            self.known[prefix, name] = f"{prefix}-{count:03d}"
        return self.known[prefix, name]


def anonymise(assessment: Assessment) -> Assessment:
    """The same decisions with codes for names. Pure: the assessment given is left as it is."""
    codes = Codes()
    for decision in assessment.decisions:
        _meet(decision, codes)
    decisions = tuple(_decision(decision, codes) for decision in assessment.decisions)
    return replace(assessment, decisions=decisions, problems=tuple(_problem(problem, codes) for problem in assessment.problems))


def anonymise_differences(differences: Differences, assessment: Assessment) -> Differences:
    """Differences under the codes that `anonymise` gives to this assessment; services that are gone get codes after it."""
    codes = Codes()
    for decision in assessment.decisions:
        _meet(decision, codes)

    def turn(one: Turn) -> Turn:
        return replace(
            one,
            service=codes.code("S", one.service),
            name=codes.code("S", one.service),
            why=tuple(_reason(why, codes) for why in one.why),
        )

    return replace(
        differences,
        turned=tuple(map(turn, differences.turned)),
        come=tuple(map(turn, differences.come)),
        gone=tuple(map(turn, differences.gone)),
    )


def _meet(decision: Decision, codes: Codes) -> None:
    """Number what this service names, in reading order, and remember what its file claimed."""
    service = decision.service
    named = {service.id: "S", service.name: "S", service.body.siren: "B", service.body.name: "B"}
    keys = {"S": service.id, "B": service.body.key}
    for name, sort in named.items():
        if name:
            codes.names.setdefault(name, codes.code(sort, keys[sort]))
    for mapping in (service.claims, *(hosting.hosting.claims for hosting in decision.hostings)):
        for claim in mapping.values():
            codes.private.add((claim.issuer, claim.source))


def _decision(decision: Decision, codes: Codes) -> Decision:
    return replace(
        decision,
        service=_service(decision.service, codes),
        hostings=tuple(_hosting_decision(one, codes) for one in decision.hostings),
        refused={offer: tuple(_reason(reason, codes) for reason in reasons) for offer, reasons in decision.refused.items()},
        overrides=tuple(_override(one, codes) for one in decision.overrides),
    )


def _service(service: Service, codes: Codes) -> Service:
    code = codes.code("S", service.id)
    return replace(
        service,
        id=code,
        name=code,
        body=Body(None, codes.code("B", service.body.key)),
        at=_place(service.at, codes),
        claims=_claims(service.claims, codes),
        hostings=tuple(_hosting(one, codes) for one in service.hostings),
        data_owner=codes.code("P", service.data_owner) if service.data_owner else None,
    )


def _hosting(hosting: Hosting, codes: Codes) -> Hosting:
    return replace(
        hosting, text="" if hosting.offer or not hosting.text else codes.code("H", hosting.text), claims=_claims(hosting.claims, codes)
    )


def _hosting_decision(decision: HostingDecision, codes: Codes) -> HostingDecision:
    return replace(
        decision,
        hosting=_hosting(decision.hosting, codes),
        findings=tuple(_finding(finding, codes) for finding in decision.findings),
        clocks=tuple(_clock(clock, codes) for clock in decision.clocks),
    )


def _finding(finding: Finding, codes: Codes) -> Finding:
    return replace(
        finding,
        because=tuple(_reason(reason, codes) for reason in finding.because),
        claims=tuple(_claim(claim, codes) for claim in finding.claims),
        proof=_proof(finding.proof, codes) if finding.proof else None,
    )


def _proof(proof: Proof, codes: Codes) -> Proof:
    return replace(
        proof,
        reason=_reason(proof.reason, codes) if proof.reason else None,
        claims=tuple(_claim(claim, codes) for claim in proof.claims),
        children=tuple(_proof(child, codes) for child in proof.children),
    )


def _clock(clock: Clock, codes: Codes) -> Clock:
    return replace(clock, because=_reason(clock.because, codes))


def _claims(claims: Mapping[str, Claim], codes: Codes) -> dict[str, Claim]:
    return {name: _claim(claim, codes) for name, claim in claims.items()}


def _claim(claim: Claim, codes: Codes) -> Claim:
    """What the user's files say loses its issuer and source; what the public catalogue says of an offer keeps them."""
    about = FACTS[claim.fact].subject if claim.fact in FACTS else None
    if about is Subject.OFFER and (claim.issuer, claim.source) not in codes.private:
        return claim
    return replace(claim, issuer=codes.code("P", claim.issuer), source=codes.code("F", claim.source))


def _reason(reason: Reason, codes: Codes) -> Reason:
    """Arguments are facts, tokens and offers; a name that slipped into one is replaced all the same."""
    found = {name: codes.names[value] for name, value in reason.args.items() if isinstance(value, str) and value in codes.names}
    return replace(reason, args={**reason.args, **found}) if found else reason


def _override(override: Override, codes: Codes) -> Override:
    return replace(override, service=codes.code("S", override.service), who=codes.code("P", override.who), why=HIDDEN)


def _place(at: Location, codes: Codes) -> Location:
    return replace(at, file=codes.code("F", at.file), sheet=None, path=None)


def _problem(problem: Problem, codes: Codes) -> Problem:
    """A cell that could not be read may hold anything: its text is hidden, numbers stay."""
    args = {name: value if isinstance(value, (bool, int)) else HIDDEN for name, value in problem.args.items()}
    return replace(problem, at=replace(_place(problem.at, codes), column=None), args=args)
