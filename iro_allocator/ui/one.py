"""One: the page of one record, an IRO or a child, which keeps what was written until it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from iro_allocator.domain import Place
from iro_allocator.ui.jobs import Job
from iro_allocator.ui.widgets.postcode_field import PostcodeField

if TYPE_CHECKING:
    from iro_allocator.workspace import Committed, Workspace, World

UNSAVED = "●\u00a0unsaved\u00a0changes"
"""What marks a record with something unsaved."""


class One(QWidget):
    """The page of one record, by `id`; `new` until it is on record."""

    changed = Signal()
    """What is written has changed, or what the record is called."""

    wants_commit = Signal(object)
    wants_job = Signal(object)
    wants_page = Signal(str, object)

    def __init__(self, world: World, id: str | None, workspace: Workspace | None) -> None:
        super().__init__()
        self.world = world
        self.workspace = workspace
        self.id = id or ""
        self.new = id is None
        save = QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self)
        save.activated.connect(self.save)

    def look_up_for(self, field: PostcodeField, beside: Sequence[PostcodeField] = ()) -> None:
        """Have the places looked up that a field asks for, and those of the fields beside it.

        A distance between them then waits for nothing.
        """
        field.asks.connect(
            lambda postcode: self._look_up(field, postcode, [other.postcode for other in beside if other.postcode])
        )

    def _look_up(self, field: PostcodeField, postcode: str, others: Sequence[str]) -> None:
        workspace = self.workspace
        if workspace is None:
            return

        def found(places: dict[str, tuple[str, Place | None]]) -> None:
            field.found(postcode, *places[postcode])

        work = lambda report, stopped: workspace.find_places([postcode, *others])  # noqa: E731
        self.wants_job.emit(Job("Looking up the postcode", work, found))

    @property
    def key(self) -> str:
        """What tells this page from the others; "" for one that is new."""
        return "" if self.new else self.id

    @property
    def title(self) -> str:
        """What the record is called."""
        raise NotImplementedError

    @property
    def subtitle(self) -> str:
        """What is to be known of it at once."""
        raise NotImplementedError

    @property
    def unsaved(self) -> bool:
        """Whether anything here is not on record."""
        raise NotImplementedError

    def show_world(self, world: World) -> None:
        """Show what has changed; what was written and not saved stays."""
        raise NotImplementedError

    def show_history(self, history: Sequence[Committed]) -> None:
        """Show what the history says about this record."""
        raise NotImplementedError

    def start(self) -> None:
        """Put the focus where one begins to write."""
        raise NotImplementedError

    def save(self) -> None:
        """Save everything written, as one step."""
        raise NotImplementedError

    def discard(self) -> None:
        """Forget what was written and show the record."""
        raise NotImplementedError

    def read(self) -> dict[str, Any]:
        """The page as plain data."""
        raise NotImplementedError
