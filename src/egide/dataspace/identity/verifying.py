"""The verifier (DCP 1.0.1, §5.4.3): what a party's presentations prove of it, and why what they don't prove was set aside.

Each presentation is signed by the party under `authentication`; each credential by an issuer that is trusted for its type, in its dates,
neither revoked nor suspended, and about the party itself. One bad credential never spoils the good ones, and is never counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from egide.dataspace.identity.messages import PresentationResponse
from egide.dataspace.identity.presenting import VC20
from egide.dataspace.identity.vc11 import PROFILE, OldReader, Read, is_old
from egide.trust.credentials.results import Mode, Outcome, What, outcome
from egide.trust.credentials.verifying import verify
from egide.trust.credentials.world import World
from egide.trust.dids.identifiers import NotAtHand
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.credentials.results import Part, Verification
    from egide.trust.dids.identifiers import Fetch

MOST_PRESENTATIONS = 20
GENERAL_TYPES = frozenset({"VerifiableCredential", "VerifiablePresentation"})


@dataclass(frozen=True, slots=True)
class Proven:
    """One credential that counts."""

    issuer: str
    types: frozenset[str]
    subject: Mapping[str, Any]
    profile: str


@dataclass(frozen=True, slots=True)
class Refused:
    """What was set aside, and why."""

    at: str
    """Its place in the response."""
    because: Reason
    open: bool = False
    """It was not refused but could not be asked: a key or a list was not at hand."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What is proven of a party."""

    party: str
    proven: tuple[Proven, ...]
    refused: tuple[Refused, ...]

    def of_type(self, name: str) -> tuple[Proven, ...]:
        """The credentials of one type."""
        return tuple(one for one in self.proven if name in one.types)


@dataclass(frozen=True, slots=True)
class Trusted:
    """Which issuers are believed for which types of credentials."""

    issuers: Mapping[str, frozenset[str]]
    """Types to DIDs."""

    def believes(self, issuer: str, types: frozenset[str]) -> bool:
        """Whether the issuer is trusted for every particular type that the credential has."""
        particular = types - GENERAL_TYPES
        return bool(particular) and all(issuer in self.issuers.get(one, frozenset()) for one in particular)


def verified(response: PresentationResponse, party: str, audience: str, now: datetime, fetch: Fetch, trusted: Trusted) -> Claims:
    """Everything that the response proves of the party to us."""
    reader = _Reader(party, audience, now, fetch, trusted, OldReader(now, fetch))
    for index, one in enumerate(response.presentation):
        reader.presentation(one, f"$.presentation[{index}]", index)
    return Claims(party, tuple(reader.proven), tuple(reader.refused))


class _Reader:
    """One response."""

    def __init__(self, party: str, audience: str, now: datetime, fetch: Fetch, trusted: Trusted, old: OldReader) -> None:
        self.party, self.audience, self.now, self.fetch, self.trusted, self.old = party, audience, now, fetch, trusted, old
        self.proven: list[Proven] = []
        self.refused: list[Refused] = []

    def presentation(self, one: object, at: str, index: int) -> None:
        if index >= MOST_PRESENTATIONS or not isinstance(one, str):
            self.refuse(at, Reason("not-a-token", {}, N_("a presentation that is no token is not read here")))
        elif is_old(one):
            self.old_presentation(one, at)
        else:
            self.new_presentation(one, at)

    def old_presentation(self, token: str, at: str) -> None:
        inside = self.old.presentation(token, self.party, self.audience)
        if not isinstance(inside, tuple):
            self.refuse(at, inside)
            return
        for index, one in enumerate(inside):
            read = self.old.credential(one)
            place = f"{at}.verifiableCredential[{index}]"
            if isinstance(read, Read):
                self.credential(read.issuer, read.document, PROFILE, place)
            else:
                self.refuse(place, read)

    def new_presentation(self, token: str, at: str) -> None:
        try:
            found = verify(token.encode("utf-8", "replace"), "presentation", Mode.STRICT, self.now, World(fetch=self.fetch))
        except InputError as error:
            self.refuse(at, Reason("not-a-presentation", error.values, error.message))
            return
        outer = found.parts[0]
        if outer.opened.what is not What.PRESENTATION or outer.issuer != self.party:
            self.refuse(at, Reason("presented-by-another", {"holder": self.party}, N_("the presentation is not that of {holder}")))
            return
        if fault := _failed(outer):
            self.refuse(at, *fault)
            return
        self.parts(found, at)

    def parts(self, found: Verification, at: str) -> None:
        for part in found.parts[1:]:
            place = at + part.opened.at.removeprefix("$")
            if part.opened.what is not What.CREDENTIAL or part.opened.within != found.parts[0].opened.at:
                self.refuse(place, Reason("nested", {}, N_("a presentation inside another is not read here")))
            elif fault := _failed(part):
                self.refuse(place, *fault)
            else:
                self.credential(part.issuer or "", part.opened.document, VC20, place)

    def credential(self, issuer: str, document: Mapping[str, Any], profile: str, at: str) -> None:
        """The two questions that are left: whom it is about, and whether its issuer is trusted for that."""
        said = document.get("type", [])
        types = frozenset(one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str))
        subjects = document.get("credentialSubject")
        listed = subjects if isinstance(subjects, list) else [subjects]
        every = [one for one in listed if isinstance(one, dict) and one.get("id") == self.party]
        if not listed or len(every) < len(listed):
            self.refuse(at, Reason("about-another", {"party": self.party}, N_("the credential is not about {party}")))
        elif not self.trusted.believes(issuer, types):
            self.refuse(at, Reason("issuer-not-trusted", {"issuer": issuer, "types": ", ".join(sorted(types - GENERAL_TYPES))},
                                   N_("{issuer} is not trusted for {types}")))
        else:
            self.proven += [Proven(issuer, types, one, profile) for one in every]

    def refuse(self, at: str, because: Reason | NotAtHand, unknown: bool = False) -> None:
        if isinstance(because, NotAtHand):
            because, unknown = because.reason, True
        self.refused.append(Refused(at, because, unknown))


def _failed(part: Part) -> tuple[Reason, bool] | None:
    """The first step of a part that isn't met, and whether it was only not evaluated."""
    if outcome(part.steps) is Outcome.VERIFIED:
        return None
    for answer in (Answer.NOT_MET, Answer.UNKNOWN):
        for step in part.steps:
            if step.answer is answer:
                because = step.because[0] if step.because else Reason("not-verified", {"step": step.name}, N_("the step {step} is not met"))
                return because, answer is Answer.UNKNOWN
    return Reason("not-verified", {"step": "—"}, N_("the step {step} is not met")), True
