"""A person's name in dossiers of labels: out of the reasons that evaluators gave; where it stands in a file, that is told.

Files, assessments and signatures of dossiers are what a label rests on, so they are left as they are; people are numbers beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from egide.portfolio.dossiers.tables import BLOBS, REVIEWS, VERSIONS
from egide.portfolio.kept.forgetting import of_bodies, pattern, texts
from egide.portfolio.kept.keeping import unpacked

if TYPE_CHECKING:
    from collections.abc import Collection

    from egide.store.transaction import Transaction


def find_name(tx: Transaction, name: str, bodies: Collection[str] | None = None) -> tuple[int, list[tuple[str, str]]]:
    """In how many reasons of reviews a name stands, and in files of which dossiers: body and name of each."""
    sought = pattern(name)
    reviews = sum(bool(sought.search(why)) for why in tx.execute(select(REVIEWS.c.why).where(of_bodies(REVIEWS, bodies))).scalars())
    digests = {
        (row.body, row.digest) for row in tx.stream(select(BLOBS.c.body, BLOBS.c.digest, BLOBS.c.content).where(of_bodies(BLOBS, bodies)))
        if any(sought.search(text) for text in texts(unpacked(row.content)))
    }  # fmt: skip
    named = select(VERSIONS.c.body, VERSIONS.c.name, VERSIONS.c.files)
    held = {(row.body, row.name) for row in tx.stream(named) if any(body == row.body and digest in row.files for body, digest in digests)}
    return reviews, sorted(held)


def replace_name(tx: Transaction, name: str, pseudonym: str, bodies: Collection[str] | None = None) -> None:
    """The pseudonym in its place in the reasons of reviews."""
    sought = pattern(name)
    keys = (REVIEWS.c.body, REVIEWS.c.dossier, REVIEWS.c.number)
    for row in tx.execute(select(*keys, REVIEWS.c.why).where(of_bodies(REVIEWS, bodies))).all():
        if sought.search(row.why):
            same = [column == getattr(row, column.name) for column in keys]
            tx.execute(REVIEWS.update().where(*same).values(why=sought.sub(pseudonym, row.why)))
