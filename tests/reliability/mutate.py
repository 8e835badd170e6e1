"""Bends a good file into a bad one, knowing how it is made: cells, tags, the parts of a workbook, single bytes."""

from __future__ import annotations

import csv
import io
import random
import re
import warnings
import zipfile
from collections.abc import Callable

NASTY = (
    "", " ", "0", "-1", "1e308", "99999999999999999999", "NaN", "=1+1", "@SUM(A1)", "31/02/2026", "29/02/1900",
    "00/00/0000", "2026-13-45", "43000", "60", "-0.5", "1/1/1", "10000-01-01", "0001-01-01T00:00:00", "C-100",
    "N-903", "A. Hussain", "A. Husain", "unallocated", "Total", "LAC", "CP", "both", "#REF!", "\u00a0",
    "\u202e", "🙂", "é" * 300, "x" * 5_000, "'", '"', ",", ";", "\n", "\r", "\t", "\x0b", "Yes", "maybe",
    "HD1 2TA", "HD1", "ZZ99 9ZZ", "Child 1", "CHILD", "DECOM", "Family", "C-1, C-2, C-3", "C-1\nC-2", "( )",
    "IRO: ", "Mr. ", "().()", "(" * 500, "1" * 400, "%s%n", "\ufeff", "½", "١٢٣", "²",
)  # fmt: skip
"""What a cell has been seen to hold, and what would break one that reads it too trustingly."""

