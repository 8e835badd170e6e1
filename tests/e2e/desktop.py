"""A desktop of its own: a screen (Xvfb), a session bus, a window manager (openbox). Nobody's real one is touched."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from tests.e2e import seen

SIZE = "1440x900x24"


class Desktop:
    """Started on entering; everything it started is ended on leaving, by its id."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment: dict[str, str] = {}
        self._ends = ExitStack()

    def __enter__(self) -> Desktop:
        try:
            self._begin()
        except BaseException:
            self._ends.close()
            raise
        return self

    def _begin(self) -> None:
        self.environment = self._fresh_home()
        # Without -noreset it begins anew when the last that looks has gone, under whoever is just coming.
        number = self._said("Xvfb", "-displayfd", "1", "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset")
        self.environment["DISPLAY"] = f":{number}"
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._said(
            "dbus-daemon", "--session", "--nofork", "--print-address"
        )
        self.start("openbox", output=subprocess.DEVNULL)
        self._wait_for_windows()
        # A screen reader is there: that is how the journeys find what they click.
        self.environment["AT_SPI_BUS_ADDRESS"] = seen.address(self.environment["DBUS_SESSION_BUS_ADDRESS"])

    def _wait_for_windows(self) -> None:
        """Wait for the window manager: keys reach nobody before."""
        for _ in range(200):
            asked = ("xdotool", "get_num_desktops")
            if not subprocess.run(asked, env=self.environment, capture_output=True, check=False).returncode:
                return
            time.sleep(0.05)
        raise RuntimeError("openbox did not start.")

    def _fresh_home(self) -> dict[str, str]:
        """The surroundings of somebody who has never had the program."""
        theirs = {key: value for key, value in os.environ.items() if not key.startswith(("QT_", "XDG_", "IRO_"))}
        for key, name in (
            ("HOME", "home"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_RUNTIME_DIR", "running"),
        ):
            there = self.folder / name
            there.mkdir(mode=0o700)
            theirs[key] = str(there)
        (self.folder / "home" / "Documents").mkdir()
        return theirs | {"LC_ALL": "C.UTF-8"}

    def start(
        self, *command: str, output: int | None = None, surroundings: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start a process in a group of its own, which is ended with the desktop."""
        process = subprocess.Popen(
            command,
            env=self.environment | dict(surroundings or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
            start_new_session=True,
        )
        self._ends.callback(_end, process)
        return process

    def _said(self, *command: str) -> str:
        """Start a process that goes on; gives the first line it says."""
        process = subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self._ends.callback(_end, process)
        assert process.stdout
        said = process.stdout.readline().strip()
        if not said:
            raise RuntimeError(f"{command[0]} did not start.")
        return said

    def run(self, *command: str) -> str:
        """Run a command on this desktop; gives what it says."""
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout.strip()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.close()


def _end(process: subprocess.Popen[str]) -> None:
    """End a process and what it has started (its group is its own)."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
