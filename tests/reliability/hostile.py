"""Files made to fill the memory or to bring in others: each is refused in a sentence, in little memory and time."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.mutate import BOMB, OUTSIDE
from tests.reliability.seeds import FILES, XML_903, XML_CIN

MB = 1_000_000
SIZE = 190 * MB
"""Just below what a file may have, and what a workbook may unpack to."""

_LOOK = """
import json, sys
from pathlib import Path
from iro_allocator import sheets
from iro_allocator.errors import Explained
from tests.builders import DAY, small_service
service = small_service()
before = tuple(service.records())
try:
    draft = sheets.draft([Path(sys.argv[1])], service, DAY)
    said = f"read: {draft.rows} rows"
except Explained as fault:
    said = f"{fault.message} {fault.hint}"
assert tuple(service.records()) == before
from tests.reliability.fuzz import memory
print(json.dumps([said, memory()]))
"""


@dataclass(frozen=True)
class Looked:
    """What came of one hostile file: the sentence, the most bytes held, the seconds; `fault` when it crashed."""

    name: str
    said: str
    memory: int
    seconds: float
    fault: str = ""


def _sheet(cells: str) -> bytes:
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return f"{head}{cells}</sheetData></worksheet>".encode()


def _workbook(parts: Mapping[str, bytes]) -> bytes:
    """A good workbook with some parts in the place of its own."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(FILES["tracker.xlsx"][1])) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for entry in good.infolist():
            bad.writestr(entry.filename, parts.get(entry.filename, good.read(entry)))
        for name in parts.keys() - set(good.namelist()):
            bad.writestr(name, parts[name])
    return out.getvalue()


def _cells(value: str) -> bytes:
    """As many cells as fit, each with other digits so that the zip is not suspiciously small."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"{value}{n * 7919 % 99991}</v></c></row>' for n in range(1, 60_001))
    return _sheet(rows)


def _far(reference: str) -> bytes:
    return _workbook(
        {"xl/worksheets/sheet1.xml": _sheet(f'<row><c r="A1"><v>1</v></c><c r="{reference}"><v>1</v></c></row>')}
    )


def _long_texts() -> bytes:
    """One text of 30,000 letters in 6,000 cells."""
    texts = f'<sst count="6000" uniqueCount="1"><si><t>{"é" * 30_000}</t></si></sst>'.encode()
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 6_001))
    return _workbook({"xl/sharedStrings.xml": texts, "xl/worksheets/sheet1.xml": _sheet(rows)})


def _episodes() -> bytes:
    child = XML_903[XML_903.index("<CHILD>") : XML_903.rindex("</EXPSSDA903>")]
    return f"<EXPSSDA903>{child * (SIZE // len(child))}</EXPSSDA903>".encode()


def _in_xml(xml: str, document_type: str, entity: str) -> bytes:
    head, _, rest = xml.partition("\n")
    return f"{head}{document_type}{rest.replace('C-100', entity).replace('C-301', entity)}".encode()


HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "short lines.csv": lambda: b"CHILD,DOB\n" + b"x\n" * (SIZE // 2),
    "one line.csv": lambda: b"," * SIZE,
    "a million columns.csv": lambda: b"Child," + b"x," * 1_000_000 + b"\n",
    "short cells.csv": lambda: b"Child ID,IRO\n" + (b"ab," * 400 + b"\n") * (SIZE // 1_201),
    "long cells.csv": lambda: b"Child ID,IRO\n" + (b'"' + b"\xf0\x9f\x99\x82" * 30_000 + b'",x\n') * (SIZE // 120_006),
    "one cell.csv": lambda: b'Child ID,IRO\n"' + b"x" * SIZE,
    "nothing.csv": lambda: bytes(SIZE),
    "nothing after the header.csv": lambda: b"Child ID,IRO\n" + bytes(SIZE),
    "wide letters.csv": lambda: "\ufeffChild ID,IRO\n".encode("utf-16-le") + b"\x42\x30" * (SIZE // 2),
    "too large.csv": lambda: b"Child ID,IRO\n" * (SIZE // 10),
    "packed zeros.xlsx": lambda: _workbook({"xl/worksheets/sheet1.xml": bytes(SIZE)}),
    "packed spaces.xlsx": lambda: _workbook({"xl/media/image1.png": b" " * (9 * MB)}),
    "many parts.xlsx": lambda: _workbook({f"xl/worksheets/s{n}.xml": b"<a/>" for n in range(2_001)}),
    "many cells.xlsx": lambda: _workbook({f"xl/worksheets/s{n}.xml": _cells("><v>") for n in range(30)}),
    "a far corner.xlsx": lambda: _far("XFD1048576"),
    "a far row.xlsx": lambda: _far("A1048576"),
    "long texts.xlsx": _long_texts,
    "many texts claimed.xlsx": lambda: _workbook(
        {"xl/sharedStrings.xml": b'<sst count="1" uniqueCount="4294967295"><si><t>Child ID</t></si></sst>'}
    ),
    "laughs.xlsx": lambda: _workbook({"xl/sharedStrings.xml": f"{BOMB}<sst><si><t>&f;</t></si></sst>".encode()}),
    "outside.xlsx": lambda: _workbook({"xl/workbook.xml": f"{OUTSIDE}<workbook>&x;</workbook>".encode()}),
    "cut off.xlsx": lambda: FILES["tracker.xlsx"][1][:-100],
    "old.xls": lambda: b"\xd0\xcf\x11\xe0" + bytes(5_000),
    "password.xlsx": lambda: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
    "laughs 903.xml": lambda: _in_xml(XML_903, BOMB, "&f;"),
    "laughs cin.xml": lambda: _in_xml(XML_CIN, BOMB, "&f;"),
    "outside 903.xml": lambda: _in_xml(XML_903, OUTSIDE, "&x;"),
    "outside cin.xml": lambda: _in_xml(XML_CIN, OUTSIDE, "&x;"),
    "deep.xml": lambda: b"<EXPSSDA903>" + b"<a>" * 1_000_000,
    "one value.xml": lambda: b"<EXPSSDA903><CHILD><CHILD>" + b"x" * SIZE,
    "many children.xml": _episodes,
    "empty.xml": lambda: b"",
}  # fmt: skip
"""Every hostile file by name; made when it is looked at, since some are large."""


def looked(names: Mapping[str, Callable[[], bytes]] = HOSTILE) -> Iterator[Looked]:
    """What comes of these files, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for name, make in names.items():
            path = Path(folder) / name
            path.write_bytes(make())
            begun = time.monotonic()
            done = subprocess.run(
                [sys.executable, "-c", _LOOK, str(path)],
                capture_output=True,
                text=True,
                check=False,
                preexec_fn=lambda: os.nice(10),
            )
            seconds = time.monotonic() - begun
            path.unlink()
            if done.returncode:
                yield Looked(name, "", 0, seconds, done.stderr[-2_000:] or f"ended with {done.returncode}")
            else:
                said, memory = json.loads(done.stdout)
                yield Looked(name, said, memory, seconds)
