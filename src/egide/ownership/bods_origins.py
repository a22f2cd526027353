"""Who said a statement of BODS 0.4, when and where: one value for each that is met, since a register repeats them by the million."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NoReturn

import msgspec

from egide.ownership.bods_shapes import VERSION, Publication, Source
from egide.ownership.holdings import Origin
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.ownership.bods_shapes import Statement
    from egide.ownership.complaints import Complaints

KEPT = 200_000
"""Different publication details or sources that are remembered; those beyond are read again each time."""
OTHER_VERSION = N_("this is BODS {found}; version {read} is read")
ASK_VERSION = N_("ask the publisher for version 0.4, or convert the file with Open Ownership's tools")
NO_DAY = N_("«{cell}» is not a date (YYYY-MM-DD); the statement is kept without it.")

_publication = msgspec.json.Decoder(Publication | None).decode
_where = msgspec.json.Decoder(Source | None).decode
_WRONG = (msgspec.MsgspecError, UnicodeError, RecursionError)


class Speaker:
    """One source as it is written, with the last day that it spoke on: statements of one declaration follow each other."""

    __slots__ = ("issuer", "last", "said", "where")

    def __init__(self, issuer: str, where: str) -> None:
        self.issuer, self.where = issuer, where
        self.said: str | None = None
        self.last = Origin(issuer, None, where)


class _Publisher:
    """Publication details as they are written, with the sources that were met under them."""

    __slots__ = ("name", "sources")

    def __init__(self, name: str) -> None:
        self.name = name
        self.sources: dict[bytes, Speaker] = {}


class Origins:
    """Days and origins of one file."""

    def __init__(self, file: str, complaints: Complaints) -> None:
        self.file, self._complaints = file, complaints
        self._known: dict[bytes, _Publisher] = {}
        self.words, self._name, self.sources = msgspec.Raw(b""), "", dict[bytes, Speaker]()
        """The publication that speaks now: as written, its publisher, the sources met under it."""

    def day(self, said: str, number: int) -> date | None:
        """The day of a date or a time; None with a problem when it is neither."""
        try:
            return date.fromisoformat(said)  # faster than to look it up among all days of a long file
        except ValueError:
            pass
        try:
            return date.fromisoformat(said[:10])
        except ValueError:
            self._complaints.add(NO_DAY, {"cell": said[:40]}, row=number)
            return None

    def on(self, source: Speaker, said: str | None, number: int) -> Origin:
        """Whoever speaks in a source, on that day."""
        on = None if said is None else self.day(said, number)
        origin = Origin(source.issuer, on, source.where)
        if on is not None or said is None:  # what is no date is said of each statement
            source.said, source.last = said, origin
        return origin

    def follow(self, statement: Statement, number: int) -> None:
        """Turn to who publishes the statement. Raises `InputError` for another version of BODS."""
        if statement.publicationDetails != self.words:
            self._turn_to(bytes(statement.publicationDetails), number)

    def refuse(self, version: str, number: int) -> NoReturn:
        """Raise the error that says which version is read."""
        raise InputError(OTHER_VERSION, Location(self.file, row=number), ASK_VERSION, {"found": version[:20], "read": VERSION})

    def _publisher(self, raw: bytes, number: int) -> str:
        try:
            published = _publication(raw)
        except _WRONG:
            published = None
        name = ""
        if published is not None:
            if published.bodsVersion not in {None, VERSION}:
                self.refuse(str(published.bodsVersion), number)
            name = (published.publisher.name if published.publisher else None) or ""
        return name

    def _turn_to(self, words: bytes, number: int) -> None:
        """Another publisher, or another publication: its sources are kept apart, since it is the issuer of those that name none."""
        publisher = self._known.get(words)
        if publisher is None:
            publisher = _Publisher(self._publisher(words, number))
            if len(self._known) < KEPT:
                self._known[words] = publisher
        self.words, self._name, self.sources = msgspec.Raw(words), publisher.name, publisher.sources

    def source(self, words: bytes) -> Speaker:
        """A source that was not met before: whoever asserts it, else the publisher, else the file."""
        try:
            source = _where(words)
        except _WRONG:
            source = None
        issuer = where = ""
        if source is not None:
            issuer = " / ".join(sorted({agent.name for agent in source.assertedBy or () if agent.name}))
            where = source.description or source.url or ""
        found = Speaker(issuer or self._name or self.file, where or self.file)
        if len(self.sources) < KEPT:
            self.sources[words] = found
        return found
