"""The main window: rail, pages, menus, status line; the one place where a step is committed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from iro_allocator.caseload import at_work
from iro_allocator.edits import Step
from iro_allocator.errors import Stale
from iro_allocator.ui import commands, style
from iro_allocator.ui.commands import Command
from iro_allocator.ui.exporting import open_folder, written_words
from iro_allocator.ui.jobs import Job, Jobs, Running
from iro_allocator.ui.page import Argument, Do, Only, Page
from iro_allocator.ui.pages import PAGES
from iro_allocator.ui.preferences import NAME, Preferences
from iro_allocator.ui.style import APPEARANCES, Appearance
from iro_allocator.ui.tables import as_text
from iro_allocator.ui.widgets.about import About, KeyList
from iro_allocator.ui.widgets.finder import Find, Finder
from iro_allocator.ui.widgets.lock import IdleWatch, LockScreen
from iro_allocator.ui.widgets.messages import show_error
from iro_allocator.ui.widgets.passphrase import Secret
from iro_allocator.ui.widgets.rail import Rail
from iro_allocator.ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from iro_allocator.workspace import Workspace, World

SIZE = (1440, 900)
FRAME = 40
"""What a window's title and borders may take of the screen."""

LOCKING = {
    5: "Lock after 5 idle minutes",
    10: "Lock after 10 idle minutes",
    30: "Lock after 30 idle minutes",
    0: "Do not lock when idle",
}


