"""DOCX and ODT as what they are: ZIP packages of named parts. Read with limits, written always the same way.

A template comes from a stranger: the number of entries, the bytes unpacked and the names are bounded before anything is
used, and macros are refused. The same parts give the same bytes: entries carry no clock.
Sources: ECMA-376 part 2 (Open Packaging Conventions); ODF 1.2 part 3, section 3.3 (`mimetype` first and stored).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

MAX_PACKAGE_BYTES = 16 * 1024 * 1024
MAX_ENTRIES = 512
MAX_UNPACKED_BYTES = 48 * 1024 * 1024
MAX_ENTRY_BYTES = 16 * 1024 * 1024

ODT_TYPE = b"application/vnd.oasis.opendocument.text"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
CLOCKLESS = (1980, 1, 1, 0, 0, 0)
PACKED_ALREADY = (".png", ".jpg", ".jpeg", ".gif", ".zip", ".woff", ".woff2")
TOO_LONG = N_("{bytes} bytes; at most {limit} are read")
UNPACKED = N_("more than {limit} bytes once unpacked")
LOCKED = N_("a password protects the document; save the template without it")
MACROS = ("vbaproject.bin", "basic/", "scripts/")

Parts = Mapping[str, bytes]
"""Name of each part to its bytes, in the order of the package."""


def read_parts(package: bytes, file: str) -> dict[str, bytes]:
    """The parts of a DOCX or ODT package.

    Raises `InputError` when it is no such package, holds macros or a password, or exceeds a limit.
    """
    if package[:4] == OLE_MAGIC:
        raise InputError(N_("an old or password-protected document; save it as .docx or .odt without a password"), Location(file))
    if len(package) > MAX_PACKAGE_BYTES:
        raise InputError(TOO_LONG, Location(file), values={"bytes": len(package), "limit": MAX_PACKAGE_BYTES})
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            return _unpacked(archive, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as error:
        raise InputError(N_("not a .docx or .odt package: {error}"), Location(file), values={"error": error}) from error


def _unpacked(archive: zipfile.ZipFile, file: str) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_ENTRIES:
        said = N_("{entries} entries in the package; at most {limit} are read")
        raise InputError(said, Location(file), values={"entries": len(entries), "limit": MAX_ENTRIES})
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise InputError(UNPACKED, Location(file), values={"limit": MAX_UNPACKED_BYTES})
    parts: dict[str, bytes] = {}
    for entry in entries:
        _refuse_name(entry, parts, file)
        with archive.open(entry) as stream:
            content = stream.read(MAX_ENTRY_BYTES + 1)
        if len(content) > MAX_ENTRY_BYTES:
            raise InputError(UNPACKED, Location(file, path=entry.filename), values={"limit": MAX_ENTRY_BYTES})
        parts[entry.filename] = content
    return parts


def _refuse_name(entry: zipfile.ZipInfo, parts: Parts, file: str) -> None:
    name = entry.filename
    at = Location(file, path=name)
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        raise InputError(N_("an entry that points outside the package"), at)
    if name in parts:
        raise InputError(N_("the same entry twice"), at)
    if entry.flag_bits & 0x1:
        raise InputError(LOCKED, at)
    if name.lower().endswith(MACROS[0]) or name.lower().startswith(MACROS[1:]):
        raise InputError(N_("the template holds macros; save it without them"), at)


def format_of(parts: Parts, file: str) -> str:
    """``docx`` or ``odt``; raises `InputError` for anything else."""
    if parts.get("mimetype", b"").strip().startswith(ODT_TYPE) and "content.xml" in parts:
        if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
            raise InputError(LOCKED, Location(file))
        return "odt"
    if "word/document.xml" in parts and "[Content_Types].xml" in parts:
        return "docx"
    raise InputError(N_("neither a Word (.docx) nor an OpenDocument text (.odt) package"), Location(file))


def as_document(parts: Parts, kind: str) -> dict[str, bytes]:
    """The parts of a document where a template (.dotx, .ott) was given."""
    document = dict(parts)
    if kind == "odt":
        document["mimetype"] = ODT_TYPE
        manifest = "META-INF/manifest.xml"
        document[manifest] = parts.get(manifest, b"").replace(ODT_TYPE + b"-template", ODT_TYPE)
    else:
        types = "[Content_Types].xml"
        document[types] = parts[types].replace(b"wordprocessingml.template.main+xml", b"wordprocessingml.document.main+xml")
    return document


def write_parts(parts: Parts) -> bytes:
    """The package: ``mimetype`` first and stored, the rest deflated unless it is packed already."""
    first = [name for name in ("mimetype", "[Content_Types].xml") if name in parts]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in [*first, *(name for name in parts if name not in first)]:
            entry = zipfile.ZipInfo(name, CLOCKLESS)
            stored = name == "mimetype" or name.lower().endswith(PACKED_ALREADY)
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 0
            archive.writestr(entry, parts[name])
    return out.getvalue()
