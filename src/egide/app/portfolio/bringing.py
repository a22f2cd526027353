"""A file of services becomes one of a body's: in the place of the one of that name, unless somebody else brought another meanwhile.

Then it is kept aside, counting for nothing, and a person chooses between both.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.accounts.secrets import draw
from egide.accounts.trail import note
from egide.portfolio.kept import keeping
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.portfolio.kept.keeping import Listed, Packed
    from egide.store.transaction import Transaction

AT_ONCE_BYTES = 4 * 2**20
"""Unpacked: what is larger takes more than a second to read (docs/benchmarks.md), and is read apart."""
TEXT_WEIGHS = 4
"""A cell of a workbook takes about so many times the bytes of one of a text."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who brings it."""

    person: int
    token: str | None


@dataclass(frozen=True, slots=True)
class Brought:
    """The file; and, where it is kept aside, the one that somebody else brought meanwhile."""

    file: Listed
    beside: Listed | None = None


def is_large(content: bytes) -> bool:
    """Whether reading it takes longer than a page should. What an archive says of its sizes is only taken for this."""
    if not content.startswith(b"PK"):
        return len(content) * TEXT_WEIGHS > AT_ONCE_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(one.file_size for one in archive.infolist()) > AT_ONCE_BYTES
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, LookupError):
        return False  # whoever reads it says what is wrong with it


class OtherFileError(EgideError):
    """The file of that name is not the one that its bringer knew of, so nothing was kept."""

    hint = N_("look at the files of the portfolio, and bring yours again if it is to take the place of the one that is there")

    def __init__(self, name: str) -> None:
        super().__init__(N_("another {file} was brought meanwhile, or the one that was meant is gone"), {"file": name})


def check(held: Sequence[Listed], name: str, seen: Collection[str] | None) -> None:
    """Raise `OtherFileError` unless the file of that name is one of those; any, for None; none, where there are none."""
    present = next((one for one in held if one.name == name), None)
    if (present is not None) if seen is not None and not seen else present is None or (seen is not None and present.id not in seen):
        raise OtherFileError(name)


def bring(
    tx: Transaction, hand: Hand, body: str, name: str, file: Packed, seen: Collection[str] | None, *, strict: bool = False
) -> Brought:
    """Keep a file that was read. ``seen``: the files that its bringer knew of; None: whichever is there is meant.

    Raises `InputError` when there are too many; where it is ``strict``, `OtherFileError` instead of keeping it aside.
    """
    present = None
    if strict or seen is not None:
        tx.lock(f"portfolio-files:{body}")
        held = keeping.files(tx, body)
        if strict:
            check(held, name, seen)
        present = next((one for one in held if one.name == name and seen is not None and one.id not in seen), None)
    if present is not None:
        made = keeping.set_aside(tx, body, draw()[:16], name, file, hand.person)
    else:
        made = keeping.add_file(tx, body, draw()[:16], name, file, hand.person)
    note(tx, "portfolio-file-aside" if present else "portfolio-file", made.id, body=body, person=hand.person, token=hand.token,
         details={"digest": made.digest, "size": made.size})  # fmt: skip
    return Brought(made, present)


def choose(tx: Transaction, hand: Hand, body: str, id: str, seen: str) -> Brought | None:
    """Let the file that was kept aside count after all, in the place of ``seen``; None when there is none of that id.

    When somebody brought yet another meanwhile, nothing changes and that one stands beside.
    """
    tx.lock(f"portfolio-files:{body}")
    mine = keeping.file(tx, body, id)
    if mine is None:
        return None
    present = next((one for one in keeping.files(tx, body) if one.name == mine.name), None)
    if present is not None and present.id not in {seen, id}:
        return Brought(mine, present)
    if present is None or present.id != id:
        keeping.put_back(tx, body, mine)
        note(tx, "portfolio-file", id, body=body, person=hand.person, token=hand.token, details={"digest": mine.digest, "size": mine.size})
    return Brought(mine)
