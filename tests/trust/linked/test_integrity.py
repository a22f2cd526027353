"""Proofs in documents: the published vectors of the cryptosuites, a second library's reading, and nothing that was changed passes."""

from __future__ import annotations

import copy
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from tests.trust.linked.world import EXAMPLES, V2, Pyld, bundle_of, linked_data

from egide.trust.credentials.results import Mode, What
from egide.trust.credentials.verifying import verify
from egide.trust.credentials.world import World
from egide.trust.dids.documents import Purpose
from egide.trust.dids.identifiers import NotAtHand, did_key, method_of, offline
from egide.trust.keys import Kind, PublicKey, b64u
from egide.trust.keys_multibase import from_multibase, read_multikey
from egide.trust.linked import Asked, Suite, Wanted, embedded, examine, prove
from egide.trust.linked.integrity import MAX_PROOFS
from egide.trust.linked.proofs import signed_bytes
from egide.trust.signing import PrivateKey, new_key, read_private_key
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer, Reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from egide.trust.linked import Examined, LinkedData

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OWNER = "https://vc.example/issuers/5678"
KEY, SECRET = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
ALUMNI: dict[str, Any] = {
    "@context": [V2, EXAMPLES], "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33", "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential", "description": "A minimum viable example of an Alumni Credential.", "issuer": OWNER,
    "validFrom": "2023-01-01T00:00:00Z", "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}  # fmt: skip
"""Data Integrity EdDSA Cryptosuites 1.0, B.1 and B.2; the keys are those of the same section."""
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
DIGESTS = "4c4d3890a157f8d611b13c265c2c22f39aa0a567c7c7dd9ba3e45cd579784eeb517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
"""What `eddsa-rdfc-2022` signs: that of the proof, and that of the document."""
VECTORS = [
    (Suite.RDFC, "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9"),
    (Suite.JCS, "z63t83Y53KfzJ5ZosfKTnqfMcKB2dmTrfjSaQjeNNjAD5srBowQfmWqeRb8rRjmeEuCBEsddF9LsVogtuTsijJKh4"),
]
FIRST, SECOND = "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544", "urn:uuid:8cc9022b-6b14-4cf3-8571-74972c5feb54"
CHAIN = [
    (f"{OWNER}1#z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG7",
     {"id": FIRST, "proofValue": "z5KTX5yikM4eUukZW9qh66LGT3KZEUCACGpWcT2t4Yd54NMoFRchGmH4778omyNFAD3weSt6sNk5fuaMQmhhzNmEC"}),
    (f"{OWNER}2#z6MkhWqdDBPojHA7cprTGTt5yHv5yUi1B8cnXn8ReLumkw6E",
     {"id": SECOND, "proofValue": "z5KXNyXDcm822dHS37tmS6Xc7FFNo8c73AfeqmfHoywPxnXWNjWKYK3VQzt3CMUoK9uAqsboVHKJXxuYwbdnfxZeA"}),
]  # fmt: skip
"""The first two proofs of B.3, a proof set: the method and what the proof says beside what all say."""


@pytest.fixture(scope="module")
def linked(shared: Path) -> LinkedData:
    return linked_data(shared)


@pytest.fixture(scope="module")
def signer() -> PrivateKey:
    """The key of the vectors."""
    seed = (from_multibase(SECRET) or b"")[2:]
    public = read_multikey(KEY)
    assert isinstance(public, PublicKey)
    x = public.jwk()["x"]
    return read_private_key(f'{{"kty":"OKP","crv":"Ed25519","x":"{x}","d":"{b64u(seed)}"}}'.encode(), "the vectors")


def by_name(method: str, _purposes: tuple[Purpose, ...]) -> PublicKey | Reason | NotAtHand:
    """Whoever names a key has it: the vectors name methods by their keys."""
    found = read_multikey(method.partition("#")[2])
    return found if isinstance(found, PublicKey) else NotAtHand(found)


def wanted(suite: Suite = Suite.RDFC, **more: Any) -> Wanted:
    return Wanted(**({"method": f"{OWNER}#{KEY}", "created": CREATED, "suite": suite} | more))


def looked(document: dict[str, Any], linked: LinkedData, **more: Any) -> Examined:
    return examine(document, Asked(**({"now": NOW, "party": OWNER} | more)), linked, by_name)


def why(found: Examined) -> list[str]:
    return [reason.code for reason in found.because]


@pytest.mark.parametrize(("suite", "signature"), VECTORS)
def test_the_published_vectors_are_made_and_verified(linked: LinkedData, signer: PrivateKey, suite: Suite, signature: str) -> None:
    signed = prove(ALUMNI, wanted(suite), signer, linked)
    assert signed["proof"]["proofValue"] == signature
    assert looked(signed, linked).answer is Answer.MET
    if suite is Suite.RDFC:
        assert signed_bytes(ALUMNI, signed["proof"], suite, linked) == bytes.fromhex(DIGESTS)


def test_the_published_set_and_a_chain_upon_it_are_verified(linked: LinkedData, signer: PrivateKey) -> None:
    common = {
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022",
        "created": "2023-02-24T23:36:38Z", "proofPurpose": "assertionMethod",
    }  # fmt: skip
    proofs = [common | {"verificationMethod": method} | said for method, said in CHAIN]
    document = {**ALUMNI, "proof": proofs}
    assert looked(document, linked, party=None).answer is Answer.MET
    chained = prove(document, wanted(previous=(FIRST, SECOND), id="urn:uuid:3"), signer, linked)
    assert looked(chained, linked).answer is Answer.MET
    for number in range(2):
        torn = copy.deepcopy(chained)
        del torn["proof"][number]
        assert "proof-before" in why(looked(torn, linked))
        altered = copy.deepcopy(chained)
        altered["proof"][number]["created"] = "2023-02-24T23:36:39Z"
        assert why(looked(altered, linked)) == ["signature-false"] * 2


def test_a_second_library_reads_our_signature_over_digests_that_pyld_made(linked: LinkedData, signer: PrivateKey, shared: Path) -> None:
    signed = prove(ALUMNI, wanted(), signer, linked)
    options = {name: value for name, value in signed["proof"].items() if name != "proofValue"} | {"@context": ALUMNI["@context"]}
    pyld = Pyld(bundle_of(shared).contexts)
    message = b"".join(hashlib.sha256(pyld.canonical(said).encode()).digest() for said in (options, ALUMNI))
    signature = from_multibase(signed["proof"]["proofValue"])
    assert signature is not None
    key = VerifyKey((from_multibase(KEY) or b"")[2:])
    assert key.verify(message, signature) == message
    with pytest.raises(BadSignatureError):
        key.verify(message[::-1], signature)


def changes() -> list[Callable[[dict[str, Any]], object]]:
    return [
        lambda one: one.update(name="Another"), lambda one: one["credentialSubject"].update(alumniOf="Elsewhere"),
        lambda one: one.update({"added": 1}), lambda one: one.pop("description"), lambda one: one["type"].append("Other"),
        lambda one: one["proof"].update(created="2023-02-24T23:36:39Z"), lambda one: one["proof"].update(expires="2030-01-01T00:00:00Z"),
        lambda one: one["proof"].update(domain="d"), lambda one: one["proof"].update(nonce="n"), lambda one: one["proof"].pop("created"),
        lambda one: one["proof"].update(verificationMethod=f"{OWNER}#z6MkmEq87wkHCYnWnNZkigeDMGTN7oUw1upkhzd77KuXERS1"),
        lambda one: one.update({"@context": [V2, EXAMPLES, {"name": "urn:other"}]}), lambda one: one.update(id="urn:other"),
    ]  # fmt: skip


@pytest.mark.parametrize("suite", list(Suite))
@pytest.mark.parametrize("number", range(len(changes())))
def test_nothing_that_was_changed_passes(linked: LinkedData, signer: PrivateKey, suite: Suite, number: int) -> None:
    signed = copy.deepcopy(prove(ALUMNI, wanted(suite), signer, linked))
    changes()[number](signed)
    assert looked(signed, linked).answer is Answer.NOT_MET


def test_what_no_context_defines_is_not_signed_over_and_not_verified(linked: LinkedData, signer: PrivateKey) -> None:
    document = {"@context": [V2], "id": "urn:a", "type": ["VerifiableCredential"], "issuer": OWNER, "credentialSubject": {"id": "urn:s"}}
    signed = prove(document, wanted(), signer, linked)
    assert looked(signed, linked).answer is Answer.MET
    assert why(looked({**signed, "prix": 1}, linked)) == ["lost-term"]
    with pytest.raises(InputError):
        prove({**document, "prix": 1}, wanted(), signer, linked)


def test_the_direction_of_a_text_is_signed_over(linked: LinkedData, signer: PrivateKey, shared: Path) -> None:
    """JSON-LD drops it by default, and other implementations of the suite write it as i18n has it; so does pyld when it is told to."""
    for text in ({"@value": "شركة", "@language": "ar-EG", "@direction": "rtl"}, {"@value": "Nuage", "@direction": "ltr"}):
        document = ALUMNI | {"name": text}
        signed = prove(document, wanted(), signer, linked)
        assert looked(signed, linked).answer is Answer.MET
        for other in ("ltr" if text["@direction"] == "rtl" else "rtl", None):
            turned = {name: value for name, value in (text | {"@direction": other}).items() if value is not None}
            assert why(looked(signed | {"name": turned}, linked)) == ["signature-false"]
        form = linked.read(document).canonical()
        assert isinstance(form, bytes)
        assert form.decode() == Pyld(bundle_of(shared).contexts).canonical(document)


@pytest.mark.parametrize(("said", "code", "answer"), [
    ({"type": "JsonWebSignature2020"}, "proof-type", Answer.UNKNOWN), ({"cryptosuite": "ecdsa-sd-2023"}, "cryptosuite", Answer.UNKNOWN),
    ({"type": 1}, "proof-malformed", Answer.NOT_MET), ({"cryptosuite": None}, "proof-malformed", Answer.NOT_MET),
    ({"proofValue": 1}, "proof-malformed", Answer.NOT_MET), ({"proofValue": "uAAAA"}, "proof-malformed", Answer.NOT_MET),
    ({"proofValue": "z3"}, "proof-malformed", Answer.NOT_MET), ({"proofValue": "z" + "l" * 88}, "proof-malformed", Answer.NOT_MET),
    ({"verificationMethod": "no address"}, "proof-malformed", Answer.NOT_MET), ({"id": "no address"}, "proof-malformed", Answer.NOT_MET),
    ({"proofPurpose": "authentication"}, "proof-purpose", Answer.NOT_MET), ({"created": "2023"}, "not-a-date", Answer.NOT_MET),
    ({"created": "2026-11-23T12:02:00Z"}, "not-yet-valid", Answer.NOT_MET),
    ({"expires": "2026-11-23T11:59:59Z"}, "expired", Answer.NOT_MET),
    ({"previousProof": "urn:none"}, "proof-before", Answer.NOT_MET), ({"domain": [1]}, "proof-malformed", Answer.NOT_MET),
])  # fmt: skip
def test_a_proof_that_is_none_is_refused_and_one_of_another_kind_left_open(
    linked: LinkedData, signer: PrivateKey, said: dict[str, Any], code: str, answer: Answer,
) -> None:
    signed = prove(ALUMNI, wanted(), signer, linked)
    found = looked({**signed, "proof": {**signed["proof"], **said}}, linked)
    assert found.answer is answer
    assert why(found) == [code]


def test_a_key_that_is_not_at_hand_leaves_it_open(linked: LinkedData, signer: PrivateKey) -> None:
    signed = prove(ALUMNI, wanted(method=f"{OWNER}#unknown"), signer, linked)
    assert looked(signed, linked).answer is Answer.UNKNOWN


def test_a_proof_answers_the_challenge_and_the_domain_that_were_asked(linked: LinkedData, signer: PrivateKey) -> None:
    signed = prove(ALUMNI, wanted(challenge="c", domain=("d", "e")), signer, linked)
    assert looked(signed, linked, challenge="c", domain=frozenset({"d", "e"})).answer is Answer.MET
    assert why(looked(signed, linked, challenge="x")) == ["proof-challenge"]
    assert why(looked(signed, linked, domain=frozenset({"d"}))) == ["proof-domain"]
    assert why(looked(prove(ALUMNI, wanted(), signer, linked), linked, challenge="c")) == ["proof-challenge"]


def test_one_proof_at_least_is_by_the_party(linked: LinkedData, signer: PrivateKey) -> None:
    signed = prove(ALUMNI, wanted(), signer, linked)
    assert why(looked(signed, linked, party="did:web:autre-fictif.example")) == ["proof-of-another"]
    other = new_key(Kind.ED25519)
    both = prove(signed, wanted(method=method_of(did_key(other.public))), other, linked)
    assert looked(both, linked).answer is Answer.MET
    assert looked(both, linked, party=did_key(other.public)).answer is Answer.MET
    both["proof"][1]["proofValue"] = both["proof"][0]["proofValue"]
    assert why(looked(both, linked)) == ["signature-false"]


def test_no_proof_and_too_many_are_told(linked: LinkedData, signer: PrivateKey) -> None:
    assert (looked(ALUMNI, linked).answer, why(looked(ALUMNI, linked))) == (Answer.UNKNOWN, ["unsigned"])
    assert why(looked({**ALUMNI, "proof": ["x"]}, linked)) == ["proof-malformed"]
    assert why(looked({**ALUMNI, "proof": [{}] * (MAX_PROOFS + 1)}, linked)) == ["too-many-proofs"]
    with pytest.raises(InputError):
        prove({**ALUMNI, "proof": "x"}, wanted(), signer, linked)
    with pytest.raises(InputError):
        prove(ALUMNI, wanted(previous=("urn:none",)), signer, linked)


def test_a_key_of_another_kind_is_not_taken_for_one_of_edwards(linked: LinkedData, signer: PrivateKey) -> None:
    signed = prove(ALUMNI, wanted(), signer, linked)
    other = new_key(Kind.P256).public
    found = examine(signed, Asked(NOW, party=OWNER), linked, lambda _method, _purposes: other)
    assert (found.answer, why(found)) == (Answer.NOT_MET, ["algorithm-of-another-key"])


def test_a_document_with_its_proof_passes_the_steps_of_a_verification(linked: LinkedData) -> None:
    key = new_key(Kind.ED25519)
    did = did_key(key.public)
    document = {"@context": [V2], "id": "urn:uuid:1", "type": ["VerifiableCredential"], "issuer": did, "validFrom": "2026-01-01T00:00:00Z",
                "credentialSubject": {"id": "urn:s"}}  # fmt: skip
    world = World(fetch=offline, embedded=embedded(linked, NOW))
    signed = prove(document, Wanted(method_of(did), created=NOW), key, linked)
    presented = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": did, "verifiableCredential": [signed]}
    whole = prove(presented, Wanted(method_of(did), Purpose.AUTHENTICATION, NOW), key, linked)
    for one in (signed, whole):
        found = verify(_json(one), "a file", Mode.STRICT, NOW, world)
        answers = {step.name: step.answer.value for step in found.steps}
        assert answers == {"parse": "met", "signer-key": "met", "signature": "met", "validity": "met"}
        assert [part.opened.what for part in found.parts][-1] is What.CREDENTIAL
    altered = copy.deepcopy(whole)
    altered["verifiableCredential"][0]["validFrom"] = "2026-01-02T00:00:00Z"
    steps = verify(_json(altered), "a file", Mode.STRICT, NOW + timedelta(days=1), world).steps
    assert ("signature", Answer.NOT_MET) in [(step.name, step.answer) for step in steps]


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()
