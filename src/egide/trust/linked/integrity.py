"""Data Integrity proofs: add one to a document, and examine those that it has (VC Data Integrity 1.0, 4.2 to 4.6).

Every proof of a document is examined, each with the proofs that it builds on. One that fails makes the document refused; one of an unknown
suite, or whose key is not at hand, leaves it not evaluated; and one at least must be by the party who is said to speak.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from egide.trust.credentials.results import Mode
from egide.trust.credentials.times import Moment, read_stamp, stamped
from egide.trust.credentials.validity import LEEWAY
from egide.trust.dids.documents import Purpose, is_url
from egide.trust.dids.identifiers import NotAtHand
from egide.trust.keys_multibase import from_multibase, to_base58
from egide.trust.linked.proofs import ALGORITHM, PROOF_TYPE, SIGNATURE_BYTES, Doubt, Suite, signed_bytes
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.credentials.world import Embedded, KeyOf
    from egide.trust.linked.data import LinkedData
    from egide.trust.signing import Signer

MAX_PROOFS = 16
TEXTS = ("verificationMethod", "proofPurpose", "proofValue")
MAY_BE_TEXTS = ("id", "challenge", "nonce")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A proof to be made."""

    method: str
    """The URL of the verification method under which the signer's public key is found."""
    purpose: Purpose = Purpose.ASSERTION
    created: datetime | None = None
    expires: datetime | None = None
    domain: tuple[str, ...] = ()
    challenge: str | None = None
    nonce: str | None = None
    id: str | None = None
    previous: tuple[str, ...] = ()
    """Identifiers of proofs that the document already has and that this one builds on."""
    suite: Suite = Suite.RDFC


@dataclass(frozen=True, slots=True)
class Asked:
    """What a proof is held against."""

    now: datetime
    purposes: tuple[Purpose, ...] = (Purpose.ASSERTION,)
    party: str | None = None
    """Who must have made a proof; anybody, when none is given."""
    mode: Mode = Mode.STRICT
    domain: frozenset[str] = frozenset()
    challenge: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """One proof, examined."""

    method: str | None
    answer: Answer
    because: tuple[Reason, ...]

    @property
    def owner(self) -> str:
        """Whose document holds the key."""
        return (self.method or "").partition("#")[0]


@dataclass(frozen=True, slots=True)
class Examined:
    """All proofs of a document."""

    answer: Answer
    because: tuple[Reason, ...]
    proofs: tuple[Proof, ...] = ()


def prove(document: Mapping[str, Any], wanted: Wanted, signer: Signer, linked: LinkedData) -> dict[str, Any]:
    """The document with one proof more (4.2 and 4.3).

    Raises `InputError` when contexts at hand don't give the document its whole meaning, and `SignerError`.
    """
    found = _proofs(document)
    proof = _unsigned(document, wanted)
    before = found if isinstance(found, Reason) else _builds_on(proof, found)
    if isinstance(found, Reason) or isinstance(before, Reason):
        fault = found if isinstance(found, Reason) else before
        assert isinstance(fault, Reason)  # noqa: S101 - one of them is
        raise InputError(fault.message, values=fault.args)
    message = signed_bytes(_without(document, before), proof, wanted.suite, linked)
    if not isinstance(message, bytes):
        raise InputError(message[1].message, values=message[1].args)
    proof["proofValue"] = "z" + to_base58(signer.sign(ALGORITHM, message))
    return {**document, "proof": [*found, proof] if found else proof}


def examine(document: Mapping[str, Any], asked: Asked, linked: LinkedData, key_of: KeyOf) -> Examined:
    """What the proofs of a document are worth (4.4 to 4.6)."""
    found = _proofs(document)
    if isinstance(found, Reason):
        return Examined(Answer.NOT_MET, (found,))
    if not found:
        return Examined(Answer.UNKNOWN, (Reason("unsigned", {}, N_("it is not signed")),))
    proofs = tuple(_examined(document, proof, found, asked, linked, key_of) for proof in found)
    for answer in (Answer.NOT_MET, Answer.UNKNOWN):
        because = tuple(reason for proof in proofs if proof.answer is answer for reason in proof.because)
        if because:
            return Examined(answer, because, proofs)
    if asked.party is not None and all(proof.owner != asked.party for proof in proofs):
        by = ", ".join(sorted({proof.owner[:200] for proof in proofs}))
        other = Reason("proof-of-another", {"party": asked.party[:200], "owners": by},
                       N_("no proof is by {party}; these made one: {owners}"))
        return Examined(Answer.NOT_MET, (other,), proofs)
    return Examined(Answer.MET, tuple(reason for proof in proofs for reason in proof.because), proofs)


