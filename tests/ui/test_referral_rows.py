"""Who waits and why whom, as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator.caseload import caseloads
from iro_allocator.domain import Snapshot
from iro_allocator.solver.problem import Problem
from iro_allocator.solver.proposal import Proposal
from iro_allocator.solver.solve import solve
from iro_allocator.solver.terms import TERMS
from iro_allocator.ui.referral_rows import (
    MOST_TERMS,
    Choice,
    Referral,
    because,
    choices,
    how_solved,
    referrals,
    short_factor,
    signed,
    summary,
    terms_that_matter,
    who,
)
from tests.builders import DAY, allocation, barred, case, held, iro, settings, snapshot


def service() -> Snapshot:
    """Four families wait: brothers who had B. Carter, a sister of C-300, one whom nobody may take, an unborn child."""
    hussain, carter, bell = iro("A. Hussain"), iro("B. Carter", 18.5), iro("R. Bell", employment="interim")
    return snapshot(
        hussain,
        carter,
        bell,
        held(hussain, 6),
        held(carter, 3, start=200),
        held(bell, 4, start=250),
        case("C-300", "CP", "Fam-20"),
        allocation("C-300", hussain),
        case("C-301", "CP", "Fam-20", born=date(2020, 11, 24), opened=date(2026, 11, 20), factors=("court",)),
        case("C-401", family="Fam-30", born=date(2014, 2, 1), opened=date(2026, 11, 12), placement_miles=8.4),
        case("C-402", family="Fam-30", born=date(2017, 2, 1), opened=date(2026, 11, 17), factors=("uasc", "court")),
        allocation("C-401", carter, end=date(2025, 6, 2)),
        case("C-500", requires=("makaton",), opened=None, out_of_area=True, placement_miles=52.2),
        case("C-600", "CP", expected=DAY + timedelta(40), opened=DAY),
        barred("C-600", carter),
    )


def proposed(world: Snapshot) -> Proposal:
    return Proposal.of(solve(Problem.of(world, DAY)))


def rows(world: Snapshot, *, suggested: bool = True) -> dict[str, Referral]:
    found = referrals(world, caseloads(world, DAY), proposed(world) if suggested else None)
    return {row.name: row for row in found}


def test_a_family_waits_as_one_and_who_waited_longest_stands_first() -> None:
    for suggested in (False, True):
        found = rows(service(), suggested=suggested)
        assert list(found) == ["Fam-30", "Fam-20", "C-600", "C-500"]
        assert found["Fam-30"].key == ("C-401", "C-402")
        assert [row.days for row in found.values()] == [7, 1, 0, None]


def test_a_referral_says_who_it_is_where_and_what_it_weighs() -> None:
    found, loads = rows(service()), caseloads(service(), DAY)
    assert [who(row, loads) for row in found.values()] == [
        "2 children, 9 to 12",
        "child, 5 (1 sibling)",
        "unborn child",
        "child",
    ]
    assert [row.type for row in found.values()] == ["LAC", "CP", "CP", "LAC"]
    assert [row.placed for row in found.values()] == ["8 mi", "", "", "52 mi, out"]
    assert [row.complexity for row in found.values()] == ["court, UASC", "court", "standard", "standard"]
    assert found["Fam-30"].weight == pytest.approx(1.0 + 1.0 + 0.25 + 0.20)
    assert found["Fam-20"].parts == (
        "C-301: 0.60 child protection, further child of the family + 0.25 care proceedings in court = 0.85",
    )
    assert found["Fam-30"].about.splitlines()[0] == (
        "C-401, aged 12, looked after, since 12 Nov 2026, had B. Carter before"
    )


def test_types_are_named_together() -> None:
    world = service()
    both = replace(world.case["C-402"], type="BOTH")
    mixed = Snapshot.of([both if record == world.case["C-402"] else record for record in world.records()])
    assert rows(mixed)["Fam-30"].type == "LAC, LAC + CP"


def test_the_sister_is_suggested_the_iro_of_the_sibling_and_says_why() -> None:
    row = rows(service())["Fam-20"]
    assert row.move
    assert row.move.after == "a-hussain"
    assert row.accepted
    assert "a brother or sister is with A. Hussain already" in because(row, service())


def test_a_reason_does_not_repeat_the_name_that_stands_beside_it() -> None:
    row = rows(service())["Fam-30"]
    assert row.move
    assert row.move.after == "r-bell"
    assert row.move.reasons[0].startswith("R. Bell is below their share")
    assert because(row, service()).startswith("is below their share")


def test_whom_nobody_may_take_waits_with_every_iros_reason() -> None:
    row = rows(service())["C-500"]
    assert row.move is None
    assert not row.accepted
    assert because(row, service()).startswith("nobody may take them")
    assert [(choice.name, choice.cannot) for choice in choices(row, service())] == [
        ("A. Hussain", "lacks the required skill makaton"),
        ("B. Carter", "lacks the required skill makaton"),
        ("R. Bell", "lacks the required skill makaton"),
    ]


def test_what_was_refused_is_not_accepted() -> None:
    world = service()
    found = referrals(world, caseloads(world, DAY), proposed(world), refused={("C-301",)})
    assert {row.name: row.accepted for row in found} == {
        "Fam-30": True,
        "Fam-20": False,
        "C-600": True,
        "C-500": False,
    }


def test_the_differences_of_a_choice_sum_to_its_points_and_who_has_it_stands_first() -> None:
    row = rows(service())["C-600"]
    found = choices(row, service())
    assert (found[0].state, found[0].here, found[0].difference) == ("suggested", True, 0.0)
    assert [choice.cannot for choice in found] == ["", "", "may not have C-600: was the child's team manager"]
    for choice in found[:2]:
        assert choice.difference is not None
        assert sum(choice.differences.values()) == pytest.approx(choice.difference)
    assert found[2].difference is None


def test_a_persons_choice_stands_first_and_the_suggestion_is_marked() -> None:
    world = service()
    proposal = proposed(world)
    move = next(move for move in proposal.moves if move.cases == ("C-600",))
    other = "r-bell" if move.after == "a-hussain" else "a-hussain"
    chosen = referrals(world, caseloads(world, DAY), proposal.choose(move, other, "asked for by the mother"))
    row = next(row for row in chosen if row.name == "C-600")
    first, second, _ = choices(row, world)
    assert (first.iro, first.state, first.here) == (other, "your choice", True)
    assert (second.iro, second.state, second.here) == (move.suggested, "suggested", False)
    assert because(row, world) == "your choice: asked for by the mother"


def test_how_it_was_solved_and_how_short_the_service_is() -> None:
    world = service()
    tight = Snapshot.of([*world.records(), settings(limit_per_fte=4.0)])
    proposal = proposed(tight)
    said = how_solved(proposal, caseloads(tight, DAY))
    assert said.startswith("suggestion solved in ")
    assert ", proven best · short by " in said
    assert said.endswith(" FTE of the limit of 4 per FTE")
    assert "short" not in how_solved(proposed(world), caseloads(world, DAY))
    assert summary(rows(world).values()) == "4 families, 5 children without an IRO"
    assert summary([rows(world)["C-600"]]) == "1 family, 1 child without an IRO"


KEYS = [term.key for term in TERMS]


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), st.floats(-300, 300)), max_size=5))
def test_every_term_that_matters_is_shown_alone_or_with_others_and_none_that_does_not(
    found: list[dict[str, float]],
) -> None:
    alone, together = terms_that_matter([Choice("i", "I", differences=differences) for differences in found])
    assert len(alone) <= MOST_TERMS
    assert not set(alone) & set(together)
    assert set(alone) | set(together) == {
        key for differences in found for key, points in differences.items() if abs(points) >= 0.05
    }
    assert list(alone) == [key for key in KEYS if key in alone]


def test_who_cannot_has_no_say_in_which_terms_matter() -> None:
    assert terms_that_matter([Choice("i", "I", differences={"travel": 9.0}, cannot="is away")]) == ((), ())


@pytest.mark.parametrize(
    ("points", "text"),
    [(None, "–"), (0.0, "0"), (-0.04, "0"), (4.55, "+4.5"), (-0.4, "−0.4"), (99.96, "+100"), (-1234.5, "−1,234")],
)
def test_points_have_a_sign(points: float | None, text: str) -> None:
    assert signed(points) == text


def test_a_factor_is_called_by_its_key_or_its_initials_in_capitals() -> None:
    assert short_factor("court", "care proceedings in court") == "court"
    assert short_factor("uasc", "unaccompanied asylum-seeking child") == "UASC"
    assert short_factor("factor-6", "large sibling group") == "large sibling group"
