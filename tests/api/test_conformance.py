"""The assertions of the W3C's public suites, made against the running server."""

from __future__ import annotations

import base64
import gzip
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from egide.trust.dids.identifiers import did_key, method_of
from egide.trust.jose import Compact, read_compact, sign_compact
from egide.trust.jose_json import canonical
from egide.trust.keys import USUAL, Kind, b64u
from egide.trust.signing import new_key

from .calling import BASE, Server, claims, holding
from .conformance import DATA_MODEL, Assertion

if TYPE_CHECKING:
    from collections.abc import Callable

    from egide.trust.signing import PrivateKey


@pytest.mark.parametrize("assertion", [pytest.param(one, id=one.name) for one in DATA_MODEL])
def test_an_assertion_of_the_data_model_holds(server: Server, assertion: Assertion) -> None:
    for call in assertion.accepts:
        answer = call(server)
        assert answer.status < 400, answer.content
    for call in assertion.refuses:
        answer = call(server)
        assert 400 <= answer.status < 500, answer.content


def test_all_assertions_of_the_data_model_are_made() -> None:
    assert len(DATA_MODEL) == len({one.name for one in DATA_MODEL}) == 67
    assert all(one.accepts or one.refuses for one in DATA_MODEL)


# --- status lists: what is issued with a status, and the list that it names ------------------------


@pytest.fixture(scope="module")
def issued(server: Server) -> dict[str, Any]:
    given = claims(id="urn:uuid:6f1d2b3a-0000-4000-8000-000000000001", credentialSubject={"id": "did:example:subject"})
    return server.issued(given, statusPurposes=["revocation", "suspension"])


