"""A file is verified when every step is met; whatever is wrong is refused with its reason, and whatever isn't known stays open."""

from __future__ import annotations

import base64
import contextlib
import gc
import hashlib
import json
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.trust.certificates import base64_of, pem, root
from tests.trust.credential_world import (
    CONTEXTS,
    HOLDER,
    ISSUER,
    NOW,
    answers,
    asked,
    claims,
    codes,
    credential,
    key,
    kid,
    page,
    presentation,
    token,
    web,
)

from egide.trust.credentials.issuing import issue, present
from egide.trust.credentials.opening import MAX_NESTING, digest_of
from egide.trust.credentials.results import Mode, Outcome, Step, What, outcome
from egide.trust.credentials.world import World
from egide.trust.dids.documents import Purpose
from egide.trust.dids.identifiers import did_document, did_key, method_of
from egide.trust.keys import Kind, PublicKey
from egide.trust.x509 import read_anchors
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer, Reason

if TYPE_CHECKING:
    from pathlib import Path

MET = {"parse": "met", "signer-key": "met", "signature": "met", "validity": "met"}


def vp(carried: list[Any], header: dict[str, Any] | None = None, **more: Any) -> str:
    document = {"@context": CONTEXTS, "type": ["VerifiablePresentation"], "holder": HOLDER, "verifiableCredential": carried} | more
    return token(document, {"typ": "vp+jwt", "cty": "vp"} | (header or {}), did=HOLDER)


def enveloped(inner: str, media: str = "application/vc+jwt") -> dict[str, Any]:
    return {"@context": CONTEXTS[0], "id": f"data:{media},{inner}", "type": "EnvelopedVerifiableCredential"}


# --- what is right -------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", list(Kind))
def test_a_credential_is_verified_whatever_the_kind_of_key(kind: Kind) -> None:
    issued = issue(claims(), key(kind), kid(), NOW)
    found = asked(issued, web(kind=kind))
    assert (found.outcome, answers(found)) == (Outcome.VERIFIED, MET)


@pytest.mark.parametrize("algorithm", ["PS256", "RS256"])
def test_both_rsa_algorithms_of_gaia_x_are_verified(algorithm: str) -> None:
    assert asked(issue(claims(), key(Kind.RSA), kid(), NOW, algorithm=algorithm), web(kind=Kind.RSA)).outcome is Outcome.VERIFIED


def test_a_presentation_is_verified_with_all_that_it_carries() -> None:
    found = asked(presentation())
    assert (found.outcome, answers(found)) == (Outcome.VERIFIED, MET)
    assert [part.opened.at for part in found.parts] == ["$", "$.verifiableCredential[0]", "$.verifiableCredential[1]"]
    first = found.parts[1]
    assert (first.id, first.issuer, first.types) == (claims()["id"], ISSUER, ("VerifiableCredential", "gx:ServiceOffering"))
    assert first.valid_until is not None
    assert first.valid_until.isoformat() == "2027-01-01T00:00:00+00:00"


def test_a_credential_of_a_did_that_is_its_own_key_needs_no_web() -> None:
    did = did_key(key().public)
    issued = issue(claims(issuer=did), key(), method_of(did), NOW)
    found = asked(issued, World())
    assert (found.outcome, dict(found.consulted)) == (Outcome.VERIFIED, {})


def test_what_was_consulted_is_listed_by_digest_and_the_same_asked_again_answers_the_same() -> None:
    found = asked(presentation())
    assert set(found.consulted) == {page(ISSUER), page(HOLDER)}
    assert asked(presentation()) == msgspec.structs.replace(found, parts=asked(presentation()).parts)


def test_the_digest_is_that_of_the_payload_in_canonical_form() -> None:
    issued = credential()
    (part,) = asked(issued).parts
    payload = base64.urlsafe_b64decode(issued.split(".")[1] + "==")
    assert part.opened.digest == f"sha256-{hashlib.sha256(payload).hexdigest()}"
    spaced = token(json.dumps(json.loads(payload), indent=3).encode())
    assert asked(spaced).parts[0].opened.digest == part.opened.digest
    assert digest_of(json.loads(payload)) == part.opened.digest


# --- real presentations of 2026 ------------------------------------------------------------------

