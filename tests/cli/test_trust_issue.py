"""`egide trust issue`, `revoke` and `status`: what is signed verifies, what is taken back does not, and nothing is given twice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from tests.trust.credential_world import key

from cli.conftest import Said, typed
from egide.trust.credentials.results import Mode, Outcome, Verification
from egide.trust.credentials.verifying import verify
from egide.trust.credentials.world import World
from egide.trust.dids.identifiers import Fetched, NotAtHand, offline
from egide.trust.jose import Compact, read_compact
from egide.trust.keys import Kind

Egide = Callable[..., Said]
DID = "did:web:nuage-fictif.example"
ADDRESS = "https://nuage-fictif.example/status/"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OFFER = """
id: https://nuage-fictif.example/credentials/{n}
type: gx:ServiceOffering
validUntil: 2027-01-31
credentialSubject:
  id: https://nuage-fictif.example/services/{n}
  gx:name: Stockage d’objets fictif
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An issuer with a key, a log and status lists."""
    place = tmp_path_factory.mktemp("issuer")
    typed(place, "trust", "key", "new", "--did", DID)
    typed(place, "trust", "log", "init", place / "journal", "--origin", "registre.example/essai")
    typed(place, "trust", "status", "new", place / "desk", "--address", ADDRESS.rstrip("/"), "--log", place / "journal")
    return place


@pytest.fixture
def desk(egide: Egide, built: Path, tmp_path: Path) -> Path:
    """The issuer's folder, one for each test."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return tmp_path / "desk"


def claims(tmp_path: Path, n: object = 1, text: str = OFFER) -> Path:
    path = tmp_path / f"offre-{n}.yaml"
    path.write_text(text.replace("{n}", str(n)), "utf-8")
    return path


def done(said: Said) -> Said:
    assert said.code == 0, said.err
    return said


def header(token: str) -> dict[str, Any]:
    compact = read_compact(token.strip().encode())
    assert isinstance(compact, Compact)
    return dict(compact.header)


def payload(token: str) -> dict[str, Any]:
    compact = read_compact(token.strip().encode())
    assert isinstance(compact, Compact)
    found: dict[str, Any] = json.loads(compact.payload)
    return found


def web(egide: Egide, desk: Path | None = None) -> World:
    """What the issuer has published: its document, and its lists as they lie in its folder."""
    document = egide("trust", "did", "show", "--json").out.encode()

    def fetch(address: str) -> Fetched | NotAtHand:
        if address == "https://nuage-fictif.example/.well-known/did.json":
            return Fetched(document)
        path = (desk or Path("absent")) / "public" / address.removeprefix(ADDRESS)
        return Fetched(path.read_bytes()) if address.startswith(ADDRESS) and path.is_file() else offline(address)

    return World(fetch=fetch)


def verified(token: str | bytes, world: World, mode: Mode = Mode.STRICT, now: datetime = NOW) -> Verification:
    return verify(token if isinstance(token, bytes) else token.encode(), "f", mode, now, world)


# --- issuing --------------------------------------------------------------------------------------

def test_claims_become_a_credential_that_anyone_can_check(egide: Egide, tmp_path: Path) -> None:
    egide("trust", "key", "new", "--did", DID)
    token = done(egide("trust", "issue", claims(tmp_path))).out.strip()
    assert verified(token, web(egide)).outcome is Outcome.VERIFIED
    theirs = JWS()
    theirs.deserialize(token, JWK(**json.loads(egide("trust", "key", "show", "--json").out)["public"]))
    assert json.loads(theirs.payload) == payload(token)
    assert payload(token)["issuer"] == DID
    assert egide("trust", "issue", claims(tmp_path)).out.strip() == token


@pytest.mark.parametrize("algorithm", ["EdDSA", "PS256", "RS256"])
def test_every_key_issues_with_its_own_algorithm(egide: Egide, tmp_path: Path, algorithm: str) -> None:
    source = tmp_path / "drawn.pem"
    source.write_bytes(key(Kind.ED25519 if algorithm == "EdDSA" else Kind.RSA).pem())
    source.chmod(0o600)
    done(egide("trust", "key", "new", "--did", DID, "--algorithm", algorithm, "--from", source))
    token = done(egide("trust", "issue", claims(tmp_path))).out
    assert header(token)["alg"] == algorithm
    assert verified(token, web(egide)).outcome is Outcome.VERIFIED


