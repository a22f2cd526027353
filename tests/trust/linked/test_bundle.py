"""A bundle holds what it says, by digest; whatever else comes in an archive is named and left out, and nothing grows beyond its limits."""

from __future__ import annotations

import hashlib
import json
import stat
import struct
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.trust.linked.world import LOIRE, V2, bundle_of, files_of

from egide.trust.linked import LinkedData, open_bundle, read_bundle, write_bundle
from egide.trust.linked.archive import MAX_ARCHIVE_BYTES, MAX_FILE_BYTES, MAX_FILES, read_archive, write_archive
from egide.trust.linked.bundle import FORMAT, MANIFEST
from egide.trust.linked.known import KNOWN, Kind
from egide.vocabulary.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

PEM = b"-----BEGIN CERTIFICATE-----\nsomebody's anchors\n-----END CERTIFICATE-----\n"
CONTEXT = b'{"@context": {}}'


def manifest(files: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"format": FORMAT, "files": files} | more).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(InputError) as refused:
        read_archive(content, "b.zip")
    assert refused.value.at is not None
    assert refused.value.at.file.startswith("b.zip")
    return str(refused.value)


def test_the_files_are_known_by_their_content_whatever_they_are_called(shared: Path) -> None:
    bundle = read_bundle({f"x/{number}": content for number, content in enumerate(files_of(shared).values())})
    assert not bundle.problems
    assert set(bundle.shapes) == {"gaia-x-25.11"}
    assert {V2, LOIRE, LOIRE.removesuffix("#")} <= set(bundle.contexts)
    assert bundle.contexts[LOIRE] == bundle.contexts[LOIRE.removesuffix("#")]
    assert "https://w3id.org/security/data-integrity/v2" in bundle.missing()


def test_a_bundle_goes_into_an_archive_and_comes_back_the_same_to_the_byte(shared: Path) -> None:
    bundle = bundle_of(shared)
    content = write_bundle(bundle)
    again = open_bundle(content, "b.zip")
    assert {file.digest for file in again.files} == {file.digest for file in bundle.files}
    assert not again.problems
    assert write_bundle(again) == content
    assert LinkedData(again.contexts).digests == LinkedData(bundle.contexts).digests


def test_an_altered_unknown_absent_or_misnamed_file_is_left_out_and_named(shared: Path) -> None:
    real = files_of(shared)["gx-development-25.11.context.jsonld"]
    digest = hashlib.sha256(real).hexdigest()
    said = {
        "a.jsonld": {"name": LOIRE, "kind": "context", "sha256": digest},
        "b.jsonld": {"name": V2, "kind": "context", "sha256": digest},
        "gone.jsonld": {"name": V2, "kind": "context", "sha256": "0" * 64},
    }
    files = {MANIFEST: manifest(said), "a.jsonld": real + b" ", "b.jsonld": real, "c.jsonld": CONTEXT}
    bundle = read_bundle(files, "b.zip")
    assert not bundle.files
    told = {problem.at.file: problem.message for problem in bundle.problems}
    assert {name: message.split(":", maxsplit=1)[0] for name, message in told.items()} == {
        "b.zip:a.jsonld": "altered", "b.zip:b.jsonld": "the manifest says {name}, and the file is {known}",
        "b.zip:c.jsonld": "unknown", "b.zip:gone.jsonld": "the manifest names a file that is not there",
    }


def test_anchors_are_taken_only_with_the_digest_that_the_user_pinned() -> None:
    digest = hashlib.sha256(PEM).hexdigest()
    assert not read_bundle({"anchors.pem": PEM}).files
    bundle = read_bundle({"anchors.pem": PEM}, pins={"mes-ancres": digest.upper()})
    assert bundle.anchors == {"mes-ancres": PEM}
    assert not open_bundle(write_bundle(bundle), "b.zip").files
    assert open_bundle(write_bundle(bundle), "b.zip", {"mes-ancres": digest}).anchors == {"mes-ancres": PEM}


def test_of_two_files_for_one_name_the_one_of_the_specification_is_given(shared: Path) -> None:
    """The order of the table decides, not that of the files."""
    firsts = [known for known in KNOWN if known.name == V2]
    assert [known.digest[:8] for known in firsts] == ["59955ced", "b0f1f700"]
    assert len({known.digest for known in KNOWN}) == len(KNOWN)
    assert {known.kind for known in KNOWN} == {Kind.CONTEXT, Kind.SHAPES}
    assert hashlib.sha256(bundle_of(shared).contexts[V2]).hexdigest() == firsts[1].digest


@pytest.mark.parametrize(("content", "at"), [
    (b"[]", ""), (b"{", ""), (b'{"format": "x", "files": {}}', "$.format"), (manifest({}, more=1), ""), (manifest([]), ""),  # type: ignore[arg-type]
    (manifest({"a": {"name": "x"}}), "$.files['a']"), (manifest({"a": {"name": 1, "kind": "context", "sha256": ""}}), "$.files['a']"),
    (b'{"format": "egide-trust-bundle-1", "files": {"a": 1, "a": 2}}', ""),
])
def test_a_manifest_that_is_none_is_refused_with_its_place(content: bytes, at: str) -> None:
    with pytest.raises(InputError) as refused:
        read_bundle({MANIFEST: content}, "b.zip")
    assert refused.value.at is not None
    assert refused.value.at.file == f"b.zip:{MANIFEST}"
    assert (refused.value.at.path or "") == at


def test_the_same_files_give_the_same_archive_in_whatever_order() -> None:
    assert write_archive({"a": b"1", "b": b"2"}) == write_archive({"b": b"2", "a": b"1"})


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?", fullmatch=True), st.binary(max_size=200), max_size=5))
def test_what_is_packed_is_unpacked(files: dict[str, bytes]) -> None:
    assert read_archive(write_archive(files), "b.zip") == files


def test_a_bomb_is_unpacked_no_further_than_its_limit() -> None:
    bomb = zipped({"bomb": bytes(MAX_FILE_BYTES + 1)})
    assert len(bomb) < 20_000
    assert "unpacked" in refusal(bomb)
    assert "unpacked" in refusal(zipped({f"part{number}": bytes(MAX_FILE_BYTES) for number in range(5)}))
    lied = bytearray(bomb)
    at = lied.index(b"PK\x01\x02")
    lied[at + 24:at + 28] = struct.pack("<I", 10)
    refusal(bytes(lied))


def test_archives_that_are_too_large_too_many_or_none_are_refused() -> None:
    assert "larger than" in refusal(bytes(MAX_ARCHIVE_BYTES + 1))
    assert "more than" in refusal(zipped({str(number): b"" for number in range(MAX_FILES + 1)}))
    assert "not readable" in refusal(b"PK\x03\x04 no archive")
    assert "not readable" in refusal(zipped({"a": b"x" * 100})[:60])


@pytest.mark.parametrize("name", ["../a", "/a", "a/../b", "a//b", "C:a", "a\\b", "./a", "n" * 201])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    content = zipped({name.replace("\\", "@"): b"x"}).replace(name.replace("\\", "@").encode(), name.encode())
    assert "leads out" in refusal(content)


def test_links_encrypted_files_and_two_of_one_name_are_refused() -> None:
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(link, "/etc/hostname")
    assert "link" in refusal(written.getvalue())
    encrypted = bytearray(zipped({"a": b"x"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        encrypted[encrypted.index(mark) + offset] |= 1
    assert "encrypted" in refusal(bytes(encrypted))
    assert "have this name" in refusal(zipped({"aa": b"x", "ab": b"y"}).replace(b"ab", b"aa"))