def as_seen(number: int, typ: str = "vc+ld+json+jwt", cty: str = "vc+ld") -> str:
    """As issuers write them: dates in the header, in milliseconds; an earlier draft's types."""
    milliseconds = int(NOW.timestamp() * 1000)
    return token(claims(number), {"typ": typ, "cty": cty, "iat": milliseconds, "exp": milliseconds + 86_400_000})


@pytest.mark.parametrize("typ", ["vc+ld+jwt", "vc+ld+json+jwt"])
@pytest.mark.parametrize("cty", ["vc", "vc+ld", "vc+ld+json"])
def test_what_real_presentations_write_passes_flagged_and_only_in_the_compatible_mode(typ: str, cty: str) -> None:
    seen = vp([enveloped(as_seen(1, typ, cty)), enveloped(as_seen(2, typ, cty), f"application/{typ}")])
    found = asked(seen, mode=Mode.COMPATIBLE)
    assert found.outcome is Outcome.VERIFIED
    assert {"typ-of-a-draft", "milliseconds"} <= set(codes(found))
    assert all("at" in reason.args for step in found.steps for reason in step.because)
    assert asked(seen, mode=Mode.STRICT).outcome is Outcome.REFUSED


def test_a_data_url_with_a_semicolon_passes_flagged() -> None:
    carried = enveloped(credential())
    carried["id"] = carried["id"].replace(",", ";", 1)
    assert "data-url-semicolon" in codes(asked(vp([carried]), mode=Mode.COMPATIBLE))
    assert asked(vp([carried]), mode=Mode.COMPATIBLE).outcome is Outcome.VERIFIED
    assert asked(vp([carried])).outcome is Outcome.REFUSED


def test_the_loire_examples_signed_are_verified_as_far_as_this_room_goes(shared: Path) -> None:
    for name in ("loire_legalPerson_valid", "loire_legalPerson_missing_required", "loire_legalPerson_closed_violation"):
        document = json.loads((shared / f"data/gaia-x/loire-examples/{name}.jsonld").read_bytes())
        inner = document["verifiableCredential"][0] | {"issuer": ISSUER}
        found = asked(vp([enveloped(token(inner))], id=document["@id"]), mode=Mode.COMPATIBLE)
        assert (found.outcome, answers(found)) == (Outcome.VERIFIED, MET)


# --- step 1: what is read ------------------------------------------------------------------------

@pytest.mark.parametrize(("header", "why"), [
    ({"typ": "JWT"}, "typ-not-accepted"), ({"typ": "at+jwt"}, "typ-not-accepted"), ({"typ": None}, "typ-absent"),
    ({"typ": "vp+jwt", "cty": None}, "model"), ({"typ": "vc+sd-jwt"}, "typ-not-accepted"),
    ({"cty": "vp"}, "cty-not-accepted"), ({"cty": "json"}, "cty-not-accepted"), ({"typ": "vc+cose"}, "typ-not-accepted"),
])  # fmt: skip
def test_a_type_outside_of_the_table_is_refused(header: dict[str, Any], why: str) -> None:
    found = asked(token(claims(), header))
    assert found.outcome is Outcome.REFUSED
    assert why in codes(found, "parse")


@pytest.mark.parametrize("header", [{"typ": "application/vc+jwt"}, {"typ": "VC+JWT"}, {"cty": None}, {"cty": "application/vc"}])
def test_a_media_type_may_be_written_in_full(header: dict[str, Any]) -> None:
    assert asked(token(claims(), header)).outcome is Outcome.VERIFIED


@pytest.mark.parametrize(("payload", "why"), [
    (b'{"type":"a","type":"b"}', "duplicate-member"), (b"[]", "not-an-object"), (b"{", "not-json"),
    (b'{"a":9007199254740993}', "number-too-large"), (b'{"a":' * 80 + b"1" + b"}" * 80, "too-deep"),
    (b"\xff", "not-utf-8"),
])  # fmt: skip
def test_a_payload_that_is_not_strict_json_is_refused(payload: bytes, why: str) -> None:
    assert codes(asked(token(payload)), "parse")[0] == why


def test_claims_wrapped_as_in_version_1_are_refused() -> None:
    assert "wrapper-claim" in codes(asked(token(claims(vc=claims()))))
    assert codes(asked(token({"vc": claims(**{"@context": ["https://www.w3.org/2018/credentials/v1"]}), "iss": ISSUER}))) == ["version-1.1"]


