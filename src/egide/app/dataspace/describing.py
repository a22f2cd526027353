"""Datasets offered as their DCAT-AP metadata describes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from egide.app.dataspace.folder import open_database, settings, terms_of
from egide.app.files import read
from egide.dataspace.offering.dcat import Described, described
from egide.dataspace.offering.offered import BOTH, Offer, Offered, put
from egide.dataspace.wire.reach import Reach, UnreachableError

MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Read:
    """What was offered, and what of the metadata could not be, for want of its data."""

    offered: Sequence[Offered]
    without_data: Sequence[Described]


def offer_described(folder: Path, metadata: Path, terms: Path, database: str | None) -> Read:
    """Offer every dataset of a metadata file under the terms of a policy file. A relative address is a file beside the metadata.

    Raises `InputError` with the place.
    """
    settings(folder)
    rules = terms_of(terms)
    beside = metadata.absolute().parent
    found = described(read(metadata, MAX_BYTES), str(metadata), f"{beside.as_uri()}/")
    sources = {one.id: _source(one.source, beside) for one in found}
    made: list[Offered] = []
    with open_database(folder, database) as store, store.write() as tx:
        for one in found:
            source = sources[one.id]
            if source is not None:
                offer = Offer(f"{one.id}:offer:{uuid4().hex[:8]}", rules)
                made.append(Offered(one.id, one.title, source, BOTH, [offer], tx.now(), one.description, one.media_type))
                put(tx, made[-1])
    return Read(made, [one for one in found if sources[one.id] is None])


def _source(address: str | None, beside: Path) -> str | None:
    """A file that lies beside the metadata, or an address of the network; None for neither."""
    if address is None:
        return None
    if address.startswith("file:"):
        path = Path(unquote(urlsplit(address).path)).resolve()
        return str(path) if path.is_file() and path.is_relative_to(beside.resolve()) else None
    try:
        Reach(private=True).place(address)
    except UnreachableError:
        return None
    return address
