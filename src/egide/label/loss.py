"""What a dossier that was written and read again no longer says, or says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from egide.ownership.writing import same
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.label.dossier import Dossier

OF_THE_FILES = frozenset({"digest", "problems"})
"""What reading makes anew from the files at hand."""
NO_ORDER = frozenset({"accesses"})
"""Where the order says nothing."""

OTHERWISE = N_("`{name}` of the dossier cannot be written so that it reads back the same")


def losses(one: Dossier, again: Dossier, file: str) -> Iterator[Problem]:
    """A problem for each entry of the first that the second does not hold as it was."""
    for each in fields(one):
        if each.name in OF_THE_FILES:
            continue
        said, read = _compared(getattr(one, each.name)), _compared(getattr(again, each.name))
        if said == read or (each.name == "register" and said is not None and read is not None and same(said, read)):
            continue
        if isinstance(said, Mapping):
            names = [f"{each.name}.{name}" for name in said if name not in read or said[name] != read[name]]
        elif isinstance(said, tuple):
            names = _missing(each.name, said, read) or ([] if each.name in NO_ORDER and len(said) == len(read) else [each.name])
        else:
            names = [each.name]
        yield from (Problem(Location(file, path=f"$.{name}"), OTHERWISE, {"name": name}) for name in names)


def _missing(name: str, said: tuple[Any, ...], read: tuple[Any, ...]) -> list[str]:
    left = list(read)
    missing = []
    for index, one in enumerate(said):
        if one in left:
            left.remove(one)
        else:
            missing.append(f"{name}[{index}]")
    return missing


def _compared(value: Any) -> Any:
    """A value without what only the files at hand say: the digests found, and the dossiers of layers, which are compared by themselves."""
    if isinstance(value, tuple):
        return tuple(_compared(one) for one in value)
    if hasattr(value, "found"):
        return replace(value, found=None)
    if hasattr(value, "dossier") and value.dossier is not None:
        return replace(value, dossier=None)
    return value