def test_ten_megabytes_are_refused_unread() -> None:
    for content in (b"a" * 10_000_000, b"{" * 10_000_000, credential().encode() + b"A" * 10_000_000):
        found = asked(content)
        assert (found.outcome, codes(found)) == (Outcome.REFUSED, ["file-too-large"])


def test_nothing_long_that_strangers_write_is_kept() -> None:
    def ask(number: int) -> None:
        word = f"https://nuage-fictif.example/{number}/" + "x" * 100_000
        asked(json.dumps(claims(id=word, type=["VerifiableCredential", word], issuer=word, validFrom=f"{NOW.isoformat()}{word}")))
        asked(token(claims(issuer=word), {"iss": word, "kid": f"{word}#key-1"}))

    ask(0)
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(1, 20):
            ask(number)
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()


def test_other_forms_of_tokens_are_refused_by_name() -> None:
    issued = credential()
    assert codes(asked(issued + "~")) == ["sd-jwt"]
    assert codes(asked(".".join(["e30"] * 5))) == ["encrypted"]
    head, payload, signature = issued.split(".")
    assert codes(asked(json.dumps({"payload": payload, "signatures": [{"protected": head, "signature": signature}]}))) == ["jws-in-json"]
    assert codes(asked(json.dumps(claims())[:-1] + ',"id":"https://a.example"}')) == ["duplicate-member"]


def test_an_envelope_is_held_to_its_section() -> None:
    issued = credential()
    for change, member in (({"@context": None}, "@context"), ({"type": ["EnvelopedVerifiableCredential", "B"]}, "type"),
        ({"id": "https://a.example"}, "id"), ({"id": 5}, "id")):
        found = asked(vp([enveloped(issued) | change]))
        assert [reason.args["member"] for reason in found.steps[0].because] == [member]
    for media in ("application/vp+jwt", "application/json", "application/vc+jwt;base64", "text/plain"):
        assert codes(asked(vp([enveloped(issued, media)]))) == ["envelope-type"]
    assert codes(asked(vp([enveloped(presentation())])), "parse") == ["envelope-of-another"]


def test_an_enveloped_presentation_is_opened_wherever_it_stands() -> None:
    inner = presentation()
    envelope = {"@context": CONTEXTS[0], "id": f"data:application/vp+jwt,{inner}", "type": "EnvelopedVerifiablePresentation"}
    assert asked(json.dumps(envelope)).outcome is Outcome.VERIFIED
    assert len(asked(json.dumps(envelope)).parts) == 3
    assert len(asked(vp([envelope])).parts) == 4
    assert asked(vp([envelope])).outcome is Outcome.VERIFIED


def test_nesting_is_bounded() -> None:
    inner = presentation()
    for _ in range(MAX_NESTING):
        inner = vp([{"@context": CONTEXTS[0], "id": f"data:application/vp+jwt,{inner}", "type": "EnvelopedVerifiablePresentation"}])
    found = asked(inner)
    assert (found.outcome, "too-many-parts" in codes(found, "parse")) == (Outcome.REFUSED, True)
    assert "too-many-parts" in codes(asked(vp([{}] * 2001)), "parse")


# --- step 2: keys --------------------------------------------------------------------------------

def test_without_the_issuers_document_nothing_is_refused_and_nothing_verified() -> None:
    found = asked(credential(), World())
    assert (found.outcome, answers(found)) == (Outcome.NOT_EVALUATED, MET | {"signer-key": "unknown", "signature": "unknown"})
    assert codes(found) == ["not-at-hand", "no-key"]


@pytest.mark.parametrize(("header", "step", "why"), [
    ({"kid": None}, "signer-key", "kid-absent"),
    ({"kid": f"{ISSUER}#another"}, "signer-key", "method-absent"),
    ({"kid": "another"}, "signer-key", "method-absent"),
    ({"kid": "did:web:127.0.0.1#a"}, "signer-key", "did-web-host"),
    ({"kid": f"{HOLDER}#key-1"}, "signature", "kid-of-another"),
    ({"iss": HOLDER}, "signature", "iss-of-another"),
    ({"iss": HOLDER, "kid": f"{HOLDER}#key-1"}, "signature", "iss-of-another"),
])  # fmt: skip
def test_all_who_are_named_are_one(header: dict[str, Any], step: str, why: str) -> None:
    found = asked(token(claims(), header))
    assert found.outcome is Outcome.REFUSED
    assert why in codes(found, step)


