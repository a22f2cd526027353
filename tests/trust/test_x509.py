"""A certificate counts when it is for the very key, for signatures, valid that day, and leads to an anchor that was pinned."""

from __future__ import annotations

import base64
from datetime import timedelta
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import BasicConstraints, Certificate, ObjectIdentifier, UnrecognizedExtension
from hypothesis import given
from hypothesis import strategies as st
from tests.trust.certificates import YEAR, Authority, base64_of, pem, root, usage
from tests.trust.credential_world import NOW, key

from egide.trust.keys import Kind, public_key
from egide.trust.x509 import Path, chain_from_base64, chain_from_pem, path_to_anchor, read_anchors
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Reason


@cache
def authorities() -> tuple[Authority, Authority]:
    top = root()
    return top, top.under("Autorité intermédiaire fictive")


def leaf(kind: Kind = Kind.P256, **more: object) -> Certificate:
    return authorities()[1].certify(key(kind).public.native, "Nuage fictif", **more)  # type: ignore[arg-type]


def found(chain: list[Certificate], kind: Kind = Kind.P256, now: object = NOW, anchors: bytes | None = None) -> Path | Reason:
    pinned = read_anchors(pem(authorities()[0].certificate) if anchors is None else anchors, "anchors.pem")
    return path_to_anchor(chain, key(kind).public, pinned, now)  # type: ignore[arg-type]


def code(found: object) -> str | None:
    return found.code if isinstance(found, Reason) else None


@pytest.mark.parametrize("kind", list(Kind))
def test_a_path_leads_to_the_anchor_whatever_the_kind_of_key(kind: Kind) -> None:
    path = found([leaf(kind), authorities()[1].certificate], kind)
    assert path == Path("CN=Nuage fictif", "CN=Autorité fictive", path.until)  # type: ignore[union-attr]


def test_the_anchor_may_stand_in_the_chain_and_the_order_does_not_matter() -> None:
    top, between = authorities()
    assert isinstance(found([leaf(), top.certificate, between.certificate]), Path)


def test_without_the_one_between_there_is_no_path() -> None:
    assert code(found([leaf()])) == "no-path"


def test_an_anchor_that_was_not_pinned_leads_nowhere() -> None:
    assert code(found([leaf(), authorities()[1].certificate], anchors=pem(root("Autre autorité fictive").certificate))) == "no-path"
    assert code(found([leaf(), authorities()[1].certificate], anchors=pem(root().certificate))) == "no-path"


def test_the_certificate_is_for_the_very_key() -> None:
    assert code(found([leaf(Kind.P384), authorities()[1].certificate])) == "chain-of-another-key"
    other = authorities()[1].certify(ec.generate_private_key(ec.SECP256K1()).public_key(), "Nuage fictif")
    assert code(found([other, authorities()[1].certificate])) == "key-not-accepted"


@pytest.mark.parametrize("now", [NOW - YEAR - timedelta(days=1), NOW + YEAR + timedelta(days=1)])
def test_a_certificate_counts_within_its_dates(now: object) -> None:
    refused = found([leaf(), authorities()[1].certificate], now=now)
    assert code(refused) == "certificate-not-valid"
    assert isinstance(refused, Reason)
    assert refused.args["from"] == (NOW - YEAR).date()


def test_a_certificate_for_signatures_or_commitments_serves_and_no_other() -> None:
    between = authorities()[1].certificate
    for extensions in ([], [(usage(signs=True), True)], [(usage(commits=True), True)],
        [(BasicConstraints(ca=False, path_length=None), True)]):
        assert isinstance(found([leaf(extensions=extensions), between]), Path)
    assert code(found([leaf(extensions=[(usage(agrees=True), True)]), between])) == "leaf-may-not-sign"
    assert code(found([leaf(extensions=[(BasicConstraints(ca=True, path_length=None), True)]), between])) == "leaf-is-authority"


def test_a_critical_extension_that_nobody_understands_refuses() -> None:
    strange = UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
    assert code(found([leaf(extensions=[(strange, True)]), authorities()[1].certificate])) == "no-path"
    assert isinstance(found([leaf(extensions=[(strange, False)]), authorities()[1].certificate]), Path)


def test_one_who_is_no_authority_certifies_nobody() -> None:
    own = ec.generate_private_key(ec.SECP256R1())
    false = Authority("Nuage fictif", own, authorities()[0].certify(own.public_key(), "Nuage fictif"))
    assert code(found([false.certify(key().public.native, "Faux"), false.certificate])) == "no-path"


def test_chains_are_read_from_their_two_forms() -> None:
    chain = (leaf(), authorities()[1].certificate)
    assert chain_from_base64(tuple(base64_of(*chain))) == chain_from_pem(pem(*chain)) == chain


@pytest.mark.parametrize("encoded", [("",), ("AAAA",), ("not base64!",), (base64.b64encode(b"\x30" * 40).decode(),)])
def test_what_is_no_certificate_is_refused(encoded: tuple[str, ...]) -> None:
    assert code(chain_from_base64(encoded)) == "chain-unreadable"


def test_chains_are_bounded() -> None:
    one = base64_of(leaf())[0]
    assert code(chain_from_base64((one,) * 13)) == "chain-too-long"
    assert code(chain_from_base64(("A" * 200_000,))) == "chain-too-long"
    assert code(chain_from_pem(pem(leaf()) * 13)) == "chain-too-long"
    assert code(chain_from_pem(b" " * 200_000)) == "chain-too-long"
    assert code(chain_from_pem(b"<html>")) == "chain-unreadable"


def test_a_bundle_without_certificates_is_an_error_with_its_name() -> None:
    for content in (b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", b"no"):
        with pytest.raises(InputError, match=r"anchors\.pem"):
            read_anchors(content, "anchors.pem")


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@given(st.data())
def test_a_changed_byte_of_what_a_certificate_says_leads_nowhere(data: st.DataObject) -> None:
    content = bytearray(base64.b64decode(base64_of(LEAF)[0]))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    chain = chain_from_base64((base64.b64encode(content).decode(), base64_of(authorities()[1].certificate)[0]))
    if isinstance(chain, Reason) or isinstance(found(list(chain)), Reason):
        return
    assert chain[0].tbs_certificate_bytes == LEAF.tbs_certificate_bytes


@given(st.binary(max_size=120))
def test_any_bytes_are_certificates_or_a_reason(content: bytes) -> None:
    assert isinstance(chain_from_base64((base64.b64encode(content).decode(),)), Reason)
    assert isinstance(chain_from_pem(content), Reason)


LEAF = leaf()


def test_what_the_leaf_certifies_is_our_key() -> None:
    assert public_key(LEAF.public_key()) == key().public