def embedded(
    linked: LinkedData, now: datetime, mode: Mode = Mode.STRICT, domain: frozenset[str] = frozenset(), challenge: str | None = None,
) -> Embedded:
    """What `World.embedded` asks: answers for the proofs inside of documents, at that moment."""
    def answer(document: Mapping[str, Any], party: str, purposes: tuple[Purpose, ...], key_of: KeyOf) -> tuple[Answer, tuple[Reason, ...]]:
        found = examine(document, Asked(now, purposes, party or None, mode, domain, challenge), linked, key_of)
        return found.answer, found.because

    return answer


def _unsigned(document: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": wanted.id, "type": PROOF_TYPE, "cryptosuite": wanted.suite.value,
        "created": stamped(wanted.created) if wanted.created else None, "expires": stamped(wanted.expires) if wanted.expires else None,
        "verificationMethod": wanted.method, "proofPurpose": wanted.purpose.value, "domain": _one_or_many(wanted.domain),
        "challenge": wanted.challenge, "nonce": wanted.nonce, "previousProof": _one_or_many(wanted.previous),
    }  # fmt: skip
    if wanted.suite is Suite.JCS and "@context" in document:
        said["@context"] = document["@context"]
    return {name: value for name, value in said.items() if value is not None}


def _one_or_many(values: tuple[str, ...]) -> str | list[str] | None:
    return values[0] if len(values) == 1 else list(values) or None


def _proofs(document: Mapping[str, Any]) -> list[dict[str, Any]] | Reason:
    found = document.get("proof", [])
    proofs = found if isinstance(found, list) else [found]
    if len(proofs) > MAX_PROOFS:
        return Reason("too-many-proofs", {"limit": MAX_PROOFS}, N_("more than {limit} proofs"))
    if not all(isinstance(proof, dict) for proof in proofs):
        return _malformed("proof")
    return proofs


def _examined(
    document: Mapping[str, Any], proof: dict[str, Any], every: Sequence[dict[str, Any]], asked: Asked, linked: LinkedData, key_of: KeyOf,
) -> Proof:
    method = proof.get("verificationMethod")
    named = method if isinstance(method, str) else None
    flags: list[Reason] = []
    doubt = _suite_doubt(proof) or _form_doubt(proof) or _fitness_doubt(proof, asked, flags)
    if doubt is None:
        doubt = _signature_doubt(document, proof, every, linked, key_of)
    if doubt is None:
        return Proof(named, Answer.MET, tuple(flags))
    return Proof(named, doubt[0], (doubt[1],))


def _suite_doubt(proof: Mapping[str, Any]) -> Doubt | None:
    """Whether it is of a kind that is read here: if not, nothing is known of it."""
    kind, suite = proof.get("type"), proof.get("cryptosuite")
    if not isinstance(kind, str):
        return Answer.NOT_MET, _malformed("type")
    if kind != PROOF_TYPE:
        return Answer.UNKNOWN, Reason("proof-type", {"type": kind[:80], "known": PROOF_TYPE},
                                      N_("proofs of type `{type}` are not examined; those of type `{known}` are"))
    if not isinstance(suite, str):
        return Answer.NOT_MET, _malformed("cryptosuite")
    if suite not in tuple(Suite):
        return Answer.UNKNOWN, Reason("cryptosuite", {"suite": suite[:80], "known": tuple(one.value for one in Suite)},
                                      N_("the cryptosuite `{suite}` is not known here; these are: {known}"))
    return None


def _form_doubt(proof: Mapping[str, Any]) -> Doubt | None:
    for name in TEXTS:
        if not isinstance(proof.get(name), str):
            return Answer.NOT_MET, _malformed(name)
    for name in MAY_BE_TEXTS:
        if name in proof and not isinstance(proof[name], str):
            return Answer.NOT_MET, _malformed(name)
    for name in ("domain", "previousProof"):
        if not all(isinstance(one, str) for one in _listed(proof, name)):
            return Answer.NOT_MET, _malformed(name)
    for name in ("verificationMethod", "id"):
        if name in proof and not is_url(proof[name]):
            return Answer.NOT_MET, _malformed(name)
    return None


