"""Records as JSON text and back: the images in the history, the nested columns, what digests are taken of.

Derived from the fields of the dataclasses, so that a new field needs no line here. The text is canonical
(keys sorted, no spaces): equal records have equal text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache, partial
from json.encoder import encode_basestring
from math import isfinite
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from iro_allocator.domain import RECORDS, Place, Record
from iro_allocator.domain.changes import tag_of
from iro_allocator.errors import Explained
from iro_allocator.store.words import name

KINDS: Mapping[str, Any] = MappingProxyType({kind.kind: kind for kind in RECORDS})
"""The class of each kind of record."""


@cache
def hints(kind: Any) -> Mapping[str, Any]:
    """The type of each field of a dataclass, in order."""
    found = get_type_hints(kind)
    return MappingProxyType({field.name: found[field.name] for field in fields(kind)})


def values(record: Any) -> dict[str, Any]:
    """The fields of a dataclass by name, as they are."""
    kind: Any = type(record)
    return {name: getattr(record, name) for name in hints(kind)}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return values(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


_ENCODER = json.JSONEncoder(default=_plain, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> str:
    """A value as canonical JSON text.

    Raises Explained for text that a database cannot hold (a null character, half a surrogate pair), and
    TypeError or ValueError for what is no JSON at all.
    """
    text = _ENCODER.encode(value)
    # A backslash of the text itself is doubled: without the pairs, \u0000 can only be a null character.
    if "\\u0000" in text.replace("\\\\", "") or not _is_unicode(text):
        raise Explained("A text holds a character that cannot be stored.", "Type it again instead of pasting it.")
    return text


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@cache
def builder(hint: Any) -> Callable[[Any], Any]:
    """What makes a value of this type from its JSON form."""
    args = get_args(hint)
    if get_origin(hint) in (Union, UnionType) and NoneType not in args:  # of several kinds: each says its tag
        kinds = {tag_of(arg): builder(arg) for arg in args}
        return lambda value: kinds[value["tag"]](value)
    if get_origin(hint) in (Union, UnionType):  # else always something or None
        build = builder(next(arg for arg in args if arg is not NoneType))
        return lambda value: None if value is None else build(value)
    if get_origin(hint) is tuple and args[-1] is Ellipsis:
        item = builder(args[0])
        return lambda value: tuple(item(part) for part in value)
    if get_origin(hint) is tuple:
        items = tuple(builder(arg) for arg in args)
        return lambda value: tuple(item(part) for item, part in zip(items, value, strict=True))
    if is_dataclass(hint):
        make: Any = hint
        parts = {name: builder(part) for name, part in hints(make).items()}
        # A field that came after the text was written has its default.
        return lambda value: make(**{n: build(value[n]) for n, build in parts.items() if n in value})
    if hint is date:
        return date.fromisoformat
    return float if hint is float else lambda value: value


def image(record: Record | None) -> str | None:
    """A record as the history keeps it; None for none.

    Raises Explained when the record would not come back equal (a number that is none, a foreign type).
    """
    if record is None:
        return None
    try:
        if (text := _plain_image(record)) is not None:
            return text
        text = canonical(record)
        if from_image(record.kind, text) == record:
            return text
    except (TypeError, ValueError) as fault:
        raise _unkept(record) from fault
    raise _unkept(record)


_Write = Callable[[Any], str | None]
"""Writes a value as JSON; None for one that is not plain after all."""


def _plain_image(record: Record) -> str | None:
    """The same text for a record of plain values, each of just the type that its field has, so that it comes back.

    None for any other record. An import keeps tens of thousands, and nearly all are so.
    """
    kind: Any = type(record)
    parts = []
    for field, before, write, usual, usually in _layout(kind):
        value = getattr(record, field)
        if value is usual:
            parts.append(usually)
            continue
        how = write.get(type(value))
        part = None if how is None else how(value)
        if part is None:
            return None
        parts.append(before + part)
    text = f"{{{''.join(parts)[1:]}}}"
    return text if _is_unicode(text) else None


@cache
def _layout(kind: Any) -> tuple[tuple[str, str, Mapping[type, _Write], Any, str], ...]:
    """The fields of a record in the order of their names, each with how it is written.

    What stands before a value, a writer by the value's type, and the default, for most are just that, as written.
    """
    found = []
    for field in sorted(fields(kind), key=lambda field: field.name):
        before, write = f',"{field.name}":', dict(_writers(hints(kind)[field.name]))
        how = write.get(type(field.default))
        usually = None if how is None else how(field.default)
        found.append((field.name, before, write, field.default if usually else _NONE_USUAL, f"{before}{usually}"))
    return tuple(found)


_NONE_USUAL = object()


def _writers(hint: Any) -> Iterator[tuple[type, _Write]]:
    """How the plain values that a field may have are written, by their type."""
    if get_origin(hint) in (Union, UnionType):
        for arg in get_args(hint):
            yield from _writers(arg)
    elif get_origin(hint) is Literal:
        yield str, _PLAIN[str]
    elif hint in (tuple[str, ...], Place):
        yield tuple, partial(_listed, str if hint == tuple[str, ...] else int, None if hint != Place else 2)
    elif hint in _PLAIN:
        yield hint, _PLAIN[hint]


def _listed(kind: type, length: int | None, values: tuple[Any, ...]) -> str | None:
    """A list of plain values of one type, of this length when there is one."""
    if length not in (None, len(values)) or any(type(value) is not kind for value in values):
        return None
    parts = [part for value in values if (part := _PLAIN[kind](value)) is not None]
    return f"[{','.join(parts)}]" if len(parts) == len(values) else None


_PLAIN: Mapping[Any, _Write] = MappingProxyType(
    {
        str: lambda value: None if "\0" in value else encode_basestring(value),
        NoneType: lambda _: "null",
        bool: lambda value: "true" if value else "false",
        int: int.__repr__,
        float: lambda value: float.__repr__(value) if isfinite(value) else None,
        date: lambda value: f'"{value.isoformat()}"',
    }
)


def _unkept(record: Record) -> Explained:
    return Explained(f"{name(record.kind, record.id, record)} holds a value that cannot be kept as it is.")


def from_image(kind: str, text: str) -> Any:
    """The record that an image holds."""
    return builder(KINDS[kind])(json.loads(text))
