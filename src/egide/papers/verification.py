"""A verification as others read it: the JSON document with its published schema, and the words of the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.papers.schema import DAY, NULL, TEXT, TEXT_OR_NULL, WHOLE_OR_NULL, either, listing, record, ref, tokens
from egide.trust.credentials.results import NUMBERS, Mode, Outcome, Part, Step, StepName, What
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_, Language, language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.trust.pipeline.verifying import Checked

SCHEMA = "egide/verification/1"
VERDICTS = {Outcome.VERIFIED: N_("Verified"), Outcome.REFUSED: N_("Refused"), Outcome.NOT_EVALUATED: N_("Not evaluated")}
DIGITS_SHOWN = 16


def document(checked: Checked, file: str, lang: str) -> dict[str, Any]:
    """What `egide trust verify --json` prints."""
    said = language(lang)
    question = checked.question
    return {
        "schema": SCHEMA,
        "verdict": checked.outcome.value,
        "steps": [_step(step, said) for step in checked.steps],
        "credentials": [_credential(part) for part in credentials(checked)],
        "asked": {
            "file": file, "sha256": checked.file_digest, "at": question.now.isoformat(), "mode": question.mode.value,
            "scope": question.scope.name, "shapes": checked.shapes_digest,
        },
    }  # fmt: skip


def credentials(checked: Checked) -> list[Part]:
    """The credentials of the file, presentations left out."""
    return [part for part in checked.verification.parts if part.opened.what is What.CREDENTIAL]


def first_line(checked: Checked, said: Language) -> str:
    """The answer in words."""
    asked = checked.question
    count = said.plural(N_("{n} credential"), N_("{n} credentials"), len(credentials(checked)))
    values = {
        "verdict": said.text(VERDICTS[checked.outcome]), "count": count, "day": asked.now.date(), "time": f"{asked.now:%H:%M}",
        "scope": asked.scope.name, "mode": asked.mode.value,
    }  # fmt: skip
    return said.text(N_("{verdict}: {count}, on {day} at {time} UTC ({scope}, {mode} mode)"), values)


def step_title(step: Step, said: Language) -> str:
    """The name of a step for people."""
    return said.label(f"step-{step.name}")


def told(step: Step, said: Language) -> list[str]:
    """The reasons of a step in words, each once with where it holds; of credentials that keep to the shapes, one line."""
    places: dict[str, list[str]] = {}
    for reason in _together(step):
        text = said.text(reason.message, {name: shown(value) for name, value in reason.args.items()})
        places.setdefault(text, []).extend(_places(reason))
    return [_placed(text, list(dict.fromkeys(found))) for text, found in places.items()]


def _together(step: Step) -> list[Reason]:
    kept = [reason for reason in step.because if reason.code == "shape.conforms"]
    others = [reason for reason in step.because if reason.code != "shape.conforms"]
    if not kept:
        return others
    count = sum(found for reason in kept if isinstance(found := reason.args["count"], int))
    return [Reason(kept[0].code, {"count": count}, kept[0].message), *others]


def _places(reason: Reason) -> list[str]:
    """The node and the place that a reason concerns, when that isn't the whole file."""
    where = [str(shown(reason.args[name])) for name in ("node", "at") if name in reason.args]
    named = [one for one in where if one != "$" and not one.startswith("_:")]
    return named[:1]


def _placed(text: str, places: list[str]) -> str:
    if not places:
        return text
    return f"{text} [{places[0]}]" if len(places) == 1 else f"{text} [{places[0]} … ×{len(places)}]"


def shown(value: object) -> object:
    """A value as sentences carry it: digests and tokens by their beginning."""
    if isinstance(value, str) and len(value) > 120:
        return value[:119] + "…"
    return value


def schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12) of `SCHEMA`. Further keys may be added under the same name; none will change meaning."""
    reason = record("One reason of an answer.", code=TEXT, text=TEXT, at=TEXT)
    step = record(
        "One question, over all credentials of the file.", step=tokens(StepName), number=WHOLE_OR_NULL, answer=tokens(Answer),
        because=listing(ref("reason")),
    )
    credential = record(
        "One credential of the file, as it says itself.", at=TEXT, id=TEXT_OR_NULL, type=listing(TEXT), issuer=TEXT_OR_NULL,
        typ=TEXT_OR_NULL, digest=TEXT_OR_NULL, valid_from=either(MOMENT, NULL), valid_until=either(MOMENT, NULL),
    )
    asked = record(
        "What was asked of which bytes.", file=TEXT, sha256=TEXT, at=MOMENT, mode=tokens(Mode), scope=TEXT, shapes=TEXT_OR_NULL,
    )
    whole = record(
        "The answers of `egide trust verify`.", schema={"const": SCHEMA}, verdict=tokens(Outcome), steps=listing(ref("step")),
        credentials=listing(ref("credential")), asked=ref("asked"),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA, **whole,
        "$defs": {"reason": reason, "step": step, "credential": credential, "asked": asked},
    }  # fmt: skip


MOMENT: dict[str, Any] = {**{key: value for key, value in DAY.items() if key != "pattern"}, "format": "date-time"}


def _step(step: Step, said: Language) -> dict[str, Any]:
    return {
        "step": step.name, "number": NUMBERS.get(step.name), "answer": step.answer.value,
        "because": [_reason(reason, said) for reason in step.because],
    }  # fmt: skip


def _reason(reason: Reason, said: Language) -> dict[str, Any]:
    return {"code": reason.code, "text": said.text(reason.message, dict(reason.args)), "at": str(reason.args.get("at", "$"))}


def _credential(part: Part) -> dict[str, Any]:
    moments = {name: moment.isoformat() if moment else None
               for name, moment in (("valid_from", part.valid_from), ("valid_until", part.valid_until))}
    return {
        "id": part.id, "type": list(part.types), "issuer": part.issuer, "typ": part.opened.typ, "digest": part.opened.digest, **moments,
        "at": part.opened.at,
    }  # fmt: skip


def short_digest(part: Part) -> str:
    """The beginning of a credential's digest."""
    digest = (part.opened.digest or "—").removeprefix("sha256-")
    return digest if len(digest) <= DIGITS_SHOWN else digest[:DIGITS_SHOWN] + "…"


def own_types(part: Part) -> Iterator[str]:
    """The types of a credential but the one that all have."""
    return (name for name in part.types if name != "VerifiableCredential")
