"""`python -m tests.shots`: every page of the sample service, drawn offscreen, light and dark."""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from iro_allocator.ui.app import make_window
from iro_allocator.ui.page import Argument, Do
from iro_allocator.ui.pages import PAGES
from iro_allocator.ui.preferences import Preferences
from iro_allocator.ui.style import Appearance

if TYPE_CHECKING:
    from iro_allocator.ui.main_window import MainWindow
    from iro_allocator.workspace import World

DAY = date(2026, 11, 23)
FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"
SIZE = (1440, 900)


def main(only: tuple[str, ...] = (), folder: Path = FOLDER, points: int = 10) -> list[Path]:
    """Draw the pages (those named, or all) into a folder; gives the files."""
    from iro_allocator.workspace import make_sample

    there = QApplication.instance()
    app = there if isinstance(there, QApplication) else QApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with tempfile.TemporaryDirectory() as away:
        preferences = Preferences(Path(away) / "window.ini")
        preferences.points = points
        window = make_window(app, preferences)
        window.resize(*SIZE)
        window.show()
        workspace = make_sample(Path(away) / "sample.iro", on=DAY)
        world = workspace.world(DAY)
        window.open_workspace(workspace, world)
        looks: tuple[Appearance, ...] = ("light", "dark")
        for entry in PAGES:
            if only and entry.key not in only:
                continue
            for look in looks:
                window.change_look(appearance=look)
                window.go_to(entry.key, shown_with(entry.key, world))
                settle(window)
                file = folder / f"{entry.key}-{look}.png"
                window.grab().save(str(file))
                written.append(file)
        window.close()
    return written


def shown_with(key: str, world: World) -> Argument:
    """What a page is opened with, so that its picture shows what it can do."""
    if key == "referrals":
        return Do("suggest")
    if key in {"caseloads", "iros"}:
        return next(load.iro.id for load in world.loads.loads if load.over_limit)
    if key == "children":
        return next(case.id for cases in world.loads.by_iro.values() for case in cases if case.factors)
    return None


def settle(window: MainWindow, quiet_ms: int = 60) -> None:
    """Let the window draw, and finish what it has begun."""
    loop = QEventLoop()
    timer = QTimer(interval=quiet_ms)
    timer.timeout.connect(lambda: loop.quit() if not window.jobs.busy else None)
    timer.start()
    loop.exec()


if __name__ == "__main__":
    for file in main(tuple(sys.argv[1:])):
        print(file)
