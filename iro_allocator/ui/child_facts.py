"""What the children's screens say: the rows of the table, filters, weight and reviews in words. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from iro_allocator import allocating
from iro_allocator.briefing import split_families
from iro_allocator.caseload import LEAST_WEIGHT, Weight, weights
from iro_allocator.coming import next_iro
from iro_allocator.diary import review_due
from iro_allocator.domain import BOTH, CASE_TYPES, CP, LAC, Allocation, Case, Settings
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained
from iro_allocator.looking_back import say
from iro_allocator.ui.caseload_rows import of_type, placed, plain
from iro_allocator.ui.iro_facts import FAR
from iro_allocator.ui.record_changes import summary

if TYPE_CHECKING:
    from iro_allocator.workspace import World

SOON = timedelta(days=28)
"""A review due within this is due soon."""

SHORT_TYPES: Mapping[str, str] = {LAC: "LAC", CP: "CP", BOTH: "both"}


@dataclass(frozen=True, slots=True)
class ChildRow:
    """One row of the table of children. `flags` are (word, explanation); `months` the age, −1 unborn."""

    case: Case
    iro: str
    iro_name: str
    since: date | None
    weight: Weight | None
    months: int | None
    review: date | None
    overdue: bool
    soon: bool
    open: bool
    flags: tuple[tuple[str, str], ...]
    unsaved: bool = False

    def has(self, flag: str) -> bool:
        """Whether the child has a flag."""
        return any(word == flag for word, _ in self.flags)


def rows(world: World, *, closed: bool = False, unsaved: Iterable[str] = ()) -> tuple[ChildRow, ...]:
    """The children who need an IRO today, by reference; with `closed` also those of before and to come."""
    snapshot, day = world.snapshot, world.day
    now = {case.id for case in snapshot.open_cases(day)}
    shown = sorted(snapshot.case) if closed else sorted(now)
    marked, flags = frozenset(unsaved), _Flags(world)
    return tuple(_row(world, snapshot.case[key], key in now, flags, key in marked) for key in shown)


def _row(world: World, case: Case, is_open: bool, flags: _Flags, unsaved: bool) -> ChildRow:
    snapshot, day = world.snapshot, world.day
    row = snapshot.allocation_on(case.id, day) if is_open else None
    due = review_due(case, world.loads.settings.closure_days) if is_open else None
    holder = snapshot.iro.get(row.iro) if row else None
    return ChildRow(
        case=case,
        iro=holder.id if holder else "",
        iro_name=holder.name if holder else "",
        since=row.start if row and holder else None,
        weight=world.loads.weights.get(case.id),
        months=age_in_months(case, day),
        review=due,
        overdue=due is not None and due < day,
        soon=due is not None and day <= due <= day + SOON,
        open=is_open,
        flags=tuple(flags.of(case, row if holder else None, is_open)),
        unsaved=unsaved,
    )


class _Flags:
    """What is to be known about a child besides the figures."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._split = {key for keys in split_families(world.loads).values() for key in keys}
        self._apart: dict[str, list[str]] = {}
        for pair in world.snapshot.apart.values():
            self._apart.setdefault(pair.case, []).append(pair.other)
            self._apart.setdefault(pair.other, []).append(pair.case)

    def of(self, case: Case, row: Allocation | None, is_open: bool) -> Iterable[tuple[str, str]]:
        snapshot, day = self._world.snapshot, self._world.day
        if not is_open:
            over = _is_over(case, day)
            yield ("closed", f"Closed {say(case.closed)}") if over else ("to come", f"From {say(case.opened)}")
            return
        if row is None:
            yield "waiting", "Waits for an IRO" + (f" since {say(case.opened)}" if case.opened else "")
        elif row.pinned:
            yield "pinned", f"Pinned: {row.pin_reason}" if row.pin_reason else "Pinned to this IRO"
        if case.id in self._split:
            yield "split", f"Children of {case.family} have different IROs"
        if case.separate:
            yield "separate", f"May have another IRO than the family: {case.separate_reason}".rstrip(": ")
        cover = snapshot.cover_on(case.id, day)
        if cover and cover.iro in snapshot.iro:
            yield "cover", f"{snapshot.iro[cover.iro].name} covers since {say(cover.start)}"
        if later := next_iro(snapshot, case.id, day):
            yield "coming", f"{snapshot.iro[later.iro].name} from {say(later.start)}"
        for other in self._apart.get(case.id, ()):
            yield "apart", f"Never with the same IRO as {other}"


def _is_over(case: Case, day: date) -> bool:
    return case.closed is not None and case.closed <= day


