"""The children of the made-up service in their families, before they have a reference or an IRO.

Counts are the published ones of Kirklees 2016-17 in proportion, met exactly: of 1,137 children 699 are
looked after and 438 on plans in 203 families; ages, placements and categories have the report's shape.
Everything counts back from the day asked for, so that another day gives the same children, moved along.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from iro_allocator.domain import BOTH, CP, LAC, CaseType
from iro_allocator.sample.areas import Band, Placement, draw_placement
from iro_allocator.sample.iros import share_out
from iro_allocator.sample.names import ENGLISH, SPREAD, UNACCOMPANIED, Origin

YEAR = 365
_GROWN = 18 * YEAR
_LAC_AGES = {(0, 1): 6, (1, 5): 13, (5, 10): 20, (10, 16): 37, (16, 18): 24}
_CP_AGES = {(0, 1): 11, (1, 5): 27, (5, 10): 31, (10, 16): 28, (16, 18): 3}
_LAC_SINCE = {(14, 180): 17, (180, 365): 15, (365, 730): 20, (730, 1825): 31, (1825, 4400): 17}
_CP_SINCE = {(14, 90): 20, (90, 180): 23, (180, 365): 35, (365, 730): 18, (730, 1000): 4}


@dataclass(slots=True, eq=False)
class Child:
    """A child in the making.

    `age` and `since` (the case was opened) are days; an unborn child's age is minus the days until the
    expected birth. `waiting` is the working days without an IRO (0 = has one); `split`: the child has
    another IRO than the family; `returning`: was looked after before, long ago.
    """

    type: CaseType
    age: int
    since: int = 0
    first: str = ""
    band: Band | None = None
    placement: Placement | None = None
    factors: set[str] = field(default_factory=set)
    requires: tuple[str, ...] = ()
    prefers: set[str] = field(default_factory=set)
    legal_status: str = ""
    category: str = ""
    team: str = ""
    separate_reason: str = ""
    split: bool = False
    waiting: int = 0
    returning: bool = False

    @property
    def known(self) -> int:
        """Days since the child first came to the service."""
        return self.since + 900 if self.returning else self.since


@dataclass(slots=True, eq=False)
class Family:
    """Brothers and sisters in the making, oldest first.

    `mother`: the family of the looked-after mother of this one child.
    """

    children: list[Child]
    origin: Origin = ENGLISH
    surname: str = ""
    mother: Family | None = None

    @property
    def looked_after(self) -> list[Child]:
        """The looked-after children of the family."""
        return [child for child in self.children if child.type != CP]

    @property
    def known(self) -> int:
        """Days since the first of them came to the service."""
        return max(child.known for child in self.children)


def in_proportion(count: int, part: int, whole: int = 1137) -> int:
    """What `part` of `whole` is for a service of another size (rounded half up)."""
    return (2 * count * part + whole) // (2 * whole)


def families(rng: Random, count: int) -> list[Family]:
    """So many children in families: who they are, when they came and where they are placed."""
    lac_count = in_proportion(count, 699)
    lac = _groups(rng, LAC, lac_count, in_proportion(lac_count, 490, 699), _LAC_AGES)
    cp_count = count - lac_count
    cp = _groups(rng, CP, cp_count, in_proportion(cp_count, 203, 438), _CP_AGES)
    unborn = [family.children[-1] for family in cp if family.children[-1].age < 120]
    for child in unborn[: in_proportion(count, 4)]:
        child.age = -rng.randint(10, 90)
    singles = [family for family in lac if len(family.children) == 1]
    rng.shuffle(singles)
    _both(rng, singles, lac, cp, count)
    found = lac + cp
    rng.shuffle(found)
    for family in found:
        family.origin = rng.choices([o for o, _ in SPREAD], [w for _, w in SPREAD])[0]
        _since(rng, family)
    _unaccompanied(rng, [f for f in singles if f.children[0].age >= 14 * YEAR], in_proportion(count, 21))
    for family in found:
        _named(rng, family)
    _mothers(singles, in_proportion(count, 2))
    _placed(rng, found)
    return found


def _groups(rng: Random, type_: CaseType, count: int, groups: int, bands: dict[tuple[int, int], int]) -> list[Family]:
    """So many children in so many families, of these ages; brothers and sisters are of like age."""
    if count == 0:
        return []
    sizes = [1] * min(count, max(1, groups))
    while (rest := count - sum(sizes)) > 0:
        for n in rng.choices(range(len(sizes)), k=rest):
            sizes[n] += sizes[n] < 7 or len(sizes) * 7 < count
    numbers = share_out(count, {str(n): share for n, share in enumerate(bands.values())})
    ages = [
        rng.randrange(max(21, low * YEAR), high * YEAR)
        for number, (low, high) in zip(numbers.values(), bands, strict=True)
        for _ in range(number)
    ]
    ages.sort(key=lambda age: age + rng.gauss(0, 2.2 * YEAR))
    ends = list(accumulate(sizes))
    return [
        Family([Child(type_, age) for age in _spaced(rng, ages[end - size : end])])
        for size, end in zip(sizes, ends, strict=True)
    ]


def _spaced(rng: Random, ages: Iterable[int]) -> list[int]:
    """Ages of brothers and sisters, oldest first: at least ten months apart, now and then twins."""
    found: list[int] = []
    for age in sorted(ages):
        if found and age - found[-1] < 300 and rng.random() > 0.06:
            found.append(found[-1] + rng.randint(300, 480))
        else:
            found.append(max(age, found[-1]) if found else age)
    beyond = max(0, found[-1] - _GROWN + 1)
    return [max(0, age - beyond) for age in reversed(found)]


def _both(rng: Random, singles: list[Family], lac: list[Family], cp: list[Family], count: int) -> None:
    """Some are looked after and on a plan at once; some have brothers and sisters on a plan at home."""
    hosts = rng.sample(cp, min(len(cp), in_proportion(count, 8)))
    joined = [f for f in singles if f.children[0].age < 14 * YEAR][: len(hosts)]
    both = in_proportion(count, 5)
    for n, (one, host) in enumerate(zip(joined, hosts, strict=False)):
        child = one.children[0]
        child.type = BOTH if n < both else LAC
        host.children = sorted((child, *host.children), key=lambda c: -c.age)
    gone = {id(family) for family in joined}
    lac[:] = [family for family in lac if id(family) not in gone]
    singles[:] = [family for family in singles if id(family) not in gone]
    for family in singles[: in_proportion(count, 3)]:
        family.children[0].type = BOTH


def _since(rng: Random, family: Family) -> None:
    """When each child's case was opened: mostly on one day, never before birth (on a plan: long before)."""
    for type_, bands, before_birth in ((LAC, _LAC_SINCE, 0), (CP, _CP_SINCE, 90)):
        theirs = [child for child in family.children if (child.type == CP) == (type_ == CP)]
        together = _draw(rng, bands)
        for child in theirs:
            alone = type_ == LAC and rng.random() < 0.12
            since = _draw(rng, bands) if alone else together
            child.since = max(14, min(since, max(child.age, 0) + before_birth))


