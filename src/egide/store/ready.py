"""A statement that is made once for each engine and then put to its driver: what the library would work out again each time is kept.

For statements that run a thousand times a second. Parameters are named; values go through the types of the columns, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Select

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.base import Executable

Rows = list[tuple[Any, ...]]


class Said:
    """A statement as one engine says it."""

    def __init__(self, statement: Any, dialect: Dialect, columns: Sequence[str] | None = None) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns, compile_kwargs={"render_postcompile": True})
        if any(bind.expanding for bind in compiled.bind_names):
            raise TypeError("a list of values can't be said once for all")
        self.sql = str(compiled)
        self._fixed = dict(compiled.params)
        self._order: Sequence[str] | None = compiled.positiontup if compiled.positional else None
        self._put = {
            name: convert for bind, name in compiled.bind_names.items()
            if (convert := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }  # fmt: skip
        found = statement.selected_columns if isinstance(statement, Select) else statement.exported_columns
        makes = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in found]
        self._makes = [(place, make) for place, make in enumerate(makes) if make is not None]

    def put(self, values: Mapping[str, Any]) -> Any:
        """The parameters as the driver takes them."""
        held = {**self._fixed, **values}
        for name, convert in self._put.items():
            held[name] = convert(held[name])
        return held if self._order is None else [held[name] for name in self._order]

    def made(self, rows: Rows) -> Rows:
        """The rows as the columns' types read them."""
        if not self._makes:
            return rows
        found = []
        for row in rows:
            values = list(row)
            for place, make in self._makes:
                values[place] = make(values[place])
            found.append(tuple(values))
        return found


class Ready:
    """``columns``: those that an `INSERT` or `UPDATE` gives, as far as the statement itself does not name them; all without it."""

    def __init__(self, statement: Executable, columns: Iterable[str] | None = None) -> None:
        self.statement = statement
        self._columns = None if columns is None else list(columns)
        self._said: WeakKeyDictionary[Dialect, Said] = WeakKeyDictionary()

    def of(self, dialect: Dialect) -> Said:
        """As that engine says it."""
        said = self._said.get(dialect)
        if said is None:
            said = self._said[dialect] = Said(self.statement, dialect, self._columns)
        return said


