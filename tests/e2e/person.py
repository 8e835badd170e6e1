"""Somebody at the program: looks, clicks, drags, types, and keeps a picture of what is seen."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TypeVar

from tests.e2e.desktop import Desktop
from tests.e2e.seen import PATIENCE, Bus, Control, Gone

PROGRAM = Path(__file__).parent.parent.parent / ".venv" / "bin" / "iro-allocator"
Found = TypeVar("Found")


class Person:
    """One person, one running program at a time. `clicks` counts what the journeys promise."""

    def __init__(self, desktop: Desktop, pictures: Path, journey: str) -> None:
        self._desktop, self._pictures, self._journey = desktop, pictures, journey
        self._number = count(1)
        self._bus: Bus | None = None
        self._program: subprocess.Popen[str] | None = None
        self._complaints = desktop.folder / "stderr"
        self.clicks = 0
        self.times: list[tuple[str, float]] = []

    # -- the program -------------------------------------------------------------------------------

    def start(self, *arguments: str) -> None:
        """Start the program, as the desktop's menu would, and wait for its window."""
        began = time.monotonic()
        with self._complaints.open("w", encoding="utf-8") as complaints:
            self._program = self._desktop.start(str(PROGRAM), *arguments, output=complaints.fileno())
        self.until(self._windows, "no window is shown")
        self.times.append(
            (f"start {' '.join(Path(each).name for each in arguments)}: window", time.monotonic() - began)
        )
        self._bus = Bus(self._desktop.environment["AT_SPI_BUS_ADDRESS"])

    def _windows(self) -> bool:
        found = subprocess.run(
            ("xdotool", "search", "--onlyvisible", "--name", "IRO Allocator"),
            env=self._desktop.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return bool(found.stdout.strip())

    def quit(self) -> None:
        """Leave by Ctrl+Q: the program must end well and have complained of nothing."""
        assert self._program and self._bus
        self.keys("ctrl+q")
        code = self._program.wait(PATIENCE)
        complaints = self._said_wrong()
        self.times.append(("longest that the window did not answer", self._bus.slowest))
        self._bus.close()
        self._bus = self._program = None
        assert code == 0, f"ended with {code}: {complaints}"
        assert not complaints, f"complained: {complaints}"

    def _said_wrong(self) -> str:
        """What the program complained of; asking after a control that is gone by now is the asker's fault."""
        lines = self._complaints.read_text(encoding="utf-8").splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("qt.accessibility.atspi: Could not find"))

    def command(self, *arguments: str, says: str = "") -> None:
        """Run a command of the command line: it must do it, and say this."""
        done = subprocess.run(
            (str(PROGRAM), *arguments), env=self._desktop.environment, capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0 and says in said, f"{arguments[0]} says: {said}"

    # -- looking -----------------------------------------------------------------------------------

    def until(self, found: Callable[[], Found | None], otherwise: str) -> Found:
        """Look again and again until there is something."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(Gone):
                if result := found():
                    return result
            if self._program and self._program.poll() is not None:
                raise AssertionError(f"The program has ended: {self._said_wrong()}")
            time.sleep(0.02)
        raise AssertionError(f"After {PATIENCE:.0f} s {otherwise}.")

    def everything(self) -> list[Control]:
        """All that shows, dialogs last."""
        assert self._bus and self._program
        found = []
        for window in self._bus.program(self._program.pid).parts:
            if window.showing:
                found += [window, *window.within()]
        return found

    def look_for(self, name: str, role: str = "") -> Control:
        """What is called this (a whole name as a regular expression), in the foremost window that has it."""

        def look() -> Control | None:
            for control in reversed(self.everything()):
                if re.fullmatch(name, control.name) and role in {"", control.role}:
                    return control
            return None

        return self.until(look, f"nothing{f' ({role})' if role else ''} called “{name}” is seen")

    def sees(self, name: str, role: str = "") -> bool:
        """Whether something called this shows now."""
        return any(re.fullmatch(name, each.name) and role in {"", each.role} for each in self.everything())

    def wait(self, name: str, role: str = "", *, gone: bool = False) -> None:
        """Wait until something called this shows, or no longer does."""
        self.until(lambda: self.sees(name, role) is not gone, f"“{name}” is {'still' if gone else 'not'} seen")

    def settle(self) -> None:
        """Wait until nothing is worked out any more."""
        self.until(lambda: not self.sees("Progress", "progress bar"), "work still goes on")

    def timed(self, what: str, began: float) -> None:
        """Keep how long something took."""
        self.times.append((what, time.monotonic() - began))

    def picture(self, what: str) -> None:
        """Keep what is on the screen, as a numbered picture."""
        time.sleep(0.25)  # the last stroke is drawn
        file = self._pictures / f"{self._journey}-{next(self._number):02}-{what}.png"
        self._x("import", "-window", "root", str(file))

    # -- doing -------------------------------------------------------------------------------------

    def click(self, name: str, role: str = "push button", *, button: int = 1) -> None:
        """Click on what is called this, when it can be used."""
        control = self.look_for(name, role)
        self.until(lambda: control.enabled, f"“{name}” cannot be used")
        self.click_on(control, button=button)

    def click_on(self, control: Control, *, button: int = 1, twice: bool = False) -> None:
        """Click in the middle of something."""
        x, y = middle(control)
        self._x("xdotool", "mousemove", str(x), str(y))
        self._x("xdotool", "click", *(["--repeat", "2", "--delay", "60"] if twice else []), str(button))
        self.clicks += 1

    def drag(self, one: Control, other: Control, before_letting_go: Callable[[], object]) -> None:
        """Take something with the mouse to something else, look, let go."""
        (x, y), (to_x, to_y) = middle(one), middle(other)
        self._x("xdotool", "mousemove", str(x), str(y), "mousedown", "1")
        steps = 12
        for step in range(1, steps + 1):
            across, down = x + (to_x - x) * step // steps, y + (to_y - y) * step // steps
            self._x("xdotool", "mousemove", str(across), str(down))
            time.sleep(0.03)
        self._x("xdotool", "mousemove", str(to_x + 3), str(to_y + 2))
        try:
            before_letting_go()
        finally:
            self._x("xdotool", "mouseup", "1")
        self.clicks += 1

    def keys(self, *keys: str) -> None:
        """Press keys ("ctrl+z")."""
        self._x("xdotool", "key", "--clearmodifiers", "--delay", "30", *keys)

    def write(self, text: str) -> None:
        """Type a text where the focus is."""
        self._x("xdotool", "type", "--clearmodifiers", "--delay", "8", text)

    def choose_file(self, path: Path) -> None:
        """Answer the dialog that asks for a file."""
        self.wait("File name:", "label")
        self.keys("ctrl+a")
        self.write(str(path))
        self.keys("Return")

    def _x(self, *command: str) -> str:
        return self._desktop.run(*command)


def middle(control: Control) -> tuple[int, int]:
    """The middle of something on the screen."""
    left, top, width, height = control.box
    assert width > 0 and height > 0, f"{control.name} has no place on the screen"
    return left + width // 2, top + height // 2
