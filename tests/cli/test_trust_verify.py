"""`egide trust verify` and `egide trust bundle` as a person types them: each wrong thing has its reason, and its exit code."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from tests.trust.credential_world import HOLDER, ISSUER, NOW, key, kid, token
from tests.trust.linked.test_bundle import zipped
from tests.trust.linked.world import V2, files_of
from tests.trust.pipeline.test_pipeline import EXAMPLES_ISSUER, MEANT, PERSONS, example, issuers, label, labelled, signed_copy
from tests.trust.pipeline.world import RELEASE, SERVICE, SITE, bare, claims, compiled, credential, presentation, published

from egide.app.trust.bundle import compiled_path, compiled_shapes
from egide.trust.credentials.issuing import issue
from egide.trust.dids.identifiers import did_document
from egide.trust.jose_json import canonical
from egide.trust.keys import Kind, b64u
from egide.trust.status_lists import entry, list_credential

if TYPE_CHECKING:
    from tests.cli.conftest import Said

Egide = Callable[..., "Said"]
LIST = f"{SITE}/status/1"


@pytest.fixture
def trusted(egide: Egide, shared: Path, tmp_path: Path) -> Path:
    """A folder with the official files and the issuers' documents; the shapes are compiled beforehand."""
    folder = tmp_path / "trust"
    folder.mkdir()
    for name, content in {**files_of(shared), **published()}.items():
        (folder / name).write_bytes(content)
    turtle = (folder / "gx-development-25.11.shacl.ttl").read_bytes()
    path = compiled_path(hashlib.sha256(turtle).hexdigest())
    path.parent.mkdir(parents=True)
    path.write_bytes(compiled(shared).cached())
    return folder


