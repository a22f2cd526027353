"""A bundle holds what it says, by digest; whatever else comes in an archive is named and left out, and nothing grows beyond its limits."""

from __future__ import annotations

import hashlib
import json
import stat
import struct
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.trust.linked.world import LOIRE, V2, bundle_of, files_of

from egide.trust.dids.identifiers import Fetched
from egide.trust.linked import LinkedData, open_bundle, read_bundle, write_bundle
from egide.trust.linked.archive import MAX_ARCHIVE_BYTES, MAX_FILE_BYTES, MAX_FILES, read_archive, write_archive
from egide.trust.linked.known import KNOWN, Kind
from egide.trust.linked.manifest import FORMAT, MANIFEST
from egide.vocabulary.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

PEM = b"-----BEGIN CERTIFICATE-----\nsomebody's anchors\n-----END CERTIFICATE-----\n"
CONTEXT = b'{"@context": {}}'
DID = b'{"id": "did:web:nuage-fictif.example", "verificationMethod": []}'


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


def test_anchors_issuers_and_pages_are_taken_only_when_the_user_vouches_for_them() -> None:
    files = {
        "ancres.pem": PEM, "issuers.json": json.dumps({"format": "egide-trust-issuers-1"}).encode(), "did.json": DID,
        "pages/nuage-fictif.example/chain.pem": PEM,
    }
    refused = read_bundle(files)
    assert not refused.files
    assert {problem.message for problem in refused.problems} == {"left out: nobody but you can vouch for {name} ({kind})"}
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    taken = read_bundle(files, vouched=True, moments={"did.json": moment})
    assert not taken.problems
    assert taken.anchors == {"ancres.pem": PEM}
    assert set(taken.issuers) == {"issuers.json"}
    assert taken.pages == {
        "https://nuage-fictif.example/.well-known/did.json": Fetched(DID, moment), "https://nuage-fictif.example/chain.pem": Fetched(PEM),
    }
    assert not open_bundle(write_bundle(taken), "b.zip").files
    again = open_bundle(write_bundle(taken), "b.zip", vouched=True)
    assert (again.anchors, again.issuers, again.pages) == (taken.anchors, taken.issuers, taken.pages)


def test_a_context_of_ones_own_is_taken_with_its_name_and_none_takes_the_name_of_a_known_one() -> None:
    digest = hashlib.sha256(CONTEXT).hexdigest()
    for name, taken in (("https://nous-fictif.example/v1", True), (V2, False)):
        files = {MANIFEST: manifest({"c": {"name": name, "kind": "context", "sha256": digest}}), "c": CONTEXT}
        assert (name in read_bundle(files, vouched=True).contexts) is taken
        assert not read_bundle(files).files


def test_shapes_that_are_no_release_are_not_taken_for_one() -> None:
    files = {MANIFEST: manifest({"s": {"name": "gaia-x-25.11", "kind": "shapes", "sha256": hashlib.sha256(b"").hexdigest()}}), "s": b""}
    assert not read_bundle(files, vouched=True).files


def test_of_two_pages_for_one_address_the_later_counts_in_whichever_order() -> None:
    early, late = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2))
    one = read_bundle({"did.json": DID}, vouched=True, moments={"did.json": early})
    two = read_bundle({"did.json": DID + b" "}, vouched=True, moments={"did.json": late})
    assert one.joined(two).pages == two.joined(one).pages == two.pages
    assert not two.without("https://nuage-fictif.example/.well-known/did.json").files


@pytest.mark.parametrize("content", [
    b'{"id": "did:web:127.0.0.1", "verificationMethod": []}', b'{"id": "did:key:z6Mk", "verificationMethod": []}', b"not JSON", b"{}",
    b'{"id": "http://nuage-fictif.example/l", "type": ["VerifiableCredential", "BitstringStatusListCredential"]}',
])
def test_what_is_nothing_that_is_known_is_left_out_even_when_vouched_for(content: bytes) -> None:
    bundle = read_bundle({"a.json": content}, vouched=True)
    assert not bundle.files
    assert bundle.problems[0].message.startswith("unknown")


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
