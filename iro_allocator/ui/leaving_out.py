"""Who is not to be touched by a rebalance: IROs who neither give nor take, families and children who stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from iro_allocator.ui import style
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.tables import Column, TableView

if TYPE_CHECKING:
    from iro_allocator.workspace import World

WORDS = (
    "An IRO who is ticked neither gives nor takes children; a family or child who is ticked keeps their IRO. "
    "Who cannot keep their IRO is placed all the same."
)


@dataclass(frozen=True, slots=True)
class Left:
    """One row: an IRO, or a family (or child without one) with its children."""

    iro: str
    cases: tuple[str, ...]
    name: str
    about: str

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it the same one later."""
        return (self.iro, *self.cases)


def everybody(world: World) -> tuple[Left, ...]:
    """IROs by name, then families and children by reference."""
    names = {iro.id: iro.name for iro in world.snapshot.iro.values()}
    iros = [
        Left(load.iro.id, (), load.iro.name, f"IRO, {_count(load.children)}")
        for load in world.loads.loads
        if load.children or load.available
    ]
    families: dict[str, list[tuple[str, str]]] = {}
    for iro, cases in world.loads.by_iro.items():
        for case in cases:
            families.setdefault(case.family or case.id, []).append((case.id, names[iro]))
    others = [
        Left(
            "",
            tuple(sorted(child for child, _ in members)),
            family,
            f"{_count(len(members))} with {' and '.join(sorted({name for _, name in members}))}",
        )
        for family, members in sorted(families.items())
    ]
    return (*iros, *others)


def in_words(left: Iterable[Left]) -> str:
    """“Not touched: A. Hussain, Fam-20 and 3 others”; a question while nobody is left out."""
    found = [each.name for each in left]
    if not found:
        return "Not to be touched…"
    more = f" and {len(found) - 2} more" if len(found) > 2 else ""
    return f"Not touched: {', '.join(found[:2])}{more}…"


class LeavingOut(QDialog):
    """Tick who is not to be touched; `chosen(tuple of Left)` when that is done."""

    chosen = Signal(tuple)

    def __init__(self, world: World, before: Iterable[Left], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Who is not to be touched?")
        self._rows = everybody(world)
        self._ticked = {each.key for each in before}
        self.search = QLineEdit(placeholderText="Find IRO, family or child", clearButtonEnabled=True)
        self.search.setAccessibleName("Find an IRO, a family or a child")
        self.search.textChanged.connect(lambda _: self._narrow())
        self.table = TableView(
            "Who is not to be touched",
            (
                Column(title="Leave out", value=lambda row: row.key in self._ticked, check=self._tick),
                Column(title="Who", value=lambda row: row.name, tone=lambda row: "strong"),
                Column(title="About", value=lambda row: row.about, tip=lambda row: ", ".join(row.cases), stretch=True),
            ),
            key=lambda row: row.key,
            sortable=False,
            empty="Nobody matches.",
        )
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        buttons.accepted.connect(self._done)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(GAP)
        whole.addWidget(named(QLabel("Who is not to be touched?"), "heading"))
        whole.addWidget(named(QLabel(WORDS, wordWrap=True), "muted"))
        whole.addWidget(self.search)
        whole.addWidget(self.table, 1)
        whole.addWidget(buttons)
        self.resize(style.wide(70), 20 * style.row_height())
        self._narrow()
        self.search.setFocus()

    def _narrow(self) -> None:
        """Who matches the search; those who are ticked are always seen, and first."""
        words = self.search.text().lower().split()

        def shown(row: Left) -> bool:
            text = "\n".join((row.name, row.about, *row.cases)).lower()
            return all(word in text for word in words)

        ticked = [row for row in self._rows if row.key in self._ticked]
        self.table.set_rows([*ticked, *(row for row in self._rows if row.key not in self._ticked and shown(row))])

    def _tick(self, row: Left, on: bool) -> None:
        (self._ticked.add if on else self._ticked.discard)(row.key)

    def _done(self) -> None:
        self.accept()
        self.chosen.emit(tuple(row for row in self._rows if row.key in self._ticked))


def _count(number: int) -> str:
    return "1 child" if number == 1 else f"{number:,} children"
