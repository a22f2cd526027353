"""An uploaded dossier as files in memory, read as the command reads a folder: within limits, and refused whole when it is none."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from egide.app.label import assessing as job
from egide.store.zips import Limits, Zip
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import date

    from egide.label.dossier import Dossier

OFFER = "offer.yaml"
INDEXES = ("binder.yaml", "index.csv")
EMPTY = N_("zip the whole folder; `egide label new` makes an empty one, and so does the page of labels")
LIMITS = Limits(files=2_000, file_bytes=20 * 2**20, total_bytes=100 * 2**20)


def unzipped(content: bytes) -> dict[str, bytes]:
    """The files of an uploaded dossier, by their paths below the folder of its `offer.yaml`. Raises `InputError`."""
    archive = Zip(BytesIO(content), "dossier.zip", LIMITS)
    offers = sorted((path for path in archive.sizes if posixpath.basename(path) == OFFER), key=lambda one: (one.count("/"), one))
    if not offers:
        raise InputError(N_("the archive holds no `{name}`"), Location("dossier.zip"), EMPTY, {"name": OFFER})
    root = offers[0].removesuffix(OFFER)
    return {path.removeprefix(root): archive.read(path, LIMITS.file_bytes) for path in archive.sizes if path.startswith(root)}


def read_files(files: Mapping[str, bytes], on: date, name: str = OFFER, above: tuple[str, ...] = ()) -> Dossier:
    """A dossier from its files in memory, as `egide.app.label.assessing.dossier` reads one from a folder. Raises `InputError`."""
    from egide.label.reading import Given, read_dossier, references

    if name not in files:
        raise InputError(N_("`{name}` is named here and was not given"), Location(above[-1] if above else OFFER), values={"name": name})
    if name in above or len(above) > job.MAX_LAYERS:
        raise InputError(N_("an offer that is built on itself"), Location(name))
    folder = posixpath.dirname(name)
    named = references(files[name], name)
    given = {one: files[path] for one in named.files if (path := _below(folder, one)) in files}
    found: dict[str, str] = {}
    if named.evidence:
        prefix = _below(folder, named.evidence) + "/"
        index = next((one for one in INDEXES if prefix + one in files), None)
        if index is None:
            raise InputError(N_("a folder with a `binder.yaml` was expected"), Location(prefix))
        given[f"{named.evidence}/{index}"] = files[prefix + index]
        found = {
            path.removeprefix(prefix): hashlib.sha256(content).hexdigest() for path, content in files.items()
            if path.startswith(prefix) and path != prefix + index
        }  # fmt: skip
    bases = {one: read_files(files, on, _base(folder, one), (*above, name)) for one in named.bases}
    return read_dossier(files[name], name, Given(given, found, bases, job.lines(on)))


def is_document(path: str, files: Mapping[str, object]) -> bool:
    """Whether the path is that of a document of a binder: below a folder that holds an index, and not the index itself."""
    parts = path.split("/")
    if len(parts) < 2 or any(part in {"", ".", ".."} for part in parts) or parts[-1] in INDEXES or "\\" in path or len(path) > 300:
        return False
    return any("/".join([*parts[:depth], index]) in files for depth in range(1, len(parts)) for index in INDEXES)


def _below(folder: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(folder, name))


def _base(folder: str, name: str) -> str:
    """A base's own `offer.yaml`, when its folder is named."""
    path = _below(folder, name)
    return path if path.endswith((".yaml", ".yml")) else f"{path}/{OFFER}"
