"""The idle lock: after some minutes without a key or a click the content is hidden behind the passphrase."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from iro_allocator.ui import style
from iro_allocator.ui.style import GAP, named
from iro_allocator.ui.widgets.passphrase import Secret

LOOK_EVERY_MS = 5000

_SIGNS_OF_LIFE = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
}


class IdleWatch(QObject):
    """Says `idle()` once nobody has touched the program for so many minutes."""

    idle = Signal()

    def __init__(self, minutes: int, parent: QObject) -> None:
        super().__init__(parent)
        self.minutes = minutes
        self._last = monotonic()
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        app = QApplication.instance()
        if app:
            app.installEventFilter(self)

    def look(self) -> None:
        """Look whether it has been long enough."""
        if self.minutes > 0 and monotonic() - self._last >= self.minutes * 60:
            self.idle.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Every sign of life puts the clock back."""
        if event.type() in _SIGNS_OF_LIFE:
            self._last = monotonic()
        return False


class LockScreen(QWidget):
    """Covers the window and asks for the passphrase; work in progress stays as it is behind it."""

    unlocked = Signal()

    def __init__(self, secret: Secret, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("lock")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._secret = secret
        self.field = QLineEdit(echoMode=QLineEdit.EchoMode.Password, placeholderText="Passphrase")
        self.field.setAccessibleName("Passphrase")
        self.field.setFixedWidth(style.wide(36))
        self.wrong = named(QLabel(), "bad")
        go_on = QPushButton("Go on")
        go_on.setProperty("primary", True)
        go_on.clicked.connect(self._try)
        self.field.returnPressed.connect(self._try)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for widget in (self.field, go_on):
            row.addWidget(widget)
        box = QVBoxLayout()
        box.setSpacing(GAP)
        box.addWidget(named(QLabel("Locked"), "pageTitle"))
        box.addWidget(named(QLabel("The content is hidden until the passphrase is given. Nothing is lost."), "muted"))
        box.addLayout(row)
        box.addWidget(self.wrong)
        beside = QHBoxLayout()
        beside.addStretch(1)
        beside.addLayout(box)
        beside.addStretch(1)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addLayout(beside)
        whole.addStretch(3)
        self.setGeometry(parent.rect())
        parent.installEventFilter(self)
        self.show()
        self.raise_()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the window whatever its size."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def _try(self) -> None:
        if self._secret.matches(self.field.text()):
            self.field.clear()
            self.unlocked.emit()
            self.close()
        else:
            self.wrong.setText("That is not the passphrase of this file.")
            self.field.selectAll()
