"""What is to be taken in, file by file: a file, a folder, an archive, or lines of JSON; each within limits and under a name of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from egide.app.files import ABSENT, TOO_LARGE, read
from egide.app.trust.fetching import fetcher
from egide.catalogue.prices.published import is_published, next_address, whole
from egide.catalogue.recognising import SAMPLE, stands_alone
from egide.trust.dids.identifiers import NotAtHand, offline
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

MAX_FILE_BYTES = 64 * 2**20
"""Of one file as it is read; a token has a limit of its own."""
MAX_FILES = 2_000_000
MAX_ZIP_BYTES = 16 * 2**30
MAX_ZIP_RATIO = 200
"""Credentials and price lists pack to a tenth, at most to a fiftieth; an archive that promises more is made to exhaust its reader."""
MAX_LINE_BYTES = 16 * 2**20
if TYPE_CHECKING:
    from egide.app.trust.fetching import Network
    from egide.store.zips import Zip
    from egide.trust.dids.identifiers import Fetch

LINES = frozenset({".jsonl", ".ndjson"})
WEB = ("http://", "https://")
TOO_MANY = N_("more than {limit} files")
LINE_TOO_LONG = N_("a line of more than {limit} MiB")


@dataclass(frozen=True, slots=True)
class Item:
    """One file's bytes, or why there are none."""

    name: str
    content: bytes
    fault: InputError | None = None
    alone: bool = False
    """Whether it looks like one credential, and so comes after all presentations."""


@dataclass(frozen=True, slots=True)
class Sources:
    """All that was named on the command line."""

    paths: tuple[Path, ...]
    addresses: tuple[str, ...] = ()
    fetch: Fetch = offline

    def names(self) -> list[str]:
        """Where they are, whatever the folder of the run: what makes two imports the same job."""
        return [*(str(path.resolve()) for path in self.paths), *self.addresses]

    def count(self) -> int | None:
        """How many items there are; None when only reading tells."""
        total = len(self.addresses)
        for path in self.paths:
            if path.is_dir():
                total += sum(len(files) for _, _, files in os.walk(path))
            elif _is_lines(path):
                return None
            else:
                total += len(_zip_names(path)) if _is_zip(path) else 1
        return total

    def items(self) -> Iterator[Item]:
        """Every item, in an order that is the same whenever the files are. An item that can't be read is one with a fault.

        Files and lines that look like single credentials come last: presentations may carry them, and what they refer to.
        """
        last: list[Iterator[Item]] = []
        for path in self.paths:
            names: list[str] = []
            last.append(_named(path, names))
            if path.is_dir():
                yield from _folder(path, names, last)
            elif _is_zip(path):
                yield from _archive(path, names)
            elif _is_lines(path):
                yield from _lines(path, path.name, last)
            elif _is_alone(path):
                names.append("")
            else:
                yield Item(path.name, read(path, MAX_FILE_BYTES))
        for address in self.addresses:
            yield _published(address, self.fetch) if is_published(address) else _fetched(address, self.fetch)
        for items in last:
            yield from (replace(item, alone=True) for item in items)


def sources(given: Sequence[str | Path], network: Network | None = None) -> Sources:
    """What the words name: files, and addresses, whose hosts are allowed by being named. Raises `InputError` for what isn't there."""
    addresses = tuple(str(one) for one in given if str(one).startswith(WEB) or is_published(str(one)))
    paths = tuple(Path(one) for one in given if str(one) not in addresses)
    for path in paths:
        if not path.exists():
            raise InputError(ABSENT, Location(str(path)))
    hosts = {urlsplit(next_address(one, ()) or "" if is_published(one) else one).hostname or "" for one in addresses}
    return Sources(paths, addresses, fetcher(hosts, network, max_bytes=MAX_FILE_BYTES) if addresses else offline)


def _fetched(address: str, fetch: Fetch) -> Item:
    answer = fetch(address)
    if isinstance(answer, NotAtHand):
        return Item(address, b"", InputError(answer.reason.message, Location(address), values=answer.reason.args))
    return Item(address, answer.content)


