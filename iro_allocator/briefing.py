"""What a manager should see in five seconds: the figures, what needs a decision, the reviews to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from iro_allocator.caseload import Caseloads, IroLoad, at_work, available, in_notice, presence
from iro_allocator.caseload import keeps_children as keeps
from iro_allocator.coming import coming, unplanned
from iro_allocator.diary import add_months, is_working_day, review_due, working_days_between
from iro_allocator.domain import CP, NEEDS, Case, Iro, Snapshot

LEAVING_MONTHS = 4
"""An IRO whose last day is nearer than this (or in their notice period) needs a plan."""

Tone = Literal["bad", "warn", "info", "plain"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One card: what it is, its figure, what is to be known about it; `page` and `ids` lead on."""

    key: str
    label: str
    figure: str
    note: str
    page: str = ""
    ids: tuple[str, ...] = ()
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that needs a decision: a tag and a sentence; `page` and `ids` (IROs, children) answer it."""

    tag: str
    tone: Tone
    words: str
    page: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Month:
    """One month: reviews and conferences due in it, and how many the IROs at work can hold."""

    first: date
    due: int
    capacity: float

    @property
    def over(self) -> bool:
        """Whether more is due than can be held."""
        return self.due > self.capacity

    @property
    def words(self) -> str:
        """The month as a sentence."""
        said = f"{self.first:%B %Y}: {self.due} reviews due, capacity {self.capacity:.0f}"
        return f"{said}, {self.due - self.capacity:.0f} too many" if self.over else said


@dataclass(frozen=True, slots=True)
class Reviews:
    """Reviews due: overdue, in the rest of this month, and by month in the year after."""

    overdue: int
    this_month: int
    months: tuple[Month, ...]


def signed_percent(fraction: float) -> str:
    """A signed whole per cent with a real minus: +14%, 0%, −12% (0.1397 is +14%)."""
    rounded = round(fraction * 100)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded)}%"


# The figures


def figures(snapshot: Snapshot, loads: Caseloads) -> tuple[Figure, ...]:
    """The six cards of the Overview."""
    return (
        _waiting(loads),
        _children(loads),
        _capacity(snapshot, loads),
        _per_fte(loads),
        _furthest(loads),
        _continuity(snapshot, loads),
    )


def _waiting(loads: Caseloads) -> Figure:
    waiting = loads.waiting
    if not waiting:
        return Figure("waiting", "Waiting for an IRO", "Nobody", "every child has an IRO", "referrals")
    allowed = loads.settings.appointment_days
    longest = max((days for case in waiting if (days := days_waiting(case, loads)) is not None), default=None)
    note = _count(families(waiting), "family", "families")
    if longest is not None:
        note += f" · oldest {longest} of {allowed} working days"
    late = longest is not None and longest > allowed
    return Figure("waiting", "Waiting for an IRO", _children_words(len(waiting)), note, "referrals", bad=late)


def days_waiting(case: Case, loads: Caseloads) -> int | None:
    """Working days since the child has needed an IRO, None when that day is not known."""
    if case.opened is None:
        return None
    return working_days_between(case.opened, loads.day, loads.settings.closure_days)


def families(cases: Iterable[Case]) -> int:
    """How many families these children belong to; a child without a family counts as one."""
    return len({case.family or f"\0{case.id}" for case in cases})


def _children(loads: Caseloads) -> Figure:
    everyone = [case for cases in loads.by_iro.values() for case in cases] + list(loads.waiting)
    on_plans = [case for case in everyone if case.type == CP]
    note = (
        f"{len(everyone) - len(on_plans):,} looked after · {len(on_plans):,} on plans "
        f"in {_count(families(on_plans), 'family', 'families')} · {loads.cases:,} cases · load {loads.load:,.1f}"
    )
    return Figure("children", "Children", f"{loads.children:,}", note, "children")


def _capacity(snapshot: Snapshot, loads: Caseloads) -> Figure:
    here = [iro for iro in snapshot.iro.values() if at_work(iro, loads.day)]
    away = sum(presence(snapshot, iro, loads.day) == 0 for iro in here)
    going = sorted(iro.last_day for iro in here if iro.last_day and _leaving(iro, loads))
    note = _count(len(here), "IRO", "IROs")
    if away:
        note += f" · {away} absent"
    if going:
        note += f" · {len(going)} leaving by {going[-1]:%B}"
    return Figure("capacity", "Capacity", f"{loads.fte:.1f} FTE", note, "iros")


def _per_fte(loads: Caseloads) -> Figure:
    by_load = loads.settings.limit_counts == "load"
    here, most = (loads.load_per_fte if by_load else loads.children_per_fte), loads.settings.limit_per_fte
    counted = loads.load if by_load else loads.children
    if loads.short_fte > 0:
        room = f"short by {loads.short_fte:.2f} FTE"
    else:
        room = f"room for {int(most * loads.fte - counted):,} more"
    other = f"{loads.children_per_fte:.1f} children" if by_load else f"load {loads.load_per_fte:.1f}"
    label = "Caseload per FTE" if by_load else "Children per FTE"
    note = f"limit {most:g} · {room} · {other} per FTE"
    return Figure("per_fte", label, f"{here:.1f}", note, "caseloads", bad=loads.short_fte > 0)


def _furthest(loads: Caseloads) -> Figure:
    furthest, tolerance = loads.furthest, loads.settings.tolerance
    if furthest is None or furthest.share_difference is None:
        return Figure("furthest", "Furthest from share", "–", "no IRO is available", "caseloads")
    difference = furthest.share_difference
    note = f"{furthest.iro.name} · target within ±{tolerance:g}%"
    bad = abs(difference) * 100 > 2 * tolerance
    figure = signed_percent(difference)
    return Figure("furthest", "Furthest from share", figure, note, "caseloads", (furthest.iro.id,), bad)


def _continuity(snapshot: Snapshot, loads: Caseloads) -> Figure:
    changed = changed_iro(snapshot, loads)
    held = sum(len(cases) for cases in loads.by_iro.values())
    if not held:
        return Figure("continuity", "Same IRO in 12 months", "–", "no child has an IRO yet", "children")
    share = (held - len(changed)) / held
    figure = "100%" if not changed else f"{min(99, round(share * 100))}%"
    note = f"{len(changed):,} of {_children_words(held)} changed"
    return Figure("continuity", "Same IRO in 12 months", figure, note, "children", changed)


def changed_iro(snapshot: Snapshot, loads: Caseloads, since: date | None = None) -> tuple[str, ...]:
    """The children with an IRO today who have had another one since a day, 12 months ago unless given."""
    since = since or add_months(loads.day, -12)
    changed = []
    for iro, cases in loads.by_iro.items():
        for case in cases:
            rows = snapshot.allocations_by_case.get(case.id, ())
            if any(a.iro != iro and a.start <= loads.day and a.end is not None and a.end > since for a in rows):
                changed.append(case.id)
    return tuple(sorted(changed))


# What needs a decision


def decisions(snapshot: Snapshot, loads: Caseloads) -> tuple[Decision, ...]:
    """What needs a decision today, the gravest first; empty when nothing does."""
    return (
        *_late(loads),
        *_broken_rules(snapshot, loads),
        *_over_limit(loads),
        *_going(snapshot, loads),
        *_split(loads),
        *_coming(snapshot, loads),
        *_returning(snapshot, loads),
        *_gaps(loads),
    )


def _late(loads: Caseloads) -> Iterable[Decision]:
    allowed = loads.settings.appointment_days
    late = [case.id for case in loads.waiting if (days_waiting(case, loads) or 0) > allowed]
    if late:
        words = f"{_children_words(len(late))} waiting for more than {allowed} working days"
        yield Decision("late", "bad", words, "referrals", tuple(late))


def _over_limit(loads: Caseloads, most: int = 3) -> Iterable[Decision]:
    over = sorted((load for load in loads.loads if load.over_limit > 0), key=lambda load: -load.over_limit)
    by_load = loads.settings.limit_counts == "load"
    for load in over[:most]:
        much = f"{load.over_limit:.1f}" if by_load else _children_words(round(load.over_limit))
        words = f"{load.iro.name} is {much} over the limit of {load.limit:.1f}"
        yield Decision("over limit", "bad", words, "caseloads", (load.iro.id,))
    if len(over) > most:
        rest = tuple(load.iro.id for load in over[most:])
        words = f"{_count(len(rest), 'more IRO is over the limit', 'more IROs are over their limit')}"
        yield Decision("over limit", "bad", words, "iros", rest)


def _going(snapshot: Snapshot, loads: Caseloads) -> Iterable[Decision]:
    with_children = [load for load in loads.loads if load.children]
    for load in sorted(with_children, key=lambda load: (load.iro.last_day or date.max, load.iro.name)):
        iro, many = load.iro, _children_words(load.children)
        gone = iro.last_day + timedelta(1) if iro.last_day else loads.day
        if iro.last_day and gone > loads.day:
            theirs = unplanned(snapshot, (case.id for case in loads.by_iro[iro.id]), iro.id, gone)
            if not theirs:
                continue
            many = _children_words(len(theirs))
        if iro.last_day and iro.last_day < loads.day:
            yield Decision("has left", "bad", f"{iro.name} has left: {many} to move", "caseloads", (iro.id,))
        elif iro.last_day and _leaving(iro, loads):
            tag = f"leaving {iro.last_day.day} {iro.last_day:%b}"
            yield Decision(tag, "warn", f"{iro.name}: {many} to move", "what_if", (iro.id,))
        elif _hands_over(snapshot, load, loads.day):
            yield Decision("away", "warn", f"{iro.name} is away: {many} to move", "caseloads", (iro.id,))


def _leaving(iro: Iro, loads: Caseloads) -> bool:
    if iro.last_day is None:
        return False
    soon = iro.last_day <= add_months(loads.day, LEAVING_MONTHS)
    return soon or in_notice(iro, loads.day, loads.settings.notice_days)


def _hands_over(snapshot: Snapshot, load: IroLoad, day: date) -> bool:
    """Whether the IRO is away and the manager wants their children reallocated."""
    absences = snapshot.absences_of(load.iro.id, day)
    return bool(absences) and load.available == 0 and not keeps(snapshot, load.iro, day)


def _coming(snapshot: Snapshot, loads: Caseloads, most: int = 3) -> Iterable[Decision]:
    """The next handovers and covers that are on record: nothing is to be decided, but to be known."""
    moves = [each for each in coming(snapshot, loads.day) if each.ids]
    for each in moves[:most]:
        yield Decision(f"from {each.day.day} {each.day:%b}", "plain", each.words, "children", each.ids)


def _split(loads: Caseloads) -> Iterable[Decision]:
    found = split_families(loads)
    if found:
        words = _count(len(found), "sibling group has several IROs", "sibling groups have several IROs")
        yield Decision("split", "warn", words, "children", tuple(sorted(c for ids in found.values() for c in ids)))


def split_families(loads: Caseloads) -> Mapping[str, tuple[str, ...]]:
    """The families whose children have different IROs, with those children; who may be split is left out."""
    holding: dict[str, dict[str, list[str]]] = {}
    for iro, cases in loads.by_iro.items():
        for case in cases:
            if case.family and not case.separate:
                holding.setdefault(case.family, {}).setdefault(iro, []).append(case.id)
    return {
        family: tuple(sorted(case for ids in by_iro.values() for case in ids))
        for family, by_iro in holding.items()
        if len(by_iro) > 1
    }


def _returning(snapshot: Snapshot, loads: Caseloads) -> Iterable[Decision]:
    found: dict[str, list[str]] = {}
    for case in loads.waiting:
        for row in reversed(snapshot.allocations_by_case.get(case.id, ())):
            former = snapshot.iro.get(row.iro)
            if former and available(snapshot, former, loads.day) > 0:
                found.setdefault(former.name, []).append(case.id)
                break
    for name, cases in sorted(found.items()):
        words = f"{_count(len(cases), 'waiting child', 'waiting children')} had {name} before"
        yield Decision("returning", "info", words, "referrals", tuple(cases))


def _gaps(loads: Caseloads) -> Iterable[Decision]:
    everyone = [case for cases in loads.by_iro.values() for case in cases] + list(loads.waiting)
    far = [c.id for c in everyone if c.out_of_area and c.placement_miles is None and c.type != CP]
    if far:
        words = _count(len(far), "placement out of area lacks a distance", "placements out of area lack a distance")
        yield Decision("data", "plain", words, "children", tuple(sorted(far)))
    undated = [case.id for case in loads.waiting if case.opened is None]
    if undated:
        words = _count(len(undated), "waiting child has no start date", "waiting children have no start date")
        yield Decision("data", "plain", words, "referrals", tuple(sorted(undated)))


def _broken_rules(snapshot: Snapshot, loads: Caseloads) -> Iterable[Decision]:
    iro_of = {case.id: iro for iro, cases in loads.by_iro.items() for case in cases}
    for row in sorted(snapshot.barred.values(), key=lambda row: row.id):
        if iro_of.get(row.case) == row.iro and row.iro in snapshot.iro:
            words = f"{row.case} has {snapshot.iro[row.iro].name}, who may not have this child"
            yield Decision("rule", "bad", words, "children", (row.case,))
    for pair in sorted(snapshot.apart.values(), key=lambda pair: pair.id):
        if pair.case in iro_of and iro_of[pair.case] == iro_of.get(pair.other):
            words = f"{pair.case} and {pair.other} are to be kept apart, both with {_name(snapshot, iro_of[pair.case])}"
            yield Decision("rule", "bad", words, "children", (pair.case, pair.other))
    for key, cases in sorted(loads.by_iro.items()):
        iro = snapshot.iro[key]
        for tag, wrong in (
            ("does not take the type of", [case.id for case in cases if not _takes(iro, case)]),
            (
                "lacks a skill required for",
                [case.id for case in cases if not set(case.requires) <= set(iro.skills)],
            ),
        ):
            if wrong:
                words = f"{iro.name} {tag} {_children_words(len(wrong))}"
                yield Decision("rule", "bad", words, "children", tuple(sorted(wrong)))


def _takes(iro: Iro, case: Case) -> bool:
    return NEEDS[case.type] <= set(iro.takes)


def _name(snapshot: Snapshot, iro: str) -> str:
    return snapshot.iro[iro].name


# Reviews to come


def reviews(snapshot: Snapshot, loads: Caseloads, count: int = 12) -> Reviews:
    """Reviews and conferences due: overdue, this month, and in each of the months after it.

    Dates are as recorded, else the latest that the statutory intervals allow. Capacity is what the IROs
    at work in a month hold when everyone has as much as the limit allows: limit × FTE after planned
    leave × reviews for each case equivalent and month, over these months.
    """
    day, settings = loads.day, loads.settings
    firsts = [add_months(day.replace(day=1), n) for n in range(1, count + 2)]
    due = dict.fromkeys(firsts[:-1], 0)
    overdue = this_month = 0
    everyone = [case for cases in loads.by_iro.values() for case in cases] + list(loads.waiting)
    for case in everyone:
        for when in _dates(case, day, firsts[-1], settings.closure_days):
            if when < day:
                overdue += 1
            elif when < firsts[0]:
                this_month += 1
            else:
                due[when.replace(day=1)] += 1
    pace = sum(due.values()) / count / loads.load if loads.load else 0.0
    months = tuple(
        Month(first, due[first], settings.limit_per_fte * _at_work(snapshot, first) * pace) for first in firsts[:-1]
    )
    return Reviews(overdue, this_month, months)


def _dates(case: Case, day: date, until: date, closure_days: Iterable[date]) -> Iterable[date]:
    """When the child's reviews are due before `until`; one that is overdue counts once, as what it is."""
    when = review_due(case, closure_days)
    months = 6 if case.last_review or case.next_review else 3
    while when and when < until:
        yield when
        when, months = add_months(max(when, day), months), 6


def _at_work(snapshot: Snapshot, first: date) -> float:
    """The mean FTE available over a month's working days."""
    after = add_months(first, 1)
    days = [first + timedelta(n) for n in range((after - first).days)]
    days = [day for day in days if is_working_day(day)]
    every = [available(snapshot, iro, day) for day in days for iro in snapshot.iro.values()]
    return sum(every) / len(days) if days else 0.0


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _children_words(number: int) -> str:
    return _count(number, "child", "children")
