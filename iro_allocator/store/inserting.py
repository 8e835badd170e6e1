"""Many rows into one table: what the database library works out for each row is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert

from iro_allocator.watching import Watch

_AT_ONCE = 2_000

Getter = Callable[..., Callable[[Any], tuple[Any, ...]]]
"""`attrgetter` or `itemgetter`: how the values of some names are got out of a row."""


def insert_all(connection: Connection, table: Table, rows: Sequence[Any], getter: Getter, watch: Watch) -> None:
    """Adds rows that have a value for every column, in their order."""
    statement = insert(table).compile(dialect=connection.dialect)
    names = statement.positiontup or list(table.columns.keys())
    get = getter(*names)
    needed = [(at, process) for at, name in enumerate(names) if (process := _processor(connection, table, name))]
    for start in range(0, len(rows), _AT_ONCE):
        watch.say(f"Storing: {start:,} of {len(rows):,} ({table.name})")
        given: list[Any] = []
        for row in rows[start : start + _AT_ONCE]:
            values = list(get(row))
            for at, process in needed:
                values[at] = process(values[at])
            given.append(tuple(values) if statement.positional else dict(zip(names, values, strict=True)))
        connection.exec_driver_sql(str(statement), given)


def _processor(connection: Connection, table: Table, name: str) -> Callable[[Any], Any] | None:
    """What turns a column's value into what the driver takes; None when it takes it as it is."""
    dialect = connection.dialect
    return table.columns[name].type.dialect_impl(dialect).bind_processor(dialect)