def test_the_form_of_gaia_x_is_asked_for_and_only_its_compatible_reading_takes_it(egide: Egide, tmp_path: Path) -> None:
    egide("trust", "key", "new", "--did", DID)
    token = done(egide("trust", "issue", claims(tmp_path), "--gaia-x")).out
    assert header(token)["iat"] == int(NOW.timestamp()) * 1000
    assert header(token)["exp"] > 10**11
    assert payload(token)["@context"][1] == "https://w3id.org/gaia-x/development#"
    assert verified(token, web(egide), Mode.COMPATIBLE).outcome is Outcome.VERIFIED
    assert verified(token, web(egide)).outcome is Outcome.REFUSED
    plain = done(egide("trust", "issue", claims(tmp_path))).out
    assert header(plain)["iat"] == int(NOW.timestamp())


@pytest.mark.parametrize(("key", "complaint"), [(("--did", "did:key"), "did:web"), (("--did", DID, "--algorithm", "ES384"), "ES384")])
def test_what_gaia_x_does_not_take_is_refused(egide: Egide, tmp_path: Path, key: tuple[str, ...], complaint: str) -> None:
    egide("trust", "key", "new", *key)
    said = egide("trust", "issue", claims(tmp_path), "--gaia-x", "--lang", "en")
    assert said.code == 2
    assert complaint in said.err


def test_several_are_presented_in_one_envelope_those_of_others_among_them(egide: Egide, tmp_path: Path) -> None:
    egide("trust", "key", "new", "--did", DID)
    done(egide("trust", "issue", claims(tmp_path, "notaire"), "--out", tmp_path / "notaire.jwt"))
    said = done(egide("trust", "issue", tmp_path / "notaire.jwt", claims(tmp_path, 2), "--format", "vp+jwt", "--id", "urn:uuid:1"))
    found = verified(said.out, web(egide))
    assert found.outcome is Outcome.VERIFIED
    assert [part.id for part in found.parts] == ["urn:uuid:1", *(f"https://nuage-fictif.example/credentials/{n}" for n in ("notaire", 2))]
    kinds = [one["id"].partition(",")[0] for one in payload(said.out)["verifiableCredential"]]
    assert kinds == ["data:application/vc+jwt"] * 2
    assert "already" in egide("trust", "issue", tmp_path / "notaire.jwt", "--lang", "en").err


def test_several_files_go_into_a_folder_and_over_none(egide: Egide, tmp_path: Path) -> None:
    egide("trust", "key", "new", "--did", DID)
    files = [claims(tmp_path, n) for n in (1, 2)]
    listed = tmp_path / "listed.json"
    listed.write_text(json.dumps([{"credentialSubject": {"n": n}} for n in range(3)]), "utf-8")
    done(egide("trust", "issue", *files, listed, "--out", tmp_path / "out"))
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["listed-1.jwt", "listed-2.jwt", "listed-3.jwt", "offre-1.jwt", "offre-2.jwt"]
    done(egide("trust", "issue", listed, "--out", tmp_path / "list"))
    assert sorted(path.name for path in (tmp_path / "list").iterdir()) == ["listed-1.jwt", "listed-2.jwt", "listed-3.jwt"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "offre-1.jwt").write_text("mine", "utf-8")
    assert egide("trust", "issue", *files, "--out", tmp_path / "other").code == 2
    assert (tmp_path / "other" / "offre-1.jwt").read_text("utf-8") == "mine"
    again = tmp_path / "again" / "offre-1.yaml"
    again.parent.mkdir()
    again.write_text(files[0].read_text("utf-8"), "utf-8")
    assert "would give offre-1.jwt" in egide("trust", "issue", files[0], again, "--out", tmp_path / "twice", "--lang", "en").err


