"""Where lists go: the folder of documents, names that nothing has yet, and what is said of what was written."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices


def documents() -> Path:
    """Where this computer's user keeps documents."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home())


def as_file_name(words: str) -> str:
    """Words as the name of a file, on every system."""
    return re.sub(r'[<>:"/\\|?*\x00-\x1f]', " ", words)


def free(path: Path) -> Path:
    """The path, with a number when there is such a file already."""
    found, number = path, 1
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return found


def written_words(files: tuple[Path, ...]) -> str:
    """What was written, for the status line."""
    return f"Written: {files[0].name}." if len(files) == 1 else f"Written: {len(files)} files, {files[0].name} first."


def open_folder(file: Path) -> None:
    """Show the folder of a file in the system's own file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))
