"""What has been: an IRO's load month by month, who stayed with them, what happened in their allocations.

Months before today are worked out from the allocations on record with the hours and weights of today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from iro_allocator import authorities
from iro_allocator.caseload import Caseloads, caseloads
from iro_allocator.diary import add_months, working_days_between
from iro_allocator.domain import CASE_TYPES, Allocation, Case, Record, Snapshot
from iro_allocator.edits import Step

MONTHS = 12


@dataclass(frozen=True, slots=True)
class MonthLoad:
    """An IRO's load and share on the first of a month, or today; `limit` is None when it counts children."""

    day: date
    load: float
    share: float
    children: int
    limit: float | None = None

    @property
    def words(self) -> str:
        """The month as a sentence."""
        return (
            f"{self.day.day} {self.day:%b %Y}: load {self.load:.1f}, share {self.share:.1f}, {self.children} children"
        )


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened on a day, in words."""

    day: date
    words: str


def load_by_month(
    snapshot: Snapshot, day: date, months: int = MONTHS, stopped: Callable[[], bool] = lambda: False
) -> Mapping[str, tuple[MonthLoad, ...]]:
    """Every IRO's load and share on the first of each of the last months and today, by IRO."""
    days = [*(add_months(day.replace(day=1), -n) for n in range(months - 1, -1, -1)), day]
    found: dict[str, list[MonthLoad]] = {}
    for when in dict.fromkeys(days):
        if stopped():
            break
        for load in caseloads(snapshot, when).loads:
            limit = load.limit if load.limit_counts == "load" else None
            found.setdefault(load.iro.id, []).append(MonthLoad(when, load.load, load.share, load.children, limit))
    return {iro: tuple(points) for iro, points in found.items()}


def same_children(snapshot: Snapshot, loads: Caseloads, iro: str, months: int = MONTHS) -> tuple[int, int]:
    """Of the children an IRO has who needed an IRO so many months ago: how many had this one, and all of them."""
    then = add_months(loads.day, -months)
    known = [case for case in loads.by_iro.get(iro, ()) if case.opened is None or case.opened <= then]
    had = [row for case in known if (row := snapshot.allocation_on(case.id, then)) and row.iro == iro]
    return len(had), len(known)


# How long children waited, and what was decided


@dataclass(frozen=True, slots=True)
class Waited:
    """A child who got an IRO on a day after having none; working days, None when it is not known since when."""

    case: Case
    day: date
    working_days: int | None


def waits_since(snapshot: Snapshot, case: Case, day: date) -> date | None:
    """The day from which the child has had no IRO: opened, or since the last one's time ended."""
    ends = [row.end for row in snapshot.allocations_by_case.get(case.id, ()) if row.end and row.end <= day]
    return max([when for when in (case.opened, *ends) if when], default=None)


def waited(snapshot: Snapshot, since: date, until: date) -> tuple[Waited, ...]:
    """The children who got an IRO from a day to a day after having none, and how long each waited."""
    found = []
    for key, rows in snapshot.allocations_by_case.items():
        case = snapshot.case.get(key)
        for row in rows:
            handed_over = any(other.end == row.start for other in rows if other is not row)
            if case is None or handed_over or not since <= row.start <= until or row.end == row.start:
                continue
            began = waits_since(snapshot, case, row.start)
            closure_days = snapshot.settings_on(row.start).closure_days
            known = began is not None and began <= row.start
            days = working_days_between(began, row.start, closure_days) if known and began else None
            found.append(Waited(case, row.start, days))
    return tuple(sorted(found, key=lambda one: (one.day, one.case.id)))


@dataclass(frozen=True, slots=True)
class Decided:
    """One family of a suggestion: the children, the IRO suggested, the one accepted ("" = left), and why."""

    cases: tuple[str, ...]
    suggested: str
    accepted: str
    reason: str


def decided(step: Step) -> tuple[Decided, ...]:
    """What a person made of the suggestion that is kept with a step; nothing when it was made without one."""
    kept = step.detail.get("suggestion")
    if not kept:
        return ()
    accepted = [
        Decided(tuple(move["cases"]), move["suggested"], move["accepted"], move["choice"]) for move in kept["moves"]
    ]
    left = [Decided(tuple(move["cases"]), move["suggested"], "", "") for move in kept["not_accepted"]]
    return (*accepted, *left)


# What happened in an IRO's allocations


def lately(snapshot: Snapshot, iro: str, day: date, months: int = MONTHS) -> tuple[Happening, ...]:
    """What an IRO took, handed over and covered in the last months, newest first.

    Children who changed together are one line; many families on one day for one reason are counted.
    """
    since = add_months(day, -months)
    groups: dict[tuple[date, str, str], list[Case]] = {}
    for row in snapshot.allocation.values():
        if row.iro != iro or row.case not in snapshot.case:
            continue
        if since < row.start <= day:
            groups.setdefault((row.start, *_took(snapshot, row)), []).append(snapshot.case[row.case])
        end = snapshot.cover_ends(row) if row.type == "cover" else row.end
        if end and since < end <= day and end > row.start:
            groups.setdefault((end, *_gave(snapshot, row)), []).append(snapshot.case[row.case])
    found = [
        Happening(when, f"{before} {_whom(cases)}{after}".strip())
        for (when, before, after), together in groups.items()
        for cases in _by_family(together)
    ]
    return tuple(sorted(found, key=lambda happening: (-happening.day.toordinal(), happening.words)))


