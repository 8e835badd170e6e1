"""Written: what a person has typed over a record, told apart from what is on record; faults at their fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel, QWidget

from iro_allocator.errors import Explained
from iro_allocator.ui.widgets.form import Form

R = TypeVar("R")


class Written(QObject):
    """The forms of one record. What nobody has touched follows the record; what was typed stays.

    `wrong` is the label above the forms that says what is the matter.
    """

    changed = Signal()

    def __init__(self, forms: Sequence[Form], wrong: QLabel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._forms = tuple(forms)
        self._form_of = {key: form for form in forms for key in form.keys}
        self._wrong = wrong
        self._wrong.hide()
        self._record: dict[str, Any] = {}
        self._shown: dict[str, Any] = {}
        self._meanwhile: set[str] = set()
        for form in self._forms:
            form.changed.connect(self.changed)

    def show_record(self, values: Mapping[str, Any]) -> None:
        """Show a record's values; nothing counts as typed afterwards."""
        for key in self._form_of:
            self._put(key, values[key])
        self._meanwhile.clear()
        self._unmark()

    def follow(self, values: Mapping[str, Any]) -> None:
        """Show what has become of the record, but keep what was typed; says where both have changed."""
        for key in self._form_of:
            if not self._is_touched(key) or self._holds(key, values[key]):
                self._put(key, values[key])
            elif values[key] != self._record[key]:
                self._meanwhile.add(key)
                self._record[key] = values[key]
                self._shown[key] = _Other
        self._meanwhile &= {key for key in self._form_of if self._is_touched(key)}

    def _put(self, key: str, value: Any) -> None:
        form = self._form_of[key]
        form.show_values({key: value})
        self._record[key] = value
        self._shown[key] = form.value(key)  # as the field shows it, which may round

    def _is_touched(self, key: str) -> bool:
        return not self._holds(key, self._shown[key])

    def _holds(self, key: str, value: Any) -> bool:
        try:
            return bool(self._form_of[key].value(key) == value)
        except Explained:
            return False

    @property
    def touched(self) -> bool:
        """Whether anything stands there that is not on record."""
        return any(self._is_touched(key) for key in self._form_of)

    @property
    def typed(self) -> dict[str, Any]:
        """The values of what was typed; raises Explained, naming the field, for what cannot be read."""
        found = {}
        for key, form in self._form_of.items():
            try:
                value = form.value(key)
            except Explained as error:
                raise _AtField(key, f"{self._label(key)}: {error.message}", error.hint) from error
            if value != self._shown[key]:
                found[key] = value
        return found

    def check(self, make: Callable[[dict[str, Any]], R]) -> R | None:
        """What `make` makes of the typed values; None, said above the forms and at the field, when it cannot."""
        self._unmark()
        try:
            return make(self.typed)
        except _AtField as error:
            self._mark(error.key, error)
        except Explained as error:
            self._mark(self._culprit(make), error)
        return None

    def _culprit(self, make: Callable[[dict[str, Any]], R]) -> str:
        """The field that is refused on its own, else the last one without which the rest would do."""
        typed = self.typed
        alone = (key for key, value in typed.items() if not _can(make, {key: value}))
        without = (key for key in reversed(typed) if _can(make, {k: v for k, v in typed.items() if k != key}))
        return next(alone, next(without, ""))

    def refuse(self, key: str, error: Explained) -> None:
        """Say what is the matter with a field, and go there."""
        self._mark(key, error)
        self._form_of[key].field(key).setFocus()

    def say(self, words: str, *, bad: bool = False) -> None:
        """A sentence above the forms; "" takes it away."""
        self._wrong.setObjectName("bad" if bad else "muted")
        self._wrong.style().unpolish(self._wrong)
        self._wrong.style().polish(self._wrong)
        self._wrong.setText(words)
        self._wrong.setAccessibleName(words)
        self._wrong.setVisible(bool(words))

    @property
    def said(self) -> str:
        """The sentence above the forms."""
        return self._wrong.text()

    def _mark(self, key: str, error: Explained) -> None:
        self.say(str(error), bad=True)
        if key:
            _set_wrong(self._form_of[key].field(key), str(error))

    def _unmark(self) -> None:
        meanwhile = ", ".join(self._label(key) for key in self._form_of if key in self._meanwhile)
        self.say(f"Changed by somebody else meanwhile: {meanwhile}. Save keeps what you wrote." if meanwhile else "")
        for key, form in self._form_of.items():
            _set_wrong(form.field(key), "")

    def _label(self, key: str) -> str:
        return self._form_of[key].field(key).accessibleName()


def _can(make: Callable[[dict[str, Any]], object], typed: dict[str, Any]) -> bool:
    try:
        make(typed)
    except Explained:
        return False
    return True


class _Other:
    """Stands for a shown value that is no more: whatever is in the field has been typed."""


class _AtField(Explained):
    """A fault that is known to be in one field."""

    def __init__(self, key: str, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.key = key


def _set_wrong(field: QWidget, words: str) -> None:
    if bool(field.property("wrong")) == bool(words):
        return
    field.setProperty("wrong", bool(words))
    field.setAccessibleDescription(words)
    field.style().unpolish(field)
    field.style().polish(field)
