"""The program: makes the application and its window, and opens what the person asks for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog

from iro_allocator.ui import style
from iro_allocator.ui.jobs import Job, Report, Stop
from iro_allocator.ui.main_window import MainWindow
from iro_allocator.ui.preferences import NAME, Preferences, data_folder
from iro_allocator.ui.widgets import messages
from iro_allocator.ui.widgets.passphrase import AskPassphrase, NewPassphrase
from iro_allocator.ui.widgets.start import StartDialog

if TYPE_CHECKING:
    from iro_allocator.workspace import Workspace, World

SERVICE_FILES = "Service files (*.iro)"
SHEETS = "Spreadsheets and returns (*.xlsx *.csv *.xml)"
SAMPLE = "Sample service.iro"


class Opening(QObject):
    """Opens, makes and connects to services for a window. Everything slow happens off the UI thread."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.wants_new.connect(self.ask_new)
        window.wants_open.connect(self.ask_file)
        window.wants_sample.connect(self.open_sample)

    def begin(self, path: Path | str | None, *, sample: bool = False) -> None:
        """Open what was named, else what was open last, else the sample if it was asked for, else ask."""
        if path is not None:
            self.open(str(path))
        elif last := self._window.preferences.last_file:
            self.open(last)
        elif sample:
            self.open_sample()
        else:
            self.show_start()

    def show_start(self) -> None:
        """The four ways to begin."""
        start = StartDialog(self._window)
        start.wants_sample.connect(self.open_sample)
        start.wants_spreadsheet.connect(self.ask_spreadsheet)
        start.wants_file.connect(self.ask_file)
        start.wants_shared.connect(self.open)
        start.open()

    def open(self, where: str, passphrase: str | None = None, dialog: AskPassphrase | None = None) -> None:
        """Open a file or a shared service; asks for the passphrase when there must be one."""

        def work(report: Report, stopped: Stop) -> tuple[Workspace, World]:
            from iro_allocator.workspace import Workspace

            workspace = Workspace.open(where, passphrase=passphrase)
            return workspace, workspace.world()

        def done(found: tuple[Workspace, World]) -> None:
            if dialog:
                dialog.accept()
            self._window.open_workspace(*found, passphrase)

        def failed(error: Exception) -> None:
            from iro_allocator.workspace import PassphraseNeeded, WrongPassphrase

            if isinstance(error, PassphraseNeeded) and dialog is None:
                self._ask_passphrase(where)
            elif dialog and isinstance(error, PassphraseNeeded | WrongPassphrase):
                dialog.say_wrong(str(error))
            else:
                if dialog:
                    dialog.reject()
                self._window.show_error(error)
                self._start_again()

        self._window.run_job(Job(f"Opening {_name(where)}", work, done, failed, database=True))

    def _ask_passphrase(self, where: str) -> None:
        dialog = AskPassphrase(_name(where), self._window)
        dialog.given.connect(lambda passphrase: self.open(where, passphrase, dialog))
        dialog.rejected.connect(self._start_again)
        dialog.open()

    def _start_again(self) -> None:
        if self._window.world is None:
            self.show_start()

    def open_sample(self) -> None:
        """The made-up service: made when it is not there yet."""
        where = data_folder() / SAMPLE

        def work(report: Report, stopped: Stop) -> tuple[Workspace, World]:
            from iro_allocator.workspace import Workspace, make_sample

            workspace = Workspace.open(where) if where.exists() else make_sample(where)
            return workspace, workspace.world()

        self._window.run_job(
            Job("Opening the sample service", work, lambda found: self._window.open_workspace(*found), database=True)
        )

    def ask_file(self) -> None:
        """Ask which file to open."""
        self._ask_path("Open a service", SERVICE_FILES, self.open)

    def ask_new(self, then: str | None = None) -> None:
        """Ask where a new service file is to lie, then for its passphrase; `then` is a sheet to import."""

        def named(path: str) -> None:
            where = Path(path).with_suffix(".iro")
            dialog = NewPassphrase(where.name, self._window)
            dialog.given.connect(lambda passphrase: self.create(where, passphrase, then))
            dialog.rejected.connect(self._start_again)
            dialog.open()

        self._ask_path("A new service", SERVICE_FILES, named, new="service.iro")

    def ask_spreadsheet(self) -> None:
        """Ask for the spreadsheet to begin with, then for the new file."""
        self._ask_path("Start from a spreadsheet", SHEETS, self.ask_new, folder=Path.home())

    def create(self, where: Path, passphrase: str, then: str | None = None) -> None:
        """Make a new, empty, encrypted service; then go and import a spreadsheet, if one was named."""

        def work(report: Report, stopped: Stop) -> tuple[Workspace, World]:
            from iro_allocator.workspace import Workspace

            workspace = Workspace.create(where, passphrase=passphrase)
            return workspace, workspace.world()

        def done(found: tuple[Workspace, World]) -> None:
            self._window.open_workspace(*found, passphrase)
            self._window.go_to("importing", then)

        def failed(error: Exception) -> None:
            self._window.show_error(error)
            self._start_again()

        self._window.run_job(Job(f"Making {where.name}", work, done, failed, database=True))

    def _ask_path(
        self,
        title: str,
        kind: str,
        then: Callable[[str], object],
        *,
        new: str = "",
        folder: Path | None = None,
    ) -> None:
        dialog = QFileDialog(self._window, title, str((folder or data_folder()) / new), kind)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile if new else QFileDialog.FileMode.ExistingFile)
        if new:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix("iro")
        dialog.fileSelected.connect(then)
        dialog.rejected.connect(self._start_again)
        dialog.open()


def _name(where: str) -> str:
    """What a place is called without saying where it is, or with which password."""
    return "the shared service" if where.startswith("postgresql") else Path(where).name


def make_window(app: QApplication, preferences: Preferences) -> MainWindow:
    """A window in the preferred appearance, with nothing open yet."""
    app.setApplicationName(NAME)
    app.setWindowIcon(style.icon("app", "", 64))
    style.apply(app, preferences.appearance, preferences.points)
    window = MainWindow(preferences)
    QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _: window.change_look())
    return window


def run(path: Path | str | None = None, *, sample: bool = False) -> int:
    """Show the window at once, open a service when it stands, and give the exit code at the end.

    `sample`: where nothing was named or open before, the made-up service rather than a question.
    """
    there = QApplication.instance()
    app = there if isinstance(there, QApplication) else QApplication(sys.argv[:1])
    window = make_window(app, Preferences())
    messages.install(window)
    opening = Opening(window)
    window.begin()
    QTimer.singleShot(0, lambda: opening.begin(path, sample=sample))
    return app.exec()