def _took(snapshot: Snapshot, row: Allocation) -> tuple[str, str]:
    why = f": {row.reason}" if row.reason else ""
    if row.type == "cover":
        return "covers", why
    before = [a for a in snapshot.allocations_by_case.get(row.case, ()) if a.end == row.start and a.iro != row.iro]
    return "took", f" from {_name(snapshot, before[-1].iro)}{why}" if before else why


def _gave(snapshot: Snapshot, row: Allocation) -> tuple[str, str]:
    if row.type == "cover":
        return "covers no longer", ""
    after = [a for a in snapshot.allocations_by_case.get(row.case, ()) if a.start == row.end and a.iro != row.iro]
    if after:
        why = f": {after[0].reason}" if after[0].reason else ""
        return "", f" to {_name(snapshot, after[0].iro)}{why}"
    closed = snapshot.case[row.case].closed == row.end
    return "", ": case closed" if closed else " left without an IRO"


def _by_family(cases: Iterable[Case], most: int = 3) -> list[list[Case]]:
    families: dict[str, list[Case]] = {}
    for case in cases:
        families.setdefault(case.family or f"\0{case.id}", []).append(case)
    groups = list(families.values())
    return groups if len(groups) <= most else [[case for group in groups for case in group]]


def _whom(cases: list[Case]) -> str:
    families = {case.family or f"\0{case.id}" for case in cases}
    if len(families) > 1:
        return f"{len(cases)} children of {len(families)} families"
    if len(cases) == 1:
        return cases[0].id
    return f"{cases[0].family} ({len(cases)} children)"


def _name(snapshot: Snapshot, iro: str) -> str:
    return snapshot.iro[iro].name if iro in snapshot.iro else iro


# What the screens call the fields of records, and how they write their values

FIELDS: Mapping[str, Mapping[str, str]] = {
    "iro": {
        "name": "name",
        "contracted_hours": "hours",
        "employment": "employment",
        "takes": "takes",
        "skills": "skills",
        "team": "team",
        "base_postcode": "base postcode",
        "other_duties": "other duties",
        "other_duties_note": "what the other duties are",
        "limit": "limit",
        "takes_new": "new referrals",
        "first_day": "first day",
        "last_day": "last day",
        "email": "email",
        "phone": "phone",
    },
    "hours": {
        "start": "from",
        "contracted_hours": "hours",
        "other_duties": "other duties",
        "reason": "reason",
    },
    "scenario": {
        "name": "name",
        "day": "worked out for",
        "changes": "changes",
        "note": "note",
    },
    "absence": {
        "first": "first day",
        "last": "last day",
        "reason": "reason",
        "working": "part still worked",
        "keeps_children": "keeps their children",
    },
    "case": {
        "type": "type",
        "family": "family",
        "name": "name",
        "born": "born",
        "expected": "expected",
        "opened": "needs an IRO since",
        "closed": "case closed",
        "legal_status": "legal status",
        "category": "category",
        "team": "team",
        "factors": "factors",
        "placement_postcode": "placement postcode",
        "placement_miles": "miles from home",
        "out_of_area": "out of area",
        "requires": "required skills",
        "prefers": "preferred skills",
        "separate": "may have another IRO than the family",
        "separate_reason": "why another IRO",
        "adjustment": "weight adjustment",
        "adjustment_reason": "why the adjustment",
        "last_review": "last review",
        "next_review": "next review",
        "home_postcode": "home postcode",
        "social_worker": "social worker",
        "confidential": "confidential placement",
        "distance_band": "distance by hand",
        "placement_authority": "council of the placement",
        "mother": "mother, looked after",
    },
    "allocation": {
        "start": "start",
        "end": "end",
        "reason": "reason",
        "pinned": "pinned",
        "pin_reason": "why pinned",
    },
}
"""What the fields of records are called, by kind; the rest (places) follow from these."""


def changed_fields(before: Record, after: Record) -> tuple[str, ...]:
    """The names of the fields that differ and have a name on the screens."""
    names = FIELDS.get(after.kind, {})
    return tuple(
        field.name
        for field in fields(after)
        if field.name in names and getattr(before, field.name) != getattr(after, field.name)
    )


def say(value: Any, field: str = "") -> str:
    """A value of a record as the screens write it."""
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if isinstance(value, float):
        return f"{value:.0%}" if field in ("other_duties", "working") else f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(str(getattr(part, "words", part)) for part in value)
    if field == "placement_authority":
        return authorities.named(str(value))
    return CASE_TYPES.get(value, str(value)) if field == "type" else str(value)
