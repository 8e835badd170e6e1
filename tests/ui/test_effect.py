"""What moving children would do, in figures and words, and the step that does it. No window."""

import pytest

from iro_allocator.errors import Explained
from iro_allocator.solver.problem import Problem
from iro_allocator.solver.proposal import effect as candidates
from iro_allocator.ui import effect as moving
from iro_allocator.ui.effect import Effect, effects, signed
from iro_allocator.workspace import World
from tests.builders import DAY, allocation, barred, case, held, settings, snapshot, world
from tests.ui.caseload_service import CARTER, DUNNE, HUSSAIN, MOSS, service

WORLD = world(service())


def of(cases: tuple[str, ...], there: World = WORLD) -> dict[str, Effect]:
    problem = Problem.of(there.snapshot, there.day, mode="rebalance", focus=cases)
    return effects(there, cases, candidates(problem))


def test_both_iros_are_shown_as_they_would_be() -> None:
    found = of(("C-1", "C-2"))[CARTER.id]
    # C-1 and C-2 weigh 1.25 each; A. Hussain has 15.1, B. Carter 2.0.
    assert found.title == "Fam-1 (2 children) from A. Hussain to B. Carter"
    assert found.sides == (
        "A. Hussain: 15 → 13 children, load 15.1 → 12.6 of 6.7, +88%\n"
        "B. Carter: 2 → 4 children, load 2.0 → 4.5 of 3.3, +35%"
    )
    assert not found.cannot


def test_the_points_are_the_sum_of_their_parts_and_say_which_is_better() -> None:
    found = of(("C-1", "C-2"))[CARTER.id]
    assert found.points is not None
    assert found.points == pytest.approx(sum(found.terms.values()))
    # Fair shares: 50·((12.6−6.69)²/6.69 + (4.5−3.34)²/3.34 − (15.1−6.69)²/6.69 − (2−3.34)²/3.34);
    # two children of more than three years: 2·10·1.5; C-1 is reviewed within 14 days: 3.
    assert found.terms["continuity"] == pytest.approx(30.0)
    assert found.terms["timing"] == pytest.approx(3.0)
    assert found.charge_words.startswith(f"{-found.points:.1f} points better than staying: Fair shares −")
    back = of(("C-200",))[HUSSAIN.id]
    assert back.points is not None and back.points > 0
    assert f"{back.points:.1f} points worse than staying: Fair shares +" in back.charge_words


def test_staying_changes_nothing() -> None:
    found = of(("C-1", "C-2"))[HUSSAIN.id]
    assert found.stays and found.points == 0.0 and found.charge_words == ""
    assert found.title == "Fam-1 (2 children): with A. Hussain already"
    assert found.sides == "A. Hussain: 15 children, load 15.1 → 15.1 of 6.7, +126%"


def test_a_rule_speaks_in_a_sentence() -> None:
    assert of(("C-1",))[DUNNE.id].cannot == "C. Dunne does not take LAC."
    assert of(("C-100",))[MOSS.id].cannot == "K. Moss may not have C-100: was the child's team manager."


def test_a_pinned_child_speaks_against_every_move() -> None:
    there = world(
        snapshot(
            *(HUSSAIN, CARTER),
            case("C-9", family="Fam-9"),
            case("C-8", family="Fam-9"),
            allocation("C-9", HUSSAIN, pinned=True, pin_reason="final hearing next month"),
            allocation("C-8", HUSSAIN),
        )
    )
    found = of(("C-8", "C-9"), there)
    assert found[CARTER.id].cannot == "C-9 is pinned to A. Hussain: final hearing next month."
    assert found[HUSSAIN.id].cannot == ""
    assert not of(("C-8",), there)[CARTER.id].cannot


def test_where_nobody_may_take_them_the_loads_are_still_known() -> None:
    there = world(
        snapshot(
            *(HUSSAIN, CARTER),
            held(HUSSAIN, 1),
            *(barred("C-100", who) for who in (HUSSAIN, CARTER)),
        )
    )
    found = of(("C-100",), there)[CARTER.id]
    assert found.points is None and found.charge_words == ""
    assert found.cannot == "B. Carter may not have C-100: was the child's team manager."
    assert found.sides.endswith("B. Carter: 0 → 1 child, load 0.0 → 1.0 of 0.3, +200%")


def test_what_goes_over_the_limit_says_by_how_much_in_what_the_limit_counts() -> None:
    def side(**figures: object) -> str:
        there = world(snapshot(HUSSAIN, CARTER, held(HUSSAIN, 4), settings(limit_per_fte=3, **figures)))
        return of(("C-100", "C-101"), there)[CARTER.id].sides

    assert side().endswith("load 0.0 → 2.0 of 1.3, +50%, 0.5 over the limit")
    assert side(limit_counts="children").endswith("+50%, 0.5 children over the limit")


def test_the_step_moves_them_from_today_and_keeps_what_was_known() -> None:
    found = of(("C-1", "C-2"))[CARTER.id]
    step = moving.step(WORLD, found, "closer to home")
    assert step.label == "Move Fam-1 (2 children) from A. Hussain to B. Carter"
    assert step.reason == "closer to home"
    assert step.detail["effect"]["points"] == pytest.approx(found.points, abs=0.001)
    after = step.apply(WORLD.snapshot)
    for child in ("C-1", "C-2"):
        row = after.allocation_on(child, DAY)
        assert row and (row.iro, row.start, row.reason) == (CARTER.id, DAY, "closer to home")
    assert moving.step(WORLD, found).edits[1].record.reason == moving.BY_HAND  # type: ignore[union-attr]


def test_a_rule_is_overridden_only_with_a_reason_which_is_kept() -> None:
    found = of(("C-1",))[DUNNE.id]
    with pytest.raises(Explained, match=r"C\. Dunne does not take LAC\. To allocate anyway, say why"):
        moving.step(WORLD, found, "  ")
    step = moving.step(WORLD, found, "knows the family well")
    assert step.reason == "knows the family well"
    assert step.detail["effect"]["against"] == "C. Dunne does not take LAC."


@pytest.mark.parametrize(("points", "words"), [(36.46, "+36.5"), (-5.2, "−5.2"), (0.04, "0.0"), (-0.04, "0.0")])
def test_points_carry_their_sign(points: float, words: str) -> None:
    assert signed(points) == words
