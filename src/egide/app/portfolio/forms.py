"""Answers on disk, and questionnaires that go to data owners and come back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.files import read, write
from egide.app.portfolio.ask import Group, open_questions
from egide.portfolio import Answers, merge, questionnaire, read_questionnaire, write_answers
from egide.portfolio.registration import slug
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.portfolio.assess import Run
    from egide.vocabulary.findings import Problem

NOBODY = "a-repartir"


@dataclass(frozen=True, slots=True)
class Back:
    """What came back."""

    files: int
    taken: int
    problems: tuple[Problem, ...]
    conflicts: tuple[str, ...]


def keep(answers: Answers, path: Path) -> None:
    """Write the answers whole, over the former ones."""
    write(path, write_answers(answers), force=True)


def send(run: Run, folder: Path, lang: str, *, conditional: bool = False, force: bool = False) -> list[tuple[Path, int]]:
    """One workbook for each data owner with open questions; returns the paths and how many questions each holds."""
    by_owner: dict[str, list[Group]] = defaultdict(list)
    for group in open_questions(run, conditional=conditional).groups:
        by_owner[group.ask.owner or NOBODY].append(group)
    written = []
    for owner, groups in sorted(by_owner.items()):
        path = folder / f"questions-{slug(owner)}.xlsx"
        write(path, questionnaire(owner, [group.ask for group in groups], lang), force=force)
        written.append((path, len(groups)))
    return written


def bring_back(run: Run, folder: Path, answers: Path) -> Back:
    """Read every workbook of the folder into the answers. Two that differ are both shown and the first is kept."""
    if not folder.is_dir():
        raise InputError(N_("a folder with questionnaires was expected"), Location(str(folder)))
    kept, taken = run.portfolio.answers, 0
    problems: list[Problem] = []
    conflicts: list[str] = []
    paths = sorted(folder.glob("*.xlsx"))
    for path in paths:
        replies, said = read_questionnaire(read(path), str(path))
        problems += said
        kept, differing = merge(kept, replies)
        conflicts += [str(one) for one in differing]
        taken += len(replies.answers)
    keep(kept, answers)
    return Back(len(paths), taken, tuple(problems), tuple(conflicts))