class MainWindow(QMainWindow):
    """Shows one service. Opening files is the Opening's business; it is asked for with signals."""

    wants_new = Signal()
    wants_open = Signal()
    wants_sample = Signal()
    opened = Signal()
    """A service has been shown for the first time."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.preferences = preferences
        self.workspace: Workspace | None = None
        self.world: World | None = None
        self.jobs = Jobs(self)
        self.jobs.started.connect(self._on_job)
        self.jobs.ended.connect(self._on_job)
        self.jobs.failed.connect(self.show_error)
        self._under_way: list[Running] = []
        self._stale: set[str] = set()
        self._secret: Secret | None = None
        self._locked: LockScreen | None = None
        self._seen_on = date.today()
        self._entries = {entry.key: entry for entry in PAGES}
        self.pages = _Pages(self._make_page)
        self.rail = Rail(PAGES)
        self.rail.wanted.connect(self.go_to)
        self.status = StatusLine()
        self._stack = QStackedWidget()
        self._whole = QWidget()
        self._build()
        self.commands = self._commands()
        self._actions = commands.install(self, self.commands)
        self._search_button()
        self._idle = IdleWatch(preferences.idle_minutes, self)
        self._idle.idle.connect(self.lock)
        self._enable()
        self._go_first()

    # -- building ----------------------------------------------------------------------------------

    def _make_page(self, key: str) -> Page:
        page = self._entries[key].make()
        page.workspace = self.workspace
        page.setEnabled(self.world is not None)
        self._stale.add(key)
        self._stack.addWidget(page)
        page.wants_commit.connect(self.commit)
        page.wants_page.connect(self.go_to)
        page.wants_job.connect(self.run_job)
        page.message.connect(self.status.show_message)
        page.wrote.connect(self._on_written)
        return page

    def _build(self) -> None:
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self._stack, 1)
        room = self._stack.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self._stack.setSizePolicy(room)
        lines = QVBoxLayout(self._whole)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addLayout(middle, 1)
        lines.addWidget(self.status)
        self.setCentralWidget(self._whole)
        self._whole.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._whole.setFocus()
        self.setWindowTitle(NAME)
        self.setAcceptDrops(True)
        self.resize(*SIZE)

    def begin(self) -> None:
        """Show the window where it stood last; the first time in its usual size, as large as a small screen allows."""
        room = self.screen().availableSize()
        if self.preferences.geometry:
            self.restoreGeometry(self.preferences.geometry)
        elif room.width() < SIZE[0] + FRAME or room.height() < SIZE[1] + FRAME:
            self.setWindowState(Qt.WindowState.WindowMaximized)
        self.show()

    def _search_button(self) -> None:
        # Kept here: the menu bar does not own it.
        self._search = QPushButton("Search children, IROs, actions…  Ctrl+K", self.menuBar())
        self._search.setObjectName("search")
        self._search.clicked.connect(self.show_finder)
        self.menuBar().setCornerWidget(self._search, Qt.Corner.TopRightCorner)

    def _commands(self) -> tuple[Command, ...]:
        def to(key: str, argument: Argument = None) -> Callable[[], None]:
            return lambda: self.go_to(key, argument)

        def look(appearance: Appearance) -> Callable[[], None]:
            return lambda: self.change_look(appearance=appearance)

        def size(change: int | None) -> Callable[[], None]:
            return lambda: self.change_look(
                points=style.DEFAULT_FONT if change is None else self.preferences.points + change
            )

        known = set(self._entries)
        return (
            Command("&File", "&New…", self.wants_new.emit),
            Command("&File", "&Open…", self.wants_open.emit, "Ctrl+O"),
            Command("&File", "Open &sample", self.wants_sample.emit),
            *([Command("&File", "&Import…", to("importing"), "Ctrl+I", True, True)] if "importing" in known else []),
            *([Command("&File", "&Export lists…", to("reports"), "Ctrl+E", True)] if "reports" in known else []),
            Command("&File", "&Lock", self.lock, "Ctrl+L", True, True),
            *(
                Command("&File/Lock when &idle", words, partial(self.lock_after, minutes))
                for minutes, words in LOCKING.items()
            ),
            Command("&File", "&Quit", self.close, "Ctrl+Q", line_before=True),
            Command("&Edit", "&Undo", self.undo, "Ctrl+Z", True),
            Command("&Edit", "&Redo", self.redo, "Ctrl+Shift+Z | Ctrl+Y", True),
            Command("&Edit", "&Find…", self.show_finder, "Ctrl+K", line_before=True),
            *(
                Command("&View", entry.title, to(entry.key), entry.keys or (f"Ctrl+{number}" if number < 10 else ""))
                for number, entry in enumerate(PAGES, 1)
            ),
            *(
                Command("&View/&Appearance", words, look(key), line_before=number == 0)
                for number, (key, words) in enumerate(APPEARANCES.items())
            ),
            Command("&View", "&Larger text", size(+1), "Ctrl++ | Ctrl+="),
            Command("&View", "&Smaller text", size(-1), "Ctrl+-"),
            Command("&View", "&Ordinary text", size(None), "Ctrl+0"),
            *(
                [Command("&Allocate", "&Suggest for referrals", to("referrals", Do("suggest")), "Ctrl+G", True)]
                if "referrals" in known
                else []
            ),
            *(
                [Command("&Allocate", "&Rebalance…", to("caseloads", Do("rebalance")), "", True)]
                if "caseloads" in known
                else []
            ),
            *(
                [Command("&Allocate", "Find &families…", to("children", Do("families")), "", True)]
                if "children" in known
                else []
            ),
            Command("&Help", "&Keys", lambda: KeyList(commands.key_list(self.commands), self).open(), "F1"),
            Command("&Help", "&About", lambda: About(self).open()),
        )

    # -- showing -----------------------------------------------------------------------------------

    def open_workspace(self, workspace: Workspace, world: World, passphrase: str | None = None) -> None:
        """Show a service that has just been opened, instead of what was there."""
        if self.workspace:
            before = self.workspace
            self.jobs.start(Job("Closing", lambda report, stopped: before.close(), database=True))
        self.workspace = workspace
        self._secret = Secret(passphrase) if passphrase else None
        for page in self.pages.values():
            page.workspace = workspace
        self.preferences.last_file = world.where
        self.show_world(world)
        self._go_first()
        self.opened.emit()

    def show_world(self, world: World) -> None:
        """Show this world: the current page now, the others when they are next seen."""
        self.world = world
        self._seen_on = date.today()
        self._stale = set(self.pages)
        kind = " (made up, not encrypted)" if world.sample else ""
        self.setWindowTitle(f"{world.name}{kind} – {NAME}")
        self.status.show_facts(facts(world), world.undo)
        waiting = len(world.loads.waiting)
        self.rail.show_badge("referrals", waiting, f"{waiting} waiting")
        self._enable()
        self._freshen(self.current)

    def _freshen(self, key: str) -> None:
        if self.world and key in self._stale:
            self._stale.discard(key)
            self.pages[key].show_world(self.world)

    @property
    def current(self) -> str:
        """The key of the page that is shown."""
        shown = self._stack.currentWidget()
        return next(key for key, page in self.pages.items() if page is shown)

    def go_to(self, key: str, argument: Argument = None) -> None:
        """Show a page and hand it the argument; does nothing for an unknown one."""
        if key in self._entries:
            page = self.pages[key]
            seen_before = page.focusWidget() is not None
            self._stack.setCurrentWidget(page)
            if page.first and not seen_before:
                page.first.setFocus()
            self.rail.show_current(key)
            self._freshen(key)
            if self.world and argument is not None:
                page.go_to(argument)

    def _go_first(self) -> None:
        last = self.preferences.last_page
        self.go_to(last if last in self._entries else PAGES[0].key)

    def _enable(self) -> None:
        for command in self.commands:
            self._actions[command.plain].setEnabled(bool(self.world) or not command.needs_service)
        world = self.world
        for name, label in (("Undo", world and world.undo), ("Redo", world and world.redo)):
            self._actions[name].setEnabled(bool(label))
            self._actions[name].setText(f"&{name}: {label}" if label else f"&{name}")
        self._actions["Lock"].setEnabled(self._secret is not None)
        for page in self.pages.values():
            page.setEnabled(bool(self.world))
        # Without a service a page would say that there are no IROs, no children.
        self._stack.setVisible(bool(self.world))

    # -- changing ----------------------------------------------------------------------------------

    def commit(self, step: Step) -> None:
        """Commit a step off the UI thread, show what came of it, and offer to undo it."""
        workspace = self.workspace
        if workspace is None or not step:
            return
        label = step.label

        def said(world: World) -> None:
            self.status.show_message(f"{label}: done.", "Undo", self.undo)

        self.run_job(
            Job("Saving", lambda report, stopped: workspace.commit(step), said, database=True, gives_world=True)
        )

    def undo(self) -> None:
        """Take the newest step back."""
        if self.workspace and self.world and self.world.undo:
            workspace, label = self.workspace, self.world.undo
            self._back_or_forth(workspace.undo, f"Undone: {label}.", "Redo", self.redo)

    def redo(self) -> None:
        """Take the newest undo back."""
        if self.workspace and self.world and self.world.redo:
            workspace, label = self.workspace, self.world.redo
            self._back_or_forth(workspace.redo, f"Done again: {label}.", "Undo", self.undo)

    def _back_or_forth(self, work: Callable[[], World], words: str, action: str, slot: Callable[[], object]) -> None:
        def said(world: World) -> None:
            self.status.show_message(words, action, slot)

        self.run_job(Job("Saving", lambda report, stopped: work(), said, database=True, gives_world=True))

    def run_job(self, job: Job) -> Running:
        """Start a job; one that gives a world has it shown everywhere before its own `done`."""
        if not job.gives_world:
            return self.jobs.start(job)

        def done(world: World) -> None:
            self.show_world(world)
            if job.done:
                job.done(world)

        return self.jobs.start(Job(job.title, job.work, done, job.failed, job.stop_words, database=job.database))

    def refresh(self) -> None:
        """Read the service again, as a new day or somebody else's step asks for."""
        if self.workspace:
            workspace = self.workspace
            self.run_job(Job("Reading", lambda report, stopped: workspace.world(), database=True, gives_world=True))

    def _on_job(self, running: Running) -> None:
        if running in self._under_way:
            self._under_way.remove(running)
        else:
            self._under_way.append(running)
        self.status.show_work(self._under_way[-1] if self._under_way else None)

    def show_error(self, error: Exception) -> None:
        """Show an error in the way that fits it; what somebody else has changed is shown with it."""
        show_error(error, self)
        if isinstance(error, Stale):
            self.refresh()

    # -- dialogs -----------------------------------------------------------------------------------

    def _on_written(self, files: tuple[Path, ...]) -> None:
        self.status.show_message(written_words(files), "Open folder", lambda: open_folder(files[0]))

    def show_finder(self) -> None:
        """Open the finder over the top of the window."""
        if self._locked:
            return
        finder = Finder(self.everything(), self)
        middle = self.mapToGlobal(self.rect().center())
        finder.move(middle.x() - finder.width() // 2, self.mapToGlobal(self.rect().topLeft()).y() + 60)
        finder.show()
        finder.field.setFocus()

    def everything(self) -> list[Find]:
        """What the finder finds: commands, IROs, families, children."""
        found = [
            Find(command.plain.rstrip("…"), "action", command.do, command.keys.split(" | ")[0])
            for command in self.commands
            if self._actions[command.plain].isEnabled()
        ]
        if not self.world:
            return found
        snapshot, loads = self.world.snapshot, self.world.loads

        def to(key: str, argument: Argument) -> Callable[[], None]:
            return lambda: self.go_to(key, argument)

        found += [Find(iro.name, "IRO", to("iros", iro.id)) for iro in snapshot.iro.values()]
        families: dict[str, list[str]] = {}
        names = {iro.id: iro.name for iro in snapshot.iro.values()}
        with_iro = {case.id: names[iro] for iro, cases in loads.by_iro.items() for case in cases}
        for case in snapshot.open_cases(self.world.day):
            if case.family:
                families.setdefault(case.family, []).append(case.id)
            also = " · ".join(part for part in (case.name, case.family, with_iro.get(case.id, "waiting")) if part)
            found.append(Find(case.id, "child", to("children", case.id), also))
        found += [
            Find(family, "family", to("children", Only(f"Family {family}", tuple(cases))), f"{len(cases)} children")
            for family, cases in families.items()
        ]
        return found

    # -- files dropped -----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders may be dropped anywhere, to be imported."""
        urls = event.mimeData().urls()
        free = self.world is not None and not self._locked and "importing" in self._entries
        event.setAccepted(free and bool(urls) and all(url.isLocalFile() for url in urls))

    def dropEvent(self, event: QDropEvent) -> None:
        """Draw up the import of what is dropped."""
        event.acceptProposedAction()
        paths = tuple(url.toLocalFile() for url in event.mimeData().urls())
        self.go_to("importing", Only("what was dropped", paths))

    # -- look, lock, leaving -----------------------------------------------------------------------

    def change_look(self, *, appearance: Appearance | None = None, points: int | None = None) -> None:
        """Another appearance or size of letters, at once and from now on."""
        if appearance:
            self.preferences.appearance = appearance
        if points:
            self.preferences.points = max(style.SMALLEST_FONT, min(points, style.LARGEST_FONT))
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        style.apply(app, self.preferences.appearance, self.preferences.points)

    def lock_after(self, minutes: int) -> None:
        """Lock an encrypted service after so many idle minutes, 0 = never."""
        self.preferences.idle_minutes = self._idle.minutes = minutes
        self.status.show_message(f"Encrypted services: {LOCKING[minutes][0].lower()}{LOCKING[minutes][1:]}.")

    def lock(self) -> None:
        """Hide the content behind the passphrase; an unencrypted sample needs no lock."""
        if self._secret and not self._locked:
            self._locked = LockScreen(self._secret, self)
            self._locked.unlocked.connect(self._unlock)
            self.menuBar().setEnabled(False)
            self._whole.setEnabled(False)

    def _unlock(self) -> None:
        self._locked = None
        self.menuBar().setEnabled(True)
        self._whole.setEnabled(True)

    def changeEvent(self, event: QEvent) -> None:
        """Coming back on another day shows that day."""
        super().changeEvent(event)
        back = event.type() == QEvent.Type.ActivationChange and self.isActiveWindow()
        if back and self.world and date.today() != self._seen_on:
            self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the place, let work end, close the service."""
        self.preferences.geometry = self.saveGeometry()
        if self.world:
            self.preferences.last_page = self.current
        self.preferences.save()
        if self.workspace:
            workspace, self.workspace = self.workspace, None
            self.jobs.start(Job("Closing", lambda report, stopped: workspace.close(), database=True))
        self.jobs.stop_all()
        super().closeEvent(event)


class _Pages(dict[str, Page]):
    """The pages by key, each made when it is first asked for: the window need not wait for all of them."""

    def __init__(self, make: Callable[[str], Page]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: str) -> Page:
        self[key] = self._make(key)
        return self[key]


def facts(world: World) -> str:
    """The status line's left end: the file, whether it is encrypted, its last backup, the counts."""
    if world.shared:
        kept = "shared service"
    elif world.sample:
        kept = "made up, not encrypted"
    else:
        kept = "encrypted ✓" if world.encrypted else "not encrypted"
    said = [world.name, kept]
    if world.last_backup:
        local = world.last_backup.astimezone()
        said.append(f"last backup {local:%H:%M}" if local.date() == date.today() else f"last backup {as_text(local)}")
    elif not world.sample:
        said.append("no backup yet")
    here = sum(at_work(iro, world.day) for iro in world.snapshot.iro.values())
    said.append(f"{here:,} {'IRO' if here == 1 else 'IROs'}")
    loads = world.loads
    said.append(f"{loads.children:,} children · {loads.cases:,} cases · load {loads.load:,.1f}")
    return " · ".join(said)
