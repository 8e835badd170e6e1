"""What might be: the changes of a Scenario, each with its day, and the Scenario that a service keeps.

A change refuses nonsense when it is made and says itself in `words`. It carries the name of its IRO, so
that it can be read without the service. `tag` is what it is called in a few letters, and in the file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import ClassVar

from iro_allocator.domain.records import DEFAULT_PRIORITIES, Iro, check_hours, refuse

MOST_A_MONTH = 500
"""More or fewer referrals a month than this are a slip of the finger."""


def say(day: date) -> str:
    """A day as a sentence has it: 31 Mar 2027."""
    return f"{day.day} {day:%b %Y}"


def _children(count: int) -> str:
    return "1 child" if count == 1 else f"{count:,} children"


def _and(parts: Iterable[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """An IRO's last day of work is `day`."""

    iro: str
    name: str
    day: date
    tag: str = "leaves"

    @property
    def words(self) -> str:
        """The change as a sentence without its full stop."""
        return f"{self.name} leaves on {say(self.day)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractEnds:
    """An interim IRO's contract ends: `day` is the last day of work."""

    iro: str
    name: str
    day: date
    tag: str = "contract"

    @property
    def words(self) -> str:
        """The change as a sentence without its full stop."""
        return f"{self.name}’s contract ends on {say(self.day)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """An IRO is away from `day` to `last`, both included (None = until when is not known).

    `cover`: others cover, the children stay theirs; else their children get another IRO. `working` is the
    part of their time still worked.
    """

    iro: str
    name: str
    day: date
    last: date | None = None
    cover: bool = False
    working: float = 0.0
    reason: str = "sickness"
    tag: str = "absent"

    def __post_init__(self) -> None:
        who = f"Absence of {self.name}"
        if self.last and self.last < self.day:
            refuse(who, "it ends before it begins", "Correct one of the two dates.")
        if not 0 <= self.working < 1:
            refuse(who, "the part still worked must be at least 0 and less than 1", "Give 0 when off sick.")

    @property
    def words(self) -> str:
        """The change as a sentence without its full stop."""
        until = f"to {say(self.last)}" if self.last else "on, until when is not known"
        part = f", working {self.working:.0%} of their time" if self.working else ""
        what = "others cover" if self.cover else "their children are reallocated"
        return f"{self.name} is away from {say(self.day)} {until}{part}: {what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursChange:
    """An IRO has other contracted hours or other duties from `day` on (None = as before)."""

    iro: str
    name: str
    day: date
    contracted_hours: float | None = None
    other_duties: float | None = None
    tag: str = "hours"

    def __post_init__(self) -> None:
        if self.contracted_hours is None and self.other_duties is None:
            refuse(f"Hours of {self.name}", "neither hours nor other duties are given", "Give one of the two.")
        check_hours(f"Hours of {self.name}", self.contracted_hours, self.other_duties)

    @property
    def words(self) -> str:
        """The change as a sentence without its full stop."""
        said = [] if self.contracted_hours is None else [f"works {self.contracted_hours:g} hours a week"]
        said += [] if self.other_duties is None else [f"has {self.other_duties:.0%} other duties"]
        return f"{self.name} {_and(said)} from {say(self.day)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joins:
    """A new IRO starts on their first day.

    `induction` holds (weeks, part of a full share), one after the other from the first day: the lighter
    share that grows. ((4, 0.5), (4, 0.75)) is half a share for four weeks, then three quarters for four.
    """

    iro: Iro
    induction: tuple[tuple[int, float], ...] = ()
    tag: str = "joins"

    def __post_init__(self) -> None:
        if self.iro.first_day is None:
            refuse(f"New IRO {self.iro.name}", "a first day is needed", "Give the day on which they start.")
        for weeks, part in self.induction:
            if not (1 <= weeks <= 104 and 0 <= part < 1):
                refuse(
                    f"Induction of {self.iro.name}",
                    f"{weeks} weeks at {part:.0%} of a share cannot be right",
                    "Give 1 to 104 weeks, and a part of at least 0 and less than 100%.",
                )

    @property
    def day(self) -> date:
        """The first day of work."""
        assert self.iro.first_day is not None
        return self.iro.first_day

    @property
    def name(self) -> str:
        """Whom it is about."""
        return self.iro.name

    @property
    def words(self) -> str:
        """The change as a sentence without its full stop."""
        said = f"{self.name} joins on {say(self.day)}: {self.iro.contracted_hours:g} hours, {self.iro.employment}"
        if self.induction:
            said += ", " + ", ".join(f"{weeks} weeks at {part:.0%} of a share" for weeks, part in self.induction)
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """So many more referrals a month than now from `day` on, fewer when negative (children).

    Now, as many children come as go. More: children like those of the service, drawn by `seed`, come on
    top. Fewer: as many children go as before, and so many of them a month are not followed by another.
    """

    per_month: float
    day: date
    seed: int = 2017
    tag: str = "demand"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.per_month) and 0 < abs(self.per_month) <= MOST_A_MONTH):
            refuse(
                "Referrals",
                f"{self.per_month:+g} a month cannot be right",
                f"Give the difference to now, up to {MOST_A_MONTH} more or fewer.",
            )

    @property
    def words(self) -> str:
        """The change as a sentence without its full stop."""
        more = "more" if self.per_month > 0 else "fewer"
        what = "referral" if abs(self.per_month) == 1 else "referrals"
        return f"{abs(self.per_month):g} {more} {what} a month from {say(self.day)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSettings:
    """Other limits, weights or priorities from `day` on; what is not given stays as it is.

    `weights` are (key, case equivalents) of the scheme or of one of its factors; `priorities` (term, points).
    """

    day: date
    limit_per_fte: float | None = None
    limit_counts: str = ""
    weights: tuple[tuple[str, float], ...] = ()
    priorities: tuple[tuple[str, float], ...] = ()
    tag: str = "settings"

    def __post_init__(self) -> None:
        if self.limit_per_fte is None and not (self.limit_counts or self.weights or self.priorities):
            refuse("Other settings", "nothing is given that would differ", "Give a limit, a weight or a priority.")
        if self.limit_per_fte is not None and not 0 < self.limit_per_fte < math.inf:
            refuse("Other settings", "the limit per full-time IRO must be more than 0", "The handbook says 50 to 70.")
        if self.limit_counts not in ("", "load", "children"):
            refuse("Other settings", "the limit counts load or children", "Choose one of the two.")
        for key, value in self.priorities:
            if key not in DEFAULT_PRIORITIES:
                refuse("Other settings", f"priority “{key}” is unknown", f"Known are {', '.join(DEFAULT_PRIORITIES)}.")
            if not 0 <= value < math.inf:
                refuse("Other settings", f"priority “{key}” must not be negative", "0 switches it off.")
        for key, value in self.weights:
            if not -5 <= value <= 20:
                refuse("Other settings", f"the weight {value:g} of “{key}” cannot be right", "Give -5 to 20.")
        object.__setattr__(self, "weights", tuple(sorted(dict(self.weights).items())))
        object.__setattr__(self, "priorities", tuple(sorted(dict(self.priorities).items())))

    @property
    def words(self) -> str:
        """The change as a sentence without its full stop."""
        said = [] if self.limit_per_fte is None else [f"a limit of {self.limit_per_fte:g} for each FTE"]
        said += [f"a limit that counts {self.limit_counts}"] if self.limit_counts else []
        said += [f"weight “{key}” {value:g}" for key, value in self.weights]
        said += [f"priority “{key}” {value:g}" for key, value in self.priorities]
        return f"{_and(said)}, from {say(self.day)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """These children stay with the IRO they have on `day`."""

    cases: tuple[str, ...]
    day: date
    reason: str = ""
    tag: str = "pin"

    def __post_init__(self) -> None:
        if not self.cases:
            refuse("Pin", "no child is named", "Name at least one child.")
        object.__setattr__(self, "cases", tuple(sorted(set(self.cases))))

    @property
    def words(self) -> str:
        """The change as a sentence without its full stop."""
        who = self.cases[0] if len(self.cases) == 1 else _children(len(self.cases))
        return f"{who} {'stays' if len(self.cases) == 1 else 'stay'} with whom they have on {say(self.day)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """An IRO may not have these children from `day` on, and why."""

    iro: str
    name: str
    cases: tuple[str, ...]
    day: date
    reason: str
    tag: str = "bar"

    def __post_init__(self) -> None:
        if not self.cases:
            refuse("Bar", "no child is named", "Name at least one child.")
        if not self.reason.strip():
            refuse("Bar", "it needs a reason", "Say in a few words why, such as “was their team manager”.")
        object.__setattr__(self, "cases", tuple(sorted(set(self.cases))))

    @property
    def words(self) -> str:
        """The change as a sentence without its full stop."""
        who = self.cases[0] if len(self.cases) == 1 else _children(len(self.cases))
        return f"{self.name} may not have {who}: {self.reason}"


Change = Leaves | ContractEnds | Absent | HoursChange | Joins | Demand | NewSettings | Pin | Bar


def tag_of(kind: type) -> str:
    """The tag of a kind of change."""
    return str(next(field.default for field in fields(kind) if field.name == "tag"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Changes not made yet, by name, and the day for which they are worked out.

    It changes nothing until it is adopted. `note` is the manager's own.
    """

    kind: ClassVar[str] = "scenario"

    id: str
    name: str
    day: date
    changes: tuple[Change, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if not self.id.strip() or not self.name.strip():
            refuse("Scenario", "it needs a name", "Give it one, such as “R. Bell leaves”.")
        joining = [change.iro.id for change in self.changes if isinstance(change, Joins)]
        if len(set(joining)) < len(joining):
            refuse(f"Scenario {self.name}", "the same new IRO joins twice", "Add the second as somebody else.")
        object.__setattr__(self, "changes", tuple(sorted(self.changes, key=lambda change: change.day)))
