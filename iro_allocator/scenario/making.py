"""A scenario's changes as edits, the service under them on a day, and what of them still fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from iro_allocator import allocating, staffing
from iro_allocator.domain import (
    Absent,
    Bar,
    Change,
    ContractEnds,
    Demand,
    HoursChange,
    Joins,
    Leaves,
    NewSettings,
    Pin,
    Scenario,
    Scheme,
    Settings,
    Snapshot,
)
from iro_allocator.domain.changes import say
from iro_allocator.edits import Edit, Step, difference
from iro_allocator.errors import Explained
from iro_allocator.scenario.demand import drawn


@dataclass(frozen=True, slots=True)
class Misfit:
    """A change that does not fit the present, and why, in a sentence."""

    change: Change
    why: str


@dataclass(frozen=True, slots=True)
class Rebased:
    """A scenario with the changes that still fit, and those that do not. Together they are all there were."""

    scenario: Scenario
    misfits: tuple[Misfit, ...]


def on(snapshot: Snapshot, day: date, scenario: Scenario | None = None) -> Snapshot:
    """The service as it would stand on a day if the scenario came about; without one, as it is.

    Everything in a service has its dates, so it is read as of that day. More or fewer referrals are drawn
    up to it. Raises Explained when a change does not fit (see `rebase`).
    """
    if scenario is None:
        return snapshot
    after = Step(scenario.name, edits(snapshot, scenario)).apply(snapshot)
    for number, change in enumerate(scenario.changes, 1):
        if isinstance(change, Demand):
            after = Step(scenario.name, drawn(after, change, day, f"drawn {number}")).apply(after)
    return after


def edits(snapshot: Snapshot, scenario: Scenario) -> tuple[Edit, ...]:
    """The edits that adopting the scenario makes, moves aside. What is only supposed (referrals) makes none.

    Raises Explained when a change does not fit.
    """
    after = snapshot
    for change in scenario.changes:
        if why := _against(after, change):
            raise Explained(why, "Change or remove it in the scenario.")
        after = Step(scenario.name, _made(after, change)).apply(after)
    return difference(snapshot, after) if after is not snapshot else ()


def rebase(scenario: Scenario, before: Snapshot, now: Snapshot) -> Rebased:
    """What of a scenario that was made upon `before` still fits `now`, and what does not, with the reason.

    A change of several children keeps those for whom it fits. Nothing gets lost: what is kept and what is
    told are all the changes there were.
    """
    kept: list[Change] = []
    misfits: list[Misfit] = []
    after = now
    for change in scenario.changes:
        for part, cannot in _parts(change, after):
            if why := cannot or _moved_on(part, before, now):
                misfits.append(Misfit(part, why))
                continue
            kept.append(_renamed(part, now))
            after = Step(scenario.name, _made(after, part)).apply(after)
    return Rebased(replace(scenario, changes=tuple(kept)), tuple(misfits))


def _renamed(change: Change, now: Snapshot) -> Change:
    """The change with the IRO's name of today."""
    if isinstance(change, Joins | Demand | NewSettings | Pin) or change.iro not in now.iro:
        return change
    return replace(change, name=now.iro[change.iro].name)


def _parts(change: Change, now: Snapshot) -> Iterable[tuple[Change, str]]:
    """A change whole, or by its children, with why it cannot be made ("" when it can)."""
    if not isinstance(change, Pin | Bar):
        yield change, _against(now, change)
        return
    each = {case: _against(now, replace(change, cases=(case,))) for case in change.cases}
    fitting = tuple(case for case, why in each.items() if not why)
    if fitting:
        yield replace(change, cases=fitting), ""
    for why in dict.fromkeys(why for why in each.values() if why):
        yield replace(change, cases=tuple(case for case, said in each.items() if said == why)), why


# -- what each change makes --------------------------------------------------------------------------


def _made(snapshot: Snapshot, change: Change) -> tuple[Edit, ...]:
    return _MAKES[change.tag](snapshot, change)


def _absent(snapshot: Snapshot, change: Absent) -> tuple[Edit, ...]:
    return staffing.away(
        snapshot,
        change.iro,
        change.day,
        change.last,
        reason=change.reason,
        working=change.working,
        keeps_children=change.cover,
    )


def _hours(snapshot: Snapshot, change: HoursChange) -> tuple[Edit, ...]:
    return staffing.other_hours(
        snapshot,
        change.iro,
        change.day,
        contracted_hours=change.contracted_hours,
        other_duties=change.other_duties,
    )


def _settings(snapshot: Snapshot, change: NewSettings) -> tuple[Edit, ...]:
    now = snapshot.settings_on(change.day)
    given: dict[str, Any] = {}
    if change.limit_per_fte is not None:
        given["limit_per_fte"] = change.limit_per_fte
    if change.limit_counts:
        given["limit_counts"] = change.limit_counts
    if change.priorities:
        given["priorities"] = tuple((dict(now.priorities) | dict(change.priorities)).items())
    if change.weights:
        given["scheme"] = _scheme(now.scheme, dict(change.weights))
    version = max((row.version for row in snapshot.settings.values()), default=0) + 1
    name = f"settings-{version}"
    while name in snapshot.settings:
        name += "-2"
    return (Edit(None, replace(now, id=name, version=version, start=change.day, **given)),)


