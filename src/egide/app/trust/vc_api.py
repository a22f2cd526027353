"""The use cases behind the VC API: issue, present, verify, set a status, publish a status list. A test face, which keeps its lists at most.

Whoever may speak to it makes it sign; so it is for tests and for conformance suites, on one machine. What it issues is secured as the
request says (Data Integrity, or a token in an envelope), and its status lists are secured likewise (Bitstring Status List 1.0, 3.6).
Everything is asked in the strict mode, every check is always made, and nothing is fetched: contexts, anchors and pages are those at hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from egide.app.trust.vc_api_lists import Lists
from egide.trust.credentials.issuing import secure
from egide.trust.credentials.model import CONTEXT, Looked, is_enveloped, look
from egide.trust.credentials.opening import open_file
from egide.trust.credentials.related import related
from egide.trust.credentials.results import Mode, Part, Step, StepName, Verification, What
from egide.trust.credentials.verifying import verify
from egide.trust.dids.documents import Purpose
from egide.trust.dids.identifiers import Fetched, NotAtHand, did_key, method_of
from egide.trust.jose_json import canonical
from egide.trust.keys import Kind
from egide.trust.linked import Suite, Wanted, embedded, prove
from egide.trust.pipeline.meaning import meanings
from egide.trust.signing import new_key
from egide.trust.status_lists import ENTRY_TYPE, read_entry
from egide.vocabulary.errors import EgideError
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.trust.vc_api_kept import Journal
    from egide.trust.credentials.world import Embedded, KeyOf, World
    from egide.trust.linked import LinkedData
    from egide.trust.pipeline.material import Material
    from egide.trust.signing import Signer

EPHEMERAL = (Kind.ED25519, Kind.P256)
"""The kinds of key that are drawn when none is given: one for each way of securing."""


ENVELOPES: Mapping[What, tuple[str, str]] = {
    What.CREDENTIAL: ("EnvelopedVerifiableCredential", "application/vc+jwt"),
    What.PRESENTATION: ("EnvelopedVerifiablePresentation", "application/vp+jwt"),
}  # fmt: skip


class Securing(StrEnum):
    """How a document is secured: a proof within it, or a token in an envelope around it."""

    RDFC = "eddsa-rdfc-2022"
    JCS = "eddsa-jcs-2022"
    ENVELOPE = "vc+jwt"


class UnfitError(EgideError):
    """What was asked to be issued, or said of a credential, is not as it must be; each reason with its place."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(reasons[0].message, reasons[0].args)
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Key:
    """A key that signs here, under the URL by which others find it."""

    method: str
    signer: Signer
    algorithm: str

    @property
    def did(self) -> str:
        """Whose key it is."""
        return self.method.partition("#")[0]

    def fits(self, securing: Securing) -> bool:
        """Whether it can sign that way."""
        return securing is Securing.ENVELOPE or self.signer.public.kind is Kind.ED25519


@dataclass(frozen=True, slots=True)
class Expected:
    """What whoever verifies a presentation had asked its holder to answer."""

    challenge: str | None = None
    domain: frozenset[str] = frozenset()


def ephemeral_keys() -> tuple[Key, ...]:
    """Keys for this run alone, each its own identifier."""
    keys = []
    for kind in EPHEMERAL:
        drawn = new_key(kind)
        keys.append(Key(method_of(did_key(drawn.public)), drawn, "EdDSA" if kind is Kind.ED25519 else "ES256"))
    return tuple(keys)


