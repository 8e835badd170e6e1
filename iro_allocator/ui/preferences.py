"""What the window remembers of itself between starts: places, sizes, appearance. Nothing about a child."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_config_path, user_data_path
from PySide6.QtCore import QByteArray, QSettings

from iro_allocator.ui import style
from iro_allocator.ui.style import APPEARANCES, Appearance

NAME = "IRO Allocator"
IDLE_MINUTES = 10


def data_folder() -> Path:
    """Where service files lie unless the person says otherwise: the local application-data folder."""
    return user_data_path(NAME, appauthor=False, ensure_exists=True)


class Preferences:
    """Values in an INI file of the user's own configuration folder."""

    def __init__(self, file: Path | None = None) -> None:
        path = file or user_config_path(NAME, appauthor=False, ensure_exists=True) / "window.ini"
        self._kept = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def appearance(self) -> Appearance:
        """Light, dark, high contrast, or as the system."""
        found = str(self._kept.value("appearance", "system"))
        return next((known for known in APPEARANCES if known == found), "system")

    @appearance.setter
    def appearance(self, value: Appearance) -> None:
        self._kept.setValue("appearance", value)

    @property
    def points(self) -> int:
        """The size of the letters."""
        return self._number("points", style.DEFAULT_FONT, style.SMALLEST_FONT, style.LARGEST_FONT)

    @points.setter
    def points(self, value: int) -> None:
        self._kept.setValue("points", value)

    @property
    def idle_minutes(self) -> int:
        """After how many idle minutes an encrypted file is locked; 0 = never."""
        return self._number("idle_minutes", IDLE_MINUTES, 0, 24 * 60)

    @idle_minutes.setter
    def idle_minutes(self, value: int) -> None:
        self._kept.setValue("idle_minutes", value)

    @property
    def last_file(self) -> str:
        """The service that was open last, "" when there was none or its file is gone."""
        found = str(self._kept.value("last_file", ""))
        return found if found.startswith("postgresql") or (found and Path(found).is_file()) else ""

    @last_file.setter
    def last_file(self, value: str) -> None:
        self._kept.setValue("last_file", value)

    @property
    def last_page(self) -> str:
        """The key of the page that was shown last."""
        return str(self._kept.value("last_page", ""))

    @last_page.setter
    def last_page(self, value: str) -> None:
        self._kept.setValue("last_page", value)

    @property
    def geometry(self) -> QByteArray | None:
        """Where the window stood and how large it was."""
        found = self._kept.value("geometry")
        return found if isinstance(found, QByteArray) else None

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._kept.setValue("geometry", value)

    def save(self) -> None:
        """Write everything out."""
        self._kept.sync()

    def _number(self, key: str, usual: int, low: int, high: int) -> int:
        found = str(self._kept.value(key, usual))
        return max(low, min(int(found), high)) if found.isdecimal() else usual
