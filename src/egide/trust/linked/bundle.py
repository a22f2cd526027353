"""What verification needs of others' files, for a machine that asks nobody: contexts, shapes, anchors, issuers and pages, by digest.

A bundle is a folder or a zip archive. Contexts and shapes are known by their content, whatever their files are called; a digest that
we ship (`egide.trust.linked.known`) says what each is. Nobody but the user can vouch for the rest (whom to trust, what lay behind an
address), so it is taken only when the user does. A manifest says what each file is meant to be; a file that is something else, or
nothing that is known, is left out and named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from egide.trust.dids.identifiers import Fetched
from egide.trust.linked.archive import MAX_BYTES, MAX_FILE_BYTES, MAX_FILES, read_archive, write_archive
from egide.trust.linked.known import BY_DIGEST, KNOWN, NAMES, Kind
from egide.trust.linked.manifest import FORMAT, MANIFEST, Meant, read_manifest
from egide.trust.linked.recognising import recognised
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem, Reason
from egide.vocabulary.language import N_

ENDINGS: Mapping[Kind, str] = {Kind.CONTEXT: "jsonld", Kind.SHAPES: "ttl", Kind.ANCHORS: "pem", Kind.ISSUERS: "json", Kind.PAGE: "page"}
NO_MOMENTS: Mapping[str, datetime] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Bundled:
    """One file that is what it says."""

    name: str
    kind: Kind
    digest: str
    """SHA-256, hexadecimal."""
    content: bytes
    read: datetime | None = None
    """Of a page, when it lay behind its address."""

    @property
    def known(self) -> bool:
        """Whether a digest that we ship says what it is."""
        return self.digest in BY_DIGEST


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
        found = {file.name: file.content for file in self.files if file.kind is Kind.CONTEXT and not file.known}
        for known in reversed(KNOWN):
            if known.digest in held:
                found.update(dict.fromkeys(known.names, held[known.digest]))
        return found

    @property
    def shapes(self) -> dict[str, bytes]:
        """Each release to its shapes, in Turtle."""
        return self._of(Kind.SHAPES)

    @property
    def anchors(self) -> dict[str, bytes]:
        """Each list of anchors."""
        return self._of(Kind.ANCHORS)

    @property
    def issuers(self) -> dict[str, bytes]:
        """Each list of issuers."""
        return self._of(Kind.ISSUERS)

    @property
    def pages(self) -> dict[str, Fetched]:
        """What lay behind addresses, and when."""
        return {file.name: Fetched(file.content, file.read) for file in self.files if file.kind is Kind.PAGE}

    def missing(self) -> tuple[str, ...]:
        """Names that are known, and for which there is no file."""
        have = {*self.contexts, *self.shapes}
        return tuple(dict.fromkeys(known.name for known in KNOWN if known.name not in have))

    def joined(self, other: Bundle) -> Bundle:
        """Both together. Of two pages for one address, the one read later; of two lists of one name, the other's."""
        return Bundle(_each_once((*self.files, *other.files)), (*self.problems, *other.problems))

    def without(self, name: str) -> Bundle:
        """The bundle less the files of that name, or of that digest."""
        return replace(self, files=tuple(file for file in self.files if name not in (file.name, file.digest)))

    def _of(self, kind: Kind) -> dict[str, bytes]:
        return {file.name: file.content for file in self.files if file.kind is kind}


def _each_once(every: Iterable[Bundled]) -> tuple[Bundled, ...]:
    """Pages and lists of issuers by name, the later one; the rest by content."""
    files: dict[tuple[str, ...], Bundled] = {}
    for file in every:
        key = (file.kind, file.name) if file.kind in (Kind.PAGE, Kind.ISSUERS) else (file.kind, file.name, file.digest)
        before = files.get(key)
        if before is None or before.read is None or file.read is None or file.read >= before.read:
            files[key] = file
    return tuple(files.values())


def open_bundle(content: bytes, file: str, *, vouched: bool = False) -> Bundle:
    """A bundle from a zip archive; as `read_bundle`, and as `read_archive` says."""
    return read_bundle(read_archive(content, file), file, vouched=vouched)


