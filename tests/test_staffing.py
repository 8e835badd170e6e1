"""Hours of a day: recorded where they are in force, and everybody quotes them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator.caseload import available, caseloads
from iro_allocator.domain import Hours, Snapshot
from iro_allocator.edits import Step
from iro_allocator.errors import Explained
from iro_allocator.solver.problem import Problem
from iro_allocator.staffing import dated_id, next_iro_id, other_hours, recorded
from tests.builders import DAY, held, iro, snapshot

MOSS = iro("K. Moss", 22.0, other_duties=0.1, other_duties_note="LADO cover")
MAY = date(2027, 5, 3)


def hours(start: date, **more: float) -> Hours:
    return Hours(id=f"k-moss/{start:%Y-%m-%d}", iro=MOSS.id, start=start, **more)  # type: ignore[arg-type]


def test_the_latest_that_says_something_counts_for_each_of_the_two() -> None:
    service = snapshot(
        MOSS,
        hours(date(2027, 1, 4), contracted_hours=30),
        hours(date(2027, 2, 1), other_duties=0.5),
        hours(MAY, contracted_hours=37),
    )
    days = [DAY, date(2027, 1, 4), date(2027, 2, 1), MAY]
    found = [service.iro_on(MOSS, day) for day in days]
    assert [(each.contracted_hours, each.other_duties) for each in found] == [
        (22, 0.1),
        (30, 0.1),
        (30, 0.5),
        (37, 0.5),
    ]
    assert found[0] is MOSS


def test_everybody_reads_the_hours_of_the_day() -> None:
    service = snapshot(MOSS, held(MOSS, 3), hours(MAY, contracted_hours=37, other_duties=0.0))
    (before,), (after,) = (caseloads(service, day).loads for day in (MAY - timedelta(1), MAY))
    assert before.available == pytest.approx(22 / 37 * 0.9)
    assert before.limit == pytest.approx(70 * 22 / 37)
    assert (after.available, after.limit, after.iro.contracted_hours) == (1.0, 70.0, 37)
    (solved,) = Problem.of(service, MAY).iros
    assert (solved.contracted_hours, solved.available, solved.limit) == (37, 1.0, 70.0)


def test_what_is_written_today_corrects_the_change_in_force_and_not_what_was_before() -> None:
    service = snapshot(MOSS, hours(date(2026, 6, 1), contracted_hours=30))
    shown = service.iro_on(MOSS, DAY)
    after = Step("", recorded(service, replace(shown, contracted_hours=32, email="k@example.org"), DAY)).apply(service)
    assert (after.iro[MOSS.id].contracted_hours, after.iro[MOSS.id].email) == (22, "k@example.org")
    assert after.iro_on(after.iro[MOSS.id], DAY).contracted_hours == 32
    assert recorded(service, shown, DAY) == ()


def test_a_change_to_come_stays_as_it_is() -> None:
    service = snapshot(MOSS, hours(MAY, contracted_hours=37))
    after = Step("", recorded(service, replace(MOSS, contracted_hours=25), DAY)).apply(service)
    assert [after.iro_on(after.iro[MOSS.id], day).contracted_hours for day in (DAY, MAY)] == [25, 37]


rows = st.lists(
    st.builds(
        lambda start, contracted, duties: (start, contracted, duties),
        st.dates(date(2026, 1, 1), date(2027, 12, 1)),
        st.none() | st.sampled_from([18.5, 30.0, 37.0]),
        st.none() | st.sampled_from([0.0, 0.2, 0.5]),
    ).filter(lambda row: row[1] is not None or row[2] is not None),
    max_size=4,
    unique_by=lambda row: row[0],
)


def made(drawn: list[tuple[date, float | None, float | None]]) -> Snapshot:
    return snapshot(
        MOSS,
        [
            Hours(id=f"{start}", iro=MOSS.id, start=start, contracted_hours=contracted, other_duties=duties)
            for start, contracted, duties in drawn
        ],
    )


@given(rows, st.sampled_from([18.5, 22.0, 29.0]), st.sampled_from([0.0, 0.1, 0.3]))
def test_what_is_recorded_on_a_day_is_read_on_that_day(
    drawn: list[tuple[date, float | None, float | None]], contracted: float, duties: float
) -> None:
    service = made(drawn)
    written = replace(service.iro_on(MOSS, DAY), contracted_hours=contracted, other_duties=duties)
    step = Step("", recorded(service, written, DAY))
    after = step.apply(service)
    read = after.iro_on(after.iro[MOSS.id], DAY)
    assert (read.contracted_hours, read.other_duties) == (contracted, duties)
    assert step.inverse.apply(after) == service
    assert available(after, after.iro[MOSS.id], DAY) == pytest.approx(contracted / 37 * (1 - duties))


def test_a_change_of_hours_that_says_nothing_is_refused() -> None:
    with pytest.raises(Explained, match="neither hours nor other duties"):
        other_hours(snapshot(MOSS), MOSS.id, MAY)
    with pytest.raises(Explained, match="61 contracted hours"):
        other_hours(snapshot(MOSS), MOSS.id, MAY, contracted_hours=61)


def test_ids_are_those_that_are_free() -> None:
    assert next_iro_id(["I-01", "i07", "k-moss"]) == "i08"
    assert dated_id("i07", MAY, ["i07/2027-05-03"]) == "i07/2027-05-03-2"
