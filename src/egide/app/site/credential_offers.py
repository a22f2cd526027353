"""A label for credentials that are presented, as Gaia-X's clearing houses give it: `/api/credential-offers/{level}?vcid=`.

What a clearing house decides by itself is here a person's: a label is given when the body has a record of the offer, assessed by one
person and signed by another, that supports the level, and when the dossier still gives the same answers. The presentation is verified
offline, against the bundles at hand. The key is that of an issuer's folder, which whoever runs the site names; without one, no label.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egide.accounts.errors import AbsentError
from egide.accounts.trail import note
from egide.app import law
from egide.app.label import credentials as labels
from egide.app.locking import BusyError
from egide.app.site.label_refusals import LaterError, NoDeskError, WithheldError
from egide.app.trust import issuing
from egide.app.trust.issuing import UnsettledError
from egide.app.trust.keys import find
from egide.papers.label.bound import Bound, names_of
from egide.papers.label.credential import Withheld
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.accounts.entry import Caller
    from egide.app.label.dossiers import Dossiers, Seen
    from egide.app.site.serving import Serving
    from egide.portfolio.dossiers.keeping import Recorded

SCHEME = "gaia-x-24.11"
LEVELS: Mapping[str, str] = {"standard-compliance": "SC", "label-level-1": "L1", "label-level-2": "L2", "label-level-3": "L3"}
"""How the clearing houses' addresses name the levels."""
FILE = "presentation"
NO_RECORD = N_(
    "no dossier of this body has a signed record by {scheme} of an offer that is presented: "
    "name the dossier, or have it assessed and signed"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program asks for. ``dossier``: whose record; empty when the presentation is to tell. ``identifier``: the label's own."""

    level: str
    presentation: bytes
    dossier: str
    identifier: str


def desk_of(settings: Serving) -> Path | None:
    """The issuer's folder that the settings name. Raises `InputError` when it is none."""
    if settings.label_desk is None:
        return None
    folder = Path(settings.label_desk)
    issuing.looked_at(folder)
    return folder


def offered(dossiers: Dossiers, desk: Path | None, caller: Caller, body: str, asked: Asked, now: datetime) -> labels.Label:
    """The label. Asked again with the same identifier, the same label is given.

    Raises `NoDeskError`, `WithheldError`, `AbsentError` for a level or a dossier that there isn't, `TakenIdentifierError`, `LaterError`,
    `InputError`.
    """
    if asked.level not in LEVELS:
        raise AbsentError
    if desk is None:
        raise NoDeskError
    bound = labels.bound_in([(FILE, asked.presentation)], now)
    if isinstance(bound, Withheld):
        raise WithheldError(bound.because)
    seen, record = _record(dossiers, body, asked, bound)
    made = _assessed(dossiers, body, seen, record)
    settings, _ = issuing.looked_at(desk)
    key = find(str(desk / settings.key))
    wish = labels.Wish(bound, LEVELS[asked.level], labels.USUAL_DAYS, asked.identifier, once=True)
    try:
        label = labels.issue(made, wish, key, now, desk=desk, logged=settings.log is not None)
    except (BusyError, UnsettledError) as error:
        raise LaterError(error.message, error.values) from error
    if isinstance(label, Withheld):
        raise WithheldError(label.because)
    with dossiers.store.write() as tx:
        note(tx, "label-issued", seen.version.id, body=body, person=caller.person.number, token=caller.token,
             details={"number": record.number, "digest": label.given.digest})  # fmt: skip
    return label


def _record(dossiers: Dossiers, body: str, asked: Asked, bound: tuple[Bound, ...]) -> tuple[Seen, Recorded]:
    """The newest signed record of the scheme: of the dossier that is named, else of the one whose offer is presented.

    An offer is presented when a credential, or a subject of one, has its identifier or one that its dossier says is the same.
    """
    ids = [asked.dossier] if asked.dossier else [one.id for one in dossiers.listed(body)]
    presented = {name for one in bound for name in one.names}
    for id in ids:
        seen = dossiers.see(body, id)
        if seen is None:
            raise AbsentError
        signed = [one for one in seen.recorded if one.signer is not None and one.scheme == SCHEME and one.version == seen.version.version]
        if signed and (asked.dossier or names_of(_document(dossiers, body, id, signed[0])["offer"]) & presented):
            return seen, signed[0]
    raise WithheldError((Reason("no-record", {"scheme": SCHEME}, NO_RECORD),))


def _document(dossiers: Dossiers, body: str, id: str, record: Recorded) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(dossiers.document(body, id, record.number) or b"{}")
    return found


def _assessed(dossiers: Dossiers, body: str, seen: Seen, record: Recorded) -> labels.Assessed:
    """The record, computed again from its dossier. Raises `WithheldError` when that gives other answers now."""
    held, scheme = _document(dossiers, body, seen.version.id, record), law.scheme(SCHEME)
    again = labels.plain(dossiers.judge(body, seen, SCHEME, record.day), str(held.get("lang") or "fr"))
    if held["scheme"]["digest"] != scheme.digest or labels.answers_of(again) != labels.answers_of(held):
        raise WithheldError((Reason("turned", {"number": record.number}, N_(
            "record {number} is no longer what its dossier gives: have it assessed and signed again"
        )),))  # fmt: skip
    return labels.Assessed(again, scheme, labels.DOCUMENT, True, {})
