"""The file for a hearing: what was known that day, under which texts, what was refused and why, who decided.

A record carries every claim and every digest that made the decision, so it can be replayed without the files it came
from: the same claims, the same rulebooks and the same day give the same bytes, or the replay says what differs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egide import __version__
from egide.app import law
from egide.app.files import write
from egide.doctrine.assess import Doctrine
from egide.papers.document import document
from egide.rules.evaluation import compile_rules
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.facts import FACTS, Claim, Kind, Value
from egide.vocabulary.findings import Assessment, Decision, Override, Verdict
from egide.vocabulary.language import N_
from egide.vocabulary.offers import OfferOnDay
from egide.vocabulary.services import Body, Hosting, Service

if TYPE_CHECKING:
    from egide.app.portfolio.assess import Run

SCHEMA = "egide/record/1"


class UnknownServiceError(EgideError):
    """No service by that name in the files."""

    def __init__(self, name: str, known: list[str]) -> None:
        from rapidfuzz import process

        near = ", ".join(f"«{one}»" for one, score, _ in process.extract(name, known, limit=3) if score > 40)
        super().__init__(N_("no service is named «{name}»; near: {near}"), {"name": name, "near": near or "—"})


@dataclass(frozen=True, slots=True)
class Replay:
    """A record decided anew."""

    same: bool
    differences: tuple[str, ...]
    """Paths in the decision that are no longer what they were."""
    law_changed: tuple[str, ...]
    """Rulebooks whose digest is not that of the record."""


def find(run: Run, name: str) -> Decision:
    """The decision of the service by its name or identifier. Raises `UnknownServiceError` with near names."""
    wanted = name.casefold().strip()
    for decision in run.assessment.decisions:
        if wanted in (decision.service.name.casefold().strip(), decision.service.id.casefold()):
            return decision
    raise UnknownServiceError(name, [decision.service.name for decision in run.assessment.decisions])


def record(run: Run, decision: Decision, lang: str) -> dict[str, Any]:
    """Everything that made the decision, and the decision."""
    service = decision.service
    offers = list(run.doctrine.offers.values())
    said = _said(decision, run.assessment, lang)
    return {
        "schema": SCHEMA,
        "engine": __version__,
        "lang": lang,
        "on": run.assessment.on.isoformat(),
        "catalogue": {"as_of": run.catalogue.as_of.isoformat(), "source": run.catalogue.source},
        "rulebooks": [{"id": book.id, "version": book.version, "sha256": book.digest} for book in run.assessment.rulebooks],
        "service": {
            "id": service.id,
            "name": service.name,
            "body": {"siren": service.body.siren, "name": service.body.name},
            "data_owner": service.data_owner,
            "source": {"file": service.at.file, "sheet": service.at.sheet, "row": service.at.row},
            "claims": _claims(service.claims),
            "hostings": [
                {
                    "text": one.text, "offer": one.offer, "region": one.region, "confidence": one.confidence,
                    "planned": one.planned, "near": list(one.near), "software": one.software, "claims": _claims(one.claims),
                }
                for one in service.hostings
            ],
        },
        "offers": [
            {"offer": one.offer, "region": one.region, "kinds": list(one.kinds), "claims": _claims(one.claims)} for one in offers
        ],
        "decided_by": [
            {"who": one.who, "why": one.why, "on": one.on.isoformat(), "until": one.until.isoformat(), "verdict": str(one.verdict)}
            for one in decision.overrides
        ],
        "names": dict(run.assessment.offers),
        "decision": said,
        "decision_sha256": digest(said),
    }  # fmt: skip


def save(run: Run, decision: Decision, made: Mapping[str, Any], folder: Path, lang: str, *, force: bool = False) -> list[Path]:
    """Write the record and the notes of the service into the folder; returns the paths."""
    from egide.papers.notes import notes

    files = {f"{decision.service.id}.record.json": json.dumps(made, ensure_ascii=False, indent=1).encode() + b"\n"}
    for kind in ("docx", "odt"):
        files.update(notes(decision, run.assessment, lang, kind))
    for name, content in files.items():
        write(folder / name, content, force=force)
    return [folder / name for name in files]


def _said(decision: Decision, assessment: Assessment, lang: str) -> dict[str, Any]:
    """The decision as the document says it."""
    alone = document(replace(assessment, decisions=(decision,)), lang)
    said: dict[str, Any] = alone["services"][0]
    return said


def digest(said: Mapping[str, Any]) -> str:
    """SHA-256 of the decision in canonical form (keys sorted, no spaces, UTF-8)."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def replay(content: bytes, file: str) -> Replay:
    """Decide the record again, from its own claims. Raises `InputError` when it is not a record."""
    kept = _read(content, file)
    on = date.fromisoformat(kept["on"])
    program = compile_rules(law.in_use(), on)
    offers = [OfferOnDay(one["offer"], one["region"], tuple(one["kinds"]), _read_claims(one["claims"])) for one in kept["offers"]]
    doctrine = Doctrine(program, offers)
    written = kept["service"]
    service = Service(
        written["id"], written["name"], Body(written["body"]["siren"], written["body"]["name"]),
        Location(written["source"]["file"], written["source"]["sheet"], written["source"]["row"]), _read_claims(written["claims"]),
        tuple(
            Hosting(one["text"], one["offer"], one["region"], one["confidence"], one["planned"],
                    _read_claims(one["claims"]), tuple(one["near"]), one["software"])
            for one in written["hostings"]
        ), written["data_owner"],
    )  # fmt: skip
    assessment = _assessment_of(kept)
    said = _said(doctrine.decide(service, _overrides(kept)), assessment, kept["lang"])
    known = {book.id: book.digest for book in law.in_use()}
    changed = tuple(one["id"] for one in kept["rulebooks"] if known.get(one["id"]) != one["sha256"])
    differences = tuple(_differences(kept["decision"], json.loads(json.dumps(said)), "$"))
    return Replay(not differences and digest(said) == kept["decision_sha256"], differences, changed)