def age_in_months(case: Case, day: date) -> int | None:
    """The child's age in whole months, −1 for an unborn child, None when it is not known."""
    if case.born is None:
        return -1 if case.expected else None
    return (day.year - case.born.year) * 12 + day.month - case.born.month - (day.day < case.born.day)


def age(months: int | None) -> str:
    """An age in words: “unborn”, “7 m”, “16”."""
    if months is None:
        return "–"
    if months < 0:
        return "unborn"
    return f"{months // 12}" if months >= 24 else f"{months}\u00a0m"


def factors(case: Case) -> str:
    """What makes the case ask for more, in a line."""
    return ", ".join(plain(key) for key in case.factors)


# Filters

TYPES = (("", "Any type"), (LAC, "Looked after"), (CP, "On a plan"), (BOTH, "Both at once"))
HOLDING = (
    ("", "Any IRO or none"),
    ("waiting", "Waiting for an IRO"),
    ("pinned", "Pinned"),
    ("split", "Family split"),
    ("separate", "May be split"),
    ("cover", "Covered"),
    ("coming", "Another IRO from a day on"),
    ("apart", "Kept apart"),
)
PLACED = (
    ("", "Placed anywhere"),
    ("out", "Out of area"),
    ("far", "Out of area, over 20 miles"),
    ("unknown", "Out of area, miles unknown"),
)
REVIEWS = (
    ("", "Any review date"),
    ("overdue", "Review overdue"),
    ("soon", "Review due in 4 weeks"),
    ("unknown", "No review date known"),
)


@dataclass(frozen=True, slots=True)
class ChildFilter:
    """Which children to show. Holds nothing about any child, so that it may be kept on the machine."""

    type: str = ""
    holding: str = ""
    placed: str = ""
    review: str = ""
    factor: str = ""

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    def passes(self, row: ChildRow) -> bool:
        """Whether a row is to be shown."""
        case = row.case
        return (
            (case.type == BOTH if self.type == BOTH else of_type(case, self.type))
            and (not self.holding or row.has(self.holding))
            and _is_placed(case, self.placed)
            and _is_due(row, self.review)
            and (not self.factor or self.factor in case.factors)
        )

    def words(self, labels: Mapping[str, str]) -> str:
        """The filter in words; `labels` name the factors."""
        said = [dict(TYPES)[self.type]] if self.type else []
        said += [dict(HOLDING)[self.holding]] if self.holding else []
        said += [dict(PLACED)[self.placed]] if self.placed else []
        said += [dict(REVIEWS)[self.review]] if self.review else []
        said += [labels.get(self.factor, self.factor)] if self.factor else []
        return " · ".join(said) or "Every child"

    def as_dict(self) -> dict[str, str]:
        """What is kept of it."""
        return {key: value for key, value in asdict(self).items() if value}

    @classmethod
    def of(cls, kept: Any) -> ChildFilter | None:
        """A filter that was kept; None for what is none any more."""
        known = {"type": TYPES, "holding": HOLDING, "placed": PLACED, "review": REVIEWS}
        if not isinstance(kept, dict) or not set(kept) <= {field.name for field in fields(cls)}:
            return None
        sound = all(isinstance(v, str) and (k not in known or v in dict(known[k])) for k, v in kept.items())
        return cls(**kept) if sound else None


def _is_placed(case: Case, placed: str) -> bool:
    if not placed:
        return True
    if not case.out_of_area or case.type == CP:
        return False
    miles = case.placement_miles
    return placed == "out" or (miles is None if placed == "unknown" else miles is not None and miles > FAR)


def _is_due(row: ChildRow, review: str) -> bool:
    return {"": True, "overdue": row.overdue, "soon": row.soon, "unknown": row.open and row.review is None}[review]


# One child


def heading(case: Case, *, names: bool) -> str:
    """What the child's page is called."""
    return f"{case.id} · {case.name}" if names and case.name else case.id


def about(world: World, case: Case) -> str:
    """The child in a line: type, age, family, with whom since when."""
    snapshot, day = world.snapshot, world.day
    months = age_in_months(case, day)
    said = [CASE_TYPES[case.type]]
    if months is not None:
        said.append(_years(months))
    said.append(case.family)
    if _is_over(case, day):
        said.append(f"closed {say(case.closed)}")
    elif row := snapshot.allocation_on(case.id, day):
        who = snapshot.iro[row.iro].name if row.iro in snapshot.iro else row.iro
        said.append(f"with {who} since {say(row.start)}")
    else:
        said.append("waits for an IRO" + (f" since {say(case.opened)}" if case.opened else ""))
    return " · ".join(word for word in said if word)


