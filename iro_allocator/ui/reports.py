"""Reports: lists, letters and the service report, looked at before they are saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from iro_allocator.errors import Explained
from iro_allocator.ui import exporting, style
from iro_allocator.ui.jobs import Job, Report, Stop
from iro_allocator.ui.letter_editor import LetterEditor
from iro_allocator.ui.page import Argument, Do, Page
from iro_allocator.ui.report_choices import FORMATS, LETTERS, LISTS, Choices
from iro_allocator.ui.style import GAP
from iro_allocator.ui.tables import Column, TableView, as_text
from iro_allocator.ui.widgets.notice import Notice
from iro_allocator.ui.widgets.page_view import PageView
from iro_allocator.ui.widgets.panel import Panel, muted

if TYPE_CHECKING:
    from iro_allocator.paper.pages import Pages
    from iro_allocator.workspace import Made, Table, World


class Reports(Page):
    """What to export at the left, what it will be at the right."""

    def __init__(self) -> None:
        super().__init__("Reports", "Lists, letters and figures to hand out, as they will be")
        self._named = False
        self._asked = 0
        self._made: Made | None = None
        self._written: tuple[Path, ...] = ()
        self.export = self.add_action("Export", self._write, primary=True, shortcut="Ctrl+Return")
        self.first = self.export
        self.choices = Choices()
        self.choices.changed.connect(self._on_changed)
        self.choices.wants_letter.connect(self._edit_letter)
        self.choices.wants_place.connect(self._browse)
        self.choices.where.textEdited.connect(self._name_by_hand)
        self.notice = Notice()
        self._there = muted(small=True)
        self.sheet = QComboBox()
        self.sheet.setAccessibleName("Sheet")
        self.sheet.activated.connect(lambda at: self._show_sheet(at))
        self.pages = PageView()
        self._tables = QWidget()
        self._table: TableView | None = None
        inside = QVBoxLayout(self._tables)
        inside.setContentsMargins(0, 0, 0, 0)
        self._facts = muted(small=True)
        inside.addWidget(self._facts)
        self._views = QStackedWidget()
        self._views.addWidget(self._tables)
        self._views.addWidget(self.pages)
        self._build()

    def _build(self) -> None:
        what = Panel()
        what.add(self.choices, 1)
        what.add(self._there)
        self._preview = Panel("Preview")
        self._preview.header.addWidget(self.sheet)
        self._preview.add(self.notice)
        self._preview.add(self._views, 1)
        self._beside = QHBoxLayout()
        self._beside.setSpacing(int(1.5 * GAP))
        self._beside.addWidget(what, 3)
        self._beside.addWidget(self._preview, 8)
        self.body.addLayout(self._beside, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """With large letters the preview stands below."""
        super().resizeEvent(event)
        beside = self.width() >= style.wide(110)
        directions = QHBoxLayout.Direction
        self._beside.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        self._preview.setMinimumHeight(0 if beside else 60 * GAP)

    # -- showing -----------------------------------------------------------------------------------

    def show_world(self, world: World) -> None:
        """Offer what this world has, and look at what is chosen."""
        super().show_world(world)
        self.choices.show_world(world)
        workspace = self.workspace
        if workspace is not None:
            work = lambda report, stopped: workspace.letter_steps()  # noqa: E731
            self.wants_job.emit(Job("Looking for letters", work, self.choices.show_steps, database=True))
        self._on_changed()

    def go_to(self, argument: Argument) -> None:
        """The list of an IRO by id, or `Do` with the name of a list."""
        if isinstance(argument, Do) and argument.verb in LISTS:
            self.choices.choose(argument.verb)
        elif isinstance(argument, str):
            self.choices.choose("iro", argument)

    def _on_changed(self) -> None:
        if not self._named:
            self._suggest_name()
        else:
            self._set_ending()
        self._say_there()
        self._look()

    def _look(self) -> None:
        """Make what is asked for, off the UI thread, and show it unless something else is asked for by then."""
        workspace, world = self.workspace, self.world
        if workspace is None or world is None:
            return
        self._asked += 1
        asked, kind, on_paper = self._asked, self.choices.lists.value, self.choices.formats.value == "pdf"
        try:
            wanted = self.choices.asked()
        except Explained as error:
            self._cannot(error)
            return

        def work(report: Report, stopped: Stop) -> tuple[Made, Pages | None] | None:
            if asked != self._asked:
                return None
            made = workspace.draft_export(kind, day=world.day, **wanted)
            return made, made.on_paper() if on_paper else None

        def done(found: tuple[Made, Pages | None] | None) -> None:
            if found and asked == self._asked:
                self._show(*found)
                self._tell()

        def failed(error: Exception) -> None:
            if not isinstance(error, Explained):
                raise error
            if asked == self._asked:
                self._cannot(error)
                self._tell()

        self.wants_job.emit(Job("Making the preview", work, done, failed, database=True))

    def _tell(self) -> None:
        """Say what was written, once nothing is under way that would take the sentence away again."""
        if files := self._written:
            self._written = ()
            self.wrote.emit(files)

    def _cannot(self, error: Explained) -> None:
        self.notice.say(error)
        self._made = None
        self._views.setVisible(False)
        self.sheet.setVisible(False)
        self.export.setEnabled(False)

    def _show(self, made: Made, pages: Pages | None) -> None:
        self.notice.say(None)
        self._made = made
        self.export.setEnabled(True)
        self._views.setVisible(True)
        self._preview.set_title(f"Preview · {made.title}")
        if made.columns:
            self.choices.show_columns(made.columns)
        if pages is not None:
            self._views.setCurrentWidget(self.pages)
            self.sheet.setVisible(False)
            self.pages.show_pages(pages)
            return
        self._views.setCurrentWidget(self._tables)
        self.sheet.clear()
        self.sheet.addItems([table.title for table in made.tables])
        self.sheet.setVisible(len(made.tables) > 1)
        self._show_sheet(0)

    def _show_sheet(self, at: int) -> None:
        if self._made is None:
            return
        table = self._made.tables[at]
        if self._table is not None:
            self._table.setParent(None)
            self._table.deleteLater()
        self._table = _view(table)
        layout = self._tables.layout()
        assert layout is not None
        layout.addWidget(self._table)
        totals = " · ".join(f"{label} {as_text(value)}" for label, value in table.totals.items())
        marking = table.about.get("Marking", "")
        self._facts.setText(" · ".join(part for part in (totals, marking, self._made.facts) if part))

    # -- where to ----------------------------------------------------------------------------------

    def _suggest_name(self) -> None:
        if self.world is None:
            return
        name = exporting.as_file_name(f"{self.world.name} {self.choices.what} {self.world.day:%Y-%m-%d}")
        ending = "" if self.choices.each else f".{self.choices.formats.value}"
        # Joined by hand: a name may hold a dot that is no ending.
        self.choices.where.setText(str(exporting.free(exporting.documents() / f"{name}{ending}")))

    def _set_ending(self) -> None:
        path = Path(self.choices.where.text().strip())
        if path.suffix[1:].lower() in FORMATS:
            path = path.with_suffix("")
        if path.name:
            ending = "" if self.choices.each else f".{self.choices.formats.value}"
            self.choices.where.setText(str(path.with_name(path.name + ending)))

    def _name_by_hand(self) -> None:
        self._named = bool(self.choices.where.text().strip())
        self._say_there()

    def _say_there(self) -> None:
        self.choices.where.setToolTip(self.choices.where.text())
        there = Path(self.choices.where.text()).is_file()
        self._there.setText("There is such a file; it will be replaced." if there else "")
        self._there.setVisible(there)

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Where to", self.choices.where.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        if not self.choices.each:
            dialog.setDefaultSuffix(self.choices.formats.value)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.place)
        dialog.open()

    def place(self, path: str) -> None:
        """Where to, as chosen in a dialog; a known ending chooses the format."""
        self.choices.where.setText(path)
        self._named = True
        ending = Path(path).suffix[1:].lower()
        button = self.choices.formats.by_key.get(ending)
        if button is not None and button.isEnabled() and not button.isChecked():
            button.click()
        self._say_there()

    # -- writing -----------------------------------------------------------------------------------

    def _out(self) -> Path:
        said = self.choices.where.text().strip()
        if not said:
            raise Explained("The file has no name.", "Say where to, or press Browse.")
        out, ending = Path(said).expanduser(), self.choices.formats.value
        return out if out.suffix[1:].lower() == ending else out.with_name(f"{out.name}.{ending}")

    def _write(self) -> None:
        workspace, world, kind = self.workspace, self.world, self.choices.lists.value
        if workspace is None or world is None:
            return
        try:
            out, asked = self._out(), self.choices.asked()
        except Explained as error:
            self.notice.say(error)
            return

        def work(report: Report, stopped: Stop) -> tuple[tuple[Path, ...], World]:
            return workspace.export(out, kind, day=world.day, **asked), workspace.world(world.day)

        def done(found: tuple[tuple[Path, ...], World]) -> None:
            files, after = found
            # What was exported is in the history now: every page is shown the service as it is.
            self._written = files
            look = lambda _: self._look()  # noqa: E731
            self.wants_job.emit(Job("Reading", lambda report, stopped: after, look, database=True, gives_world=True))

        def failed(error: Exception) -> None:
            self.export.setEnabled(True)
            if not isinstance(error, Explained):
                raise error
            self.notice.say(error)

        self.notice.say(None)
        self._named = False
        self.export.setEnabled(False)
        self.wants_job.emit(Job("Writing", work, done, failed, database=True))

    def _edit_letter(self) -> None:
        workspace, kind = self.workspace, self.choices.lists.value
        if workspace is None or kind not in LETTERS:
            return

        def show(letter: Any) -> None:
            editor = LetterEditor(workspace, letter, LISTS[kind], self)
            editor.wants_job.connect(self.wants_job)
            editor.kept.connect(self._look)
            editor.open()

        work = lambda report, stopped: workspace.letter(kind)  # noqa: E731
        self.wants_job.emit(Job("Reading the letter", work, show, database=True))

    def read(self) -> dict[str, Any]:
        """The page as plain data."""
        on_paper = self._views.currentWidget() is self.pages
        there = self._made is not None
        return super().read() | {
            "list": self.choices.lists.value,
            "where": self.choices.where.text(),
            "preview": self._preview.title,
            "sheets": [self.sheet.itemText(n) for n in range(self.sheet.count())],
            "table": self._table.read() if self._table and there and not on_paper else [],
            "pages": self.pages.read() if there and on_paper else {},
            "facts": self._facts.text(),
            "notice": self.notice.read(),
            "can export": self.export.isEnabled(),
        }


def _view(table: Table) -> TableView:
    """A sheet as it will be."""
    columns = tuple(
        _column(at, column.header, column.type == "number", column.decimals) for at, column in enumerate(table.columns)
    )
    return TableView(f"Preview of {table.title}", columns, table.rows, sortable=False, empty="Nobody.")


def _column(at: int, header: str, number: bool, decimals: int) -> Column:
    def said(value: Any) -> str:
        if isinstance(value, float):
            return f"{value:,.{decimals}f}"
        return "" if value in (None, "") else as_text(value)

    return Column(title=header, value=lambda row: row[at], align="right" if number else "left", format=said)