def test_a_key_may_be_named_short_when_it_is_plain_whose() -> None:
    for short in ("#key-1", "key-1", key().public.thumbprint):
        assert asked(token(claims(), {"kid": short})).outcome is Outcome.VERIFIED
    assert asked(token(claims(), {"iss": None})).outcome is Outcome.VERIFIED
    assert asked(vp([], {"kid": "key-1", "iss": HOLDER})).outcome is Outcome.VERIFIED
    nobody = token({"@context": CONTEXTS, "type": ["VerifiablePresentation"]}, {"typ": "vp+jwt", "cty": "vp", "iss": None, "kid": "key-1"})
    assert codes(asked(nobody), "signer-key") == ["kid-relative"]


def test_iss_said_twice_is_said_alike() -> None:
    assert asked(token(claims(iss=ISSUER))).outcome is Outcome.VERIFIED
    assert "claim-twice" in codes(asked(token(claims(iss=HOLDER))))
    assert "iss-malformed" in codes(asked(token(claims(iss=5))))


@pytest.mark.parametrize(("document", "why"), [
    (b"<html>", "not-json"), (did_document(HOLDER, [("key-1", key().public)]), "document-of-another"),
    (b'{"id":"a","id":"b"}', "duplicate-member"),
    (json.dumps({"id": ISSUER, "verificationMethod": json.loads(did_document(ISSUER, [("key-1",
    key().public)]))["verificationMethod"]}).encode(), "method-purpose"),
    (did_document(ISSUER, [("key-1", key(Kind.RSA).public)]), "algorithm-of-another-key"),
    (did_document(ISSUER, [("key-1", key(Kind.P256, "another").public)]), "signature-false"),
])  # fmt: skip
def test_a_document_that_does_not_hold_the_key_refuses(document: bytes, why: str) -> None:
    found = asked(credential(), web({page(ISSUER): document}))
    assert found.outcome is Outcome.REFUSED
    assert why in codes(found)


def test_a_presentation_may_be_signed_with_a_key_for_assertions() -> None:
    document = json.loads(did_document(HOLDER, [("key-1", key().public)]))
    del document["authentication"]
    assert asked(presentation(), web({page(HOLDER): json.dumps(document).encode()})).outcome is Outcome.VERIFIED
    document["authentication"] = document.pop("assertionMethod")
    assert asked(presentation(), web({page(HOLDER): json.dumps(document).encode()})).outcome is Outcome.VERIFIED
    only_authenticates = json.loads(did_document(ISSUER, [("key-1", key().public)])) | {"assertionMethod": []}
    assert "method-purpose" in codes(asked(credential(), web({page(ISSUER): json.dumps(only_authenticates).encode()})))


# --- step 3: what isn't a token of its own -------------------------------------------------------

def test_bare_json_is_not_evaluated() -> None:
    found = asked(json.dumps(claims()))
    assert (found.outcome, codes(found)) == (Outcome.NOT_EVALUATED, ["unsigned", "unsigned"])


def test_what_the_holder_says_in_its_own_presentation_is_signed_with_it() -> None:
    own = claims(issuer=HOLDER)
    assert asked(vp([own])).outcome is Outcome.VERIFIED
    assert "self-asserted" in codes(asked(vp([own])))
    for document in (claims(), own | {"issuer": {"id": ISSUER}}):
        assert "unsigned-in-signed" in codes(asked(vp([document])), "signature")
    without_holder = {"@context": CONTEXTS, "type": ["VerifiablePresentation"], "verifiableCredential": [own]}
    assert "unsigned-in-signed" in codes(asked(token(without_holder, {"typ": "vp+jwt", "cty": "vp"}, did=HOLDER)))


def test_what_a_false_presentation_vouches_for_is_false() -> None:
    head, body, tail = vp([claims(issuer=HOLDER)]).split(".")
    false = f"{head}.{body}.{'A' if tail[0] != 'A' else 'B'}{tail[1:]}"
    assert answers(asked(false))["signature"] == "not-met"
    assert all(step.answer is Answer.NOT_MET for part in asked(false).parts for step in part.steps if step.name == "signature")


