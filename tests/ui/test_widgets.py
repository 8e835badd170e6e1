"""Cards, charts, the finder, the status line, messages, passphrases, the lock, forms and dialogs."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from iro_allocator.briefing import Month
from iro_allocator.caseload import caseloads
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained
from iro_allocator.ui.jobs import Job, Running
from iro_allocator.ui.style import apply
from iro_allocator.ui.tables import cases_mime
from iro_allocator.ui.widgets import messages
from iro_allocator.ui.widgets.cards import Card, CardRow
from iro_allocator.ui.widgets.caseload_chart import CaseloadChart
from iro_allocator.ui.widgets.date_field import DateField, parse_day
from iro_allocator.ui.widgets.finder import Find, Finder, matching
from iro_allocator.ui.widgets.form import Form
from iro_allocator.ui.widgets.form_dialog import FormDialog
from iro_allocator.ui.widgets.lock import IdleWatch, LockScreen
from iro_allocator.ui.widgets.month_chart import MonthChart
from iro_allocator.ui.widgets.panel import EmptyState
from iro_allocator.ui.widgets.passphrase import AskPassphrase, NewPassphrase, Secret, strength
from iro_allocator.ui.widgets.start import StartDialog
from iro_allocator.ui.widgets.status_line import StatusLine, progress_words
from tests.builders import DAY, allocation, small_service

# Cards


def test_a_clickable_card_is_a_button_for_mouse_and_keyboard(qtbot: QtBot) -> None:
    card = Card("Waiting", "7 children", "oldest 3 of 5 days", clickable=True)
    qtbot.addWidget(card)
    with qtbot.waitSignal(card.clicked):
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(card.clicked):
        QTest.keyClick(card, Qt.Key.Key_Space)
    assert card.accessibleName() == "Waiting: 7 children"
    assert card.accessibleDescription() == "oldest 3 of 5 days"


def test_cards_stand_beside_each_other_and_below_when_letters_are_large(qtbot: QtBot, qapp: QApplication) -> None:
    row = CardRow([Card("Waiting", "7") for _ in range(6)])
    qtbot.addWidget(row)
    row.resize(1200, 120)
    row.show()
    qtbot.waitUntil(lambda: len({card.y() for card in row.cards}) == 1)
    apply(qapp, "light", 24)
    row.resize(1199, 120)
    qtbot.waitUntil(lambda: len({card.y() for card in row.cards}) > 1)
    apply(qapp, "light")


# Charts


@pytest.fixture
def chart(qtbot: QtBot) -> CaseloadChart:
    made = CaseloadChart()
    qtbot.addWidget(made)
    made.resize(800, 300)
    made.show_loads(caseloads(small_service(), DAY))
    made.show()
    return made


def test_the_chart_says_in_words_what_it_shows(chart: CaseloadChart) -> None:
    # 13 children weigh 1, the second of Fam-20 0.6, both out of area 0.1 more: 14.8 over 2.5 FTE.
    assert chart.read()[0] == {
        "iro": "A. Hussain",
        "hours": 37.0,
        "load of share": "7.0 of 5.9",
        "difference": "▲ +18%",
    }
    assert chart.table.read()[1]["Caseload"] == (
        "B. Carter, 18.5 hours: 3 children, load 2.8; 2.2 looked after and 0.6 child protection; "
        "share 3.0, −5%; limit 35.0"
    )


def test_a_change_is_shown_beside_what_is(chart: CaseloadChart) -> None:
    service = small_service()
    moved = allocation("C-401", "r-bell", DAY, id="C-401/2")
    after = Step("Allocate", (Edit(None, moved),)).apply(service)
    chart.show_loads(caseloads(service, DAY), caseloads(after, DAY))
    assert [(row["iro"], row.get("change")) for row in chart.read()] == [
        ("A. Hussain", None),
        ("B. Carter", None),
        ("R. Bell", 1.0),
    ]
    assert "would be 4.0, +1.0" in chart.bars[2].words
    chart.show_loads(caseloads(service, DAY), changed={"a-hussain": 5.0})
    assert chart.read()[0]["change"] == -2.0


def test_some_iros_can_be_left_out_on_the_same_scale(chart: CaseloadChart) -> None:
    chart.show_loads(caseloads(small_service(), DAY), where=lambda bar: bar.interim)
    assert [bar.name for bar in chart.bars] == ["R. Bell"]


def test_keys_and_mouse_choose_and_open_an_iro(chart: CaseloadChart, qtbot: QtBot) -> None:
    assert chart.choose("a-hussain")
    with qtbot.waitSignal(chart.chosen) as said:
        QTest.keyClick(chart.table, Qt.Key.Key_Down)
    assert said.args == ["b-carter"]
    assert chart.current == "b-carter"
    with qtbot.waitSignal(chart.opened) as said:
        QTest.keyClick(chart.table, Qt.Key.Key_Return)
    assert said.args == ["b-carter"]


def send(chart: CaseloadChart, kind: str, mime: QMimeData, row: int) -> bool:
    """Send a drag's event to the viewport, as Qt does; whether it was accepted."""
    index = chart.table.model_.index(row, 2) if row >= 0 else None
    where = chart.table.visualRect(index).center() if index else QPoint(5, chart.table.viewport().height() - 2)
    action, left = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    event: QEvent
    if kind == "enter":
        event = QDragEnterEvent(where, action, mime, left, none)
    elif kind == "move":
        event = QDragMoveEvent(where, action, mime, left, none)
    elif kind == "drop":
        event = QDropEvent(QPointF(where), action, mime, left, none)
    else:
        event = QDragLeaveEvent()
    QApplication.sendEvent(chart.table.viewport(), event)
    return event.isAccepted()


