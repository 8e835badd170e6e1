"""The bar above the table of children: search, filters, filters that are kept, columns to choose."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from platformdirs import user_config_path
from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QMenu, QPushButton, QWidget

from iro_allocator.ui.child_facts import HOLDING, PLACED, REVIEWS, TYPES, ChildFilter
from iro_allocator.ui.preferences import NAME
from iro_allocator.ui.widgets.flow import Flow


class Kept:
    """What the machine keeps of this page: filters and columns. Nothing about a child."""

    def __init__(self, file: Path | None = None) -> None:
        path = file or user_config_path(NAME, appauthor=False, ensure_exists=True) / "children.ini"
        self._kept = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def filters(self) -> tuple[ChildFilter, ...]:
        """The filters that were kept, oldest first."""
        found = (ChildFilter.of(each) for each in self._list("filters"))
        return tuple(each for each in found if each)

    @filters.setter
    def filters(self, filters: Sequence[ChildFilter]) -> None:
        self._kept.setValue("filters", json.dumps([each.as_dict() for each in filters]))

    @property
    def hidden(self) -> tuple[str, ...] | None:
        """The titles of the columns that are hidden; None when nobody has chosen yet."""
        if self._kept.value("hidden") is None:
            return None
        return tuple(each for each in self._list("hidden") if isinstance(each, str))

    @hidden.setter
    def hidden(self, titles: Sequence[str]) -> None:
        self._kept.setValue("hidden", json.dumps(list(titles)))

    def _list(self, key: str) -> list[Any]:
        try:
            found = json.loads(str(self._kept.value(key, "[]")))
        except ValueError:
            return []
        return found if isinstance(found, list) else []


class FilterBar(Flow):
    """Chooses a ChildFilter; `changed` at every choice."""

    changed = Signal()

    def __init__(self, kept: Kept, search: QWidget) -> None:
        """The `search` field comes first."""
        super().__init__()
        self._kept = kept
        self._labels: Mapping[str, str] = {}
        self._boxes = {
            "type": _box("Type", TYPES),
            "holding": _box("IRO", HOLDING),
            "placed": _box("Placement", PLACED),
            "review": _box("Reviews", REVIEWS),
            "factor": _box("Factor", (("", "Any factor"),)),
        }
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.saved = QPushButton("Saved filters")
        self.saved.setMenu(self._menu)
        self.clear_button = QPushButton("Clear")
        self.clear_button.setToolTip("Show every child again")
        self.clear_button.clicked.connect(lambda: self.show_filter(ChildFilter()))
        for box in self._boxes.values():
            box.currentIndexChanged.connect(self._on_changed)
        for widget in (search, *self._boxes.values(), self.clear_button, self.saved):
            self.add(widget)
        self.clear_button.hide()

    def know(self, labels: Mapping[str, str]) -> None:
        """Offer these factors."""
        if labels == self._labels:
            return
        self._labels = dict(labels)
        box, chosen = self._boxes["factor"], self.filter.factor
        box.blockSignals(True)
        box.clear()
        for key, words in (("", "Any factor"), *labels.items()):
            box.addItem(words[:1].upper() + words[1:], key)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        box.blockSignals(False)

    @property
    def filter(self) -> ChildFilter:
        """What is chosen."""
        return ChildFilter(**{key: str(box.currentData() or "") for key, box in self._boxes.items()})

    def show_filter(self, wanted: ChildFilter) -> None:
        """Choose all of a filter at once."""
        for key, box in self._boxes.items():
            box.blockSignals(True)
            box.setCurrentIndex(max(0, box.findData(getattr(wanted, key))))
            box.blockSignals(False)
        self._on_changed()

    def _on_changed(self) -> None:
        self.clear_button.setVisible(bool(self.filter))
        self.changed.emit()

    def keep(self) -> None:
        """Keep what is chosen for another day."""
        chosen = self.filter
        if chosen and chosen not in self._kept.filters:
            self._kept.filters = (*self._kept.filters, chosen)

    def forget(self, unwanted: ChildFilter) -> None:
        """Keep a filter no longer."""
        self._kept.filters = [each for each in self._kept.filters if each != unwanted]

    def _fill(self) -> None:
        menu, chosen, kept = self._menu, self.filter, self._kept.filters
        menu.clear()

        def put(words: str, slot: Callable[[], object], *, enabled: bool = True, menu_: QMenu | None = None) -> QAction:
            action = (menu_ or menu).addAction(words)
            action.triggered.connect(lambda _=False: slot())
            action.setEnabled(enabled)
            return action

        for each in kept:
            action = put(each.words(self._labels), lambda each=each: self.show_filter(each))  # type: ignore[misc]
            action.setCheckable(True)
            action.setChecked(each == chosen)
        if kept:
            menu.addSeparator()
        put("Keep what is chosen now", self.keep, enabled=bool(chosen) and chosen not in kept)
        if kept:
            below = menu.addMenu("Forget")
            for each in kept:
                put(each.words(self._labels), lambda each=each: self.forget(each), menu_=below)  # type: ignore[misc]


def _box(name: str, choices: Sequence[tuple[str, str]]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(f"Filter: {name}")
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    for key, words in choices:
        box.addItem(words, key)
    return box


def column_button(titles: Sequence[str], hidden: Sequence[str], changed: Callable[[str, bool], object]) -> QPushButton:
    """A button whose menu ticks the columns to be shown."""
    button = QPushButton("Columns")
    menu = QMenu(button)
    for title in titles:
        action = menu.addAction(title)
        action.setCheckable(True)
        action.setChecked(title not in hidden)
        action.toggled.connect(lambda on, title=title: changed(title, on))
    button.setMenu(menu)
    return button