def _scheme(scheme: Scheme, weights: Mapping[str, float]) -> Scheme:
    own: dict[str, Any] = {key: value for key, value in weights.items() if key in Scheme.LABELS}
    factors = tuple(replace(factor, weight=weights.get(factor.key, factor.weight)) for factor in scheme.factors)
    return replace(scheme, factors=factors, **own)


_MAKES: Mapping[str, Callable[[Snapshot, Any], tuple[Edit, ...]]] = {
    "leaves": lambda snapshot, change: staffing.leave(snapshot, change.iro, change.day),
    "contract": lambda snapshot, change: staffing.leave(snapshot, change.iro, change.day),
    "absent": _absent,
    "hours": _hours,
    "joins": lambda snapshot, change: staffing.join(change.iro, change.induction),
    "demand": lambda snapshot, change: (),
    "settings": _settings,
    "pin": lambda s, change: allocating.pin(s, change.cases, change.day, True, change.reason),
    "bar": lambda s, change: allocating.bar(s, change.cases, change.iro, change.day, change.reason),
}


# -- whether it fits ---------------------------------------------------------------------------------


def _against(snapshot: Snapshot, change: Change) -> str:
    """Why a change cannot be made upon a snapshot; "" when it can."""
    if isinstance(change, Demand):
        return ""
    if isinstance(change, Joins):
        there = snapshot.iro.get(change.iro.id)
        return f"{there.name} is in the service already: {change.name} would be the same IRO." if there else ""
    if isinstance(change, NewSettings):
        now = snapshot.settings_on(change.day)
        known = {*Scheme.LABELS, *(factor.key for factor in now.scheme.factors)}
        strange = [key for key, _ in change.weights if key not in known]
        return f"The scheme has no weight “{strange[0]}”." if strange else ""
    if isinstance(change, Pin | Bar):
        return next((why for case in change.cases if (why := _against_child(snapshot, change, case))), "")
    iro = snapshot.iro.get(change.iro)
    if iro is None:
        return f"{change.name} is not in the service any more."
    if iro.first_day and change.day < iro.first_day:
        return f"{iro.name} starts on {say(iro.first_day)} only, after {say(change.day)}."
    if iro.last_day and not isinstance(change, Leaves | ContractEnds) and change.day > iro.last_day:
        return f"{iro.name} leaves on {say(iro.last_day)}, before {say(change.day)}."
    return ""


def _against_child(snapshot: Snapshot, change: Pin | Bar, case: str) -> str:
    child = snapshot.case.get(case)
    if child is None:
        return f"Child {case} is not in the service any more."
    if child.closed and child.closed <= change.day:
        return f"The case of child {case} is closed from {say(child.closed)}."
    if isinstance(change, Pin) and snapshot.allocation_on(case, change.day) is None:
        return f"Child {case} has no IRO on {say(change.day)} to stay with."
    if isinstance(change, Bar) and change.iro not in snapshot.iro:
        return f"{change.name} is not in the service any more."
    return ""


def _moved_on(change: Change, before: Snapshot, now: Snapshot) -> str:
    """Why a change that could be made should be looked at again: somebody has changed the same meanwhile."""
    if isinstance(change, Joins | Demand | Pin | Bar):
        return ""
    if isinstance(change, NewSettings):
        was, is_ = before.settings_on(change.day), now.settings_on(change.day)
        return "" if _same_scheme(was, is_) else "The settings have been changed since."
    one, other = before.iro.get(change.iro), now.iro.get(change.iro)
    if one is None or other is None:
        return ""
    if isinstance(change, Leaves | ContractEnds) and one.last_day != other.last_day:
        said = f"is {say(other.last_day)} since" if other.last_day else "was taken away since"
        return f"{other.name}’s last day {said}."
    if isinstance(change, HoursChange) and before.iro_on(one, change.day) != now.iro_on(other, change.day):
        was_hours, hours = before.iro_on(one, change.day), now.iro_on(other, change.day)
        if (was_hours.contracted_hours, was_hours.other_duties) != (hours.contracted_hours, hours.other_duties):
            return f"{other.name}’s hours have been changed since: {hours.contracted_hours:g} from {say(change.day)}."
    if isinstance(change, Absent):
        there = set(before.absences_of(change.iro, change.day))
        new = [row for row in now.absences_of(change.iro, change.day) if row not in there]
        if new:
            return f"{other.name} has another absence from {say(new[0].first)} since."
    return ""


def _same_scheme(one: Settings, other: Settings) -> bool:
    def told(settings: Settings) -> tuple[object, ...]:
        return settings.limit_per_fte, settings.limit_counts, settings.scheme, settings.priorities

    return told(one) == told(other)