def _assessment_of(kept: Mapping[str, Any]) -> Assessment:
    as_of = date.fromisoformat(kept["catalogue"]["as_of"])
    return Assessment(date.fromisoformat(kept["on"]), as_of, (), (), (), law.law_as_read(law.in_use()), kept["names"])


def _overrides(kept: Mapping[str, Any]) -> tuple[Override, ...]:
    return tuple(
        Override(kept["service"]["id"], None, Verdict(one["verdict"]), one["who"], one["why"],
                 date.fromisoformat(one["on"]), date.fromisoformat(one["until"]))
        for one in kept["decided_by"]
    )  # fmt: skip


def _read(content: bytes, file: str) -> dict[str, Any]:
    try:
        kept = json.loads(content)
    except ValueError as error:
        raise InputError(N_("not readable as JSON: {error}"), Location(file), values={"error": error}) from error
    if not isinstance(kept, dict) or kept.get("schema") != SCHEMA:
        raise InputError(N_("not a document of kind {schema}"), Location(file, path="$.schema"), values={"schema": SCHEMA})
    return kept


def _claims(claims: Mapping[str, Claim]) -> list[dict[str, Any]]:
    return [
        {
            "fact": claim.fact, "value": _plain(claim.value), "issuer": claim.issuer,
            "on": claim.on.isoformat() if claim.on else None, "source": claim.source, "read": claim.read,
        }
        for _, claim in sorted(claims.items())
    ]  # fmt: skip


def _read_claims(written: list[dict[str, Any]]) -> dict[str, Claim]:
    return {
        one["fact"]: Claim(
            one["fact"], _typed(one["fact"], one["value"]), one["issuer"],
            date.fromisoformat(one["on"]) if one["on"] else None, one["source"], one["read"],
        )
        for one in written
    }  # fmt: skip


def _plain(value: Value | None) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


def _typed(name: str, value: Any) -> Value | None:
    if value is None:
        return None
    if name in FACTS and FACTS[name].kind is Kind.DATE:
        return date.fromisoformat(value)
    typed: Value = frozenset(value) if isinstance(value, list) else value
    return typed


def _differences(old: Any, new: Any, path: str) -> list[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        return [line for key in sorted({*old, *new}) for line in _differences(old.get(key), new.get(key), f"{path}.{key}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [line for index, pair in enumerate(zip(old, new, strict=True)) for line in _differences(*pair, f"{path}[{index}]")]
    return [] if old == new else [path]
