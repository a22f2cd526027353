"""A score with its parts, none of which hides another: each is so many of so many, and what is not known counts both ways.

Targets met; ways back that a test has shown within the year; parts that no single provider takes for good; procedures that exist. The
weights are parameters, equal unless the service says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from egide.continuity.answers import Part, Score
from egide.continuity.declared import Disruption, Tested
from egide.continuity.losses import kind_of
from egide.continuity.parameters import value
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from datetime import date

    from egide.continuity.answers import Cell, SinglePoint
    from egide.continuity.declared import Declared
    from egide.continuity.order import Service

PARTS = ("targets", "tests", "independence", "procedures")


def score(service: Service, cells: Iterable[Cell], points: Iterable[SinglePoint]) -> Score:
    """The four parts on the day assessed."""
    declared, on = service.declared, service.ground.known.on
    counted = {
        "targets": _targets(cells), "tests": _tests(declared, on), "independence": _independence(service, points),
        "procedures": _procedures(declared, on),
    }  # fmt: skip
    return Score(tuple(Part(name, *counted[name], value(declared.parameters, f"weight_{name}")) for name in PARTS))


def _targets(cells: Iterable[Cell]) -> tuple[int, int, int]:
    """Of each disruption's two targets, those that are met; one that nobody set is not."""
    answers = [answer for cell in cells for answer in (cell.rto_answer, cell.rpo_answer)]
    met = sum(one is Answer.MET for one in answers)
    return met, met + sum(one is Answer.UNKNOWN for one in answers), len(answers)


def _tests(declared: Declared, on: date) -> tuple[int, int, int]:
    """Of the ways back that are declared, those tested within the year."""
    since = on - timedelta(days=value(declared.parameters, "test_days"))
    tried = [is_fresh(one, since, on) for one in tests_of(declared)]
    unstated = sum(not entry.stated for entry in declared.components.values())
    return sum(tried), sum(tried) + unstated, len(tried) + unstated


def tests_of(declared: Declared) -> list[Tested]:
    """Of every way back that is declared, its last test."""
    found = [one.tested for entry in declared.components.values() for one in entry.standbys]
    found += [one.tested for entry in declared.components.values() for one in entry.backups]
    found += [entry.rebuild.tested for entry in declared.components.values() if entry.rebuild]
    return found + [one.alternative.tested for one in declared.dependencies if one.alternative]


def is_fresh(tested: Tested, since: date, on: date) -> bool:
    """Whether it was tried from ``since`` to the day."""
    return tested.on is not None and since <= tested.on <= on


def _independence(service: Service, points: Iterable[SinglePoint]) -> tuple[int, int, int]:
    """Of the essential parts, those that no single provider, region or dependency takes for good."""
    shared = [one for one in points if kind_of(one.node) in {"provider", "region", "dependency"}]
    sure = {name for one in shared if one.answer is Answer.MET for name in one.parts}
    open_ = {name for one in shared if one.answer is Answer.UNKNOWN for name in one.parts} - sure
    every = len(service.essential)
    return every - len(sure) - len(open_), every - len(sure), every


def _procedures(declared: Declared, on: date) -> tuple[int, int, int]:
    """An exercise passed within the year for each disruption; who notices and decides in what time; who holds which role."""
    since = on - timedelta(days=value(declared.parameters, "test_days"))
    rehearsed = {one.what for one in declared.exercises if one.passed and since <= one.on <= on}
    said = [declared.detection is not None, declared.decision is not None, bool(declared.roles)]
    return len(rehearsed) + sum(said), len(rehearsed) + sum(said), len(Disruption) + len(said)
