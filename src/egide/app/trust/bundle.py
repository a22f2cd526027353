"""What is at hand for verification: kept in one file in the home of the person, brought from files and folders, fetched when asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app import locking
from egide.app.files import cache, home, read, write
from egide.trust.dids.identifiers import Did, Fetched, address_of, read_did
from egide.trust.linked.archive import MAX_ARCHIVE_BYTES, MAX_BYTES, MAX_FILE_BYTES, MAX_FILES
from egide.trust.linked.bundle import Bundle, Bundled, open_bundle, read_bundle, write_bundle
from egide.trust.linked.known import KNOWN, Kind
from egide.trust.shapes import compile_shapes, load_shapes
from egide.trust.shapes.model import FORMAT
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.findings import Problem, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.trust.fetching import Network
    from egide.trust.shapes import Shapes

FILE = "bundle.zip"
EMPTY = Bundle(())
ZIP = b"PK"


class UnknownFileError(EgideError):
    """Nothing by that name is at hand."""

    hint = "egide trust bundle show"

    def __init__(self, name: str) -> None:
        super().__init__(N_("the bundle holds nothing named «{name}»"), {"name": name})


@dataclass(frozen=True, slots=True)
class Line:
    """One file that is at hand, or that is known and isn't."""

    name: str
    kind: str
    digest: str | None
    """Nothing when it isn't at hand."""
    known: bool
    """Whether its digest is one that we ship."""
    source: str = ""
    size: int = 0
    read: datetime | None = None


def kept() -> Bundle:
    """What was imported; nothing before the first import. Raises `InputError` when the file is damaged."""
    path = _path()
    return open_bundle(read(path, MAX_ARCHIVE_BYTES), str(path), vouched=True) if path.exists() else EMPTY


def brought(path: Path, *, vouched: bool) -> Bundle:
    """What a file or folder holds: an archive, a folder of files, or one file of any kind that is known.

    Raises `InputError` when it is absent, too large or no archive.
    """
    if path.is_dir():
        files, moments = _folder(path)
        return read_bundle(files, str(path), vouched=vouched, moments=moments)
    content = read(path, MAX_ARCHIVE_BYTES)
    if content.startswith(ZIP):
        return open_bundle(content, str(path), vouched=vouched)
    return read_bundle({path.name: content}, str(path.parent), vouched=vouched, moments={path.name: _moment(path)})


def at_hand(trusted: Sequence[Path] = ()) -> Bundle:
    """What was imported, and what the user names for this once and vouches for thereby."""
    found = kept()
    for path in trusted:
        found = found.joined(brought(path, vouched=True))
    return found


def take_in(path: Path, *, vouched: bool = False) -> Bundle:
    """Keep what a file or folder holds. Returns what was taken, and what was left out as its problems."""
    found = brought(path, vouched=vouched)
    if found.files:
        with _writing():
            _keep(kept().joined(found))
    return found


def give_out(path: Path, *, force: bool = False) -> Bundle:
    """Write all that is kept as one archive, the same bytes for the same files."""
    found = kept()
    write(path, write_bundle(found), force=force)
    return found


def remove(names: Iterable[str]) -> Bundle:
    """Forget files by name, address or digest. Raises `UnknownFileError`; then nothing is forgotten."""
    with _writing():
        found = kept()
        for name in names:
            without = found.without(name)
            if len(without.files) == len(found.files):
                raise UnknownFileError(name)
            found = without
        _keep(found)
    return found


def fetch(
    names: Sequence[str], allowed: Iterable[str], now: datetime, network: Network | None = None, source: str | None = None,
) -> Bundle:
    """Fetch what is known and isn't at hand, or what is named, and keep it. A name is that of a known file, a did:web or an https address.

    ``source``: where a known file lies, when that isn't its name. Returns what was taken; the rest are problems.
    """
    from egide.app.trust.fetching import fetcher

    missing = kept().missing()
    ask = fetcher({*HOSTS, *allowed}, network)
    taken: list[Bundled] = []
    problems = []
    for name in map(_address, names or missing):
        answer = ask(source or name.partition("#")[0])
        if not isinstance(answer, Fetched):
            problems.append(Problem(Location(name), answer.reason.message, answer.reason.args))
            continue
        one = read_bundle({name: answer.content}, "", vouched=True) if name in NAMES else _page(name, answer.content, now)
        taken += one.files
        problems += [replace(problem, at=Location(name)) for problem in one.problems]
    found = Bundle(tuple(taken), tuple(problems))
    if taken:
        with _writing():
            _keep(kept().joined(found))
    return found


