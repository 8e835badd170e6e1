"""A form: labelled fields below one another, read and set as a dict of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)

from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.widgets.date_field import DateField


class Form(QWidget):
    """Fields by key; `changed()` at every edit by the person. Labels are buddies, so fields have names."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._fields: dict[str, QWidget] = {}
        self._get: dict[str, Callable[[], Any]] = {}
        self._set: dict[str, Callable[[Any], object]] = {}
        self._rows = QFormLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(2 * GAP)
        self._rows.setVerticalSpacing(GAP)
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)

    def add_text(self, key: str, label: str, value: str = "", *, hint: str = "") -> QLineEdit:
        """A line of text; `hint` stands in it while it is empty."""
        field = QLineEdit(value)
        field.setPlaceholderText(hint)
        field.textEdited.connect(self.changed)

        def put(new: str | None) -> None:
            if field.text() != (new or ""):
                field.setText(new or "")
                field.setCursorPosition(0)  # what is too long is seen from its beginning

        self._add(key, label, field, lambda: field.text().strip(), put)
        return field

    def add_words(self, key: str, label: str, value: str = "", *, hint: str = "") -> QPlainTextEdit:
        """Several lines of text."""
        field = QPlainTextEdit(value)
        field.setPlaceholderText(hint)
        field.setTabChangesFocus(True)
        field.setMaximumHeight(10 * GAP)
        field.textChanged.connect(self.changed)
        self._add(key, label, field, lambda: field.toPlainText().strip(), lambda new: field.setPlainText(new or ""))
        return field

    def add_number(
        self,
        key: str,
        label: str,
        value: float = 0.0,
        *,
        low: float = 0.0,
        high: float = 999.0,
        step: float = 1.0,
        decimals: int = 2,
        suffix: str = "",
        empty: str = "",
    ) -> QDoubleSpinBox:
        """A number; with `empty` ("as the service") the lowest value stands for None."""
        field = QDoubleSpinBox()
        field.setDecimals(decimals)
        field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        field.setRange(low - step if empty else low, high)
        field.setSingleStep(step)
        field.setSuffix(suffix)
        field.setSpecialValueText(empty)
        field.lineEdit().setTextMargins(GAP, 0, 0, 0)  # where the style sheet's padding does not reach
        field.valueChanged.connect(self.changed)

        def get() -> float | None:
            return None if empty and field.value() < low else round(field.value(), decimals)

        self._add(key, label, field, get, lambda new: field.setValue(field.minimum() if new is None else new))
        self._set[key](value)
        return field

    def add_choice(
        self,
        key: str,
        label: str,
        choices: Sequence[tuple[Any, str]],
        value: Any = None,
        *,
        editable: bool = False,
    ) -> QComboBox:
        """One of (value, words); `editable` lets a person find one by typing part of its words."""
        field = QComboBox()
        field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for each, words in choices:
            field.addItem(words, each)
        if editable:
            field.setEditable(True)
            field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            finder = QCompleter(field.model(), field)
            finder.setFilterMode(Qt.MatchFlag.MatchContains)
            finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            field.setCompleter(finder)
        field.currentIndexChanged.connect(self.changed)

        def get() -> Any:
            return field.currentData() if not editable or field.findText(field.currentText()) >= 0 else None

        self._add(key, label, field, get, lambda new: field.setCurrentIndex(max(0, field.findData(new))))
        if value is not None:
            self._set[key](value)
        return field

    def add_date(self, key: str, label: str, value: date | None = None) -> DateField:
        """A day, or none; reading it raises Explained for what is no day."""
        field = DateField(value)
        field.changed.connect(self.changed)
        self._add(key, label, field, lambda: field.day, field.show_day)
        return field

    def add_check(self, key: str, label: str, value: bool = False, *, words: str = "") -> QCheckBox:
        """Yes or no; `words` stand beside the box."""
        field = QCheckBox(words or "Yes")
        field.setChecked(value)
        field.toggled.connect(self.changed)
        self._add(key, label, field, field.isChecked, lambda new: field.setChecked(bool(new)))
        field.setAccessibleName(f"{label}: {words}" if words else label)
        return field

    def add_row(self, label: str, widget: QWidget) -> None:
        """Anything else beside a label; it is not among the values."""
        name = QLabel(label)
        name.setBuddy(widget)
        if not widget.accessibleName():
            widget.setAccessibleName(label)
        self._rows.addRow(name, widget)

    def add_note(self, words: str) -> QLabel:
        """A line of explanation across the form."""
        note = named(QLabel(words, wordWrap=True), "small")
        self._rows.addRow(note)
        return note

    def _add(self, key: str, label: str, field: QWidget, get: Callable[[], Any], put: Callable[[Any], object]) -> None:
        self._fields[key], self._get[key], self._set[key] = field, get, put
        field.setAccessibleName(label)
        self.add_row(label, field)

    def add_field(
        self, key: str, label: str, field: QWidget, get: Callable[[], Any], put: Callable[[Any], object]
    ) -> None:
        """A field of another kind, with how it is read and set; it says `changed` itself."""
        self._add(key, label, field, get, put)

    def field(self, key: str) -> QWidget:
        """The widget of a field."""
        return self._fields[key]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the fields, from the top."""
        return tuple(self._fields)

    def value(self, key: str) -> Any:
        """One field's value; raises Explained for what cannot be read."""
        return self._get[key]()

    def choice(self, key: str) -> Any:
        """One field's value."""
        return self._get[key]()

    @property
    def values(self) -> dict[str, Any]:
        """Every field's value; raises Explained for what cannot be read."""
        return {key: get() for key, get in self._get.items()}

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Set these fields without saying that the person did."""
        self.blockSignals(True)
        for key, value in values.items():
            if key in self._set:
                self._set[key](value)
        self.blockSignals(False)