def test_a_proof_inside_the_document_needs_its_contexts_and_covers_them(egide: Egide, tmp_path: Path, shared: Path) -> None:
    from egide.trust.linked.bundle import read_bundle
    from egide.trust.linked.data import LinkedData
    from egide.trust.linked.integrity import embedded

    egide("trust", "key", "new", "--did", DID, "--algorithm", "EdDSA")
    text = OFFER.replace("gx:name: Stockage d’objets fictif", "name: Stockage d’objets fictif").replace("gx:ServiceOffering", "[]")
    path = claims(tmp_path, text=text)
    assert "--trust" in egide("trust", "issue", path, "--format", "eddsa-rdfc-2022", "--lang", "en").err
    bundle = shared / "data/gaia-x/contexts"
    said = done(egide("trust", "issue", path, "--format", "eddsa-rdfc-2022", "--trust", bundle))
    document = json.loads(said.out)
    assert document["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    linked = LinkedData(read_bundle({one.name: one.read_bytes() for one in bundle.iterdir()}).contexts)
    world = World(fetch=web(egide).fetch, embedded=embedded(linked, NOW))
    assert verified(said.out, world).outcome is Outcome.VERIFIED
    document["credentialSubject"]["name"] = "Autre"
    assert verified(json.dumps(document), world).outcome is Outcome.REFUSED
    odd = claims(tmp_path, "odd", text.replace("name:", "nom:"))
    assert "no context says what `nom` means" in egide("trust", "issue", odd, "--trust", bundle, "--lang", "en").err


# --- status ---------------------------------------------------------------------------------------

def test_a_revoked_credential_is_refused_and_stays_so(egide: Egide, tmp_path: Path, desk: Path) -> None:
    done(egide("trust", "issue", claims(tmp_path), "--status-list", desk, "--out", tmp_path / "offre.jwt"))
    token = (tmp_path / "offre.jwt").read_bytes()
    assert verified(token, web(egide, desk)).outcome is Outcome.VERIFIED
    assert verified(token, web(egide)).outcome is Outcome.NOT_EVALUATED
    said = done(egide("trust", "revoke", tmp_path / "offre.jwt", "--status-list", desk, "--reason", "clé perdue", "--lang", "en"))
    assert "is revoked" in said.out
    found = verified(token, web(egide, desk))
    assert found.outcome is Outcome.REFUSED
    assert [reason.code for step in found.steps for reason in step.because] == ["revoked"]
    assert "was revoked already" in done(egide("trust", "revoke", tmp_path / "offre.jwt", "--status-list", desk, "--reason", "x",
                                               "--lang", "en")).out  # fmt: skip
    refused = egide("trust", "revoke", tmp_path / "offre.jwt", "--status-list", desk, "--reason", "regret", "--reinstate", "--lang", "en")
    assert refused.code == 1
    assert "it is revoked, and can no longer become valid" in refused.err


def test_a_suspension_ends_or_becomes_final(egide: Egide, tmp_path: Path, desk: Path) -> None:
    token = done(egide("trust", "issue", claims(tmp_path), "--status-list", desk)).out
    name = "https://nuage-fictif.example/credentials/1"
    for words, outcome in ((("--suspend",), Outcome.REFUSED), (("--reinstate",), Outcome.VERIFIED), (("--suspend",), Outcome.REFUSED),
                           ((), Outcome.REFUSED)):
        done(egide("trust", "revoke", name, "--status-list", desk, "--reason", "essai", *words))
        assert verified(token, web(egide, desk)).outcome is outcome
    shown = json.loads(egide("trust", "status", "show", desk, name, "--json").out)["credentials"][0]
    assert [one["to"] for one in shown["decisions"]] == ["suspended", "valid", "suspended", "revoked"]
    assert shown["standing"] == "revoked"
    assert len(shown["log_entries"]) == 4


def test_credentials_of_one_identifier_are_told_apart(egide: Egide, tmp_path: Path, desk: Path) -> None:
    path, name = claims(tmp_path), "https://nuage-fictif.example/credentials/1"
    tokens = [done(egide("trust", "issue", path, "--status-list", desk)).out for _ in range(2)]
    said = egide("trust", "revoke", name, "--status-list", desk, "--reason", "essai", "--lang", "en")
    assert said.code == 2
    assert "2 credentials have the identifier" in said.err
    first = json.loads(egide("trust", "status", "show", desk, "--json").out)["credentials"][0]["digest"]
    done(egide("trust", "revoke", first, "--status-list", desk, "--reason", "essai"))
    assert [verified(token, web(egide, desk)).outcome for token in tokens] == [Outcome.REFUSED, Outcome.VERIFIED]
    done(egide("trust", "revoke", name, "--status-list", desk, "--reason", "essai", "--all"))
    assert [verified(token, web(egide, desk)).outcome for token in tokens] == [Outcome.REFUSED] * 2
    assert done(egide("trust", "status", "show", desk, first, "--token")).out == tokens[0]


def test_lists_are_signed_anew_before_they_end(egide: Egide, tmp_path: Path, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = done(egide("trust", "issue", claims(tmp_path), "--status-list", desk)).out
    later = NOW + timedelta(days=40)
    assert verified(token, web(egide, desk), now=later).outcome is Outcome.REFUSED
    monkeypatch.setenv("EGIDE_TODAY", later.date().isoformat())
    assert f"{ADDRESS}revocation-1.jwt" in done(egide("trust", "status", "publish", desk)).out
    assert verified(token, web(egide, desk), now=later).outcome is Outcome.VERIFIED


def test_the_log_holds_each_revocation_signed_by_the_issuer(egide: Egide, tmp_path: Path, desk: Path) -> None:
    done(egide("trust", "issue", claims(tmp_path), "--status-list", desk, "--log", tmp_path / "journal", "--out", tmp_path / "offre.jwt"))
    done(egide("trust", "revoke", tmp_path / "offre.jwt", "--status-list", desk, "--reason", "clé perdue"))
    entries = json.loads(egide("trust", "log", "show", tmp_path / "journal", "--json").out)["entries"]
    assert [one["kind"] for one in entries] == ["credential", "status-statement"]
    shown = json.loads(egide("trust", "status", "show", desk, "--json").out)["credentials"]
    assert {one["digest"] for one in entries} == {shown[0]["digest"]}


def test_a_log_that_cannot_be_reached_delays_no_revocation(egide: Egide, tmp_path: Path, desk: Path) -> None:
    token = done(egide("trust", "issue", claims(tmp_path), "--status-list", desk)).out
    (tmp_path / "journal").rename(tmp_path / "elsewhere")
    name = "https://nuage-fictif.example/credentials/1"
    said = egide("trust", "revoke", name, "--status-list", desk, "--reason", "clé perdue", "--lang", "en")
    assert said.code == 2
    assert "accepted, and shown in the status lists" in said.err
    assert verified(token, web(egide, desk)).outcome is Outcome.REFUSED
    assert "the public log lacks 1" in egide("trust", "status", "show", desk, "--lang", "en").out
    (tmp_path / "elsewhere").rename(tmp_path / "journal")
    done(egide("trust", "status", "publish", desk))
    assert len(json.loads(egide("trust", "log", "show", tmp_path / "journal", "--json").out)["entries"]) == 1
    done(egide("trust", "status", "publish", desk))
    assert len(json.loads(egide("trust", "log", "show", tmp_path / "journal", "--json").out)["entries"]) == 1


def test_many_at_once_never_share_a_place(egide: Egide, tmp_path: Path, desk: Path) -> None:
    """Processes that issue at the same time wait for each other."""
    path = tmp_path / "many.json"
    path.write_text(json.dumps([{"credentialSubject": {"n": n}} for n in range(20)]), "utf-8")
    words = [sys.executable, "-m", "egide", "trust", "issue", str(path), "--status-list", str(desk)]
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)) for _ in range(4)]
    assert [one.communicate()[1] and one.returncode for one in running] == [0] * 4
    places = [one["index"] for one in json.loads(egide("trust", "status", "show", desk, "--json").out)["credentials"]]
    assert len(places) == len(set(places)) == 80


