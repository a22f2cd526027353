"""What the reader of `offer.yaml` would refuse, set aside entry by entry, so that the rest can be read.

A dossier that came from elsewhere may name a supplier in a role that is none of ours, or a component that nobody operates. One such
entry would make the whole file unreadable: it is set aside with what the reader says of it, and whoever edits the file puts it back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, get_type_hints

import msgspec

from egide.label.crossings import NOT_THERE, near, strays
from egide.label.offer_form import TABLES, Form, short
from egide.label.shapes import DossierShape, OfferShape, split
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem

if TYPE_CHECKING:
    from egide.label.dossier import Dossier

ROUNDS = 50
"""Entries that only reading the whole refuses are set aside one by one; a file with more of them is left for its reader to mend."""
HEAD: Mapping[str, Any] = {
    "id": "offre", "name": "offre", "provider": "fournisseur", "provider_name": "fournisseur", "kinds": ("IaaS",), "perimeter": "",
}  # fmt: skip
"""What stands in for a field of the head that is refused, only to read the rest."""
FIELDS = {**{name: attribute for name, (attribute, _) in TABLES.items()}, "facts": "statements", "objectives": "objectives",
          "owners": "owners", "efforts": "efforts"}  # fmt: skip
_PATH = re.compile(r"^\$\.(?P<heading>\w+)(?:\[(?P<index>\d+)\])?(?P<below>.*)$", re.DOTALL)

Entry = tuple[str, int | str]
"""A heading and what stands under it: an index, or a key."""


@dataclass(slots=True)
class Mended:
    """The dossier without what would be refused."""

    dossier: Dossier
    """Readable: what the head lacks is stood in for."""
    problems: list[Problem] = field(default_factory=list)
    aside: list[Form] = field(default_factory=list)
    """Each entry under its heading, as it would have been written."""
    again: Dossier | None = None
    """What reading gives; None when the file is refused as a whole."""


def mended(dossier: Dossier, file: str, form: Callable[[Dossier], Form], read: Callable[[Dossier], Dossier],
           names: Iterable[str]) -> Mended:
    """Set aside what would be refused, by its shape, by a name that is nothing's, or by the reader.

    ``form`` is how a dossier is written and ``read`` how that is read again; ``names`` are those of the register, and of
    components underneath.
    """
    found = Mended(dossier)
    _head(found, file, form)
    _set_aside(found, file, form, {entry: (path, message, {}) for entry, path, message in _shapeless(form(found.dossier))})
    names = frozenset(names)
    while refused := dict(_nobody(form(found.dossier), names)):
        _set_aside(found, file, form, refused)
    for _ in range(ROUNDS):
        try:
            found.again = read(found.dossier)
            break
        except InputError as error:
            entry = _entry_at(error.at.path if error.at else None, error.values, found.dossier)
            if entry is None:
                found.problems.append(Problem(error.at or Location(file), error.message, error.values))
                break
            _set_aside(found, file, form, {entry: (error.at.path if error.at else None, error.message, error.values)})
    return found


def _head(found: Mended, file: str, form: Callable[[Dossier], Form]) -> None:
    written = form(found.dossier)["offer"]
    for name, instead in HEAD.items():
        try:
            msgspec.convert({**HEAD, name: written.get(name, instead)}, OfferShape)
        except msgspec.ValidationError as error:
            message, below = split(error)
            found.problems.append(Problem(Location(file, path="$.offer" + below), message, {}))
            found.dossier = replace(found.dossier, **{name: instead})


def _shapeless(form: Form) -> Iterator[tuple[Entry, str, str]]:
    """Entries that do not have the shape of their heading: the entry, its path, what msgspec says."""
    kinds = get_type_hints(DossierShape, include_extras=True)
    for heading in FIELDS:
        entries = form.get(heading, ())
        keys: Iterable[int | str] = entries if isinstance(entries, dict) else range(len(entries))
        for key in keys:
            try:
                msgspec.convert({key: entries[key]} if isinstance(entries, dict) else [entries[key]], kinds[heading])
            except msgspec.ValidationError as error:
                message, below = split(error)
                at = f"$.{heading}.{key}" if isinstance(key, str) else f"$.{heading}[{key}]"
                yield (heading, key), at + below.removeprefix("[0]").removeprefix("[...]"), message


def _nobody(form: Form, names: frozenset[str]) -> Iterator[tuple[Entry, tuple[str, str, Mapping[str, object]]]]:
    """Entries that name what is nowhere; they are of their shape already."""
    try:
        written = msgspec.convert(form, DossierShape)
    except msgspec.ValidationError:
        return
    for path, name, among in strays(written, names):
        if (found := _PATH.match(path)) and found["index"]:
            yield (found["heading"], int(found["index"])), (path, NOT_THERE, {"name": name, "known": near(name, among)})


def _set_aside(found: Mended, file: str, form: Callable[[Dossier], Form],
               refused: Mapping[Entry, tuple[str | None, str, Mapping[str, object]]]) -> None:
    written = form(found.dossier)
    without: dict[str, Any] = {}
    for (heading, key), (path, message, values) in refused.items():
        found.problems.append(Problem(Location(file, path=path), message, values))
        entry = written[heading][key]
        found.aside.append({heading: {key: entry} if isinstance(key, str) else [entry]})
    for heading, attribute in FIELDS.items():
        keys = {key for name, key in refused if name == heading}
        if not keys:
            continue
        entries = getattr(found.dossier, attribute)
        if isinstance(entries, Mapping):
            without[attribute] = {name: one for name, one in entries.items() if _written(heading, name) not in keys}
        else:
            without[attribute] = tuple(one for index, one in enumerate(entries) if index not in keys)
    found.dossier = replace(found.dossier, **without)


def _entry_at(path: str | None, values: Mapping[str, object], dossier: Dossier) -> Entry | None:
    """The entry that a path of the reader lies in; None when it lies in none."""
    found = _PATH.match(path or "")
    if not found or found["heading"] not in FIELDS:
        return None
    heading, entries = found["heading"], getattr(dossier, FIELDS[found["heading"]])
    if found["index"]:
        return heading, int(found["index"])
    if isinstance(entries, Mapping):
        names = [_written(heading, name) for name in entries]
        inside = [name for name in names if re.match(re.escape(f".{name}") + r"(?![\w\-])", found["below"])]
        return (heading, max(inside, key=len)) if inside else None
    named = values.get("name")
    return next(((heading, index) for index, one in enumerate(entries) if getattr(one, "id", getattr(one, "offer", None)) == named), None)


def _written(heading: str, name: str) -> str:
    return short(name) if heading == "objectives" else name
