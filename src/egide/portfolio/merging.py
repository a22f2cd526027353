"""Two answers files into one: what only one says is taken, what both say alike is said once, what they say differently is reported."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from egide.portfolio.answers import Answer, Answers
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from egide.portfolio.register import BodyRecord
    from egide.vocabulary.findings import Override

DIFFERS = N_("{fact} of {about}: «{kept}» ({kept_by}) is kept; «{other}» ({other_by}) differs and was left out")


@dataclass(frozen=True, slots=True)
class Conflict:
    """The same thing answered in two ways. The first stands; the other is shown to a person."""

    fact: str
    about: str
    """The service, body or offer."""
    kept: object
    kept_by: str
    other: object
    other_by: str

    @property
    def message(self) -> str:
        """A message of the catalogue, its names filled from `args`."""
        return DIFFERS

    @property
    def args(self) -> Mapping[str, object]:
        """Values of the message."""
        return {name: getattr(self, name) for name in ("fact", "about", "kept", "kept_by", "other", "other_by")}

    def __str__(self) -> str:
        said = DIFFERS
        for name, value in self.args.items():
            said = said.replace("{" + name + "}", str(value))
        return said


def merge(one: Answers, other: Answers) -> tuple[Answers, tuple[Conflict, ...]]:
    """``one`` with what ``other`` adds, and the conflicts, in which ``one`` stands. A known answer fills an «I don't know»."""
    conflicts: list[Conflict] = []
    known: dict[tuple[object, ...], Answer] = {(*answer.about, key): answer for answer in one.answers for key in _keys(answer)}
    merged = list(one.answers)
    for answer in other.answers:
        fresh = [key for key in _keys(answer) if _adds(answer, known.get((*answer.about, key)), key, conflicts)]
        if not fresh:
            continue
        if answer.services:
            answer = replace(answer, services=tuple(key for key in answer.services if key in fresh))  # noqa: PLW2901
        merged = _without_ignorance(merged, answer)
        merged.append(answer)
        known.update({(*answer.about, key): answer for key in fresh})
    bodies = _merge_bodies(one.bodies, other.bodies, conflicts)
    overrides = _merge_overrides(one.overrides, other.overrides, conflicts)
    return Answers(bodies, tuple(merged), overrides), tuple(conflicts)


def _keys(answer: Answer) -> tuple[str, ...]:
    return answer.services or (answer.body or answer.offer or "",)


def _adds(answer: Answer, before: Answer | None, key: str, conflicts: list[Conflict]) -> bool:
    if before is None:
        return True
    if before.said == answer.said or answer.value is None:
        return False
    if before.value is None:
        return True
    conflicts.append(Conflict(answer.fact, key, _shown(before), before.by, _shown(answer), answer.by))
    return False


def _shown(answer: Answer) -> object:
    return answer.value if answer.said[1] is None else f"{answer.value}/{answer.region}"


def _without_ignorance(answers: list[Answer], answer: Answer) -> list[Answer]:
    """Drop «I don't know» of the services that somebody now knows of."""
    kept = []
    for before in answers:
        if before.value is None and answer.value is not None and before.about == answer.about:
            left = tuple(key for key in before.services if key not in answer.services)
            if left:
                kept.append(replace(before, services=left))
            continue
        kept.append(before)
    return kept


def _merge_bodies(
    ones: tuple[BodyRecord, ...], others: tuple[BodyRecord, ...], conflicts: list[Conflict],
) -> tuple[BodyRecord, ...]:
    merged = list(ones)
    for record in others:
        if record in merged:
            continue
        clashes = [*_clashes(record, ones)]
        conflicts += clashes
        if not clashes:
            merged.append(record)
    return tuple(merged)


def _clashes(record: BodyRecord, ones: tuple[BodyRecord, ...]) -> Iterator[Conflict]:
    for before in ones:
        apart = (before.end and record.start and before.end < record.start) or (record.end and before.start and record.end < before.start)
        if before.siren != record.siren or apart:
            continue
        for fact, value in record.facts.items():
            if fact in before.facts and before.facts[fact] != value:
                yield Conflict(fact, record.siren, before.facts[fact], before.by, value, record.by)


def _merge_overrides(
    ones: tuple[Override, ...], others: tuple[Override, ...], conflicts: list[Conflict],
) -> tuple[Override, ...]:
    merged = {(override.service, override.hosting): override for override in ones}
    for override in others:
        before = merged.setdefault((override.service, override.hosting), override)
        if before != override:
            conflicts.append(Conflict("override", override.service, str(before.verdict), before.who, str(override.verdict), override.who))
    return tuple(merged.values())
