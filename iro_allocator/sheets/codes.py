"""The codes of statutory returns: "b) Female" and "C2: FCO" as C2, "a) Yes" as yes, postcodes that are withheld."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from iro_allocator import places
from iro_allocator.sheets import cells
from iro_allocator.sheets.cells import NOTHING, Cell, Unreadable, plain, text

LEGAL_STATUSES = frozenset(["C1", "C2", "D1", "E1", "V1", "V2", "V3", "V4", "J1", "J2", "J3", "L1", "L2", "L3"])
"""Source: the SSDA903 guide of the Department for Education; V1 was used until 2003."""

CATEGORIES: Mapping[str, str] = {
    "NEG": "Neglect",
    "PHY": "Physical abuse",
    "EMO": "Emotional abuse",
    "SAB": "Sexual abuse",
    "MUL": "Multiple categories",
}
"""Categories of abuse by their code in the CIN census."""

_CHOICE = re.compile(r"^[a-z]\)\s*", re.IGNORECASE)
_WITHHELD = re.compile(
    r"\b(confidential|withheld|undisclosed|not disclosed|do not disclose|restricted|protected address)\b"
)
_NOWHERE = re.compile(r"ZZ99|XX\d")  # pseudo-postcodes: no fixed abode, abroad, not known


def choice(cell: Cell) -> str:
    """What was chosen: "Female" of "b) Female"."""
    return _CHOICE.sub("", text(cell))


def yes_no(cell: Cell) -> bool | None:
    """Yes or no, also as "a) Yes"."""
    return cells.yes_no(choice(cell))


@lru_cache(maxsize=10_000)
def legal_status(shown: str) -> str:
    """The code of a legal status ("C2" of "C2: FCO"); Unreadable when there is none such."""
    if plain(shown) in NOTHING:
        return ""
    code = cells.legal_status(_CHOICE.sub("", shown))
    if code.upper() not in LEGAL_STATUSES:
        raise Unreadable(f"“{shown}” is no legal status of the SSDA903 return, such as C2")
    return code.upper()


def category(cell: Cell) -> str:
    """A category of abuse in words, from its code or as it stands."""
    shown = choice(cell)
    if plain(shown) in NOTHING:
        return ""
    return CATEGORIES.get(shown.upper(), shown)


UNKNOWN_MILES = 999
"""From so many on, a distance in an extract means that it is not known (they write 999.9)."""


def miles(cell: Cell) -> float | None:
    """A distance, None when it is not known."""
    found = cells.number(cell)
    if found is None or found >= UNKNOWN_MILES:
        return None
    if found < 0:
        raise Unreadable("a distance cannot be negative; leave it empty when it is not known")
    return round(found, 1)


@dataclass(frozen=True, slots=True)
class Postcode:
    """A postcode as on an envelope, "" when it is not known; whether it is withheld, and what is wrong with it."""

    code: str = ""
    withheld: bool = False
    fault: str = ""


@lru_cache(maxsize=100_000)
def postcode(shown: str) -> Postcode:
    """What a cell says of where somebody lives: unknown stays unknown, "confidential" is not a fault."""
    if plain(shown) in NOTHING:
        return Postcode()
    if _WITHHELD.search(plain(shown)):
        return Postcode(withheld=True)
    bare = re.sub(r"\s+", "", shown).upper()
    if _NOWHERE.match(bare):
        return Postcode()
    if tidied := places.tidy(bare):
        return Postcode(tidied)
    if re.fullmatch(r"[A-Z]{1,2}[0-9][A-Z0-9]?([0-9])?", bare):
        return Postcode(fault=f"“{shown}” is only part of a postcode: where that is stays unknown")
    return Postcode(fault=f"“{shown}” is no postcode: where that is stays unknown")
