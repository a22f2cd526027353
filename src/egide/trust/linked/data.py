"""Linked data as statements: a JSON-LD document, the contexts at hand, and what the one says by the others.

Contexts come from a bundle whose files were held against digests; none is ever fetched. A document that names another is not
evaluated, and the context is named. What JSON-LD would pass over in silence (an undefined term, a relative identifier) is found: a
signature that covers less than what people read covers nothing (VC Data Integrity 1.0, 2.4.3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from egide.trust.credentials.results import MET, NOT_MET, Mode, Step, StepName
from egide.trust.jose_json import read_object
from egide.trust.linked.canonical import canonical_form
from egide.trust.linked.definitions import BeyondError, UnknownContextError
from egide.trust.linked.general import General, RefusedError, Spread
from egide.trust.linked.quick import Loss, Lost, Walk
from egide.trust.linked.terms import Library
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.linked.rdf import Quad

MOST_SAID = 20
"""Losses of one document that are told."""
LOSSES: Mapping[Loss, str] = {
    Loss.TERM: N_("no context says what `{text}` means"),
    Loss.IDENTIFIER: N_("the identifier `{text}` is relative, and there is nothing that it is relative to"),
    Loss.TYPE: N_("no context says what the type `{text}` is"),
}


class Reading(msgspec.Struct, frozen=True):
    """What a document says."""

    answer: Answer
    """MET when all of it has a meaning by contexts at hand, UNKNOWN when a context is not at hand, NOT_MET when it is no linked data."""
    because: tuple[Reason, ...] = ()
    """Why; when it is met, what was let through."""
    quads: tuple[Quad, ...] = ()
    """Its statements; those that remain when something is lost."""
    contexts: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Each context that it names, to the SHA-256 of the file that was read for it."""
    lost: tuple[Lost, ...] = ()
    quick: bool = True
    """Whether the tables were enough."""
    span: tuple[int, int] | None = None
    """Where the quads of the subjects begin and end, when they stand in one place."""
    types: tuple[str, ...] = ()
    """The IRIs of the outermost object's own types, when the tables were enough."""

    def canonical(self) -> bytes | Reason:
        """The canonical N-Quads of its statements, or why they have none."""
        return canonical_form(self.quads)

    def step(self, at: str = "$") -> Step:
        """Step 6 of a verification: contexts by digest, never from the network."""
        return Step(StepName.CONTEXTS, self.answer, self.because, at)


class LinkedData:
    """A reader with contexts at hand. It may serve many threads."""

    def __init__(self, contexts: Mapping[str, bytes]) -> None:
        """``contexts``: each name to its document. Raises `InputError` when one is not JSON."""
        self.digests = {name: hashlib.sha256(content).hexdigest() for name, content in contexts.items()}
        self._contexts = {name: _context(content, name) for name, content in contexts.items()}
        self._library = Library(self._contexts)

    def read(self, document: Mapping[str, Any], mode: Mode = Mode.STRICT) -> Reading:
        """What the document says. In the compatible mode what is lost is told, and not held against it."""
        walk = Walk()
        try:
            walk.document(dict(document), self._library)
            return self._read(walk, mode, quick=True)
        except UnknownContextError as unknown:
            return _unknown(unknown.name)
        except BeyondError:
            return self.read_whole(document, mode)

    def read_whole(self, document: Mapping[str, Any], mode: Mode = Mode.STRICT) -> Reading:
        """The same by the general processor alone."""
        try:
            return self._read(self._general.read(document), mode, quick=False)
        except UnknownContextError as unknown:
            return _unknown(unknown.name)
        except RefusedError as refused:
            return Reading(Answer.NOT_MET, (refused.reason,), quick=False)

    @cached_property
    def _general(self) -> General:
        return General(self._contexts)

    def _read(self, found: Walk | Spread, mode: Mode, *, quick: bool) -> Reading:
        lost = tuple(found.lost)
        because = _told(lost) if lost else ()
        answer = NOT_MET if lost and mode is Mode.STRICT else MET
        contexts = {name: self.digests[name] for name in found.names}
        spans, types = (found.spans, found.types) if isinstance(found, Walk) else ((), ())
        return Reading(answer, because, tuple(found.quads), contexts, lost, quick, spans[0] if len(spans) == 1 else None, types)


def _told(lost: tuple[Lost, ...]) -> tuple[Reason, ...]:
    return tuple(Reason(f"lost-{loss.what}", {"text": loss.text[:80]}, LOSSES[loss.what]) for loss in lost[:MOST_SAID])


def _unknown(name: str) -> Reading:
    return Reading(Answer.UNKNOWN, (Reason("context-unknown", {"context": name[:200]}, N_("the context {context} is not at hand")),))


def _context(content: bytes, name: str) -> Any:
    document = read_object(content)
    if isinstance(document, Reason):
        raise InputError(document.message, Location(name), values=document.args)
    return document.get("@context", {})
