"""What one cell of a sheet says: a text, a day, a number, a yes or no. Raises Unreadable with the way out."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from iro_allocator import authorities, places
from iro_allocator.domain import BANDS, BOTH, CP, LAC

Cell = str | float | int | bool | date | datetime | time | timedelta | None

YES = frozenset({"y", "yes", "true", "t", "1", "x", "✓", "✔", "☑", "tick"})
NO = frozenset({"n", "no", "false", "f", "0", "✗", "✘", "☐", "none", "nil"})
NOTHING = frozenset({"", "-", "–", "?", "n a", "na", "none", "nil", "null", "not known", "unknown", "tbc", "tba"})
"""Words for an empty cell, as `plain` writes them."""

_EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_MONTH_NAMED = re.compile(r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)?[ \-/]([a-z]{3,9})\.?,?[ \-/](\d{4}|\d{2})")
_CLOCK = re.compile(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(am|pm|z)?$", re.IGNORECASE)
_FIRST_SERIAL, _LAST_SERIAL = 7_306, 73_050  # 1 January 1920 and 31 December 2099 as Excel counts days


class Unreadable(Exception):
    """A cell that cannot be what its column holds; the message says why and what to write instead."""


def text(cell: Cell) -> str:
    """The cell as one would read it, trimmed; whole numbers without a decimal point, errors as nothing."""
    if isinstance(cell, str) and cell.isprintable() and cell[:1] != "#":
        return " ".join(cell.split()) if " " in cell else cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return _shown(cell)


@lru_cache(maxsize=1 << 17)
def _shown(cell: str | date | time | timedelta) -> str:
    """A text or a day as one would read it: the same ones come again and again in a list."""
    if isinstance(cell, date):
        return f"{cell.day:02}/{cell.month:02}/{cell.year:04}"
    shown = str(cell)
    if not shown.isprintable():
        shown = "".join(" " if ch.isspace() else ch for ch in shown if ch.isspace() or ch.isprintable())
    shown = " ".join(shown.split())
    return "" if shown in _EXCEL_ERRORS else shown


@lru_cache(maxsize=20_000)
def plain(shown: str) -> str:
    """Words alone, for comparing: lower case, no accents, no punctuation, single spaces."""
    bare = unicodedata.normalize("NFKD", shown.casefold())
    bare = "".join(ch for ch in bare if not unicodedata.combining(ch) and ch not in "'’`")
    return " ".join(re.sub(r"[\W_]+", " ", bare).split()) or bare.strip()


def day(cell: Cell, today: date) -> date | None:
    """A day as Excel keeps it or as people write it (day first), None when the cell says nothing.

    A year of two digits is at most ten years ahead of today. A bare number is a day as Excel counts them.
    """
    if isinstance(cell, datetime):
        return _within(cell.date())
    if isinstance(cell, date):
        return _within(cell)
    shown = text(cell)
    if cell == time(0, 0) or shown == "0":
        return None  # how a formula shows an empty cell it refers to
    if isinstance(cell, time | timedelta | bool):
        raise Unreadable(f"“{shown}” is no date; write day, month and year, such as 28/02/2026")
    return _written_day(shown, today)


@lru_cache(maxsize=20_000)
def _written_day(shown: str, today: date) -> date | None:
    if plain(shown) in NOTHING:
        return None
    if re.fullmatch(r"\d{4,5}", shown) and _FIRST_SERIAL <= int(shown) <= _LAST_SERIAL:
        return date(1899, 12, 30) + timedelta(int(shown))
    bare = _CLOCK.sub("", shown)
    if found := _DAY_FIRST.fullmatch(bare):
        numbers = found[3], int(found[2]), int(found[1])
    elif found := _YEAR_FIRST.fullmatch(bare):
        numbers = found[1], int(found[2]), int(found[3])
    elif (found := _MONTH_NAMED.fullmatch(bare.casefold())) and found[2][:3] in _MONTHS:
        numbers = found[3], _MONTHS.index(found[2][:3]) + 1, int(found[1])
    else:
        raise Unreadable(f"“{shown}” is no date; write day, month and year, such as 28/02/2026")
    year = int(numbers[0])
    if len(numbers[0]) == 2:
        century = today.year - today.year % 100
        year += century if century + year <= today.year + 10 else century - 100
    try:
        return _within(date(year, numbers[1], numbers[2]))
    except ValueError:
        raise Unreadable(
            f"“{shown}” is no date: there is no such day; write day, month and year, such as 28/02/2026"
        ) from None


def _within(found: date) -> date:
    if not 1900 < found.year < 2100:
        raise Unreadable(f"the year {found.year} cannot be right; write it with four digits, such as 2026")
    return found


def number(cell: Cell) -> float | None:
    """A number, with or without its unit ("31.4 mi", "20%" is 0.2), None when the cell says nothing."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        found = float(cell)
    else:
        shown = text(cell)
        if plain(shown) in NOTHING:
            return None
        if not (match := re.fullmatch(r"([+-]?(?:\d[\d,]*\.?\d*|\.\d+)) ?(%|[a-z./ ]*)", shown.casefold())):
            raise Unreadable(f"“{shown}” is no number; write digits, such as 37 or 18.5")
        found = float(match[1].replace(",", "")) / (100 if match[2] == "%" else 1)
    if not math.isfinite(found):
        raise Unreadable("it is no number; write digits, such as 37 or 18.5")
    return found


