"""Statutory returns as XML: read as a stream into the same tables as their CSV files, and never trusted.

A document type, which is how an XML file makes others be loaded or swells to gigabytes, is refused.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from iro_allocator.errors import Explained
from iro_allocator.sheets import cin, ssda903
from iro_allocator.sheets.columns import Source
from iro_allocator.sheets.known_tables import KnownTable, made
from iro_allocator.watching import Watch

_CHUNK = 1 << 16
_DEEPEST = 40  # elements within one another; a census has eight
_LONGEST = 10_000  # characters of one value
_MOST = 1_000_000  # rows of all tables together
_AGAIN = "Export it from the case-management system again and import that."


@dataclass(frozen=True)
class Shape:
    """How the tables of a return lie in XML: what stands for a child, and which elements are rows of what.

    `reference` is what holds the child's reference; `renamed` are elements that the CSV files call otherwise.
    """

    child: str
    reference: str
    tables: Mapping[str, KnownTable]
    renamed: Mapping[str, str] = field(default_factory=dict)


# By the names of a root and of what is directly below it.
SHAPES: Mapping[str, Shape] = {
    "EXPSSDA903": Shape(
        "CHILD",
        "CHILD",
        {
            "CHILD": ssda903.HEADER,
            "EPISODE": ssda903.EPISODES,
            "AREVIEW": ssda903.REVIEWS,
            "AMISSING": ssda903.MISSING,
            "MISSING": ssda903.MISSING,
        },
        {"CHILDID": "CHILD", "PL": "PLACE"},
    ),
    "Message": Shape(
        "Child",
        "LAchildID",
        {"Child": cin.CHILDREN, "ChildProtectionPlans": cin.PLANS, "Section47": cin.ENQUIRIES},
    ),
}


def read(file: str, stream: BinaryIO, watch: Watch | None = None) -> tuple[Source, ...]:
    """The tables of a return in XML, those with rows. Raises Explained for what is none, broken, or not safe."""
    reader = _Reader(file)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.characters
    reader.parser = parser
    try:
        while chunk := stream.read(_CHUNK):
            (watch or Watch()).look()
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as fault:  # the last two: an encoding that there is none of
        what = " ".join(str(fault).split())[:80]
        raise Explained(f"{file} is damaged and cannot be read as XML ({what}).", _AGAIN) from None
    return reader.sources()


def read_bytes(file: str, content: bytes) -> tuple[Source, ...]:
    """The tables of a return in XML that is in memory."""
    return read(file, io.BytesIO(content))


class _Reader:
    """What the parser meets, gathered into rows a child at a time."""

    parser: expat.XMLParserType

    def __init__(self, file: str) -> None:
        self.file = file
        self.shape: Shape | None = None
        self._path: list[str] = []
        self._leaf: list[bool] = []
        self._text = ""
        self._open: list[tuple[str, int, dict[str, str]]] = []  # rows begun: element, line, values
        self._child: list[tuple[str, int, dict[str, str]]] = []  # rows of the child at hand that have ended
        self._rows: dict[str, list[tuple[int, dict[str, str]]]] = {}
        self._number = 0

    def refuse(self, *_: object) -> None:
        """A document type or an entity: nothing of such a file is read."""
        raise Explained(f"{self.file} declares a document type or entities, which no return does.", _AGAIN)

    def start(self, name: str, _: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if not self._path:
            self.shape = SHAPES.get(name)
            if self.shape is None:
                raise Explained(
                    f"{self.file} is XML, but no return that is known: it begins with “{name[:60]}”.",
                    "Known are the SSDA903 return (EXPSSDA903) and the CIN census (Message).",
                )
        if len(self._path) >= _DEEPEST:
            raise Explained(f"{self.file} is nested deeper than any return.", _AGAIN)
        if self._leaf:
            self._leaf[-1] = False
        self._path.append(name)
        self._leaf.append(True)
        self._text = ""
        shape = self.shape
        assert shape is not None
        if name in shape.tables and (self._open or name == shape.child):
            self._open.append((name, self.parser.CurrentLineNumber, {}))

    def characters(self, data: str) -> None:
        if len(self._text) < _LONGEST:
            self._text += data[:_LONGEST]

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        self._path.pop()
        leaf, shape = self._leaf.pop(), self.shape
        assert shape is not None
        if self._open and self._open[-1][0] == name and not (leaf and len(self._open) > 1):
            row = self._open.pop()
            self._child.append(row)
            if not self._open:
                self._take()
        elif leaf and self._open:
            if self._open[-1][0] == name:
                self._open.pop()  # an empty element that would have been a row
            self._value(shape.renamed.get(name, name), " ".join(self._text.split()))
        self._text = ""

    def _value(self, name: str, value: str) -> None:
        values = self._open[-1][2]
        if value:
            values[name] = f"{values[name]};{value}" if name in values else value

    def _take(self) -> None:
        """Ends a child: its rows get the child's reference."""
        shape = self.shape
        assert shape is not None
        key = shape.reference
        reference = next((values[key] for *_, values in self._child if key in values), "")
        for element, line, values in self._child:
            self._number += 1
            if self._number > _MOST:
                raise Explained(f"{self.file} holds more than {_MOST:,} rows, more than a council has.", _AGAIN)
            self._rows.setdefault(element, []).append((line, {**values, key: reference}))
        self._child = []

    def sources(self) -> tuple[Source, ...]:
        """The tables found, in the order of the shape."""
        shape = self.shape
        if shape is None:
            raise Explained(f"{self.file} is empty.", _AGAIN)
        if not self._rows:
            raise Explained(
                f"{self.file} holds no children: there is no element {shape.child} in it.",
                "Known are the SSDA903 return (EXPSSDA903) and the CIN census (Message).",
            )
        found = []
        for element, known in shape.tables.items():
            rows = self._rows.get(element, [])
            names = [header for header in known.means if any(header in values for _, values in rows)]
            if rows:
                cells = [(line, [values.get(name, "") for name in names]) for line, values in rows]
                found.append(made(self.file, known.table, known, names, cells))
        return tuple(found)
