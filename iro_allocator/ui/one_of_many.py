"""A page with a table of all and, one at a time, the page of one, which keeps what was written until it is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from iro_allocator.ui.jobs import Job
from iro_allocator.ui.one import One
from iro_allocator.ui.page import Argument, Do, Only, Page
from iro_allocator.ui.tables import TableView
from iro_allocator.ui.widgets.panel import EmptyState, link, muted

if TYPE_CHECKING:
    from iro_allocator.workspace import Committed, World


class OneOfMany(Page):
    """Base of the pages of IROs and of children: `self.search`, `self.table`, the pages that are open.

    A subclass puts its table into `self.many` (a widget of the stack) and says which records there are.
    """

    def __init__(self, title: str, new_words: str, search_hint: str, empty: EmptyState) -> None:
        super().__init__(title)
        self._plain_title = title
        self._pages: dict[str, One] = {}
        self._one: One | None = None
        self._only: Only | None = None
        self._history: tuple[int, tuple[Committed, ...]] = (-1, ())
        self._asked = -1
        everything = f"All {title if title == 'IROs' else title.lower()}"
        self._back = self.add_action(everything, self.show_all, shortcut="Alt+Left", tip="Back to the table")
        self._discard = self.add_action("Discard", self._on_discard, tip="Forget what is not saved")
        self.search = QLineEdit(placeholderText=search_hint)
        self.search.setAccessibleName(f"Search {title}")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self._said = muted()
        self._said.setWordWrap(False)
        self._everybody = link("Show all", self._forget_only)
        self._stack = QStackedWidget()
        self._empty = empty
        self._stack.addWidget(empty)
        self.body.addWidget(self._stack, 1)
        self.table, self.many = self._make_many()
        self.table.opened.connect(lambda row: self.open_one(self.table.model_.key(row)) if row is not None else None)
        self._stack.addWidget(self.many)
        self._add_actions()
        self._save = self.add_action("Save", self._on_save, primary=True, tip="Save what is written (Ctrl+S)")
        self._new = self.add_action(new_words, self.begin_new, primary=True, shortcut="Ctrl+N")
        for keys, slot in (
            (QKeySequence(Qt.Key.Key_Escape), self._on_escape),
            (QKeySequence(QKeySequence.StandardKey.Find), self._on_find),
        ):
            shortcut = QShortcut(keys, self)
            shortcut.activated.connect(slot)
        self._filter()
        self._show_header()

    # What a subclass says

    def _make_many(self) -> tuple[TableView, QWidget]:
        """The table, and the widget it stands in."""
        raise NotImplementedError

    def _add_actions(self) -> None:
        """Buttons of the header between Discard and Save."""

    def _show_actions(self, one: One | None) -> None:
        """Show those buttons that fit the page of one, or the table."""

    def _records(self, world: World) -> Mapping[str, Any]:
        """All records by id."""
        raise NotImplementedError

    def _make_one(self, world: World, id: str | None) -> One:
        """The page of one record; None begins a new one."""
        raise NotImplementedError

    def _rows(self, world: World, unsaved: Sequence[str]) -> Sequence[Any]:
        """The rows of the table; those of `unsaved` are to be marked."""
        raise NotImplementedError

    def _passes(self, row: Any) -> bool:
        """Whether a row is to be shown while nothing but the search narrows the table."""
        raise NotImplementedError

    def _counts(self, world: World) -> str:
        """The line under the title of the table."""
        raise NotImplementedError

    # The world

    def show_world(self, world: World) -> None:
        """Show everything; open pages follow, what is written in them stays."""
        if self.world and self.world.where != world.where:
            self._forget_pages()
        super().show_world(world)
        there = self._records(world)
        for page in list(self._pages.values()):
            if not page.new and page.id not in there:
                self._drop(page)
            else:
                page.show_world(world)
        if self._one and self._one not in self._pages.values():
            self._one = None
        self._pages = {page.key: page for page in self._pages.values()}
        for page in list(self._pages.values()):
            if page is not self._one and not page.unsaved:
                self._drop(page)
        self._show_rows()
        self._show_header()
        self._look_back()

    def go_to(self, argument: Argument) -> None:
        """Open one by id, show only some, or begin a new one."""
        if isinstance(argument, str):
            self.open_one(argument)
        elif isinstance(argument, Only):
            self.show_only(argument)
        elif argument == Do("new"):
            self.begin_new()

    def show_only(self, only: Only) -> None:
        """Show just these in the table, and say why."""
        self._only = only
        self.search.clear()
        self.show_all()

    def _forget_only(self) -> None:
        self._only = None
        self._show_rows()

    def _filter(self) -> None:
        only = frozenset(self._only.ids) if self._only else None
        key = self.table.model_.key
        where = self._passes if only is None else (lambda row: key(row) in only)
        self.table.set_filter(self.search.text(), where)
        self._said.setText(self._only.words if self._only else "")
        for widget in (self._said, self._everybody):
            widget.setVisible(self._only is not None)
        self._show_header()

    def _show_rows(self) -> None:
        if self.world is None:
            return
        self.table.set_rows(self._rows(self.world, [page.id for page in self._pages.values() if page.unsaved]))
        self._filter()
        if self._one is None:
            self._stack.setCurrentWidget(self.many if self._records(self.world) else self._empty)

    # One

    def open_one(self, id: str) -> None:
        """Show a record's page, with what was written there before if it was not saved."""
        if self.world is None or id not in self._records(self.world):
            return
        if id not in self._pages:
            self._add_page(self._make_one(self.world, id))
        self._show_page(self._pages[id])

    def begin_new(self) -> None:
        """Show the form of a new record."""
        if self.world is None:
            return
        if "" not in self._pages:
            self._add_page(self._make_one(self.world, None))
        self._show_page(self._pages[""])

    def _add_page(self, page: One) -> None:
        page.wants_commit.connect(self.wants_commit)
        page.wants_job.connect(self.wants_job)
        page.wants_page.connect(self._on_wants_page)
        page.changed.connect(self._show_header)
        self._pages[page.key] = page
        self._stack.addWidget(page)

    def _on_wants_page(self, key: str, argument: object) -> None:
        if key == "":
            self.open_one(str(argument))
        else:
            self.wants_page.emit(key, argument)

    def _show_page(self, page: One) -> None:
        before, self._one = self._one, page
        if before and before is not page and not before.unsaved:
            self._drop(before)
        self._stack.setCurrentWidget(page)
        page.start()
        self._show_header()
        self._look_back()

    def show_all(self) -> None:
        """Back to the table; a page with something unsaved is kept, and marked there."""
        before, self._one = self._one, None
        if before and not before.unsaved:
            self._drop(before)
        self._show_rows()
        self._show_header()
        if before:
            self.table.choose(before.key)
            self.table.setFocus()

    def _drop(self, page: One) -> None:
        self._pages = {key: kept for key, kept in self._pages.items() if kept is not page}
        self._stack.removeWidget(page)
        page.deleteLater()

    def _forget_pages(self) -> None:
        self._one, self._only = None, None
        self._history, self._asked = (-1, ()), -1
        for page in list(self._pages.values()):
            self._drop(page)

    def _show_header(self) -> None:
        if not hasattr(self, "_new"):
            return
        one = self._one
        for button in (self._back, self._save):
            button.setVisible(one is not None)
        self._new.setVisible(one is None)
        self._discard.setVisible(one is not None and one.unsaved)
        self._save.setEnabled(one is not None and one.unsaved)
        self._show_actions(one)
        if one:
            self.set_heading(one.title, one.subtitle)
        elif self.world:
            unsaved = sum(page.unsaved for page in self._pages.values())
            said = self._counts(self.world) + (f" · {unsaved} with unsaved changes" if unsaved else "")
            self.set_heading(self._plain_title, said)

    def _on_save(self) -> None:
        if self._one:
            self._one.save()

    def _on_discard(self) -> None:
        if self._one:
            self._one.discard()
            if self._one.new:
                self.show_all()

    def _on_escape(self) -> None:
        if self._one:
            self.show_all()
        elif self._only:
            self._forget_only()
        else:
            self.search.clear()

    def _on_find(self) -> None:
        if self._one:
            self.show_all()
        self.search.setFocus()
        self.search.selectAll()

    def _look_back(self) -> None:
        """Have the history read when a page is open, once for each state of the service."""
        if self._one is None or self.world is None or self._one.new:
            return
        revision, history = self._history
        now, workspace = self.world.snapshot.revision, self.workspace
        if revision == now:
            self._one.show_history(history)
        elif workspace and self._asked != now:
            self._asked = now

            def done(found: tuple[Committed, ...]) -> None:
                self._history = (now, found)
                if self._one and not self._one.new:
                    self._one.show_history(found)

            work = lambda report, stopped: workspace.history()  # noqa: E731
            self.wants_job.emit(Job("Reading the history", work, done, database=True))

    def read(self) -> dict[str, Any]:
        """The page as plain data."""
        one = {"one": self._one.read()} if self._one else {}
        return {**super().read(), "rows": self.table.read(), "only": self._said.text(), **one}