@dataclass
class VcApi:
    """An issuer, holder and verifier on one machine. It may serve many threads."""

    keys: Sequence[Key]
    base: str
    """The address under which others reach it, without a slash at its end: status lists have their names under it."""
    material: Material
    """Contexts, anchors and pages at hand."""
    clock: Callable[[], datetime]
    journal: Journal | None = None
    """Where the status lists are kept; without one they end with the server."""
    lists: Lists = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the lists that were kept. Raises `InputError` when the key of one is not among the keys."""
        if self.journal is None:
            self.lists = Lists(self.base, self.clock, self._secured)
        else:
            self.lists = Lists(self.base, self.clock, self._secured, self.journal.keep)
            self.lists.again(self.journal.events(), {key.method: key for key in self.keys}, Securing)

    @property
    def contexts(self) -> Mapping[str, bytes]:
        """The contexts at hand, by name."""
        return self.material.world.resources

    def issue(
        self, credential: Mapping[str, Any], securing: Securing | None = None, purposes: Sequence[str] = (), name: str | None = None,
    ) -> dict[str, Any]:
        """The credential, secured. ``name`` is how its status can be set later, when it has no `id`.

        Raises `UnfitError` when it isn't one that may be issued here.
        """
        key, way = self._chosen(credential, "issuer", securing)
        document = {**credential, "issuer": credential.get("issuer", key.did)}
        self._fit(document, What.CREDENTIAL)
        if purposes:
            document = self.lists.enter(document, purposes, key, way, name)
        return self._secured(document, key, way)

    def present(
        self, presentation: Mapping[str, Any], securing: Securing | None = None, answering: Expected | None = None,
        method: str | None = None,
    ) -> dict[str, Any]:
        """The presentation, secured by its holder, with the key of that ``method`` where one is named.

        Raises `UnfitError` when it isn't one that may be presented here.
        """
        key, way = self._chosen(presentation, "holder", securing, method)
        document = {**presentation, "holder": presentation.get("holder", key.did)}
        self._fit(document, What.PRESENTATION)
        expected = answering or Expected()
        if way is not Securing.ENVELOPE:
            return self._proved(document, key, way, Purpose.AUTHENTICATION, expected)
        if expected.challenge is not None or expected.domain:
            raise UnfitError([Reason("token-challenge", {}, N_("only an embedded proof answers a challenge or names a domain here"))])
        return self._enveloped(document, What.PRESENTATION, key)

    def verify(self, document: Mapping[str, Any], what: What, expected: Expected | None = None) -> Verification:
        """The answers about a credential or a presentation and all that it carries.

        Raises `UnfitError` when it is neither, or is the other of the two.
        """
        now = self.clock()
        content = json.dumps(document).encode()
        found = verify(content, "the request", Mode.STRICT, now, self._world(now, expected or Expected()))
        outermost = found.parts[0].opened
        if outermost.what is not what and not outermost.faults:
            raise UnfitError([Reason("other-kind", {"found": outermost.what.value, "meant": what.value},
                                     N_("a {meant} is asked for, and this is a {found}"))])
        return found.joined([*self._meanings(found.parts), *_unanswered(found.parts, expected or Expected())])

    def _chosen(
        self, document: Mapping[str, Any], member: str, securing: Securing | None, method: str | None = None,
    ) -> tuple[Key, Securing]:
        """The key to sign with: the party's own where the document names one, else the first that can."""
        said = document.get(member)
        party = said.get("id") if isinstance(said, dict) else said
        own = [key for key in self.keys if party is None or key.did == party]
        if member in document and not own:
            raise UnfitError([Reason("another-party", {"member": member, "party": str(party)[:200], "owners": self.parties},
                                     N_("`{member}` is {party}, and here are the keys of {owners} only"))])
        for way in (securing,) if securing else (Securing.RDFC, Securing.ENVELOPE):
            fitting = next((key for key in own if key.fits(way) and method in (None, key.method)), None)
            if fitting is not None:
                return fitting, way
        raise UnfitError([Reason("no-fitting-key", {"securing": str(securing)}, N_("no key of that party can sign with {securing}"))])

    @property
    def parties(self) -> tuple[str, ...]:
        """Whose keys are here."""
        return tuple(dict.fromkeys(key.did for key in self.keys))

    def _fit(self, document: Mapping[str, Any], what: What) -> None:
        looked = Looked(Mode.STRICT)
        look(document, what, looked)
        reasons = list(looked.faults) or _wrong_entries(document)
        if not reasons:
            reading = self.material.linked.read(document)
            reasons = [] if reading.answer is Answer.MET else list(reading.because)
        if not reasons and isinstance(form := canonical(dict(document)), Reason):
            reasons = [form]
        if not reasons and what is What.CREDENTIAL:
            opened = open_file(json.dumps(document).encode(), "the request", Mode.STRICT)[0]
            beside = related(opened, self.contexts)
            reasons = list(beside.because) if beside else []
        if reasons:
            raise UnfitError(reasons)

    def _secured(self, document: Mapping[str, Any], key: Key, way: Securing) -> dict[str, Any]:
        if way is not Securing.ENVELOPE:
            return self._proved(document, key, way, Purpose.ASSERTION, Expected())
        return self._enveloped(document, What.CREDENTIAL, key)

    def _enveloped(self, document: Mapping[str, Any], what: What, key: Key) -> dict[str, Any]:
        token = secure(document, what, key.signer, key.method, self.clock(), algorithm=key.algorithm)
        kind, media = ENVELOPES[what]
        return {"@context": CONTEXT, "id": f"data:{media},{token}", "type": kind}

    def _proved(self, document: Mapping[str, Any], key: Key, way: Securing, purpose: Purpose, expected: Expected) -> dict[str, Any]:
        wanted = Wanted(
            key.method, purpose, self.clock(), domain=tuple(sorted(expected.domain)), challenge=expected.challenge, suite=Suite(way.value),
        )  # fmt: skip
        return prove(document, wanted, key.signer, self.material.linked)

    def _world(self, now: datetime, expected: Expected) -> World:
        def fetch(address: str) -> Fetched | NotAtHand:
            listed = self.lists.at(address)
            return self.material.world.fetch(address) if listed is None else Fetched(json.dumps(listed).encode())

        return replace(self.material.world, fetch=fetch, embedded=_embedded(self.material.linked, now, expected))

    def _meanings(self, parts: Iterable[Part]) -> list[Step]:
        """Step 6 of each part that is a document: that contexts at hand give all of it a meaning."""
        whole = [part.opened for part in parts if not is_enveloped(part.opened.document, part.opened.what)]
        return [one.reading.step(one.opened.at) for one in meanings(whole, self.material.linked, Mode.STRICT)]