def _fitness_doubt(proof: Mapping[str, Any], asked: Asked, flags: list[Reason]) -> Doubt | None:
    """Whether it was made for this, here and now."""
    if proof["proofPurpose"] not in [purpose.value for purpose in asked.purposes]:
        return Answer.NOT_MET, Reason("proof-purpose", {"purpose": proof["proofPurpose"][:80], "wanted": asked.purposes[0].value},
                                      N_("the proof was made for `{purpose}`, and `{wanted}` is asked for"))
    for name in ("created", "expires"):
        if name not in proof:
            continue
        found = read_stamp(proof[name], name, asked.mode)
        if isinstance(found, Reason):
            return Answer.NOT_MET, found
        if outside := _outside(name, found, asked.now):
            return Answer.NOT_MET, outside
        if found.flag:
            flags.append(found.flag)
    domain = tuple(_listed(proof, "domain"))
    if asked.domain and set(domain) != asked.domain:
        return Answer.NOT_MET, Reason("proof-domain", {"domain": domain, "wanted": tuple(sorted(asked.domain))},
                                      N_("the proof was made for «{domain}», and not for «{wanted}»"))
    if asked.challenge is not None and proof.get("challenge") != asked.challenge:
        return Answer.NOT_MET, Reason("proof-challenge", {}, N_("the proof does not answer the challenge that was put"))
    return None


def _outside(name: str, moment: Moment, now: datetime) -> Reason | None:
    if name == "created" and moment.at > now + LEEWAY:
        return Reason("not-yet-valid", {"member": name, "from": moment.at.isoformat()}, N_("not valid before {from} (`{member}`)"))
    if name == "expires" and moment.at < now:
        return Reason("expired", {"member": name, "until": moment.at.isoformat()}, N_("valid until {until} only (`{member}`)"))
    return None


def _signature_doubt(
    document: Mapping[str, Any], proof: Mapping[str, Any], every: Sequence[dict[str, Any]], linked: LinkedData, key_of: KeyOf,
) -> Doubt | None:
    signature = from_multibase(proof["proofValue"]) if proof["proofValue"].startswith("z") else None
    if signature is None or len(signature) != SIGNATURE_BYTES:
        return Answer.NOT_MET, _malformed("proofValue")
    before = _builds_on(proof, every)
    if isinstance(before, Reason):
        return Answer.NOT_MET, before
    key = key_of(proof["verificationMethod"], (Purpose(proof["proofPurpose"]),))
    if isinstance(key, NotAtHand):
        return Answer.UNKNOWN, key.reason
    if isinstance(key, Reason):
        return Answer.NOT_MET, key
    if refused := key.refuses(ALGORITHM):
        return Answer.NOT_MET, refused
    message = signed_bytes(_without(document, before), proof, Suite(proof["cryptosuite"]), linked)
    if not isinstance(message, bytes):
        return message
    if not key.verifies(ALGORITHM, message, signature):
        return Answer.NOT_MET, Reason("signature-false", {"algorithm": ALGORITHM, "key": key.thumbprint},
                                      N_("the signature is not that of the key {key}"))
    return None


def _builds_on(proof: Mapping[str, Any], every: Sequence[dict[str, Any]]) -> list[dict[str, Any]] | Reason:
    """The proofs that `previousProof` names, all of which must be there."""
    named = _listed(proof, "previousProof")
    for name in named:
        if sum(one.get("id") == name for one in every) != 1:
            return Reason("proof-before", {"proof": str(name)[:200]}, N_("the proof builds on {proof}, which is not there, or not alone"))
    return [one for one in every if "id" in one and one["id"] in named]


def _without(document: Mapping[str, Any], before: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The document as it was when the proof was made."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    return {**bare, "proof": list(before)} if before else bare


def _listed(proof: Mapping[str, Any], name: str) -> list[Any]:
    found = proof.get(name, [])
    return found if isinstance(found, list) else [found]


def _malformed(member: str) -> Reason:
    return Reason("proof-malformed", {"member": member}, N_("`{member}` of the proof is malformed (VC Data Integrity 1.0, 2.1)"))
