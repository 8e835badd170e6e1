"""Random records, each kind with every field, and random services that hang together."""

from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st

from iro_allocator.domain import (
    DEFAULT_PRIORITIES,
    Absence,
    Allocation,
    Apart,
    Barred,
    Case,
    Factor,
    Iro,
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
        "absence": absences(id),
        "case": cases(id),
        "allocation": allocations(id),
        "barred": st.builds(Barred, id=st.just(id), case=ids, iro=ids, reason=text, on=days | st.none()),
        "apart": st.permutations(IDS).flatmap(
            lambda order: st.builds(Apart, id=st.just(id), case=st.just(order[0]), other=st.just(order[1]), reason=text)
        ),
        "settings": settings(id),
    }
    return made[kind]


def whole(snapshot: Snapshot) -> bool:
    """Whether every reference leads to a record."""
    return (
        all(absence.iro in snapshot.iro for absence in snapshot.absence.values())
        and all(a.iro in snapshot.iro and a.case in snapshot.case for a in snapshot.allocation.values())
        and all(b.iro in snapshot.iro and b.case in snapshot.case for b in snapshot.barred.values())
        and all({a.case, a.other} <= snapshot.case.keys() for a in snapshot.apart.values())
    )
