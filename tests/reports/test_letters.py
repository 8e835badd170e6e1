"""Letters: who gets one, what stands in it, and that it never tells of another family."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from iro_allocator import allocating, reports
from iro_allocator.domain import Settings, Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained
from iro_allocator.reports import letters
from tests.builders import DAY, LONG_AGO, allocation, case, iro, snapshot

MONDAY = DAY - timedelta(7)
CARTER = iro("B. Carter", phone="01484 000000", email="b.carter@example.org")
BELL = iro("R. Bell")


def service() -> Snapshot:
    """Two families of two came to B. Carter a week ago, one from R. Bell; C-5 stayed, C-6 came long ago."""
    children = [
        case("C-1", family="Fam-1", name="Alex Example", social_worker="S. Worker"),
        case("C-2", family="Fam-1", name="Sam Example", social_worker="S. Worker"),
        case("C-3", family="Fam-2", name="Robin Other", opened=MONDAY),
        case("C-4", family="Fam-2", name="Kim Other", opened=MONDAY),
        case("C-5", name="Lee Third"),
    ]
    return snapshot(
        CARTER,
        BELL,
        children,
        *(
            [allocation(c, BELL, end=MONDAY), allocation(c, CARTER, MONDAY, id=f"{c}/2", reason="lighter caseload")]
            for c in ("C-1", "C-2")
        ),
        allocation("C-3", CARTER, MONDAY),
        allocation("C-4", CARTER, MONDAY),
        allocation("C-5", BELL),
    )


def written(kind: str = "child-letters", template: str = "", *, names: bool = True) -> tuple[str, ...]:
    new = letters.in_period(service(), MONDAY, DAY)
    return letters.written(kind, template or letters.standard(kind), new, Settings(), DAY, names=names)


@pytest.mark.parametrize("kind", ["letters", "child-letters"])
def test_each_family_that_gets_a_new_iro_gets_one_letter_with_its_own_children_alone(kind: str) -> None:
    one, two = written(kind)
    assert "Alex Example and Sam Example" in one and "Robin Other and Kim Other" in two
    for letter, others in ((one, ("Robin", "Kim", "Fam-2")), (two, ("Alex", "Sam", "Fam-1"))):
        assert not any(other in letter for other in (*others, "Lee", "C-5"))
        assert "B. Carter" in letter and "by telephone on 01484 000000 or by email at b.carter@example.org" in letter
    assert "Until then it was R. Bell." in one and "Until then" not in two
    assert "{" not in one + two


def test_without_names_the_children_stand_by_reference() -> None:
    assert all(not re.search("Example|Other", letter) for letter in written(names=False))
    assert "Dear C-1 and C-2," in written(names=False)[0]


def test_a_child_who_may_have_another_iro_gets_a_letter_alone() -> None:
    there = service()
    apart = Step("", (Edit(there.case["C-2"], replace(there.case["C-2"], separate=True)),)).apply(there)
    found = [[child.id for child in new.children] for new in letters.in_period(apart, MONDAY, DAY)]
    assert found == [["C-1"], ["C-2"], ["C-3", "C-4"]]


def test_who_has_got_yet_another_iro_since_gets_no_letter_about_the_one_before() -> None:
    there = service()
    moved = Step("", tuple(allocating.allocate(there, ["C-1", "C-2"], BELL.id, DAY, "back"))).apply(there)
    found = [(new.iro.name, new.day) for new in letters.in_period(moved, MONDAY, DAY)]
    assert found == [("B. Carter", MONDAY), ("R. Bell", DAY)]


def test_letters_can_be_about_a_step_of_the_history() -> None:
    there = service()
    step = Step("Move", tuple(allocating.allocate(there, ["C-5"], CARTER.id, DAY, "even")))
    (new,) = letters.of_step(step.apply(there), step)
    assert ([child.id for child in new.children], new.iro, new.day, new.before) == (["C-5"], CARTER, DAY, "R. Bell")
    assert letters.gave_iro(step)
    assert not letters.gave_iro(Step("Pin", (Edit(there.case["C-5"], replace(there.case["C-5"], team="x")),)))


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("Dear {children}\n\n{carer} is new", r"line 3 has \{carer\}, which stands for nothing. Known are"),
        ("Dear {children", "in line 1 a brace stands alone"),
        ("  \n", "the template is empty"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused_with_the_line(template: str, said: str) -> None:
    with pytest.raises(Explained, match=said):
        letters.check("child-letters", template)


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_whatever_is_typed_is_either_refused_or_filled_without_a_brace_left(template: str) -> None:
    try:
        letters.check("letters", template)
    except Explained:
        return
    assert not set("".join(written("letters", template))) & {"{", "}"}


def test_a_name_that_looks_like_a_placeholder_is_only_a_name() -> None:
    there = service()
    odd = Step("", (Edit(there.case["C-1"], replace(there.case["C-1"], name="{iro}")),)).apply(there)
    new = letters.in_period(odd, MONDAY, DAY)
    assert "Dear {iro} and" in letters.written("letters", "Dear {children}", new, Settings(), DAY, names=True)[0]


def test_every_placeholder_can_be_used_and_every_standard_letter_is_right() -> None:
    every = " ".join(f"{{{key}}}" for key in reports.PLACEHOLDERS)
    (one, _) = written("letters", every)
    assert all(said in one for said in ("S. Worker", "16 November 2026", "23 November 2026", "Fam-1", "R. Bell"))
    for kind in letters.WORDS:
        assert letters.check(kind, reports.standard(kind))
    bell = letters.of_step(service(), Step("", (Edit(None, allocation("C-5", BELL)),)))
    assert letters.written("letters", "{contact}", bell, Settings(), DAY, names=False) == ("through the social worker",)


def test_each_letter_is_a_page(qapp: QApplication) -> None:
    asked = reports.Asked(day=DAY, kind="child-letters", since=MONDAY, names=True)
    made = reports.make(service(), asked, by="A. Manager")
    assert (made.on_paper().count, made.children) == (2, 4)
    assert "Your new IRO" in made.on_paper().words


def test_when_nobody_got_a_new_iro_that_is_said() -> None:
    with pytest.raises(Explained, match="No family got a new IRO"):
        reports.make(service(), reports.Asked(day=DAY, kind="letters", since=DAY), by="A. Manager")
    with pytest.raises(Explained, match="no step 7"):
        reports.make(service(), reports.Asked(day=DAY, kind="letters", step=7), by="A. Manager")
    assert LONG_AGO < MONDAY
