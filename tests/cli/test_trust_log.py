"""`egide trust log`: what is in the log is proved with a public key alone, what is not is not, and nobody's word is taken."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import Said, typed
from cli.test_trust_issue import DID, claims, done

Egide = Callable[..., Said]
ORIGIN = "registre.example/essai"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with three credentials."""
    place = tmp_path_factory.mktemp("log")
    typed(place, "trust", "key", "new", "--did", DID)
    typed(place, "trust", "log", "init", place / "journal", "--origin", ORIGIN)
    for n in range(3):
        typed(place, "trust", "issue", claims(place, n), "--out", place / f"{n}.jwt")
    typed(place, "trust", "log", "add", *(place / f"{n}.jwt" for n in range(3)), "--log", place / "journal")
    return place


@pytest.fixture
def log(egide: Egide, built: Path, tmp_path: Path) -> Path:
    """The log, one for each test."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return tmp_path / "journal"


def proofs(egide: Egide, log: Path, name: object, out: Path) -> tuple[Path, Path]:
    done(egide("trust", "log", "prove", name, "--log", log, "--out", out))
    (proof,) = out.glob("entry-*.tlog-proof")
    return out / "checkpoint", proof


def test_a_proof_is_checked_on_a_machine_that_has_nothing_else(egide: Egide, tmp_path: Path, log: Path) -> None:
    checkpoint, proof = proofs(egide, log, tmp_path / "1.jwt", tmp_path / "out")
    key = (log / "keys.txt").read_text("utf-8").strip()
    bare = tmp_path / "bare"
    bare.mkdir()
    for path in (checkpoint, proof):
        shutil.copy(path, bare)
    log.rename(tmp_path / "gone")
    (tmp_path / "home").rename(tmp_path / "gone-home")
    words = [sys.executable, "-m", "egide", "trust", "log", "check", "checkpoint", proof.name, "--key", key, "--json"]
    ran = subprocess.run(words, cwd=bare, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert said["answer"] == "met"
    assert said["entry"]["id"] == "https://nuage-fictif.example/credentials/1"
    assert {step["step"] for step in said["steps"]} == {"format", "signature", "witnesses", "inclusion", "checkpoint", "consistency"}


@pytest.mark.parametrize("name", ["1", "https://nuage-fictif.example/credentials/1", "{file}"])
def test_an_entry_is_named_by_number_identifier_or_file(egide: Egide, tmp_path: Path, log: Path, name: str) -> None:
    said = done(egide("trust", "log", "prove", name.format(file=tmp_path / "1.jwt"), "--log", log / "public"))
    (tmp_path / "proof").write_text(said.out, "utf-8")
    assert egide("trust", "log", "check", tmp_path / "proof", "--key", log / "keys.txt", "--entry", tmp_path / "1.jwt").code == 0
    assert egide("trust", "log", "check", tmp_path / "proof", "--key", log / "keys.txt", "--entry", tmp_path / "2.jwt").code == 1


def test_a_credential_named_by_its_file_is_proved_with_its_revocation(egide: Egide, tmp_path: Path, log: Path) -> None:
    done(egide("trust", "status", "new", tmp_path / "office", "--address", "https://nuage-fictif.example/status", "--log", log))
    given = claims(tmp_path, 7)
    done(egide("trust", "issue", given, "--status-list", tmp_path / "office", "--log", log, "--out", tmp_path / "7.jwt"))
    done(egide("trust", "revoke", tmp_path / "7.jwt", "--status-list", tmp_path / "office", "--reason", "an attempt"))
    for number, name in enumerate((tmp_path / "7.jwt", "https://nuage-fictif.example/credentials/7")):
        out = tmp_path / f"of-{number}"
        done(egide("trust", "log", "prove", name, "--log", log, "--out", out))
        assert [path.name for path in sorted(out.glob("entry-*"))] == ["entry-3.tlog-proof", "entry-4.tlog-proof"]


def test_what_is_entered_again_stands_once(egide: Egide, tmp_path: Path, log: Path) -> None:
    said = json.loads(done(egide("trust", "log", "add", tmp_path / "2.jwt", tmp_path / "0.jwt", "--log", log, "--json")).out)
    assert said == {"origin": ORIGIN, "numbers": [2, 0], "size": 3}
    assert done(egide("trust", "log", "show", log, "--audit")).code == 0


@pytest.mark.parametrize(("change", "code"), [
    (lambda lines: lines, 0), (lambda lines: [*lines[:2], "index 0", *lines[3:]], 1), (lambda lines: lines[:-2], 2),
    (lambda lines: [lines[0], "extra " + base64.b64encode(b"another").decode(), *lines[2:]], 1), (lambda lines: ["hello", *lines[1:]], 2),
    (lambda lines: [*lines[:3], base64.b64encode(bytes(32)).decode(), *lines[4:]], 1), (lambda lines: [], 2),
    (lambda lines: [line.replace("\n3\n", "\n4\n") for line in "\n".join(lines).replace("essai\n3", "essai\n4").split("\n")], 1),
])  # fmt: skip
def test_a_proof_that_was_altered_is_refused(
    egide: Egide, tmp_path: Path, log: Path, change: Callable[[list[str]], list[str]], code: int,
) -> None:  # fmt: skip
    lines = done(egide("trust", "log", "prove", "1", "--log", log)).out.split("\n")
    (tmp_path / "proof").write_text("\n".join(change(lines)), "utf-8")
    assert egide("trust", "log", "check", tmp_path / "proof", "--key", log / "keys.txt").code == code


def test_another_log_s_key_proves_nothing(egide: Egide, tmp_path: Path, log: Path) -> None:
    _, proof = proofs(egide, log, "0", tmp_path / "out")
    done(egide("trust", "log", "init", tmp_path / "other", "--origin", ORIGIN))
    said = egide("trust", "log", "check", proof, "--key", tmp_path / "other" / "keys.txt", "--lang", "en")
    assert said.code == 1
    assert "bears no signature by a key given" in said.out
    assert "whose log?" in egide("trust", "log", "check", proof, "--lang", "en").err


def test_a_log_that_was_rewritten_is_found_out_by_whoever_remembers(egide: Egide, tmp_path: Path, log: Path) -> None:
    remembered, _ = proofs(egide, log, "0", tmp_path / "out")
    before = tmp_path / "before"
    shutil.copytree(log / "public", before)
    done(egide("trust", "issue", claims(tmp_path, 9), "--out", tmp_path / "9.jwt"))
    done(egide("trust", "log", "add", tmp_path / "9.jwt", "--log", log))
    done(egide("trust", "log", "prove", "3", "--log", log, "--out", tmp_path / "later"))
    done(egide("trust", "log", "prove", "--since", remembered, "--log", log, "--out", tmp_path / "since"))
    words = ("trust", "log", "check", remembered, tmp_path / "later" / "entry-3.tlog-proof", "--key", log / "keys.txt")
    assert egide(*words).code == 3
    assert egide(*words, "--consistency", tmp_path / "since" / "consistency.txt").code == 0
    shutil.rmtree(log / "public")
    shutil.copytree(before, log / "public")
    said = egide("trust", "log", "add", tmp_path / "9.jwt", "--log", log, "--lang", "en")
    assert said.code == 2
    assert "it was rolled back" in said.err


def test_a_tile_that_was_changed_is_seen_by_an_audit(egide: Egide, tmp_path: Path, log: Path) -> None:
    bundle = log / "public" / "tile" / "entries" / "000.p" / "3"
    bundle.write_bytes(bundle.read_bytes().replace(b"eyJ", b"eyK", 1))
    said = egide("trust", "log", "show", log, "--audit", "--json")
    assert said.code == 1
    assert json.loads(said.out)["audit"][0]["answer"] == "not-met"


def test_a_key_of_the_future_signs_beside_the_usual_one(egide: Egide, tmp_path: Path) -> None:
    said = json.loads(done(egide("trust", "log", "init", tmp_path / "two", "--origin", ORIGIN, "--ml-dsa-44", "--json")).out)
    assert len(said["keys"]) == 2
    done(egide("trust", "key", "new", "--did", DID))
    done(egide("trust", "issue", claims(tmp_path), "--log", tmp_path / "two", "--out", tmp_path / "a.jwt"))
    _, proof = proofs(egide, tmp_path / "two", "0", tmp_path / "out")
    for key in said["keys"]:
        assert egide("trust", "log", "check", proof, "--key", key).code == 0


def test_a_decision_is_committed_to_and_nothing_of_it_is_published(egide: Egide, tmp_path: Path, log: Path) -> None:
    record, secret = tmp_path / "decision.json", tmp_path / "decision.secret"
    record.write_text('{"verdict": "forbidden", "service": "Paie fictive"}', "utf-8")
    done(egide("trust", "log", "commit", record, "--secret", secret, "--log", log))
    assert secret.stat().st_mode & 0o077 == 0
    public = b"".join(path.read_bytes() for path in (log / "public").rglob("*") if path.is_file())
    assert b"forbidden" not in public
    assert b"Paie" not in public
    _, proof = proofs(egide, log, "3", tmp_path / "out")
    words = ("trust", "log", "reveal", secret, proof, "--key", log / "keys.txt")
    assert egide(*words, "--out", tmp_path / "shown.json").code == 0
    assert (tmp_path / "shown.json").read_bytes() == record.read_bytes()
    assert egide("trust", "log", "commit", record, "--secret", secret, "--log", log).code == 2
    said = json.loads(secret.read_text("utf-8"))
    secret.write_text(json.dumps(said | {"record": base64.b64encode(b"another").decode()}), "utf-8")
    assert egide(*words).code == 1
    _, other = proofs(egide, log, "0", tmp_path / "other")
    assert egide("trust", "log", "reveal", secret, other, "--key", log / "keys.txt").code == 1


def test_what_is_not_signed_to_be_public_does_not_enter(egide: Egide, tmp_path: Path, log: Path) -> None:
    for name, content in (("a", "{}"), ("b", "words"), ("c", (tmp_path / "0.jwt").read_text("utf-8").rsplit(".", 1)[0])):
        (tmp_path / name).write_text(content, "utf-8")
        said = egide("trust", "log", "add", tmp_path / name, "--log", log, "--lang", "en")
        assert said.code == 2
        assert "only signed credentials" in said.err
        assert "egide trust log commit" in said.err


def test_a_witness_cosigns_what_continues_and_nothing_else(egide: Egide, tmp_path: Path, log: Path) -> None:
    witness = tmp_path / "witness"
    key = done(egide("trust", "log", "witness", "--state", witness, "--new", "temoin.example/1")).out.strip()
    policy = tmp_path / "policy"
    policy.write_text(f"log {(log / 'keys.txt').read_text('utf-8').strip()}\nwitness w {key}\nquorum w\n", "utf-8")
    _, bare = proofs(egide, log, "0", tmp_path / "bare")
    assert egide("trust", "log", "check", bare, "--policy", policy).code == 1
    done(egide("trust", "log", "prove", "--since", "0", "--log", log, "--out", tmp_path / "ask"))
    request = tmp_path / "ask" / "consistency.txt"
    done(egide("trust", "log", "witness", request, "--state", witness, "--key", log / "keys.txt", "--out", tmp_path / "line"))
    done(egide("trust", "log", "cosign", tmp_path / "line", "--policy", policy, "--log", log))
    _, proof = proofs(egide, log, "0", tmp_path / "cosigned")
    assert egide("trust", "log", "check", proof, "--policy", policy).code == 0
    done(egide("trust", "log", "init", tmp_path / "fork", "--origin", ORIGIN, "--key", log / "log.jwk"))
    done(egide("trust", "log", "add", tmp_path / "2.jwt", "--log", tmp_path / "fork"))
    done(egide("trust", "log", "prove", "--since", "0", "--log", tmp_path / "fork", "--out", tmp_path / "forked"))
    said = egide("trust", "log", "witness", tmp_path / "forked" / "consistency.txt", "--state", witness, "--key", log / "keys.txt",
                 "--lang", "en")  # fmt: skip
    assert said.code == 1
    assert "rolled back" in said.out


@pytest.mark.parametrize(("words", "complaint"), [
    (("init", "{log}", "--origin", ORIGIN), "exists already"),
    (("init", "new", "--origin", "with space"), "not a verifier key"),
    (("init", "new", "--origin", "a+b"), "not a verifier key"),
    (("init", "new", "--origin", ORIGIN, "--key", "{home}/keys/key-1.jwk"), "signed with an EdDSA key"),
    (("init", "new", "--origin", ORIGIN, "--at", "{log}/public"), "bears no signature"),
    (("show", "absent"), "no log is kept"),
    (("show", "{tmp}"), "no checkpoint yet"),
    (("prove", "99", "--log", "{log}"), "holds nothing by the name `99`"),
    (("prove", "urn:none", "--log", "{log}"), "holds nothing by the name `urn:none`"),
    (("prove", "--log", "{log}"), "name an entry"),
    (("prove", "1", "--since", "1", "--log", "{log}"), "name an entry"),
    (("prove", "--since", "99", "--log", "{log}"), "does not hold one of size"),
    (("check",), "name a checkpoint and a proof"),
    (("check", "absent", "--key", "{log}/keys.txt"), "no such file"),
    (("check", "0.jwt", "--key", "{log}/keys.txt"), "a proof begins with"),
    (("check", "0.jwt", "--key", "nonsense+key"), "a proof begins with"),
    (("add", "--log", "{log}"), "no file was named"),
    (("add", "0.jwt"), "no log is kept"),
    (("add", "0.jwt", "--log", "s3://no-such-bucket/x"), "no log is kept"),
    (("commit", "0.jwt", "--secret", "0.jwt", "--log", "{log}"), "exists already"),
    (("reveal", "0.jwt", "1.jwt", "--key", "{log}/keys.txt"), "not a reveal"),
    (("witness", "--state", "absent"), "no witness is kept"),
    (("cosign", "--policy", "0.jwt", "--log", "{log}"), "no file was named"),
    (("cosign", "1.jwt", "--policy", "0.jwt", "--log", "{log}"), "line 1 of the policy"),
])  # fmt: skip
def test_what_cannot_be_asked_is_said(egide: Egide, tmp_path: Path, log: Path, words: tuple[str, ...], complaint: str,
                                      monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    said = egide("trust", "log", *(word.format(log=log, tmp=tmp_path, home=tmp_path / "home") for word in words), "--lang", "en")
    assert said.code == 2, said.out + said.err
    assert complaint in said.err


def test_each_command_speaks_french_first(egide: Egide, tmp_path: Path, log: Path) -> None:
    assert "3 entrées" in egide("trust", "log", "show", log).out
    _, proof = proofs(egide, log, "0", tmp_path / "out")
    assert "justificatif" in egide("trust", "log", "check", proof, "--key", log / "keys.txt").out
