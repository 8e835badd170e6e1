"""A drafted import: its cards, how the columns were understood, what would change, what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from iro_allocator.paper.pill import LEVEL, UP, Pill
from iro_allocator.ui import style
from iro_allocator.ui.drafted import cards, finding_words, missing_words
from iro_allocator.ui.style import GAP
from iro_allocator.ui.tables import Column, TableView
from iro_allocator.ui.widgets.cards import Card, CardRow
from iro_allocator.ui.widgets.panel import Panel, muted

if TYPE_CHECKING:
    from iro_allocator.workspace import Draft, Finding

NOT_USED = "not used"
_MEANS = 2
_UNSURE = frozenset({"guess"})


class DraftView(QWidget):
    """Shows a draft; says when a column is to mean something else, or the missing children are to end."""

    corrected = Signal(object, object, str)
    """A source, one of its columns, and the key of what it is to mean ("" = not used)."""

    chose_end = Signal(bool)
    """Whether the children who are not in a full list are to end."""

    def __init__(self) -> None:
        super().__init__()
        self._labels: dict[str, str] = {}
        self._choices: dict[str, list[tuple[str, str]]] = {}
        self._row = CardRow([Card("") for _ in range(6)], letters=15)
        self._missing = self._missing_panel()
        self.columns, self.changes, self.findings = self._column_table(), self._change_table(), self._finding_table()
        self._full = muted()
        self._full.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.search = QLineEdit(placeholderText="Child, IRO or fact…", clearButtonEnabled=True)
        self.search.setAccessibleName("Find in what would change")
        self.search.setMaximumWidth(style.wide(24))
        self.search.textChanged.connect(lambda text: self.changes.set_filter(text))
        self._arrange()

    def _missing_panel(self) -> Panel:
        panel = Panel()
        self._missing_words = muted()
        self.leave = QRadioButton("Leave them as they are")
        self.end = QRadioButton("End them today")
        self._choice = QButtonGroup(panel)
        row = QHBoxLayout()
        row.setSpacing(2 * GAP)
        row.addWidget(self._missing_words, 1)
        for button in (self.leave, self.end):
            self._choice.addButton(button)
            row.addWidget(button)
        self._choice.buttonClicked.connect(lambda _: self.chose_end.emit(self.end.isChecked()))
        panel.body.addLayout(row)
        return panel

    def _column_table(self) -> TableView:
        table = TableView(
            "How the columns were understood",
            (
                Column(
                    title="Sheet",
                    value=lambda row: row[0].sheet or row[0].file,
                    tone=lambda _: "muted",
                    tip=lambda row: row[0].words + (f": {row[0].unused}" if row[0].unused else ""),
                    width=9,
                ),
                Column(
                    title="In the file", value=lambda row: row[1].header, tip=lambda row: row[1].header, stretch=True
                ),
                Column(
                    title="Means",
                    value=lambda row: row[1].meaning if row[0].choices else row[1].label,
                    format=lambda said: self._labels.get(said, said or NOT_USED),
                    tone=lambda row: "" if row[1].meaning else "muted",
                    choices=lambda row: self._choices[row[0].holds] if row[0].choices else [],
                    edit=lambda row, key: self.corrected.emit(*row, key),
                    width=20,
                    title_tip="Click, or press Enter, to say what a column means",
                ),
                Column(title="Sure", value=lambda row: row[1].sure, pill=lambda row: sure_pill(row[1].sure)),
            ),
            key=lambda row: row[1].address,
            sortable=False,
        )
        table.clicked.connect(self._edit_meaning)
        table.opened.connect(lambda _: self._edit_meaning(table.currentIndex()))
        return table

    def _change_table(self) -> TableView:
        return TableView(
            "What would change",
            (
                Column(title="Child or IRO", value=lambda change: change.who),
                Column(title="What", value=lambda change: change.what, width=15),
                Column(title="Before", value=lambda change: change.before, tip=lambda change: change.before, width=13),
                Column(
                    title="After",
                    value=lambda change: change.after,
                    tone=lambda _: "strong",
                    tip=lambda change: change.after,
                    stretch=True,
                ),
            ),
            empty="Nothing would change: the service is as these rows say already.",
        )

    def _finding_table(self) -> TableView:
        table = TableView(
            "Findings",
            (
                Column(title="Level", value=lambda finding: finding.level, pill=level_pill),
                Column(title="Row", value=lambda finding: finding.row, align="right", format=_row),
                Column(title="What was found", value=finding_words, tip=str, stretch=True),
            ),
            empty="Nothing to fix, nothing to check.",
        )
        table.chosen.connect(lambda finding: self._full.setText(str(finding) if finding else ""))
        return table

    def _arrange(self) -> None:
        understood = Panel("How the columns were understood")
        understood.add(self.columns, 1)
        self._changes_panel = Panel("What would change")
        self._changes_panel.header.addWidget(self.search)
        self._changes_panel.add(self.changes, 1)
        self._findings_panel = Panel("Findings")
        self._findings_panel.add(self.findings, 1)
        self._findings_panel.add(self._full)
        left = QVBoxLayout()
        left.addWidget(understood, 1)
        left.addWidget(self._findings_panel, 1)
        beside = QHBoxLayout()
        beside.addLayout(left, 5)
        beside.addWidget(self._changes_panel, 5)
        for layout in (left, beside):
            layout.setSpacing(int(1.5 * GAP))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(int(1.5 * GAP))
        whole.addWidget(self._row)
        whole.addWidget(self._missing)
        whole.addLayout(beside, 1)

    def show_meanings(self, labels: Mapping[str, Mapping[str, str]]) -> None:
        """What columns can mean: labels by key, for lists that hold children and for those that hold IROs."""
        self._labels = {key: label for each in labels.values() for key, label in each.items()}
        self._choices = {holds: [("", NOT_USED), *each.items()] for holds, each in labels.items()}

    def show_draft(self, draft: Draft) -> None:
        """Show a draft."""
        for card, (label, figure, note, bad) in zip(self._row.cards, cards(draft), strict=True):
            card.show_figure(figure, note, "bad" if bad else "", label)
        self._missing.setVisible(bool(draft.missing))
        self._missing_words.setText(missing_words(draft) if draft.missing else "")
        (self.end if draft.ended else self.leave).setChecked(True)
        self.columns.set_rows([(source, column) for source in draft.sources for column in source.columns])
        self.columns.setColumnHidden(0, len(draft.sources) < 2)
        self.changes.set_rows(draft.changes)
        self._changes_panel.set_title(f"What would change · {len(draft.changes):,}")
        self.findings.set_rows(draft.findings)
        self._findings_panel.set_title(f"Findings · {len(draft.findings):,}")
        if draft.findings and self.findings.current is None:
            self.findings.choose(draft.findings[0])
        chosen = self.findings.current
        self._full.setText(str(chosen) if chosen else "")

    def _edit_meaning(self, index: QModelIndex) -> None:
        row = self.columns.model_.rows[index.row()] if index.isValid() else None
        if row is None or not row[0].choices:  # the columns of a return mean what they mean
            return
        if index.isValid() and self.columns.state() != TableView.State.EditingState:
            means = self.columns.model_.index(index.row(), _MEANS)
            self.columns.setCurrentIndex(means)
            self.columns.edit(means)

    def read(self) -> dict[str, Any]:
        """The draft as shown."""
        return {
            "cards": self._row.read(),
            "missing": self._missing_words.text(),
            "end missing": self.end.isChecked(),
            "columns": self.columns.read(),
            "changes": self.changes.read(),
            "findings": self.findings.read(),
            "finding": self._full.text(),
        }


def _row(number: int | None) -> str:
    """A row as Excel numbers it."""
    return "–" if number is None else str(number)


def sure_pill(sure: str) -> Pill:
    """How sure it is what a column means."""
    if not sure:
        return Pill("–", "plain")
    return Pill(sure, "warn", UP) if sure in _UNSURE else Pill(sure, "good", LEVEL)


def level_pill(finding: Finding) -> Pill:
    """Whether something must be fixed or should be checked."""
    return Pill("must fix", "bad", UP) if finding.level == "fix" else Pill("check", "warn", "!")
