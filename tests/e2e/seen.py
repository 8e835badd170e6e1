"""What is on the screen, as a screen reader is told it (AT-SPI): every control's role, name, state and place."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

PATIENCE = 30.0
"""Seconds after which somebody gives up."""

A11Y = "org.a11y.atspi."
DBUS = "org.freedesktop.DBus"
PROPERTIES = f"{DBUS}.Properties"
ENABLED, FOCUSED, CHECKED, SHOWING = 8, 12, 4, 25
"""Bits of AT-SPI's state."""

Reference = tuple[str, str]
"""A control's program and path on the bus."""


class Gone(Exception):
    """The control, or the whole program, is no longer there."""


def address(session: str) -> str:
    """Where screen readers meet programs, for a session bus."""
    with open_dbus_connection(session) as bus:
        asked = new_method_call(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
        return str(bus.send_and_get_reply(asked).body[0])


class Bus:
    """The connection a screen reader would have."""

    def __init__(self, address: str) -> None:
        self._bus: DBusConnection = open_dbus_connection(address)
        self.slowest = 0.0
        """Seconds that the slowest answer took: so long the window was busy with something else."""

    def call(self, who: Reference, interface: str, method: str, kinds: str | None = None, *given: Any) -> Any:
        """Ask a control something."""
        asked = new_method_call(DBusAddress(who[1], who[0], interface), method, kinds, given)
        began = time.monotonic()
        reply = self._bus.send_and_get_reply(asked, timeout=PATIENCE)
        self.slowest = max(self.slowest, time.monotonic() - began)
        if reply.header.message_type.name == "error":
            raise Gone(f"{method}: {reply.body}")
        return reply.body[0] if reply.body else None

    def property(self, who: Reference, interface: str, name: str) -> Any:
        """One property of a control."""
        return self.call(who, PROPERTIES, "Get", "ss", A11Y + interface, name)[1]

    def program(self, process: int) -> Control:
        """The program that runs as this process; raises Gone while it is not on the bus."""
        for name in self._daemon("ListNames"):
            if name.startswith(":") and self._daemon("GetConnectionUnixProcessID", "s", name) == process:
                return Control(self, (name, f"/{A11Y.replace('.', '/')}accessible/root"))
        raise Gone(f"process {process}")

    def _daemon(self, method: str, kinds: str | None = None, *given: Any) -> Any:
        return self.call((DBUS, "/org/freedesktop/DBus"), DBUS, method, kinds, *given)

    def close(self) -> None:
        """Leave the bus."""
        self._bus.close()


@dataclass(frozen=True, slots=True)
class Control:
    """Something on the screen; asked anew every time."""

    bus: Bus
    who: Reference

    def _ask(self, method: str, kinds: str | None = None, *given: Any, of: str = "Accessible") -> Any:
        return self.bus.call(self.who, A11Y + of, method, kinds, *given)

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.bus.property(self.who, "Accessible", "Name"))

    @property
    def role(self) -> str:
        """What it is: "push button", "label", "table"…"""
        return str(self._ask("GetRoleName"))

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, width, height on the screen."""
        left, top, width, height = self._ask("GetExtents", "u", 0, of="Component")
        return left, top, width, height

    @property
    def text(self) -> str:
        """What has been typed into it."""
        return str(self._ask("GetText", "ii", 0, -1, of="Text"))

    def _is(self, bit: int) -> bool:
        low, _ = self._ask("GetState")
        return bool(low >> bit & 1)

    @property
    def enabled(self) -> bool:
        """Whether it can be used now."""
        return self._is(ENABLED)

    @property
    def focused(self) -> bool:
        """Whether what is typed goes there."""
        return self._is(FOCUSED)

    @property
    def showing(self) -> bool:
        """Whether it is on the screen."""
        return self._is(SHOWING)

    @property
    def parts(self) -> list[Control]:
        """What is in it."""
        return [Control(self.bus, each) for each in self._ask("GetChildren")]

    def within(self) -> Iterator[Control]:
        """Everything in it that shows; tables' cells and closed menus are not looked through."""
        for part in self.parts:
            if part.role == "application" or part.showing:
                yield part
                if part.role not in {"table", "tree", "menu item"}:
                    yield from part.within()

    # -- tables ------------------------------------------------------------------------------------

    @property
    def rows(self) -> int:
        """How many rows a table has."""
        return int(self.bus.property(self.who, "Table", "NRows"))

    @property
    def columns(self) -> int:
        """How many columns a table has."""
        return int(self.bus.property(self.who, "Table", "NColumns"))

    def cell(self, row: int, column: int) -> Control:
        """A cell of a table."""
        program, path = self._ask("GetAccessibleAt", "ii", row, column, of="Table")
        return Control(self.bus, (program, path))

    def row(self, number: int) -> list[str]:
        """What a row of a table says."""
        return [self.cell(number, column).name for column in range(self.columns)]

    def row_with(self, words: str) -> int:
        """The first row that says this somewhere; -1 when none does."""
        return next((row for row in range(self.rows) if any(words in cell for cell in self.row(row))), -1)
