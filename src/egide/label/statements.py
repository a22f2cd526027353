"""Facts as a dossier writes them: a plain value, a map that says who stands behind it, or a list of maps.

A plain value is a declaration by the provider. Contradictory statements are all kept: who is right is for the assessment.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from egide.label.dossier import Assurance, Statement
from egide.label.facts import FACTS, WrongValueError, fact_value
from egide.label.shapes import StatementShape, convert
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.facts import Claim
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.label.shapes import BackingShape, ObjectiveShape
    from egide.vocabulary.facts import Value

OBJECTIVES_OF = "eu-csf-1.2.1"
"""The scheme whose objectives a bare name means."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks where nobody else is named: the provider, on the day of the file."""

    issuer: str
    on: date | None
    file: str

    def source(self, path: str) -> str:
        """The file and the place in it."""
        return f"{self.file}: {path}"


def read_facts(written: Mapping[str, object], speaker: Speaker) -> dict[str, tuple[Statement, ...]]:
    """Every statement by fact; raises `InputError` at the path of an unknown fact or of a value that is not of its kind."""
    stated: dict[str, tuple[Statement, ...]] = {}
    for name, said in written.items():
        path = f"$.facts.{name}"
        if name not in FACTS:
            near = difflib.get_close_matches(name, FACTS, 3) or list(FACTS)[:3]
            raise InputError(N_("no fact is named `{name}`; known: {known}"), Location(speaker.file, path=path),
                             values={"name": name, "known": ", ".join(near)})
        if isinstance(said, list) and said and all(isinstance(one, dict) for one in said):
            stated[name] = tuple(_statement(name, one, speaker, f"{path}[{index}]") for index, one in enumerate(said))
        else:
            stated[name] = (_statement(name, said, speaker, path),)
    return stated


def backed(fact: str, value: Value | None, by: BackingShape | ObjectiveShape | StatementShape, speaker: Speaker, path: str) -> Statement:
    """The statement of that value, with what its map says stands behind it."""
    said_on = by.on if by.on or by.issuer else speaker.on
    if by.until and said_on and by.until < said_on:
        raise InputError(N_("it ends on {end}, before it begins"), Location(speaker.file, path=f"{path}.until"), values={"end": by.until})
    claim = Claim(fact, value, by.issuer or speaker.issuer, said_on, by.source or speaker.source(path), by.read)
    return Statement(claim, by.assurance, by.until, tuple(by.evidence))


def read_objectives(written: Mapping[str, ObjectiveShape], speaker: Speaker) -> dict[str, Statement]:
    """The levels claimed, by ``scheme#objective``."""
    named = {name if "#" in name else f"{OBJECTIVES_OF}#{name}": (name, one) for name, one in written.items()}
    if len(named) < len(written):
        raise InputError(N_("an objective stands twice"), Location(speaker.file, path="$.objectives"))
    return {full: backed(full, one.level, one, speaker, f"$.objectives.{name}") for full, (name, one) in named.items()}


def _statement(name: str, said: object, speaker: Speaker, path: str) -> Statement:
    if not isinstance(said, dict):
        claim = Claim(name, _value(name, said, speaker.file, path), speaker.issuer, speaker.on, speaker.source(path))
        return Statement(claim, Assurance.DECLARED)
    shape = convert(said, StatementShape, speaker.file, path)
    return backed(name, _value(name, shape.value, speaker.file, f"{path}.value"), shape, speaker, path)


def _value(name: str, written: object, file: str, path: str) -> Value | None:
    try:
        return fact_value(FACTS[name], written)
    except WrongValueError as error:
        raise InputError(error.message, Location(file, path=path), values=error.values) from error

