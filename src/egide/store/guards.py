"""What refuses, in the database itself, that a row of an append-only table be changed or deleted.

Whoever owns the database can take the guards away; `egide.store.chain` shows what was done then, and `missing_guards` that they are gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import UniqueConstraint, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Table

MARK = "egide append-only: "
"""Begins what the guards say; the table's name follows."""
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION egide_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{MARK}' || TG_TABLE_NAME;
END $$
"""


def put_guards(connection: Connection, tables: Iterable[Table]) -> None:
    """Guard the tables; those that are guarded already are guarded anew."""
    tables = list(tables)
    take_guards(connection, tables)
    if connection.dialect.name == "postgresql":
        connection.execute(text(_FUNCTION))
    for table in tables:
        for statement in _guards(connection.dialect.name, table).values():
            connection.execute(text(statement))


def take_guards(connection: Connection, tables: Iterable[Table]) -> None:
    """Leave the tables unguarded, for a migration; nothing happens to those that do not exist yet."""
    present = _present(connection)
    for table in tables:
        for name in _guards(connection.dialect.name, table):
            if name in present:
                on = f" ON {table.name}" if connection.dialect.name == "postgresql" else ""
                connection.execute(text(f"DROP TRIGGER {name}{on}"))


def missing_guards(connection: Connection, tables: Iterable[Table]) -> list[str]:
    """The tables that are not, or not wholly, guarded."""
    present = _present(connection)
    return [table.name for table in tables if not _guards(connection.dialect.name, table).keys() <= present]


def _present(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        return set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    return set(connection.scalars(text(
        "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE relnamespace = current_schema()::regnamespace AND tgenabled <> 'D'"
    )))  # fmt: skip


def _guards(dialect: str, table: Table) -> dict[str, str]:
    """Each guard's name and the statement that makes it."""
    name = table.name
    if dialect == "postgresql":
        refuse = "EXECUTE FUNCTION egide_append_only()"
        return {
            f"{name}_keep": f"CREATE TRIGGER {name}_keep BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW {refuse}",
            f"{name}_keep_all": f"CREATE TRIGGER {name}_keep_all BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {refuse}",
        }
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MARK}{name}'); END"
    taken = f"EXISTS (SELECT 1 FROM {name} WHERE {' OR '.join(_same(columns) for columns in _keys(table))})"  # noqa: S608 - our own names
    return {
        f"{name}_keep_update": f"CREATE TRIGGER {name}_keep_update BEFORE UPDATE ON {name} {refuse}",
        f"{name}_keep_delete": f"CREATE TRIGGER {name}_keep_delete BEFORE DELETE ON {name} {refuse}",
        # INSERT OR REPLACE deletes without firing the guard above, unless the connection asked for recursive triggers
        f"{name}_keep_replace": f"CREATE TRIGGER {name}_keep_replace BEFORE INSERT ON {name} WHEN {taken} {refuse}",
    }


def _keys(table: Table) -> list[list[str]]:
    """The columns of each key that two rows cannot share."""
    unique = [constraint.columns for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    unique += [index.columns for index in table.indexes if index.unique]
    return sorted([column.name for column in columns] for columns in [table.primary_key.columns, *unique])


def _same(columns: list[str]) -> str:
    return "(" + " AND ".join(f"{column} = NEW.{column}" for column in columns) + ")"
