"""What stands under Help: the list of keys, and what the program is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from iro_allocator import __version__
from iro_allocator.ui import style
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.tables import Column, TableView

WORDS = """Allocates children to Independent Reviewing Officers, fairly, and says why.

Worked examples and the caseload of 50 to 70 come from published reports.
Weights and priorities are local policy and can be changed under Settings.

Postcodes: contains OS data © Crown copyright and database right; contains Royal Mail data
© Royal Mail copyright and database right; contains National Statistics data
© Crown copyright and database right; under the Open Government Licence v3.0."""


class _Told(QDialog):
    def __init__(self, title: str, content: QWidget, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(GAP)
        whole.addWidget(named(QLabel(title), "heading"))
        whole.addWidget(content, 1)
        whole.addWidget(buttons)


class KeyList(_Told):
    """Every key and what it does."""

    def __init__(self, keys: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        self.table = TableView(
            "Keys",
            (
                Column(title="Key", value=lambda row: row[0], tone=lambda row: "strong"),
                Column(title="What it does", value=lambda row: row[1], stretch=True),
            ),
            keys,
            sortable=False,
        )
        super().__init__("Keys", self.table, parent)
        self.resize(style.wide(60), 18 * style.row_height())


class About(_Told):
    """Name, version, sources."""

    def __init__(self, parent: QWidget | None = None) -> None:
        words = QLabel(f"Version {__version__}\n\n{WORDS}", wordWrap=True)
        super().__init__("IRO Allocator", words, parent)
        self.resize(style.wide(84), words.heightForWidth(style.wide(80)) + 16 * GAP)
