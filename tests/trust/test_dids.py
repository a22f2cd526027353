"""DIDs and their documents, statement by statement (DID Core 1.0; did:web, did:key, did:jwk; Controlled Identifiers 1.0)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.trust.credential_world import ISSUER, key, page

from egide.trust.dids.documents import Document, Purpose, read_document
from egide.trust.dids.identifiers import (
    Did,
    Fetched,
    NotAtHand,
    address_of,
    did_document,
    did_jwk,
    did_key,
    method_of,
    offline,
    read_did,
    resolve,
)
from egide.trust.keys import Kind, PublicKey, b64u, read_jwk
from egide.trust.keys_multibase import multikey
from egide.vocabulary.findings import Reason

RSA_DID = (
    "did:key:z4MXj1wBzi9jUstyPMS4jQqB6KdJaiatPkAtVtGc6bQEQEEsKTic4G7Rou3iBf9vPmT5dbkm9qsZsuVNjq8HCuW1w24nhBFGkRE4cd2Uf2tfrB3N7h4mny"
    "Pp1BF3ZttHTYv3DLUPi1zMdkULiow3M1GfXkoC6DoxDUm1jmN6GBj22SjVsr6dxezRVQc7aj9TxE7JLbMH1wh5X3kA58H3DFW8rnYMakFGbca5CB2Jf6CnGQZmL7o5"
    "uJAdTwXfy2iiiyPxXEGerMhHwhjTA1mKYobyk2CpeEcmvynADfNZ5MBvcCS7m3XkFCMNUYBS9NQ3fze6vMSUPsNa6GVYmKx2x6JrdEjCk3qRMMmyjnjCMfR4pXbRMZ"
    "a3i"
)
RSA_MODULUS = (
    "sbX82NTV6IylxCh7MfV4hlyvaniCajuP97GyOqSvTmoEdBOflFvZ06kR_9D6ctt45Fk6hskfnag2GG69NALVH2o4RCR6tQiLRpKcMRtDYE_thEmfBvDzm_VVkOIYfx"
    "u-Ipuo9J_S5XDNDjczx2v-3oDh5-CIHkU46hvFeCvpUS-L8TJSbgX0kjVk_m4eIb9wh63rtmD6Uz_KBtCo5mmR4TEtcLZKYdqMp3wCjN-TlgHiz_4oVXWbHUefCEe8"
    "rFnX1iQnpDHU49_SaXQoud1jCaexFn25n-Aa8f8bc5Vm-5SeRwidHa6ErvEhTvf1dz6GoNPp2iRvm-wJ1gxwWJEYPQ"
)
ASSERTION = (Purpose.ASSERTION,)


def did(text: str) -> Did:
    found = read_did(text)
    assert isinstance(found, Did), found
    return found


def code(found: object) -> str | None:
    return found.code if isinstance(found, Reason) else found.reason.code if isinstance(found, NotAtHand) else None


def document(**more: Any) -> dict[str, Any]:
    return json.loads(did_document(ISSUER, [("key-1", key().public)])) | more


def read(document: dict[str, Any], identifier: str = ISSUER) -> Document | Reason:
    return read_document(json.dumps(document).encode(), identifier)


def good(found: Document | Reason | NotAtHand) -> Document:
    assert isinstance(found, Document), found
    return found


def public(jwk: dict[str, str]) -> PublicKey:
    found = read_jwk(jwk)
    assert isinstance(found, PublicKey)
    return found


# --- 3.1 syntax ----------------------------------------------------------------------------------

@pytest.mark.parametrize("text", [
    "did:example:123456789abcdefghi", "did:web:example.com", "did:web:example.com%3A3000:user:alice", "did:example:a:b:c", "did:example::a",
    "did:e1:A-Z_a.z%20", "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
])  # fmt: skip
def test_a_did_has_a_method_and_an_identifier(text: str) -> None:
    assert str(did(text)) == text


@pytest.mark.parametrize("text", [
    None, 5, "", "did", "did:", "did:web", "did:web:", "did:WEB:a", "DID:web:a", "did:web:a:", "did:web:a/b", "did:web:a#b", "did:web:a?b",
    "did:web:a b",
    "did:web:é", "did:web:%", "did:web:%G0", "did:we-b:a", "urn:did:a", "did:example:" + "a" * 3000,
])  # fmt: skip
def test_what_is_no_did_is_refused(text: object) -> None:
    assert code(read_did(text)) == "not-a-did"


# --- did:web -------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "address"), [
    ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
    ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
    ("did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"),
    ("did:web:example.com%3a3000", "https://example.com:3000/.well-known/did.json"),
    ("did:web:Example.COM", "https://example.com/.well-known/did.json"),
    ("did:web:example.com:a%20b", "https://example.com/a%20b/did.json"),
])  # fmt: skip
def test_a_did_web_is_mapped_to_the_address_of_its_method(text: str, address: str) -> None:
    assert address_of(did(text)) == address


@pytest.mark.parametrize("specific", [
    "localhost", "127.0.0.1", "10.0.0.1%3A80", "0x7f.1", "127.1", "2130706433", "a.0x7f", "%5B%3A%3A1%5D", "example.com%3A",
    "example.com%3A0", "example.com%3A080",
    "example.com%3A99999999", "example.com%3Aabc", "example.com%3A80%3A90", "-example.com", "example-.com", "exa_mple.com",
    "example.com%2F..%2Fx", "user%40example.com",
    "example.com%23x", "", ".com", "example..com",
])  # fmt: skip
def test_a_did_web_without_the_name_of_a_host_is_refused(specific: str) -> None:
    assert code(address_of(Did("web", specific))) == "did-web-host"


@pytest.mark.parametrize("path", ["..", ".", "%2e%2e", "a%2Fb", "a%5Cb", "a%00", "", "a b", "é"])
def test_a_did_web_does_not_leave_its_path(path: str) -> None:
    assert code(address_of(Did("web", f"example.com:{path}"))) == "did-web-path"


@given(st.text(max_size=40))
def test_any_did_web_is_an_https_address_or_refused(text: str) -> None:
    found = address_of(Did("web", text))
    assert isinstance(found,
        Reason) or (found.startswith("https://") and found.endswith("/did.json") and ".." not in found and "@" not in found)


def test_a_did_web_is_resolved_with_what_lies_at_its_address() -> None:
    asked: list[str] = []

    def fetch(address: str) -> Fetched:
        asked.append(address)
        return Fetched(did_document(ISSUER, [("key-1", key().public)]))

    found = good(resolve(ISSUER, fetch))
    assert asked == [page(ISSUER)]
    assert found.key_for(f"{ISSUER}#key-1", ASSERTION) == key().public


def test_what_is_not_at_hand_is_not_refused() -> None:
    assert isinstance(resolve(ISSUER, offline), NotAtHand)
    assert code(resolve("did:ebsi:zxyz", offline)) == "did-method"
    assert code(resolve("did:web:127.0.0.1", offline)) == "did-web-host"
    assert code(resolve("nobody", offline)) == "not-a-did"


# --- did:key and did:jwk -------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "jwk"), [
    ("did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv",
     {"kty": "EC", "crv": "P-256", "x": "igrFmi0whuihKnj9R3Om1SoMph72wUGeFaBbzG2vzns", "y": "efsX5b10x8yjyrj4ny3pGfLcY7Xby1KzgqOdqnsrJIM"}),
    ("did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
     {"kty": "EC", "crv": "P-256", "x": "fyNYMN0976ci7xqiSdag3buk-ZCwgXU4kz9XNkBlNUI", "y": "hW2ojTNfH7Jbi8--CJUo3OCbH3y5n91g-IMA9MLMbTU"}),
    ("did:key:z82Lm1MpAkeJcix9K8TMiLd5NMAhnwkjjCBeWHXyu3U4oT2MVJJKXkcVBgjGhnLBn2Kaau9",
     {"kty": "EC", "crv": "P-384", "x": "lInTxl8fjLKp_UCrxI0WDklahi-7-_6JbtiHjiRvMvhedhKVdHBfi2HCY8t_QJyc",
      "y": "y6N1IC-2mXxHreETBW7K3mBcw0qGr3CWHCs-yl09yCQRLcyfGv7XhqAngHOu51Zv"}),
    ("did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
    {"kty": "OKP", "crv": "Ed25519", "x": "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik"}),
    (RSA_DID, {"kty": "RSA", "e": "AQAB", "n": RSA_MODULUS}),
])  # fmt: skip
def test_the_vectors_of_did_key_are_read_and_written(text: str, jwk: dict[str, str]) -> None:
    held = public(jwk)
    assert did_key(held) == text
    found = good(resolve(text, offline))
    for purpose in Purpose:
        assert found.key_for(method_of(text), (purpose,)) == held


def test_the_vector_of_did_jwk_is_read() -> None:
    text = (
        "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAiLCJ5IjoiX0tjeU"
        "xqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
    )
    held = public({"kty": "EC", "crv": "P-256", "x": "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0",
        "y": "_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE"})
    assert good(resolve(text, offline)).key_for(f"{text}#0", ASSERTION) == held
    assert did_jwk(held) == text


@pytest.mark.parametrize("kind", list(Kind))
def test_a_key_becomes_a_did_and_comes_back(kind: Kind) -> None:
    held = key(kind).public
    for text in (did_key(held), did_jwk(held)):
        assert good(resolve(text, offline)).key_for(method_of(text), ASSERTION) == held


@pytest.mark.parametrize(("text", "why"), [
    ("did:key:z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F", "multicodec-unknown"),
    ("did:key:abc", "multibase-unreadable"),
    ("did:key:u" + b64u(b"\xed\x01" + b"\1" * 32), "did-key-spelling"),
    ("did:jwk:abb", "did-jwk-unreadable"),
    ("did:jwk:" + b64u(b"[]"), "not-an-object"),
    ("did:jwk:" + b64u(b'{"kty":"EC","kty":"EC"}'), "duplicate-member"),
    ("did:jwk:" + b64u(json.dumps(key().public.jwk() | {"d": "AAAA"}).encode()), "jwk-private"),
    ("did:jwk:" + b64u(json.dumps(key().public.jwk() | {"use": "enc"}).encode()), "jwk-use"),
])  # fmt: skip
def test_a_did_that_holds_no_key_for_signatures_is_refused(text: str, why: str) -> None:
    assert code(resolve(text, offline)) == why


# --- 5.1 identifiers -----------------------------------------------------------------------------

def test_a_document_speaks_for_the_identifier_that_was_asked_for() -> None:
    assert code(read(document(), "did:web:another.example")) == "document-of-another"
    assert code(read(document(id=ISSUER.upper()))) == "document-of-another"
    assert code(read(document(id=None))) == "document-of-another"
    assert code(read({name: value for name, value in document().items() if name != "id"})) == "document-of-another"


@pytest.mark.parametrize(("member", "value"), [
    ("controller", 5), ("controller", ["not a did"]), ("controller", [5]), ("alsoKnownAs", "https://a.example"), ("alsoKnownAs", [5]),
    ("verificationMethod", {}), ("verificationMethod", [5]), ("verificationMethod", [{}]), ("assertionMethod", "one"),
    ("assertionMethod", [5]),
    ("authentication", {}), ("service", {}), ("service", [{}]), ("service", [{"id": "#a", "type": "A"}]),
    ("service", [{"id": "#a", "type": 1, "serviceEndpoint": "https://a.example"}]),
    ("service", [{"id": "#a", "type": "A", "serviceEndpoint": "https://a.example"}] * 2),
    ("@context", ["https://a.example", "https://www.w3.org/ns/did/v1"]), ("@context", []),
    ("@context", 5),
])  # fmt: skip
def test_a_core_property_of_another_form_is_refused(member: str, value: object) -> None:
    found = read(document(**{member: value}))
    assert code(found) == "document-malformed"
    assert isinstance(found, Reason)
    assert found.args == {"member": member}


def test_properties_within_their_forms_and_unknown_ones_are_let_be() -> None:
    more = {
        "controller": ["did:example:a"], "alsoKnownAs": ["https://a.example"], "keyAgreement": ["#x"], "capabilityInvocation": [],
        "unknown": {"a": 1},
        "service": [{"id": "#a", "type": ["A"], "serviceEndpoint": {"uri": "https://a.example"}}],
    }  # fmt: skip
    good(read(document(**more)))
    good(read(document(controller="did:example:a", **{"@context": "https://www.w3.org/ns/did/v1"})))
    plain = document()
    del plain["@context"]
    good(read(plain))


# --- 5.2 verification methods --------------------------------------------------------------------

def with_method(**change: Any) -> dict[str, Any]:
    changed = document()
    method = changed["verificationMethod"][0] | change
    changed["verificationMethod"] = [{name: value for name, value in method.items() if value is not None}]
    return changed


@pytest.mark.parametrize("absent", ["id", "type", "controller"])
def test_a_method_has_an_identifier_a_type_and_a_controller(absent: str) -> None:
    assert code(read(with_method(**{absent: None}))) == "document-malformed"
    assert code(read(with_method(**{absent: 5}))) == "document-malformed"


def test_a_method_gives_its_key_once() -> None:
    assert code(read(with_method(publicKeyMultibase=multikey(key().public)))) == "method-two-keys"
    by_word = good(read(with_method(publicKeyJwk=None, publicKeyMultibase=multikey(key().public), type="Multikey")))
    assert by_word.key_for(f"{ISSUER}#key-1", ASSERTION) == key().public


def test_a_method_that_stands_twice_is_refused() -> None:
    twice = document()
    twice["verificationMethod"] *= 2
    assert code(read(twice)) == "method-twice"


@pytest.mark.parametrize("member", ["privateKeyJwk", "secretKeyJwk", "privateKeyMultibase", "secretKeyMultibase"])
def test_a_document_that_publishes_a_private_key_is_refused(member: str) -> None:
    assert code(read(with_method(**{member: {}}))) == "method-private"


def test_a_private_member_makes_the_key_unusable() -> None:
    """DID Core, 5.2.1: publicKeyJwk must not hold private members."""
    found = good(read(with_method(publicKeyJwk=key().public.jwk() | {"d": "AAAA"})))
    assert code(found.key_for(f"{ISSUER}#key-1", ASSERTION)) == "jwk-private"


def test_a_key_of_a_kind_that_is_not_ours_harms_no_other() -> None:
    mixed = document()
    mixed["verificationMethod"].append({"id": f"{ISSUER}#old", "type": "Secp256k1", "controller": ISSUER,
        "blockchainAccountId": "eip155:1:0x0"})
    found = good(read(mixed))
    assert found.key_for(f"{ISSUER}#key-1", ASSERTION) == key().public
    mixed["assertionMethod"].append(f"{ISSUER}#old")
    assert code(good(read(mixed)).key_for(f"{ISSUER}#old", ASSERTION)) == "method-no-key"


def test_a_method_of_another_controller_is_not_this_documents() -> None:
    found = good(read(with_method(controller="did:web:another.example")))
    assert code(found.key_for(f"{ISSUER}#key-1", ASSERTION)) == "method-of-another"


def test_a_relative_identifier_counts_from_the_document() -> None:
    found = good(read(with_method(id="#key-1") | {"assertionMethod": ["#key-1"]}))
    assert found.key_for(f"{ISSUER}#key-1", ASSERTION) == key().public


# --- 5.3 verification relationships --------------------------------------------------------------

def test_a_key_serves_only_what_its_document_says() -> None:
    for purpose in Purpose:
        found = good(read(document(**{purpose.value: []})))
        assert code(found.key_for(f"{ISSUER}#key-1", (purpose,))) == "method-purpose"
        assert found.key_for(f"{ISSUER}#key-1", tuple(Purpose)) == key().public
    nothing = {name: value for name, value in document().items() if name not in [one.value for one in Purpose]}
    assert code(good(read(nothing)).key_for(f"{ISSUER}#key-1", tuple(Purpose))) == "method-purpose"


def test_a_method_may_be_embedded_in_its_relationship_and_serves_no_other() -> None:
    embedded = document()
    embedded["assertionMethod"] = embedded.pop("verificationMethod")
    embedded["authentication"] = []
    found = good(read(embedded))
    assert found.key_for(f"{ISSUER}#key-1", ASSERTION) == key().public
    assert code(found.key_for(f"{ISSUER}#key-1", (Purpose.AUTHENTICATION,))) == "method-purpose"


def test_a_method_that_is_not_there_is_said_so() -> None:
    assert code(good(read(document())).key_for(f"{ISSUER}#key-2", ASSERTION)) == "method-absent"


def test_a_bare_name_means_one_method_or_none() -> None:
    found = good(read(with_method(publicKeyJwk=key().public.jwk() | {"kid": "mine"})))
    for name in ("key-1", "mine", key().public.thumbprint):
        assert found.named(name) == f"{ISSUER}#key-1"
    assert found.named("another") is None
    doubled = document()
    doubled["verificationMethod"].append(doubled["verificationMethod"][0] | {"id": f"{ISSUER}#key-2"})
    assert good(read(doubled)).named(key().public.thumbprint) is None


# --- limits and https identifiers ----------------------------------------------------------------

def test_a_document_is_bounded_and_strict_json() -> None:
    assert code(read_document(b" " * 300_000, ISSUER)) == "document-too-large"
    assert code(read_document(b'{"id":"a","id":"b"}', ISSUER)) == "duplicate-member"
    assert code(read_document(b"<html>", ISSUER)) == "not-json"
    many = document(verificationMethod=[document()["verificationMethod"][0] | {"id": f"#{number}"} for number in range(300)])
    assert code(read(many)) == "document-malformed"


def test_an_https_address_may_be_the_identifier_of_a_document() -> None:
    address = "https://universite-fictive.example/issuers/14"
    held = did_document(address, [("key-1", key().public)])
    found = good(resolve(address, lambda asked: Fetched(held) if asked == address else offline(asked)))
    assert found.key_for(f"{address}#key-1", ASSERTION) == key().public


@pytest.mark.parametrize("address", ["https://localhost/a", "https://127.0.0.1/a", "https://user@a.example/", "https://[::1]/",
    "https://a.example/#x", "https://é.example/"])
def test_an_address_without_the_name_of_a_host_is_no_identifier(address: str) -> None:
    assert code(resolve(address, offline)) == "not-an-address"


@given(st.binary(max_size=120))
def test_any_bytes_are_a_document_or_a_reason(content: bytes) -> None:
    assert isinstance(read_document(content, ISSUER), Document | Reason)


@given(st.dictionaries(
    st.sampled_from(["@context", "controller", "alsoKnownAs", "verificationMethod", "assertionMethod", "authentication", "service"]),
    st.recursive(st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "type", "controller", "publicKeyJwk"]), inner),
    max_leaves=6),
))  # fmt: skip
def test_any_members_are_a_document_or_a_reason(more: dict[str, Any]) -> None:
    assert isinstance(read(document(**more)), Document | Reason)