def test_children_are_dropped_on_an_iro_and_the_effect_is_asked_for_before(chart: CaseloadChart, qtbot: QtBot) -> None:
    over: list[tuple[tuple[str, ...], str]] = []
    chart.accept_drops(lambda cases, iro: over.append((cases, iro)))
    mime = cases_mime(("C-301", "C-302"))
    assert send(chart, "enter", mime, 0)
    assert send(chart, "move", mime, 1)
    assert send(chart, "move", mime, 1)
    assert over == [(("C-301", "C-302"), "b-carter")]
    with qtbot.waitSignal(chart.dropped) as said:
        send(chart, "drop", mime, 2)
    assert said.args == [("C-301", "C-302"), "r-bell"]


def test_something_else_or_somewhere_else_is_not_taken(chart: CaseloadChart, qtbot: QtBot) -> None:
    over: list[tuple[tuple[str, ...], str]] = []
    chart.accept_drops(lambda cases, iro: over.append((cases, iro)))
    words = QMimeData()
    words.setText("C-301")
    assert not send(chart, "enter", words, 0)
    assert not send(chart, "move", cases_mime(("C-301",)), -1)
    send(chart, "enter", cases_mime(("C-301",)), 0)
    send(chart, "move", cases_mime(("C-301",)), 1)
    send(chart, "leave", words, 0)
    assert over[-1] == ((), "")


def test_months_say_their_figures_and_are_gone_through_by_arrows(qtbot: QtBot) -> None:
    chart = MonthChart()
    qtbot.addWidget(chart)
    chart.resize(400, 200)
    chart.show_months((Month(date(2026, 12, 1), 98, 120.0), Month(date(2027, 1, 1), 130, 110.4)))
    chart.show()
    assert chart.read() == [
        {"month": "Dec 2026", "due": 98, "capacity": 120},
        {"month": "Jan 2027", "due": 130, "capacity": 110},
    ]
    assert "January 2027: 130 reviews due, capacity 110, 20 too many" in chart.accessibleDescription()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    before = chart.grab().toImage()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.accessibleName().endswith("January 2027: 130 reviews due, capacity 110, 20 too many")
    assert chart.grab().toImage() != before


# The finder


def found(*words: str) -> list[Find]:
    return [Find(word, "child", lambda: None, "Fam-9 · A. Hussain") for word in words]