def _years(months: int) -> str:
    if months < 0:
        return "unborn"
    return f"aged {months} months" if months < 24 else f"aged {months // 12}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of what something is made of: label, how, figure."""

    label: str
    figure: str
    how: str = ""
    strong: bool = False
    bad: bool = False


def weight_lines(world: World, case: Case) -> tuple[Line, ...]:
    """The parts of the weight of a child as written in the form, among the children of the family, and their sum."""
    others = [
        other
        for other in world.snapshot.open_cases(world.day)
        if other.id != case.id and case.family and other.family == case.family
    ]
    weight = weights([*others, case], world.loads.settings.scheme)[case.id]
    lines = [Line(part.label, _signed(part.weight, first=n == 0)) for n, part in enumerate(weight.parts)]
    least = sum(part.weight for part in weight.parts) < LEAST_WEIGHT
    before = world.loads.weights.get(case.id)
    how = f"at least {LEAST_WEIGHT:.2f}" if least else ""
    if before and before.value != weight.value:
        how = f"{before.value:.2f} on record"
    return (*lines, Line("Weight", f"{weight.value:.2f}", how, strong=True))


def _signed(weight: float, *, first: bool) -> str:
    sign = "−" if weight < 0 else "" if first else "+"
    return f"{sign}{abs(weight):.2f}"


def review_lines(case: Case, day: date, settings: Settings) -> tuple[Line, ...]:
    """The last review and the next that is due, as written in the form, with where the date comes from."""
    due = review_due(case, settings.closure_days)
    last = Line("Last", say(case.last_review) if case.last_review else "–")
    if due is None:
        return (last, Line("Next", "–", "no day to count from"))
    by = "recorded" if case.next_review else "latest by the rules"
    return (last, Line("Next", say(due), f"{by}, {in_days(due, day)}", bad=due < day))


def in_days(due: date, day: date) -> str:
    """How far away a day is: “in 6 weeks”, “3 days overdue”."""
    days = (due - day).days
    if days < 0:
        return f"{-days} {'day' if days == -1 else 'days'} overdue"
    if days == 0:
        return "today"
    return f"in {days} {'day' if days == 1 else 'days'}" if days < 21 else f"in {round(days / 7)} weeks"


def allocations(world: World, case: str) -> tuple[Allocation, ...]:
    """The child's IROs and cover, newest first."""
    snapshot = world.snapshot
    found = (*snapshot.allocations_by_case.get(case, ()), *snapshot.cover_by_case.get(case, ()))
    return tuple(sorted(found, key=lambda row: (row.start, row.id), reverse=True))


def family_of(world: World, case: Case) -> tuple[Case, ...]:
    """The other open children of the family."""
    if not case.family:
        return ()
    return tuple(
        other for other in world.snapshot.open_cases(world.day) if other.family == case.family and other.id != case.id
    )


def distance(case: Case) -> str:
    """Where a child is placed, shortly: “31 mi out”; CP children live at home."""
    return "" if case.type == CP else placed(case)


# What is saved


def step(world: World, after: Case) -> Step:
    """The step that saves a child's form, called by what it changes and never by whom."""
    before = world.snapshot.case[after.id]
    edits = (Edit(before, after),) if before != after else ()
    return Step(f"{after.id}: {summary(edits, world.snapshot)}", edits)


def close(world: World, case: str, day: date) -> Step:
    """The step that closes a case on a day and ends the child's allocation with it."""
    before = world.snapshot.case[case]
    after = replace(before, closed=day)
    return Step(f"{case}: case closed {say(day)}", (Edit(before, after), *allocating.end(world.snapshot, case, day)))


def check(case: Case, day: date) -> None:
    """Refuse, explained, what no child can be."""
    if case.born and case.expected:
        raise Explained(
            f"Child {case.id} has a date of birth and an expected one.", "Keep the date of birth once they are born."
        )
    if case.born and case.born > day:
        raise Explained(f"Child {case.id} is born after today.", "For an unborn child give the expected date instead.")
    if case.separate and not case.separate_reason:
        raise Explained(
            f"Child {case.id} may have another IRO than the family, but why is missing.",
            "Say in a few words, such as “conflict between siblings”.",
        )


def labels(settings: Settings) -> Mapping[str, str]:
    """The factors of the scheme by key, as people call them."""
    return {factor.key: factor.label for factor in settings.scheme.factors}


def iro_choices(world: World) -> Sequence[tuple[str, str]]:
    """The IROs who have not left, by name."""
    here = [iro for iro in world.snapshot.iro.values() if iro.last_day is None or iro.last_day >= world.day]
    return [(iro.id, iro.name) for iro in sorted(here, key=lambda iro: (iro.name, iro.id))]
