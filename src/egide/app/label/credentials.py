"""Computed labels as signed credentials: from an assessment to a token with its place in the status lists and in the public log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from egide.app import law
from egide.app.files import read
from egide.app.label import assessing as job
from egide.app.site.label_refusals import TakenIdentifierError
from egide.app.trust import issuing
from egide.app.trust.verify import Sources, gather
from egide.papers.label.bound import Bound, another, bound
from egide.papers.label.credential import Granted, Withheld, claims, granted
from egide.trust.claims import GAIA_X_DAYS
from egide.trust.credentials.issuing import issue as signed
from egide.trust.credentials.results import Mode, Outcome, What
from egide.trust.credentials.times import stamped
from egide.trust.credentials.verifying import verify
from egide.trust.dids.identifiers import offline
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.trust.keys import Found
    from egide.label.scheme import Scheme

USUAL_DAYS = GAIA_X_DAYS
MOST_DAYS = 366
DOCUMENT = "label.json"
UNSUPPORTED = N_("No label is issued: the assessment does not support it.")
OTHER_OFFER = N_("No label is issued: the credentials are not those of the offer that was assessed.")


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment to issue a label from."""

    document: Mapping[str, Any]
    scheme: Scheme
    file: str
    recomputed: bool
    """Whether it was computed here, from the dossier, just now."""
    minimums: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Wish:
    """The label that is asked for."""

    bound: tuple[Bound, ...]
    level: str | None = None
    days: int = USUAL_DAYS
    identifier: str | None = None
    once: bool = False
    """Whether a label of that identifier that was issued before is given again."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label that was issued."""

    granted: Granted
    given: issuing.Given
    until: datetime


def assessed(
    assessment: Path, scheme: str, on: date, *, dossier: Path | None = None, persons: bool = False, both: bool = False,
    minimums: Mapping[str, int] | None = None, lang: str = "fr",
) -> Assessed:  # fmt: skip
    """An assessment: computed from a dossier now, or an earlier one (`label.json`), which ``dossier`` lets compute again.

    Raises `InputError` when the earlier one is not what its dossier gives.
    """
    if assessment.suffix != ".json":
        run = job.run(assessment, scheme, on, persons=persons, both=both, minimums=minimums)
        return Assessed(plain(run, lang), run.scheme, str(assessment), True, minimums or {})
    held = _read_document(assessment)
    known = law.scheme(str(held["scheme"]["id"]))
    if held["scheme"]["digest"] != known.digest:
        raise InputError(N_("the assessment was made with another version of the scheme {scheme}"), Location(str(assessment)),
                         "egide label assess", {"scheme": known.id})
    asked = {one["objective"]: int(one["minimum"]) for one in held["objectives"] if one["minimum"] is not None}
    if dossier is None:
        return Assessed(held, known, str(assessment), False, asked)
    readings = held["parameters"]
    run = job.run(dossier, known.id, date.fromisoformat(held["on"]), persons=bool(readings.get("persons_count")),
                  both=readings.get("either_breach_fails") is False, minimums=asked)  # fmt: skip
    again = Assessed(plain(run, lang), known, str(assessment), True, asked)
    if again.document["offer"]["digest"] != held["offer"]["digest"] or answers_of(again.document) != answers_of(held):
        raise InputError(N_("the dossier {dossier} does not give this assessment"), Location(str(assessment)),
                         "egide label assess", {"dossier": str(dossier)})
    return again


def bound_to(files: Sequence[Path], now: datetime, trusted: Sequence[Path] = ()) -> tuple[Bound, ...] | Withheld:
    """As `bound_in`, of files."""
    return bound_in([(str(path), read(path)) for path in files], now, trusted)


def bound_in(given: Sequence[tuple[str, bytes]], now: datetime, trusted: Sequence[Path] = ()) -> tuple[Bound, ...] | Withheld:
    """The credentials in these, alone or presented, that a label will be given to; or which of them is not good, or not known to be.

    ``given``: names and bytes; ``trusted`` are bundles with the keys and lists of their issuers. Raises `InputError` on what holds none.
    """
    hand, _ = gather(Sources(trusted), offline)
    found: dict[str, Bound] = {}
    for path, content in given:
        verified = verify(content, path, Mode.COMPATIBLE, now, hand.world)
        if verified.outcome is not Outcome.VERIFIED:
            bad = Answer.NOT_MET if verified.outcome is Outcome.REFUSED else Answer.UNKNOWN
            because = tuple(reason for step in verified.steps if step.answer is bad for reason in step.because)
            return Withheld(None, because, verified.outcome is Outcome.REFUSED)
        for part in (part.opened for part in verified.parts if part.opened.what is What.CREDENTIAL):
            identifier = part.document.get("id", part.document.get("@id"))
            if not isinstance(identifier, str) or part.digest is None:
                nameless = N_("a label is given to credentials by their identifier, and this has none")
                raise InputError(nameless, Location(path, path=part.at))
            if identifier in found and found[identifier].digest != part.digest:
                raise InputError(N_("{id} stands twice, with other contents"), Location(path), values={"id": identifier})
            found[identifier] = bound(identifier, part.document, part.digest)
    return tuple(found.values())


