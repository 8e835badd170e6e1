"""Import: choose files, look at what they would change, correct how they were understood, take them in one step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from iro_allocator import resource
from iro_allocator.errors import Explained, Stale
from iro_allocator.ui.drafted import counted, recognised, taken_words, title
from iro_allocator.ui.jobs import Job, Report, Stop
from iro_allocator.ui.page import Argument, Do, Only, Page
from iro_allocator.ui.style import GAP
from iro_allocator.ui.widgets.draft_view import DraftView
from iro_allocator.ui.widgets.notice import Notice
from iro_allocator.ui.widgets.panel import EmptyState, Panel, link, muted

if TYPE_CHECKING:
    from iro_allocator.workspace import Draft, World

KINDS = "Spreadsheets and returns (*.xlsx *.csv *.xml)"
TEMPLATES = {
    "children.xlsx": "Children (XLSX)",
    "iros.xlsx": "IROs (XLSX)",
    "children.csv": "Children (CSV)",
    "iros.csv": "IROs (CSV)",
}
UNDERSTOOD = (
    "Spreadsheets (XLSX, CSV) of any layout: a row for each child or family, for each IRO, or both; columns may have "
    "any names. And statutory files: SSDA903, Annex A, the CIN census, the Standard Safeguarding Dataset; several at "
    "once are matched by the child’s reference.\n"
    "You see how everything was understood, and correct it. Nothing is changed until you take it."
)
WEEKLY = (
    "Every week: export the same lists again and drop them here. What is new, has changed, has moved placement or has "
    "ended is shown first; families, pins, barred IROs and weights of your own stay as they are."
)


class Importing(Page):
    """One import at a time, drawn up as a draft.

    The draft stays while other pages are shown; when the service has changed meanwhile it is drawn up anew.
    """

    def __init__(self) -> None:
        super().__init__("Import")
        self.draft: Draft | None = None
        self._paths: tuple[Path, ...] = ()
        self._mapping: dict[str, str] = {}
        self._end_missing = False
        self._revision = 0
        self._asked = 0
        self._taking = False
        self._discard = self.add_action("Discard", self._put_away, tip="Leave this import; nothing is changed")
        self._other = self.add_action("Other file…", self.ask_files)
        self._take = self.add_action("Take", self._take_draft, primary=True)
        self.notice = Notice()
        self._empty = self._empty_panel()
        self.view = DraftView()
        self.view.corrected.connect(self._correct)
        self.view.chose_end.connect(lambda end: self._begin(end_missing=end))
        for widget, stretch in ((self.notice, 0), (self._empty, 1), (self.view, 1)):
            self.body.addWidget(widget, stretch)
        self._show_draft()

    def _empty_panel(self) -> Panel:
        panel = Panel()
        panel.body.addStretch(2)
        empty = EmptyState(
            "Choose files, or drop them anywhere on the window", UNDERSTOOD, "Choose files…", self.ask_files
        )
        panel.add(empty)
        panel.body.addLayout(_in_the_middle(link("Choose a folder…", self.ask_folder)))
        panel.body.addSpacing(2 * GAP)
        weekly = muted(WEEKLY)
        weekly.setAlignment(Qt.AlignmentFlag.AlignCenter)
        panel.add(weekly)
        panel.body.addSpacing(2 * GAP)
        words = muted("Blank sheets to fill in:")
        words.setWordWrap(False)
        panel.body.addLayout(_in_the_middle(words, *(self._template(name) for name in TEMPLATES)))
        families = link("Find families…", lambda: self.wants_page.emit("children", Do("families")))
        alone = muted("Lists without families?")
        alone.setWordWrap(False)
        panel.body.addLayout(_in_the_middle(alone, families))
        panel.body.addStretch(3)
        return panel

    def _template(self, name: str) -> QWidget:
        button = link(TEMPLATES[name], lambda: self._ask_copy(name))
        button.setAccessibleName(f"Save a copy of the blank sheet {name}")
        return button

    # -- showing -----------------------------------------------------------------------------------

    def show_world(self, world: World) -> None:
        """Remember the world; a draft of an older one is drawn up anew."""
        super().show_world(world)
        from iro_allocator.workspace import column_meanings

        settings = world.loads.settings
        self.view.show_meanings({holds: column_meanings(settings, holds) for holds in ("children", "iros")})
        if self.draft and not self._taking and world.snapshot.revision != self._revision:
            self._begin()

    def go_to(self, argument: Argument) -> None:
        """Draw up the import of the file at a path, or of several: what was dropped on the window."""
        if isinstance(argument, str):
            self.open_files((Path(argument),))
        elif isinstance(argument, Only):
            self.open_files([Path(path) for path in argument.ids])

    def _show_draft(self) -> None:
        draft = self.draft
        for widget in (self.view, self._other, self._take, self._discard):
            widget.setVisible(draft is not None)
        self._empty.setVisible(draft is None)
        if draft is None:
            self.set_heading("Import", "Take in spreadsheets of children and IROs, and statutory returns")
            self._subtitle.setToolTip("")
            return
        self.set_heading(title([path.name for path in self._paths]), recognised(draft))
        self._subtitle.setToolTip("\n".join(draft.recognised))
        self.view.show_draft(draft)
        self._take.setText(f"Take {counted(draft.rows, 'row', 'rows')}" if draft.step else "Nothing to take")
        self._take.setEnabled(bool(draft.step))

    # -- drawing up --------------------------------------------------------------------------------

    def ask_files(self) -> None:
        """Ask which files to import."""
        dialog = QFileDialog(self, "Import", str(self._paths[0].parent if self._paths else Path.home()), KINDS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda files: self.open_files([Path(file) for file in files]))
        dialog.open()

    def ask_folder(self) -> None:
        """Ask for a folder of files to import together."""
        folder = str(self._paths[0].parent if self._paths else Path.home())
        dialog = QFileDialog(self, "Import a folder", folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self.open_files([Path(folder)]))
        dialog.open()

    def open_files(self, paths: Sequence[Path]) -> None:
        """Draw up the import of these files, their columns understood afresh."""
        self._begin(tuple(paths), {}, end_missing=False)

    def _begin(
        self,
        paths: tuple[Path, ...] | None = None,
        mapping: dict[str, str] | None = None,
        *,
        end_missing: bool | None = None,
        after: Explained | None = None,
    ) -> None:
        """Draw up again with what is given; what was there stays when that cannot be done.

        `after` is an error that made it necessary, shown meanwhile and then.
        """
        workspace, world = self.workspace, self.world
        if workspace is None or world is None:
            return
        files = self._paths if paths is None else paths
        means = self._mapping if mapping is None else mapping
        ended = self._end_missing if end_missing is None else end_missing
        self._asked += 1
        asked = self._asked

        def work(report: Report, stopped: Stop) -> Draft:
            return workspace.draft_import(files, means, end_missing=ended, progress=report, stop=stopped)

        def done(draft: Draft) -> None:
            if asked == self._asked:
                self._paths, self._mapping, self._end_missing, self.draft = files, means, ended, draft
                self._revision = world.snapshot.revision
                self._show_draft()

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self._show_draft()
                self._explain(error)

        self.notice.say(after)
        title = f"Reading {files[0].name}"
        self.wants_job.emit(Job(title, work, done, failed, stop_words="Stop", database=True))

    def _explain(self, error: Exception) -> None:
        if not isinstance(error, Explained):
            raise error
        self.notice.say(error)

    def _correct(self, source: Any, column: Any, meaning: str) -> None:
        """A column means something else: another one of the sheet that was said to mean this gives way."""
        others = {other.address for other in source.columns if other is not column}
        kept = {at: said for at, said in self._mapping.items() if at not in others or not meaning or said != meaning}
        self._begin(mapping={**kept, column.address: meaning})

    # -- taking ------------------------------------------------------------------------------------

    def _take_draft(self) -> None:
        workspace, draft = self.workspace, self.draft
        if workspace is None or draft is None or not draft.step or self._taking:
            return

        def work(report: Report, stopped: Stop) -> World:
            return workspace.take(draft, progress=report, stop=stopped)

        def done(world: World) -> None:
            self._taking = False
            self._put_away()
            self.message.emit(f"{taken_words(draft)} Ctrl+Z takes it back.")

        def failed(error: Exception) -> None:
            self._taking = False
            if isinstance(error, Stale):
                self._begin(after=error)
            else:
                self._show_draft()
                self._explain(error)

        self._taking = True
        self._take.setEnabled(False)
        self.notice.say(None)
        job = Job("Taking the rows", work, done, failed, stop_words="Stop", database=True, gives_world=True)
        self.wants_job.emit(job)

    def _put_away(self) -> None:
        self._asked += 1
        self.draft, self._mapping, self._end_missing = None, {}, False
        self.notice.say(None)
        self.view.search.clear()
        self._show_draft()

    # -- blank sheets ------------------------------------------------------------------------------

    def _ask_copy(self, name: str) -> None:
        dialog = QFileDialog(self, "Save a copy of the blank sheet", str(Path.home() / name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(Path(name).suffix[1:])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: self._copy(name, Path(file)))
        dialog.open()

    def _copy(self, name: str, out: Path) -> None:
        try:
            out.write_bytes(resource.path(f"templates/{name}").read_bytes())
        except OSError as fault:
            said = f"{out.name} cannot be written: {fault.strerror or fault}."
            self.notice.say(Explained(said, "Choose another folder, or close the file where it is open."))
        else:
            self.notice.say(None)
            self.message.emit(f"Saved: {out.name}, in {out.parent}. Fill it in, then import it.")

    def read(self) -> dict[str, Any]:
        """The page as plain data."""
        shown = super().read() | {"notice": self.notice.read(), "empty": self.draft is None}
        return shown | ({} if self.draft is None else {**self.view.read(), "take": self._take.text()})


def _in_the_middle(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GAP)
    row.addStretch(1)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