def _embedded(linked: LinkedData, now: datetime, expected: Expected) -> Embedded:
    """Answers for embedded proofs: only a presentation's own must answer the challenge, and not those of what it carries."""
    plain = embedded(linked, now)
    asked = embedded(linked, now, domain=expected.domain, challenge=expected.challenge)

    def answer(document: Mapping[str, Any], party: str, purposes: tuple[Purpose, ...], key_of: KeyOf) -> tuple[Answer, tuple[Reason, ...]]:
        return (asked if Purpose.AUTHENTICATION in purposes else plain)(document, party, purposes, key_of)

    return answer


def _unanswered(parts: Sequence[Part], expected: Expected) -> list[Step]:
    """A challenge is answered by an embedded proof; a presentation in a token, or with no proof, does not answer it."""
    if expected.challenge is None and not expected.domain:
        return []
    holders = [part.opened for part in parts if part.opened.what is What.PRESENTATION and "proof" in part.opened.document]
    if holders or any(part.opened.faults for part in parts):
        return []
    reason = Reason("challenge-unanswered", {}, N_("a challenge or domain is asked for, and no embedded proof answers"))
    return [Step(StepName.SIGNATURE, Answer.NOT_MET, (reason,))]


def _wrong_entries(document: Mapping[str, Any]) -> list[Reason]:
    """What is wrong with status entries that came with the claims."""
    found = document.get("credentialStatus", [])
    for one in found if isinstance(found, list) else [found]:
        types = one.get("type")
        if ENTRY_TYPE in (types if isinstance(types, list) else [types]) and isinstance(entry := read_entry(one), Reason):
            return [replace(entry, args={**entry.args, "member": f"credentialStatus.{entry.args['member']}"})]
    return []