def fit_log(desk: Path | None, log: Path | None) -> None:
    """Refuse a log that isn't the one to which the status lists report. Raises `InputError`."""
    if log is None:
        return
    settings, _ = issuing.looked_at(desk)
    folder = desk or issuing.default()
    if settings.log is None or (folder / settings.log).resolve() != log.resolve():
        raise InputError(N_("the status lists were set up with another log than {log}, or with none"), Location(str(folder)),
                         values={"log": str(log)})


def issue(
    made: Assessed, wish: Wish, key: Found, now: datetime, *, desk: Path | None, logged: bool, take_over: bool = False,
) -> Label | Withheld:  # fmt: skip
    """The label, signed, with its place in the status lists and in the public log; or why the assessment supports none.

    It ends with the days that were asked for, and never after what it stands on. None is given to credentials of another offer than the
    one that was assessed.
    """
    if not wish.bound:
        raise InputError(N_("a label is given to credentials: name them with --for"))
    if not 1 <= wish.days <= MOST_DAYS:
        raise InputError(N_("a label counts for 1 to {most} days"), values={"most": MOST_DAYS})
    found = granted(made.document, made.scheme, wish.level, made.file)
    if isinstance(found, Withheld):
        return found
    if because := another(made.document["offer"], wish.bound):
        return Withheld(found.level, because, other_offer=True)
    until = now + timedelta(days=wish.days)
    if found.until is not None:
        until = min(until, datetime.combine(found.until, time(23, 59, 59), UTC))
    if until <= now:
        return Withheld(found.level, (Reason("past", {"until": found.until}, N_("what it stands on ended on {until}")),))
    identifier = wish.identifier or f"urn:uuid:{uuid4()}"
    document = claims(made.document, found, wish.bound, identifier, recomputed=made.recomputed, minimums=made.minimums)
    document |= {"validFrom": stamped(now), "validUntil": stamped(until)}

    def sign(whole: Mapping[str, Any]) -> str:
        return signed(whole, key.signer, key.key.method, now, algorithm=key.key.algorithm, file=made.file)

    with issuing.at_desk(desk, now, take_over=take_over) as place:
        if place.key.key.did != key.key.did:
            raise InputError(N_("the status lists are those of {owner}, and the key is one of {issuer}"), Location(str(place.folder)),
                             values={"owner": place.key.key.did, "issuer": key.key.did})
        if wish.once and (before := _before(place, identifier, document)):
            return Label(found, before, until)
        (given,) = place.issue([issuing.Wanted(document, sign, logged)])
    return Label(found, given, until)


def _before(place: issuing.Desk, identifier: str, document: Mapping[str, Any]) -> issuing.Given | None:
    """The label of that identifier as it was issued; None when there is none. Raises `TakenIdentifierError`."""
    for one in place.register.named(identifier):
        if (text := issuing.token_of(place.folder, one.digest)) is None:
            continue  # the process died before it could be handed out
        if issuing.payload_of(text).get("credentialSubject") != document["credentialSubject"]:
            raise TakenIdentifierError(identifier)
        return issuing.Given(text, one.digest, one.id, one.index, one.logged[0] if one.logged else None)
    return None


def plain(run: job.Run, lang: str = "fr") -> dict[str, Any]:
    """The assessment as plain values. What a label says of it does not depend on the language."""
    values: dict[str, Any] = json.loads(json.dumps(job.document(run, lang), default=str))
    return values


def _read_document(path: Path) -> dict[str, Any]:
    job.previous(path)
    held: dict[str, Any] = json.loads(read(path))
    return held


def answers_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Each requirement of an assessment to its answer."""
    return {str(one["id"]): str(one["answer"]) for one in document["requirements"]}
