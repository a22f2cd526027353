"""Blueprints as they ship: read, shown, and begun with."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.files import write_all
from egide.deployment.blueprints import BLUEPRINTS, Blueprint
from egide.planner.need_form import read_need
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.planner.need import Need

UNKNOWN = N_("no blueprint is named «{name}»")


def find(name: str) -> Blueprint:
    """The blueprint. Raises `InputError` when none has that name."""
    if name not in BLUEPRINTS:
        raise InputError(UNKNOWN, hint="egide blueprint list", values={"name": name})
    return BLUEPRINTS[name]


def content(name: str) -> bytes:
    """Its `service.yaml`."""
    return (resources.files("egide.deployment") / "data" / find(name).file).read_bytes()


def need(name: str) -> Need:
    """What it asks for."""
    return read_need(content(name), find(name).file).need


def begin(name: str, folder: Path, force: bool = False) -> list[Path]:
    """Write its `service.yaml` into a folder. Raises `WouldOverwriteError` when one is there and `force` is not given."""
    return write_all(folder, {"service.yaml": content(name)}, force)
