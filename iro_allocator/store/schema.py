"""The tables: one for every kind of record, derived from its fields, with the history beside them.

The same for SQLite, SQLCipher and PostgreSQL. A change here needs a revision in migrations/versions,
which repeats it in words of its own, and its number in REVISIONS.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    insert,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from iro_allocator.store.codec import KINDS, builder, canonical, hints

REVISIONS = ("0001", "0002", "0003")
"""The schema's revisions, oldest first: what this program knows how to read or to upgrade from."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


class Nested(TypeDecorator[Any]):
    """A tuple, a place or a scheme, kept as canonical JSON text."""

    impl = Text
    cache_ok = True

    def __init__(self, hint: Any = Any) -> None:
        super().__init__()
        self.hint = hint
        build = builder(hint)
        # The same few lists stand in many rows, and immutable ones may be shared.
        self._read = lru_cache(maxsize=1024 if get_origin(hint) is tuple else 0)(lambda t: build(json.loads(t)))

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """The text to be kept."""
        return None if value is None else "[]" if value == () else canonical(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The value that a text holds."""
        return None if value is None else self._read(value)


class Moment(TypeDecorator[datetime]):
    """A moment, kept and given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment to be kept."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment that was kept; SQLite keeps no zone with it."""
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


REFERENCES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "hours": {"iro": "iro"},
        "absence": {"iro": "iro"},
        "allocation": {"case": "case", "iro": "iro"},
        "barred": {"case": "case", "iro": "iro"},
        "apart": {"case": "case", "other": "case"},
    }
)
"""Which fields of a kind name a record of which other kind."""

_TYPES: Mapping[Any, type[TypeEngine[Any]]] = MappingProxyType(
    {str: Text, bool: Boolean, int: BigInteger, float: Double, date: Date}
)


def _column(kind: str, name: str, hint: Any) -> Column[Any]:
    optional = get_origin(hint) in (Union, UnionType)
    inner = next(arg for arg in get_args(hint) if arg is not NoneType) if optional else hint
    if get_origin(inner) is Literal:
        inner = str
    column_type = _TYPES[inner]() if inner in _TYPES else Nested(inner)
    target = REFERENCES.get(kind, {}).get(name)
    # Deferred: the edits of a step may come in any order.
    key = [ForeignKey(f"{target}.id", deferrable=True, initially="DEFERRED")] if target else []
    return Column(name, column_type, *key, nullable=optional, primary_key=name == "id", index=True if target else None)


RECORD_TABLES: Mapping[str, Table] = MappingProxyType(
    {
        kind: Table(kind, metadata, *(_column(kind, *field) for field in hints(record).items()))
        for kind, record in KINDS.items()
    }
)

STEP = Table(
    "step",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Nested, nullable=False),
    Column("undoes", Integer, ForeignKey("step.number")),
    Column("digest", Text, nullable=False),
)

# An image may be blanked one day with its salt; the digest stays, and with it the chain.
EDIT = Table(
    "edit",
    metadata,
    Column("step", Integer, ForeignKey("step.number"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("salt", Text),
    Column("before_digest", Text),
    Column("after_digest", Text),
    Index("ix_edit_record", "kind", "record"),
)

SERVICE = Table(
    "service",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sample", Boolean, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("head", Text, nullable=False),
)
"""One row: whether this is the made-up service, and the number and digest of the last step."""

MEMORY = Table("memory", metadata, Column("key", Text, primary_key=True), Column("value", Nested))

VERSION = Table(
    "alembic_version",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's own table, written here too so that a new database need not load Alembic."""


def lay_out(connection: Connection, *, sample: bool) -> None:
    """Makes the tables of an empty service."""
    metadata.create_all(connection)
    connection.execute(insert(VERSION), {"version_num": REVISIONS[-1]})
    connection.execute(insert(SERVICE), {"id": 1, "sample": sample, "steps": 0, "head": ""})
