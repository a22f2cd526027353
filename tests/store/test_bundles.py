"""What arrives on a key or by mail is taken only when it is signed, whole, harmless and newer."""

from __future__ import annotations

import io
import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from egide.store.bundle import LIMITS, Bundle, Refusal, open_bundle
from egide.store.bundle_writing import make_bundle
from egide.store.canonical import canonical
from egide.store.connection import Store
from egide.store.editions import accept, latest
from egide.store.zips import Limits, Zip, fold, is_plain_path
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer, Reason

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
NAME = "did:web:publisher.example#key-1"
FILES = {"catalogue/offers.yaml": b"offers: []\n" * 50, "rulebooks/x/book.yaml": b"id: x\n", "empty": b""}
DAY = date(2026, 11, 23)


def verify(key: str, signed: bytes, signature: bytes) -> tuple[Answer, Reason]:
    if key != NAME:
        return Answer.UNKNOWN, Reason("key-unknown", {"key": key}, "the key is not known")
    try:
        KEY.public_key().verify(signature, signed)
    except InvalidSignature:
        return Answer.NOT_MET, Reason("signature-wrong", {}, "the signature is not of that key")
    return Answer.MET, Reason("signature-good", {}, "signed")


def made(edition: int = 1, files: dict[str, bytes] = FILES, key: str = NAME) -> bytes:
    return make_bundle("catalogue", edition, DAY, files, key, KEY.sign)


def opened(content: bytes, limits: Limits = LIMITS) -> Bundle | Refusal:
    return open_bundle(io.BytesIO(content), "new.egide", verify, limits)


def bundle(content: bytes) -> Bundle:
    found = opened(content)
    assert isinstance(found, Bundle)
    return found


def rezipped(change: Callable[[dict[str, bytes]], object], content: bytes | None = None) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content or made())) as file:
        held = {name: file.read(name) for name in file.namelist()}
    change(held)
    return zipped(held)


