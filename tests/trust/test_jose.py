"""Tokens are read strictly and bounded; what two other libraries sign we verify, and what we sign they verify."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

import jwt
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from tests.trust.credential_world import key

from egide.trust.jose import MAX_HEADER_BYTES, MAX_TOKEN_BYTES, Compact, read_compact, sign_compact, signature_fault
from egide.trust.jose_json import MAX_DEPTH, MAX_WHOLE, canonical, read_json, read_object, read_with_form
from egide.trust.keys import ALGORITHMS, Kind, b64u, read_jwk
from egide.vocabulary.findings import Reason

if TYPE_CHECKING:
    from egide.trust.keys import PublicKey

EVERY_ALGORITHM = pytest.mark.parametrize("algorithm", list(ALGORITHMS))
KNOWN_TO_OTHERS = pytest.mark.parametrize("algorithm", [name for name in ALGORITHMS if name != "Ed25519"])
"""The two other libraries know that curve under the name of RFC 8037 only."""
RFC_7515_A2 = (
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
    "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
    "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
)
RFC_7515_A2_KEY = {
    "kty": "RSA", "e": "AQAB",
    "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRP"
         "EwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5Zw"
         "Kh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
}  # fmt: skip
RFC_7515_A3 = (
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
RFC_7515_A3_KEY = {
    "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}  # fmt: skip
RFC_8037_A4 = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)
RFC_8037_KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}


def opened(token: str | bytes) -> Compact:
    found = read_compact(token.encode() if isinstance(token, str) else token)
    assert isinstance(found, Compact), found
    return found


def code(found: object) -> str | None:
    return found.code if isinstance(found, Reason) else None


def signed(header: dict[str, Any], payload: bytes = b"{}", algorithm: str = "ES256") -> str:
    return sign_compact(header, payload, key(ALGORITHMS[algorithm]), algorithm)


def raw(header: bytes, payload: bytes = b"{}") -> bytes:
    return f"{b64u(header)}.{b64u(payload)}.{b64u(b'0' * 64)}".encode()


def public(jwk: dict[str, str]) -> PublicKey:
    found = read_jwk(jwk)
    assert not isinstance(found, Reason)
    return found


# --- vectors and other libraries -----------------------------------------------------------------

@pytest.mark.parametrize(("token", "jwk"), [(RFC_7515_A2, RFC_7515_A2_KEY), (RFC_7515_A3, RFC_7515_A3_KEY), (RFC_8037_A4, RFC_8037_KEY)])
def test_the_tokens_of_the_rfcs_verify(token: str, jwk: dict[str, str]) -> None:
    assert signature_fault(opened(token), public(jwk)) is None
    head, body, tail = token.split(".")
    assert code(signature_fault(opened(f"{head}.{body[:-2]}{'Q' if body[-2] != 'Q' else 'g'}{body[-1]}.{tail}"),
        public(jwk))) == "signature-false"


@KNOWN_TO_OTHERS
def test_jwcrypto_verifies_what_we_sign(algorithm: str) -> None:
    token = signed({"typ": "vc+jwt", "kid": "did:web:x.example#1"}, "é".encode(), algorithm)
    theirs = JWS()
    theirs.allowed_algs = [algorithm]
    theirs.deserialize(token, JWK(**key(ALGORITHMS[algorithm]).public.jwk()))
    assert theirs.payload == "é".encode()


@KNOWN_TO_OTHERS
def test_we_verify_what_jwcrypto_signs(algorithm: str) -> None:
    theirs = JWS(b"words")
    theirs.allowed_algs = [algorithm]
    private = JWK.from_json(key(ALGORITHMS[algorithm]).jwk().decode())
    theirs.add_signature(private, algorithm, json.dumps({"alg": algorithm}))
    assert signature_fault(opened(theirs.serialize(compact=True)), key(ALGORITHMS[algorithm]).public) is None


@KNOWN_TO_OTHERS
def test_pyjwt_agrees_both_ways(algorithm: str) -> None:
    private = key(ALGORITHMS[algorithm])
    ours = signed({"typ": "JWT"}, b'{"a":1}', algorithm)
    assert jwt.decode(ours, private.public.native, algorithms=[algorithm]) == {"a": 1}
    theirs = jwt.encode({"a": 1}, private.pem(), algorithm=algorithm)
    assert signature_fault(opened(theirs), private.public) is None


@EVERY_ALGORITHM
def test_the_same_token_comes_of_the_same_words(algorithm: str) -> None:
    assert (signed({"b": 1, "a": 2}, algorithm=algorithm) == signed({"a": 2, "b": 1}, algorithm=algorithm)) is (algorithm != "PS256")


# --- algorithms ----------------------------------------------------------------------------------

@pytest.mark.parametrize("algorithm", ["none", "NONE", "nOnE", "HS256", "HS512", "ES256K", "RS1", "PS512", "A128KW", ""])
def test_only_named_algorithms_are_read(algorithm: str) -> None:
    assert code(read_compact(raw(json.dumps({"alg": algorithm}).encode()))) == "algorithm-not-allowed"


def test_no_signature_at_all_is_refused() -> None:
    unsigned, empty = (f"{b64u(header)}.{b64u(b'{}')}." for header in (b'{"alg":"none"}', b'{"alg":"ES256"}'))
    assert code(read_compact(unsigned.encode())) == "algorithm-not-allowed"
    assert code(signature_fault(opened(empty), key().public)) == "signature-false"


def test_a_public_key_is_no_shared_secret() -> None:
    """Key confusion: HMAC with the public key as its secret (RFC 8725, 2.1)."""
    private = key(Kind.RSA)
    header = b'{"alg":"HS256"}'
    signing = f"{b64u(header)}.{b64u(b'{}')}"
    for secret in (private.public.pem(), private.public.pem().strip()):
        forged = f"{signing}.{b64u(hmac.new(secret, signing.encode(), hashlib.sha256).digest())}"
        assert code(read_compact(forged.encode())) == "algorithm-not-allowed"


@pytest.mark.parametrize(("algorithm", "kind"), [
    ("ES256", Kind.P384), ("ES384", Kind.P256), ("ES512", Kind.P256), ("EdDSA", Kind.P256), ("ES256", Kind.ED25519), ("PS256", Kind.P256),
    ("RS256", Kind.ED25519), ("ES256", Kind.RSA),
])  # fmt: skip
def test_a_curve_or_kind_that_is_not_the_keys_is_refused(algorithm: str, kind: Kind) -> None:
    token = signed({}, algorithm=algorithm)
    assert code(signature_fault(opened(token), key(kind).public)) == "algorithm-of-another-key"


def test_a_signature_of_the_same_key_with_another_algorithm_is_refused() -> None:
    head, body, tail = signed({}, algorithm="RS256").split(".")
    renamed = b64u(b'{"alg":"PS256"}')
    assert code(signature_fault(opened(f"{renamed}.{body}.{tail}"), key(Kind.RSA).public)) == "signature-false"
    assert head != renamed


# --- framing and limits --------------------------------------------------------------------------

def test_a_token_of_ten_megabytes_is_refused_before_it_is_read() -> None:
    assert code(read_compact(b"e" * 10_000_000)) == "token-too-large"
    assert code(read_compact(b"a" * (MAX_TOKEN_BYTES + 1))) == "token-too-large"
    assert code(read_compact(b"a" * (MAX_HEADER_BYTES + 4) + b".e30.")) == "token-part-too-large"
    assert code(read_compact(b"e30.e30." + b"a" * 5000)) == "token-part-too-large"


@pytest.mark.parametrize(("token", "why"), [
    (b"", "not-a-token"), (b"e30", "not-a-token"), (b"e30.e30", "not-a-token"), (b"a.b.c.d", "not-a-token"), (b"a.b.c.d.e", "encrypted"),
    (b"a.b.c~d~", "sd-jwt"), (b"e3.e30.", "token-not-base64url"), (b"e30=.e30.", "token-not-base64url"),
    (b"e30.e3 0.", "token-not-base64url"),
    (b"e31.e30.", "token-not-base64url"), (b"e30.e30.\xff", "token-not-base64url"), (b"W10.e30.", "not-an-object"),
    (b"e30.e30.", "header-malformed"),
])  # fmt: skip
def test_what_is_no_token_is_refused_by_name(token: bytes, why: str) -> None:
    assert code(read_compact(token)) == why


@pytest.mark.parametrize("header", [
    b'{"alg":"ES256","alg":"ES256"}', b'{"alg":"ES256","x":{"a":1,"a":2}}', b'{"alg": "ES256", "\\u0061lg": "none"}',
])  # fmt: skip
def test_a_member_that_stands_twice_is_refused(header: bytes) -> None:
    assert code(read_compact(raw(header))) == "duplicate-member"


@pytest.mark.parametrize("more", [
    {"kid": 1}, {"typ": None}, {"cty": []}, {"iss": 1}, {"x5u": {}}, {"x5c": "MII"}, {"x5c": []}, {"x5c": [1]}, {"alg": 256}, {"jku": 1},
])  # fmt: skip
def test_a_header_member_of_another_form_is_refused(more: dict[str, object]) -> None:
    assert code(read_compact(raw(json.dumps({"alg": "ES256"} | more).encode()))) == "header-malformed"


@pytest.mark.parametrize(("more", "why"), [
    ({"crit": ["exp"], "exp": 1}, "crit-not-understood"),
    ({"crit": []}, "crit-malformed"),
    ({"crit": "b64", "b64": True}, "crit-malformed"),
    ({"crit": ["b64", "b64"], "b64": True}, "crit-malformed"),
    ({"crit": ["b64"]}, "crit-malformed"),
    ({"crit": ["alg"]}, "crit-malformed"),
    ({"crit": [1]}, "crit-malformed"),
    ({"crit": ["http://example.com/UNDEFINED"], "http://example.com/UNDEFINED": True}, "crit-not-understood"),
    ({"crit": ["b64"], "b64": False}, "payload-unencoded"),
    ({"b64": False}, "payload-unencoded"),
    ({"b64": "false"}, "payload-unencoded"),
    ({"b64": 0}, "payload-unencoded"),
])  # fmt: skip
def test_crit_and_b64_are_held_to_their_rfcs(more: dict[str, object], why: str) -> None:
    assert code(read_compact(raw(json.dumps({"alg": "ES256"} | more).encode()))) == why


def test_an_encoded_payload_may_say_so() -> None:
    token = signed({"crit": ["b64"], "b64": True})
    assert signature_fault(opened(token), key().public) is None


def test_a_key_in_the_header_is_never_used() -> None:
    """RFC 8725, 3.10: what the token says of its own key proves nothing."""
    stranger = key(Kind.P256, "stranger")
    token = sign_compact({"jwk": stranger.public.jwk(), "jku": "https://x.example/keys"}, b"{}", stranger, "ES256")
    assert code(signature_fault(opened(token), key().public)) == "signature-false"


# --- any changed byte ----------------------------------------------------------------------------

@EVERY_ALGORITHM
@given(data=st.data())
def test_any_changed_byte_is_never_verified(algorithm: str, data: st.DataObject) -> None:
    token = TOKENS.setdefault(algorithm, signed({"typ": "vc+jwt"}, b'{"a":"words","b":[1,2,3]}', algorithm)).encode()
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != token[place]))
    changed = token[:place] + bytes([other]) + token[place + 1:]
    found = read_compact(changed)
    assert isinstance(found, Reason) or signature_fault(found, key(ALGORITHMS[algorithm]).public) is not None


TOKENS: dict[str, str] = {}


@given(st.binary(max_size=200))
def test_any_bytes_are_a_token_or_a_reason(content: bytes) -> None:
    found = read_compact(content)
    assert isinstance(found, Reason) or code(signature_fault(found, key().public)) is not None


# --- JSON ----------------------------------------------------------------------------------------

@pytest.mark.parametrize(("content", "why"), [
    (b'{"a":1,"a":1}', "duplicate-member"), (b'{"a":{"b":1,"b":1}}', "duplicate-member"), (b'{"a":1,"\\u0061":2}', "duplicate-member"),
    (b'{"a":NaN}', "not-a-number"), (b'{"a":-Infinity}', "not-a-number"), (b'{"a":1e999}', "number-too-large"),
    (b'{"a":9007199254740993}', "number-too-large"), (b'{"a":-9007199254740993}', "number-too-large"),
    (b'{"a":' + b"9" * 9999 + b"}", "number-too-large"),
    (b'{"a":0.' + b"1" * 999 + b"}", "number-too-large"), (b'{"a":"\\ud800"}', "lone-surrogate"), (b'{"\\udc00":1}', "lone-surrogate"),
    (b'{"a":"\xff"}', "not-utf-8"),
    (b'\xef\xbb\xbf{}', "not-json"), (b"{}x", "not-json"), (b"{'a':1}", "not-json"), (b'{"a":1,}', "not-json"), (b"", "not-json"),
    (b"[]", "not-an-object"),
    (b"7", "not-an-object"), (b'{"a":' * 70 + b"1" + b"}" * 70, "too-deep"), (b'{"a":' * 90_000 + b"1" + b"}" * 90_000, "too-deep"),
])  # fmt: skip
def test_json_that_two_readers_could_read_otherwise_is_refused(content: bytes, why: str) -> None:
    assert code(read_object(content)) == why
    assert code(read_with_form(content)) == why


def test_json_within_the_limits_is_read() -> None:
    assert read_object(b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH)
    assert read_object(b'{"a":[' + b"[]," * 200 + b"1]}")
    edges = f'{{"a":{MAX_WHOLE},"b":-{MAX_WHOLE},"c":"\\ud83d\\ude00"}}'.encode()
    assert read_object(edges) == {"a": MAX_WHOLE, "b": -MAX_WHOLE, "c": "😀"}


values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_WHOLE, MAX_WHOLE) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4), max_leaves=12,
)  # fmt: skip
documents = st.dictionaries(st.text(max_size=5), values, max_size=5)


@given(documents, st.sampled_from([{}, {"separators": (",", ":")}, {"indent": 1}, {"ensure_ascii": False, "separators": (",", ":")}]))
def test_a_document_is_read_as_it_was_written_and_has_the_form_of_rfc_8785(document: dict[str, Any], style: dict[str, Any]) -> None:
    content = json.dumps(document, **style).encode()
    read = read_with_form(content)
    if isinstance(read, Reason):
        assert read.code == "number-too-large"
        return
    assert read == (document, rfc8785.dumps(document))
    assert canonical(document) == read[1]
    assert read_object(content) == document


@given(documents)
def test_a_member_more_is_always_found(document: dict[str, Any]) -> None:
    content = json.dumps(document, separators=(",", ":")).encode()
    if document and not isinstance(read_object(content), Reason):
        name = json.dumps(next(iter(document)))
        assert code(read_object(content[:-1] + f",{name}:1}}".encode())) == "duplicate-member"


def test_what_has_no_canonical_form_says_so() -> None:
    assert code(canonical({"a": float("nan")})) == "no-canonical-form"
    assert code(canonical({"a": 2**60})) == "no-canonical-form"
    assert read_json(b"7") == (7, None)
