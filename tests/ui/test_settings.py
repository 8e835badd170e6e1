"""Settings: a draft of weights, priorities and figures, tried on today, published as the next version."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from iro_allocator.domain import Settings
from iro_allocator.edits import Edit, Step
from iro_allocator.ui.main_window import MainWindow
from iro_allocator.ui.scheme import FACTOR, WEIGHT
from iro_allocator.ui.settings import SettingsPage
from iro_allocator.ui.widgets.number_field import NumberField
from iro_allocator.ui.widgets.publish import PublishDialog
from iro_allocator.ui.widgets.this_computer import kept_words
from tests.builders import settings, small_service, snapshot, world

FURTHER = f"{WEIGHT}cp_further"


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=20_000)


def type_in(field: NumberField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


@pytest.fixture
def page(qtbot: QtBot) -> SettingsPage:
    """The page alone, with version 3 in force."""
    page = SettingsPage()
    qtbot.addWidget(page)
    page.resize(1240, 800)
    page.show_world(world(snapshot(*small_service().records(), version_3())))
    page.show()
    return page


def version_3() -> Settings:
    return settings(id="settings-3", version=3, name="Service scheme 2026", start=date(2026, 1, 1))


@pytest.fixture
def in_window(window: MainWindow, qtbot: QtBot) -> SettingsPage:
    window.go_to("settings")
    found = window.pages["settings"]
    assert isinstance(found, SettingsPage)
    return found


def test_it_shows_the_version_in_force(page: SettingsPage) -> None:
    shown = page.read()
    assert shown["title"] == "Settings · Weights and priorities"
    assert shown["subtitle"] == "Service scheme 2026 · version 3, in force since 1 Jan 2026"
    assert shown["weights"]["Child protection, further child of the family"] == "0.60"
    assert shown["weights"]["Placed with a looked-after sibling"] == "−0.15"
    assert shown["weights"]["Disability or complex health"] == "+0.25"
    assert shown["priorities"]["Keeps the IRO they know"].startswith("10: A child changes IRO only if")
    assert shown["figures"]["Limit per full-time IRO"] == "70"
    assert shown["example"].endswith("= 1.00 + 0.60 + 0.60 = 2.20")
    assert not shown["drafting"] and not shown["can publish"]
    assert shown["versions"] == [
        {"Version": "3 · Service scheme 2026", "In force from": "1 Jan 2026", "State": "● in force"}
    ]


def test_a_service_that_has_published_nothing_has_the_usual_figures(in_window: SettingsPage) -> None:
    assert in_window.read()["subtitle"] == "Service scheme · the usual figures"
    assert in_window.read()["versions"] == []


def test_a_weight_typed_is_a_draft_and_shows_what_it_would_do_today(page: SettingsPage, qtbot: QtBot) -> None:
    before = page.read()["caseloads"]
    type_in(page.weights.rows.fields[f"{WEIGHT}lac"], "2")
    qtbot.waitUntil(lambda: page.read()["caseloads"] != before)
    shown = page.read()
    assert shown["subtitle"] == "Service scheme 2026 · version 4 (draft) · version 3 stays in force until you publish"
    assert shown["caseloads"][0]["change"] == 6.0
    assert "Then: load" in shown["totals"] and shown["can publish"]


def test_the_example_follows_the_draft(page: SettingsPage, qtbot: QtBot) -> None:
    type_in(page.weights.rows.fields[FURTHER], "0.35")
    qtbot.waitUntil(lambda: page.read()["example"].endswith("= 1.00 + 0.35 + 0.35 = 1.70"))


def test_typing_the_old_number_again_is_no_draft(page: SettingsPage) -> None:
    type_in(page.weights.rows.fields[FURTHER], "0.35")
    assert page.read()["drafting"]
    type_in(page.weights.rows.fields[FURTHER], "0.6")
    assert not page.read()["drafting"]
    page.weights.rows.fields[FURTHER].editingFinished.emit()
    assert page.weights.rows.fields[FURTHER].text() == "0.60"


@pytest.mark.parametrize(
    ("text", "said"), [("abc", "“abc” is not a number."), ("40", "40 cannot be right"), (" ", "A number is missing.")]
)
def test_nonsense_is_refused_at_the_field_and_nothing_else_is_lost(page: SettingsPage, text: str, said: str) -> None:
    type_in(page.weights.rows.fields[f"{WEIGHT}both"], "1.3")
    field = page.weights.rows.fields[FURTHER]
    type_in(field, text)
    assert said in field.fault.text() and field.fault.isVisible()
    assert field.property("wrong") is True and said in field.accessibleDescription()
    assert not page.read()["can publish"]
    assert page.settings.scheme.both == 1.3 and page.settings.scheme.cp_further == 0.6
    page.weights.rows.fields[f"{WEIGHT}both"].editingFinished.emit()
    assert field.text() == text
    type_in(field, "0.5")
    assert not field.fault.isVisible() and page.read()["can publish"]
    assert page.settings.scheme.cp_further == 0.5


def test_figures_and_priorities_refuse_nonsense_too(page: SettingsPage) -> None:
    type_in(page.figures.fields["full_time_hours"], "0")
    type_in(page.figures.fields["appointment_days"], "1.5")
    type_in(page.priorities.fields["travel"], "-1")
    assert "more than 0 and at most 60" in page.read()["figures"]["Full-time hours"]
    assert "not a whole number" in page.read()["figures"]["IRO appointed within"]
    assert "must not be negative" in page.read()["priorities"]["Travel"]
    assert len(page.faults) == 3
    QTest.mouseClick(button(page, "Discard"), Qt.MouseButton.LeftButton)
    assert not page.faults and page.read()["figures"]["Full-time hours"] == "37"


def button(page: SettingsPage, begins: str) -> QPushButton:
    return next(b for b in page.findChildren(QPushButton) if b.text().startswith(begins))


def test_up_and_down_change_a_number_by_a_step(page: SettingsPage) -> None:
    field = page.weights.rows.fields[FURTHER]
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert page.settings.scheme.cp_further == 0.55
    field.setText("abc")
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.text() == "abc"


def test_a_slider_is_an_exchange_rate_in_words_and_goes_with_its_number(page: SettingsPage) -> None:
    slider, field = page.priorities.sliders["continuity"], page.priorities.fields["continuity"]
    slider.setFocus()
    for _ in range(3):
        QTest.keyClick(slider, Qt.Key.Key_Right)
    assert field.text() == "13" and dict(page.settings.priorities)["continuity"] == 13
    assert "a gap of more than 13 percentage points" in page.read()["priorities"]["Keeps the IRO they know"]
    type_in(field, "20")
    assert slider.value() == 20
    type_in(field, "0")
    assert page.read()["priorities"]["Keeps the IRO they know"] == "0: Does not count."
    type_in(field, "500")
    assert slider.value() == slider.maximum() and dict(page.settings.priorities)["continuity"] == 500


def test_a_factor_of_ones_own_is_added_and_taken_out(page: SettingsPage) -> None:
    QTest.keyClicks(page.weights.new_name, "Many professionals")
    QTest.mouseClick(button(page, "+ Add factor"), Qt.MouseButton.LeftButton)
    assert page.read()["weights"]["Many professionals"] == "+0.25"
    assert page.weights.new_name.text() == ""
    type_in(page.weights.rows.fields[f"{FACTOR}many-professionals"], "0.4")
    assert page.settings.scheme.factors[-1].weight == 0.4
    QTest.keyClicks(page.weights.new_name, "many professionals")
    QTest.keyClick(page.weights.new_name, Qt.Key.Key_Return)
    assert "already" in page.weights.new_weight.fault.text()
    remove = next(b for b in page.findChildren(QPushButton) if b.accessibleName() == "Take out Many professionals")
    QTest.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert "Many professionals" not in page.read()["weights"] and not page.read()["drafting"]


def test_service_and_closure_days_are_part_of_the_draft(page: SettingsPage) -> None:
    page.tabs.setCurrentIndex(1)
    fields = page.service.form
    fields.field("service").setFocus()
    QTest.keyClick(fields.field("service"), Qt.Key.Key_End)
    QTest.keyClicks(fields.field("service"), "!")
    assert page.settings.service == "IRO service!"
    fields.field(CLOSURES).setPlainText("24 Dec 2026\n31/12/2026\n")  # type: ignore[attr-defined]
    assert page.settings.closure_days == (date(2026, 12, 24), date(2026, 12, 31))
    fields.field(CLOSURES).setPlainText("24 Dec 2026\nsoon")  # type: ignore[attr-defined]
    assert page.service.fault.text().startswith("“soon” is not a date.")
    assert page.settings.closure_days == (date(2026, 12, 24), date(2026, 12, 31))
    assert not page.read()["can publish"]


CLOSURES = "closure_days"


def test_another_limit_moves_the_mark_behind_every_bar(page: SettingsPage, qtbot: QtBot) -> None:
    page.tabs.setCurrentIndex(1)
    type_in(page.figures.fields["limit_per_fte"], "5")
    qtbot.waitUntil(lambda: page.would.chart.bars[0].limit == 5.0)


def test_what_is_counted_by_the_limit_is_a_choice(page: SettingsPage, qtbot: QtBot) -> None:
    box = page.service.form.field("limit_counts")
    box.setCurrentIndex(1)  # type: ignore[attr-defined]
    assert page.settings.limit_counts == "children"
    assert "One child over the limit" in page.read()["priorities"]["Agreed limit"]


def test_a_draft_that_was_discarded_can_be_brought_back(page: SettingsPage) -> None:
    type_in(page.weights.rows.fields[FURTHER], "0.35")
    discard = button(page, "Discard")
    QTest.mouseClick(discard, Qt.MouseButton.LeftButton)
    assert not page.read()["drafting"] and page.weights.rows.fields[FURTHER].text() == "0.60"
    assert discard.text() == "Bring the draft back"
    QTest.mouseClick(discard, Qt.MouseButton.LeftButton)
    assert page.settings.scheme.cp_further == 0.35 and page.weights.rows.fields[FURTHER].text() == "0.35"


def test_a_draft_is_published_from_a_day_and_can_be_undone(
    in_window: SettingsPage, window: MainWindow, qtbot: QtBot
) -> None:
    page = in_window
    type_in(page.weights.rows.fields[FURTHER], "0.35")
    QTest.mouseClick(button(page, "Publish version 1"), Qt.MouseButton.LeftButton)
    dialog = page.findChild(PublishDialog)
    assert isinstance(dialog, PublishDialog)
    assert dialog.table.read() == [
        {"What": "Weight: child protection, further child of the family", "Before": "0.60", "After": "0.35"}
    ]
    dialog.form.field("start").setText("whenever")  # type: ignore[attr-defined]
    QTest.mouseClick(dialog.publish, Qt.MouseButton.LeftButton)
    assert "“whenever” is not a date." in dialog.notice.read()
    dialog.form.field("start").setText("")  # type: ignore[attr-defined]
    QTest.mouseClick(dialog.publish, Qt.MouseButton.LeftButton)
    assert "needs a day" in dialog.notice.read()
    dialog.form.field("start").setText("4/3/2024")  # type: ignore[attr-defined]
    QTest.keyClicks(dialog.form.field("reason"), "agreed with the team")
    QTest.mouseClick(dialog.publish, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    assert window.world
    made = window.world.snapshot.settings["settings-1"]
    assert (made.version, made.start, made.scheme.cp_further) == (1, date(2024, 3, 4), 0.35)
    assert window.world.undo == "Publish version 1 of the settings"
    assert not page.read()["drafting"]
    assert page.read()["subtitle"] == "Service scheme · version 1, in force since 4 Mar 2024"
    window.undo()
    settle(window, qtbot)
    assert page.read()["weights"]["Child protection, further child of the family"] == "0.60"


def test_a_day_before_the_version_in_force_is_refused_in_the_dialog(page: SettingsPage) -> None:
    committed: list[Step] = []
    page.wants_commit.connect(committed.append)
    type_in(page.weights.rows.fields[FURTHER], "0.35")
    button(page, "Publish version 4").click()
    dialog = page.findChild(PublishDialog)
    assert isinstance(dialog, PublishDialog)
    dialog.form.field("start").setText("1 Jan 2025")  # type: ignore[attr-defined]
    dialog.publish.click()
    assert "cannot begin before version 3 did" in dialog.notice.read()
    assert not committed and page.read()["drafting"]
    dialog.reject()


def test_a_version_that_takes_over_later_is_pointed_out(page: SettingsPage) -> None:
    assert page.world
    later = settings(id="settings-4", version=4, start=page.world.day + timedelta(90))
    page.show_world(world(snapshot(*page.world.snapshot.records(), later)))
    assert [row["State"] for row in page.read()["versions"]] == ["from 21 Feb 2027", "● in force"]
    type_in(page.weights.rows.fields[FURTHER], "0.35")
    button(page, "Publish version 5").click()
    dialog = page.findChild(PublishDialog)
    assert isinstance(dialog, PublishDialog)
    assert dialog._note.text() == "Version 4 has been published and takes over on 21 Feb 2027."
    dialog.reject()


def test_a_draft_survives_other_pages_and_other_peoples_steps(
    in_window: SettingsPage, window: MainWindow, qtbot: QtBot
) -> None:
    type_in(in_window.weights.rows.fields[FURTHER], "0.35")
    type_in(in_window.weights.rows.fields[f"{WEIGHT}both"], "abc")
    window.go_to("overview")
    assert window.world
    carter = window.world.snapshot.iro["b-carter"]
    window.commit(Step("B. Carter: hours", (Edit(carter, replace(carter, contracted_hours=22.0)),)))
    settle(window, qtbot)
    window.go_to("settings")
    shown = in_window.read()["weights"]
    assert shown["Child protection, further child of the family"] == "0.35"
    assert shown["Looked after and on a child protection plan"].startswith("abc (“abc” is not a number.")


def test_an_earlier_version_can_begin_a_draft(page: SettingsPage) -> None:
    assert page.world
    second = settings(id="settings-2", version=2, name="Old scheme", start=date(2025, 1, 1), limit_per_fte=60.0)
    page.show_world(world(snapshot(*page.world.snapshot.records(), second)))
    page.tabs.setCurrentIndex(1)
    page.versions.table.choose("settings-2")
    page.versions.table.setFocus()
    QTest.keyClick(page.versions.table, Qt.Key.Key_Return)
    assert page.settings.limit_per_fte == 60 and page.read()["figures"]["Limit per full-time IRO"] == "60"
    assert page.read()["subtitle"].startswith("Old scheme · version 4 (draft)")


def test_appearance_and_size_take_effect_at_once(in_window: SettingsPage, window: MainWindow) -> None:
    in_window.tabs.setCurrentIndex(2)
    assert in_window.read()["title"] == "Settings · This computer"
    assert in_window.read()["computer"]["appearance"] == "Light"
    QTest.mouseClick(in_window.computer.looks["dark"], Qt.MouseButton.LeftButton)
    assert window.preferences.appearance == "dark"
    in_window.computer.points.setValue(12)
    assert window.preferences.points == 12
    window.change_look(appearance="light", points=10)


def test_how_the_file_is_kept_is_said() -> None:
    assert kept_words(world(where="s.iro", sample=True))[1] == "The made-up sample: not encrypted, not backed up."
    mine = world(where="s.iro", sample=False, encrypted=True)
    assert kept_words(mine) == ["File: s.iro", "Encrypted with a passphrase.", "Last backup: none yet."]
    then = datetime(2024, 3, 2, 12, 0, tzinfo=UTC)
    assert kept_words(replace(mine, last_backup=then))[2].startswith("Last backup: 2 Mar 2024")
    assert kept_words(replace(mine, last_backup=datetime.now(UTC)))[2].startswith("Last backup: today")
    assert kept_words(world(shared=True, name="Hill County"))[0] == "A shared service: Hill County."


def test_its_models_keep_qts_rules(page: SettingsPage) -> None:
    for table in (page.versions.table, page.would.chart.table):
        QAbstractItemModelTester(table.model_, QAbstractItemModelTester.FailureReportingMode.Fatal)
        table.set_rows(table.model_.all_rows)


def test_the_rules_that_are_never_broken_are_listed(page: SettingsPage) -> None:
    from PySide6.QtWidgets import QLabel

    said = [label.text() for label in page.findChildren(QLabel)]
    assert "✓  Recorded conflicts of interest (regulation 46)" in said
    assert "✓  Children whom a manager has pinned keep their IRO" in said
