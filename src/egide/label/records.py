"""Access records that a provider can export: who holds rights (IAM), who came through the bastion, who keeps keys, what leaves.

A row is a way to a component. It is *tested* when somebody tried it on a day and wrote what happened: `open` shows the
way open, `blocked` shows its control holding, `bypassed` shows that it does not hold. Without day and result a row is a
declaration, and a control that nobody tried cuts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from egide.label.dossier import Access, AccessKind, PathState
from egide.label.tables import Row, rows
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import date

MAX_ROWS = 200_000
SHOWN = 5
"""Rows named in the origin of a way that many rows show."""

NO_CELL = N_("nothing here; the row is left out")
WRONG_KIND = N_("«{cell}» is no kind of access; it is taken for administration, which reaches most")
WRONG_DAY = N_("«{cell}» is not a day; the row is taken for a declaration")
WRONG_RESULT = N_("«{cell}» is neither open, blocked nor bypassed; the row is taken for a declaration")
HALF = N_("a result without its day, or a day without its result, is no test; the row is taken for a declaration")

KINDS: Mapping[str, AccessKind] = {
    **{str(kind): kind for kind in AccessKind},
    "administrateur": AccessKind.ADMINISTRATION, "admin": AccessKind.ADMINISTRATION, "exploitation": AccessKind.ADMINISTRATION,
    "assistance": AccessKind.SUPPORT, "maintenance": AccessKind.SUPPORT, "telemetrie": AccessKind.TELEMETRY,
    "supervision": AccessKind.TELEMETRY, "journaux": AccessKind.TELEMETRY, "logs": AccessKind.TELEMETRY,
    "mises a jour": AccessKind.UPDATES, "mise a jour": AccessKind.UPDATES, "update": AccessKind.UPDATES, "cles": AccessKind.KEYS,
    "cle": AccessKind.KEYS, "key": AccessKind.KEYS, "sequestre": AccessKind.ESCROW, "donnees": AccessKind.DATA,
}
RESULTS: Mapping[str, str] = {
    "open": "open", "ouvert": "open", "ouverte": "open", "allowed": "open", "autorise": "open", "autorisee": "open",
    "blocked": "blocked", "bloque": "blocked", "bloquee": "blocked", "denied": "blocked", "refuse": "blocked", "refusee": "blocked",
    "bypassed": "bypassed", "contourne": "bypassed", "contournee": "bypassed",
}
_SHARED: Mapping[str, tuple[str, ...]] = {
    "control": ("control", "controle", "dispositif", "mesure"),
    "on": ("on", "date", "observed on", "tested on", "observe le", "teste le", "constate le", "date du test", "date de l essai"),
    "result": ("result", "resultat", "constat", "decision", "action", "verdict"),
    "kind": ("kind", "nature", "type", "type d acces", "usage"),
}


@dataclass(frozen=True, slots=True)
class Form:
    """What one kind of record holds: its columns, and what it says when a row doesn't."""

    headers: Mapping[str, Sequence[str]]
    kind: AccessKind
    """The kind of a row that names none."""
    control: str
    """The control that a record of this kind implies when a row shows one holding and doesn't name it."""


_PARTY = ("party", "partie", "tiers", "societe", "employeur", "organisation", "entite", "fournisseur")
_COMPONENT = ("component", "composant", "cible", "target", "ressource", "systeme")

FORMS: Mapping[str, Form] = {
    "iam": Form({"subject": ("principal", "compte", "identite", "identifiant", "account"), "source": _PARTY, "target": _COMPONENT,
                 "role": ("role", "profil", "droit", "droits"), **_SHARED}, AccessKind.ADMINISTRATION, "iam"),
    "bastion": Form({"subject": ("session", "id session", "identifiant"), "source": _PARTY, "target": _COMPONENT, **_SHARED},
                    AccessKind.SUPPORT, "bastion"),
    "keys": Form({"subject": ("key", "cle", "identifiant"), "source": ("custodian", "depositaire", "gardien", "detenteur", *_PARTY),
                  "target": _COMPONENT, **_SHARED}, AccessKind.KEYS, "keys"),
    "egress": Form({"source": ("destination", "destination party", "destinataire", "partie destinataire", *_PARTY),
                    "target": ("source", "source component", "composant source", *_COMPONENT),
                    **_SHARED, "kind": (*_SHARED["kind"], "flux")}, AccessKind.TELEMETRY, "egress"),
}
"""What leaves a component for a party is that party's way to the component: so an egress row runs from destination to source."""


def read_records(kind: str, content: bytes, file: str) -> tuple[tuple[Access, ...], tuple[Problem, ...]]:
    """The ways that the records show, rows that say the same joined under the latest day, and what could not be used.

    ``kind`` is ``iam``, ``bastion``, ``keys`` or ``egress``. Parties and components are as the file names them.
    Raises `InputError` when the file is no such table.
    """
    if kind not in FORMS:
        raise InputError(N_("records are of iam, bastion, keys or egress, not of `{kind}`"), Location(file), values={"kind": kind})
    form = FORMS[kind]
    problems: list[Problem] = []
    shown: dict[Access, tuple[list[int], list[date]]] = {}
    for row in rows(content, file, form.headers, ("source", "target"), MAX_ROWS):
        access = _access(row, form, problems)
        if access:
            numbers, days = shown.setdefault(replace(access, on=None), ([], []))
            numbers.append(row.number)
            days += [access.on] if access.on else []
    joined = (replace(one, id=f"{file}:{numbers[0]}", origin=_origin(file, numbers), on=max(days, default=None))
              for one, (numbers, days) in shown.items())
    return tuple(joined), tuple(problems)


def _origin(file: str, numbers: Sequence[int]) -> str:
    more = f" … ({len(numbers)})" if len(numbers) > SHOWN else ""
    return f"{file}:{', '.join(str(number) for number in numbers[:SHOWN])}{more}"


def _access(row: Row, form: Form, problems: list[Problem]) -> Access | None:
    source, target = row.text("source"), row.text("target")
    if not source or not target:
        problems.append(Problem(row.at("target" if source else "source"), NO_CELL))
        return None
    kind = row.word("kind", {name: str(one) for name, one in KINDS.items()})
    if row.text("kind") and kind is None:
        problems.append(Problem(row.at("kind"), WRONG_KIND, {"cell": row.text("kind")}, False))
        kind = AccessKind.ADMINISTRATION
    on, result = _observed(row, problems)
    seen = PathState.TESTED if on else PathState.DECLARED
    control = row.text("control") or None
    state, control_state = PathState.DECLARED, PathState.DECLARED if control else None
    if result == "open":
        state = seen
    elif result == "blocked":
        control, control_state = control or form.control, seen
    elif result == "bypassed":
        state, control, control_state = seen, None, None
    return Access("", source, target, AccessKind(kind) if kind else form.kind, state, control, control_state, on=on)


def _observed(row: Row, problems: list[Problem]) -> tuple[date | None, str | None]:
    """The day and the result; a result without its day is kept as said, a day without its result is nothing."""
    on, result = row.day("on"), row.word("result", RESULTS)
    if row.text("on") and on is None:
        problems.append(Problem(row.at("on"), WRONG_DAY, {"cell": row.text("on")}, False))
    elif row.text("result") and result is None:
        problems.append(Problem(row.at("result"), WRONG_RESULT, {"cell": row.text("result")}, False))
    elif (on is None) != (result is None):
        problems.append(Problem(row.at("on" if on is None else "result"), HALF, {}, False))
    return (on if result else None), result
