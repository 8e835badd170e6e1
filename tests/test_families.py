from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator import families
from iro_allocator.domain import Case, Snapshot
from iro_allocator.errors import Explained
from tests.builders import DAY, allocation, apart, case, iro, snapshot

PLAN = date(2026, 5, 6)


def found(*children: Case, **more: Any) -> list[tuple[str, tuple[str, ...], bool]]:
    return [(f.key, f.joining, f.sure) for f in families.found(snapshot(list(children)), DAY, **more)]


def test_the_same_home_and_surname_are_likely_a_family_and_the_reason_is_told() -> None:
    service = snapshot(
        case("C-1", name="Ann Example", home_postcode="HD1 2TA"),
        case("C-2", name="Example, Ben", home_postcode="HD1 2TA"),
        case("C-3", name="Cal Other", home_postcode="HD1 2TA"),
    )
    (proposal,) = families.found(service, DAY)
    assert (proposal.key, proposal.cases, proposal.words) == ("Family of C-1", ("C-1", "C-2"), "likely")
    assert proposal.reasons == ("same home postcode HD1 2TA and surname",)


def test_a_home_postcode_alone_says_too_little() -> None:
    assert found(case("C-1", home_postcode="HD1 2TA"), case("C-2", home_postcode="HD1 2TA")) == []


def test_children_of_one_mother_are_a_family_but_not_with_their_looked_after_mother() -> None:
    children = [case("C-1"), case("C-2", mother="C-1"), case("C-3", mother="C-1")]
    assert found(*children) == [("Family of C-2", ("C-2", "C-3"), True)]


def test_plans_since_one_day_in_one_team_are_possibly_a_family_and_more_likely_with_conferences() -> None:
    plan: dict[str, Any] = {"type": "CP", "opened": PLAN, "team": "North"}
    assert found(case("C-1", **plan), case("C-2", **plan)) == [("Family of C-1", ("C-1", "C-2"), False)]
    both = {**plan, "last_review": date(2026, 8, 3), "next_review": date(2027, 1, 18)}
    assert found(case("C-1", **both), case("C-2", **both)) == [("Family of C-1", ("C-1", "C-2"), True)]
    other = {**plan, "team": "South"}
    assert found(case("C-1", **plan), case("C-2", **other)) == []


def test_a_child_joins_the_family_that_is_there() -> None:
    home = {"home_postcode": "HD1 2TA"}
    there = case("C-1", family="F-1", name="A Example", **home), case("C-2", family="F-1", name="B Example", **home)
    (proposal,) = families.found(snapshot(*there, case("C-3", name="C Example", **home)), DAY)
    assert (proposal.key, proposal.cases, proposal.joining) == ("F-1", ("C-1", "C-2", "C-3"), ("C-3",))


def test_two_families_are_never_made_one() -> None:
    home = {"home_postcode": "HD1 2TA"}
    children = [
        case("C-1", family="F-1", name="A Example", **home),
        case("C-2", family="F-2", name="B Example", **home),
        case("C-3", name="C Example", **home),
    ]
    ((key, joining, _),) = found(*children)
    assert key in ("F-1", "F-2") and joining == ("C-3",)


def test_children_who_must_have_different_iros_are_no_family() -> None:
    one, other = (case(f"C-{n}", name=f"X{n} Example", home_postcode="HD1 2TA") for n in (1, 2))
    assert families.found(snapshot(one, other, apart(one, other)), DAY) == ()


def test_a_refused_pair_is_not_proposed_again() -> None:
    children = [case(f"C-{n}", name=f"X{n} Example", home_postcode="HD1 2TA") for n in (1, 2)]
    (proposal,) = families.found(snapshot(children), DAY)
    assert found(*children, refused=proposal.pairs) == []


def test_what_very_many_have_in_common_says_nothing() -> None:
    assert found(*(case(f"C-{n}", "CP", opened=PLAN, team="North") for n in range(families.MOST + 1))) == []


def test_closed_children_are_left_alone() -> None:
    home = {"name": "A Example", "home_postcode": "HD1 2TA"}
    assert found(case("C-1", **home), case("C-2", closed=DAY, **home)) == []


def test_different_iros_are_told() -> None:
    carter, bell = iro("B. Carter"), iro("R. Bell")
    one, other = (case(f"C-{n}", name=f"X{n} Example", home_postcode="HD1 2TA") for n in (1, 2))
    service = snapshot(carter, bell, one, other, allocation(one, carter), allocation(other, bell))
    assert families.found(service, DAY)[0].iros == ("B. Carter", "R. Bell")


def test_confirming_is_one_step_that_can_be_taken_back_and_leaves_nothing_to_find() -> None:
    service = snapshot([case(f"C-{n}", name=f"X{n} Example", home_postcode="HD1 2TA") for n in (1, 2, 3)])
    (proposal,) = families.found(service, DAY)
    step = families.step(service, [(proposal, proposal.joining)])
    after = step.apply(service)
    assert step.label == "Families: 3 children in 1 family"
    assert {child.family for child in after.case.values()} == {"Family of C-1"}
    assert families.found(after, DAY) == ()
    assert step.inverse.apply(after) == service


def test_only_the_chosen_children_join_and_one_alone_is_refused() -> None:
    service = snapshot([case(f"C-{n}", name=f"X{n} Example", home_postcode="HD1 2TA") for n in (1, 2, 3)])
    (proposal,) = families.found(service, DAY)
    after = families.step(service, [(proposal, ("C-1", "C-3"))]).apply(service)
    assert [after.case[key].family for key in ("C-1", "C-2", "C-3")] == ["Family of C-1", "", "Family of C-1"]
    with pytest.raises(Explained, match="one child"):
        families.step(service, [(proposal, ("C-2",))])


CHILDREN: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.builds(
        dict,
        type=st.sampled_from(["LAC", "CP", "BOTH"]),
        family=st.sampled_from(["", "", "F-1", "F-2"]),
        name=st.sampled_from(["", "Ann Example", "Ben Other"]),
        home_postcode=st.sampled_from(["", "HD1 2TA", "HX1 1UJ"]),
        mother=st.sampled_from(["", "C-0", "C-1"]),
        team=st.sampled_from(["", "North"]),
        opened=st.sampled_from([PLAN, PLAN + timedelta(1)]),
    ),
    max_size=9,
)


@given(CHILDREN)
def test_whatever_children_there_are_only_those_without_a_family_get_one_and_once(rows: list[dict[str, Any]]) -> None:
    service = snapshot([case(f"C-{number}", **row) for number, row in enumerate(rows)])
    proposals = families.found(service, DAY)
    joining = [child for proposal in proposals for child in proposal.joining]
    assert len(joining) == len(set(joining))
    after = families.step(service, [(p, p.joining) for p in proposals]).apply(service)
    for key, child in service.case.items():
        now = after.case[key].family
        assert now == child.family if child.family else (now != "") == (key in joining)
        if child.mother in after.case and key != child.mother and not child.family:
            assert not now or after.case[child.mother].family != now
    assert isinstance(after, Snapshot)