def yes_no(cell: Cell) -> bool | None:
    """Yes or no, None when the cell says nothing."""
    shown = plain(text(cell))
    if shown in YES:
        return True
    if shown in NO:
        return False
    if shown in NOTHING:
        return None
    raise Unreadable(f"“{text(cell)}” is neither yes nor no; write Yes or No")


def area(cell: Cell) -> bool | None:
    """Whether a placement is out of area, from yes or no or from words such as "in area", "OLA"."""
    shown = plain(text(cell))
    if shown in {"out", "ooa", "ola", "oob", "ooc"} or shown.startswith(("out of", "outside", "other la")):
        return True
    if shown in {"in", "ia", "ila", "local"} or shown.startswith(("in ", "inside", "within", "own la")):
        return False
    return yes_no(cell)


def postcode(cell: Cell) -> str:
    """A postcode as written on an envelope, "" when the cell says nothing."""
    shown = text(cell)
    if plain(shown) in NOTHING:
        return ""
    if tidied := places.tidy(shown):
        return tidied
    if places.is_part(shown):
        raise Unreadable(f"“{shown}” is the beginning of a postcode; write it whole, such as HD1 2TA")
    raise Unreadable(f"“{shown}” is no postcode; write it whole, such as HD1 2TA")


_WITHHELD = re.compile(r"\b(withheld|confidential|restricted|not disclosed|undisclosed|secure address|protected)\b")


def withheld(cell: Cell) -> bool:
    """Whether a cell says, in the place of a postcode, that nobody may know it."""
    return bool(_WITHHELD.search(plain(text(cell))))


def council(cell: Cell) -> str:
    """The number of a council from its number, ONS code or name, "" when the cell says nothing."""
    shown = text(cell)
    if plain(shown) in NOTHING:
        return ""
    if found := authorities.find(shown):
        return found
    raise Unreadable(f"“{shown}” is no council of England; write its name, such as Kirklees, or its code")


def band(cell: Cell) -> str:
    """A distance band (domain.BANDS) from words such as "in area", "20-50 miles", "over 50"."""
    shown = plain(text(cell))
    if shown in NOTHING:
        return ""
    if shown in BANDS:
        return shown
    numbers = [int(digits) for digits in re.findall(r"\d+", shown)]
    over = re.search(r"\b(over|more|above|beyond|further|plus|greater)\b", shown) or "+" in text(cell)
    if 50 in numbers and (over or numbers[0] == 50) and 20 not in numbers:
        return "50"
    if 20 in numbers and (over or 50 in numbers) and not re.search(r"\b(under|less|below|within)\b", shown):
        return "20"
    if 20 in numbers:
        return "near"
    if shown.startswith(("in area", "in ", "inside", "within", "local")) or shown == "in":
        return "in"
    raise Unreadable(f"“{text(cell)}” is no distance band; write in area, under 20, 20 to 50 or over 50")


def words(cell: Cell) -> tuple[str, ...]:
    """A list within one cell, split at commas, semicolons, slashes and line breaks."""
    listed = [text(piece) for piece in re.split(r"[,;/|\n]+", str(cell) if isinstance(cell, str) else text(cell))]
    return tuple(piece for piece in listed if plain(piece) not in NOTHING)


_LAC_WORDS = re.compile(r"\b(lac|cla|cic|c?looked after|in care|uasc)\b")
_CP_WORDS = re.compile(r"\b(cp|cpp|icpc|rcpc|cpc|child protection|on( a)? plan)\b")
_BOTH_WORDS = re.compile(r"\b(both|dual|all)\b")
_OTHERWISE = re.compile(r"\b(not|ex|former|leaver|leavers|leaving|left|ended|closed|ceased|cin|in need|none)\b")


def case_type(cell: Cell) -> str:
    """LAC, CP or BOTH from the words councils use (CLA, CIC, CPP, ICPC…), "" when the cell says nothing."""
    return _written_type(text(cell))


@lru_cache(maxsize=1_000)
def _written_type(written: str) -> str:
    shown = plain(written)
    if shown in NOTHING:
        return ""
    lac, cp = bool(_LAC_WORDS.search(shown)), bool(_CP_WORDS.search(shown))
    if not _OTHERWISE.search(shown):
        if _BOTH_WORDS.search(shown) or (lac and cp):
            return BOTH
        if lac or cp:
            return LAC if lac else CP
    raise Unreadable(f"“{written}” is no type of case; write LAC, CP or BOTH")


def takes(cell: Cell) -> tuple[str, ...]:
    """The types an IRO takes, () when the cell says nothing."""
    found = case_type(cell)
    return (CP, LAC) if found == BOTH else (found,) if found else ()


def employment(cell: Cell) -> str:
    """Permanent or interim from the words councils use, "" when the cell says nothing."""
    shown = plain(text(cell))
    if shown in NOTHING:
        return ""
    if re.search(r"\b(interim|agency|locum|temp|temporary|sessional|bank|fixed term|ftc)\b", shown):
        return "interim"
    if shown == "p" or re.search(r"\b(perm|permanent|substantive|employed|staff)\b", shown):
        return "permanent"
    raise Unreadable(f"“{text(cell)}” is no employment; write permanent or interim")


def legal_status(cell: Cell) -> str:
    """The code of a legal status ("V3" from "V3: short breaks"), or the words as they stand."""
    shown = text(cell)
    code = re.match(r"([A-Z]\d)\b", shown)
    return code[1] if code else shown


def holds(read: Callable[[Cell], object], cell: Cell) -> bool:
    """Whether a cell can be read so and says something."""
    try:
        return read(cell) not in (None, "", ())
    except Unreadable:
        return False