def test_the_finder_wants_every_word_and_puts_beginnings_first() -> None:
    everything = [*found("X-C-1", "C-1", "C-2"), Find("Undo", "action", lambda: None)]
    assert [find.words for find in matching(everything, "c-1")] == ["C-1", "X-C-1"]
    assert [find.words for find in matching(everything, "hussain c-2")] == ["C-2"]
    assert [find.words for find in matching(everything, "")] == ["Undo"]
    assert len(matching(found(*map(str, range(99))), "hussain")) == 50


def test_the_finder_goes_where_enter_is_pressed(qtbot: QtBot) -> None:
    gone: list[str] = []
    finder = Finder([Find(f"C-{n}", "child", partial(gone.append, f"C-{n}")) for n in range(3)])
    qtbot.addWidget(finder)
    finder.show()
    QTest.keyClicks(finder.field, "c-")
    assert finder.read() == ["C-0", "C-1", "C-2"]
    QTest.keyClick(finder.field, Qt.Key.Key_Down)
    QTest.keyClick(finder.field, Qt.Key.Key_Return)
    assert gone == ["C-1"]


# The status line


class Solving:
    best, words = 1234.5, "at most 1 % from the best possible"


@pytest.mark.parametrize(
    ("reported", "words"),
    [
        ("Reading row 3", "Reading row 3"),
        ((1200, 3000), "1,200 of 3,000"),
        (Solving(), "best so far 1,234.5 points · at most 1 % from the best possible"),
    ],
)
def test_progress_is_told_in_words(reported: object, words: str) -> None:
    assert progress_words(reported) == words


