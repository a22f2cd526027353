"""Erasing a person, and forgetting what is kept no longer than it serves.

On whose authority: GDPR article 17 gives the right to erasure, and its paragraph 3 what stays: what a legal obligation or a task in the
public interest asks to be kept (b), archives (d), what claims may need (e). A body's decisions are public archives (code du patrimoine,
L. 211-4), which nobody destroys without the archives' consent (L. 212-2, L. 214-3): they stay, under a pseudonym. Logs: the CNIL
recommends six months to a year (délibération 2021-122); the trail holds no name, so it is whole for as long as the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from egide.accounts import people, retention
from egide.accounts.roles import Act
from egide.accounts.trail import note
from egide.portfolio.dossiers import forgetting as dossiers
from egide.portfolio.kept import forgetting as portfolio
from egide.portfolio.kept import readings
from egide.portfolio.works import keeping as works
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.accounts.entry import Caller
    from egide.accounts.people import Person
    from egide.app.site.serving import Serving
    from egide.portfolio.kept.forgetting import Named
    from egide.store.connection import Store
    from egide.store.transaction import Transaction

ALONE = N_("nobody would be left to administer {bodies}: give that role to somebody else first")
LEAST_NAME = 4
"""Letters: a shorter name would be found in half of what people write."""
KEPT = {
    "trail": N_("the trail stays whole: it names people by number alone, and the number then names nobody"),
    "decisions": N_(
        "decisions and answers stay, under the pseudonym: they are public archives (code du patrimoine, L. 211-4; GDPR, 17.3 b and d)"
    ),
    "signatures": N_("recorded assessments and signed labels stay, with the number: what was signed is accounted for (GDPR, 17.3 b and e)"),
    "files": N_("files that people brought stay as they are: the body takes the name out of its own file and brings it again"),
    "backups": N_("backups made before still hold the name until they are destroyed: after restoring one, erase the person again"),
}  # fmt: skip
"""What an erasure leaves, and why."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure takes away and what stays. ``pseudonym`` stands in the place of the name."""

    pseudonym: str
    name: str
    number: int | None
    traces: Mapping[str, int]
    named: Sequence[Named]
    reviews: int
    dossiers: Sequence[tuple[str, str]] = field(default=())
    """Dossiers in whose files the name stands: body and name."""
    namesakes: int = 0
    """Others who have that name: what they wrote can't be told apart, so names in texts are left."""
    alone: Sequence[str] = ()
    """Bodies that nobody else administers: while there are any, the person is not erased."""


def erasure(store: Store, given: str, *, by_name: bool = False, by: Caller | None = None) -> Erasure:
    """What would go; nothing is changed. ``given``: a login or number, or with ``by_name`` the name of somebody without an account.

    ``by``: an administrator, in whose bodies alone names are looked for; else everywhere.

    Raises `UnknownPersonError`; `InputError` for a name that is too short.
    """
    with store.read() as tx:
        return _found(tx, given, by_name, by)


def erase(store: Store, given: str, *, by_name: bool = False, by: Caller | None = None) -> Erasure:
    """Do it, all of it or nothing; what went. Raises as `erasure`, and `InputError` for the last who administers a body."""
    with store.write() as tx:
        tx.overwrite()
        found = _found(tx, given, by_name, by)
        _erase(tx, found, by)
    store.fold()
    return found


def _erase(tx: Transaction, found: Erasure, by: Caller | None) -> None:
    if found.alone:
        raise InputError(ALONE, values={"bodies": found.alone})
    if not found.namesakes:
        portfolio.replace_name(tx, found.name, found.pseudonym, _bodies(by))
        dossiers.replace_name(tx, found.name, found.pseudonym, _bodies(by))
    if found.number is not None:
        people.erase(tx, found.number)
    note(tx, "erased", "" if found.number is None else str(found.number), person=by.person.number if by else None,
         token=by.token if by else None)


def _bodies(by: Caller | None) -> list[str] | None:
    return None if by is None else [body for body in by.acts if by.may(Act.ADMINISTER, body)]


def _found(tx: Transaction, given: str, by_name: bool, by: Caller | None) -> Erasure:
    whose: Person | None = None if by_name else people.find(tx, given)
    name = whose.name if whose else " ".join(given.split())
    if by_name and sum(sign.isalpha() for sign in name) < LEAST_NAME:
        raise InputError(N_("a name of fewer than {n} letters is not searched for: it would be found everywhere"), values={"n": LEAST_NAME})
    reviews, held = dossiers.find_name(tx, name, _bodies(by))
    others = [one for one in people.everybody(tx) if one != whose and one.name.casefold() == name.casefold()]
    return Erasure(
        f"personne-{whose.number}" if whose else PSEUDONYM, name, whose.number if whose else None,
        retention.traces(tx, whose.number) if whose else {}, portfolio.find_name(tx, name, _bodies(by)), reviews, held, len(others),
        people.alone_in(tx, whose.number) if whose else (),
    )  # fmt: skip


PSEUDONYM = "personne-effacée"
"""Of somebody who had no account, and so no number."""


def outlived(store: Store, settings: Serving) -> Mapping[str, int]:
    """How much is older than the settings allow, by what it is; nothing is changed."""
    with store.read() as tx:
        return _outlived(tx, settings)


def forget_outlived(store: Store, settings: Serving) -> Mapping[str, int]:
    """Forget it; how much it was."""
    with store.write() as tx:
        tx.overwrite()
        found = _outlived(tx, settings)
        retention.forget_ended(tx, settings.keep_links_days)
        portfolio.forget_outlived(tx, settings.keep_links_days, settings.keep_files_days, settings.keep_answers_days)
        readings.forget(tx)
        works.forget_outlived(tx, settings.keep_works_days)
        for number in retention.gone_people(tx, settings.keep_people_days):
            _erase(tx, _found(tx, str(number), False, None), None)
        if any(found.values()):
            note(tx, "retention", details=dict(found))
    store.fold()
    return found


def _outlived(tx: Transaction, settings: Serving) -> Mapping[str, int]:
    return {
        **retention.ended(tx, settings.keep_links_days),
        **portfolio.outlived(tx, settings.keep_links_days, settings.keep_files_days, settings.keep_answers_days),
        "works": works.outlived(tx, settings.keep_works_days),
        "people": len(retention.gone_people(tx, settings.keep_people_days)),
    }
