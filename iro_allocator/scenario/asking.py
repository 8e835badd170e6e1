"""A scenario's changes from the words of the command line: “R. Bell@2027-03-31”, “K. Moss=22@2027-05-01”."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from iro_allocator import staffing
from iro_allocator.domain import (
    Absent,
    Change,
    ContractEnds,
    Demand,
    HoursChange,
    Iro,
    Joins,
    Leaves,
    NewSettings,
    Scenario,
    Snapshot,
)
from iro_allocator.errors import Explained

SHAPES: Mapping[str, str] = {
    "leaves": "NAME@DATE",
    "contract-ends": "NAME@DATE",
    "absent": "NAME@FROM..TO",
    "cover": "NAME@FROM..TO",
    "hours": "NAME=HOURS[@DATE]",
    "joins": "NAME=HOURS@DATE",
    "referrals": "+NUMBER[@DATE]",
    "limit": "NUMBER[@DATE]",
}
"""What each option looks like. Without TO until when is not known; without a date (hours, referrals) from today."""


def changes(
    asked: Mapping[str, Sequence[str]], find: Callable[[str], Iro], taken: Iterable[str], today: date
) -> tuple[Change, ...]:
    """The changes that options (see SHAPES) ask for.

    `find` gives the IRO of a name and raises Explained when there is none; `taken` are the ids of IROs.
    """
    reader = _Reader(find, taken, today)
    # Who joins first, so that other options may speak of them.
    order = ["joins", *(option for option in SHAPES if option != "joins")]
    return tuple(reader.read(option, text) for option in order for text in asked.get(option, ()))


def day_of(scenario: Iterable[Change], today: date) -> date:
    """The day for which to work out changes when none is given: when all have come about."""
    return max([today, *(change.day + timedelta(isinstance(change, Leaves | ContractEnds)) for change in scenario)])


def saved(snapshot: Snapshot, name: str) -> Scenario:
    """The scenario of a name (or reference) that the service keeps."""
    wanted = name.strip().casefold()
    for scenario in snapshot.scenario.values():
        if wanted in (scenario.name.casefold(), scenario.id.casefold()):
            return scenario
    known = ", ".join(sorted(scenario.name for scenario in snapshot.scenario.values()))
    raise Explained(
        f"There is no scenario “{name}” in this service.", f"There are: {known}." if known else "None is kept yet."
    )


class _Reader:
    def __init__(self, find: Callable[[str], Iro], taken: Iterable[str], today: date) -> None:
        self.find, self.taken, self.today = find, set(taken), today
        self.joining: dict[str, Iro] = {}

    def who(self, name: str) -> Iro:
        """The IRO of a name, those who join included."""
        return self.joining.get(name.strip().casefold()) or self.find(name)

    def read(self, option: str, text: str) -> Change:
        """The change that one option asks for."""
        head, at, when = text.rpartition("@")
        if not at and option in ("hours", "referrals", "limit"):
            head, when = text, self.today.isoformat()
        elif not at:
            raise self.wrong(option, text)
        if option in ("absent", "cover"):
            return self._absent(option, text, head, when)
        day = self._day(option, text, when)
        if option in ("leaves", "contract-ends"):
            iro = self.who(head)
            return (Leaves if option == "leaves" else ContractEnds)(iro=iro.id, name=iro.name, day=day)
        if option == "referrals":
            return Demand(per_month=self._number(option, text, head), day=day)
        if option == "limit":
            return NewSettings(day=day, limit_per_fte=self._number(option, text, head))
        name, equals, hours = head.rpartition("=")
        if not equals or not name.strip():
            raise self.wrong(option, text)
        if option == "hours":
            iro = self.who(name)
            return HoursChange(iro=iro.id, name=iro.name, day=day, contracted_hours=self._number(option, text, hours))
        new = Iro(
            id=staffing.next_iro_id(self.taken),
            name=name.strip(),
            contracted_hours=self._number(option, text, hours),
            first_day=day,
        )
        self.taken.add(new.id)
        self.joining[new.name.casefold()] = new
        return Joins(iro=new)

    def _absent(self, option: str, text: str, who: str, when: str) -> Change:
        first, dots, last = when.partition("..")
        if not dots:
            raise self.wrong(option, text)
        iro = self.who(who)
        return Absent(
            iro=iro.id,
            name=iro.name,
            day=self._day(option, text, first),
            last=self._day(option, text, last) if last.strip() else None,
            cover=option == "cover",
        )

    def _day(self, option: str, text: str, when: str) -> date:
        try:
            return date.fromisoformat(when.strip())
        except ValueError:
            raise self.wrong(option, text) from None

    def _number(self, option: str, text: str, number: str) -> float:
        if not re.fullmatch(r"[+-]?\d+(\.\d+)?", number.strip()):
            raise self.wrong(option, text)
        return float(number)

    def wrong(self, option: str, text: str) -> Explained:
        """The refusal of words that cannot be read."""
        return Explained(f"“{text}” cannot be read.", f"--{option} wants {SHAPES[option]}, a date as 2027-03-31.")
