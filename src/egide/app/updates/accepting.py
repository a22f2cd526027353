"""Signed offline updates of the catalogue and of the law: looked at first, taken into use only when somebody accepts them.

A bundle holds ``catalogue/*.yaml`` and ``rulebooks/<id>/*.yaml`` in the forms in which they ship, and nothing else. It is taken in three
steps, each whole: its files are unpacked into a folder of their own, the acceptance is noted in the database, and one small file says
from then on that they are in use. A machine that dies between two of them has the old ones; importing again goes on.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from egide.app import law
from egide.app.files import home
from egide.app.portfolio import assess
from egide.app.updates.differing import BookChange, Lists, book_change, lists, scheme_change
from egide.app.updates.installed import CATALOGUE, RULEBOOKS, InstalledBundle, InstalledFile, by_folder, holding, keep, leave, own_list
from egide.catalogue import read_catalogue
from egide.rules.book import Rulebook
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.store.bundle import Bundle, Refusal, Verify
    from egide.store.connection import Store
    from egide.store.editions import Acceptance, Known
    from egide.trust.keys import PublicKey

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
SHOWN = 200
"""Characters that are shown of what a stranger wrote."""
UNKNOWN_KEY = N_("signed by {key}, which is not the key of a publisher that is pinned here")
BAD_SIGNATURE = N_("the signature is not that of {key}: the bundle was altered, or signed by somebody else")
SIGNED = N_("signed by {key}")
LAYOUT = N_("nothing here reads it; an update holds catalogue/*.yaml and rulebooks/<id>/*.yaml")


class UnknownBundleError(EgideError):
    """No bundle of that name is in use."""

    hint = "egide data status"

    def __init__(self, name: str) -> None:
        super().__init__(N_("no bundle named `{name}` is in use"), {"name": name})


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a bundle would change here, and whether it may be accepted."""

    bundle: Bundle
    acceptance: Acceptance
    lists: Lists | None
    """What becomes of the catalogue; None when the bundle has none."""
    books: tuple[BookChange, ...]
    schemes: tuple[BookChange, ...]


def verifier(trusted: Mapping[str, PublicKey]) -> Verify:
    """Who may sign: the keys given, by their did:key."""

    def verify(key: str, signed: bytes, signature: bytes) -> tuple[Answer, Reason]:
        args: dict[str, object] = {"key": key[:SHOWN]}
        if key not in trusted:
            return Answer.UNKNOWN, Reason("publisher-unknown", args, UNKNOWN_KEY)
        if not trusted[key].verifies("EdDSA", signed, signature):
            return Answer.NOT_MET, Reason("signature-wrong", args, BAD_SIGNATURE)
        return Answer.MET, Reason("signature-good", args, SIGNED)

    return verify


def open_update(source: BinaryIO, name: str, trusted: Mapping[str, PublicKey]) -> Bundle | Refusal:
    """The bundle, or why it is refused. Raises `InputError` when it is none, or holds what no update holds."""
    from egide.store.bundle import Refusal, open_bundle

    found = open_bundle(source, name, verifier(trusted))
    if isinstance(found, Refusal):
        return found
    if not NAME.fullmatch(found.name):
        raise InputError(N_("`{name}` is no name for a bundle: lower-case letters, digits and «-», at most 64"), Location(name),
                         values={"name": found.name[:SHOWN]})
    refuse_strange(found.files, name)
    return found


def refuse_strange(paths: Mapping[str, object], name: str) -> None:
    """Raise `InputError` on a file that nothing here would read, or when there is none at all."""
    for path in paths:
        parts = path.split("/")
        placed = (path.startswith(CATALOGUE) and len(parts) == 2) or (path.startswith(RULEBOOKS) and len(parts) == 3)
        if not placed or not path.endswith(".yaml"):
            raise InputError(LAYOUT, Location(name, path=path))
    if not paths:
        raise InputError(N_("an update without any file"), Location(name))


def propose(bundle: Bundle, store: Store | None, *, from_new_key: bool = False) -> Proposal:
    """What the bundle would change against what is in use, nothing being kept. ``store``: None when there is no database yet.

    Raises `InputError` on files that this version can't use.
    """
    acceptance = _judge(bundle, store, from_new_key)
    theirs = _files(bundle, CATALOGUE)
    changed = lists(assess.catalogue(), read_catalogue(theirs), own_list(assess.CATALOGUE_FILE, holding())) if theirs else None
    known, names = {book.id: book for book in law.in_use()}, law.scheme_names()
    books, schemes = [], []
    for folder, files in by_folder(_files(bundle, RULEBOOKS)).items():
        found = law.of_update(files, folder, f"{RULEBOOKS}{folder}")
        if isinstance(found, Rulebook):
            books.append(book_change(known.get(found.id), found))
        else:
            schemes.append(scheme_change(law.scheme(found.id) if found.id in names else None, found))
    return Proposal(bundle, acceptance, changed, tuple(books), tuple(schemes))


def accept(proposal: Proposal, store: Store, *, from_new_key: bool = False) -> Acceptance:
    """Take the bundle into use. Nothing changes when the answer is not met: another edition was accepted meanwhile."""
    from egide.store import editions

    bundle = proposal.bundle
    said = _judge(bundle, store, from_new_key)
    if said.answer is not Answer.MET:
        return said
    made = InstalledBundle(
        bundle.name, bundle.edition, bundle.made_on.isoformat(), bundle.digest, bundle.key,
        tuple(InstalledFile(one.path, one.sha256) for one in bundle.files.values()),
    )  # fmt: skip
    _unpack(bundle, home() / made.folder)
    with store.write() as tx:
        said = editions.accept(tx, bundle, from_new_key=from_new_key)
    if said.answer is Answer.MET:
        with store.write() as tx:
            tx.lock("egide installed")
            before = holding().bundle(bundle.name)
            keep(made, proposal.lists.set_aside if proposal.lists else None)
            _tidy(home() / made.folder, before)
    return said


def _judge(bundle: Bundle, store: Store | None, from_new_key: bool) -> Acceptance:
    """Against the edition noted in the database and the one in use, whichever is the later: a lost database lets no older one in."""
    from egide.store.editions import judge, latest

    known: list[Known] = [one for one in [holding().bundle(bundle.name)] if one]
    if store:
        with store.read() as tx:
            known += [one for one in [latest(tx, bundle.name)] if one]
    return judge(max(known, key=lambda one: one.edition, default=None), bundle, from_new_key=from_new_key)


def drop(name: str) -> InstalledBundle:
    """Use a bundle no longer. Its acceptance stays noted, so that no older one is taken after. Raises `UnknownBundleError`."""
    gone = holding().bundle(name)
    if gone is None:
        raise UnknownBundleError(name)
    leave(name)
    return gone


def _unpack(bundle: Bundle, folder: Path) -> None:
    """The files in their folder: those that are there already, when they are the signed ones."""
    if folder.exists():
        if all(_is(folder / one.path, one.sha256) for one in bundle.files.values()):
            return
        shutil.rmtree(folder)
    bundle.unpack(folder)


def _is(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _tidy(folder: Path, before: InstalledBundle | None) -> None:
    """Take away what neither this edition nor the one before it needs; a program that has just begun may still read the latter."""
    kept = {folder.name, before.folder.rsplit("/", 1)[1] if before else folder.name}
    for other in folder.parent.iterdir():
        if other.name not in kept:
            shutil.rmtree(other, ignore_errors=True)


def _files(bundle: Bundle, below: str) -> dict[str, bytes]:
    return {path.removeprefix(below): bundle.read(path) for path in bundle.files if path.startswith(below)}