def read_bundle(
    files: Mapping[str, bytes], source: str = "bundle", *, vouched: bool = False, moments: Mapping[str, datetime] = NO_MOMENTS,
) -> Bundle:
    """A bundle from its files, each under its path.

    ``vouched``: the user vouches for whoever put it together, so that anchors, issuers, pages and contexts that we know no digest of are
    taken too. ``moments``: when a page was read, by path, where the manifest doesn't say. A file that is altered, unknown or announced
    and absent becomes a problem that names it. Raises `InputError` when the manifest is unreadable or there is too much.
    """
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_BYTES:
        raise InputError(N_("a bundle has at most {files} files and {limit} MiB"), Location(source),
                         values={"files": MAX_FILES, "limit": MAX_BYTES // 2**20})
    meant = read_manifest(files[MANIFEST], f"{source}:{MANIFEST}") if MANIFEST in files else {}
    found = []
    problems = []
    for path, content in sorted(files.items()):
        if path == MANIFEST:
            continue
        one = _held(path, content, meant.get(path), vouched, moments.get(path))
        if isinstance(one, Reason):
            problems.append(Problem(Location(f"{source}:{path}"), one.message, one.args))
        else:
            found.append(one)
    absent = N_("the manifest names a file that is not there")
    problems += [Problem(Location(f"{source}:{path}"), absent) for path in sorted(meant.keys() - files.keys())]
    return Bundle(_each_once(found), tuple(problems))


def write_bundle(bundle: Bundle) -> bytes:
    """The bundle as a zip archive with a manifest, which `open_bundle` takes; the same files give the same bytes."""
    files: dict[str, bytes] = {}
    listed: dict[str, Any] = {}
    for file in bundle.files:
        name = hashlib.sha256(f"{file.name}\n{file.digest}".encode()).hexdigest()[:16]
        path = f"{file.kind.value}/{name}.{ENDINGS[file.kind]}"
        files[path] = file.content
        listed[path] = {"name": file.name, "kind": file.kind.value, "sha256": file.digest} | (
            {"read": file.read.isoformat()} if file.read else {}
        )
    manifest = {"format": FORMAT, "files": dict(sorted(listed.items()))}
    files[MANIFEST] = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
    return write_archive(files)


def _held(path: str, content: bytes, said: Meant | None, vouched: bool, moment: datetime | None) -> Bundled | Reason:
    """The file, once its digest says what it is, or whoever vouches for it; or why it isn't taken."""
    if len(content) > MAX_FILE_BYTES:
        return Reason("file-too-large", {"limit": MAX_FILE_BYTES // 2**20},
                      N_("the file is larger than {limit} MiB, the most that is read"))
    digest = hashlib.sha256(content).hexdigest()
    if said is not None and said.digest != digest:
        return Reason("file-altered", {"name": said.name, "found": digest, "stated": said.digest},
                      N_("altered: the SHA-256 of {name} is {found}, and the manifest says {stated}"))
    known = BY_DIGEST.get(digest)
    if known is None:
        return _unknown(path, content, digest, said, vouched, moment)
    if said is not None and (said.name not in known.names or said.kind != known.kind):
        return Reason("file-of-another", {"name": said.name, "known": known.name}, N_("the manifest says {name}, and the file is {known}"))
    return Bundled(known.name, known.kind, digest, content)


def _unknown(path: str, content: bytes, digest: str, said: Meant | None, vouched: bool, moment: datetime | None) -> Bundled | Reason:
    """A file that no digest of ours speaks of."""
    told = (Kind(said.kind), said.name) if said is not None and said.kind in tuple(Kind) else recognised(path, content)
    kind, name = told or (None, said.name if said else path)
    if kind is None or kind is Kind.SHAPES or (kind is Kind.CONTEXT and name in NAMES):
        return Reason("file-unknown", {"name": name, "found": digest},
                      N_("unknown: no file that is trusted has the SHA-256 of {name}, {found}"))
    if kind is Kind.PAGE and not name.startswith("https://"):
        return Reason("page-address", {"name": name[:200]}, N_("{name} is not the https address of a page"))
    if not vouched:
        return Reason("not-vouched-for", {"name": name[:200], "kind": kind.value},
                      N_("left out: nobody but you can vouch for {name} ({kind})"))
    return Bundled(name, kind, digest, content, (said.read if said else None) or (moment if kind is Kind.PAGE else None))