# --- bad input ------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "complaint"), [
    ("credentialsubject: {}", "at $.credentialsubject"), ("a: [", "not readable as YAML"),
    ("issuer: did:web:autre.example\ncredentialSubject: {a: 1}", "the claims are issued by did:web:autre.example"),
    ("id: x\ncredentialSubject: {a: 1}", "`id` must be one URL"), ("type: [1]\ncredentialSubject: {a: 1}", "`type`"),
    ("validUntil: 2026-01-01\ncredentialSubject: {a: 1}", "`validFrom` must not be after"),
])  # fmt: skip
def test_claims_that_cannot_be_signed_hold_back_the_others(egide: Egide, tmp_path: Path, desk: Path, text: str, complaint: str) -> None:
    good, bad = claims(tmp_path), claims(tmp_path, "bad", text)
    said = egide("trust", "issue", good, bad, "--status-list", desk, "--out", tmp_path / "out", "--lang", "en")
    assert said.code == 2
    assert complaint in said.err
    assert "offre-bad.yaml" in said.err
    assert not (tmp_path / "out").exists()
    assert json.loads(egide("trust", "status", "show", desk, "--json").out)["credentials"] == []


@pytest.mark.parametrize(("words", "complaint"), [
    (("issue",), "no file of claims"),
    (("issue", "absent.yaml"), "no such file"),
    (("issue", "{claims}", "--format", "jwt"), "jwt"),
    (("issue", "{claims}", "--status-list", "absent"), "no status list is kept"),
    (("issue", "{claims}", "--log", "absent"), "no log is kept"),
    (("revoke", "urn:none", "--status-list", "{desk}", "--reason", "x"), "knows no credential `urn:none`"),
    (("revoke", "urn:none", "--status-list", "{desk}"), "reason"),
    (("revoke", "x", "--reason", "x"), "no status list is kept"),
    (("revoke", "{claims}", "--status-list", "{desk}", "--reason", "x"), "neither a token nor a credential"),
    (("revoke", "x", "--status-list", "{desk}", "--reason", "x", "--suspend", "--reinstate"), "exclude each other"),
    (("status", "new", "{desk}", "--address", ADDRESS), "exists already"),
    (("status", "new", "d2", "--address", "http://a.example"), "https"),
    (("status", "new", "d2", "--address", ADDRESS, "--list-days", "0"), "1 to 366"),
    (("status", "new", "d2", "--address", ADDRESS, "--log", "absent"), "no log is kept"),
    (("status", "show", "{desk}", "urn:none"), "knows no"),
    (("status", "show", "{desk}", "--token"), "one credential"),
])  # fmt: skip
def test_what_cannot_be_asked_is_said(egide: Egide, tmp_path: Path, desk: Path, words: tuple[str, ...], complaint: str,
                                      monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    path = claims(tmp_path)
    said = egide("trust", *(word.format(claims=path, desk=desk) for word in words), "--lang", "en")
    assert said.code == 2, said.out
    assert complaint in said.err


def test_a_reason_is_asked_for_in_words(egide: Egide, tmp_path: Path, desk: Path) -> None:
    done(egide("trust", "issue", claims(tmp_path), "--status-list", desk))
    said = egide("trust", "revoke", "https://nuage-fictif.example/credentials/1", "--status-list", desk, "--reason", " ", "--lang", "en")
    assert said.code == 1
    assert "a decision has a reason" in said.err


def test_a_key_of_another_issues_into_nobody_s_lists(egide: Egide, tmp_path: Path, desk: Path) -> None:
    egide("trust", "key", "new", "--out", tmp_path / "other", "--did", "did:web:autre-fictif.example")
    said = egide("trust", "issue", claims(tmp_path), "--status-list", desk, "--key", tmp_path / "other", "--lang", "en")
    assert said.code == 2
    assert "the status lists are those of did:web:nuage-fictif.example" in said.err


@pytest.mark.parametrize("harm", [b"{}\n", b"not json\n", b'{"what":"issued"}\n'])
def test_a_register_that_somebody_wrote_in_is_not_used(egide: Egide, tmp_path: Path, desk: Path, harm: bytes) -> None:
    done(egide("trust", "issue", claims(tmp_path), "--status-list", desk))
    with (desk / "register.jsonl").open("ab") as journal:
        journal.write(harm)
    said = egide("trust", "issue", claims(tmp_path), "--status-list", desk, "--lang", "en")
    assert said.code == 2
    assert "line 2 of the register does not follow" in said.err