def _published(word: str, fetch: Fetch) -> Item:
    """A published price list, all its pages together. Nothing of it is taken when one can't be had."""
    pages: list[bytes] = []
    while (address := next_address(word, pages)) is not None:
        item = _fetched(address, fetch)
        if item.fault is not None:
            return item
        pages.append(item.content)
        if sum(map(len, pages)) > MAX_FILE_BYTES:
            return Item(word, b"", InputError(TOO_LARGE, Location(word), values={"limit": MAX_FILE_BYTES // 2**20}))
    return Item(word, whole(pages))


def _named(path: Path, names: list[str]) -> Iterator[Item]:
    """The files of these names in a folder or an archive, or the file itself."""
    if names and _is_zip(path):
        with path.open("rb") as file:
            opened = _opened(file, path)
            yield from (Item(name, opened.read(name, MAX_FILE_BYTES)) for name in names)
    else:
        for name in names:
            yield _one(path / name, name or path.name)


def _folder(folder: Path, alone: list[str], last: list[Iterator[Item]]) -> Iterator[Item]:
    """Regular files below, hidden ones and links left out, by name; of those that look like single credentials, the name is noted."""
    count = 0
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(here, name)
            if name.startswith(".") or path.is_symlink():
                continue
            count += 1
            if count > MAX_FILES:
                raise InputError(TOO_MANY, Location(str(folder)), values={"limit": MAX_FILES})
            shown = path.relative_to(folder).as_posix()
            if _is_lines(path):
                yield from _lines(path, shown, last)
            elif _is_alone(path):
                alone.append(shown)
            else:
                yield _one(path, shown)


def _one(path: Path, name: str) -> Item:
    try:
        return Item(name, read(path, MAX_FILE_BYTES))
    except InputError as fault:
        return Item(name, b"", fault)


def _is_alone(path: Path) -> bool:
    """Whether the file looks like a single credential, by how it begins. One that can't be read is left for who reads it."""
    try:
        with path.open("rb") as file:
            return stands_alone(file.read(SAMPLE))
    except OSError:
        return False


def _is_lines(path: Path) -> bool:
    return path.suffix.lower() in LINES


def _lines(path: Path, name: str, last: list[Iterator[Item]]) -> Iterator[Item]:
    """Each line that isn't empty, named by its number; those that look like single credentials are put last.

    A line that is too long can't be told from what follows, so reading ends there.
    """
    alone: list[tuple[int, int]] = []
    try:
        with path.open("rb") as file:
            number = begins = 0
            while line := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                if len(line) > MAX_LINE_BYTES:
                    at = Location(name, row=number)
                    yield Item(f"{name}:{number}", b"", InputError(LINE_TOO_LONG, at, values={"limit": MAX_LINE_BYTES // 2**20}))
                    break
                if stands_alone(line[:SAMPLE]):
                    alone.append((number, begins))
                elif line.strip():
                    yield Item(f"{name}:{number}", line.strip())
                begins += len(line)
    except OSError as error:
        yield Item(name, b"", InputError(error.strerror or str(error), Location(name)))
    if alone:
        last.append(_lines_again(path, name, alone))


def _lines_again(path: Path, name: str, places: list[tuple[int, int]]) -> Iterator[Item]:
    """Lines by their numbers and where they begin."""
    with path.open("rb") as file:
        for number, begins in places:
            file.seek(begins)
            yield Item(f"{name}:{number}", file.readline(MAX_LINE_BYTES).strip())


def _is_zip(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04" and path.suffix.lower() not in {".xlsx", ".ods"}


def _zip_names(path: Path) -> list[str]:
    with path.open("rb") as file:
        return sorted(_opened(file, path).sizes)


def _archive(path: Path, alone: list[str]) -> Iterator[Item]:
    with path.open("rb") as file:
        opened = _opened(file, path)
        for name in sorted(opened.sizes):
            if any(part.startswith((".", "__MACOSX")) for part in name.split("/")):
                continue
            try:
                content = opened.read(name, MAX_FILE_BYTES)
            except InputError as fault:
                yield Item(name, b"", fault)
                continue
            if stands_alone(content[:SAMPLE]):
                alone.append(name)
            else:
                yield Item(name, content)


def _opened(file: BinaryIO, path: Path) -> Zip:
    from egide.store.zips import Limits, Zip

    return Zip(file, path.name, Limits(MAX_FILES, MAX_FILE_BYTES, MAX_ZIP_BYTES, MAX_ZIP_RATIO))
