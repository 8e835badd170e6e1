"""Import: a draft looked at, corrected, taken in one step and undone in one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from iro_allocator import allocating
from iro_allocator.edits import Step
from iro_allocator.ui.importing import Importing
from iro_allocator.ui.main_window import MainWindow
from tests.builders import DAY, world

HEADER = "LCS ID,Sib grp,IRO,Status,RAG\n"
ROWS = "C-100,Fam-1,A. Hussain,CLA,red\nC-900,Fam-1,B. Carter,CPP,amber\n"


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=20_000)


def page_of(window: MainWindow) -> Importing:
    page = window.pages["importing"]
    assert isinstance(page, Importing)
    return page


def tracker(tmp_path: Path, lines: str = HEADER + ROWS, name: str = "tracker.csv") -> Path:
    file = tmp_path / name
    file.write_text(lines, encoding="utf-8")
    return file


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> Importing:
    """The page with a small draft on it."""
    window.go_to("importing", str(tracker(tmp_path)))
    settle(window, qtbot)
    return page_of(window)


def button(page: Importing, begins: str) -> QPushButton:
    return next(b for b in page.findChildren(QPushButton) if b.text().startswith(begins))


def test_the_empty_page_says_what_is_understood_and_offers_blank_sheets(window: MainWindow) -> None:
    window.go_to("importing")
    page = page_of(window)
    assert page.read() == {
        "title": "Import",
        "subtitle": "Take in spreadsheets of children and IROs, and statutory returns",
        "notice": "",
        "empty": True,
    }
    assert button(page, "Choose files").isVisible()
    assert not button(page, "Take").isVisible()


def test_a_draft_shows_how_it_was_understood_what_would_change_and_what_was_found(page: Importing) -> None:
    shown = page.read()
    assert shown["title"] == "Import: tracker.csv"
    assert shown["subtitle"].endswith("nothing is changed until you take it")
    assert [(row["In the file"], row["Means"], row["Sure"]) for row in shown["columns"]] == [
        ("LCS ID", "Child reference", "● header"),
        ("Sib grp", "Family", "● header"),
        ("IRO", "IRO", "● header"),
        ("Status", "Type", "● contents"),
        ("RAG", "not used", "–"),
    ]
    changes = {(row["Child or IRO"], row["What"]): row["After"] for row in shown["changes"]}
    assert changes["C-100", "Family"] == "Fam-1"
    assert "B. Carter" in changes["C-900", "New child"]
    assert [card["figure"] for card in shown["cards"]] == ["1", "1", "0", "0", "0", "0"]
    assert shown["take"] == "Take 2 rows"


def test_nothing_is_changed_until_it_is_taken_and_taking_is_one_step_and_one_undo(
    window: MainWindow, page: Importing, qtbot: QtBot
) -> None:
    assert window.world and "C-900" not in window.world.snapshot.case
    revision = window.world.snapshot.revision
    QTest.mouseClick(button(page, "Take"), Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    assert window.world.snapshot.case["C-900"].type == "CP"
    assert window.world.snapshot.revision == revision + 1
    assert window.status.read()["message"] == "Taken: 1 new, 1 changed children. Ctrl+Z takes it back."
    assert page.read()["empty"]
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(window, qtbot)
    assert "C-900" not in window.world.snapshot.case


def test_what_a_column_means_is_corrected_by_keyboard_and_drawn_up_anew(
    window: MainWindow, page: Importing, qtbot: QtBot
) -> None:
    table = page.view.columns
    table.choose(table.model_.rows[1][1].address)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    box = table.findChild(QComboBox)
    assert isinstance(box, QComboBox) and box.currentText() == "Family"
    box.setCurrentIndex(box.findText("not used"))
    box.activated.emit(box.currentIndex())
    settle(window, qtbot)
    assert page.read()["columns"][1]["Means"] == "not used"
    assert not any(row["What"] == "Family" for row in page.read()["changes"])


def test_a_meaning_moves_from_the_column_that_was_said_to_have_it(
    window: MainWindow, page: Importing, qtbot: QtBot
) -> None:
    for number in (4, 1):
        source, column = page.view.columns.model_.rows[number]
        page.view.corrected.emit(source, column, "category")
        settle(window, qtbot)
    assert [row["Means"] for row in page.read()["columns"]].count("Category") == 1
    assert page.read()["columns"][1]["Means"] == "Category"
    assert page.read()["notice"] == ""


def test_a_wrong_file_is_explained_on_the_page_and_the_draft_before_it_stays(
    window: MainWindow, page: Importing, qtbot: QtBot, tmp_path: Path
) -> None:
    page.open_files([tracker(tmp_path, "This is,no list\nat,all\n", "letter.csv")])
    settle(window, qtbot)
    shown = page.read()
    assert "letter.csv" in shown["notice"]
    assert shown["title"] == "Import: tracker.csv" and shown["take"] == "Take 2 rows"
    page.open_files([tmp_path / "gone.xlsx"])
    settle(window, qtbot)
    assert "gone.xlsx" in page.read()["notice"]
    page.open_files([tracker(tmp_path)])
    settle(window, qtbot)
    assert page.read()["notice"] == ""


def test_a_file_that_changes_nothing_cannot_be_taken(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.go_to("importing", str(tracker(tmp_path, HEADER + "C-100,,A. Hussain,CLA,red\n")))
    settle(window, qtbot)
    page = page_of(window)
    assert page.read()["take"] == "Nothing to take"
    assert not button(page, "Nothing to take").isEnabled()


def test_children_missing_from_a_full_list_end_only_when_one_says_so(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    assert window.world
    known = [case.id for case in window.world.snapshot.open_cases(date.today())]
    lines = "LCS ID,Status,IRO\n" + "".join(f"{id},{'CPP' if id > 'C-3' and id < 'C-4' else 'CLA'},\n" for id in known)
    window.go_to("importing", str(tracker(tmp_path, lines.replace(f"{known[-1]},CLA,\n", ""))))
    settle(window, qtbot)
    page = page_of(window)
    assert page.read()["missing"] == f"1 child is not in this file: {known[-1]}"
    assert not page.read()["end missing"]
    QTest.mouseClick(page.view.end, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    shown = page.read()
    assert shown["end missing"] and shown["cards"][2]["figure"] == "1"
    assert page.draft and page.draft.ended == (known[-1],)


def test_the_draft_stays_while_other_pages_are_shown_and_follows_the_service(
    window: MainWindow, page: Importing, qtbot: QtBot
) -> None:
    before = page.draft
    window.go_to("overview")
    window.go_to("importing")
    settle(window, qtbot)
    assert page.draft is before
    window.go_to("overview")
    assert window.world
    window.commit(Step("Give away", allocating.allocate(window.world.snapshot, ["C-401"], "b-carter", DAY, "known")))
    settle(window, qtbot)
    window.go_to("importing")
    settle(window, qtbot)
    assert page.draft is not before and page.read()["take"] == "Take 2 rows"


def test_a_draft_that_somebody_else_has_overtaken_is_explained_and_drawn_up_anew(
    window: MainWindow, page: Importing, qtbot: QtBot
) -> None:
    assert page.workspace and page.draft and window.world
    old = page.draft
    # Behind the window's back, as another manager would.
    page.workspace.take(page.workspace.draft_import(page._paths))
    button(page, "Take").click()
    settle(window, qtbot)
    shown = page.read()
    assert "Nothing was written." in shown["notice"]
    assert page.draft is not old and shown["take"] == "Nothing to take"


def drop(window: MainWindow, *paths: Path) -> bool:
    """Drop these on the middle of the window; whether it took them."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    if not paths:
        mime.setText("no file")
    keys, mouse = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    target = window.childAt(window.rect().center()) or window
    enter = QDragEnterEvent(target.rect().center(), Qt.DropAction.CopyAction, mime, mouse, keys)
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        spot = QPointF(target.rect().center())
        QApplication.sendEvent(window, QDropEvent(spot, Qt.DropAction.CopyAction, mime, mouse, keys))
    return enter.isAccepted()


