"""The worked examples of the domain page (Kirklees IRO annual report 2016-17 unless derived) and the laws."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator import caseload
from iro_allocator.domain import Absence, Case, Factor, Scheme, Snapshot
from tests.builders import DAY, absence, allocation, case, held, iro, settings, snapshot


def weight(*cases: Case, of: str = "C-100") -> caseload.Weight:
    return caseload.weights(cases, Scheme())[of]


def test_w1_22_hours_at_64_per_fte_is_a_share_of_38_children() -> None:
    share = caseload.share(64 * 17.0, caseload.fte(22), 17.0)
    assert share == pytest.approx(38.05, abs=0.005)
    assert 35 <= share <= 40


def test_w2_half_time_is_half_an_fte_and_half_the_share() -> None:
    assert caseload.fte(18.5) == 0.5
    assert caseload.share(64 * 17.0, 0.5, 17.0) == pytest.approx(32.0)


def test_w3_38_families_of_82_children_load_64_4() -> None:
    sizes = [2] * 32 + [3] * 6
    children = [
        case(f"C-{family:02}{n}", "CP", f"Fam-{family:02}") for family, size in enumerate(sizes) for n in range(size)
    ]
    assert len(children) == 82
    assert caseload.count_cases(children) == 38
    weights = caseload.weights(children, Scheme())
    assert sum(each.value for each in weights.values()) == pytest.approx(38 + 44 * 0.60)
    assert round(38 + 44 * 0.60, 1) == 64.4


@pytest.mark.parametrize(
    ("fte", "per_fte", "short"),
    [(17.0, 66.9, 0.0), (15.5, 73.4, 0.74), (14.5, 78.4, 1.74)],
    ids=["W4", "W5", "W6"],
)
def test_w4_to_w6_children_per_fte_and_fte_short(fte: float, per_fte: float, short: float) -> None:
    full = [iro(f"Iro {n}") for n in range(int(fte))]
    part = [iro("Iro half", 18.5)] if fte % 1 else []
    children = held(full[0], 1137)
    loads = caseload.caseloads(snapshot(full, part, children, settings(limit_counts="children")), DAY)
    assert round(loads.children_per_fte, 1) == per_fte
    assert round(loads.short_fte, 2) == short


def test_w7_three_meetings_a_year_for_1137_children() -> None:
    assert caseload.reviews_a_year(1137) == 3411


def test_a_weight_tells_its_parts() -> None:
    placed = weight(case(out_of_area=True, placement_miles=34.0))
    assert str(placed) == "1.00 looked after + 0.25 out of area, 20 to 50 miles = 1.25"
    assert placed.value == 1.25


@pytest.mark.parametrize(
    ("miles", "out", "value"),
    [
        (None, False, 1.0),
        (12, False, 1.0),
        (None, True, 1.1),
        (19.9, True, 1.1),
        (20, True, 1.25),
        (50, True, 1.25),
        (50.1, True, 1.5),
        (200, True, 1.5),
    ],
)
def test_the_distance_counts_only_out_of_area_and_unknown_is_not_far(
    miles: float | None, out: bool, value: float
) -> None:
    assert weight(case(placement_miles=miles, out_of_area=out)).value == value


def test_every_factor_adds_its_weight_and_one_of_the_services_own_too() -> None:
    child = case(factors=("court", "uasc", "twins"))
    assert weight(child).value == pytest.approx(1.45)
    own = Scheme(factors=(*Scheme().factors, Factor("twins", "twins", 0.4)))
    assert caseload.weights([child], own)[child.id].value == pytest.approx(1.85)


def test_a_further_child_on_a_plan_weighs_less_and_less_still_beside_one_who_is_both() -> None:
    first, second = case("C-1", "CP", "F"), case("C-2", "CP", "F")
    both = case("C-3", "BOTH", "F")
    assert [weight(first, second, of=each).value for each in ("C-1", "C-2")] == [1.0, 0.6]
    assert [weight(first, second, both, of=each).value for each in ("C-1", "C-2", "C-3")] == [0.6, 0.6, 1.2]


def test_one_visit_serves_siblings_placed_together() -> None:
    together = [case(f"C-{n}", family="F", placement_postcode="HD1 2TT") for n in (1, 2, 3)]
    apart = case("C-4", family="F", placement_postcode="HD1 9ZZ")
    unknown = [case("C-5", family="F"), case("C-6", family="F")]
    weights = caseload.weights([*together, apart, *unknown], Scheme())
    assert [weights[f"C-{n}"].value for n in range(1, 7)] == [1.0, 0.85, 0.85, 1.0, 1.0, 1.0]


def test_no_weight_falls_below_a_tenth() -> None:
    light = weight(case(adjustment=-3.0, adjustment_reason="reviewed jointly"))
    assert light.value == 0.1
    assert str(light).endswith("reviewed jointly, at least 0.10 = 0.10")


@pytest.mark.parametrize(
    ("more", "away", "available"),
    [
        ({}, [], 1.0),
        ({"other_duties": 0.1}, [], 0.9),
        ({}, [absence("a-hussain", DAY, DAY)], 0.0),
        ({}, [absence("a-hussain", DAY, working=0.5)], 0.5),
        ({}, [absence("a-hussain", date(2026, 11, 1), date(2026, 11, 22))], 1.0),
        ({"first_day": date(2026, 11, 24)}, [], 0.0),
        ({"last_day": DAY}, [], 1.0),
        ({"last_day": date(2026, 11, 22)}, [], 0.0),
    ],
)
def test_available_hours_are_after_other_duties_and_absence(
    more: dict[str, Any], away: list[Absence], available: float
) -> None:
    who = iro("A. Hussain", **more)
    assert caseload.available(snapshot(who, away), who, DAY) == pytest.approx(available)


def test_an_iro_who_is_away_keeps_the_children_unless_the_manager_says_otherwise() -> None:
    who = iro("A. Hussain")
    keeping, giving = absence(who), absence(who, date(2026, 11, 1), keeps_children=False)
    assert caseload.keeps_children(snapshot(who, keeping), who, DAY)
    assert not caseload.keeps_children(snapshot(who, keeping, giving), who, DAY)
    assert not caseload.keeps_children(snapshot(who), who, DAY)


def test_the_limit_is_pro_rata_to_contracted_hours_or_their_own() -> None:
    assert caseload.limit(iro(hours=22), settings()) == pytest.approx(41.62, abs=0.005)
    assert caseload.limit(iro(hours=22, limit=30.0), settings()) == 30.0


def test_a_service_with_nobody_at_work_is_all_short() -> None:
    loads = caseload.caseloads(snapshot(case("C-1"), case("C-2")), DAY)
    assert (loads.fte, loads.load_per_fte, loads.children) == (0.0, 0.0, 2)
    assert loads.short_fte == pytest.approx(2 / 70)
    assert caseload.caseloads(Snapshot(), DAY).loads == ()


@given(st.lists(st.sampled_from([37.0, 22.0, 18.5]), min_size=1, max_size=6), st.integers(0, 20))
def test_shares_add_up_to_the_load_of_the_service(hours: list[float], children: int) -> None:
    everybody = [iro(f"Iro {n}", each) for n, each in enumerate(hours)]
    loads = caseload.caseloads(snapshot(everybody, held(everybody[0], children)), DAY)
    assert sum(load.share for load in loads.loads) == pytest.approx(loads.load)
    assert sum(load.load for load in loads.loads) == pytest.approx(loads.load)
    assert sum(load.children for load in loads.loads) == loads.children == children


def test_a_child_waits_until_the_day_of_the_allocation_and_counts_in_everybodys_share() -> None:
    who, child = iro(), case("C-1")
    service = snapshot(who, child, allocation(child, who, start=date(2026, 11, 24)))
    today, tomorrow = caseload.caseloads(service, DAY), caseload.caseloads(service, date(2026, 11, 24))
    assert [each.id for each in today.waiting] == ["C-1"]
    assert today.loads[0].share == 1.0
    assert (tomorrow.waiting, tomorrow.loads[0].children) == ((), 1)


@pytest.mark.parametrize(
    ("band", "more"),
    [("", {}), ("in", {}), ("near", {"miles": 60.0}), ("20", {"miles": None}), ("50", {"hidden": True})],
)
def test_a_band_by_hand_counts_where_the_miles_are_not_known_or_withheld(band: str, more: dict[str, Any]) -> None:
    child = case(
        out_of_area=True,
        distance_band=band,
        placement_miles=more.get("miles"),
        confidential=more.get("hidden", False),
    )
    # Known miles are stronger than a band: 60 miles are over 50, whatever somebody wrote.
    by_band = {
        "": "out_of_area_near",
        "in": "",
        "near": "out_of_area_50",
        "20": "out_of_area_20",
        "50": "out_of_area_50",
    }
    assert caseload.distance_band(child) == by_band[band]