def _draw(rng: Random, bands: dict[tuple[int, int], int]) -> int:
    low, high = rng.choices(list(bands), list(bands.values()))[0]
    return rng.randrange(low, high)


def _unaccompanied(rng: Random, alone: list[Family], number: int) -> None:
    alone = [family for family in alone if family.children[0].type == LAC]
    for family in rng.sample(alone, min(number, len(alone))):
        child = family.children[0]
        family.origin = UNACCOMPANIED
        child.factors.add("uasc")
        child.prefers.add("uasc")
        child.since = rng.randrange(14, min(700, child.age - 13 * YEAR))


def _named(rng: Random, family: Family) -> None:
    family.surname = rng.choice(family.origin.surnames)
    firsts = rng.sample(family.origin.firsts, len(family.children))
    for child, first in zip(family.children, firsts, strict=True):
        child.first = first if child.age >= 0 else "Unborn"


def _mothers(singles: list[Family], number: int) -> None:
    """Looked-after young mothers, and their babies who are looked after in their own right."""
    plain = [family for family in singles if family.children[0].type == LAC and family.origin is not UNACCOMPANIED]
    mothers = [family for family in plain if family.children[0].age >= 16 * YEAR]
    babies = [family for family in plain if family.children[0].age < YEAR]
    for mother, baby in list(zip(mothers, babies, strict=False))[:number]:
        baby.mother, baby.surname, baby.origin = mother, mother.surname, mother.origin


def _placed(rng: Random, found: list[Family]) -> None:
    """Placements: 54 % out of area, 95 of 699 over 20 miles; about half of brothers and sisters together."""
    households: list[list[Child]] = []
    for family in found:
        rest = family.looked_after
        while rest:
            together = len(rest) if rng.random() < 0.6 else rng.randint(1, len(rest))
            households.append(rest[:together])
            rest = rest[together:]
    rng.shuffle(households)
    households.sort(key=len, reverse=True)
    children = sum(map(len, households))
    out = in_proportion(children, 54, 100)
    far, distant = in_proportion(children, 75, 699), in_proportion(children, 20, 699)
    room: dict[Band, int] = {"in area": children - out, "near": out - far - distant, "far": far, "distant": distant}
    for household in households:
        fitting = [band for band in room if room[band] >= len(household)] or [max(room, key=lambda b: room[b])]
        band = rng.choices(fitting, [room[band] for band in fitting])[0]
        room[band] -= len(household)
        placement = draw_placement(rng, band)
        for child in household:
            child.band, child.placement = band, placement
    unknown = [h[0] for h in households if len(h) == 1 and h[0].band in ("in area", "near")]
    for child in unknown[: in_proportion(children, 12, 699)]:
        child.placement = None
