"""Keys are read strictly, are bound to their own algorithms, and never show their private half."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, x25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from tests.trust.credential_world import key

from egide.trust.keys import ALGORITHMS, USUAL, Kind, PublicKey, b64u, bytes_from_b64u, from_b64u, public_key, read_jwk, read_pem
from egide.trust.keys_multibase import from_base58, multikey, read_multikey, to_base58
from egide.trust.signing import ExternalSigner, PrivateKey, SignerError, read_private_key, side_by_side
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Reason

_CLEAR = NoEncryption()
RFC_7638 = {
    "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W"
         "-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyr"
         "dkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
}  # fmt: skip
RFC_8037 = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
RFC_7515_A3 = {
    "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}  # fmt: skip
EVERY_KIND = pytest.mark.parametrize("kind", list(Kind))


def good(found: PublicKey | Reason) -> PublicKey:
    assert isinstance(found, PublicKey), found
    return found


def refused(found: object) -> str:
    assert isinstance(found, Reason), found
    return found.code


# --- thumbprints and forms -----------------------------------------------------------------------

def test_thumbprints_are_those_of_rfc_7638_and_rfc_8037() -> None:
    assert good(read_jwk(RFC_7638)).thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    assert good(read_jwk(RFC_8037)).thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@EVERY_KIND
def test_another_library_finds_the_same_thumbprint(kind: Kind) -> None:
    public = key(kind).public
    assert JWK(**public.jwk()).thumbprint() == public.thumbprint


@EVERY_KIND
def test_a_key_is_the_same_in_every_form(kind: Kind) -> None:
    private = key(kind)
    public = private.public
    assert good(read_jwk(public.jwk())) == good(read_pem(public.pem())) == good(read_multikey(multikey(public))) == public
    for file in (private.pem(), private.jwk()):
        again = read_private_key(file, "a file")
        assert again.public == public
        assert public.verifies(USUAL[kind], b"words", again.sign(USUAL[kind], b"words"))


@EVERY_KIND
def test_another_library_reads_the_private_jwk(kind: Kind) -> None:
    private = key(kind)
    assert JWK.from_json(private.jwk().decode()).export_public(as_dict=True)["kty"] == private.public.jwk()["kty"]
    assert JWK.from_pem(private.pem()).thumbprint() == private.public.thumbprint


# --- nothing of a private key shows --------------------------------------------------------------

def secrets(private: PrivateKey) -> list[str]:
    return [value for name, value in json.loads(private.jwk()).items() if name in ("d", "p", "q", "dp", "dq", "qi")]


@EVERY_KIND
def test_a_private_key_shows_nothing(kind: Kind) -> None:
    private = key(kind)
    for said in (repr(private), str(private), f"{private}", repr([private]), repr(private.public)):
        assert not any(secret[:12] in said for secret in secrets(private))


def test_a_private_key_is_neither_pickled_nor_copied() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(key())
    with pytest.raises(TypeError):
        copy.deepcopy(key())


@pytest.mark.parametrize("change", [
    lambda jwk: jwk | {"d": "AAAA"}, lambda jwk: jwk | {"x": jwk["d"]}, lambda jwk: {**jwk, "crv": "P-384"}, lambda jwk: jwk | {"d": 7},
    lambda jwk: {name: value for name, value in jwk.items() if name != "d"}, lambda jwk: jwk | {"kty": "oct", "k": jwk["d"]},
])  # fmt: skip
def test_an_error_about_a_private_key_repeats_nothing_of_it(change: Any) -> None:
    jwk = json.loads(key().jwk())
    with pytest.raises(InputError) as caught:
        read_private_key(json.dumps(change(jwk)).encode(), "la-clef.jwk")
    said = "".join(traceback.format_exception(caught.value))
    assert "la-clef.jwk" in said
    assert jwk["d"][:12] not in said


@EVERY_KIND
def test_a_private_half_of_another_public_key_is_refused(kind: Kind) -> None:
    mixed = json.loads(key(kind).jwk()) | key(kind, "another").public.jwk()
    with pytest.raises(InputError, match=r"belongs to another|no key"):
        read_private_key(json.dumps(mixed).encode(), "a file")


@given(st.sampled_from(list(Kind)), st.dictionaries(
    st.sampled_from(["d", "p", "q", "dp", "dq", "qi", "x", "y", "n", "e", "crv", "kty"]),
    st.sampled_from(["", "AA", "AQ", "Ag", "AAAA", "_w", "RSA", "P-384", "OKP"]) | st.binary(max_size=40).map(b64u), min_size=1, max_size=4,
))  # fmt: skip
def test_any_private_jwk_is_a_key_or_an_error_with_its_file(kind: Kind, change: dict[str, str]) -> None:
    jwk = json.loads(key(kind).jwk()) | change
    try:
        assert read_private_key(json.dumps(jwk).encode(), "la-clef.jwk").public == key(kind).public
    except InputError as error:
        assert "la-clef.jwk" in str(error)


def test_what_is_no_private_key_is_said_to_be_none() -> None:
    encrypted = key()._native.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    with pytest.raises(InputError, match="passphrase"):
        read_private_key(encrypted, "a file")
    for content in (b"", b"-----BEGIN", key().public.pem(), b"{", b"{}", b'{"kty":"EC","kty":"RSA"}', b"x" * 100_000):
        with pytest.raises(InputError):
            read_private_key(content, "a file")
    for native in (ec.generate_private_key(ec.SECP256K1()), x25519.X25519PrivateKey.generate()):
        with pytest.raises(InputError):
            read_private_key(native.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _CLEAR), "a file")


# --- signing -------------------------------------------------------------------------------------

def test_ecdsa_follows_rfc_6979() -> None:
    jwk = {
        "kty": "EC", "crv": "P-256", "d": b64u(bytes.fromhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")),
        "x": b64u(bytes.fromhex("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6")),
        "y": b64u(bytes.fromhex("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299")),
    }  # fmt: skip
    signature = read_private_key(json.dumps(jwk).encode(), "rfc").sign("ES256", b"sample")
    assert signature.hex().upper() == (
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
    )


@pytest.mark.parametrize("algorithm", [name for name in ALGORITHMS if name != "PS256"])
def test_the_same_words_give_the_same_signature(algorithm: str) -> None:
    private = key(ALGORITHMS[algorithm])
    assert private.sign(algorithm, b"words") == private.sign(algorithm, b"words")


def test_a_key_does_not_sign_with_anothers_algorithm() -> None:
    for kind in Kind:
        for algorithm in (*ALGORITHMS, "none", "HS256", "ES256K"):
            if ALGORITHMS.get(algorithm) is not kind:
                with pytest.raises(SignerError):
                    key(kind).sign(algorithm, b"words")
                assert not key(kind).public.verifies(algorithm, b"words", b"")


def test_an_external_signer_answers_raw_or_in_der() -> None:
    private = key()
    der = private._native.sign(b"words", ec.ECDSA(hashes.SHA256()))  # type: ignore[union-attr,call-arg,arg-type]
    for answer in (private.sign("ES256", b"words"), der):
        signer = ExternalSigner(private.public, lambda algorithm, message, answer=answer: answer)  # type: ignore[misc]
        assert private.public.verifies("ES256", b"words", signer.sign("ES256", b"words"))


@pytest.mark.parametrize("answer", [b"", b"0" * 64, b"\x30\x00", b"\xff" * 5000])
def test_an_external_signer_that_answers_otherwise_is_found_out(answer: bytes) -> None:
    with pytest.raises(SignerError):
        ExternalSigner(key().public, lambda algorithm, message: answer).sign("ES256", b"words")
    with pytest.raises(SignerError):
        ExternalSigner(key().public, lambda algorithm, message: key(Kind.P256, "another").sign(algorithm, message)).sign("ES256", b"words")


def test_what_is_no_der_comes_back_as_it_was() -> None:
    assert side_by_side(b"no der", Kind.P256) == b"no der"
    assert side_by_side(b"\x30\x06\x02\x01\x01\x02\x01\x01", Kind.ED25519) == b"\x30\x06\x02\x01\x01\x02\x01\x01"


# --- public keys, strictly -----------------------------------------------------------------------

@pytest.mark.parametrize(("jwk", "code"), [
    (None, "jwk-not-an-object"),
    ([], "jwk-not-an-object"),
    ({}, "key-not-accepted"),
    ({"kty": "oct", "k": "AAAA"}, "jwk-private"),
    (RFC_7515_A3 | {"d": "AAAA"}, "jwk-private"),
    (RFC_7515_A3 | {"use": "enc"}, "jwk-use"),
    (RFC_7515_A3 | {"key_ops": ["sign"]}, "jwk-operations"),
    (RFC_7515_A3 | {"key_ops": "verify"}, "jwk-operations"),
    (RFC_7515_A3 | {"crv": "P-384"}, "jwk-malformed"),
    (RFC_7515_A3 | {"crv": "secp256k1"}, "key-not-accepted"),
    (RFC_7515_A3 | {"x": RFC_7515_A3["x"] + "="}, "jwk-malformed"),
    (RFC_7515_A3 | {"x": "AA" + RFC_7515_A3["x"]}, "jwk-malformed"),
    (RFC_7515_A3 | {"x": 7}, "jwk-malformed"),
    (RFC_7515_A3 | {"x": RFC_7515_A3["y"]}, "jwk-no-key"),
    (RFC_7515_A3 | {"x5c": "one"}, "jwk-malformed"),
    (RFC_7515_A3 | {"x5u": 1}, "jwk-malformed"),
    (RFC_7515_A3 | {"alg": 1}, "jwk-malformed"),
    (RFC_8037 | {"crv": "X25519"}, "key-not-accepted"),
    (RFC_8037 | {"x": "AAAA"}, "jwk-no-key"),
    (RFC_7638 | {"n": "AA" + RFC_7638["n"]}, "jwk-malformed"),
    (RFC_7638 | {"n": RFC_7638["n"][:200]}, "rsa-size"),
    (RFC_7638 | {"n": "_" * 1368}, "jwk-malformed"),
    (RFC_7638 | {"e": "Aw"}, "rsa-exponent"),
    (RFC_7638 | {"e": "AQAA"}, "jwk-no-key"),
    (RFC_7638 | {"e": ""}, "jwk-malformed"),
])  # fmt: skip
def test_a_jwk_that_is_no_key_for_signatures_is_refused(jwk: object, code: str) -> None:
    assert refused(read_jwk(jwk)) == code


def test_a_key_of_another_kind_is_refused() -> None:
    assert refused(public_key(ec.generate_private_key(ec.SECP256K1()).public_key())) == "key-not-accepted"
    assert refused(public_key(x25519.X25519PrivateKey.generate().public_key())) == "key-not-accepted"
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the point of the test
    assert refused(public_key(weak.public_key())) == "rsa-size"
    assert refused(read_pem(b"no key")) == "pem-unreadable"


def test_a_key_declared_for_one_algorithm_serves_no_other() -> None:
    public = good(read_jwk(key(Kind.RSA).public.jwk() | {"alg": "PS256"}))
    assert public.refuses("PS256") is None
    assert refused(public.refuses("RS256")) == "algorithm-not-the-key's"
    either = good(read_jwk(RFC_8037 | {"alg": "Ed25519"}))
    assert either.refuses("EdDSA") is None


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "ES256K", "RS1", "", None, 5, ["ES256"]])
def test_an_algorithm_that_is_not_named_is_refused_by_every_key(algorithm: object) -> None:
    for kind in Kind:
        assert refused(key(kind).public.refuses(algorithm)) == "algorithm-not-allowed"


# --- base64url and multibase ---------------------------------------------------------------------

@given(st.binary(max_size=80))
def test_base64url_has_one_spelling(content: bytes) -> None:
    text = b64u(content)
    assert from_b64u(text) == content
    assert from_b64u(text + "=") is None
    for letter in "+/= \n.é":
        assert from_b64u(text + letter + "AA") is None


def test_no_byte_but_the_letters_of_base64url_is_read_as_one() -> None:
    letters = set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    for text in (b"AAAA", b"AAAAAA", b"AAAAAAA", b"\\u0041" + b"AA"):
        for place in range(len(text) - 1):
            for byte in range(256):
                written = text[:place] + bytes([byte]) + text[place + 1:]
                assert (bytes_from_b64u(written) is not None) == letters.issuperset(written), written


@given(st.text(alphabet="ABCQgw-_09az+/=", max_size=12))
def test_what_is_read_as_base64url_is_written_so(text: str) -> None:
    content = from_b64u(text)
    assert content is None or b64u(content) == text


@given(st.binary(max_size=60))
def test_base58_gives_back_what_it_was_given(content: bytes) -> None:
    assert from_base58(to_base58(content)) == content


@pytest.mark.parametrize(("word", "code"), [
    (None, "multibase-unreadable"), ("", "multibase-unreadable"), ("z", "multibase-unreadable"), ("z0OIl", "multibase-unreadable"),
    ("f00", "multibase-unreadable"), ("z" + "1" * 5000, "multibase-unreadable"),
    ("z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F", "multicodec-unknown"),
    ("z" + to_base58(b"\xed\x01short"), "multikey-no-key"), ("z" + to_base58(b"\x80\x24\x04" + b"\1" * 64), "multikey-no-key"),
    ("z" + to_base58(b"\x85\x24" + b"\1" * 64), "multikey-no-key"),
])  # fmt: skip
def test_a_word_that_is_no_key_is_refused(word: object, code: str) -> None:
    assert refused(read_multikey(word)) == code
