"""What is issued is what the specifications have today, another library verifies it, and the same words give the same token."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from tests.trust.credential_world import CONTEXTS, HOLDER, ISSUER, NOW, asked, claims, credential, key, kid, token, web

from egide.trust.credentials.issuing import issue, present
from egide.trust.credentials.results import Outcome
from egide.trust.dids.identifiers import did_document
from egide.trust.jose import Compact, read_compact
from egide.trust.keys import Kind
from egide.trust.signing import ExternalSigner, SignerError
from egide.vocabulary.errors import InputError


def opened(written: str) -> tuple[dict[str, Any], dict[str, Any]]:
    compact = read_compact(written.encode())
    assert isinstance(compact, Compact)
    return dict(compact.header), json.loads(compact.payload)


def test_the_header_and_payload_of_a_credential() -> None:
    header, payload = opened(credential())
    assert header == {
        "alg": "ES256", "typ": "vc+jwt", "cty": "vc", "kid": kid(), "iss": ISSUER, "iat": int(NOW.timestamp()), "exp": 1_798_761_600,
    }  # fmt: skip
    assert payload == claims()
    assert not {"vc", "vp", "iss", "iat", "exp"} & payload.keys()


def test_what_the_claims_leave_out_is_added() -> None:
    _, payload = opened(issue({"credentialSubject": {"a": 1}}, key(), kid(), NOW))
    assert payload == {
        "@context": CONTEXTS[:1], "type": ["VerifiableCredential"], "issuer": ISSUER, "validFrom": "2026-11-23T12:00:00Z",
        "credentialSubject": {"a": 1},
    }  # fmt: skip


@pytest.mark.parametrize("kind", list(Kind))
def test_the_same_claims_key_and_moment_give_the_same_token(kind: Kind) -> None:
    again = dict(reversed(claims().items()))
    same = issue(claims(), key(kind), kid(), NOW) == issue(again, key(kind), kid(), NOW)
    assert same is (kind is not Kind.RSA)
    assert issue(claims(), key(Kind.RSA), kid(), NOW, algorithm="RS256") == issue(again, key(Kind.RSA), kid(), NOW, algorithm="RS256")


@pytest.mark.parametrize("kind", list(Kind))
def test_another_library_verifies_what_is_issued(kind: Kind) -> None:
    theirs = JWS()
    theirs.allowed_algs = ["ES256", "ES384", "ES512", "EdDSA", "PS256"]
    theirs.deserialize(issue(claims(), key(kind), kid(), NOW), JWK(**key(kind).public.jwk()))
    assert json.loads(theirs.payload) == claims()


@pytest.mark.parametrize("change", [
    {"issuer": HOLDER}, {"issuer": {"id": HOLDER}}, {"credentialSubject": {}}, {"validFrom": "yesterday"}, {"type": ["Thing"]},
    {"@context": ["https://a.example"]}, {"vc": {}},
    {"validUntil": "2026-01-01T00:00:00Z"}, {"id": "x"},
])  # fmt: skip
def test_claims_that_are_no_credential_of_the_issuer_are_not_signed(change: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"offre\.yaml"):
        issue(claims() | change, key(), kid(), NOW, file="offre.yaml")


@pytest.mark.parametrize("value", [float("nan"), 2**60, "\ud800"])
def test_claims_without_a_canonical_form_are_not_signed(value: object) -> None:
    with pytest.raises(InputError, match="canonical"):
        issue(claims(credentialSubject={"a": value}), key(), kid(), NOW)


def test_an_issuer_with_more_to_say_of_itself_is_still_the_issuer() -> None:
    assert asked(issue(claims(issuer={"id": ISSUER, "name": "Nuage fictif"}), key(), kid(), NOW)).outcome is Outcome.VERIFIED


def test_an_external_signer_issues_as_a_key_does() -> None:
    signer = ExternalSigner(key().public, key().sign)
    assert issue(claims(), signer, kid(), NOW) == credential()
    with pytest.raises(SignerError):
        issue(claims(), signer, kid(), NOW, algorithm="PS256")


def test_the_header_and_payload_of_a_presentation() -> None:
    header, payload = opened(present([credential()], key(), kid(HOLDER), NOW, lasts=timedelta(minutes=5), identifier="urn:uuid:1"))
    assert header == {
        "alg": "ES256", "typ": "vp+jwt", "cty": "vp", "kid": kid(HOLDER), "iss": HOLDER, "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 300,
    }  # fmt: skip
    assert payload == {
        "@context": CONTEXTS[:1], "type": ["VerifiablePresentation"], "holder": HOLDER, "id": "urn:uuid:1",
        "verifiableCredential": [{"@context": CONTEXTS[0], "id": f"data:application/vc+jwt,{credential()}",
        "type": "EnvelopedVerifiableCredential"}],
    }  # fmt: skip


def test_a_credential_of_a_draft_is_presented_under_its_own_type() -> None:
    _, payload = opened(present([token(claims(), {"typ": "vc+ld+jwt"})], key(), kid(HOLDER), NOW))
    assert payload["verifiableCredential"][0]["id"].startswith("data:application/vc+ld+jwt,")


@pytest.mark.parametrize("inner", ["", "no token", present([], key(), kid(HOLDER), NOW), token(claims(), {"typ": "JWT"})])
def test_what_is_no_credential_is_not_presented(inner: str) -> None:
    with pytest.raises(InputError):
        present([inner], key(), kid(HOLDER), NOW)


def test_the_published_document_lets_what_is_issued_be_verified() -> None:
    document = json.loads(did_document(ISSUER, [("key-1", key().public), ("key-2", key(Kind.ED25519).public)],
        chain_url="https://a.example/chain.pem"))
    assert [method["publicKeyJwk"]["x5u"] for method in document["verificationMethod"]] == ["https://a.example/chain.pem"] * 2
    assert not any("d" in method["publicKeyJwk"] for method in document["verificationMethod"])
    assert asked(issue(claims(), key(Kind.ED25519), kid(), NOW), web(kind=Kind.ED25519)).outcome is Outcome.VERIFIED
