"""Colours, font and style sheet of the window: Fusion with our own palettes (light, dark, high contrast).

`apply(app, …)` sets everything; `colours()` gives painters the tokens in force. Sizes that text stands
in are worked out from the font (`row_height()`), so that 9 to 24 points fit.
"""

from __future__ import annotations

from functools import cache
from string import Template
from typing import Literal, TypeVar

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetrics,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from iro_allocator import resource
from iro_allocator.paper.colours import CONTRAST, DARK, LIGHT, Colours

W = TypeVar("W", bound=QWidget)

Appearance = Literal["system", "light", "dark", "contrast"]

APPEARANCES: dict[Appearance, str] = {
    "system": "As the system",
    "light": "Light",
    "dark": "Dark",
    "contrast": "High contrast",
}
PALETTES: dict[str, Colours] = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}

GAP = 8
"""The grid: every distance is a multiple of this."""

SMALLEST_FONT, LARGEST_FONT, DEFAULT_FONT = 9, 24, 10


def apply(app: QApplication, appearance: Appearance = "system", points: int = DEFAULT_FONT) -> None:
    """Give the whole program an appearance and a font size (kept within 9 to 24 points)."""
    colours = PALETTES.get(appearance) or _of_the_system()
    font = ui_font(max(SMALLEST_FONT, min(points, LARGEST_FONT)))
    if app.property("colours") == colours.name and app.font() == font:
        return  # every widget would be polished anew for nothing
    app.setProperty("colours", colours.name)
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    app.setFont(font)
    app.setPalette(palette(colours))
    app.setStyleSheet(sheet(colours, font.pointSizeF()))


def colours() -> Colours:
    """The colours in force."""
    app = QGuiApplication.instance()
    return PALETTES.get(str(app.property("colours")) if app else "", LIGHT)


def _of_the_system() -> Colours:
    hints = QGuiApplication.styleHints()
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return CONTRAST
    return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


def motion() -> bool:
    """Whether things may move: not when the system asks for less of it."""
    hints = QGuiApplication.styleHints()  # held: what it gives lives no longer than it
    wanted = getattr(hints.accessibility(), "motionPreference", None)  # Qt 6.12
    return wanted is None or wanted().name != "ReducedMotion"


def ui_font(points: int) -> QFont:
    """The system's own font for windows, with sensible ones behind it, at a size, digits of one width."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setFamilies([font.family(), "Inter", "Segoe UI", "Noto Sans", "DejaVu Sans"])
    font.setPointSize(points)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def named(widget: W, name: str) -> W:
    """The widget, given the name by which the style sheet knows it."""
    widget.setObjectName(name)
    return widget


def row_height() -> int:
    """The height of a table row in the font in force: 28 px, more for larger letters."""
    return max(28, QFontMetrics(QGuiApplication.font()).height() + 11)


def wide(letters: int) -> int:
    """The width in pixels of so many ordinary letters in the font in force."""
    return round(QFontMetrics(QGuiApplication.font()).averageCharWidth() * letters * 1.15)


def palette(colours: Colours) -> QPalette:
    """Qt's palette from our tokens."""
    made = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.card),
        (role.AlternateBase, colours.window),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Button, colours.control),
        (role.ButtonText, colours.text),
        (role.ToolTipBase, colours.card),
        (role.ToolTipText, colours.text),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.accent_text),
        (role.Link, colours.link),
        (role.LinkVisited, colours.link),
        (role.Accent, colours.accent),
        (role.Light, colours.line),
        (role.Mid, colours.line),
        (role.Dark, colours.muted),
        (role.BrightText, colours.badge_text),
    ):
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.muted))
    return made


def sheet(colours: Colours, points: float) -> str:
    """The style sheet with tokens and sizes filled in."""
    sizes = {
        "title": f"{points * 1.6:.1f}pt",
        "figure": f"{points * 1.8:.1f}pt",
        "heading": f"{points * 1.1:.1f}pt",
        "body": f"{points:.1f}pt",
        "box": f"{round(points * 1.4)}px",
        "small": f"{max(8.0, points * 0.92):.1f}pt",
    }
    ground = "light" if colours.name == "light" else "dark"
    pictures = {f"icon_{name}": resource.path(f"icons/{name}-{ground}.svg").as_posix() for name in ("down", "up")}
    tick = "light" if colours.name == "contrast" else "dark"  # it stands on the accent
    pictures["icon_check"] = resource.path(f"icons/check-{tick}.svg").as_posix()
    return Template(_sheet()).substitute(colours.tokens(), **sizes, **pictures)


@cache
def _sheet() -> str:
    return resource.path("style.qss").read_text(encoding="utf-8")


@cache
def icon(name: str, colour: str, size: int = 20) -> QIcon:
    """One of our own line drawings in a colour."""
    drawing = resource.path(f"icons/{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    picture = QPixmap(QSize(size * 2, size * 2))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size * 2, size * 2))
    painter.end()
    picture.setDevicePixelRatio(2)
    return QIcon(picture)
