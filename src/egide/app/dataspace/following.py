"""The processes of a connector as queries of the common management API find them; each criterion becomes one of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, select

from egide.dataspace.kept.tables import PROCESSES
from egide.dataspace.machines import Kind, Side, State
from egide.dataspace.managed.reading import UnfitError
from egide.dataspace.processes.process import Process, read_process
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.dataspace.managed.queries import Criterion, Query
    from egide.store.connection import Store

COLUMNS = {
    "id": PROCESSES.c.pid, "state": PROCESSES.c.state, "type": PROCESSES.c.side, "counterPartyId": PROCESSES.c.peer,
    "counterPartyAddress": PROCESSES.c.address, "correlationId": PROCESSES.c.peer_pid, "contractAgreementId": PROCESSES.c.agreement,
    "agreementId": PROCESSES.c.agreement, "contractId": PROCESSES.c.agreement, "assetId": PROCESSES.c.subject,
    "createdAt": PROCESSES.c.created_at,
}  # fmt: skip


def processes(store: Store, kind: Kind, query: Query, *more: ColumnElement[bool]) -> list[Process]:
    """The processes of a kind that meet a query, the newest first unless it says otherwise. Raises `UnfitError`."""
    chosen = select(PROCESSES).where(PROCESSES.c.kind == kind.value, *more, *(_condition(one) for one in query.criteria))
    column = _column(query.sort) if query.sort else PROCESSES.c.created_at
    order = column.desc() if query.descending or query.sort is None else column.asc()
    return _read(store, chosen.order_by(order, PROCESSES.c.pid).offset(query.offset).limit(query.limit))


def agreements(store: Store, query: Query) -> list[Process]:
    """The negotiations that have an agreement; `id` is the agreement's."""
    from dataclasses import replace

    named = tuple(replace(one, left="agreementId" if one.left == "id" else one.left) for one in query.criteria)
    return processes(store, Kind.NEGOTIATION, replace(query, criteria=named), PROCESSES.c.agreement.is_not(None))


def with_data(store: Store, query: Query) -> list[Process]:
    """The transfers of ours whose data may be pulled."""
    own = (PROCESSES.c.side == Side.CONSUMER.value, PROCESSES.c.state == State.STARTED.value)
    return [one for one in processes(store, Kind.TRANSFER, query, *own) if "data-address" in one.body]


def agreed(store: Store, name: str) -> Process | None:
    """The negotiation that ended in that agreement."""
    chosen = select(PROCESSES).where(PROCESSES.c.agreement == name, PROCESSES.c.kind == Kind.NEGOTIATION.value)
    return next(iter(_read(store, chosen.limit(1))), None)


def _read(store: Store, chosen: Select[Any]) -> list[Process]:
    with store.read() as tx:
        return [read_process(row) for row in tx.execute(chosen)]


def _column(name: str) -> Any:
    if name not in COLUMNS:
        raise UnfitError("filterExpression", N_("processes are not found by `{name}`; these are known: {known}"),
                         {"name": name, "known": ", ".join(COLUMNS)})
    return COLUMNS[name]


def _condition(one: Criterion) -> ColumnElement[bool]:
    column = _column(one.left)
    values = [str(each) for each in (one.right if isinstance(one.right, list) else [one.right])]
    if one.left == "type":
        values = [value.lower() for value in values]
    if one.left == "createdAt" or one.operator not in {"=", "!=", "in", "like"}:
        raise UnfitError("filterExpression", N_("processes are not found by `{name}`; these are known: {known}"),
                         {"name": f"{one.left} {one.operator}", "known": ", ".join(COLUMNS)})
    found: ColumnElement[bool] = {
        "=": column == values[0], "!=": column != values[0], "in": column.in_(values), "like": column.like(values[0]),
    }[one.operator]  # fmt: skip
    return found
