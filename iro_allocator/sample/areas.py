"""Where children live and are placed: postcode districts in and around Kirklees, and a way to draw from them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from iro_allocator.domain import Place
from iro_allocator.places import miles

Band = Literal["in area", "near", "far", "distant"]
"""In the council's own area; or out of it, under 20 miles from home, 20 to 50, over 50."""

_District = tuple[str, int, int]

# Postcode district with the easting and northing of its middle, to a hundred metres.
_KIRKLEES: tuple[_District, ...] = (
    ("HD1", 414400, 416800),
    ("HD2", 414600, 418900),
    ("HD3", 411400, 417400),
    ("HD4", 413200, 414700),
    ("HD5", 416600, 416700),
    ("HD7", 410400, 411300),
    ("HD8", 422100, 410800),
    ("HD9", 414100, 408900),
    ("WF12", 424900, 421200),
    ("WF13", 423800, 421700),
    ("WF14", 420100, 420600),
    ("WF15", 420200, 423700),
    ("WF16", 421700, 423600),
    ("WF17", 423800, 424200),
    ("BD19", 418900, 425500),
)
_OUTSIDE: dict[Band, tuple[_District, ...]] = {
    "near": (
        ("HD6", 414400, 422600),
        ("HX1", 409100, 425200),
        ("HX3", 409800, 425700),
        ("BD3", 417700, 433400),
        ("BD8", 414800, 433900),
        ("BD21", 405900, 440900),
        ("LS8", 432000, 435800),
        ("LS11", 429500, 431400),
        ("LS27", 426500, 427800),
        ("WF1", 433100, 420700),
        ("WF3", 432200, 425400),
        ("WF9", 445200, 412500),
        ("S71", 435900, 408400),
        ("S36", 425700, 402200),
        ("OL4", 395000, 404800),
        ("OL11", 388700, 412200),
    ),
    "far": (
        ("M8", 384000, 401100),
        ("M22", 382700, 387500),
        ("S5", 435900, 391800),
        ("S63", 444600, 401500),
        ("S41", 438200, 372600),
        ("SK4", 388400, 391000),
        ("BL3", 371200, 407700),
        ("BB10", 385200, 433900),
        ("PR2", 353300, 431400),
        ("DN4", 458000, 401300),
        ("YO10", 461500, 451100),
        ("HG2", 431000, 454600),
        ("ST4", 387800, 345000),
    ),
    "distant": (
        ("L8", 335900, 388600),
        ("HU5", 507300, 430400),
        ("NG7", 455600, 340500),
        ("DE23", 433700, 333600),
        ("TS1", 449200, 520100),
        ("DN31", 527100, 410100),
        ("LE3", 455700, 303800),
        ("CV6", 433300, 281600),
        ("NE4", 422800, 564200),
        ("CA2", 339200, 555000),
        ("N17", 533600, 190200),
    ),
}
_MILES: dict[Band, tuple[float, float]] = {
    "in area": (0.0, 20.0),
    "near": (0.0, 19.9),
    "far": (20.1, 50.0),
    "distant": (50.1, 400.0),
}


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a child is placed and how far that is from the child's home, in miles to one decimal."""

    postcode: str
    place: Place
    miles: float


def draw_placement(rng: Random, band: Band) -> Placement:
    """A placement in this band, with the child's home anywhere in Kirklees."""
    least, most = _MILES[band]
    while True:
        _, home = _draw(rng, _KIRKLEES)
        postcode, place = _draw(rng, _KIRKLEES if band == "in area" else _OUTSIDE[band])
        away = miles(home, place)
        if least <= away <= most:
            return Placement(postcode, place, away)


def _draw(rng: Random, districts: tuple[_District, ...]) -> tuple[str, Place]:
    district, east, north = rng.choice(districts)
    inward = rng.choice("123456789") + "".join(rng.choices("ABDEFGHJLNPQRSTUWXYZ", k=2))
    place = (round(east + rng.gauss(0, 700), -1), round(north + rng.gauss(0, 700), -1))
    return f"{district} {inward}", (int(place[0]), int(place[1]))
