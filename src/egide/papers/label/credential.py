"""An assessment as a label that can be signed: what it says, for which credentials, and what it takes to compute it again.

In a Gaia-X scheme the subject is a `gx:LabelCredential` and nothing else, as its shape is closed; any other scheme's label has the same
fields under a name of ours. What others need to compute it again stands beside it, in `evidence` (VC Data Model 2.0, 5.6): the digests of
facts, scheme and report, the engine, the day, the readings. It says of itself that it is computed, and no qualification
(SecNumCloud 3.2, annex 2 c).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from egide.papers.label.document import SCHEMA
from egide.trust.claims import GAIA_X_CONTEXT
from egide.trust.credentials.model import CONTEXT
from egide.trust.jose_json import canonical
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import LANGUAGES, N_, language

if TYPE_CHECKING:
    from egide.label.scheme import Scheme
    from egide.papers.label.bound import Bound

NAMESPACE = "urn:egide:label:"
PREFIX = "egide"
GAIA_X = "gaia-x-"
"""How the schemes begin whose labels are Gaia-X's own."""
COMPUTED = "egide:ComputedAssessment"
WORDS = frozenset({"text", "title", "headline", "worth", "remedy", "lang", "gaps", "problems"})
"""Members of an assessment that are words, or that depend on where its files lie: the report is the rest."""
PART = ("@context", "id", "type", "description", "credentialSubject", "evidence")
"""What computing again must give, byte for byte."""
NATURE = N_(
    "Computed label: evidence for a file. It is no qualification, and proves nothing under article 31 of the SREN law or rule R9: only "
    "ANSSI qualifies a service, by its catalogue and the service agreement together (SecNumCloud 3.2, annex 2 c)."
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Granted:
    """What an assessment supports."""

    level: str | None
    criteria: tuple[str, ...]
    """Requirements that the label says are met."""
    until: date | None
    """The last day on which all that it stands on holds."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why no label is issued: what is not met, or not known."""

    level: str | None
    because: tuple[Reason, ...]
    evaluated: bool = True
    """False when it isn't known whether the credentials that the label would be given to are good."""
    other_offer: bool = False
    """Whether the credentials are not, or not provably, of the offer that was assessed."""


def granted(document: Mapping[str, Any], scheme: Scheme, level: str | None, file: str) -> Granted | Withheld:
    """The label that the assessment supports at that level, at the highest it reaches, or none.

    Raises `InputError` when the file is no assessment of that scheme, or the scheme has no such level.
    """
    if document.get("schema") != SCHEMA or not isinstance(document.get("engine"), str):
        raise InputError(N_("not a document of a label ({schema})"), Location(file), "egide label assess", {"schema": SCHEMA})
    if level is not None and level not in scheme.levels:
        raise InputError(N_("the scheme {scheme} has no level `{level}`; it has {levels}"), Location(file),
                         values={"scheme": scheme.id, "level": level, "levels": scheme.levels or ("—",)})
    if scheme.simulation:
        return Withheld(level, (Reason("simulation", {"scheme": scheme.id}, N_("{scheme} is a draft: nothing follows from it")),))
    answers = {str(one["id"]): Answer(one["answer"]) for one in document["requirements"]}
    return _at_level(document, scheme, level, answers) if scheme.levels else _whole(document, scheme, answers)


def claims(
    document: Mapping[str, Any], label: Granted, bound: Sequence[Bound], identifier: str, *, recomputed: bool, minimums: Mapping[str, int],
) -> dict[str, Any]:  # fmt: skip
    """The computed part of the credential: subject, evidence, types and context; the same assessment gives the same bytes."""
    scheme, offer = document["scheme"], document["offer"]
    gaia_x = str(scheme["id"]).startswith(GAIA_X)
    prefix = "gx" if gaia_x else PREFIX
    subject: dict[str, Any] = {
        "id": f"{identifier}#CS", "type": f"{prefix}:LabelCredential", f"{prefix}:labelLevel": label.level,
        f"{prefix}:engineVersion": document["engine"], f"{prefix}:rulesVersion": scheme["version"],
        f"{prefix}:compliantCredentials": [
            {"id": one.id, "type": f"{prefix}:CompliantCredential", f"{prefix}:credentialType": one.type, "digestSRI": one.digest}
            for one in bound
        ],
        f"{prefix}:validatedCriteria": list(label.criteria),
    }  # fmt: skip
    proof = {
        "type": COMPUTED, "egide:assessedOn": document["on"], "egide:offer": offer["id"],
        "egide:offerName": offer["name"], "egide:provider": offer["provider_name"], "egide:scheme": scheme["id"],
        "egide:engineVersion": document["engine"], "egide:factsDigest": f"sha256-{offer['digest']}",
        "egide:rulesDigest": f"sha256-{scheme['digest']}", "egide:reportDigest": report_digest(document),
        "egide:catalogueLine": _line(document.get("catalogue_line")), "egide:readings": _readings(document, minimums),
        "egide:recomputedByIssuer": recomputed,
    }  # fmt: skip
    return {
        "@context": [CONTEXT, *([GAIA_X_CONTEXT] if gaia_x else []), {PREFIX: NAMESPACE}],
        "id": identifier, "type": ["VerifiableCredential", f"{prefix}:LabelCredential"],
        "description": [{"@value": language(code).text(NATURE), "@language": code} for code in LANGUAGES],
        "credentialSubject": {name: value for name, value in subject.items() if value is not None},
        "evidence": {name: value for name, value in proof.items() if value is not None},
    }  # fmt: skip


def report_digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of the assessment without its words, in canonical form: the same in either language and wherever its files lie."""
    form = canonical(_plain(document))
    if isinstance(form, Reason):
        raise InputError(form.message, values=form.args)
    return f"sha256-{hashlib.sha256(form).hexdigest()}"


def computed_part(credential: Mapping[str, Any]) -> bytes:
    """The part of a signed label that computing again must give, in canonical form."""
    form = canonical({name: credential.get(name) for name in PART})
    if isinstance(form, Reason):
        raise InputError(form.message, values=form.args)
    return form


def member(said: Mapping[str, Any], name: str) -> Any:
    """A member of a subject or of the evidence, whatever its prefix."""
    return next((value for key, value in said.items() if key.rpartition(":")[2] == name), None)


def _at_level(document: Mapping[str, Any], scheme: Scheme, level: str | None, answers: Mapping[str, Answer]) -> Granted | Withheld:
    wanted = level or document["level"]
    found = next((one for one in document["levels"] if one["level"] == wanted), None)
    if found is None or found["answer"] != Answer.MET or found["missing"]:
        lowest = found or (document["levels"][0] if document["levels"] else {"missing": []})
        return Withheld(wanted, _findings(document, lowest["missing"]))
    criteria = tuple(one.id for one in scheme.requirements if wanted in one.levels and one.id in answers)
    return Granted(str(wanted), criteria, _until(document))


def _whole(document: Mapping[str, Any], scheme: Scheme, answers: Mapping[str, Answer]) -> Granted | Withheld:
    short = [number for number, answer in answers.items()
             if answer is not Answer.MET and number in scheme.by_id and scheme.by_id[number].binding == "mandatory"]
    if document["answer"] != Answer.MET or short:
        return Withheld(None, _findings(document, short) or _objectives(document))
    return Granted(None, tuple(number for number, answer in answers.items() if answer is Answer.MET), _until(document))


def _findings(document: Mapping[str, Any], numbers: Sequence[str]) -> tuple[Reason, ...]:
    """What is in the way, in the words of the assessment; what fails before what is not known."""
    wanted = set(numbers)
    return tuple(
        Reason("requirement", {"requirement": one["id"], "answer": one["answer"],
                               "why": " · ".join(reason["text"] for reason in one["because"][:2]) or one["title"]},
               N_("{requirement} ({answer}): {why}"))
        for one in sorted(document["requirements"], key=lambda one: str(one["answer"]) != Answer.NOT_MET) if one["id"] in wanted
    )  # fmt: skip


def _objectives(document: Mapping[str, Any]) -> tuple[Reason, ...]:
    return tuple(
        Reason("objective", {"requirement": one["objective"], "answer": one["answer"], "why": one["because"]["text"]},
               N_("{requirement} ({answer}): {why}"))
        for one in document["objectives"] if one["answer"] != Answer.MET
    )  # fmt: skip


def _until(document: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(document["until"]) if document["until"] else None


def _readings(document: Mapping[str, Any], minimums: Mapping[str, int]) -> dict[str, Any]:
    """How the text was read where it leaves a choice."""
    said = document["parameters"]
    found = {"egide:personsCount": said.get("persons_count"), "egide:eitherBreachFails": said.get("either_breach_fails")}
    found |= {f"egide:minimum-{objective}": level for objective, level in sorted(minimums.items())}
    return {name: value for name, value in found.items() if value is not None}


def _line(line: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What ANSSI's catalogue said of the offer, as it was known that day."""
    if line is None:
        return None
    return {f"egide:{name}": line[name] for name in ("offer", "status", "framework", "start", "end", "as_of") if line.get(name) is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if name not in WORDS}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
