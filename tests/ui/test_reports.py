"""Reports: the right list, looked at before it is saved, in the right place, in at most four clicks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from iro_allocator import allocating, reports
from iro_allocator.domain import Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.ui import exporting
from iro_allocator.ui.exporting import documents, open_folder, written_words
from iro_allocator.ui.letter_editor import LetterEditor
from iro_allocator.ui.main_window import MainWindow
from iro_allocator.ui.page import Do
from iro_allocator.ui.report_choices import LISTS
from iro_allocator.ui.reports import Reports
from tests.builders import DAY, small_service
from tests.ui.page_desk import write


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=20_000)


@pytest.fixture(autouse=True)
def _documents(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The user's documents are those of this test."""
    (tmp_path / "documents").mkdir()
    monkeypatch.setattr(exporting, "documents", lambda: tmp_path / "documents")


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> Reports:
    """The page as the rail opens it."""
    return opened(window, qtbot)


def opened(window: MainWindow, qtbot: QtBot, argument: Any = None) -> Reports:
    window.go_to("reports", argument)
    settle(window, qtbot)
    found = window.pages["reports"]
    assert isinstance(found, Reports)
    return found


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def written(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "documents").iterdir())


def test_the_window_offers_every_list_there_is() -> None:
    assert list(LISTS) == list(reports.KINDS)


