"""Where children are placed, as it follows from postcodes."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from iro_allocator import places, sheets
from iro_allocator.domain import Case, Snapshot
from tests.builders import case, settings, snapshot
from tests.sheets.files import drafted, to_check

HUDDERSFIELD, HALIFAX, LONDON = "HD1 2TA", "HX1 1UJ", "SW1A 1AA"
KIRKLEES = settings(home_authority="382", start=date(2020, 1, 1))


def service(*children: Case) -> Snapshot:
    return snapshot(KIRKLEES, list(children))


def draft(folder: Path, before: Snapshot | None = None, **cells: Any) -> sheets.Draft:
    named = {"Child ID": "C-1", "IRO": "", "Type": "LAC"} | {key.replace("_", " "): cell for key, cell in cells.items()}
    return drafted(folder, [list(named), list(named.values())], before or service())


def one(folder: Path, before: Snapshot | None = None, **cells: Any) -> Case:
    found = before or service()
    return draft(folder, found, **cells).step.apply(found).case["C-1"]


def test_the_distance_is_the_straight_line_from_home_to_one_decimal(tmp_path: Path) -> None:
    child = one(tmp_path, Home_postcode=HUDDERSFIELD, Placement_postcode=LONDON)
    found = places.find([HUDDERSFIELD, LONDON])
    assert child.placement_miles == places.miles(found[HUDDERSFIELD], found[LONDON])
    assert 155 < (child.placement_miles or 0) < 165  # Huddersfield to London
    assert child.home_postcode == HUDDERSFIELD


@pytest.mark.parametrize(
    ("home_code", "out"), [("382", True), ("Calderdale", False), ("E08000033", False), ("", False)]
)
def test_in_or_out_of_area_is_by_the_councils_own_code(tmp_path: Path, home_code: str, out: bool) -> None:
    before = snapshot(settings(home_authority=home_code, start=date(2020, 1, 1)))
    child = one(tmp_path, before, Placement_postcode=HALIFAX)
    assert (child.out_of_area, child.placement_authority) == (out, "381")


def test_a_column_that_says_in_or_out_is_believed(tmp_path: Path) -> None:
    assert not one(tmp_path, Placement_postcode=HALIFAX, Out_of_area="No").out_of_area


def test_a_council_may_be_named_in_the_place_of_a_postcode(tmp_path: Path) -> None:
    child = one(tmp_path, LA_of_placement="Leeds City Council")
    assert (child.placement_authority, child.out_of_area) == ("383", True)


def test_a_distance_in_the_sheet_is_stronger_than_one_worked_out(tmp_path: Path) -> None:
    assert one(tmp_path, Home_postcode=HUDDERSFIELD, Placement_postcode=LONDON, Miles="170.2").placement_miles == 170.2


def test_another_placement_has_another_distance_and_area(tmp_path: Path) -> None:
    first = one(tmp_path, Home_postcode=HUDDERSFIELD, Placement_postcode=HUDDERSFIELD)
    assert (first.placement_miles, first.out_of_area) == (0.0, False)
    moved = one(tmp_path, service(first), Placement_postcode=HALIFAX)
    assert (moved.out_of_area, moved.home_postcode) == (True, HUDDERSFIELD)
    assert 4 < (moved.placement_miles or 0) < 8


def test_miles_entered_by_hand_stay_while_the_postcodes_do(tmp_path: Path) -> None:
    first = one(tmp_path, Home_postcode=HUDDERSFIELD, Placement_postcode=HALIFAX)
    by_hand = service(Case(**{**{f: getattr(first, f) for f in first.__slots__}, "placement_miles": 9.5}))
    assert not draft(tmp_path, by_hand, Home_postcode=HUDDERSFIELD, Placement_postcode=HALIFAX).step


@pytest.mark.parametrize("said", ["Withheld", "CONFIDENTIAL", "not disclosed", "Secure address"])
def test_a_postcode_that_is_withheld_makes_the_placement_confidential(tmp_path: Path, said: str) -> None:
    before = service(case("C-1", placement_postcode=HALIFAX, placement=(409_000, 425_000), placement_miles=5.1))
    child = one(tmp_path, before, Placement_postcode=said)
    assert child.confidential
    assert (child.placement_postcode, child.placement, child.placement_miles) == ("", None, None)
    assert to_check(draft(tmp_path, before, Placement_postcode=said)) == []


def test_a_confidential_placement_keeps_its_band_and_takes_no_postcode(tmp_path: Path) -> None:
    before = service(case("C-1", confidential=True, distance_band="20", out_of_area=True))
    again = draft(tmp_path, before, Placement_postcode=HALIFAX)
    child = again.step.apply(before).case["C-1"]
    assert (child.placement_postcode, child.distance_band, child.out_of_area) == ("", "20", True)
    assert to_check(again) == ["the placement is confidential in this service: the postcode is left out"]


@pytest.mark.parametrize(
    ("said", "band", "out"),
    [
        ("In area", "in", False),
        ("Under 20 miles", "near", True),
        ("0-20", "near", True),
        ("20 to 50 miles", "20", True),
        ("20-50", "20", True),
        ("over 20 miles", "20", True),
        ("Over 50", "50", True),
        ("50+", "50", True),
        ("n/a", "", False),
    ],
)
def test_a_band_may_stand_for_miles_that_nobody_knows(tmp_path: Path, said: str, band: str, out: bool) -> None:
    child = one(tmp_path, Distance_band=said)
    assert (child.distance_band, child.out_of_area) == (band, out)


def test_a_home_that_is_on_no_list_is_told(tmp_path: Path) -> None:
    assert to_check(draft(tmp_path, Home_postcode="ZZ1 1ZZ")) == [
        "the postcode is not known: the distance from home cannot be reckoned"
    ]


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    cells: dict[str, Any] = {
        "Home postcode": HUDDERSFIELD,
        "Placement postcode": HALIFAX,
        "Social worker": "S. W.",
        "Mother ID": "C-9",
    }
    child = one(tmp_path, **cells)
    assert (child.social_worker, child.mother) == ("S. W.", "C-9")
    assert not draft(tmp_path, service(child), **cells).step
