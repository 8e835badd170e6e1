"""Random records, each kind with every field, and random services that hang together."""

from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st

from iro_allocator.domain import (
    DEFAULT_PRIORITIES,
    Absence,
    Absent,
    Allocation,
    Apart,
    Bar,
    Barred,
    Case,
    Change,
    ContractEnds,
    Demand,
    Factor,
    Hours,
    HoursChange,
    Iro,
    Joins,
    Leaves,
    NewSettings,
    Pin,
    Scenario,
    Scheme,
    Settings,
    Snapshot,
)

IDS = ("1", "2", "Ä-3")
text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
words = st.lists(text, max_size=3).map(tuple)
days = st.dates(date(1990, 1, 1), date(2040, 1, 1))
place = st.none() | st.tuples(st.integers(0, 700_000), st.integers(0, 1_300_000))
part = st.floats(0, 1)


ids = st.sampled_from(IDS)


def _in_order(one: date, other: date | None) -> tuple[date, date | None]:
    return (one, None) if other is None else (min(one, other), max(one, other))


ordered = st.builds(_in_order, days, days | st.none())


@st.composite
def iros(draw: st.DrawFn, id: str) -> Iro:
    first, last = draw(ordered)
    return Iro(
        id=id,
        name=draw(text.filter(str.strip)),
        contracted_hours=draw(st.floats(0.5, 60)),
        employment=draw(st.sampled_from(("permanent", "interim"))),
        takes=draw(st.sampled_from((("CP",), ("LAC",), ("CP", "LAC")))),
        skills=draw(words),
        team=draw(text),
        base_postcode=draw(text),
        base=draw(place),
        other_duties=draw(part),
        other_duties_note=draw(text),
        limit=draw(st.none() | st.floats(0, 200)),
        takes_new=draw(st.booleans()),
        first_day=first,
        last_day=last,
        email=draw(text),
        phone=draw(text),
    )


@st.composite
def cases(draw: st.DrawFn, id: str) -> Case:
    opened, closed = draw(ordered)
    return Case(
        id=id,
        type=draw(st.sampled_from(("LAC", "CP", "BOTH"))),
        family=draw(text),
        name=draw(text),
        born=draw(days | st.none()),
        expected=draw(days | st.none()),
        opened=opened,
        closed=closed,
        legal_status=draw(text),
        category=draw(text),
        team=draw(text),
        factors=draw(words),
        placement_postcode=draw(text),
        placement=draw(place),
        placement_miles=draw(st.none() | st.floats(0, 1000)),
        out_of_area=draw(st.booleans()),
        requires=draw(words),
        prefers=draw(words),
        separate=draw(st.booleans()),
        separate_reason=draw(text),
        adjustment=draw(st.floats(-5, 5)),
        adjustment_reason=draw(text),
        last_review=draw(days | st.none()),
        next_review=draw(days | st.none()),
    )


def hours(id: str) -> st.SearchStrategy[Hours]:
    either = st.tuples(st.floats(0.5, 60), st.none() | part) | st.tuples(st.none() | st.floats(0.5, 60), part)
    return st.builds(
        lambda iro, start, given, reason: Hours(
            id=id, iro=iro, start=start, contracted_hours=given[0], other_duties=given[1], reason=reason
        ),
        ids,
        days,
        either,
        text,
    )


numbers = st.floats(0, 20)
names = st.dictionaries(text, numbers, max_size=2).map(lambda pairs: tuple(pairs.items()))
some = st.lists(text, min_size=1, max_size=3).map(tuple)


