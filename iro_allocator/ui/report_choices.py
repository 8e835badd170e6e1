"""What to export: which list, of which time, with what in it, as what; each a click away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from iro_allocator.diary import add_months
from iro_allocator.ui.style import GAP
from iro_allocator.ui.widgets.date_field import DateField
from iro_allocator.ui.widgets.flow import FlowLayout
from iro_allocator.ui.widgets.panel import heading

if TYPE_CHECKING:
    from iro_allocator.workspace import World

LISTS = {
    "service": "Whole service",
    "iro": "By IRO",
    "handover": "Handovers since",
    "changes": "Changes since",
    "waiting": "Waiting for an IRO",
    "letters": "Letters to social workers",
    "child-letters": "Letters to children",
    "report": "Service report",
}
LETTERS = ("letters", "child-letters")
OF_A_TIME = ("handover", "changes", *LETTERS, "report")
FORMATS = {"xlsx": "Workbook (XLSX)", "csv": "Text (CSV)", "pdf": "Pages (PDF)"}
MARKINGS = ("Official-Sensitive", "Official", "")
SINCE_DAYS = 7
"""A list is mostly made every week."""
EVERYBODY, A_FILE_EACH = "everybody", "each"


class Choices(QWidget):
    """The choices of the Reports page. `changed` when anything is chosen otherwise, but for the place."""

    changed = Signal()
    wants_letter = Signal()
    wants_place = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._world: World | None = None
        self._unwanted: set[str] = set()
        self._since_by_hand = False
        self.lists = Choice(LISTS, "service")
        self.formats = Choice(FORMATS, "xlsx")
        self.contents = Choice({False: "References only", True: "With children’s names"}, False)
        self.iro = _combo("IRO")
        self.since = DateField(None, "Since")
        self.step = _combo("Letters about")
        self.columns = QPushButton("All columns")
        self.columns.setMenu(QMenu(self.columns))
        self.marking = _combo("Marking")
        for words in MARKINGS:
            self.marking.addItem(words or "No marking", words)
        self.letter = QPushButton("Edit the letter…")
        self.where = QLineEdit()
        self.browse = QPushButton("Browse…")
        self._rows: dict[str, tuple[QWidget, ...]] = {}
        self._build()
        for choice in (self.lists, self.formats, self.contents):
            choice.buttonClicked.connect(lambda _: self._on_choice())
        for combo in (self.iro, self.step, self.marking):
            combo.activated.connect(lambda _: self._on_choice())
        self.since.textEdited.connect(lambda _: self._on_day())
        self.letter.clicked.connect(lambda: self.wants_letter.emit())
        self.browse.clicked.connect(lambda: self.wants_place.emit())

    def _build(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP)
        whole.addWidget(heading("List"))
        for button in self.lists.buttons():
            whole.addWidget(button)
        whole.addSpacing(GAP)
        rows = QGridLayout()
        rows.setHorizontalSpacing(GAP)
        rows.setVerticalSpacing(GAP)
        rows.setColumnStretch(1, 1)
        for number, (key, title, field) in enumerate(
            (
                ("iro", "For", self.iro),
                ("step", "About", self.step),
                ("since", "Since", self.since),
                ("contents", "With", _flowing(self.contents.buttons())),
                ("columns", "Columns", self.columns),
                ("marking", "Marking", self.marking),
                ("letter", "Letter", self.letter),
                ("formats", "As", _flowing(self.formats.buttons())),
                ("where", "Where to", _where(self.where, self.browse)),
            )
        ):
            label = QLabel(title)
            if isinstance(field, QComboBox | QLineEdit):
                label.setBuddy(field)
            self._rows[key] = (label, field)
            rows.addWidget(label, number, 0)
            rows.addWidget(field, number, 1)
        self.where.setAccessibleName("Where to")
        self.columns.setAccessibleName("Columns")
        whole.addLayout(rows)
        whole.addStretch(1)

    # -- showing -----------------------------------------------------------------------------------

    def show_world(self, world: World) -> None:
        """Offer the IROs of this world; what was chosen stays."""
        self._world = world
        chosen = self.iro.currentData()
        self.iro.clear()
        self.iro.addItem("Every IRO, a sheet each", EVERYBODY)
        self.iro.addItem("Every IRO, a file each", A_FILE_EACH)
        for load in world.loads.loads:
            self.iro.addItem(load.iro.name, load.iro.id)
        self.iro.setCurrentIndex(max(0, self.iro.findData(chosen)))
        if not self._since_by_hand:
            self._usual_since()
        self.fit()

    def show_steps(self, steps: Sequence[tuple[int, str]]) -> None:
        """Offer letters about these steps of the history."""
        chosen = self.step.currentData()
        self.step.clear()
        self.step.addItem("Every new IRO since", None)
        for number, label in steps:
            self.step.addItem(f"Step {number}: {label}", number)
        self.step.setCurrentIndex(max(0, self.step.findData(chosen)))

    def show_columns(self, columns: Sequence[str]) -> None:
        """Offer these columns; what was left out stays so."""
        menu = self.columns.menu()
        if [action.text() for action in menu.actions()] == list(columns):
            return
        menu.clear()
        for header in columns:
            action = menu.addAction(header)
            action.setCheckable(True)
            action.setChecked(header not in self._unwanted)
            action.setEnabled(header != columns[0] or header != "Child reference")
            action.toggled.connect(lambda on, header=header: self.want_column(header, on=on))
        self._say_columns()

    def want_column(self, header: str, *, on: bool) -> None:
        """Have a column in the list, or leave it out."""
        (self._unwanted.discard if on else self._unwanted.add)(header)
        self._say_columns()
        self.changed.emit()

    def _say_columns(self) -> None:
        headers = [action.text() for action in self.columns.menu().actions()]
        left = [header for header in headers if header not in self._unwanted]
        self.columns.setText("All columns" if len(left) == len(headers) else f"{len(left)} of {len(headers)} columns")

    def _usual_since(self) -> None:
        if self._world:
            day = self._world.day
            self.since.show_day(add_months(day, -12) if self.lists.value == "report" else day - timedelta(SINCE_DAYS))

    def choose(self, kind: str, iro: str | None = None) -> None:
        """Choose a list, of one IRO perhaps."""
        self.lists.choose(kind)
        if iro:
            self.iro.setCurrentIndex(max(0, self.iro.findData(iro)))
        self._on_choice()

    def _on_day(self) -> None:
        self._since_by_hand = True
        self.changed.emit()

    def _on_choice(self) -> None:
        if not self._since_by_hand:
            self._usual_since()
        self.fit()
        self.changed.emit()

    def fit(self) -> None:
        """Show only what the list asks for."""
        kind = self.lists.value
        letters, report = kind in LETTERS, kind == "report"
        shown = {
            "iro": kind == "iro",
            "step": letters,
            "since": kind in OF_A_TIME and not (letters and self.step.currentData()),
            "contents": not report,
            "columns": not letters and not report,
            "letter": letters,
            "marking": kind != "child-letters",
        }
        for key, on in shown.items():
            for widget in self._rows[key]:
                widget.setVisible(on)
        if letters and self.formats.value != "pdf":
            self.formats.choose("pdf")
        for key in ("xlsx", "csv"):
            self.formats.by_key[key].setEnabled(not letters)

    # -- what is asked -----------------------------------------------------------------------------

    @property
    def each(self) -> bool:
        """Whether every IRO gets a file."""
        return bool(self.lists.value == "iro" and self.iro.currentData() == A_FILE_EACH)

    @property
    def what(self) -> str:
        """What is exported in a word or two, for the file's name; never a child."""
        kind = self.lists.value
        if kind == "iro" and self.iro.currentData() not in (EVERYBODY, A_FILE_EACH):
            return self.iro.currentText()
        return {
            "service": "whole service",
            "iro": "IROs",
            "handover": "handovers",
            "child-letters": "letters to children",
            "letters": "letters to social workers",
            "report": "service report",
        }.get(kind, str(kind))

    def asked(self) -> dict[str, Any]:
        """What the workspace is asked for, but for the kind; raises Explained for what is no date."""
        kind, iro = self.lists.value, self.iro.currentData()
        step = self.step.currentData() if kind in LETTERS else None
        columns = [action.text() for action in self.columns.menu().actions()]
        chosen = tuple(header for header in columns if header not in self._unwanted)
        narrowed = not self.columns.isHidden() and len(chosen) < len(columns)
        return {
            "names": bool(self.contents.value) and kind != "report",
            "iro": iro if kind == "iro" and iro not in (EVERYBODY, A_FILE_EACH) else None,
            "since": self.since.day if kind in OF_A_TIME and step is None else None,
            "step": step,
            "columns": chosen if narrowed else None,
            "each": self.each,
            "marking": self.marking.currentData(),
        }


class Choice(QButtonGroup):
    """One of several, each a click away."""

    def __init__(self, words: dict[Any, str], chosen: Any) -> None:
        super().__init__()
        self.by_key = {key: QRadioButton(said) for key, said in words.items()}
        for button in self.by_key.values():
            self.addButton(button)
        self.choose(chosen)

    def choose(self, key: Any) -> None:
        """Choose one."""
        self.by_key[key].setChecked(True)

    @property
    def value(self) -> Any:
        """The one that is chosen."""
        return next(key for key, button in self.by_key.items() if button.isChecked())


def _combo(name: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(18)
    return made


def _flowing(widgets: Iterable[QWidget]) -> QWidget:
    holder = QWidget()
    row = FlowLayout()
    for widget in widgets:
        row.addWidget(widget)
    holder.setLayout(row)
    return holder


def _where(field: QLineEdit, button: QPushButton) -> QWidget:
    holder = QWidget()
    rows = QVBoxLayout(holder)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(GAP // 2)
    rows.addWidget(field)
    rows.addWidget(button)
    return holder
