"""A signed label held against its dossier: computed again to the same bytes, or suspended because something it says has turned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from egide.app import law
from egide.app.files import read
from egide.app.label import assessing as job
from egide.app.label.credentials import answers_of, plain
from egide.app.trust import issuing
from egide.papers.label.bound import Bound
from egide.papers.label.credential import COMPUTED, Granted, Withheld, claims, computed_part, granted, member
from egide.trust.credentials.binding import is_label
from egide.trust.credentials.model import subjects
from egide.trust.credentials.opening import open_file
from egide.trust.credentials.results import Mode, What
from egide.trust.register import Entry, Standing
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_, language


@dataclass(frozen=True, slots=True)
class Held:
    """A signed label, read: not yet believed."""

    file: str
    document: Mapping[str, Any]
    subject: Mapping[str, Any]
    evidence: Mapping[str, Any]

    def said(self, name: str) -> Any:
        """A member of the evidence."""
        return member(self.evidence, name)

    @property
    def criteria(self) -> tuple[str, ...]:
        """The requirements that it says are met."""
        found = member(self.subject, "validatedCriteria")
        return tuple(str(one) for one in (found if isinstance(found, list) else [found] if found else []))

    @property
    def level(self) -> str | None:
        """Its level, in a scheme that has levels."""
        found = member(self.subject, "labelLevel")
        return found if isinstance(found, str) else None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What computing a label again came to."""

    answer: Answer
    """Met: the same bytes. Unknown: only the engine is another one. Not met: something differs."""
    differences: tuple[Reason, ...]


def held(path: Path) -> Held:
    """A signed label of ours. Raises `InputError` when it is none."""
    parts = [part for part in open_file(read(path), str(path), Mode.COMPATIBLE) if part.what is What.CREDENTIAL and is_label(part.document)]
    if len(parts) != 1 or parts[0].faults:
        raise InputError(N_("not one computed label"), Location(str(path)), "egide label issue")
    document = parts[0].document
    proof = document.get("evidence")
    subject = subjects(document)
    if not isinstance(proof, dict) or proof.get("type") != COMPUTED or len(subject) != 1:
        raise InputError(N_("a label without what it takes to compute it again"), Location(str(path)), "egide label issue")
    return Held(str(path), document, subject[0], proof)


def recompute(label: Held, dossier: Path, lang: str = "fr") -> Recomputed:
    """Compute a label again from the dossier, as of its day, with the schemes that ship; its signature is another question.

    Raises `InputError` when the dossier can't be read, or the label names a scheme that isn't known here.
    """
    minimums = {name.removeprefix("egide:minimum-"): int(level) for name, level in _readings(label).items() if "minimum-" in name}
    on = _day(label.said("assessedOn"), label.file)
    scheme = law.scheme(str(label.said("scheme")))
    persons, both = _reading(label, "personsCount") is True, _reading(label, "eitherBreachFails") is False
    run = job.run(dossier, scheme.id, on, persons=persons, both=both, minimums=minimums)
    document = plain(run, lang)
    found = granted(document, scheme, label.level, label.file)
    bound = tuple(_bound(one) for one in _listed(member(label.subject, "compliantCredentials")))
    again: dict[str, Any] = {}
    if isinstance(found, Granted):
        again = claims(document, found, bound, str(label.document.get("id")), recomputed=label.said("recomputedByIssuer") is True,
                       minimums=minimums)  # fmt: skip
        if computed_part(again) == computed_part(label.document):
            return Recomputed(Answer.MET, ())
    return _compared(label, document, found, again)


def turned(label: Held, document: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Requirements of the label that an assessment no longer finds met at its level."""
    level = next((one for one in document["levels"] if one["level"] == label.level), None)
    answers = answers_of(document)
    short = set(level["missing"]) if level is not None else {number for number, answer in answers.items() if answer != Answer.MET}
    gone = [number for number in label.criteria if number in short or number not in answers]
    return tuple(Reason("turned", {"requirement": number, "answer": answers.get(number, "unknown")},
                        N_("{requirement} is {answer}")) for number in gone)  # fmt: skip


def suspend(
    label: Held, because: Sequence[Reason], on: date, now: datetime, lang: str, *, desk: Path | None, take_over: bool = False,
) -> list[Entry]:  # fmt: skip
    """Suspend a label whose requirements have turned; what had to be suspended. One that is revoked or suspended already stays so."""
    said = language(lang)
    words = "; ".join(said.text(one.message, one.args) for one in because[:20])
    reason = said.text(N_("requirements of the label have turned on {on}: {what}"), {"on": on.isoformat(), "what": words})
    with issuing.at_desk(desk, now, take_over=take_over) as place:
        alive = [one for one in place.find(label.file) if one.standing is Standing.VALID]
        return place.decide(alive, Standing.SUSPENDED, reason)


def _compared(label: Held, document: Mapping[str, Any], found: Granted | Withheld, again: Mapping[str, Any]) -> Recomputed:
    """What differs, what explains most first."""
    differences: list[Reason] = []

    def differ(code: str, said: object, here: object, message: str) -> None:
        if said != here:
            differences.append(Reason(code, {"said": said, "here": here}, message))

    engine = label.said("engineVersion"), document["engine"]
    differ("engine", *engine, N_("engine: {said} in the label, {here} here"))
    differ("rules", label.said("rulesDigest"), f"sha256-{document['scheme']['digest']}", N_("rulebook: {said} in the label, {here} here"))
    differ("facts", label.said("factsDigest"), f"sha256-{document['offer']['digest']}", N_("facts: {said} in the label, {here} here"))
    line = member(again.get("evidence", {}), "catalogueLine") if again else label.said("catalogueLine")
    differ("catalogue", label.said("catalogueLine"), line, N_("line of the catalogue: {said} in the label, {here} here"))
    if isinstance(found, Withheld):
        differences.append(Reason("withheld", {"level": label.level or "—"}, N_("the dossier no longer supports the label at that level")))
        differences.extend(found.because)
    else:
        gone = tuple(one for one in label.criteria if one not in found.criteria)
        more = tuple(one for one in found.criteria if one not in label.criteria)
        if gone or more:
            differences.append(Reason("criteria", {"gone": gone or "—", "more": more or "—"},
                                      N_("requirements of the label that are not met here: {gone}; met here and not in the label: {more}")))
        report = member(again["evidence"], "reportDigest")
        differ("report", label.said("reportDigest"), report, N_("report: {said} in the label, {here} here"))
    if not differences:
        differences.append(Reason("words", {}, N_("the words of the label were changed")))
    only_engine = {one.code for one in differences} == {"engine"}
    return Recomputed(Answer.UNKNOWN if only_engine else Answer.NOT_MET, tuple(differences))


def _bound(said: Any) -> Bound:
    one = said if isinstance(said, dict) else {}
    return Bound(str(one.get("id")), str(member(one, "credentialType")), str(member(one, "digestSRI")))


def _readings(label: Held) -> Mapping[str, Any]:
    found = label.said("readings")
    return found if isinstance(found, dict) else {}


def _reading(label: Held, name: str) -> Any:
    return member(_readings(label), name)


def _day(said: object, file: str) -> date:
    try:
        return date.fromisoformat(str(said))
    except ValueError as error:
        raise InputError(N_("a label without what it takes to compute it again"), Location(file), "egide label issue") from error


def _listed(said: object) -> list[Any]:
    return said if isinstance(said, list) else [] if said is None else [said]