def test_an_embedded_proof_is_put_to_who_can_read_it() -> None:
    proved = claims(proof={"type": "DataIntegrityProof"})
    unread = asked(json.dumps(proved))
    assert (unread.outcome, codes(unread)) == (Outcome.NOT_EVALUATED, ["embedded-proof", "embedded-proof"])
    seen: list[object] = []

    def embedded(document: Any, party: str, purposes: Any, key_of: Any) -> Any:
        seen.append((document["id"], party, purposes, isinstance(key_of(kid(), purposes), PublicKey)))
        return Answer.MET, ()

    found = asked(json.dumps(proved), replace(web(), embedded=embedded))
    assert found.outcome is Outcome.VERIFIED
    assert seen == [(proved["id"], ISSUER, (Purpose.ASSERTION,), True)]
    false = replace(web(), embedded=lambda *_: (Answer.NOT_MET, (Reason("false", {}, "false"),)))
    assert asked(token(proved), false).outcome is Outcome.REFUSED
    assert asked(token(proved)).outcome is Outcome.NOT_EVALUATED


# --- step 4: certificates ------------------------------------------------------------------------

def certified(**more: Any) -> tuple[World, bytes]:
    top = root()
    chain = pem(top.certify(key().public.native, "Nuage fictif"))
    document = did_document(ISSUER, [("key-1", key().public)], chain_url="https://nuage-fictif.example/chain.pem")
    pages = {page(ISSUER): document, "https://nuage-fictif.example/chain.pem": chain} | more
    return web(pages, anchors=read_anchors(pem(top.certificate), "anchors")), chain


def test_a_key_with_certificates_is_verified_up_to_an_anchor() -> None:
    world, _ = certified()
    found = asked(presentation([credential()]), world)
    assert (found.outcome, answers(found)) == (Outcome.VERIFIED, MET | {"chain": "met"})
    assert found.steps[3].because[0].args["anchor"] == "CN=Autorité fictive"
    assert "https://nuage-fictif.example/chain.pem" in found.consulted


def test_without_anchors_or_certificates_the_step_stays_open() -> None:
    world, _ = certified()
    assert codes(asked(credential(), replace(world, anchors=None))) == ["no-anchors"]
    assert asked(credential(), replace(world, anchors=None)).outcome is Outcome.NOT_EVALUATED
    nowhere, _ = certified(**{"https://nuage-fictif.example/chain.pem": None})
    assert (asked(credential(), nowhere).outcome, codes(asked(credential(), nowhere))) == (Outcome.NOT_EVALUATED, ["not-at-hand"])


def test_a_chain_to_another_root_or_of_another_key_refuses() -> None:
    world, chain = certified()
    other, _ = certified()
    assert codes(asked(credential(), replace(world, anchors=other.anchors))) == ["no-path"]
    stranger, _ = certified(**{"https://nuage-fictif.example/chain.pem": pem(root().certify(key(Kind.P384).public.native, "Autre"))})
    assert codes(asked(credential(), stranger)) == ["chain-of-another-key"]
    assert codes(asked(credential(), certified(**{"https://nuage-fictif.example/chain.pem": b"<html>"})[0])) == ["chain-unreadable"]
    assert chain


def test_a_chain_in_the_token_is_held_to_the_same() -> None:
    top = root()
    world = web(anchors=read_anchors(pem(top.certificate), "anchors"))
    good = base64_of(top.certify(key().public.native, "Nuage fictif"))
    assert answers(asked(token(claims(), {"x5c": good}), world))["chain"] == "met"
    assert codes(asked(token(claims(), {"x5c": base64_of(top.certify(key(Kind.P384).public.native, "Autre"))}),
        world)) == ["chain-of-another-key"]
    assert codes(asked(token(claims(), {"x5u": "http://nuage-fictif.example/chain.pem"}), world)) == ["x5u-address"]


def test_a_scope_may_require_certificates() -> None:
    assert codes(asked(credential(), web(chain_required=True))) == ["no-certificate"]
    assert asked(credential(), web(chain_required=True)).outcome is Outcome.REFUSED


# --- step 5: dates -------------------------------------------------------------------------------