def test_files_are_dropped_on_the_window_wherever_one_is(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.go_to("overview")
    assert drop(window, tracker(tmp_path))
    settle(window, qtbot)
    assert window.current == "importing"
    assert page_of(window).read()["take"] == "Take 2 rows"
    assert not drop(window)


def test_several_files_and_a_folder_are_dropped_and_each_is_said(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "903"
    folder.mkdir()
    (folder / "anything.csv").write_text(
        "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC,HOME_POST,PL_POST\nC-900,01/02/2026,S,C2,N1,U4,,,HD1 2TA,HX1 1UJ\n"
    )
    assert drop(window, tracker(tmp_path), folder)
    settle(window, qtbot)
    page = page_of(window)
    assert "local spreadsheet: header in row 1" in page.subtitle
    assert "SSDA903 return: Episodes" in page.subtitle
    assert page.draft and any("looked after" in words for words in page.draft.recognised)
    # The columns of a return mean what they mean.
    row = next(n for n, (source, _) in enumerate(page.view.columns.model_.rows) if source.table)
    page.view.columns.clicked.emit(page.view.columns.model_.index(row, 2))
    assert page.view.columns.state() != page.view.columns.State.EditingState


def test_reading_can_be_stopped_and_leaves_nothing_behind(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.go_to("importing")
    page = page_of(window)
    assert page.workspace
    before = page.workspace.world().snapshot
    asked = page.workspace.draft_import
    jobs: list[Any] = []
    page.wants_job.connect(jobs.append)

    def stopped_at_once(*given: Any, **more: Any) -> Any:
        return asked(*given, **(more | {"stop": lambda: True}))

    monkeypatch.setattr(page.workspace, "draft_import", stopped_at_once)
    page.open_files([tracker(tmp_path)])
    settle(window, qtbot)
    assert jobs[0].stop_words == "Stop"
    assert page.read()["empty"] and "The import was stopped." in page.read()["notice"]
    assert page.workspace.world().snapshot == before


def test_taking_tells_how_far_it_is_and_can_be_stopped_with_the_draft_kept(
    window: MainWindow, page: Importing, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page.workspace
    before, take = page.workspace.world().snapshot, page.workspace.take
    runs: list[Any] = []
    window.jobs.started.connect(runs.append)
    said: list[str] = []

    def stopped_while_storing(draft: Any, *, progress: Any, stop: Any) -> Any:
        def tell(words: str) -> None:
            said.append(words)
            progress(words)
            if words.startswith("Storing"):
                runs[0].stop()

        return take(draft, progress=tell, stop=stop)

    monkeypatch.setattr(page.workspace, "take", stopped_while_storing)
    QTest.mouseClick(button(page, "Take"), Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    assert runs[0].job.stop_words == "Stop"
    assert said[0] != said[-1] and said[-1].startswith("Storing")
    shown = page.read()
    assert "The import was stopped. Nothing was changed." in shown["notice"]
    assert not shown["empty"]
    assert button(page, "Take").isEnabled()
    assert page.workspace.world().snapshot == before
    monkeypatch.undo()
    QTest.mouseClick(button(page, "Take"), Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    assert page.workspace.world().snapshot != before


def test_files_are_chosen_in_a_dialog(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.go_to("importing")
    page = page_of(window)
    QTest.mouseClick(button(page, "Choose files"), Qt.MouseButton.LeftButton)
    dialog = page.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.filesSelected.emit([str(tracker(tmp_path))])
    dialog.reject()
    settle(window, qtbot)
    assert not page.read()["empty"]


def test_a_blank_sheet_is_saved_as_a_copy_or_the_reason_is_given(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.go_to("importing")
    page = page_of(window)
    QTest.mouseClick(button(page, "Children (XLSX)"), Qt.MouseButton.LeftButton)
    dialog = page.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "mine.xlsx"))
    dialog.reject()
    assert (tmp_path / "mine.xlsx").read_bytes()[:2] == b"PK"
    assert window.status.read()["message"].startswith("Saved: mine.xlsx")
    page._copy("children.xlsx", tmp_path / "no such folder" / "mine.xlsx")
    assert page.read()["notice"].startswith("mine.xlsx cannot be written")


def test_every_blank_sheet_that_is_offered_is_there_and_is_understood(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    from iro_allocator import resource
    from iro_allocator.ui.importing import TEMPLATES

    assert all(resource.path(f"templates/{name}").is_file() for name in TEMPLATES)


def test_discarding_leaves_everything_as_it_was(window: MainWindow, page: Importing) -> None:
    QTest.mouseClick(button(page, "Discard"), Qt.MouseButton.LeftButton)
    assert page.read()["empty"] and page.draft is None
    assert window.world and "C-900" not in window.world.snapshot.case


def test_changes_are_searched_and_a_finding_is_shown_in_full(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.go_to("importing", str(tracker(tmp_path, HEADER + ROWS + "C-901,,B. Cartr,CLA,\n")))
    settle(window, qtbot)
    view = page_of(window).view
    view.search.setText("c-900")
    assert {row["Child or IRO"] for row in view.read()["changes"]} == {"C-900"}
    finding = view.findings.model_.rows[0]
    view.findings.choose(finding)
    assert view.read()["finding"] == str(finding)
    assert view.read()["findings"][0]["Level"] == "▲ must fix"


def test_its_models_keep_qts_rules(page: Importing) -> None:
    for table in (page.view.columns, page.view.changes, page.view.findings):
        QAbstractItemModelTester(table.model_, QAbstractItemModelTester.FailureReportingMode.Fatal)
        table.set_rows(table.model_.all_rows)


def test_without_a_service_nothing_is_read(qtbot: QtBot, tmp_path: Path) -> None:
    page = Importing()
    qtbot.addWidget(page)
    page.open_files([tracker(tmp_path)])
    page.show_world(world())
    assert page.read()["empty"]
