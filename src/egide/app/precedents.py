"""The decided cases that hold the rules in place, by the rule that they speak of: those of the package, or of the sources it runs from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FOLDER = "cases"


@dataclass(frozen=True, slots=True)
class Precedent:
    """One case, as it bears on one rule. Cases are written in French."""

    id: str
    title: str
    on: date
    answer: str
    """``met``, ``not-met``, ``unknown`` or ``not-applicable``."""
    because: str


@cache
def precedents() -> Mapping[str, Sequence[Precedent]]:
    """By ``book#rule``, in the order of their files; empty where no cases are installed."""
    found: dict[str, list[Precedent]] = {}
    for file in sorted((one for one in _folder().iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name):
        written: list[dict[str, Any]] = read_yaml(file.read_bytes(), file.name)["cases"]
        for one in written:
            for rule, answer in one["expect"].get("findings", {}).items():
                found.setdefault(rule, []).append(Precedent(one["id"], one["title"], one["on"], answer, one["because"]))
    return found


def _folder() -> Traversable:
    """Within the package, where the build puts them; beside the sources otherwise."""
    packaged = resources.files("egide") / FOLDER
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / FOLDER
