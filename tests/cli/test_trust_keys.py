"""`egide trust key` and `did`: keys that only their owner reads, signers that are commands, documents that others find."""

from __future__ import annotations

import json
import stat
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from tests.trust import certificates
from tests.trust.credential_world import NOW

from cli.conftest import Said
from egide.app.trust import keys
from egide.app.trust.signers import asking
from egide.trust.dids.documents import Document, Purpose
from egide.trust.dids.identifiers import Fetched, resolve
from egide.trust.jose import Compact, read_compact, signature_fault
from egide.trust.keys import PublicKey, read_jwk
from egide.trust.signing import SignerError, read_private_key

Egide = Callable[..., Said]
DID = "did:web:nuage-fictif.example"
ALGORITHMS = ("ES256", "ES384", "ES512", "EdDSA", "PS256")
"""RS256 is a key of the same kind as PS256, and takes as long to draw."""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def made(egide: Egide, folder: Path, *words: object) -> dict[str, str]:
    said = egide("trust", "key", "new", "--out", folder, *words, "--json", "--lang", "en")
    assert said.code == 0, said.err
    values: dict[str, str] = json.loads(said.out)
    return values


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_of_every_algorithm_is_kept_for_its_owner_alone(egide: Egide, tmp_path: Path, algorithm: str) -> None:
    values = made(egide, tmp_path / "keys", "--algorithm", algorithm, "--did", DID)
    path = Path(values["file"])
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["key-1.jwk"]
    assert (values["algorithm"], values["method"]) == (algorithm, f"{DID}#key-1")
    found = keys.find(str(path))
    signature = found.signer.sign(algorithm, b"a message")
    public = read_jwk(values["public"])
    assert isinstance(public, PublicKey)
    assert public.verifies(algorithm, b"a message", signature)
    assert read_private_key(path.read_bytes(), "k").public == public


@pytest.mark.parametrize("method", ["did:key", "did:jwk"])
def test_a_key_may_be_its_own_identifier(egide: Egide, tmp_path: Path, method: str) -> None:
    values = made(egide, tmp_path / "keys", "--did", method)
    document = resolve(values["did"], pytest.fail)
    assert isinstance(document, Document)
    key = document.key_for(values["method"], (Purpose.ASSERTION,))
    assert isinstance(key, PublicKey)
    assert key.thumbprint == values["thumbprint"]


