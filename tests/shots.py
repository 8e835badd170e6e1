"""`python -m tests.shots`: every page of the sample service, drawn offscreen, light and dark."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
        workspace.user = "A. Manager"
        world = workspace.world(DAY)
        window.open_workspace(workspace, world)
        tracker = a_tracker(Path(away) / "IRO tracker November.csv", world)
        looks: tuple[Appearance, ...] = ("light", "dark")
        for entry in PAGES:
            if only and entry.key not in only:
                continue
            if entry.key == "history":
                # A history worth looking at: the referrals are accepted.
                world = workspace.apply(workspace.propose(world, "referrals"))
                window.show_world(world)
            for look in looks:
                window.change_look(appearance=look)
                window.go_to(entry.key, str(tracker) if entry.key == "importing" else shown_with(entry.key, world))
                settle(window)
                file = folder / f"{entry.key}-{look}.png"
                window.grab().save(str(file))
                written.append(file)
                if entry.key in OPENED_OVER:
                    written += over(window, entry.key, folder, look)
        window.close()
    return written


OPENED_OVER: dict[str, tuple[str, Callable[[Any], object], Callable[[Any], Any]]] = {
    "caseloads": ("rebalance", lambda page: page.go_to(Do("rebalance")), lambda page: page.dialog),
    "what_if": ("compare", lambda page: page.compare(), lambda page: page.comparing),
}
"""Dialogs worth a picture, by the page they belong to: name, what opens it, which it is."""


def over(window: MainWindow, key: str, folder: Path, look: Appearance) -> list[Path]:
    """Draw the dialog that belongs to a page."""
    name, opens, which = OPENED_OVER[key]
    page: Any = window.pages[key]
    opens(page)
    settle(window)
    dialog = which(page)
    file = folder / f"{name}-{look}.png"
    dialog.grab().save(str(file))
    dialog.reject()
    return [file]


def shown_with(key: str, world: World) -> Argument:
    """What a page is opened with, so that its picture shows what it can do."""
    if key == "referrals":
        return Do("suggest")
    if key in {"caseloads", "iros"}:
        return next(load.iro.id for load in world.loads.loads if load.over_limit)
    if key == "children":
        return next(case.id for cases in world.loads.by_iro.values() for case in cases if case.factors)
    if key == "what_if":
        return next(load.iro.id for load in world.loads.loads if load.iro.last_day)
    return None


def a_tracker(file: Path, world: World) -> Path:
    """The list a manager might keep: some children as they are, some changed, some with mistakes."""
    lines = ["LCS ID,Sib grp,IRO,Status,Start,RAG"]
    for n, case in enumerate(case for cases in world.loads.by_iro.values() for case in cases):
        row = world.snapshot.allocation_on(case.id, world.day)
        name = world.snapshot.iro[row.iro].name if row else ""
        opened = f"{case.opened:%d/%m/%Y}" if case.opened else ""
        if n in {40, 300}:
            name = name[:-1]
        if n == 118:
            opened = "31/02/2026"
        if n % 190 == 7:
            name = "M. Sykes"
        status = {"LAC": "CLA", "CP": "CPP", "BOTH": "CLA and CPP"}[case.type]
        lines.append(f"{case.id},{case.family or ''},{name},{status},{opened},green")
    lines.append(f"C-20001,,,CLA,{world.day:%d/%m/%Y},amber")
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


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