def test_work_under_way_takes_the_line_and_can_be_stopped(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show()
    line.show_facts("sample", "Allocate 3 referrals")
    running = Running(Job("Suggesting IROs", lambda report, stopped: None, stop_words="Stop and use this"))
    line.show_work(running)
    running.progress.emit(Solving())
    assert line.read()["work"].endswith("best so far 1,234.5 points · at most 1 % from the best possible")
    QTest.mouseClick(
        next(b for b in line.findChildren(QPushButton) if b.text() == "Stop and use this"), Qt.MouseButton.LeftButton
    )
    assert running.stopped
    line.show_work(None)
    assert line.read()["work"] == ""
    assert line.read()["undo"] == "Undo: Allocate 3 referrals (Ctrl+Z)"


def test_a_message_offers_what_can_be_done_about_it(qtbot: QtBot) -> None:
    line, undone = StatusLine(), []
    qtbot.addWidget(line)
    line.show()
    line.show_message("Allocate 3 referrals: done.", "Undo", lambda: undone.append(True))
    button = next(b for b in line.findChildren(QPushButton) if b.text() == "Undo")
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert undone == [True]
    assert line.read()["message"] == ""


# Messages


def test_an_explained_error_says_what_and_what_to_do(qtbot: QtBot) -> None:
    box = messages.show_error(Explained("The file is not a service.", "Choose one that ends in .iro."))
    assert isinstance(box, QMessageBox)
    assert (box.text(), box.informativeText()) == ("The file is not a service.", "Choose one that ends in .iro.")
    box.close()


def test_a_crash_report_has_versions_and_places_but_nothing_of_what_was_said(qtbot: QtBot) -> None:
    def goes_wrong(name: str) -> None:
        raise ValueError(f"cannot read {name}")

    with pytest.raises(ValueError, match="cannot") as caught:
        goes_wrong("Tomasz Wiśniewski")
    dialog = messages.show_error(caught.value)
    assert isinstance(dialog, messages.CrashDialog)
    copy = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Copy report")
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert "builtins.ValueError" in text
    assert "in goes_wrong" in text
    assert "Python 3." in text
    assert "Tomasz" not in text
    assert str(Path.home()) not in text
    dialog.close()


# Passphrases and the lock


def test_a_secret_knows_its_passphrase_in_either_normal_form() -> None:
    secret = Secret("Café Zürich")
    assert secret.matches("Cafe\u0301 Zu\u0308rich")
    assert not secret.matches("Cafe Zurich")
    assert "Caf" not in repr(vars(secret))


@pytest.mark.parametrize(
    ("passphrase", "hint"),
    [("", "Several"), ("aaaaaaaaaaaaaaaa", "Weak"), ("hussain1", "Weak"), ("quiet maple lantern otter", "Strong")],
)
def test_the_hint_grows_with_length_and_variety(passphrase: str, hint: str) -> None:
    assert strength(passphrase).startswith(hint)


def test_a_new_passphrase_is_typed_twice_and_long_enough(qtbot: QtBot) -> None:
    dialog = NewPassphrase("service.iro")
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClicks(dialog.first, "short")
    QTest.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    assert "eight" in dialog.wrong.text()
    QTest.keyClicks(dialog.first, " but longer")
    QTest.keyClicks(dialog.second, "another one")
    QTest.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    assert "not the same" in dialog.wrong.text()
    dialog.second.clear()
    QTest.keyClicks(dialog.second, "short but longer")
    with qtbot.waitSignal(dialog.given) as said:
        QTest.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    assert said.args == ["short but longer"]
    assert "Nobody can recover it" in "".join(label.text() for label in dialog.findChildren(QLabel))


def test_asking_for_a_passphrase_stays_open_when_it_was_wrong(qtbot: QtBot) -> None:
    dialog = AskPassphrase("service.iro")
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClicks(dialog.passphrase, "wrong")
    with qtbot.waitSignal(dialog.given):
        QTest.keyPress(dialog.passphrase, Qt.Key.Key_Return)
    assert not dialog.isEnabled()
    dialog.say_wrong("Wrong passphrase or damaged file.")
    assert dialog.isVisible()
    assert dialog.isEnabled()
    assert dialog.passphrase.selectedText()


def test_what_is_wrong_is_said_in_full_and_the_buttons_stay_in_sight(qtbot: QtBot) -> None:
    dialog = AskPassphrase("our service.iro")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.say_wrong("The passphrase is wrong, or our service.iro is damaged. Nothing was changed; try again.")
    qtbot.waitUntil(lambda: dialog.wrong.height() >= dialog.wrong.heightForWidth(dialog.wrong.width()))
    bottom = dialog.accept_button.mapTo(dialog, dialog.accept_button.rect().bottomLeft()).y()
    assert bottom < dialog.height()


def test_tab_goes_through_the_fields_of_a_dialog_then_to_its_buttons(qtbot: QtBot) -> None:
    taken: list[object] = []
    dialog = FormDialog("Add an absence", "Add", taken.append)
    dialog.form.add_text("reason", "Reason")
    dialog.form.add_number("working", "Part still worked")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    order = [dialog.form.field("reason"), dialog.form.field("working"), dialog.accept_button, dialog.cancel_button]
    qtbot.waitUntil(order[0].hasFocus)
    for each in order:
        assert each.hasFocus()
        QTest.keyClick(each, Qt.Key.Key_Tab)
    assert not taken


def test_the_lock_hides_the_content_until_the_passphrase_is_given(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 400)
    window.show()
    lock = LockScreen(Secret("quiet maple"), window)
    assert lock.geometry() == window.rect()
    window.resize(700, 500)
    assert lock.geometry() == window.rect()
    QTest.keyClicks(lock.field, "quiet oak")
    with qtbot.assertNotEmitted(lock.unlocked):
        QTest.keyClick(lock.field, Qt.Key.Key_Return)
    assert lock.wrong.text()
    lock.field.setText("quiet maple")
    with qtbot.waitSignal(lock.unlocked):
        QTest.keyClick(lock.field, Qt.Key.Key_Return)


def test_the_watch_says_idle_after_the_minutes_and_never_when_they_are_none(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = IdleWatch(10, qapp)
    now = monotonic()
    monkeypatch.setattr("iro_allocator.ui.widgets.lock.monotonic", lambda: now + 599)
    with qtbot.assertNotEmitted(watch.idle):
        watch.look()
    monkeypatch.setattr("iro_allocator.ui.widgets.lock.monotonic", lambda: now + 601)
    with qtbot.waitSignal(watch.idle):
        watch.look()
    field = DateField()
    qtbot.addWidget(field)
    QTest.keyClick(field, Qt.Key.Key_1)
    with qtbot.assertNotEmitted(watch.idle):
        watch.look()
    watch.minutes = 0
    monkeypatch.setattr("iro_allocator.ui.widgets.lock.monotonic", lambda: now + 99_999)
    with qtbot.assertNotEmitted(watch.idle):
        watch.look()
    watch.deleteLater()


# Forms


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("23 Nov 2026", date(2026, 11, 23)),
        ("23/11/2026", date(2026, 11, 23)),
        ("3.1.27", date(2027, 1, 3)),
        ("3 September 2019", date(2019, 9, 3)),
        ("2026-11-23", date(2026, 11, 23)),
        ("", None),
        ("–", None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, day: date | None) -> None:
    assert parse_day(text) == day


@pytest.mark.parametrize("text", ["31/02/2026", "soon", "11/23/2026", "23 Foo 2026", "1/1", "٣ Nov 2026x"])
def test_what_is_no_day_is_named(text: str) -> None:
    with pytest.raises(Explained, match="is not a date") as refused:
        parse_day(text)
    assert text in refused.value.message


def test_a_date_field_marks_what_is_no_day_and_goes_by_days(qtbot: QtBot) -> None:
    field = DateField(date(2026, 11, 30), "Last day")
    qtbot.addWidget(field)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert (field.text(), field.day) == ("1 Dec 2026", date(2026, 12, 1))
    field.clear()
    QTest.keyClicks(field, "31/02/2026")
    assert field.property("wrong") is True
    assert "is not a date" in field.toolTip()


def test_a_form_is_read_and_set_as_values_and_its_fields_have_names(qtbot: QtBot) -> None:
    form = Form()
    qtbot.addWidget(form)
    form.add_text("name", "Name", "K. Moss")
    form.add_words("note", "Note")
    form.add_number("hours", "Contracted hours a week", 22, high=60, step=0.5)
    form.add_number("limit", "Limit", 0, empty="as the service")
    form.add_choice("employment", "Employment", [("permanent", "Permanent"), ("interim", "Interim")], "interim")
    form.add_choice("iro", "IRO", [("a", "A. Hussain"), ("b", "B. Carter")], "b", editable=True)
    form.add_date("last_day", "Last day", date(2027, 3, 31))
    form.add_check("takes_new", "New referrals", value=True)
    form.show_values({"limit": None})
    assert form.values == {
        "name": "K. Moss",
        "note": "",
        "hours": 22.0,
        "limit": None,
        "employment": "interim",
        "iro": "b",
        "last_day": date(2027, 3, 31),
        "takes_new": True,
    }
    with qtbot.assertNotEmitted(form.changed):
        form.show_values({"name": "L. Farrell", "hours": 18.5, "takes_new": False, "limit": 40})
    assert (form.choice("name"), form.choice("limit")) == ("L. Farrell", 40)
    with qtbot.waitSignal(form.changed):
        QTest.keyClicks(form.field("name"), "!")
    assert form.field("hours").accessibleName() == "Contracted hours a week"


def test_an_empty_state_says_what_to_do_next(qtbot: QtBot) -> None:
    done: list[bool] = []
    state = EmptyState("No children yet", "Import a spreadsheet.", "Import…", lambda: done.append(True))
    qtbot.addWidget(state)
    QTest.mouseClick(state.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
    assert done == [True]


# The start


def test_the_start_offers_four_ways(qtbot: QtBot) -> None:
    start = StartDialog()
    qtbot.addWidget(start)
    start.show()
    assert [button.text() for button in start.findChildren(QPushButton)] == [
        "Open the sample service",
        "Start from a spreadsheet",
        "Open a file",
        "Connect to a shared service",
    ]
    assert not start.connect_button.isEnabled()
    QTest.keyClicks(start.address, "postgresql://server/iro")
    with qtbot.waitSignal(start.wants_shared) as said:
        QTest.mouseClick(start.connect_button, Qt.MouseButton.LeftButton)
    assert said.args == ["postgresql://server/iro"]