def test_keys_are_numbered_and_never_written_over(egide: Egide, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    assert [made(egide, folder)["name"] for _ in range(3)] == ["key-1", "key-2", "key-3"]
    before = (folder / "key-2.jwk").read_bytes()
    said = egide("trust", "key", "new", "--out", folder, "--name", "key-2", "--lang", "en")
    assert said.code == 2
    assert "exists already" in said.err
    assert "never written over" in said.err
    assert (folder / "key-2.jwk").read_bytes() == before
    assert not [one for one in folder.iterdir() if one.name.startswith(".")]


@pytest.mark.parametrize("open_to", [0o755, 0o750 | stat.S_IWGRP, 0o707])
def test_a_folder_open_to_others_is_refused_with_the_reason(egide: Egide, tmp_path: Path, open_to: int) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(open_to)
    said = egide("trust", "key", "new", "--out", tmp_path / "open", "--lang", "en")
    assert said.code == 2
    assert f"is open to others (mode {open_to:04o})" in said.err
    assert "chmod 700" in said.err
    assert list((tmp_path / "open").iterdir()) == []


def test_a_key_that_others_could_have_read_or_replaced_is_not_used(egide: Egide, tmp_path: Path) -> None:
    path = Path(made(egide, tmp_path / "keys")["file"])
    path.chmod(0o644)
    assert "is open to others (mode 0644): it is not used" in egide("trust", "key", "show", path, "--lang", "en").err
    path.chmod(0o600)
    path.parent.chmod(0o777)
    assert "others may write in the folder" in egide("trust", "did", "show", path, "--lang", "en").err


def test_the_private_half_is_never_shown(egide: Egide, tmp_path: Path) -> None:
    path = Path(made(egide, tmp_path / "keys", "--did", DID)["file"])
    secret = json.loads(path.read_text("utf-8"))["d"]
    for words in (("key", "show", path), ("key", "show", path, "--json"), ("key", "show", path, "--pem"), ("key", "list", path.parent),
                  ("key", "list", path.parent, "--json"), ("did", "show", path)):
        said = egide("trust", *words)
        assert said.code == 0
        assert secret not in said.out + said.err


def test_without_a_folder_the_keyring_is_meant_and_its_only_key(egide: Egide, tmp_path: Path) -> None:
    said = egide("trust", "key", "show", "--lang", "en")
    assert said.code == 2
    assert "egide trust key new" in said.err
    assert egide("trust", "key", "new").code == 0
    assert (tmp_path / "home" / "keys" / "key-1.jwk").is_file()
    assert egide("trust", "key", "show").code == 0
    egide("trust", "key", "new", "--name", "second")
    assert "several keys" in egide("trust", "key", "show", "--lang", "en").err
    assert json.loads(egide("trust", "key", "show", "second", "--json").out)["name"] == "second"
    assert "no key is named `third`" in egide("trust", "key", "show", "third", "--lang", "en").err


def test_a_private_key_from_elsewhere_is_taken_in(egide: Egide, tmp_path: Path) -> None:
    source = tmp_path / "old.pem"
    key = keys.new_key(keys.ALGORITHMS["EdDSA"])
    source.write_bytes(key.pem())
    source.chmod(0o600)
    values = made(egide, tmp_path / "keys", "--from", source, "--did", DID, "--name", "old")
    assert values["thumbprint"] == key.public.thumbprint
    assert values["algorithm"] == "EdDSA"


# --- signers that are commands --------------------------------------------------------------------

DEVICE = """
import sys
from pathlib import Path
from egide.trust.signing import read_private_key
{before}
key = read_private_key(Path(sys.argv[1]).read_bytes(), "device")
sys.stdout.buffer.write(key.sign(sys.argv[2], sys.stdin.buffer.read()))
"""


def device(tmp_path: Path, before: str = "") -> str:
    """A command that signs with a key which nobody else has, as a card would."""
    script = tmp_path / "device.py"
    script.write_text(textwrap.dedent(DEVICE).format(before=before), "utf-8")
    return f"{sys.executable} {script} {tmp_path / 'device.pem'}"


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """The public key of the device, in PEM."""
    key = keys.new_key(keys.ALGORITHMS["ES256"])
    (tmp_path / "device.pem").write_bytes(key.pem())
    (tmp_path / "public.pem").write_bytes(key.public.pem())
    return tmp_path / "public.pem"


def test_a_command_signs_and_its_answer_is_held_against_the_public_key(egide: Egide, tmp_path: Path, card: Path) -> None:
    values = made(egide, tmp_path / "keys", "--signer", device(tmp_path), "--public", card, "--did", DID)
    assert "private" not in Path(values["file"]).read_text("utf-8")
    assert "d" not in json.loads(Path(values["file"]).read_text("utf-8"))
    found = keys.find(values["file"])
    assert found.key.public.verifies("ES256", b"told", found.signer.sign("ES256", b"told"))
    assert " ".join(json.loads(egide("trust", "key", "show", values["file"], "--json").out)["signer"]) == device(tmp_path)


def test_a_device_issues_credentials_and_signs_a_log(egide: Egide, tmp_path: Path) -> None:
    drawn = keys.new_key(keys.ALGORITHMS["EdDSA"])
    (tmp_path / "device.pem").write_bytes(drawn.pem())
    (tmp_path / "public.pem").write_bytes(drawn.public.pem())
    held = made(egide, tmp_path / "keys", "--signer", device(tmp_path), "--public", tmp_path / "public.pem")["file"]
    (tmp_path / "claims.json").write_text('{"credentialSubject": {"a": 1}}', "utf-8")
    assert egide("trust", "log", "init", tmp_path / "log", "--origin", "registre.example/essai", "--key", held).code == 0
    words = ("--key", held, "--log", tmp_path / "log", "--out", tmp_path / "a.jwt")
    assert egide("trust", "issue", tmp_path / "claims.json", *words).code == 0
    compact = read_compact((tmp_path / "a.jwt").read_bytes())
    assert isinstance(compact, Compact)
    assert signature_fault(compact, drawn.public) is None
    assert egide("trust", "log", "prove", "0", "--log", tmp_path / "log", "--out", tmp_path / "proof").code == 0
    proof = tmp_path / "proof" / "entry-0.tlog-proof"
    assert egide("trust", "log", "check", proof, "--key", tmp_path / "log" / "keys.txt", "--entry", tmp_path / "a.jwt").code == 0


@pytest.mark.parametrize(("before", "complaint"), [
    ("sys.exit(3)", "ended with code 3"), ("sys.stdout.write('x' * 9999); sys.exit()", "wrote more than a signature"),
    ("sys.stdout.write('x' * 64); sys.exit()", "a signature that is not the key's"), ("sys.exit()", "a signature that is not the key's"),
])  # fmt: skip
def test_a_device_that_fails_is_noted_nowhere(egide: Egide, tmp_path: Path, card: Path, before: str, complaint: str) -> None:
    words = ("trust", "key", "new", "--out", tmp_path / "keys", "--signer", device(tmp_path, before), "--public", card, "--lang", "en")
    said = egide(*words)
    assert said.code == 2
    assert complaint in said.err
    assert list((tmp_path / "keys").iterdir()) == []


def test_a_device_that_never_answers_is_ended_with_all_that_it_began(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    with pytest.raises(SignerError, match="no answer within 3 seconds"):
        asking(["sh", "-c", f"sleep 600 & echo $! > {begun}; wait"], 3)("ES256", b"told")
    state = Path(f"/proc/{int(begun.read_text('utf-8'))}/stat")
    while state.exists() and state.read_text("utf-8").rsplit(")", 1)[1].split()[0] != "Z":
        time.sleep(0.01)


def test_a_device_that_is_not_there_is_named() -> None:
    with pytest.raises(SignerError, match="`no-such-device` cannot be run"):
        asking(["no-such-device"])("ES256", b"told")


def test_a_signature_in_der_is_taken_as_devices_give_it(tmp_path: Path, card: Path) -> None:
    script = (
        "import sys; from cryptography.hazmat.primitives.asymmetric import ec;"
        "from cryptography.hazmat.primitives import hashes, serialization;"
        "k = serialization.load_pem_private_key(open(sys.argv[1], 'rb').read(), None);"
        "sys.stdout.buffer.write(k.sign(sys.stdin.buffer.read(), ec.ECDSA(hashes.SHA256())))"
    )
    assert card.exists()
    signer = keys.ExternalSigner(read_private_key((tmp_path / "device.pem").read_bytes(), "k").public,
                                 asking([sys.executable, "-c", script, str(tmp_path / "device.pem")]))
    assert len(signer.sign("ES256", b"told")) == 64


# --- the document ---------------------------------------------------------------------------------

def test_the_document_is_what_others_resolve_and_says_where_it_goes(egide: Egide, tmp_path: Path) -> None:
    folder, did = tmp_path / "keys", f"{DID}:services"
    first, second = (made(egide, folder, "--did", did, "--algorithm", one) for one in ("ES256", "EdDSA"))
    made(egide, folder, "--did", "did:key")
    said = egide("trust", "did", "show", first["file"], "--out", tmp_path / "did.json", "--lang", "en")
    assert said.code == 0
    assert "https://nuage-fictif.example/services/did.json" in said.out
    published = (tmp_path / "did.json").read_bytes()
    document = resolve(did, lambda address: Fetched(published))
    assert isinstance(document, Document)
    assert set(document.methods) == {first["method"], second["method"]}
    assert egide("trust", "did", "show", first["file"], "--out", tmp_path / "did.json").code == 2
    for words in ((), ("--json",)):
        assert json.loads(egide("trust", "did", "show", first["file"], *words).out) == json.loads(published), "fit to be sent into a file"
    assert "says its key by itself" in egide("trust", "did", "show", folder / "key-3.jwk", "--lang", "en").err


def test_a_certificate_is_shown_with_the_key_that_it_is_of_and_with_no_other(egide: Egide, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first, second = (Path(made(egide, folder, "--did", DID)["file"]) for _ in range(2))
    root = certificates.root()
    under = root.under("Autorité déléguée fictive")

    def chain(path: Path, **more: object) -> Path:
        leaf = under.certify(keys.find(str(path)).key.public.native, "Nuage fictif", **more)  # type: ignore[arg-type]
        (tmp_path / "chain.pem").write_bytes(certificates.pem(leaf, under.certificate))
        return tmp_path / "chain.pem"

    shown = json.loads(egide("trust", "did", "show", first, "--certificate", chain(second), "--json").out)["verificationMethod"]
    assert ["x5c" in one["publicKeyJwk"] for one in shown] == [False, True]
    assert len(shown[1]["publicKeyJwk"]["x5c"]) == 2
    said = egide("trust", "did", "show", first, "--certificate", chain(first), "--x5u", "https://nuage-fictif.example/chain.pem", "--json")
    key = json.loads(said.out)["verificationMethod"][0]["publicKeyJwk"]
    assert key["x5u"] == "https://nuage-fictif.example/chain.pem"
    assert "x5c" not in key
    late = chain(first, since=NOW - timedelta(days=9), until=NOW - timedelta(days=1))
    assert "is valid from" in egide("trust", "did", "show", first, "--certificate", late, "--lang", "en").err


# --- bad input ------------------------------------------------------------------------------------

@pytest.mark.parametrize(("words", "complaint"), [
    (("--algorithm", "HS256"), "`HS256` is not accepted; these are: ES256"),
    (("--algorithm", "none"), "`none` is not accepted"),
    (("--did", "did:web:127.0.0.1"), "no IP address"),
    (("--did", "did:web:localhost"), "is not the name of a host"),
    (("--did", "did:web:a.example#key"), "is not a DID"),
    (("--did", "did:ethr:0x1"), "is neither"),
    (("--did", "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"), "is the identifier of another key"),
    (("--name", "../up"), "is no name for a key"),
    (("--did", DID, "--name", "a b"), "is no name for a key"),
    (("--signer", "sign"), "goes with the public key"),
    (("--public", __file__), "goes with the public key"),
    (("--signer", "sign 'unclosed", "--public", __file__), "cannot be read"),
    (("--signer", "sign", "--public", __file__), "not a public key in PEM"),
    (("--from", __file__), "is open to others"),
    (("--from", "absent.pem"), "no such file"),
    (("--out", __file__), "a file, where a folder was expected"),
])  # fmt: skip
def test_what_cannot_be_a_key_is_said(egide: Egide, tmp_path: Path, words: tuple[str, ...], complaint: str) -> None:
    source = Path(__file__)
    before = mode(source)
    source.chmod(0o644)
    said = egide("trust", "key", "new", *(() if "--out" in words else ("--out", tmp_path / "keys")), *words, "--lang", "en")
    source.chmod(before)
    assert said.code == 2, said.out
    assert complaint in said.err
    assert not list((tmp_path / "keys").glob("*"))


@pytest.mark.parametrize(("content", "complaint"), [
    (b"-----BEGIN PRIVATE KEY-----", "kept as a JWK"), (b"{", "not a private key"), (b"[]", "kept as a JWK"), (b"{}", "does not say whose"),
    (b'{"kid": "did:web:a.example#k", "alg": "ES256"}', "either its private members or"),
    (b'{"kid": "did:web:a.example#k", "alg": "ES256", "kty": "EC", "d": "AQ"}', "key"),
    (b'{"kid": "did:web:a.example#k", "alg": "ES256", "signer": "rm -rf"}', "a list of words"),
])  # fmt: skip
def test_a_file_that_is_no_key_is_said_and_the_others_stay_listed(egide: Egide, tmp_path: Path, content: bytes, complaint: str) -> None:
    made(egide, tmp_path / "keys")
    bad = tmp_path / "keys" / "bad.jwk"
    bad.write_bytes(content)
    bad.chmod(0o600)
    said = egide("trust", "key", "list", tmp_path / "keys", "--lang", "en")
    assert said.code == 3
    assert "key-1" in said.out
    assert complaint in said.out
    assert egide("trust", "key", "show", bad, "--lang", "en").code == 2


def test_a_key_under_an_identifier_of_another_is_refused(egide: Egide, tmp_path: Path) -> None:
    first, second = (Path(made(egide, tmp_path / "keys")["file"]) for _ in range(2))
    swapped = json.loads(first.read_text("utf-8")) | {"kid": json.loads(second.read_text("utf-8"))["kid"]}
    first.write_text(json.dumps(swapped), "utf-8")
    assert "identifier of another key" in egide("trust", "key", "show", first, "--lang", "en").err


def test_an_encrypted_key_says_so(egide: Egide, tmp_path: Path) -> None:
    native = certificates.root().key
    source = tmp_path / "locked.pem"
    source.write_bytes(native.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"mot de passe")))
    source.chmod(0o600)
    assert "encrypted with a passphrase" in egide("trust", "key", "new", "--from", source, "--lang", "en").err


def test_each_command_speaks_french_first(egide: Egide, tmp_path: Path) -> None:
    said = egide("trust", "key", "new", "--out", tmp_path / "keys", "--did", DID)
    assert "clé ES256" in said.out
    assert "À publier" in egide("trust", "did", "show", tmp_path / "keys").err
    assert "Empreinte" in egide("trust", "key", "show", tmp_path / "keys").out
