"""The versions of the settings that have been published, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from iro_allocator.domain import Settings
from iro_allocator.paper.pill import LEVEL, Pill
from iro_allocator.ui.tables import Column, TableView, as_text
from iro_allocator.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from iro_allocator.workspace import World


class Versions(Panel):
    """A table; `opened(settings)` on Enter or a double click."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__("Versions", "Open one to begin a draft from it.")
        self._world: World | None = None
        self.table = TableView(
            "Versions",
            (
                Column(title="Version", value=_name, tip=_name, stretch=True),
                Column(title="In force from", value=lambda settings: settings.start),
                Column(title="State", value=self._state, pill=self._pill),
            ),
            key=lambda settings: settings.id,
            sortable=False,
            empty="Nothing has been published yet: the usual figures are in force.",
        )
        self.table.opened.connect(self.opened)
        self.add(self.table, 1)

    def show_world(self, world: World) -> None:
        """Show the versions of this world."""
        self._world = world
        self.table.set_rows(sorted(world.snapshot.settings.values(), key=lambda settings: -settings.version))

    def _state(self, settings: Settings) -> str:
        world = self._world
        if world and settings.id == world.loads.settings.id:
            return "in force"
        return f"from {as_text(settings.start)}" if world and settings.start > world.day else "earlier"

    def _pill(self, settings: Settings) -> Pill:
        state = self._state(settings)
        return Pill(state, "good", LEVEL) if state == "in force" else Pill(state)


def _name(settings: Settings) -> str:
    return f"{settings.version} · {settings.name}"
