from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator.sheets import cells
from iro_allocator.sheets.cells import Cell, Unreadable
from tests.builders import DAY


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("00123", "00123"),
        (123.0, "123"),
        (123.5, "123.5"),
        (None, ""),
        (" B.\xa0Carter \n", "B. Carter"),
        ("a\x00b\u200b", "ab"),
        ("#N/A", ""),
        (True, "Yes"),
        (datetime(2026, 11, 23, 9, 30), "23/11/2026"),
    ],
)
def test_a_cell_is_read_as_a_person_sees_it(cell: Cell, shown: str) -> None:
    assert cells.text(cell) == shown


@pytest.mark.parametrize(
    "cell",
    [
        "23/11/2026",
        "23-11-2026",
        "23.11.26",
        "2026-11-23",
        "2026-11-23T00:00:00",
        "23/11/2026 09:30",
        "23 Nov 2026",
        "23rd November 2026",
        "Mon 23 Nov 2026",
        "23-Nov-26",
        date(2026, 11, 23),
        datetime(2026, 11, 23, 9, 30),
        46349,  # as Excel counts days from 30 December 1899
        46349.0,
        " 46349",
    ],
)
def test_a_day_is_read_however_it_is_written(cell: Cell) -> None:
    assert cells.day(cell, DAY) == date(2026, 11, 23)


@pytest.mark.parametrize("cell", ["", None, " - ", "n/a", "TBC", "#N/A", "not known", 0.0, time(0, 0)])
def test_a_day_that_is_not_given_is_none(cell: Cell) -> None:
    assert cells.day(cell, DAY) is None


@pytest.mark.parametrize(
    "cell", ["31/02/2026", "11/23/2026", "soon", "23/11", "2026", "23/11/0206", 12, 9e9, time(3, 4), True, "1.5.2.6"]
)
def test_what_is_no_day_is_refused_with_the_value_and_the_way_out(cell: Cell) -> None:
    with pytest.raises(Unreadable, match=r"such as (28/02/)?2026"):
        cells.day(cell, DAY)


@pytest.mark.parametrize(("shown", "year"), [("1/1/36", 2036), ("1/1/37", 1937), ("1/1/99", 1999), ("1/1/00", 2000)])
def test_a_year_of_two_digits_is_at_most_ten_years_ahead(shown: str, year: int) -> None:
    assert cells.day(shown, DAY) == date(year, 1, 1)


@given(st.dates(date(1920, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_back_from_each_way_of_writing_it(day: date) -> None:
    ways: list[Cell] = [f"{day:%d/%m/%Y}", day.isoformat(), f"{day.day} {day:%B %Y}", (day - date(1899, 12, 30)).days]
    assert [cells.day(way, DAY) for way in ways] == [day] * len(ways)


@given(st.text(max_size=30) | st.floats() | st.integers() | st.booleans() | st.times() | st.dates() | st.timedeltas())
def test_no_cell_can_do_worse_than_be_unreadable(cell: Cell) -> None:
    readers = (
        lambda given: cells.day(given, DAY),
        *(cells.text, cells.number, cells.yes_no, cells.area, cells.postcode, cells.words),
        *(cells.case_type, cells.takes, cells.employment, cells.legal_status),
    )
    for read in readers:
        assert cells.holds(read, cell) in (True, False)


@pytest.mark.parametrize(
    ("cell", "number"),
    [(37, 37.0), ("37 ", 37.0), ("18.5 hrs", 18.5), ("31.4 mi", 31.4), ("20%", 0.2), ("1,137", 1137.0), ("-", None)],
)
def test_a_number_is_read_with_or_without_its_unit(cell: Cell, number: float | None) -> None:
    assert cells.number(cell) == number


@pytest.mark.parametrize("cell", ["many", "1 to 2", "--3", float("nan"), "12/5"])
def test_what_is_no_number_is_refused(cell: Cell) -> None:
    with pytest.raises(Unreadable, match="is no number"):
        cells.number(cell)


@pytest.mark.parametrize(
    ("word", "type"),
    [
        *((word, "LAC") for word in ("LAC", "cla", "CIC", "Looked after", "Child in care", "CLA (S31)", "UASC")),
        *((word, "CP") for word in ("CP", "CPP", "ICPC", "Child Protection Plan", "on plan")),
        *((word, "BOTH") for word in ("both", "LAC & CP", "CP/CLA", "dual")),
        ("", ""),
    ],
)
def test_the_types_are_known_in_the_words_of_every_council(word: str, type: str) -> None:
    assert cells.case_type(word) == type


@pytest.mark.parametrize("word", ["CIN", "care leaver", "CP ended", "ex LAC", "7", "not LAC"])
def test_what_is_no_type_is_refused(word: str) -> None:
    with pytest.raises(Unreadable, match="write LAC, CP or BOTH"):
        cells.case_type(word)


@pytest.mark.parametrize(
    ("word", "out"),
    [("Y", True), ("no", False), ("OOA", True), ("In area", False), ("out of county", True), ("", None), ("n/a", None)],
)
def test_out_of_area_is_read_from_yes_and_no_and_from_words(word: str, out: bool | None) -> None:
    assert cells.area(word) is out


@pytest.mark.parametrize(
    ("word", "employment"),
    [("Perm", "permanent"), ("Agency worker", "interim"), ("fixed term", "interim"), ("", "")],
)
def test_employment_is_permanent_or_interim(word: str, employment: str) -> None:
    assert cells.employment(word) == employment
    with pytest.raises(Unreadable, match="write permanent or interim"):
        cells.employment("volunteer")


def test_a_legal_status_is_its_code() -> None:
    assert cells.legal_status("V3: short breaks") == "V3"
    assert cells.legal_status("Section 20") == "Section 20"


def test_a_list_is_split_at_commas_semicolons_slashes_and_lines() -> None:
    assert cells.words("UASC; Punjabi,\nUrdu / none") == ("UASC", "Punjabi", "Urdu")
