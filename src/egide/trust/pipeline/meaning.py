"""Steps 6 and 7: what each credential says, by contexts that were held against digests; and whether the shapes want it so.

Shapes judge what is said of the subjects, never the envelope. A node's class may be stated by another credential of the same file, and
nothing else is taken from there. No node that a shape speaks of means that nothing was judged: that is not evaluated, and never agreement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from egide.trust.credentials.results import MET, UNKNOWN, Mode, Opened, Step, StepName, What
from egide.trust.linked.subjects import Claims, claims, near_misses
from egide.trust.shapes import Focus, classes_stated
from egide.trust.shapes import Mode as FocusMode
from egide.trust.shapes.graph import RDF_TYPE
from egide.trust.shapes.report import said
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.linked.data import LinkedData, Reading
    from egide.trust.shapes import Graph, Report, Shapes

TOKEN_CLAIMS = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"})
"""Members of a token's payload that are the token's (RFC 7519, 4.1; RFC 7800) and mean nothing in JSON-LD."""
PRESENTED = TOKEN_CLAIMS | {"verifiableCredential"}
MOST_TOLD = 20
"""Violations of one credential that a step tells; the number of all stands in its first reason."""
USUAL_PREFIXES = ("gx:", "schema:", "vcard:")
CREDENTIAL, SHAPES = What.CREDENTIAL, StepName.SHAPES
FOCUS_MODES: Mapping[Mode, FocusMode] = {Mode.STRICT: FocusMode.STRICT, Mode.COMPATIBLE: FocusMode.COMPATIBLE}


class Meaning(msgspec.Struct, frozen=True):
    """What one part of a file says."""

    opened: Opened
    reading: Reading
    claims: Claims | None
    """What a credential says of its subjects; nothing of a presentation, nor when the meaning isn't known."""


def meanings(parts: Sequence[Opened], linked: LinkedData, mode: Mode) -> list[Meaning]:
    """What the parts say, of those that could be read (step 1)."""
    return [_meaning(part, linked, mode) for part in parts if not part.faults]


def shape_steps(found: Sequence[Meaning], shapes: Shapes | None, release: str | None, mode: Mode, *, own: bool) -> Iterator[Step]:
    """Step 7, of each credential. ``own``: whether the user brought the shapes, so that it is told."""
    every = [one.claims.graph for one in found if one.claims]
    beside = classes_stated(every) if len(every) > 1 else None
    alike = near_misses(every)
    for one in found:
        if one.opened.what is not CREDENTIAL:
            continue
        if shapes is None:
            absent = Reason("shapes-absent", {"release": release or "?"}, N_("the shapes {release} are not at hand"))
            yield Step(StepName.SHAPES, Answer.UNKNOWN, (absent,), one.opened.at)
        elif one.claims is None:
            unread = Reason("meaning-unknown", {}, N_("what it says is not known, so nothing could be judged"))
            yield Step(StepName.SHAPES, Answer.UNKNOWN, (unread,), one.opened.at)
        else:
            report = shapes.validate(one.claims.graph, Focus(one.claims.subjects, FOCUS_MODES[mode]), beside)
            odd = _prefixes(one.claims) if report.conforms is UNKNOWN else ()
            yield _told(report, one.opened.at, (*odd, *_own(shapes, own), *alike))


def _meaning(part: Opened, linked: LinkedData, mode: Mode) -> Meaning:
    reading = linked.read(_document(part), mode)
    known = part.what is CREDENTIAL and reading.answer is MET
    return Meaning(part, reading, claims(reading) if known else None)


def _document(part: Opened) -> Mapping[str, Any]:
    """The document without the claims of its token, and a signed presentation without what it carries, which are parts of their own."""
    document = part.document
    if part.compact is None:
        return document
    others = TOKEN_CLAIMS if part.what is CREDENTIAL else PRESENTED
    return document if others.isdisjoint(document) else {name: value for name, value in document.items() if name not in others}


def _told(report: Report, at: str, flags: tuple[Reason, ...]) -> Step:
    if not (report.results or report.flags or flags):
        return Step(SHAPES, report.conforms, (report.reason,), at)
    told = [(one.message, said(one.focus)) for one in report.results[:MOST_TOLD]]
    wrong = tuple(Reason(why.code, {**why.args, "node": node}, why.message) for why, node in told)
    return Step(StepName.SHAPES, report.conforms, (report.reason, *wrong, *report.flags, *flags), at)


def _prefixes(found: Claims) -> tuple[Reason, ...]:
    """Prefixes of Gaia-X that stand where none is defined: JSON-LD takes `gx:name` for an address then, of which no shape speaks."""
    named = [name for own in found.graph.nodes.values() for name in (*own, *own.get(RDF_TYPE, ()))]
    named += [name for types in found.subjects.values() for name in types]
    undefined = sorted({prefix for prefix in USUAL_PREFIXES for name in named if str(name).startswith(prefix)})
    if not undefined:
        return ()
    return (Reason("prefix-undefined", {"prefixes": tuple(undefined)}, N_("no context of the credential says what {prefixes} stands for")),)


def _own(shapes: Shapes, own: bool) -> tuple[Reason, ...]:
    if not own:
        return ()
    brought = N_("judged by shapes that you brought ({digest}), and by no release of Gaia-X")
    return (Reason("shapes-own", {"digest": shapes.digest}, brought),)


def graphs(found: Sequence[Meaning]) -> dict[str, Graph]:
    """What each credential says of its subjects, by the place of the credential."""
    return {one.opened.at: one.claims.graph for one in found if one.claims}
