"""The lines of a caseload: families and children, filtered, ordered, folded, marked. No window."""

from datetime import date

import pytest

from iro_allocator.domain import Snapshot
from iro_allocator.ui import caseload_rows as rows
from tests.builders import DAY, allocation, case, snapshot, world
from tests.ui.caseload_service import HUSSAIN, MOSS, service

WORLD = world(service())


def shown(**how: object) -> list[tuple[str, str]]:
    return [(line.family_words, line.child_words) for line in rows.lines(WORLD, HUSSAIN.id, **how)]  # type: ignore[arg-type]


def line_of(child: str, iro_id: str = HUSSAIN.id, records: Snapshot | None = None) -> rows.Line:
    found = rows.lines(world(records) if records else WORLD, iro_id)
    return next(line for line in found if not line.heads and line.ids == (child,))


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (date(2023, 9, 20), "3 y 2 m"),
        (date(2024, 11, 23), "2 y"),
        (date(2024, 11, 24), "1 y 11 m"),
        (date(2026, 6, 23), "5 m"),
        (date(2026, 10, 24), "30 d"),
        (DAY, "0 d"),
        (None, ""),
    ],
)
def test_how_long_a_child_has_had_the_iro_is_said_in_years_and_months(since: date | None, words: str) -> None:
    assert rows.together(since, DAY) == words


def test_families_with_several_children_stand_under_a_heading_and_children_without_one_come_last() -> None:
    assert shown()[:8] == [
        ("▾ Fam-1", "3 children"),
        ("\u2003Fam-1", "C-1"),
        ("\u2003Fam-1", "C-2"),
        ("\u2003Fam-1", "C-3"),
        ("▾ Fam-2", "2 children"),
        ("\u2003Fam-2", "C-4"),
        ("\u2003Fam-2", "C-5"),
        ("", "C-100"),
    ]


def test_a_folded_family_is_one_line_that_keeps_its_sums_and_marks() -> None:
    assert shown(folded=("Fam-1",))[:2] == [("▸ Fam-1", "3 children"), ("▾ Fam-2", "2 children")]
    heading = rows.lines(WORLD, HUSSAIN.id, folded=("Fam-1",))[0]
    assert heading.ids == ("C-1", "C-2", "C-3")
    # 1.25 (20 to 50 miles out of area) + 1.25 (in court) + 1.00
    assert heading.weight == 3.5
    assert heading.note_words == "cover: K. Moss, separate"
    assert (heading.review, heading.overdue) == (date(2026, 11, 2), True)


def test_weights_say_their_parts() -> None:
    assert line_of("C-1").parts == "1.00 looked after + 0.25 out of area, 20 to 50 miles = 1.25"


@pytest.mark.parametrize(
    ("order", "first"),
    [("weight", "Fam-1"), ("review", "Fam-1"), ("placed", "Fam-1"), ("child", "Fam-1")],
)
def test_families_stay_together_in_every_order(order: str, first: str) -> None:
    for descending in (False, True):
        found = rows.lines(WORLD, HUSSAIN.id, order=order, descending=descending)
        heads = [number for number, line in enumerate(found) if line.heads]
        for number in heads:
            below = found[number + 1 : number + 1 + len(found[number].cases)]
            assert {line.family for line in below} == {found[number].family}
            assert sorted(line.ids[0] for line in below) == list(found[number].ids)
        assert len(found) == 17
    heaviest = rows.lines(WORLD, HUSSAIN.id, order="weight", descending=True)[0]
    assert heaviest.family == first


def test_what_is_not_known_comes_last_both_ways() -> None:
    for descending in (False, True):
        found = rows.lines(WORLD, HUSSAIN.id, order="placed", descending=descending, words="Fam-1")
        assert next(line.ids[0] for line in found if not line.heads) == "C-1"


def test_every_order_of_the_table_can_be_asked_for() -> None:
    assert all(len(rows.lines(WORLD, HUSSAIN.id, order=order)) == 17 for order in rows.ORDERS)


