"""Export lists: the right list, in the right place, in at most four clicks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from iro_allocator.errors import Explained
from iro_allocator.ui import exporting
from iro_allocator.ui.exporting import ExportDialog, documents, open_folder, written_words
from iro_allocator.ui.main_window import MainWindow
from tests.builders import DAY


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=20_000)


@pytest.fixture(autouse=True)
def _documents(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The user's documents are those of this test."""
    (tmp_path / "documents").mkdir()
    monkeypatch.setattr(exporting, "documents", lambda: tmp_path / "documents")


@pytest.fixture
def dialog(window: MainWindow) -> ExportDialog:
    """The dialog as the menu opens it."""
    window.go_to("export")
    found = window.findChild(ExportDialog)
    assert isinstance(found, ExportDialog)
    return found


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_the_services_list_is_exported_in_two_clicks_and_any_other_in_three(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.go_to("overview")
    for number, (name, chosen) in enumerate(((None, "whole service"), ("handover", "handovers"), ("iro", "IROs"))):
        click(next(b for b in window.pages["overview"].findChildren(QPushButton) if b.text() == "Export lists…"))
        dialog = window.findChildren(ExportDialog)[-1]
        if name:
            click(dialog.lists.by_key[name])
        click(dialog.export)
        settle(window, qtbot)
        assert window.status.read()["message"] == f"Written: small {chosen} 2026-11-23.xlsx."
        assert len(list((tmp_path / "documents").iterdir())) == number + 1


def test_names_are_left_out_unless_one_asks_for_them(
    dialog: ExportDialog, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, object]] = []

    def export(self: object, out: Path, list_: str, **more: object) -> tuple[Path]:
        asked.append(more)
        return (out,)

    monkeypatch.setattr(type(window.workspace), "export", export)
    click(dialog.export)
    settle(window, qtbot)
    assert asked[0]["names"] is False
    window.go_to("export", "b-carter")
    second = window.findChildren(ExportDialog)[-1]
    assert second.lists.value == "iro" and "B. Carter" in second.where.text()
    click(second.contents.by_key[True])
    click(second.export)
    settle(window, qtbot)
    assert asked[1] == {"names": True, "iro": "b-carter", "since": None, "day": DAY}


def test_a_date_is_asked_for_only_where_the_list_has_one(dialog: ExportDialog) -> None:
    assert not dialog.since.isEnabled() and not dialog.iro.isEnabled()
    click(dialog.lists.by_key["changes"])
    assert dialog.since.isEnabled() and dialog.since.day == DAY - timedelta(7)
    click(dialog.lists.by_key["iro"])
    assert dialog.iro.isEnabled() and not dialog.since.isEnabled()


def test_what_is_no_date_is_explained_in_the_dialog_and_nothing_is_written(
    dialog: ExportDialog, window: MainWindow, tmp_path: Path
) -> None:
    click(dialog.lists.by_key["changes"])
    dialog.since.setText("soon")
    click(dialog.export)
    assert dialog.notice.read().startswith("“soon” is not a date.")
    assert dialog.isVisible() and not window.jobs.busy
    assert not list((tmp_path / "documents").iterdir())


def test_a_file_that_cannot_be_written_is_explained_and_the_dialog_stays(
    dialog: ExportDialog, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "a file").write_text("not a folder")
    dialog.where.setText(str(tmp_path / "a file" / "list.xlsx"))
    click(dialog.export)
    settle(window, qtbot)
    assert dialog.notice.read() and dialog.isVisible() and dialog.export.isEnabled()
    dialog.where.setText("  ")
    click(dialog.export)
    assert dialog.notice.read().startswith("The file has no name.")


def test_the_file_is_called_after_the_list_until_one_names_it_oneself(dialog: ExportDialog, tmp_path: Path) -> None:
    click(dialog.formats.by_key["csv"])
    assert dialog.where.text().endswith("small whole service 2026-11-23.csv")
    dialog.where.selectAll()
    QTest.keyClicks(dialog.where, str(tmp_path / "mine.csv"))
    click(dialog.lists.by_key["waiting"])
    assert dialog.where.text() == str(tmp_path / "mine.csv")
    click(dialog.formats.by_key["xlsx"])
    assert dialog.where.text() == str(tmp_path / "mine.xlsx")


def test_a_list_of_the_same_day_does_not_replace_the_one_before(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "documents" / "small whole service 2026-11-23.xlsx").write_bytes(b"")
    window.go_to("export")
    dialog = window.findChildren(ExportDialog)[-1]
    assert dialog.where.text().endswith("small whole service 2026-11-23 (2).xlsx")
    dialog._place(str(tmp_path / "documents" / "small whole service 2026-11-23.xlsx"))
    assert "will be replaced" in dialog._there.text()


def test_where_to_is_chosen_in_a_dialog_and_its_ending_says_the_format(
    dialog: ExportDialog, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    click(next(b for b in dialog.findChildren(QPushButton) if b.text() == "Browse…"))
    files = dialog.findChild(QFileDialog)
    assert isinstance(files, QFileDialog)
    files.fileSelected.emit(str(tmp_path / "list.csv"))
    files.reject()
    assert dialog.formats.value == "csv"
    click(dialog.export)
    settle(window, qtbot)
    assert (tmp_path / "list.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_folder_of_what_was_written_can_be_opened(
    window: MainWindow, dialog: ExportDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: seen.append(url.toLocalFile()))
    click(dialog.export)
    settle(window, qtbot)
    assert window.status.read()["action"] == "Open folder"
    click(next(b for b in window.status.findChildren(QPushButton) if b.text() == "Open folder"))
    assert seen == [str(tmp_path / "documents")]
    open_folder(tmp_path / "x.csv")
    assert seen[-1] == str(tmp_path)


def test_several_files_are_counted() -> None:
    assert written_words((Path("a.csv"),)) == "Written: a.csv."
    assert written_words((Path("a.csv"), Path("b.csv"))) == "Written: 2 files, a.csv first."


def test_documents_are_a_folder_of_the_user() -> None:
    assert documents().is_absolute()


def test_what_the_list_itself_refuses_is_explained(
    window: MainWindow, dialog: ExportDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Explained("The list is too long.", "Make it shorter.")

    monkeypatch.setattr(type(window.workspace), "export", fail)
    click(dialog.export)
    settle(window, qtbot)
    assert dialog.notice.read() == "The list is too long. Make it shorter."