@pytest.mark.parametrize(("change", "header", "why"), [
    ({"validUntil": "2026-11-23T11:59:59Z"}, {}, "expired"), ({"validFrom": "2026-11-23T12:01:01Z"}, {}, "not-yet-valid"),
    ({}, {"exp": int(NOW.timestamp()) - 1}, "expired"),
    ({}, {"iat": int(NOW.timestamp()) + 61}, "not-yet-valid"), ({}, {"nbf": int(NOW.timestamp()) + 61}, "not-yet-valid"),
    ({"exp": int(NOW.timestamp()) - 1}, {}, "expired"),
    ({"exp": 1}, {"exp": 2_000_000_000}, "claim-twice"), ({}, {"exp": "tomorrow"}, "not-a-numeric-date"),
    ({"iat": "2010-01-01T19:23:24Z"}, {}, "not-a-numeric-date"),
    ({}, {"exp": int(NOW.timestamp() * 1000) - 1}, "milliseconds"),
])  # fmt: skip
def test_a_date_that_does_not_hold_refuses(change: dict[str, Any], header: dict[str, Any], why: str) -> None:
    found = asked(token(claims(**change), header))
    assert (found.outcome, codes(found, "validity")) == (Outcome.REFUSED, [why])


def test_milliseconds_are_milliseconds_in_the_compatible_mode() -> None:
    assert codes(asked(token(claims(), {"exp": int(NOW.timestamp() * 1000) - 1}), mode=Mode.COMPATIBLE), "validity") == ["expired"]
    assert asked(token(claims(), {"exp": int(NOW.timestamp() * 1000)}), mode=Mode.COMPATIBLE).outcome is Outcome.VERIFIED


@pytest.mark.parametrize(("seconds", "outcome"), [(-61, Outcome.REFUSED), (-60, Outcome.VERIFIED), (0, Outcome.VERIFIED), (3600,
    Outcome.VERIFIED), (3601, Outcome.REFUSED)])
def test_the_edges_of_validity(seconds: int, outcome: Outcome) -> None:
    begins = claims(validFrom="2026-11-23T12:00:00Z", validUntil="2026-11-23T13:00:00Z")
    assert asked(token(begins), now=NOW + timedelta(seconds=seconds)).outcome is outcome


def test_without_dates_it_is_valid_indefinitely() -> None:
    bare = {name: value for name, value in claims().items() if name not in ("validFrom", "validUntil")}
    assert asked(token(bare)).outcome is Outcome.VERIFIED


def test_a_presentation_ends_and_its_credentials_do_not() -> None:
    found = asked(presentation(), now=NOW + timedelta(hours=2))
    assert found.outcome is Outcome.REFUSED
    assert [reason.args["at"] for reason in found.steps[-1].because] == ["$"]


# --- step 5: labels ------------------------------------------------------------------------------

def label(*named: dict[str, Any], **more: Any) -> str:
    return credential(9, type=["VerifiableCredential", "gx:LabelCredential"], credentialSubject={
        "id": "https://nuage-fictif.example/services/1", "gx:labelLevel": "SC", "gx:compliantCredentials": list(named), **more,
    })  # fmt: skip


def naming(number: int, digest: str | None = None) -> dict[str, Any]:
    right = digest_of(json.loads(base64.urlsafe_b64decode(credential(number).split(".")[1] + "==")))
    return {"type": "gx:CompliantCredential", "id": claims(number)["id"], "gx:digestSRI": digest or right,
        "gx:credentialType": "gx:ServiceOffering"}


def test_a_label_is_bound_to_the_very_bytes_of_its_credentials() -> None:
    found = asked(presentation([label(naming(1), naming(2)), credential(1), credential(2)]))
    assert (found.outcome, answers(found)) == (Outcome.VERIFIED, MET | {"binding": "met"})


def test_a_label_of_altered_credentials_is_refused() -> None:
    altered = credential(1, credentialSubject={"id": "https://nuage-fictif.example/services/1", "gx:name": "autre"})
    found = asked(presentation([label(naming(1)), altered]))
    assert (found.outcome, codes(found)) == (Outcome.REFUSED, ["label-of-altered"])
    assert codes(asked(presentation([label(naming(1)), credential(1), altered]))) == ["label-of-altered"]
    assert codes(asked(presentation([label(naming(1, "sha256-" + "0" * 64)), credential(1)]))) == ["label-of-altered"]