def changes() -> st.SearchStrategy[Change]:
    """Any change a scenario may hold."""
    who: dict[str, Any] = {"iro": ids, "name": text, "day": days}
    return st.one_of(
        st.builds(Leaves, **who),
        st.builds(ContractEnds, **who),
        st.builds(
            lambda span, **more: Absent(day=span[0], last=span[1], **more),
            ordered,
            iro=ids,
            name=text,
            cover=st.booleans(),
            working=st.floats(0, 0.9),
            reason=text,
        ),
        st.builds(HoursChange, **who, contracted_hours=st.floats(0.5, 60), other_duties=st.none() | part),
        st.builds(
            Joins,
            iro=iros("new").filter(lambda iro: iro.first_day is not None),
            induction=st.lists(st.tuples(st.integers(1, 20), st.floats(0, 0.9)), max_size=3).map(tuple),
        ),
        st.builds(Demand, per_month=st.floats(0.5, 100) | st.floats(-100, -0.5), day=days, seed=st.integers(0, 99)),
        st.builds(
            NewSettings,
            day=days,
            limit_per_fte=st.floats(1, 200),
            limit_counts=st.sampled_from(("", "load", "children")),
            weights=names,
            priorities=st.dictionaries(st.sampled_from(sorted(DEFAULT_PRIORITIES)), numbers).map(
                lambda pairs: tuple(pairs.items())
            ),
        ),
        st.builds(Pin, cases=some, day=days, reason=text),
        st.builds(Bar, **who, cases=some, reason=text.filter(str.strip)),
    )


@st.composite
def scenarios(draw: st.DrawFn, id: str) -> Scenario:
    drawn = draw(st.lists(changes(), max_size=4))
    joined = {change.iro.id: change for change in drawn if isinstance(change, Joins)}
    rest = [change for change in drawn if not isinstance(change, Joins)]
    return Scenario(
        id=id,
        name=draw(text.filter(str.strip)),
        day=draw(days),
        changes=(*rest, *joined.values()),
        note=draw(text),
    )


@st.composite
def absences(draw: st.DrawFn, id: str) -> Absence:
    first, last = draw(ordered)
    return Absence(
        id=id,
        iro=draw(ids),
        first=first,
        last=last,
        reason=draw(text),
        working=draw(part),
        keeps_children=draw(st.booleans()),
    )


@st.composite
def allocations(draw: st.DrawFn, id: str) -> Allocation:
    start, end = draw(ordered)
    return Allocation(
        id=id,
        case=draw(ids),
        iro=draw(ids),
        start=start,
        end=end,
        type=draw(st.sampled_from(("allocated", "cover"))),
        reason=draw(text),
        pinned=draw(st.booleans()),
        pin_reason=draw(text),
    )


@st.composite
def settings(draw: st.DrawFn, id: str) -> Settings:
    factors = draw(st.dictionaries(text, st.floats(-5, 20), max_size=2))
    return Settings(
        id=id,
        version=draw(st.integers(1, 2**62)),
        service=draw(text),
        start=draw(days),
        scheme=Scheme(lac=draw(part), factors=tuple(Factor(key, key, w) for key, w in factors.items())),
        priorities=tuple((key, draw(part)) for key in DEFAULT_PRIORITIES),
        closure_days=tuple(draw(st.lists(days, max_size=3))),
    )


@cache
def of_kind(kind: str, id: str) -> st.SearchStrategy[Any]:
    """A record of a kind with this id; it may refer to any of IDS."""
    made: dict[str, st.SearchStrategy[Any]] = {
        "iro": iros(id),
        "hours": hours(id),
        "absence": absences(id),
        "case": cases(id),
        "allocation": allocations(id),
        "barred": st.builds(Barred, id=st.just(id), case=ids, iro=ids, reason=text, on=days | st.none()),
        "apart": st.permutations(IDS).flatmap(
            lambda order: st.builds(Apart, id=st.just(id), case=st.just(order[0]), other=st.just(order[1]), reason=text)
        ),
        "settings": settings(id),
        "scenario": scenarios(id),
    }
    return made[kind]


def whole(snapshot: Snapshot) -> bool:
    """Whether every reference leads to a record."""
    return (
        all(absence.iro in snapshot.iro for absence in snapshot.absence.values())
        and all(hours.iro in snapshot.iro for hours in snapshot.hours.values())
        and all(a.iro in snapshot.iro and a.case in snapshot.case for a in snapshot.allocation.values())
        and all(b.iro in snapshot.iro and b.case in snapshot.case for b in snapshot.barred.values())
        and all({a.case, a.other} <= snapshot.case.keys() for a in snapshot.apart.values())
    )