@pytest.fixture(scope="module")
def entries(issued: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = issued["credentialStatus"]
    return found


@pytest.fixture(scope="module")
def lists(server: Server, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [server.get(urlsplit(entry["statusListCredential"]).path).body for entry in entries]


def test_a_status_stands_in_a_conforming_credential(server: Server, issued: dict[str, Any]) -> None:
    assert {"@context", "id", "type", "issuer", "credentialSubject", "credentialStatus", "proof"} <= issued.keys()
    assert server.verify(issued).status == 200


def test_the_members_of_an_entry_are_as_they_must_be(entries: list[dict[str, Any]]) -> None:
    assert len(entries) == 2
    for entry in entries:
        assert entry["type"] == "BitstringStatusListEntry"
        assert isinstance(entry["id"], str) and entry["id"] != entry["statusListCredential"]
        assert entry["statusPurpose"] in ("revocation", "suspension")
        assert str(int(entry["statusListIndex"])) == entry["statusListIndex"] and int(entry["statusListIndex"]) >= 0
        assert entry["statusListCredential"].startswith("http")
        assert not {"statusSize", "statusMessage", "statusReference"} & entry.keys()


def test_the_list_is_a_conforming_credential_of_its_type(
    server: Server, lists: list[dict[str, Any]], entries: list[dict[str, Any]]
) -> None:
    for listed, entry in zip(lists, entries, strict=True):
        assert {"VerifiableCredential", "BitstringStatusListCredential"} <= set(listed["type"])
        assert (listed["@context"][0], listed["id"]) == (BASE, entry["statusListCredential"])
        subject = listed["credentialSubject"]
        assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", entry["statusPurpose"])
        assert server.verify(listed).status == 200


def test_the_list_is_sixteen_kilobytes_in_gzip_and_multibase(lists: list[dict[str, Any]]) -> None:
    for listed in lists:
        word = listed["credentialSubject"]["encodedList"]
        assert word[0] == "u" and "=" not in word
        assert gzip.decompress(base64.urlsafe_b64decode(word[1:] + "=" * (-len(word[1:]) % 4))) == bytes(16_384)


def test_a_malformed_entry_is_not_issued(server: Server, entries: list[dict[str, Any]]) -> None:
    """The suite puts it under a name of no context; here it stands where it belongs as well."""
    wrong = {"type": "BitstringStatusListEntry", "statusListIndex": True, "statusListCredential": "https://a.example"}
    assert server.issue(claims(statusEntry=wrong)).status == 400
    assert server.issue(claims(credentialStatus=wrong)).status == 400
    assert server.issue(claims(credentialStatus=entries[0] | {"statusListIndex": 5})).status == 400


def test_a_status_is_validated_until_it_is_set(server: Server) -> None:
    name = "urn:uuid:6f1d2b3a-0000-4000-8000-000000000002"
    one = server.issued(claims(id=name), statusPurposes=["revocation"])
    assert server.verify(one).status == 200
    assert server.put(name, "revocation", on=True).status == 200
    refused = server.verify(one)
    assert (refused.status, refused.body["verified"]) == (400, False)
    assert refused.body["problemDetails"][0]["type"].startswith("https://www.w3.org/ns/credentials/status-list#")
    entry = one["credentialStatus"]
    word = server.get(urlsplit(entry["statusListCredential"]).path).body["credentialSubject"]["encodedList"]
    bits = gzip.decompress(base64.urlsafe_b64decode(word[1:] + "=" * (-len(word[1:]) % 4)))
    index = int(entry["statusListIndex"])
    assert bits[index // 8] >> (7 - index % 8) & 1


# --- tokens: the suite's sixteen on JOSE -------------------------------------------------------------

FULL = {
    "id": "urn:uuid:1", "name": "Nuage", "description": "Un nuage fictif",
    "validFrom": "2025-01-01T00:00:00Z", "validUntil": "2035-01-01T00:00:00Z",
    "credentialSchema": {"id": "https://a.example/s.json", "type": "JsonSchema"}, "termsOfUse": {"type": "https://a.example#T"},
    "evidence": [{"type": "https://a.example#E"}], "refreshService": {"type": "https://a.example#R", "id": "https://a.example"},
}  # fmt: skip
JOSE = {"mediaType": "application/vc+jwt"}


def own(kind: Kind = Kind.ED25519) -> tuple[PrivateKey, str]:
    key = new_key(kind)
    return key, did_key(key.public)


def token(document: dict[str, Any], key: PrivateKey, **header: Any) -> str:
    whole = {"typ": "vc+jwt", "kid": method_of(did_key(key.public)), **header}
    payload = canonical(document)
    assert isinstance(payload, bytes)
    return sign_compact({name: value for name, value in whole.items() if value is not None}, payload, key, USUAL[key.public.kind])


def envelope(word: str, media: str = "application/vc+jwt", kind: str = "EnvelopedVerifiableCredential") -> dict[str, Any]:
    return {"@context": BASE, "id": f"data:{media},{word}", "type": kind}


def presented(document: dict[str, Any], key: PrivateKey, **header: Any) -> dict[str, Any]:
    return envelope(token(document, key, **({"typ": "vp+jwt"} | header)), "application/vp+jwt", "EnvelopedVerifiablePresentation")


def header_of(document: dict[str, Any]) -> dict[str, Any]:
    compact = read_compact(document["id"].partition(",")[2].encode())
    assert isinstance(compact, Compact)
    return dict(compact.header) | {"payload": json.loads(compact.payload)}


@pytest.mark.parametrize(("algorithm", "members"), [("ES256", {}), ("ES384", FULL), ("ES512", {"id": "urn:uuid:2"}), ("EdDSA", FULL)])
def test_a_credential_is_issued_as_a_token_of_its_type(server: Server, algorithm: str, members: dict[str, Any]) -> None:
    """1 and 2: the least credential, and one with every member."""
    made = server.issued(claims(issuer=server.issuer(algorithm), **members), **JOSE)
    header = header_of(made)
    assert (header["alg"], header["typ"], header["cty"]) == (algorithm, "vc+jwt", "vc")
    assert header["kid"].startswith(server.issuer(algorithm) + "#")
    assert header["payload"] == claims(issuer=server.issuer(algorithm), **members)
    assert server.verify(made).status == 200


def test_a_presentation_is_issued_as_a_token_with_one_credential_or_more(server: Server) -> None:
    """3 and 4."""
    for algorithm, count in (("ES256", 1), ("ES512", 3)):
        carried = [server.issued(claims(), **JOSE) for _ in range(count)]
        asked = {"presentation": holding(carried, holder=server.issuer(algorithm)), "options": {"mediaType": "application/vp+jwt"}}
        made = server.post("/presentations", asked).body["verifiablePresentation"]
        assert (header_of(made)["alg"], header_of(made)["typ"], len(header_of(made)["payload"]["verifiableCredential"])) == (
            algorithm,
            "vp+jwt",
            count,
        )
        assert server.verify_presentation(made).status == 200


def test_terms_that_no_context_defines_are_neither_issued_nor_verified(server: Server) -> None:
    """5 and 9, which the suite expects to fail."""
    assert server.issue(claims(unknownExtension={"a": 1}), **JOSE).status == 400
    key, did = own()
    assert server.verify(envelope(token(claims(issuer=did, unknownExtension={"a": 1}), key))).status == 400


@pytest.mark.parametrize("kind", [Kind.P256, Kind.P384, Kind.P521, Kind.ED25519])
def test_a_token_is_verified_whatever_the_key(server: Server, kind: Kind) -> None:
    """6, 7 and 8: a credential, a presentation of several, `iss` that is the issuer and one that is not."""
    key, did = own(kind)
    assert server.verify(envelope(token(claims(issuer=did), key))).status == 200
    assert server.verify(envelope(token(claims(issuer=did), key, iss=did))).status == 200
    assert server.verify(envelope(token(claims(issuer={"id": did}), key, iss="did:example:another"))).status == 400
    carried = [envelope(token(claims(issuer=did), key)) for _ in range(3)]
    assert server.verify_presentation(presented(holding(carried, holder=did), key)).status == 200


@pytest.mark.parametrize(("said", "spoil"), [
    ("10 unsecured", lambda word: f"{b64u(json.dumps({'alg': 'none', 'typ': 'vc+jwt'}).encode())}.{word.split('.')[1]}."),
    ("12 another signature", lambda word: word[:-20] + "A" * 19 + "A"),
    ("12 no signature", lambda word: word.rsplit(".", 1)[0] + "."),
])  # fmt: skip
def test_a_token_that_is_not_secured_is_refused(server: Server, said: str, spoil: Callable[[str], str]) -> None:
    key, did = own()
    assert said
    assert server.verify(envelope(spoil(token(claims(issuer=did), key)))).status == 400


def test_a_presentation_that_is_not_secured_is_refused(server: Server) -> None:
    """11."""
    key, did = own()
    word = f"{b64u(json.dumps({'alg': 'none', 'typ': 'vp+jwt'}).encode())}.{token(holding(holder=did), key).split('.')[1]}."
    assert server.verify_presentation(envelope(word, "application/vp+jwt", "EnvelopedVerifiablePresentation")).status == 400


def test_a_token_of_another_media_type_is_refused(server: Server) -> None:
    """13 and 14."""
    key, did = own()
    for typ in ("JWT", "vp+jwt", "vc+cose", "vc+sd-jwt", None):
        assert server.verify(envelope(token(claims(issuer=did), key, typ=typ))).status == 400, typ
    for media in ("application/jwt", "application/vp+jwt", "text/plain"):
        assert server.verify(envelope(token(claims(issuer=did), key), media)).status == 400, media
    for typ in ("JWT", "vc+jwt", "vp+cose", None):
        assert server.verify_presentation(presented(holding(holder=did), key, typ=typ)).status == 400, typ


def test_the_claims_of_version_1_are_refused(server: Server) -> None:
    """15."""
    key, did = own()
    for more in ({"vc": claims()}, {"vp": holding()}):
        assert server.verify(envelope(token(claims(issuer=did) | more, key))).status == 400
        assert server.verify_presentation(presented(holding(holder=did) | more, key)).status == 400


def test_a_presentation_of_credentials_that_are_not_secured_or_not_enveloped_is_refused(server: Server) -> None:
    """16."""
    (key, did), (other, others) = own(), own()
    word = token(claims(issuer=others), other)
    for carried in (
        claims(issuer=others),
        word,
        envelope(word) | {"type": "VerifiableCredential"},
        envelope(word[:-8] + "AAAAAAAA"),
        envelope(word, "application/json"),
    ):
        assert server.verify_presentation(presented(holding([carried], holder=did), key)).status == 400
    assert server.verify_presentation(presented(holding([envelope(word)], holder=did), key)).status == 200