@pytest.fixture
def verified(egide: Egide, trusted: Path, tmp_path: Path) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Verify these bytes: the exit code, and the JSON."""
    def verify(content: bytes | str, *words: object) -> tuple[int, dict[str, Any]]:
        file = tmp_path / "file.jwt"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        said = egide("trust", "verify", file, "--trust", trusted, "--json", *words)
        return said.code, json.loads(said.out)

    return verify


def steps(document: dict[str, Any]) -> dict[str, str]:
    return {step["step"]: step["answer"] for step in document["steps"]}


def codes(document: dict[str, Any]) -> list[str]:
    return [reason["code"] for step in document["steps"] for reason in step["because"]]


# --- verified, refused, not evaluated, unusable --------------------------------------------------

def test_the_document_has_the_form_that_is_published(verified: Callable[..., Any]) -> None:
    from egide.papers.verification import schema

    for content in (presentation(), b"a" * 10_000_000, bare(claims("person")), credential("service")):
        _, document = verified(content)
        jsonschema.Draft202012Validator(schema(), format_checker=jsonschema.FormatChecker()).validate(document)
        assert {"verdict", "steps", "credentials"} <= set(document)
        assert all({"step", "answer", "because"} <= set(step) for step in document["steps"])
        wanted = {"id", "type", "issuer", "typ", "digest", "valid_from", "valid_until"}
        assert all(wanted <= set(one) for one in document["credentials"])


def test_four_signed_credentials_are_verified_and_the_code_is_0(verified: Callable[..., Any]) -> None:
    code, document = verified(presentation(), "--strict")
    assert (code, document["verdict"]) == (0, "verified")
    assert [one["typ"] for one in document["credentials"]] == ["vc+jwt"] * 4
    assert document["credentials"][0]["digest"].startswith("sha256-")
    assert document["credentials"][0]["valid_until"] == "2027-01-01T00:00:00+00:00"


def test_the_examples_of_others_end_as_they_should(
    egide: Egide, verified: Callable[..., Any], trusted: Path, shared: Path, tmp_path: Path,
) -> None:
    meant = tmp_path / "meant.ttl"
    meant.write_bytes(MEANT)
    (trusted / "examples.json").write_bytes(did_document(EXAMPLES_ISSUER, [("key-1", key().public)]))
    unsigned = [verified(bare(example(shared, name)), "--shapes", meant) for name in PERSONS]
    assert [(code, document["verdict"]) for code, document in unsigned] == [(3, "not-evaluated"), (1, "refused"), (1, "refused")]
    assert [steps(document)["shapes"] for _, document in unsigned] == ["met", "not-met", "not-met"]
    signed = [verified(signed_copy(example(shared, name)), "--shapes", meant)[0] for name in PERSONS]
    assert signed == [0, 1, 1]
    code, document = verified((shared / "data/gaia-x/tagus-examples/participant-vp.json").read_bytes())
    assert (code, codes(document)) == (1, ["version-1.1"])


def test_what_is_missing_is_not_evaluated_and_the_code_is_3(
    egide: Egide, verified: Callable[..., Any], trusted: Path, tmp_path: Path,
) -> None:
    assert verified(bare(claims("number")))[0] == 3
    for name in ("0.json", "1.json"):
        (trusted / name).unlink()
    code, document = verified(presentation())
    assert (code, steps(document)["signer-key"]) == (3, "unknown")
    file = tmp_path / "vp.jwt"
    file.write_bytes(presentation())
    alone = egide("trust", "verify", file, "--json")
    assert alone.code == 3
    assert "context-unknown" in codes(json.loads(alone.out))


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"not a token", b'{"type": "Thing"}', bytes(range(256))])
def test_what_is_neither_a_token_nor_a_credential_is_unusable_and_the_code_is_2(
    egide: Egide, trusted: Path, tmp_path: Path, content: bytes,
) -> None:
    file = tmp_path / "x"
    file.write_bytes(content)
    said = egide("trust", "verify", file, "--trust", trusted)
    assert said.code == 2
    assert str(file) in said.err


def test_a_file_or_bundle_that_is_not_there_and_options_that_do_not_go_together_are_unusable(
    egide: Egide, trusted: Path, tmp_path: Path,
) -> None:
    file = tmp_path / "vp.jwt"
    file.write_bytes(presentation())
    for words in (
        (tmp_path / "none",), (file, "--trust", tmp_path / "none"), (file, "--strict", "--compatible"), (file, "--sign", "k"),
        (file, "--fetch"), (file, "--allow", "a.example"), (file, "--scope", "none"), (file, "--on", "demain"),
        (file, "--on", "2026-11-23T12:00:00"), (file, "--shapes", file), (file, "--trust", trusted, "--offer", "aucune-offre"),
    ):  # fmt: skip
        assert egide("trust", "verify", *words).code == 2, words


# --- bad input, one by one -----------------------------------------------------------------------

def twice() -> str:
    whole = canonical(claims("number"))
    assert isinstance(whole, bytes)
    return token(whole[:-1] + b',"issuer":"did:web:autre-fictif.example"}')


def none() -> str:
    head = b64u(json.dumps({"alg": "none", "typ": "vc+jwt", "kid": kid()}).encode())
    return f"{head}.{b64u(json.dumps(claims('number')).encode())}."


def confused() -> str:
    """The public key taken for the secret of a message code."""
    import hmac

    head = b64u(json.dumps({"alg": "HS256", "typ": "vc+jwt", "kid": kid()}).encode())
    signed = f"{head}.{b64u(json.dumps(claims('number')).encode())}"
    return f"{signed}.{b64u(hmac.new(key().public.pem(), signed.encode(), 'sha256').digest())}"


def own_key() -> str:
    """A key of the attacker's in the header."""
    other = key(Kind.P256, "attacker")
    return token(claims("number"), {"jwk": other.public.jwk()}, signer=other)


def other_curve() -> str:
    """P-384 under the name of a key of P-256."""
    return token(claims("number"), {"alg": "ES384"}, signer=key(Kind.P384))


def milliseconds() -> str:
    return token(claims("number"), {"iat": int(NOW.timestamp() * 1000)})


def in_a_circle() -> bytes:
    inner: dict[str, Any] = {"@context": V2, "id": "data:application/vp+jwt,x.y.z", "type": "EnvelopedVerifiablePresentation"}
    document: dict[str, Any] = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": HOLDER, "verifiableCredential": [inner]}
    for _ in range(12):
        carried = token(document, {"typ": "vp+jwt", "cty": "vp"}, did=HOLDER)
        inner = {"@context": V2, "id": f"data:application/vp+jwt,{carried}", "type": "EnvelopedVerifiablePresentation"}
        document = {**document, "verifiableCredential": [inner]}
    return token(document, {"typ": "vp+jwt", "cty": "vp"}, did=HOLDER).encode()


