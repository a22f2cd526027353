"""Opens what was written as a reader would: package, XML, relationships, text, LibreOffice."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import pytest

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def packed(entries: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def replaced(package: bytes, part: str, old: str, new: str) -> bytes:
    held = parts(package)
    assert old.encode() in held[part], old
    return packed({**held, part: held[part].replace(old.encode(), new.encode())})


def tree(part: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(part)  # noqa: S314 - our own output


def plain(package: bytes) -> str:
    """The text of the header and of the body, one paragraph a line, as a golden file keeps it."""
    held = parts(package)
    if "content.xml" in held:
        names, kinds, breaks = ("styles.xml", "content.xml"), (f"{TEXT}p", f"{TEXT}h"), {f"{TEXT}line-break": " / ", f"{TEXT}tab": " | "}
    else:
        names, kinds, breaks = ("word/header1.xml", "word/document.xml"), (f"{W}p",), {f"{W}br": " / ", f"{W}tab": " | "}
    trees = [tree(held[name]) for name in names]
    lines = ["".join(_said(element, breaks)).strip() for root in trees for element in root.iter() if element.tag in kinds]
    return "\n".join(line for line in lines if line) + "\n"


def _said(element: ElementTree.Element, breaks: Mapping[str, str]) -> Sequence[str]:
    found = [element.text or ""] if element.tag not in (f"{W}p", f"{W}r") else []
    for child in element:
        found += [breaks[child.tag]] if child.tag in breaks and child.tag != f"{W}tabs" else _said(child, breaks)
        found.append(child.tail or "")
    return found


def assert_sound(package: bytes) -> None:
    """Well-formed XML everywhere; every relationship and manifest line resolves; ODT begins with its stored mimetype."""
    held = parts(package)
    for name, content in held.items():
        if name.endswith((".xml", ".rels")):
            tree(content)
        assert not re.search(rb"\{[{%]|[%}]\}|@\w+@", content), f"a tag is left in {name}"
    if "mimetype" in held:
        first = zipfile.ZipFile(io.BytesIO(package)).infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        listed = re.findall(rb'full-path="([^"/][^"]*)"', held["META-INF/manifest.xml"])
        assert {name.decode() for name in listed} == set(held) - {"mimetype", "META-INF/manifest.xml"}
        return
    types = held["[Content_Types].xml"].decode()
    for name in re.findall(r'PartName="/([^"]+)"', types):
        assert name in held, name
    for name in [one for one in held if one.endswith(".rels")]:
        base = PurePosixPath(name).parent.parent
        ids = []
        for relation in tree(held[name]):
            ids.append(relation.get("Id"))
            assert str(base / relation.attrib["Target"]) in held, relation.attrib
        used = re.findall(rb'r:id="([^"]+)"', held.get(name.replace("_rels/", "").removesuffix(".rels"), b""))
        assert {one.decode() for one in used} <= set(ids)


def as_text(folder: Path, files: Mapping[str, bytes]) -> dict[str, str]:
    """What LibreOffice shows of each file, through PDF. Both programs are in tests/system-packages.txt."""
    office, reader = shutil.which("soffice"), shutil.which("pdftotext")
    if not office or not reader:
        pytest.fail("LibreOffice and pdftotext are needed: install the packages of tests/system-packages.txt")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    profile = (folder / "profile").as_uri()
    command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *(str(folder / name) for name in files)], check=True, capture_output=True, timeout=180)
    return {
        name: subprocess.run(
            [reader, "-layout", str(folder / name.rpartition(".")[0]) + ".pdf", "-"], check=True, capture_output=True, timeout=60,
        ).stdout.decode()
        for name in files
    }  # fmt: skip
