"""What verification needs of others' files, for a machine that asks nobody: contexts, shapes and trust anchors, each held against a digest.

A bundle is a folder or a zip archive. Contexts and shapes are known by their content, whatever their files are called; a digest that
we ship (`egide.trust.linked.known`) says what each is. Which anchors to trust is the user's decision, so their digests are pins that
the user gives. A manifest says what each file is meant to be; a file that is something else, or nothing that is known, is left out
and named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from egide.trust.jose_json import read_object
from egide.trust.linked.archive import MAX_BYTES, MAX_FILE_BYTES, MAX_FILES, read_archive, write_archive
from egide.trust.linked.known import BY_DIGEST, KNOWN, Kind
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem, Reason
from egide.vocabulary.language import N_

MANIFEST = "manifest.json"
FORMAT = "egide-trust-bundle-1"
NO_PINS: Mapping[str, str] = MappingProxyType({})
ENDINGS: Mapping[Kind, str] = {Kind.CONTEXT: "jsonld", Kind.SHAPES: "ttl", Kind.ANCHORS: "pem"}


@dataclass(frozen=True, slots=True)
class Bundled:
    """One file that is what it says."""

    name: str
    kind: Kind
    digest: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files that were held against their digests."""

    files: tuple[Bundled, ...]
    problems: tuple[Problem, ...] = ()
    """What was left out, each by name."""

    @property
    def contexts(self) -> dict[str, bytes]:
        """Each name that documents may use to its context, as `LinkedData` takes them."""
        held = {file.digest: file.content for file in self.files if file.kind is Kind.CONTEXT}
        found: dict[str, bytes] = {}
        for known in KNOWN:
            if known.digest in held:
                for name in known.names:
                    found.setdefault(name, held[known.digest])
        return found

    @property
    def shapes(self) -> dict[str, bytes]:
        """Each release to its shapes, in Turtle."""
        return self._of(Kind.SHAPES)

    @property
    def anchors(self) -> dict[str, bytes]:
        """Each list of anchors that was pinned."""
        return self._of(Kind.ANCHORS)

    def missing(self) -> tuple[str, ...]:
        """Names that are known, and for which there is no file."""
        have = {*self.contexts, *self.shapes}
        return tuple(dict.fromkeys(known.name for known in KNOWN if known.name not in have))

    def _of(self, kind: Kind) -> dict[str, bytes]:
        return {file.name: file.content for file in self.files if file.kind is kind}


@dataclass(frozen=True, slots=True)
class _Meant:
    """What the manifest says that a file is."""

    name: str
    kind: str
    digest: str


def open_bundle(content: bytes, file: str, pins: Mapping[str, str] = NO_PINS) -> Bundle:
    """A bundle from a zip archive; as `read_bundle`, and as `read_archive` says."""
    return read_bundle(read_archive(content, file), file, pins)


def read_bundle(files: Mapping[str, bytes], source: str = "bundle", pins: Mapping[str, str] = NO_PINS) -> Bundle:
    """A bundle from its files, each under its path.

    ``pins``: names of lists of trust anchors to the SHA-256, hexadecimal, that the user trusts. A file that is altered, unknown or
    announced and absent becomes a problem that names it. Raises `InputError` when the manifest is unreadable or there is too much.
    """
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_BYTES:
        raise InputError(N_("a bundle has at most {files} files and {limit} MiB"), Location(source),
                         values={"files": MAX_FILES, "limit": MAX_BYTES // 2**20})
    meant = _manifest(files[MANIFEST], f"{source}:{MANIFEST}") if MANIFEST in files else {}
    pinned = {digest.lower(): name for name, digest in pins.items()}
    found: dict[str, Bundled] = {}
    problems = []
    for path, content in sorted(files.items()):
        if path == MANIFEST:
            continue
        one = _held(path, content, meant, pinned)
        if isinstance(one, Reason):
            problems.append(Problem(Location(f"{source}:{path}"), one.message, one.args))
        else:
            found[one.digest] = one
    absent = N_("the manifest names a file that is not there")
    problems += [Problem(Location(f"{source}:{path}"), absent) for path in sorted(meant.keys() - files.keys())]
    return Bundle(tuple(found.values()), tuple(problems))


def write_bundle(bundle: Bundle) -> bytes:
    """The bundle as a zip archive with a manifest, which `open_bundle` takes; the same files give the same bytes."""
    files: dict[str, bytes] = {}
    listed: dict[str, Any] = {}
    for file in bundle.files:
        path = f"{file.kind.value}/{file.digest[:16]}.{ENDINGS[file.kind]}"
        files[path] = file.content
        listed[path] = {"name": file.name, "kind": file.kind.value, "sha256": file.digest}
    manifest = {"format": FORMAT, "files": dict(sorted(listed.items()))}
    files[MANIFEST] = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
    return write_archive(files)


def _held(path: str, content: bytes, meant: Mapping[str, _Meant], pinned: Mapping[str, str]) -> Bundled | Reason:
    """The file, once its digest says what it is; or why it isn't taken."""
    if len(content) > MAX_FILE_BYTES:
        return Reason("file-too-large", {"limit": MAX_FILE_BYTES // 2**20},
                      N_("the file is larger than {limit} MiB, the most that is read"))
    digest = hashlib.sha256(content).hexdigest()
    said = meant.get(path)
    if said is not None and said.digest != digest:
        return Reason("file-altered", {"name": said.name, "found": digest, "stated": said.digest},
                      N_("altered: the SHA-256 of {name} is {found}, and the manifest says {stated}"))
    known = BY_DIGEST.get(digest)
    if known is None and digest in pinned:
        return Bundled(pinned[digest], Kind.ANCHORS, digest, content)
    if known is None:
        name = said.name if said else path
        return Reason("file-unknown", {"name": name, "found": digest},
                      N_("unknown: no file that is trusted has the SHA-256 of {name}, {found}"))
    if said is not None and (said.name not in known.names or said.kind != known.kind):
        return Reason("file-of-another", {"name": said.name, "known": known.name}, N_("the manifest says {name}, and the file is {known}"))
    return Bundled(known.name, known.kind, digest, content)


def _manifest(content: bytes, file: str) -> dict[str, _Meant]:
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


def _entry(entry: object, at: Location) -> _Meant:
    if not isinstance(entry, dict) or entry.keys() != {"name", "kind", "sha256"} or not all(isinstance(one, str) for one in entry.values()):
        raise InputError(N_("a file of the manifest has the members `name`, `kind` and `sha256`"), at)
    return _Meant(entry["name"], entry["kind"], entry["sha256"].lower())