def test_a_label_without_its_credentials_stays_open_until_they_are_at_hand() -> None:
    alone = label(naming(1))
    assert (asked(alone).outcome, codes(asked(alone))) == (Outcome.NOT_EVALUATED, ["label-credential-absent"])
    beside = web(beside={claims(1)["id"]: naming(1)["gx:digestSRI"]})
    assert asked(alone, beside).outcome is Outcome.VERIFIED
    assert asked(alone, web(beside={claims(1)["id"]: "sha256-0"})).outcome is Outcome.REFUSED


def test_a_label_that_names_nothing_or_badly_is_not_verified() -> None:
    assert codes(asked(label())) == ["label-names-nothing"]
    assert codes(asked(label({"id": "https://a.example"}))) == ["label-malformed"]
    assert codes(asked(label("one"))) == ["label-malformed"]  # type: ignore[arg-type]


# --- any change ----------------------------------------------------------------------------------

WHOLE = presentation([credential(1), credential(2)])


@given(st.data())
def test_any_changed_byte_is_refused_or_unusable_and_never_verified(data: st.DataObject) -> None:
    content = WHOLE.encode()
    place = data.draw(st.integers(0, len(content) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[place]))
    for mode in Mode:
        try:
            found = asked(content[:place] + bytes([other]) + content[place + 1:], mode=mode)
        except InputError:
            continue
        assert found.outcome is not Outcome.VERIFIED


@given(st.data())
def test_any_changed_letter_of_a_carried_credential_is_never_verified(data: st.DataObject) -> None:
    inner = credential(1)
    place = data.draw(st.integers(0, len(inner) - 1))
    other = data.draw(st.sampled_from("Aa0-_.=;,").filter(lambda letter: letter != inner[place]))
    found = asked(present_as_is(inner[:place] + other + inner[place + 1:]))
    assert found.outcome is Outcome.REFUSED


def present_as_is(inner: str) -> str:
    return vp([enveloped(inner)])


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_or_unusable(content: bytes) -> None:
    with contextlib.suppress(InputError):
        assert asked(content).outcome is not Outcome.VERIFIED


scraps = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "a", ISSUER, kid(), "revocation", "5", "https://a.example", "2026-01-01T00:00:00Z", "VerifiableCredential",
                       "BitstringStatusListEntry", "gx:LabelCredential", "EnvelopedVerifiableCredential",
                       "data:application/vc+jwt,e30.e30."]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([
        "id", "@id", "type", "@type", "@value", "gx:compliantCredentials", "gx:digestSRI", "statusPurpose", "statusListIndex",
        "statusListCredential", "statusSize", "statusMessage", "verifiableCredential", "holder", "issuer",
    ]), inner, max_size=4), max_leaves=6,
)  # fmt: skip
names = st.sampled_from([*claims(), "holder", "verifiableCredential", "proof", "credentialStatus", "iss", "iat", "nbf", "exp", "vc", "@id",
    "@type"])
heads = st.dictionaries(st.sampled_from(["iat", "nbf", "exp", "b64", "crit", "x5c", "x5u", "jwk", "zip"]), scraps, max_size=2)


@given(st.dictionaries(names, scraps, max_size=4), heads, st.sampled_from(["vc+jwt", "vp+jwt", "vc+ld+jwt"]), st.sampled_from(list(Mode)))
def test_whatever_is_signed_is_answered(change: dict[str, Any], header: dict[str, Any], typ: str, mode: Mode) -> None:
    found = asked(token(claims() | change, header | {"typ": typ, "cty": None}), web(embedded=None), mode)
    assert found.steps


def test_steps_answered_elsewhere_are_joined() -> None:
    found = asked(presentation())
    assert found.joined([Step("shapes", Answer.UNKNOWN)]).outcome is Outcome.NOT_EVALUATED
    assert found.joined([Step("shapes", Answer.MET)]).outcome is Outcome.VERIFIED
    assert found.joined([Step("policy", Answer.NOT_MET)]).outcome is Outcome.REFUSED
    assert outcome([]) is Outcome.NOT_EVALUATED


def test_presenting_and_opening_agree_on_what_is_carried() -> None:
    assert [part.opened.what for part in asked(present([credential()], key(), kid(HOLDER), NOW)).parts] == [What.PRESENTATION,
        What.CREDENTIAL]