def zipped(held: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as into:
        for name, content in held.items():
            into.writestr(name, content)
    return target.getvalue()


def in_manifest(old: bytes, new: bytes) -> Callable[[dict[str, bytes]], object]:
    return lambda held: held.update({"manifest.json": held["manifest.json"].replace(old, new)})


def signed(manifest: dict[str, object], files: dict[str, bytes]) -> bytes:
    """What the key's owner would have signed by mistake."""
    content = canonical(manifest)
    return zipped({"manifest.json": content, "manifest.sig": KEY.sign(content), **files})


def test_a_signed_bundle_is_opened_and_read() -> None:
    found = bundle(made(7))
    assert (found.name, found.edition, found.made_on, found.key) == ("catalogue", 7, DAY, NAME)
    assert {path: found.read(path) for path in found.files} == FILES


def test_the_same_files_make_the_same_bundle() -> None:
    assert made() == made(files=dict(reversed(FILES.items())))


def test_a_bundle_is_unpacked_whole(tmp_path: Path) -> None:
    bundle(made()).unpack(tmp_path / "new")
    found = {path.relative_to(tmp_path / "new").as_posix(): path.read_bytes() for path in (tmp_path / "new").rglob("*") if path.is_file()}
    assert found == FILES
    with pytest.raises(InputError, match="exists already"):
        bundle(made()).unpack(tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_a_file_exchanged_between_the_check_and_the_reading_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "new.egide"
    files = {"a": b"x" * 100_000}  # more than what was read ahead
    path.write_bytes(stored(made(files=files)))
    with path.open("rb") as source:
        found = open_bundle(source, "new.egide", verify)
        assert isinstance(found, Bundle)
        content = path.read_bytes()
        path.write_bytes(content.replace(b"x" * 1000, b"y" * 1000))
        with pytest.raises(InputError):
            found.unpack(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def stored(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as file, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as into:
        for name in file.namelist():
            into.writestr(name, file.read(name))
    return target.getvalue()


@pytest.mark.parametrize(("change", "answer", "code"), [
    (lambda held: held.update({"manifest.sig": bytes(64)}), Answer.NOT_MET, "signature-wrong"),
    (in_manifest(b'"edition":1', b'"edition":2'), Answer.NOT_MET, "signature-wrong"),
    (in_manifest(NAME.encode(), b"did:web:other"), Answer.UNKNOWN, "key-unknown"),
])  # fmt: skip
def test_what_is_not_signed_by_a_known_key_is_refused_with_its_reason(
    change: Callable[[dict[str, bytes]], object], answer: Answer, code: str,
) -> None:
    found = opened(rezipped(change))
    assert isinstance(found, Refusal)
    assert (found.answer, found.because.code) == (answer, code)


def test_nothing_is_unpacked_before_the_signature_is_found_good() -> None:
    """A file whose bytes are damaged would say so, had it been read."""
    content = bytearray(stored(made(files={"a": b"x" * 1000}, key="did:web:unknown")))
    content[content.index(b"x" * 1000)] ^= 1
    assert isinstance(opened(bytes(content)), Refusal)


@pytest.mark.parametrize(("change", "path", "said"), [
    (lambda held: held.update({"empty": b"?"}), "manifest.json", "not those that the manifest lists"),
    (lambda held: held.update({"rulebooks/x/book.yaml": b"id: y\n"}), "rulebooks/x/book.yaml", "not the one that was signed"),
    (lambda held: held.pop("empty"), "manifest.json", "not those that the manifest lists"),
    (lambda held: held.update({"more": b""}), "manifest.json", "not those that the manifest lists"),
])  # fmt: skip
def test_a_bundle_that_was_altered_is_refused_and_says_where(
    change: Callable[[dict[str, bytes]], object], path: str, said: str,
) -> None:
    found = opened(rezipped(change))
    assert isinstance(found, Refusal)
    assert (found.answer, found.because.code) == (Answer.NOT_MET, "bundle-altered")
    assert said in found.because.message
    assert found.at is not None
    assert found.at.path == path


@pytest.mark.parametrize(("change", "said"), [
    (lambda held: held.pop("manifest.json"), "`manifest.json` is missing"),
    (lambda held: held.pop("manifest.sig"), "`manifest.sig` is missing"),
    (lambda held: held.update({"manifest.sig": bytes(65)}), "more than 64 bytes"),
    (lambda held: held.update({"manifest.json": b"[]"}), "not readable as JSON"),
    (lambda held: held.update({"manifest.json": b"\xff"}), "not readable as JSON"),
    (lambda held: held.update({"manifest.json": b" " + held["manifest.json"]}), "canonical form"),
    (in_manifest(b'{"edition":1', b'{"edition":9,"edition":1'), "canonical form"),
    (in_manifest(b'"edition":1', b'"edition":0'), "canonical form"),
    (in_manifest(b"2026-11-23", b"yesterday!"), "not readable as JSON"),
    (in_manifest(b"bundle/1", b"bundle/2"), "not a document of kind"),
])  # fmt: skip
def test_a_bundle_that_cannot_be_used_says_why(change: Callable[[dict[str, bytes]], object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        opened(rezipped(change))


def test_a_manifest_that_lists_a_file_twice_is_refused_though_signed() -> None:
    with zipfile.ZipFile(io.BytesIO(made())) as file:
        manifest = json.loads(file.read("manifest.json"))
    manifest["files"].append(manifest["files"][0])
    found = opened(signed(manifest, FILES))
    assert isinstance(found, Refusal)
    assert "not those that the manifest lists" in found.because.message


EVIL = [
    "../up", "a/../../up", "/root", "//server/share", "C:/windows", "c:evil", "a\\b", "..\\up", "a//b", "./a", "a/.", "a/", "nul",
    "AUX.txt", "a/con", "COM1", "trailing.", "trailing ", "a /b", " a", "new\nline", "a\x7f", "star*", "pipe|", 'quote"', "a<b", "a?b",
    "x" * 300, "a/" * 600 + "b",
]


@pytest.mark.parametrize("path", EVIL)
def test_a_path_that_could_lead_elsewhere_is_refused(path: str) -> None:
    assert not is_plain_path(path)
    with pytest.raises(InputError):
        made(files={path: b"x"})
    with pytest.raises(InputError):
        opened(rezipped(lambda held: held.update({path: b"x"})))


@given(st.text(min_size=1, max_size=30))
def test_a_plain_path_stays_below_its_folder(path: str) -> None:
    if is_plain_path(path):
        folder = os.path.abspath("base")  # noqa: PTH100 - which resolves dots without looking
        assert os.path.normpath(f"{folder}/{path}") == f"{folder}/{path}"
        assert f"{folder}/{path}".startswith(f"{folder}/")


@pytest.mark.parametrize(("one", "other"), [("a", "A"), ("é", "e\u0301"), ("straße", "STRASSE"), ("ﬁ", "fi"), ("dir/a", "DIR/A")])
def test_two_names_that_some_system_takes_for_one_are_refused(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    with pytest.raises(InputError, match="two files of one name"):
        opened(rezipped(lambda held: held.update({one: b"1", other: b"2"})))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice_is_refused() -> None:
    target = io.BytesIO(made())
    with zipfile.ZipFile(target, "a") as into:
        into.writestr("empty", b"")
    with pytest.raises(InputError, match="two files of one name"):
        opened(target.getvalue())


@pytest.mark.parametrize("order", [1, -1])
def test_a_file_and_a_folder_of_one_name_are_refused(order: int) -> None:
    held = dict([("a", b"1"), ("A/b", b"2")][::order])
    with pytest.raises(InputError, match="a file and a folder"):
        opened(rezipped(lambda all_held: all_held.update(held)))


def entry(name: str, mode: int = 0, content: bytes = b"/etc/passwd") -> bytes:
    target = io.BytesIO(made())
    with zipfile.ZipFile(target, "a") as into:
        one = zipfile.ZipInfo(name)
        one.external_attr = mode << 16
        into.writestr(one, content)
    return target.getvalue()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR])
def test_a_link_or_a_device_is_refused(kind: int) -> None:
    with pytest.raises(InputError, match="a link or a device"):
        opened(entry("link", kind | 0o777))


@pytest.mark.parametrize(("method", "said"), [(zipfile.ZIP_BZIP2, "compression"), (zipfile.ZIP_LZMA, "compression")])
def test_other_compressions_are_refused(method: int, said: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as into:
        into.writestr("a", b"x" * 100)
    with pytest.raises(InputError, match=said):
        opened(target.getvalue())


def test_an_encrypted_file_is_refused() -> None:
    content = bytearray(made())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    with pytest.raises(InputError, match="encrypted"):
        opened(bytes(content))


def test_a_file_that_would_swell_is_refused_before_it_does() -> None:
    small = Limits(files=10, file_bytes=2000, total_bytes=3000)
    with pytest.raises(InputError, match="more than is read of one file"):
        opened(made(files={"bomb": bytes(2001)}), small)
    with pytest.raises(InputError, match="MiB unpacked"):
        opened(made(files={str(number): bytes(900) for number in range(3)}), small)
    with pytest.raises(InputError, match="11 files"):
        opened(made(files={str(number): b"" for number in range(9)}), small)


def test_a_size_that_lies_is_found_out() -> None:
    """The directory says ten bytes, or a thousand million; the file unpacks to a million."""
    for said in (10, 10**9):
        content = bytearray(made(files={"bomb": bytes(1_000_000)}))
        at = content.rindex(b"PK\x01\x02", 0, content.rindex(b"bomb"))
        struct.pack_into("<I", content, at + 24, said)
        assert not taken(bytes(content))


def taken(content: bytes) -> bool:
    try:
        return isinstance(opened(content), Bundle)
    except InputError:
        return False


def test_files_that_share_their_bytes_are_refused() -> None:
    """The better bomb: a thousand names for one compressed kernel."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as into:
        into.writestr("a", bytes(100_000))
        into.writestr("b", bytes(100_000))
    content = bytearray(target.getvalue())
    second = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, second + 42, 0)
    with pytest.raises(InputError, match="overlap"):
        Zip(io.BytesIO(bytes(content)), "bomb.zip", LIMITS)


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_bundle_with_any_byte_changed_is_refused_or_says_the_same(where: int, by: int) -> None:
    """Bytes that say nothing, such as dates within the zip, may change; nothing else may, and nothing but `InputError` is raised."""
    content = bytearray(made())
    content[where % len(content)] ^= by
    try:
        found = opened(bytes(content))
    except InputError:
        return
    if isinstance(found, Bundle):
        assert {path: found.read(path) for path in found.files} == FILES


@given(st.binary(max_size=200))
def test_anything_else_is_refused_as_no_bundle(content: bytes) -> None:
    with pytest.raises(InputError):
        opened(content)


def test_an_older_edition_is_not_played_again_over_a_newer(store: Store) -> None:
    def given_(content: bytes) -> tuple[Answer, str]:
        with store.write() as tx:
            said = accept(tx, bundle(content))
        return said.answer, said.because.code

    assert given_(made(2)) == (Answer.MET, "edition-accepted")
    assert given_(made(2)) == (Answer.MET, "edition-known")
    assert given_(made(1)) == (Answer.NOT_MET, "edition-older")
    assert given_(made(2, {"other": b""})) == (Answer.NOT_MET, "edition-differs")
    assert given_(made(3)) == (Answer.MET, "edition-accepted")
    with store.read() as tx:
        last = latest(tx, "catalogue")
        assert last is not None
        assert (last.edition, last.digest, last.key) == (3, bundle(made(3)).digest, NAME)
        assert latest(tx, "other") is None
