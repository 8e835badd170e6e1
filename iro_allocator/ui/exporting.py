"""Export lists: which list, with names or references only, as what, where to; then it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from iro_allocator.errors import Explained
from iro_allocator.ui import style
from iro_allocator.ui.jobs import Job, Report, Stop
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.widgets.date_field import DateField
from iro_allocator.ui.widgets.notice import Notice
from iro_allocator.ui.widgets.panel import muted

if TYPE_CHECKING:
    from iro_allocator.workspace import Workspace, World

LISTS = {
    "service": "Whole service",
    "iro": "By IRO",
    "handover": "Handovers since",
    "changes": "Changes since",
    "waiting": "Children waiting for an IRO",
}
FORMATS = {"xlsx": "Workbook (XLSX)", "csv": "Text (CSV)"}
SINCE_DAYS = 7
"""A list is mostly made every week."""


class ExportDialog(QDialog):
    """Asks what to write and writes it. Stays, with the reason, when it cannot be written."""

    wants_job = Signal(object)
    written = Signal(tuple)
    """The files that were written."""

    def __init__(
        self,
        workspace: Workspace,
        world: World,
        parent: QWidget | None = None,
        *,
        iro: str | None = None,
        folder: Path | None = None,
    ) -> None:
        """`iro` begins with the list of that IRO; `folder` is where the file is to lie unless said otherwise."""
        super().__init__(parent)
        self.setWindowTitle("Export lists")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workspace, self._world = workspace, world
        self._folder = folder or documents()
        self._named = False
        self.lists = _Choice(LISTS, "iro" if iro else "service")
        self.formats = _Choice(FORMATS, "xlsx")
        self.contents = _Choice({False: "References only", True: "With children’s names"}, False)
        self.iro = QComboBox()
        self.iro.setAccessibleName("IRO")
        self.iro.addItem("Everybody, a sheet each", None)
        for load in world.loads.loads:
            self.iro.addItem(load.iro.name, load.iro.id)
        self.iro.setCurrentIndex(max(0, self.iro.findData(iro)))
        self.since = DateField(world.day - timedelta(SINCE_DAYS), "Since")
        self.since.setMaximumWidth(style.wide(18))
        self.where = QLineEdit()
        self.where.setAccessibleName("Where to")
        self.notice = Notice()
        self._there = muted(small=True)
        self._build()
        for choice in (self.lists, self.formats):
            choice.buttonClicked.connect(lambda _: self._fit())
        self.iro.activated.connect(lambda _: self._fit())
        self.where.textEdited.connect(self._name_by_hand)
        self._fit()

    # -- building ----------------------------------------------------------------------------------

    def _build(self) -> None:
        browse = QPushButton("Browse…")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export = buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        self.export.setProperty("primary", True)
        buttons.accepted.connect(self._write)
        buttons.rejected.connect(self.reject)
        lists = QGridLayout()
        lists.setHorizontalSpacing(2 * GAP)
        lists.setVerticalSpacing(GAP // 2)
        for row, (key, button) in enumerate(self.lists.by_key.items()):
            lists.addWidget(button, row, 0)
            if key == "iro":
                lists.addWidget(self.iro, row, 1)
        waiting = named(QLabel(f"{len(self._world.loads.waiting):,} today"), "small")
        lists.addWidget(waiting, len(LISTS) - 1, 1)
        lists.addWidget(self.since, 2, 1, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        lists.setColumnStretch(1, 1)
        place = QHBoxLayout()
        place.setSpacing(GAP)
        place.addWidget(self.where, 1)
        place.addWidget(browse)
        rows = QGridLayout()
        rows.setHorizontalSpacing(3 * GAP)
        rows.setVerticalSpacing(2 * GAP)
        for number, (title, layout) in enumerate(
            (
                ("List", lists),
                ("Contents", _beside(self.contents.buttons())),
                ("As", _beside(self.formats.buttons())),
                ("Where to", place),
            )
        ):
            label = QLabel(title)
            if layout is place:
                label.setBuddy(self.where)
            rows.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            rows.addLayout(layout, number, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(2 * GAP)
        whole.addWidget(named(QLabel("Export lists"), "heading"))
        whole.addLayout(rows)
        whole.addWidget(self._there)
        whole.addWidget(self.notice)
        whole.addWidget(buttons)
        # Only now that it stands in the dialog: before, Cancel would become the default, and Enter cancel.
        self.export.setDefault(True)
        self.setMinimumWidth(style.wide(74))

    # -- what is chosen ----------------------------------------------------------------------------

    def file_name(self) -> str:
        """A name that says which list of which day it is; never a child's."""
        chosen = self.lists.value
        what = {"service": "whole service", "iro": "IROs", "handover": "handovers"}.get(chosen, chosen)
        if chosen == "iro" and self.iro.currentData():
            what = self.iro.currentText()
        return re.sub(r'[<>:"/\\|?*]', " ", f"{self._world.name} {what} {self._world.day:%Y-%m-%d}")

    def _fit(self) -> None:
        """Only what the list asks for can be chosen; the file is called after what is in it."""
        chosen = self.lists.value
        self.iro.setEnabled(chosen == "iro")
        self.since.setEnabled(chosen in {"handover", "changes"})
        ending = f".{self.formats.value}"
        if self._named and self.where.text().strip():
            self.where.setText(str(Path(self.where.text()).with_suffix(ending)))
        else:
            self.where.setText(str(_free(self._folder / f"{self.file_name()}{ending}")))
        self._say_there()

    def _name_by_hand(self) -> None:
        self._named = True
        self._say_there()

    def _say_there(self) -> None:
        there = Path(self.where.text()).is_file()
        self._there.setText("There is such a file; it will be replaced." if there else "")
        self._there.setVisible(there)

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Where to", self.where.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(self.formats.value)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._place)
        dialog.open()

    def _place(self, path: str) -> None:
        ending = Path(path).suffix[1:].lower()
        if ending in FORMATS:
            self.formats.choose(ending)
        self.where.setText(path)
        self._named = True
        self._say_there()

    # -- writing -----------------------------------------------------------------------------------

    def _asked(self) -> tuple[Path, dict[str, Any]]:
        """The file and what goes into it; raises Explained for what cannot be."""
        said = self.where.text().strip()
        if not said:
            raise Explained("The file has no name.", "Say where to, or press Browse.")
        out = Path(said).expanduser()
        if out.suffix[1:].lower() != self.formats.value:
            out = out.with_name(f"{out.name}.{self.formats.value}")
        chosen = self.lists.value
        since = self.since.day if chosen in {"handover", "changes"} else None
        iro = self.iro.currentData() if chosen == "iro" else None
        return out, {"names": self.contents.value, "iro": iro, "since": since, "day": self._world.day}

    def _write(self) -> None:
        workspace, chosen = self._workspace, self.lists.value
        try:
            out, asked = self._asked()
        except Explained as error:
            self.notice.say(error)
            return

        def work(report: Report, stopped: Stop) -> tuple[Path, ...]:
            return workspace.export(out, chosen, **asked)

        def done(files: tuple[Path, ...]) -> None:
            self.accept()
            self.written.emit(files)

        def failed(error: Exception) -> None:
            self.export.setEnabled(True)
            if not isinstance(error, Explained):
                raise error
            self.notice.say(error)

        self.notice.say(None)
        self.export.setEnabled(False)
        self.wants_job.emit(Job("Writing the list", work, done, failed, database=True))


class _Choice(QButtonGroup):
    """One of several, each a click away."""

    def __init__(self, words: dict[Any, str], chosen: Any) -> None:
        super().__init__()
        self.by_key = {key: QRadioButton(said) for key, said in words.items()}
        for button in self.by_key.values():
            self.addButton(button)
        self.choose(chosen)

    def choose(self, key: Any) -> None:
        self.by_key[key].setChecked(True)

    @property
    def value(self) -> Any:
        return next(key for key, button in self.by_key.items() if button.isChecked())


def _beside(widgets: Iterable[QWidget]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(2 * GAP)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


def _free(path: Path) -> Path:
    """The path, with a number when there is such a file already."""
    found, number = path, 1
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return found


def documents() -> Path:
    """Where this computer's user keeps documents."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home())


def written_words(files: tuple[Path, ...]) -> str:
    """What was written, for the status line."""
    return f"Written: {files[0].name}." if len(files) == 1 else f"Written: {len(files)} files, {files[0].name} first."


def open_folder(file: Path) -> None:
    """Show the folder of a file in the system's own file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))
