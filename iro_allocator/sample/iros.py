"""The IROs of the made-up service: hours, contracts, skills, leave, and those who left in the last years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from random import Random

from iro_allocator.domain import CP, LAC, Absence, Iro, Place
from iro_allocator.sample.names import iro_names

_OFFICES: tuple[tuple[str, str, Place], ...] = (
    ("Huddersfield", "HD1 2TT", (414500, 416900)),
    ("Dewsbury", "WF13 1HN", (424500, 421700)),
)
# What a full-time IRO of twenty can do: how many of twenty have the skill.
_SKILLS = {"uasc": 5, "urdu": 4, "punjabi": 3, "polish": 2, "french": 1, "arabic": 1, "bsl": 1, "disability": 5}
_LEFT = (297, 480, 655, 930)  # days ago, for every twenty IROs of today; nobody came for the first of them


@dataclass(frozen=True)
class Roster:
    """The IROs there are, those who left, absences, and what of their past the children's history needs.

    `closed_since`: from when somebody off sick or about to leave was given no more children.
    """

    here: tuple[Iro, ...]
    left: tuple[Iro, ...]
    absences: tuple[Absence, ...]
    sick: frozenset[str]
    was_sick: tuple[Absence, ...]
    fewer_hours: tuple[Iro, ...]
    closed_since: Mapping[str, date]

    @cached_property
    def everybody(self) -> dict[str, Iro]:
        """Everybody by id, those who left included."""
        return {iro.id: iro for iro in (*self.here, *self.left)}


def share_out(count: int, parts: Mapping[str, float]) -> dict[str, int]:
    """A whole number shared out in these proportions, largest remainders first."""
    total = sum(parts.values())
    exact = {key: count * part / total for key, part in parts.items()}
    whole = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(parts, key=lambda key: whole[key] - exact[key])
    for key in by_remainder[: count - sum(whole.values())]:
        whole[key] += 1
    return whole


def of_twenty(count: int, twentieths: float) -> int:
    """So many of every twenty IROs, rounded half up."""
    return int(count * twentieths / 20 + 0.5)


def roster(rng: Random, count: int, on: date) -> Roster:
    """So many IROs in the shape of the Kirklees report of 2016-17, as they stand on a day."""
    left_count = of_twenty(count, len(_LEFT))
    everybody = _hired(rng, count, left_count, on)
    here, left = everybody[:count], everybody[count:]
    permanent = [n for n, iro in enumerate(here) if iro.employment == "permanent" and iro.contracted_hours == 37]
    interim = [n for n, iro in enumerate(here) if iro.employment == "interim"]

    rng.shuffle(permanent)
    sick = permanent[: of_twenty(count, 1)]
    leaving = permanent[len(sick) :][: of_twenty(count, 1)]
    for n in leaving:
        here[n] = replace(here[n], last_day=_friday(on + timedelta(rng.randint(56, 70))))
    soon = set(rng.sample(interim, min(len(interim), of_twenty(count, 1))))
    for step, n in enumerate(n for n in interim if n not in soon):
        later = 150 + step * 200 // max(1, len(interim) - len(soon) - 1)
        here[n] = replace(here[n], last_day=_friday(on + timedelta(later)))
    for n in soon:
        here[n] = replace(here[n], last_day=_friday(on + timedelta(rng.randint(98, 112))))

    well = [n for n in permanent if n not in sick and n not in leaving]
    if count >= 10:
        for n in well[: of_twenty(count, 1)]:
            here[n] = replace(here[n], takes=(LAC,))
        for n in well[of_twenty(count, 1) :][: of_twenty(count, 1)]:
            here[n] = replace(here[n], takes=(CP,))
    here = _skilled(rng, here, {here[n].id for n in (*sick, *leaving)})

    absences = [
        _absence(here[n], on - timedelta(rng.randint(36, 46)), None, "sickness", keeps_children=True) for n in sick
    ]
    was_sick = []
    for n in well[::-1][: of_twenty(count, 1)]:
        first = _monday(on - timedelta(rng.randint(190, 210)))
        was_sick.append(_absence(here[n], first, first + timedelta(67), "sickness", keeps_children=False))
    absences += was_sick
    absences += [leave for iro in here if (leave := _summer_leave(rng, iro, on))]
    absences += [leave for iro in here if rng.random() < 0.4 and (leave := _christmas_leave(iro, on))]
    part_time = [iro for iro in here if iro.contracted_hours < 37]
    return Roster(
        here=tuple(here),
        left=tuple(left),
        absences=tuple(absences),
        sick=frozenset(here[n].id for n in sick),
        was_sick=tuple(was_sick),
        fewer_hours=tuple(part_time[: of_twenty(count, 1)]),
        closed_since={here[n].id: on - timedelta(50) for n in (*sick, *leaving)},
    )


def _hired(rng: Random, count: int, left_count: int, on: date) -> list[Iro]:
    kinds = share_out(count, {"full time": 10, "22 hours": 1, "half": 3, "interim": 6})
    hours = {"full time": 37.0, "22 hours": 22.0, "half": 18.5, "interim": 37.0, "left": 37.0}
    left_days = [_friday(on - timedelta(_LEFT[n % 4] + 3 * (n // 4) % 60)) for n in range(left_count)]
    # Interims came shortly before somebody left, those who left in the last year excepted.
    replaced = [day for day in left_days if day < on - timedelta(400)]
    order = [kind for kind, number in kinds.items() for _ in range(number)] + ["left"] * left_count
    width = max(2, len(str(len(order))))
    found = []
    for n, (kind, name) in enumerate(zip(order, islice(iro_names(), len(order)), strict=True)):
        first = on - timedelta(rng.randint(1250, 5000))
        last = None
        if kind == "left":
            last = left_days[n - count]
            first = last - timedelta(rng.randint(1300, 3500))
        elif kind == "interim":
            if replaced:
                first = replaced[n % len(replaced)] - timedelta(rng.randint(5, 20))
            else:
                first = on - timedelta(rng.randint(400, 900))
        elif kind == "full time" and n % 10 == 7:
            first = on - timedelta(rng.randint(430, 600))
        team, postcode, base = _OFFICES[n % 3 // 2]
        lado = kind == "22 hours"
        found.append(
            Iro(
                id=f"I-{n + 1:0{width}d}",
                name=name,
                contracted_hours=hours[kind],
                employment="interim" if kind == "interim" else "permanent",
                team=team,
                base_postcode=postcode,
                base=base,
                other_duties=0.1 if lado else 0.0,
                other_duties_note="LADO cover" if lado else "",
                first_day=_monday(first),
                last_day=last,
                email=f"{name.lower().replace('. ', '.')}@example.org",
            )
        )
    return found


def _skilled(rng: Random, iros: list[Iro], last: set[str]) -> list[Iro]:
    """The IROs with skills; what only one can do is not with somebody who is sick or leaving."""
    skills: dict[str, list[str]] = {iro.id: [] for iro in iros}
    both = [iro.id for iro in iros if len(iro.takes) == 2 and iro.id not in last]
    able = both or list(skills)
    for skill, twentieths in _SKILLS.items():
        for iro in rng.sample(able, min(len(able), max(1, of_twenty(len(iros), twentieths)))):
            skills[iro].append(skill)
    return [replace(iro, skills=tuple(skills[iro.id])) for iro in iros]


def _summer_leave(rng: Random, iro: Iro, on: date) -> Absence | None:
    weeks = rng.randint(0, 5)
    first = _monday(date(on.year, 7, 13)) + timedelta(7 * weeks)
    if first < on + timedelta(14):
        first = _monday(date(on.year + 1, 7, 13)) + timedelta(7 * weeks)
    return _leave(iro, first, first + timedelta(13 if rng.random() < 0.7 else 20))


def _christmas_leave(iro: Iro, on: date) -> Absence | None:
    year = on.year if date(on.year, 12, 20) >= on + timedelta(14) else on.year + 1
    return _leave(iro, date(year, 12, 20), date(year + 1, 1, 3))


def _leave(iro: Iro, first: date, last: date) -> Absence | None:
    """Leave, unless the IRO has left by then."""
    if iro.last_day and last > iro.last_day:
        return None
    return _absence(iro, first, last, "leave", keeps_children=True)


def _absence(iro: Iro, first: date, last: date | None, reason: str, *, keeps_children: bool) -> Absence:
    return Absence(
        id=f"{iro.id}/{first:%Y-%m-%d}",
        iro=iro.id,
        first=first,
        last=last,
        reason=reason,
        keeps_children=keeps_children,
    )


def _friday(day: date) -> date:
    """That day or the Friday before it."""
    return day - timedelta((day.weekday() - 4) % 7)


def _monday(day: date) -> date:
    """That day or the Monday before it."""
    return day - timedelta(day.weekday())