def lines(bundle: Bundle) -> list[Line]:
    """What a bundle holds, and what is known and isn't there, by kind and name."""
    sources = {known.digest: known.source for known in KNOWN}
    have = [Line(file.name, file.kind.value, file.digest, file.known, sources.get(file.digest, ""), len(file.content), file.read)
            for file in bundle.files]
    kinds = {name: known.kind.value for known in KNOWN for name in known.names}
    lacking = [Line(name, kinds[name], None, True) for name in bundle.missing()]
    order = [kind.value for kind in Kind]
    return sorted([*have, *lacking], key=lambda line: (order.index(line.kind), line.name, line.digest or ""))


def compiled(bundle: Bundle) -> dict[str, Shapes]:
    """The shapes of a bundle, each compiled once and kept by digest in the cache."""
    return {name: compiled_shapes(turtle, name) for name, turtle in bundle.shapes.items()}


@lru_cache(maxsize=4)
def compiled_shapes(turtle: bytes, name: str) -> Shapes:
    """Shapes from Turtle, or from the cache when the same bytes were compiled before. Raises `InputError` when they are none."""
    digest = hashlib.sha256(turtle).hexdigest()
    path = compiled_path(digest)
    try:
        if path.exists():
            found = load_shapes(path.read_bytes(), str(path))
            if found.digest == f"sha256-{digest}":
                return found
    except (InputError, OSError):
        path.unlink(missing_ok=True)
    made = compile_shapes(turtle, name)
    keep_quietly(path, made.cached())
    return made


def compiled_path(digest: str) -> Path:
    """Where shapes of that SHA-256 are kept, compiled."""
    return cache() / "shapes" / f"{digest}-{FORMAT}.msgpack"


def keep_quietly(path: Path, content: bytes) -> None:
    """Write into the cache; a cache that can't be written to is done without."""
    try:
        write(path, content, force=True)
    except InputError:
        return


NAMES = frozenset(name for known in KNOWN for name in known.names)
NO_PAGE = Reason("no-page", {}, N_("a did:web has a document to fetch; other DIDs are their own key"))
HOSTS = frozenset({"www.w3.org", "w3id.org", "registry.lab.gaia-x.eu"})
"""Where the contexts that are known have their names."""


def _address(name: str) -> str:
    """The address of a DID's document; any other name as it is."""
    did = read_did(name) if name.startswith("did:") else None
    if not isinstance(did, Did):
        return name
    address = address_of(did) if did.method == "web" else NO_PAGE
    if isinstance(address, Reason):
        raise InputError(address.message, Location(name), values=address.args)
    return address


def _page(address: str, content: bytes, now: datetime) -> Bundle:
    return Bundle((Bundled(address, Kind.PAGE, hashlib.sha256(content).hexdigest(), content, now),))


def _path() -> Path:
    return home() / "trust" / FILE


@contextmanager
def _writing() -> Iterator[None]:
    """From reading what is kept to keeping more of it, nobody else writes."""
    folder = _path().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(error.strerror or str(error), Location(str(folder))) from error
    with locking.held(folder):
        yield


def _keep(bundle: Bundle) -> None:
    write(_path(), write_bundle(replace(bundle, problems=())), force=True)


def _folder(folder: Path) -> tuple[dict[str, bytes], dict[str, datetime]]:
    """All files below, hidden ones and links to elsewhere left out."""
    files: dict[str, bytes] = {}
    moments: dict[str, datetime] = {}
    left = MAX_BYTES
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in name.split("/"))
        if hidden or not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            continue
        files[name] = read(path, MAX_FILE_BYTES)
        moments[name] = _moment(path)
        left -= len(files[name])
        if len(files) > MAX_FILES or left < 0:
            raise InputError(N_("a bundle has at most {files} files and {limit} MiB"), Location(str(folder)),
                             values={"files": MAX_FILES, "limit": MAX_BYTES // 2**20})
    return files, moments


def _moment(path: Path) -> datetime:
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
