"""The form for a new referral, filled in by keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from iro_allocator.domain import Allocation, Case, Snapshot
from iro_allocator.edits import Step
from iro_allocator.ui.referral_form import Places, ReferralForm
from iro_allocator.workspace import Workspace
from tests.builders import DAY, allocation, case, iro, settings, small_service, snapshot, world


def nowhere(codes: Sequence[str], then: Callable[[Places], object]) -> None:
    then({})


def form_of(
    qtbot: QtBot,
    service: Snapshot | None = None,
    look_up: Callable[[Sequence[str], Callable[[Places], object]], object] = nowhere,
) -> tuple[ReferralForm, list[Step]]:
    form = ReferralForm(world(service), look_up)
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(form)
    form.show()
    steps: list[Step] = []
    form.entered.connect(steps.append)
    return form, steps


def write(form: ReferralForm, number: int = 0, **values: str) -> None:
    for key, text in values.items():
        field = form.forms[number].field(key)
        assert isinstance(field, QLineEdit)
        field.clear()
        QTest.keyClicks(field, text)


def enter(form: ReferralForm) -> None:
    QTest.mouseClick(form.enter, Qt.MouseButton.LeftButton)


def entered(steps: list[Step]) -> Case:
    (case_,) = [edit.after for step in steps for edit in step.edits if isinstance(edit.after, Case)]
    return case_


def test_a_child_is_entered_with_everything_that_was_written(qtbot: QtBot) -> None:
    form, steps = form_of(qtbot)
    write(
        form,
        id="C-900",
        name="Mia Novak",
        born="3/2/2015",
        legal_status="C2",
        team="Children in Care 2",
        requires="Punjabi, bsl",
        prefers="court",
    )
    child = form.forms[0]
    child.show_values({"placement_miles": 34.2, "out_of_area": True})
    for key in ("uasc", "court"):
        child.ticks.box(key).click()
    assert form.read()["weight"] == (
        "Weight: 1.00 looked after + 0.25 out of area, 20 to 50 miles + 0.25 care proceedings in court "
        "+ 0.20 unaccompanied asylum-seeking child = 1.70. "
        "No IRO has the required skill bsl, punjabi: nobody could take them."
    )
    enter(form)
    assert entered(steps) == case(
        "C-900",
        name="Mia Novak",
        born=date(2015, 2, 3),
        opened=DAY,
        legal_status="C2",
        team="Children in Care 2",
        placement_miles=34.2,
        out_of_area=True,
        factors=("court", "uasc"),
        requires=("punjabi", "bsl"),
        prefers=("court",),
    )
    assert not form.isVisible()


def test_what_does_not_belong_to_the_type_is_not_taken(qtbot: QtBot) -> None:
    form, steps = form_of(qtbot)
    write(form, id="C-900", legal_status="C2", placement_postcode="HD1 2TA")
    kind = form.forms[0].field("type")
    assert isinstance(kind, QComboBox)
    kind.setCurrentIndex(kind.findData("CP"))
    assert not form.forms[0].field("legal_status").isEnabled()
    assert form.forms[0].field("category").isEnabled()
    enter(form)
    child = entered(steps)
    assert (child.type, child.legal_status, child.placement_postcode) == ("CP", "", "")


def test_brothers_and_sisters_are_added_and_share_what_they_share(qtbot: QtBot) -> None:
    form, steps = form_of(qtbot)
    write(form, id="C-900", name="Mia", legal_status="C2", team="East")
    QTest.mouseClick(form.add, Qt.MouseButton.LeftButton)
    write(form, 1, id="C-901", name="Leo")
    QTest.mouseClick(form.add, Qt.MouseButton.LeftButton)
    assert form.read()["children"] == ["C-900", "C-901", ""]
    QTest.mouseClick(form.drop, Qt.MouseButton.LeftButton)
    assert form.read()["children"] == ["C-900", "C-901"]
    assert form.read()["weight"] == "Weight: 1.00 + 1.00 = 2.00."
    enter(form)
    (step,) = steps
    assert step.label == "New referral: Fam-C-900 (2 children)"
    leo = step.edits[1].after
    assert isinstance(leo, Case)
    assert (leo.name, leo.legal_status, leo.team, leo.family) == ("Leo", "C2", "East", "Fam-C-900")


def test_the_last_child_cannot_be_removed(qtbot: QtBot) -> None:
    form, _ = form_of(qtbot)
    assert not form.drop.isEnabled()


def test_a_child_joins_brothers_and_sisters(qtbot: QtBot) -> None:
    form, steps = form_of(qtbot)
    at = form.family.findData("Fam-20")
    assert form.family.itemText(at) == "Fam-20 · 1 with A. Hussain, 1 with B. Carter"
    form.family.setCurrentIndex(at)
    write(form, id="C-900")
    kind = form.forms[0].field("type")
    assert isinstance(kind, QComboBox)
    kind.setCurrentIndex(kind.findData("CP"))
    assert form.read()["weight"].endswith("further child of the family = 0.60.")
    enter(form)
    assert entered(steps).family == "Fam-20"


def test_a_new_familys_key_is_typed(qtbot: QtBot) -> None:
    form, steps = form_of(qtbot)
    form.family.setFocus()
    QTest.keyClicks(form.family, "Fam-777")
    write(form, id="C-900")
    enter(form)
    assert entered(steps).family == "Fam-777"


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, "Child: a child needs a reference."),
        ({"id": "C-100"}, "Child C-100 is in this service already, with A. Hussain."),
        ({"id": "C-900", "born": "soon"}, "“soon” is not a date."),
        ({"id": "C-900", "born": "24/12/2026"}, "Child C-900 is born after today."),
    ],
)
def test_what_is_wrong_is_said_and_the_form_stays(qtbot: QtBot, values: dict[str, str], wrong: str) -> None:
    form, steps = form_of(qtbot)
    write(form, 0, **values)
    enter(form)
    assert steps == []
    assert form.isVisible()
    assert form.read()["wrong"].startswith(wrong)


def test_the_faulty_childs_tab_comes_to_the_front(qtbot: QtBot) -> None:
    form, _ = form_of(qtbot)
    write(form, id="C-900", born="soon")
    form.forms[0].show_values({"born": None})
    form.add_child()
    write(form, 1, id="C-901")
    write(form, 0, born="soon")
    enter(form)
    assert form.tabs.currentIndex() == 0
    assert form.read()["wrong"].startswith("“soon” is not a date.")


def test_a_child_who_was_here_before_is_recognised(qtbot: QtBot) -> None:
    carter = iro("B. Carter")
    before = case("C-7", "CP", "Fam-9", closed=date(2026, 5, 4), name="Leo", born=date(2015, 1, 3))
    form, steps = form_of(qtbot, snapshot(carter, before, allocation("C-7", carter, end=date(2026, 5, 4))))
    write(form, id="C-7")
    QTest.keyClick(form.forms[0].field("id"), Qt.Key.Key_Tab)
    form.forms[0].referenced.emit()
    note = form.forms[0].note
    assert note == (
        "C-7 was here before with B. Carter, until 4 May 2026. The child is opened again and keeps their history."
    )
    assert form.family_key == "Fam-9"
    assert not form.forms[0].field("former").isEnabled()
    enter(form)
    child = entered(steps)
    assert (child.name, child.born, child.type, child.opened, child.closed) == (
        "Leo",
        date(2015, 1, 3),
        "CP",
        DAY,
        None,
    )


def test_a_former_iro_is_entered_with_both_days(qtbot: QtBot) -> None:
    form, steps = form_of(qtbot)
    write(form, id="C-900", former_start="10 Jan 2022")
    who = form.forms[0].field("former")
    assert isinstance(who, QComboBox)
    who.setCurrentIndex(who.findData("b-carter"))
    enter(form)
    assert form.read()["wrong"].startswith("The former IRO needs both days")
    write(form, former_end="1 Mar 2023")
    enter(form)
    (row,) = [edit.after for edit in steps[0].edits if isinstance(edit.after, Allocation)]
    assert (row.iro, row.start, row.end) == ("b-carter", date(2022, 1, 10), date(2023, 3, 1))


def test_a_postcode_is_put_in_its_place(qtbot: QtBot) -> None:
    asked: list[Sequence[str]] = []

    def look_up(codes: Sequence[str], then: Callable[[Places], object]) -> None:
        asked.append(codes)
        then({codes[0]: ("HD1 2TA", (414000, 416000))})

    form, steps = form_of(qtbot, look_up=look_up)
    write(form, id="C-900", placement_postcode="hd12ta")
    enter(form)
    assert asked == [["HD12TA"]]
    child = entered(steps)
    assert (child.placement_postcode, child.placement) == ("HD1 2TA", (414000, 416000))


def on_the_map(codes: Sequence[str], then: Callable[[Places], object]) -> None:
    then(Workspace.find_places(codes))


OURS = replace(small_service(), settings={"1": settings(home_authority="382", start=date(2020, 1, 1))})


def test_with_the_home_the_miles_and_the_area_follow_and_count(qtbot: QtBot) -> None:
    form, steps = form_of(qtbot, OURS, on_the_map)
    write(form, id="C-900", home_postcode="hd1 2ta", placement_postcode="ox1 1jf")
    qtbot.waitUntil(lambda: "By the postcodes" in form.read()["weight"])  # looked up as one pauses
    told = form.read()["weight"]
    enter(form)
    child = entered(steps)
    assert (child.home_postcode, child.placement_postcode) == ("HD1 2TA", "OX1 1JF")
    assert (child.placement_authority, child.out_of_area) == ("931", True)
    assert child.placement and 130 < (child.placement_miles or 0) < 150
    assert told == (
        "Weight: 1.00 looked after + 0.50 out of area, over 50 miles = 1.50. "
        f"By the postcodes: {child.placement_miles} miles from home, in Oxfordshire, out of area."
    )


def test_miles_that_are_typed_are_stronger_than_those_worked_out(qtbot: QtBot) -> None:
    form, steps = form_of(qtbot, OURS, on_the_map)
    write(form, id="C-900", home_postcode="HD1 2TA", placement_postcode="OX1 1JF")
    form.forms[0].show_values({"placement_miles": 170.2})
    enter(form)
    assert entered(steps).placement_miles == 170.2


def test_a_confidential_placement_keeps_no_postcode_but_the_home(qtbot: QtBot) -> None:
    form, steps = form_of(qtbot, OURS, on_the_map)
    write(form, id="C-900", home_postcode="HD1 2TA", placement_postcode="OX1 1JF")
    child = form.forms[0]
    child.show_values({"confidential": True, "distance_band": "50"})
    assert not child.field("placement_postcode").isEnabled() and child.field("distance_band").isEnabled()
    enter(form)
    assert "By the postcodes" not in form.read()["weight"]
    assert entered(steps) == case(
        "C-900", opened=DAY, home_postcode="HD1 2TA", confidential=True, distance_band="50", out_of_area=True
    )


def test_brothers_and_sisters_have_one_home_and_its_place_is_known(qtbot: QtBot) -> None:
    form, steps = form_of(qtbot, OURS, on_the_map)
    write(form, id="C-900", home_postcode="HD1 2TA", placement_postcode="OX1 1JF", born="soon")
    QTest.mouseClick(form.add, Qt.MouseButton.LeftButton)
    write(form, 1, id="C-901")
    write(form, 0, born="1 Feb 2020")
    enter(form)
    one, other = (edit.after for edit in steps[0].edits)
    assert isinstance(one, Case) and isinstance(other, Case)
    assert replace(other, id=one.id, born=one.born) == one and one.placement


def test_a_child_who_was_here_before_keeps_the_home_and_what_is_confidential(qtbot: QtBot) -> None:
    before = case(
        "C-7", closed=date(2026, 5, 4), home_postcode="HD1 2TA", confidential=True, distance_band="20", out_of_area=True
    )
    form, steps = form_of(qtbot, replace(OURS, case={**OURS.case, "C-7": before}), on_the_map)
    write(form, id="C-7")
    form.forms[0].referenced.emit()
    confidential = form.forms[0].field("confidential")
    assert isinstance(confidential, QCheckBox) and confidential.isChecked()
    confidential.click()
    write(form, placement_postcode="OX1 1JF")
    enter(form)
    child = entered(steps)
    assert (child.home_postcode, child.confidential, child.distance_band) == ("HD1 2TA", False, "")
    assert 130 < (child.placement_miles or 0) < 150


@pytest.mark.parametrize("field", ["home_postcode", "placement_postcode"])
def test_what_is_no_postcode_is_explained(qtbot: QtBot, field: str) -> None:
    form, steps = form_of(qtbot, look_up=on_the_map)
    write(form, 0, **{"id": "C-900", field: "Leeds"})
    enter(form)
    assert steps == []
    assert form.read()["wrong"].startswith("“Leeds” is no postcode.")
    assert form.enter.isEnabled()


def test_a_postcode_that_nobody_knows_is_told_and_taken(qtbot: QtBot) -> None:
    form, steps = form_of(qtbot, look_up=on_the_map)
    write(form, id="C-900", home_postcode="HD99 9ZZ")
    qtbot.waitUntil(lambda: "HD99 9ZZ is on no list of postcodes: check it." in form.read()["weight"])
    enter(form)
    assert entered(steps).home_postcode == "HD99 9ZZ"


def test_an_answer_that_comes_when_the_form_is_gone_is_nobodys(qtbot: QtBot) -> None:
    waiting: list[Callable[[Places], object]] = []
    form, steps = form_of(qtbot, look_up=lambda codes, then: waiting.append(then))
    write(form, id="C-900")
    QTest.mouseClick(form.add, Qt.MouseButton.LeftButton)
    write(form, 1, id="C-901", home_postcode="HD1 2TA")
    enter(form)
    assert not form.enter.isEnabled()
    QTest.mouseClick(form.drop, Qt.MouseButton.LeftButton)
    assert form.enter.isEnabled()
    waiting.pop()({})
    write(form, home_postcode="HD1 2TA")
    enter(form)
    QTest.keyClick(form, Qt.Key.Key_Escape)
    waiting.pop()({})
    assert steps == []


def test_the_fields_of_the_placement_follow_one_another_from_the_home_on(qtbot: QtBot) -> None:
    form, _ = form_of(qtbot)
    child = form.forms[0]
    child.field("home_postcode").setFocus()
    for key in ("placement_postcode", "confidential", "out_of_area", "placement_miles", "distance_band", "requires"):
        QTest.keyClick(form, Qt.Key.Key_Tab)
        assert form.focusWidget() in (child.field(key), child.field(key).focusProxy()), key
    names = [
        QAccessible.queryAccessibleInterface(child.field(key)).text(QAccessible.Text.Name)
        for key in ("home_postcode", "placement_postcode")
    ]
    assert names == ["Home postcode", "Placement postcode"]


def test_while_a_postcode_is_looked_up_nothing_is_entered_twice(qtbot: QtBot) -> None:
    waiting: list[Callable[[Places], object]] = []
    form, steps = form_of(qtbot, look_up=lambda codes, then: waiting.append(then))
    write(form, id="C-900", placement_postcode="HD1 2TA")
    enter(form)
    enter(form)
    assert (len(waiting), steps) == (1, [])
    waiting[0]({})
    assert len(steps) == 1


def test_the_last_of_several_skills_is_completed(qtbot: QtBot) -> None:
    form, _ = form_of(qtbot, snapshot(iro(skills=("punjabi", "bsl"))))
    field = form.forms[0].field("requires")
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "bsl, pun")
    finder: Any = field.completer()
    assert finder.splitPath("bsl, pun") == ["pun"]
    assert finder.pathFromIndex(finder.completionModel().index(0, 0)) == "bsl, punjabi"


def test_escape_leaves_without_a_referral(qtbot: QtBot) -> None:
    form, steps = form_of(qtbot)
    write(form, id="C-900")
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert not form.isVisible()
    assert steps == []


def test_every_field_and_button_has_a_name(qtbot: QtBot) -> None:
    form, _ = form_of(qtbot, small_service())
    nameless = [
        type(widget).__name__
        for widget in form.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)
        and widget.isVisibleTo(form)
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert nameless == []
    assert all(button.text() for button in form.findChildren(QPushButton))