BOMB = (
    '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">'
    '<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;">]>'
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/">%p;]>'
"""Entities that swell, and such as would read another file or ask another machine."""

Bend = Callable[[bytes, random.Random], bytes]


def bent(content: bytes, kind: str, dice: random.Random) -> bytes:
    """The file with one to four things wrong with it."""
    xlsx, xml = content.startswith(b"PK"), content.lstrip().startswith(b"<")
    ways = [*([_workbook] * 8 if xlsx else [_xml] * 6 if xml else [_table] * 6), _bytes]
    for _ in range(dice.choice((1, 1, 1, 2, 3, 4))):
        content = dice.choice(ways)(content, dice)
    return content


def _bytes(content: bytes, dice: random.Random) -> bytes:
    """Single bytes changed, cut off, doubled, put in, or the whole in another encoding."""
    if not content:
        return b"\x00" * dice.randrange(3)
    at, to = sorted((dice.randrange(len(content) + 1), dice.randrange(len(content) + 1)))
    match dice.randrange(8):
        case 0:
            return content[:at]
        case 1:
            return content[:at] + content[to:]
        case 2:
            return content[:to] + content[at:]
        case 3:
            return content[:at] + bytes(dice.randrange(256) for _ in range(dice.randrange(1, 9))) + content[at:]
        case 4:
            return content[:at] + b"\x00" + content[at + 1 :]
        case 5:
            return content.decode("utf-8", "replace").encode(dice.choice(("utf-16", "cp1252", "utf-8-sig")), "replace")
        case 6:
            return (
                dice.choice((b"\xd0\xcf\x11\xe0", b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04", b"%PDF", b"<")) + content
            )
        case _:
            flipped = bytearray(content)
            for _ in range(dice.randrange(1, 6)):
                flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
            return bytes(flipped)


def _table(content: bytes, dice: random.Random) -> bytes:
    """A CSV file with other cells, columns, rows or marks between."""
    text = content.decode("utf-8", "replace")
    delimiter = ";" if text.count(";") > text.count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return _bytes(content, dice)
    if not rows:
        return content
    row = dice.choice(rows)
    column = dice.randrange(max(1, len(row)))
    match dice.randrange(12):
        case 0 | 1 | 2 | 3:
            if row:
                row[column] = dice.choice(NASTY)
        case 4:
            rows.insert(dice.randrange(len(rows) + 1), list(row))
        case 5:
            rows.remove(row)
        case 6:
            for each in rows:
                if column < len(each):
                    del each[column]
        case 7:
            for each in rows:
                each.insert(column, dice.choice((*NASTY, each[-1] if each else "")))
        case 8:
            dice.shuffle(row)
        case 9:
            rows.insert(dice.randrange(len(rows) + 1), [dice.choice(NASTY)] * dice.randrange(3))
        case 10:
            delimiter = dice.choice(",;\t|")
        case _:
            rows += [[*row] for _ in range(dice.choice((2, 50, 1_500)))]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=dice.choice(("\r\n", "\n"))).writerows(rows)
    return out.getvalue().encode("utf-8", "surrogatepass")


def _xml(content: bytes, dice: random.Random) -> bytes:
    """An XML text with other values, tags, attributes, depth, or entities."""
    text = content.decode("utf-8", "replace")
    tags = list(re.finditer(r"<[^<>]{1,400}>", text))
    if not tags:
        return _bytes(content, dice)
    tag, other = dice.choice(tags), dice.choice(tags)
    word = _escaped(dice.choice(NASTY))
    match dice.randrange(14):
        case 0 | 1 | 2 | 3:
            text = text[: tag.end()] + word + text[tag.end() :]
        case 4:
            text = text[: tag.start()] + text[tag.end() :]
        case 5:
            text = text[: tag.start()] + other[0] + text[tag.end() :]
        case 6:
            first, last = sorted((tag.start(), other.end()))
            text = text[:last] + text[first:last] * dice.choice((1, 1, 2, 60)) + text[last:]
        case 7:
            first, last = sorted((tag.start(), other.end()))
            text = text[:first] + text[last:]
        case 8:
            text = re.sub(r"(<\?xml[^>]*\?>)?", lambda head: head[0] + dice.choice((BOMB, OUTSIDE)), text, count=1)
            text = text[: tag.end()] + dice.choice(("&f;", "&x;", "&b;")) + text[tag.end() :]
        case 9:
            deep = dice.choice((10, 500, 20_000))
            text = text[: tag.end()] + "<a>" * deep + "</a>" * dice.choice((deep, 0)) + text[tag.end() :]
        case 10:
            text = (
                text[: tag.end() - 1]
                + f' {dice.choice(("r", "t", "s", "ref", "a:b", "xmlns"))}="{word}"'
                + text[tag.end() - 1 :]
            )
        case 11:
            text = re.sub(r'="[^"]*"', lambda said: f'="{word}"' if dice.random() < 0.1 else said[0], text)
        case 12:
            numbers = lambda said: dice.choice((said[0], "0", "-1", "4294967296", "1048577", "999999999999"))  # noqa: E731
            text = re.sub(r"(?<=[\">A-Z])\d+(?=[\"<])", numbers, text, count=dice.randrange(1, 9))
        case _:
            text = (
                text[: tag.end()]
                + dice.choice(("<![CDATA[]]>", "<!-- -- -->", "<?php ?>", "&amp;", "&#0;", "&#x1F600;", "]]>"))
                + text[tag.end() :]
            )
    return text.encode("utf-8", "surrogatepass")


def _escaped(word: str) -> str:
    return word.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _workbook(content: bytes, dice: random.Random) -> bytes:
    """A workbook with one of its parts bent, taken away, doubled or renamed, or bent as a zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    except Exception:  # noqa: BLE001 - it has been bent too far to be a zip: bend the bytes
        return _bytes(content, dice)
    if not parts:
        return _bytes(content, dice)
    telling = [
        n for n, (name, _) in enumerate(parts) if re.search(r"sheet|workbook|strings|styles", name, re.IGNORECASE)
    ]
    number = dice.choice(telling or range(len(parts)))
    name, part = parts[number]
    match dice.randrange(10):
        case 0:
            del parts[number]
        case 1:
            parts.append((name, part))
        case 2:
            parts[number] = (
                dice.choice((name.upper(), name[:-3], f"../{name}", f"/{name}", "x" * 300, "xl/a.xml")),
                part,
            )
        case 3:
            parts[number] = (name, _bytes(part, dice))
        case 4:
            parts[number] = (name, parts[dice.randrange(len(parts))][1])
        case _:
            parts[number] = (name, _xml(part, dice))
    out = io.BytesIO()
    way = dice.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
    with zipfile.ZipFile(out, "w", way) as archive:
        seen = set()
        for name, part in parts:
            if name not in seen or dice.random() < 0.5:
                seen.add(name)
                info = zipfile.ZipInfo(name or "x")
                info.compress_type = way
                with warnings.catch_warnings(action="ignore"):  # it says that a name comes twice: that is the point
                    archive.writestr(info, part)
    return out.getvalue()