def test_marks_say_in_words_what_is_to_be_known() -> None:
    assert line_of("C-1").marks == (("cover: K. Moss", "K. Moss covers since 23 Nov 2026 until 1 Dec 2026: holiday"),)
    assert line_of("C-3").marks == (("separate", "May have another IRO than the family: conflict with the others"),)
    assert line_of("C-4").marks == (("split", "C-6 of the same family: with C. Dunne"),)
    assert line_of("C-2").notes({"court": "care proceedings in court"}) == "care proceedings in court"
    pinned = snapshot(HUSSAIN, case("C-9"), allocation("C-9", HUSSAIN, pinned=True, pin_reason="hearing"))
    assert line_of("C-9", records=pinned).marks == (("pinned", "Pinned to A. Hussain: hearing"),)
    then = date(2027, 4, 1)
    handed = [allocation("C-9", HUSSAIN, end=then), allocation("C-9", MOSS, then, id="C-9/2")]
    coming = snapshot(HUSSAIN, MOSS, case("C-9"), handed)
    assert line_of("C-9", records=coming).marks == (("→ K. Moss 1 Apr", "K. Moss has them from 1 Apr 2027"),)


def test_how_far_a_placement_is_stays_unknown_when_it_is() -> None:
    assert rows.placed(case(placement_miles=30.6)) == "31 mi"
    assert rows.placed(case(out_of_area=True)) == "? mi"
    assert rows.placed(case()) == ""
    assert rows.placed_note(case(out_of_area=True)) == "distance not known · out of area"


def test_a_band_by_hand_is_shown_where_the_miles_are_not_known() -> None:
    hidden = case(confidential=True, out_of_area=True, distance_band="20")
    assert rows.placed(hidden) == "20–50 mi"
    assert rows.placed_note(hidden) == "address confidential · out of area, 20 to 50 miles"
    assert rows.placed(case(distance_band="in")) == ""
    assert rows.placed(case(placement_miles=8.0, distance_band="20")) == "8 mi"


def test_a_family_moves_together_but_for_who_is_marked_separate() -> None:
    here = WORLD.loads.by_iro[HUSSAIN.id]
    assert rows.family_of(here, ["C-1"]) == ("C-1", "C-2")
    assert rows.family_of(here, ["C-3"]) == ("C-3",)
    assert rows.family_of(here, ["C-1", "C-2", "C-3"]) == ("C-1", "C-2", "C-3")
    assert rows.family_of(here, ["C-4", "C-100"]) == ("C-100", "C-4", "C-5")
    assert rows.family_of(here, ["C-6"]) == ()


def test_children_are_called_as_a_manager_calls_them() -> None:
    records = WORLD.snapshot
    assert rows.called(records, ("C-1",)) == "C-1"
    assert rows.called(records, ("C-1", "C-2")) == "Fam-1 (2 children)"
    assert rows.called(records, ("C-1", "C-2", "C-4")) == "2 families (3 children)"


def test_words_find_iros_families_and_children() -> None:
    def names(**how: str) -> list[str]:
        return [load.iro.name for load in WORLD.loads.loads if rows.is_shown(WORLD, load, **how)]

    assert names(words="carter") == ["B. Carter"]
    assert names(words="fam-2") == ["A. Hussain", "C. Dunne"]
    assert names(team="South") == ["B. Carter", "K. Moss"]
    assert names(type_="LAC") == ["A. Hussain", "B. Carter", "K. Moss"]
    assert [one.id for one in rows.shown_cases(WORLD, HUSSAIN.id, words="court")] == ["C-2"]
    assert [one.id for one in rows.shown_cases(WORLD, HUSSAIN.id, "CP")] == ["C-4", "C-5"]
    assert len(rows.shown_cases(WORLD, HUSSAIN.id, words="hussain")) == 15
