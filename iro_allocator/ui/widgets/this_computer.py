"""How the window looks on this computer, and how the file is kept."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSpinBox, QVBoxLayout, QWidget

from iro_allocator.ui import style
from iro_allocator.ui.style import APPEARANCES, GAP, Appearance
from iro_allocator.ui.tables import as_text
from iro_allocator.ui.widgets.form import Form
from iro_allocator.ui.widgets.panel import Panel, muted

if TYPE_CHECKING:
    from iro_allocator.ui.preferences import Preferences
    from iro_allocator.workspace import World


@runtime_checkable
class Looks(Protocol):
    """A window whose look can be changed."""

    preferences: Preferences

    def change_look(self, *, appearance: Appearance | None = None, points: int | None = None) -> None:
        """Another appearance or size of letters, at once and from now on."""


class ThisComputer(QWidget):
    """Appearance and size of letters take effect at once; they are nobody else's."""

    def __init__(self) -> None:
        super().__init__()
        looks = QWidget()
        row = QHBoxLayout(looks)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GAP)
        self._group = QButtonGroup(self)
        self.looks: dict[Appearance, QRadioButton] = {}
        for key, words in APPEARANCES.items():
            button = QRadioButton(words)
            button.clicked.connect(lambda _, key=key: self._change(appearance=key))
            self._group.addButton(button)
            row.addWidget(button)
            self.looks[key] = button
        row.addStretch(1)
        self.points = QSpinBox()
        self.points.setRange(style.SMALLEST_FONT, style.LARGEST_FONT)
        self.points.setSuffix(" points")
        self.points.lineEdit().setTextMargins(GAP, 0, 0, 0)  # where the style sheet's padding does not reach
        self.points.setMaximumWidth(style.wide(16))
        self.points.valueChanged.connect(lambda points: self._change(points=points))
        form = Form()
        form.add_row("Appearance", looks)
        form.add_row("Size of the letters", self.points)
        appearance = Panel("Appearance", "On this computer, at once.")
        appearance.add(form)
        self._kept = muted()
        kept = Panel("How the file is kept")
        kept.add(self._kept)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(int(1.5 * GAP))
        whole.addWidget(appearance)
        whole.addWidget(kept)
        whole.addStretch(1)

    def show_world(self, world: World) -> None:
        """Show how the file is kept, and the look that is in force."""
        self._kept.setText("\n".join(kept_words(world)))
        window = self.window()
        if isinstance(window, Looks):
            self.looks[window.preferences.appearance].setChecked(True)
            self.points.blockSignals(True)
            self.points.setValue(window.preferences.points)
            self.points.blockSignals(False)

    def _change(self, *, appearance: Appearance | None = None, points: int | None = None) -> None:
        window = self.window()
        if isinstance(window, Looks):
            window.change_look(appearance=appearance, points=points)

    def read(self) -> dict[str, Any]:
        """What is chosen, and how the file is kept."""
        chosen = next((words for key, words in APPEARANCES.items() if self.looks[key].isChecked()), "")
        return {"appearance": chosen, "points": self.points.value(), "kept": self._kept.text()}


def kept_words(world: World) -> list[str]:
    """Where the service is, whether it is encrypted, when it was last backed up."""
    if world.shared:
        return [f"A shared service: {world.name}.", "The database keeps the backups and the rights of access."]
    said = [f"File: {world.where}"]
    if world.sample:
        return [*said, "The made-up sample: not encrypted, not backed up."]
    said.append("Encrypted with a passphrase." if world.encrypted else "Not encrypted.")
    if world.last_backup is None:
        return [*said, "Last backup: none yet."]
    local = world.last_backup.astimezone()
    when = f"today, {local:%H:%M}" if local.date() == date.today() else as_text(local)
    return [*said, f"Last backup: {when}."]