def test_the_services_list_is_exported_in_two_clicks_and_any_other_in_three(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    for name, chosen in ((None, "whole service"), ("handover", "handovers"), ("iro", "IROs")):
        window.go_to("overview")
        settle(window, qtbot)
        click(next(b for b in window.pages["overview"].findChildren(QPushButton) if b.text() == "Export lists…"))
        settle(window, qtbot)
        page = window.pages["reports"]
        assert isinstance(page, Reports)
        if name:
            click(page.choices.lists.by_key[name])
        click(page.export)
        settle(window, qtbot)
        assert window.status.read()["message"] == f"Written: small {chosen} 2026-11-23.xlsx."
        assert f"small {chosen} 2026-11-23.xlsx" in written(tmp_path)


def test_what_is_shown_is_what_will_be_written(page: Reports, window: MainWindow, qtbot: QtBot) -> None:
    shown = page.read()
    assert shown["preview"] == "Preview · Whole service" and len(shown["table"]) == 15
    assert shown["table"][0]["Child reference"] == "C-401" and "Name" not in shown["table"][0]
    assert "Children 15 · Cases 14 · Load 14.8 · Official-Sensitive" in shown["facts"]
    click(page.choices.contents.by_key[True])
    settle(window, qtbot)
    assert "Name" in page.read()["table"][0]
    page.choices.choose("iro")
    settle(window, qtbot)
    assert page.read()["sheets"] == ["A. Hussain", "B. Carter", "R. Bell"]
    page._show_sheet(1)
    assert [row["Child reference"] for row in page.read()["table"]] == ["C-200", "C-201", "C-302"]


def test_pages_are_looked_at_one_by_one(page: Reports, window: MainWindow, qtbot: QtBot) -> None:
    page.choices.choose("iro")
    click(page.choices.formats.by_key["pdf"])
    settle(window, qtbot)
    assert page.read()["pages"]["page"] == "page 1 of 3"
    click(page.pages.after)
    QTest.keyClick(page.pages.after, Qt.Key.Key_PageDown)
    assert page.read()["pages"]["page"] == "page 3 of 3"
    QTest.keyClick(page.pages, Qt.Key.Key_PageUp)
    click(page.pages.before)
    click(page.pages.before)
    assert page.read()["pages"]["page"] == "page 1 of 3" and "B. Carter" in page.read()["pages"]["words"]


def test_the_list_of_an_iro_is_asked_for_from_elsewhere(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window, qtbot, "b-carter")
    assert page.read()["preview"] == "Preview · B. Carter" and "B. Carter" in page.read()["where"]
    page = opened(window, qtbot, Do("report"))
    assert page.read()["preview"].startswith("Preview · Service report, 23 Nov 2025 to 23 Nov 2026")
    assert page.read()["sheets"][:2] == ["Summary", "Caseloads"]


def test_names_columns_and_marking_are_chosen_and_recorded(
    page: Reports, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    page.choices.want_column("Opened", on=False)
    page.choices.want_column("Legal status", on=False)
    settle(window, qtbot)
    assert "Opened" not in page.read()["table"][0] and page.choices.columns.text() == "11 of 13 columns"
    click(page.export)
    settle(window, qtbot)
    assert window.workspace is not None
    kept = window.workspace.history()[-1].step.detail["export"]
    assert kept["names"] is False and "Opened" not in kept["fields"] and "IRO" in kept["fields"]
    assert window.world is not None and window.world.snapshot.revision == 2
    window.go_to("history")
    settle(window, qtbot)
    told = window.pages["history"].read()
    assert told["steps"][0]["What"] == "Export: Whole service, 15 children, references only, XLSX"
    assert {row["What"]: row["After"] for row in told["facts"]}["Children"] == "15"
    assert told["can undo"] is False
    assert window.status.read()["undo"] == ""


def test_every_iro_can_have_a_file_in_a_folder(page: Reports, window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    page.choices.choose("iro", "each")
    settle(window, qtbot)
    assert page.read()["where"].endswith("small IROs 2026-11-23")
    click(page.export)
    settle(window, qtbot)
    folder = tmp_path / "documents" / "small IROs 2026-11-23"
    assert sorted(p.name for p in folder.iterdir()) == ["A. Hussain.xlsx", "B. Carter.xlsx", "R. Bell.xlsx"]


def test_only_what_the_list_asks_for_is_asked(page: Reports) -> None:
    choices = page.choices
    assert choices.since.isHidden() and choices.iro.isHidden() and choices.letter.isHidden()
    click(choices.lists.by_key["changes"])
    assert not choices.since.isHidden() and choices.since.day == DAY - timedelta(7)
    click(choices.lists.by_key["letters"])
    assert choices.formats.value == "pdf" and not choices.letter.isHidden() and choices.columns.isHidden()
    click(choices.lists.by_key["report"])
    assert choices.columns.isHidden() and not choices.since.isHidden()


def test_what_is_no_date_is_explained_and_nothing_is_written(
    page: Reports, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    click(page.choices.lists.by_key["changes"])
    write(page.choices.since, "soon")
    settle(window, qtbot)
    assert page.read()["notice"].startswith("“soon” is not a date.") and not page.read()["can export"]
    write(page.choices.since, "1 Nov 2026")
    settle(window, qtbot)
    assert page.read()["notice"] == "" and page.read()["can export"]
    assert written(tmp_path) == []


def test_letters_are_seen_edited_and_taken_back(
    open_with: Callable[[Snapshot], MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    there = small_service()
    there = Step("", tuple(Edit(c, replace(c, name="Alex Example")) for c in [there.case["C-401"]])).apply(there)
    window = open_with(there)
    page = opened(window, qtbot, Do("child-letters"))
    assert page.read()["notice"].startswith("No family got a new IRO then") and not page.read()["can export"]
    assert window.workspace is not None
    step = Step(
        "Allocate 2 children", tuple(allocating.allocate(there, ["C-401", "C-402"], "b-carter", DAY, "returns"))
    )
    window.show_world(window.workspace.commit(step))
    settle(window, qtbot)
    page.choices.since.setText("16 Nov 2026")
    page._look()
    settle(window, qtbot)
    assert "Dear C-401 and C-402," in page.read()["pages"]["words"]
    page.choices.step.setCurrentIndex(page.choices.step.findData(2))
    page.choices.step.activated.emit(1)
    settle(window, qtbot)
    assert page.read()["preview"] == "Preview · Letters to children, new IRO by step 2"
    click(page.choices.letter)
    settle(window, qtbot)
    editor = page.findChild(LetterEditor)
    assert isinstance(editor, LetterEditor)
    editor.words.setPlainText("Dear {children}, {carer} is new")
    click(editor.keep)
    settle(window, qtbot)
    assert "line 1 has {carer}" in editor.notice.read() and editor.isVisible()
    editor.words.setPlainText("# Hello {children}\n\n{iro} is your IRO.")
    click(editor.keep)
    settle(window, qtbot)
    assert page.read()["pages"]["words"].startswith("Hello C-401 and C-402")
    click(page.choices.letter)
    settle(window, qtbot)
    again = next(e for e in page.findChildren(LetterEditor) if e.isVisible())
    click(again.standard)
    click(again.keep)
    settle(window, qtbot)
    assert "Your new IRO" in page.read()["pages"]["words"]
    click(page.export)
    settle(window, qtbot)
    assert [name.split(" 20")[0] for name in written(tmp_path)] == ["small letters to children"]


def test_a_file_that_cannot_be_written_is_explained_and_one_can_try_again(
    page: Reports, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "a file").write_text("not a folder")
    write(page.choices.where, str(tmp_path / "a file" / "list.xlsx"))
    click(page.export)
    settle(window, qtbot)
    assert "cannot be written" in page.read()["notice"] and page.read()["can export"]
    page.choices.where.setText("  ")
    click(page.export)
    assert page.read()["notice"].startswith("The file has no name.")


def test_the_file_is_called_after_the_list_until_one_names_it_oneself(page: Reports, tmp_path: Path) -> None:
    click(page.choices.formats.by_key["csv"])
    assert page.read()["where"].endswith("small whole service 2026-11-23.csv")
    write(page.choices.where, str(tmp_path / "mine.csv"))
    click(page.choices.lists.by_key["waiting"])
    assert page.read()["where"] == str(tmp_path / "mine.csv")
    click(page.choices.formats.by_key["xlsx"])
    assert page.read()["where"] == str(tmp_path / "mine.xlsx")


def test_a_list_of_the_same_day_does_not_replace_the_one_before(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "documents" / "small whole service 2026-11-23.xlsx").write_bytes(b"")
    page = opened(window, qtbot)
    assert page.read()["where"].endswith("small whole service 2026-11-23 (2).xlsx")
    page.place(str(tmp_path / "documents" / "small whole service 2026-11-23.xlsx"))
    assert "will be replaced" in page._there.text()


def test_where_to_is_chosen_in_a_dialog_and_its_ending_says_the_format(
    page: Reports, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    click(page.choices.browse)
    files = page.findChild(QFileDialog)
    assert isinstance(files, QFileDialog)
    files.fileSelected.emit(str(tmp_path / "list.csv"))
    files.reject()
    assert page.choices.formats.value == "csv"
    click(page.export)
    settle(window, qtbot)
    assert (tmp_path / "list.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_folder_of_what_was_written_can_be_opened(
    window: MainWindow, page: Reports, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: seen.append(url.toLocalFile()))
    click(page.export)
    settle(window, qtbot)
    assert window.status.read()["action"] == "Open folder"
    click(next(b for b in window.status.findChildren(QPushButton) if b.text() == "Open folder"))
    assert seen == [str(tmp_path / "documents")]
    open_folder(tmp_path / "x.csv")
    assert seen[-1] == str(tmp_path)


def test_paper_stays_white_in_the_dark(page: Reports, window: MainWindow, qtbot: QtBot, qapp: QApplication) -> None:
    window.change_look(appearance="dark")
    click(page.choices.formats.by_key["pdf"])
    settle(window, qtbot)
    sheet = page.pages._sheet.grab().toImage()
    colours = {sheet.pixelColor(x, y).lightness() for x in range(4, sheet.width() - 4, 3) for y in range(4, 200, 3)}
    assert sheet.pixelColor(sheet.width() // 2, 8).lightness() == 255 and min(colours) < 80


def test_several_files_are_counted() -> None:
    assert written_words((Path("a.csv"),)) == "Written: a.csv."
    assert written_words((Path("a.csv"), Path("b.csv"))) == "Written: 2 files, a.csv first."


def test_documents_are_a_folder_of_the_user() -> None:
    assert documents().is_absolute()
