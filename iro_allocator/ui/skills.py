"""A row of a form for skills: words with commas between them, completed from the skills there are."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit

from iro_allocator.domain import Snapshot
from iro_allocator.ui.widgets.form import Form


def add_skills(form: Form, key: str, label: str, snapshot: Snapshot) -> QLineEdit:
    """Add the row; its value is the skills in small letters, in order."""
    known = {skill for iro in snapshot.iro.values() for skill in iro.skills}
    known |= {skill for case in snapshot.case.values() for skill in (*case.requires, *case.prefers)}
    field = QLineEdit(placeholderText="with commas between them")
    finder = LastWord(sorted(known), field)
    finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    field.setCompleter(finder)
    field.textEdited.connect(form.changed)
    finder.activated.connect(lambda _: form.changed.emit())

    def skills() -> tuple[str, ...]:
        return tuple(sorted({word.strip().lower() for word in field.text().split(",")} - {""}))

    form.add_field(key, label, field, skills, lambda new: field.setText(", ".join(new)))
    return field


class LastWord(QCompleter):
    """Completes the last of several words with commas between."""

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """The words before, and the one that was picked."""
        field = self.widget()
        before = field.text().rpartition(",")[0].strip() if isinstance(field, QLineEdit) else ""
        word = str(index.data())
        return f"{before}, {word}" if before else word

    def splitPath(self, path: str) -> list[str]:
        """The word that is being typed."""
        return [path.rpartition(",")[2].strip()]
