"""The answers file, ``egide/answers/1``: read strictly, with the path of what is wrong, and written so that a person can review it.

```yaml
schema: egide/answers/1
bodies:
  - {siren: "110000015", name: …, status: state, from: 2010-01-01, to: null, source: "…", by: le RSSI, on: 2026-11-20}
answers:
  - {fact: data.secret, services: [paie-110000015], value: true, by: …, on: 2026-11-20, source: "…"}
  - {fact: hosting.agreement_says_qualified, services: [paie-110000015], hosting: 0, value: unknown, by: …, on: 2026-11-20}
  - {fact: hosting.offer, services: [paie-110000015], value: aws, region: eu-west-3, by: …, on: 2026-11-20}
  - {fact: offer.immune, offer: aws, value: false, by: …, on: 2026-11-20}
overrides:
  - {service: paie-110000015, hosting: null, verdict: allowed, who: …, why: …, on: 2026-11-20, until: 2027-05-20}
```
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from egide.portfolio.answers import HOSTING_OFFER, Answer, Answers, subject_of
from egide.portfolio.cells import Said, value_of
from egide.portfolio.register import BODY_KEYS, BodyRecord
from egide.portfolio.registration import siren_of
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.facts import FACTS, Kind, Subject
from egide.vocabulary.findings import Override, Verdict
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml, write_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.vocabulary.facts import Value

SCHEMA = "egide/answers/1"
_BODY_KEYS = {"siren", "name", *BODY_KEYS, "from", "to", "source", "by", "on"}
_ANSWER_KEYS = {"fact", "services", "body", "offer", "region", "hosting", "value", "by", "on", "source", "from", "to"}
_OVERRIDE_KEYS = {"service", "hosting", "verdict", "who", "why", "on", "until"}
_TARGETS: Mapping[Subject, tuple[str, ...]] = {
    Subject.BODY: ("body", "services"),
    Subject.SERVICE: ("services",),
    Subject.HOSTING: ("services",),
    Subject.OFFER: ("offer", "services"),
}


class _Entry:
    """One entry of the file and its path, which every error names."""

    def __init__(self, value: Any, path: str, file: str, allowed: set[str]) -> None:
        self.file = file
        self.path = path
        if not isinstance(value, dict):
            raise self.error("", N_("expected a mapping of names to values"))
        for key in value:
            if key not in allowed:
                raise self.error(str(key), N_("unknown key `{key}`"), key=str(key))
        self.value: dict[str, Any] = value

    def error(self, below: str, message: str, **values: object) -> InputError:
        """What is wrong, and where."""
        return InputError(message, Location(self.file, path=".".join(part for part in (self.path, below) if part)), "", values)

    def text(self, key: str, *, needed: bool = False) -> str:
        """A text; empty when absent."""
        found = self.value.get(key)
        if found is None and not needed:
            return ""
        if not isinstance(found, str) or (needed and not found.strip()):
            raise self.error(key, N_("expected a text"))
        return found

    def day(self, key: str, *, needed: bool = False) -> date | None:
        """A day, as YAML writes it."""
        found = self.value.get(key)
        if isinstance(found, str):
            try:
                found = date.fromisoformat(found)
            except ValueError as error:
                raise self.error(key, N_("expected a day such as 2026-11-30")) from error
        if isinstance(found, datetime) or (found is None and needed) or not (found is None or isinstance(found, date)):
            raise self.error(key, N_("expected a day such as 2026-11-30"))
        return found

    def needed_day(self, key: str) -> date:
        """A day that must be there."""
        found = self.day(key, needed=True)
        assert found is not None  # noqa: S101 - `day` refuses its absence
        return found

    def fact(self, key: str, name: str) -> Value | None:
        """The answer to a fact; None for ``unknown``."""
        said = self.value.get(key)
        if said is None or said == "unknown":
            return None
        if name == HOSTING_OFFER or FACTS[name].kind is Kind.TEXT:
            return self.text(key, needed=True)
        if isinstance(said, list):
            said = " ".join(map(str, said))
        plain = isinstance(said, (str, int, date)) or (isinstance(said, float) and FACTS[name].kind is Kind.AMOUNT_EUR)
        found = value_of(FACTS[name], said) if plain else Said.NOT_UNDERSTOOD
        if found is Said.DOES_NOT_KNOW:
            return None
        if isinstance(found, Said):
            choices = FACTS[name].choices or (str(FACTS[name].kind),)
            wrong = N_("«{value}» does not answer {fact}; expected: {choices}")
            raise self.error(key, wrong, value=str(said)[:80], fact=name, choices=choices)
        return found


def read_answers(content: bytes, file: str) -> Answers:
    """The answers; an empty file holds none.

    Raises `InputError` with the path of the first thing that is wrong: half-read answers would give other verdicts.
    """
    document = read_yaml(content, file)
    if document is None:
        return Answers()
    top = _Entry(document, "", file, {"schema", "bodies", "answers", "overrides"})
    if document.get("schema") != SCHEMA:
        raise top.error("schema", N_("expected `schema: {schema}`"), schema=SCHEMA)
    lists: dict[str, list[Any]] = {}
    for key in ("bodies", "answers", "overrides"):
        lists[key] = document.get(key) or []
        if not isinstance(lists[key], list):
            raise top.error(key, N_("expected a list"))
    return Answers(
        tuple(_body(_Entry(entry, f"bodies[{place}]", file, _BODY_KEYS)) for place, entry in enumerate(lists["bodies"])),
        tuple(_answer(_Entry(entry, f"answers[{place}]", file, _ANSWER_KEYS)) for place, entry in enumerate(lists["answers"])),
        tuple(_override(_Entry(entry, f"overrides[{place}]", file, _OVERRIDE_KEYS)) for place, entry in enumerate(lists["overrides"])),
    )


def _body(entry: _Entry) -> BodyRecord:
    siren, _ = siren_of(entry.value.get("siren") if isinstance(entry.value.get("siren"), (str, int)) else None)
    if siren is None:
        raise entry.error("siren", N_("expected a SIREN: nine digits"))
    facts = {f"body.{name}": value for name in BODY_KEYS if (value := entry.fact(name, f"body.{name}")) is not None}
    start, end = entry.day("from"), entry.day("to")
    if start and end and end < start:
        raise entry.error("to", N_("the period ends before it starts"))
    return BodyRecord(
        siren, entry.text("name") or None, facts, start, end, entry.text("source"), entry.text("by"), entry.day("on"),
        Location(entry.file, path=entry.path),
    )


def _answer(entry: _Entry) -> Answer:
    name = entry.text("fact", needed=True)
    if name != HOSTING_OFFER and name not in FACTS:
        raise entry.error("fact", N_("`{value}` is not a fact that can be answered"), value=name)
    if "value" not in entry.value:
        raise entry.error("value", N_("expected a value, or `unknown`"))
    services = entry.value.get("services") or []
    if not isinstance(services, list) or not all(isinstance(one, str) and one for one in services):
        raise entry.error("services", N_("expected a list of service identifiers"))
    about = [key for key in ("services", "body", "offer") if entry.value.get(key)]
    if len(about) != 1 or about[0] not in _TARGETS[subject_of(name)]:
        expected = _TARGETS[subject_of(name)]
        raise entry.error("", N_("say whom {fact} is about, with one of: {choices}"), fact=name, choices=expected)
    hosting = entry.value.get("hosting")
    if isinstance(hosting, bool) or not isinstance(hosting, (int, str, type(None))):
        raise entry.error("hosting", N_("expected the place of the hosting, from 0, or its text"))
    value, region = entry.fact("value", name), entry.text("region") or None
    if name == HOSTING_OFFER and isinstance(value, str) and region is None:
        value, _, named = value.partition("/")
        region = named or None
    return Answer(
        name, value, entry.text("by", needed=True), entry.day("on"), entry.text("source"), tuple(services),
        entry.text("body") or None, entry.text("offer") or None, region, hosting, entry.day("from"), entry.day("to"),
    )


def _override(entry: _Entry) -> Override:
    verdict = entry.text("verdict", needed=True)
    if verdict not in set(Verdict):
        raise entry.error("verdict", N_("expected one of {choices}"), choices=tuple(str(one) for one in Verdict))
    on, until = entry.needed_day("on"), entry.needed_day("until")
    if until < on:
        raise entry.error("until", N_("the period ends before it starts"))
    return Override(
        entry.text("service", needed=True), entry.text("hosting") or None, Verdict(verdict), entry.text("who", needed=True),
        entry.text("why", needed=True), on, until,
    )


def write_answers(answers: Answers) -> bytes:
    """The file, in the order given; the same answers give the same bytes."""
    sections = {
        "bodies": [_plain_body(record) for record in answers.bodies],
        "answers": [_plain_answer(answer) for answer in answers.answers],
        "overrides": [
            {"service": one.service, "hosting": one.hosting, "verdict": str(one.verdict), "who": one.who, "why": one.why, "on": one.on,
             "until": one.until}
            for one in answers.overrides
        ],
    }
    return write_yaml({"schema": SCHEMA, **{name: held for name, held in sections.items() if held}})


def _plain_body(record: BodyRecord) -> dict[str, object]:
    facts = {name.removeprefix("body."): value for name, value in record.facts.items()}
    said = {"from": record.start, "to": record.end, "source": record.source or None, "by": record.by or None, "on": record.on}
    named = {"name": record.name} if record.name else {}
    return {"siren": record.siren, **named, **facts, **{key: value for key, value in said.items() if value is not None}}


def _plain_answer(answer: Answer) -> dict[str, object]:
    value = "unknown" if answer.value is None else sorted(answer.value) if isinstance(answer.value, frozenset) else answer.value
    said = {
        "fact": answer.fact, "services": list(answer.services) or None, "body": answer.body, "offer": answer.offer,
        "hosting": answer.hosting, "value": value, "region": answer.region, "by": answer.by, "on": answer.on,
        "source": answer.source or None, "from": answer.start, "to": answer.end,
    }
    return {key: value for key, value in said.items() if value is not None}
