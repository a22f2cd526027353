"""The manifest of a bundle: what each file is meant to be, with its digest, and of a page since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from egide.trust.credentials.results import Mode
from egide.trust.credentials.times import Moment, read_stamp
from egide.trust.jose_json import read_object
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

MANIFEST = "manifest.json"
FORMAT = "egide-trust-bundle-1"
MEMBERS = frozenset({"name", "kind", "sha256"})


@dataclass(frozen=True, slots=True)
class Meant:
    """What the manifest says that a file is."""

    name: str
    kind: str
    digest: str
    read: datetime | None = None


def read_manifest(content: bytes, file: str) -> dict[str, Meant]:
    """Each path to what it is meant to be. Raises `InputError` with the place."""
    document = read_object(content)
    if isinstance(document, Reason):
        raise InputError(document.message, Location(file), values=document.args)
    if document.get("format") != FORMAT:
        raise InputError(N_("the format of the manifest is {found}, and {known} is read"), Location(file, path="$.format"),
                         values={"found": str(document.get("format"))[:80], "known": FORMAT})
    listed = document.get("files")
    if not isinstance(listed, dict) or document.keys() - {"format", "files"}:
        raise InputError(N_("a manifest has the members `format` and `files`"), Location(file))
    return {path: _entry(entry, Location(file, path=f"$.files[{path!r}]")) for path, entry in listed.items()}


def _entry(entry: object, at: Location) -> Meant:
    if not isinstance(entry, dict) or entry.keys() - {"read"} != MEMBERS or not all(isinstance(one, str) for one in entry.values()):
        raise InputError(N_("a file of the manifest has the members `name`, `kind` and `sha256`, and may have `read`"), at)
    read = read_stamp(entry["read"], "read", Mode.STRICT) if "read" in entry else None
    if isinstance(read, Reason):
        raise InputError(read.message, at, values=read.args)
    return Meant(entry["name"], entry["kind"], entry["sha256"].lower(), read.at if isinstance(read, Moment) else None)