def remote() -> str:
    return credential("number", **{"@context": [V2, "https://169.254.169.254/latest/meta-data"]})


BAD: dict[str, tuple[Callable[[], bytes | str], int, str, str]] = {
    "a member that stands twice": (twice, 1, "parse", "duplicate-member"),
    "ten megabytes": (lambda: credential("number") + "A" * 10_000_000, 1, "parse", "file-too-large"),
    "no algorithm": (none, 1, "parse", "algorithm-not-allowed"),
    "the public key as a secret": (confused, 1, "parse", "algorithm-not-allowed"),
    "a key in the header": (own_key, 1, "signature", "signature-false"),
    "another curve": (other_curve, 1, "signature", "algorithm-of-another-key"),
    "expired": (lambda: credential("number", validFrom="2026-01-01T00:00:00Z", validUntil="2026-11-23T11:59:59Z"), 1, "validity",
                "expired"),
    "not yet valid": (lambda: credential("number", validFrom="2026-11-24T00:00:00Z"), 1, "validity", "not-yet-valid"),
    "an unknown context": (lambda: credential("number", **{"@context": [V2, "https://contexte-fictif.example/v1"]}), 3, "contexts",
                           "context-unknown"),
    "a context on the network": (remote, 3, "contexts", "context-unknown"),
    "a circle of presentations": (in_a_circle, 1, "parse", "too-many-parts"),
    "a label of other contents": (lambda: labelled(description="Autre"), 1, "binding", "label-of-altered"),
    "an altered signature": (lambda: credential("number")[:-6] + "AAAAAA", 1, "signature", "signature-false"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_ends_with_the_step_and_the_reason_that_it_concerns(verified: Callable[..., Any], name: str) -> None:
    made, wanted, step, reason = BAD[name]
    code, document = verified(made(), "--strict")
    assert code == wanted
    told = next(one for one in document["steps"] if one["step"] == step)
    assert told["answer"] == ("unknown" if wanted == 3 else "not-met")
    assert reason in [one["code"] for one in told["because"]]
    assert all(one["text"] and "{" not in one["text"] for one in told["because"])


def test_milliseconds_are_refused_by_the_letter_and_flagged_where_real_presentations_are_let_through(verified: Callable[..., Any]) -> None:
    strict, compatible = verified(milliseconds(), "--strict"), verified(milliseconds())
    assert (strict[0], compatible[0]) == (1, 0)
    assert "milliseconds" in codes(strict[1])
    assert "milliseconds" in codes(compatible[1])


def test_an_issuer_who_was_revoked_and_one_that_was_not_named_are_refused(verified: Callable[..., Any], trusted: Path) -> None:
    said = {"issuer": ISSUER, "from": "2026-11-20T00:00:00Z", "because": "clé volée"}
    (trusted / "issuers.json").write_bytes(issuers(revoked=[said])["issuers.json"])
    code, document = verified(credential("number"))
    assert (code, codes(document)[-1]) == (1, "issuer-revoked")
    assert verified(credential("number"), "--on", "2026-11-19")[1]["verdict"] == "refused"
    (trusted / "issuers.json").write_bytes(issuers(label=[HOLDER])["issuers.json"])
    assert codes(verified(labelled())[1])[-1] == "label-by-another"


def test_an_older_credential_over_a_newer_is_refused_when_the_newer_lies_beside(verified: Callable[..., Any], tmp_path: Path) -> None:
    newer = tmp_path / "newer.jwt"
    newer.write_text(credential("number"))
    older = issue(claims("number", description="ancien"), key(), kid(), NOW - timedelta(days=2))
    assert verified(older)[0] == 0
    code, document = verified(older, "--beside", newer)
    assert (code, codes(document)[-1]) == (1, "older-than-known")
    assert verified(label(), "--beside", newer)[0] == 0


def revocable(bits: bytes) -> tuple[str, bytes]:
    """A credential with an entry, and the list that it stands in."""
    one = credential("number", credentialStatus=entry(LIST, 7, "revocation"))
    document = list_credential(LIST, ISSUER, ["revocation"], bits, NOW, NOW + timedelta(days=1))
    return one, token(document).encode()


def test_a_revoked_credential_is_refused_and_one_whose_list_is_absent_stays_open(verified: Callable[..., Any], trusted: Path) -> None:
    clean, revoked = bytes(16_384), bytes([1]) + bytes(16_383)
    for bits, wanted in ((clean, 0), (revoked, 1)):
        one, listed = revocable(bits)
        (trusted / "status.jwt").write_bytes(listed)
        assert verified(one)[0] == wanted
    assert steps(verified(one)[1])["status"] == "not-met"
    (trusted / "status.jwt").unlink()
    assert verified(one)[0] == 3


def test_a_list_or_a_bundle_that_swells_when_unpacked_is_refused(
    verified: Callable[..., Any], egide: Egide, trusted: Path, tmp_path: Path,
) -> None:
    bomb = "u" + b64u(gzip.compress(bytes(200_000_000), 9))
    document = list_credential(LIST, ISSUER, ["revocation"], bytes(16_384), NOW, NOW + timedelta(days=1))
    document["credentialSubject"]["encodedList"] = bomb
    (trusted / "status.jwt").write_bytes(token(document).encode())
    code, told = verified(credential("number", credentialStatus=entry(LIST, 7, "revocation")))
    assert code == 1
    assert steps(told)["status"] == "not-met"
    archive = tmp_path / "b.zip"
    archive.write_bytes(zipped({"bomb": bytes(9 * 2**20)}))
    assert egide("trust", "bundle", "import", archive).code == 2


# --- the record ----------------------------------------------------------------------------------

def test_the_record_is_written_signed_and_replayed_to_the_same_bytes(egide: Egide, trusted: Path, tmp_path: Path) -> None:
    file, record = tmp_path / "vp.jwt", tmp_path / "record.json"
    file.write_bytes(presentation())
    assert egide("trust", "verify", file, "--trust", trusted, "--record", record).code == 0
    written = record.read_bytes()
    assert json.loads(written)["verdict"] == "verified"
    assert egide("trust", "verify", file, "--trust", trusted, "--record", record).code == 2
    again = egide("trust", "verify", file, "--trust", trusted, "--replay", record)
    assert again.code == 0, again.err
    (trusted / "0.json").unlink()
    assert egide("trust", "verify", file, "--trust", trusted, "--replay", record).code == 2


def test_a_signed_record_is_replayed_and_one_that_was_altered_is_not(egide: Egide, trusted: Path, tmp_path: Path) -> None:
    file, record = tmp_path / "vp.jwt", tmp_path / "r.jws"
    file.write_bytes(presentation())
    assert egide("trust", "key", "new", "--name", "k").code == 0
    words = ("trust", "verify", file, "--trust", trusted)
    assert egide(*words, "--record", record, "--sign", "k").code == 0
    assert egide(*words, "--replay", record).code == 0
    whole = record.read_bytes()
    record.write_bytes(whole[:-8] + b"AAAAAAAA")
    assert egide(*words, "--replay", record).code == 2
    record.write_bytes(credential("number").encode())
    assert egide(*words, "--replay", record).code == 2


# --- what people read ----------------------------------------------------------------------------

def test_the_table_says_the_verdict_first_and_each_step_with_its_reason_in_both_languages(
    egide: Egide, trusted: Path, tmp_path: Path,
) -> None:
    file = tmp_path / "vp.jwt"
    file.write_text(credential("service"))
    french = egide("trust", "verify", file, "--trust", trusted)
    english = egide("trust", "verify", file, "--trust", trusted, "--lang", "en")
    assert french.out.splitlines()[0].startswith("✕ Refusé\u00a0: 1 justificatif, le 23 nov. 2026 à 12:00 UTC")
    assert english.out.splitlines()[0].startswith("✕ Refused: 1 credential, on 23 Nov 2026 at 12:00 UTC")
    assert "formes" in french.out
    assert "gx:LegalPerson" in french.out
    assert "non respecté" in french.out


def test_the_scopes_are_listed_with_what_they_want(egide: Egide, trusted: Path, tmp_path: Path) -> None:
    file = tmp_path / "vp.jwt"
    file.write_bytes(presentation())
    assert "cloud-de-confiance" in egide("trust", "verify", file, "--scope", "list").out
    listed = json.loads(egide("trust", "verify", file, "--scope", "list", "--json").out)
    assert {"gaia-x-loire-25.11", "vc-2.0"} <= {one["name"] for one in listed}


def test_the_cloud_de_confiance_asks_the_catalogue_for_the_day(egide: Egide, trusted: Path, tmp_path: Path) -> None:
    from egide.app.portfolio import assess
    from egide.catalogue.standing import standing

    catalogue = assess.catalogue()
    by_status = {standing(offer, None, NOW.date(), catalogue.readings).status: offer for offer in catalogue.offers}
    file = tmp_path / "vp.jwt"
    file.write_bytes(presentation())
    words = ("trust", "verify", file, "--trust", trusted, "--scope", "cloud-de-confiance")
    assert egide(*words).code == 3
    assert egide(*words, "--offer", by_status["qualified"].id).code == 0
    assert egide(*words, "--offer", f"{SERVICE}={by_status['qualified'].id}").code == 0
    assert egide(*words, "--offer", by_status["none"].id).code == 1


def test_without_the_extra_its_name_is_said() -> None:
    code = "import sys; sys.modules['pyoxigraph'] = None; from egide.cli import main; main(['trust', 'verify', 'x'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "federation" in done.stderr


# --- bundles -------------------------------------------------------------------------------------

def test_a_bundle_is_imported_shown_exported_and_imported_elsewhere(
    egide: Egide, trusted: Path, tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    partly = egide("trust", "bundle", "import", trusted)
    assert partly.code == 3
    assert "--vouch" in partly.out
    assert egide("trust", "bundle", "import", trusted, "--vouch").code == 0
    shown = json.loads(egide("trust", "bundle", "show", "--json").out)["files"]
    assert {one["kind"] for one in shown if one["at_hand"]} == {"context", "shapes", "page"}
    assert {one["name"] for one in shown if not one["at_hand"]} >= {"https://w3id.org/security/data-integrity/v2"}
    assert next(one for one in shown if one["name"] == RELEASE)["known"]
    assert not next(one for one in shown if one["kind"] == "page")["known"]
    archive, file = tmp_path / "liasse.zip", tmp_path / "vp.jwt"
    assert egide("trust", "bundle", "export", archive).code == 0
    assert egide("trust", "bundle", "export", archive).code == 2
    file.write_bytes(presentation())
    assert egide("trust", "verify", file).code == 0
    monkeypatch.setenv("EGIDE_HOME", str(tmp_path / "elsewhere"))
    assert egide("trust", "verify", file).code == 3
    assert egide("trust", "verify", file, "--trust", archive).code == 0
    assert egide("trust", "bundle", "import", archive, "--vouch").code == 0
    assert egide("trust", "verify", file).code == 0
    name = "https://nuage-fictif.example/.well-known/did.json"
    assert egide("trust", "bundle", "remove", name).code == 0
    assert egide("trust", "verify", file).code == 3
    assert egide("trust", "bundle", "remove", name).code == 2


def test_a_damaged_archive_and_a_damaged_cache_are_told_or_made_again(egide: Egide, trusted: Path, tmp_path: Path) -> None:
    broken = tmp_path / "b.zip"
    broken.write_bytes(b"PK\x03\x04 broken")
    assert egide("trust", "bundle", "import", broken).code == 2
    file = tmp_path / "vp.jwt"
    file.write_bytes(presentation())
    (path,) = compiled_path("").parent.iterdir()
    path.write_bytes(b"damaged")
    compiled_shapes.cache_clear()
    assert egide("trust", "verify", file, "--trust", trusted).code == 0
    assert len(path.read_bytes()) > 100_000


def test_what_is_fetched_must_have_its_digest_and_nothing_is_asked_of_hosts_that_were_not_allowed(egide: Egide) -> None:
    said = egide("trust", "bundle", "fetch", "https://nuage-fictif.example/did.json", "--json")
    assert said.code == 3
    assert "nuage-fictif.example" in json.loads(said.out)["left_out"][0]["why"]
