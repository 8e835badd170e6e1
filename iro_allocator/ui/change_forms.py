"""A small form for each kind of change of a scenario; filled in again when one is looked at anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCompleter, QWidget

from iro_allocator import staffing
from iro_allocator.domain import (
    Absent,
    Bar,
    Change,
    ContractEnds,
    Demand,
    HoursChange,
    Iro,
    Joins,
    Leaves,
    NewSettings,
    Pin,
    Scenario,
    Scheme,
)
from iro_allocator.errors import Explained
from iro_allocator.paper.pill import Pill
from iro_allocator.solver.terms import BY_KEY, TERMS
from iro_allocator.ui.bar_form import REASONS as BAR_REASONS
from iro_allocator.ui.bar_form import families_and_children
from iro_allocator.ui.skills import add_skills
from iro_allocator.ui.widgets.form import Form
from iro_allocator.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from iro_allocator.workspace import World

WEEKS = 8
"""For how long somebody is away unless the manager says otherwise."""
INDUCTIONS = (
    ((), "a full share from the first day"),
    (((4, 0.5), (4, 0.75)), "half for 4 weeks, three quarters for 4"),
    (((6, 0.5),), "half for 6 weeks"),
    (((4, 0.25), (4, 0.5), (4, 0.75)), "a quarter, a half, three quarters, for 4 weeks each"),
)
COVER = ((True, "stay theirs; others cover, shared out fairly"), (False, "are given to other IROs"))
TAKES = ((("LAC", "CP"), "LAC and CP"), (("LAC",), "LAC only"), (("CP",), "CP only"))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change: what the menu calls it, what its form asks, what it makes of the answers.

    `ask(form, world, before)` adds the fields, `make(values, world, scenario, before)` the change.
    """

    title: str
    ask: Callable[[Form, World, Any], object]
    make: Callable[[Mapping[str, Any], World, Scenario, Any], Change]


def change_form(
    tag: str,
    world: World,
    scenario: Scenario,
    take: Callable[[Change], object],
    parent: QWidget | None = None,
    before: Change | None = None,
) -> FormDialog:
    """Ask for a new change of a kind, or show one to be changed; `take` gets it."""
    kind = KINDS[tag]

    def made(values: Mapping[str, Any]) -> None:
        take(kind.make(values, world, scenario, before))

    act = "Change" if before else "Add"
    dialog = FormDialog(
        kind.title, act, made, parent, words="It is only supposed: nothing is changed before you adopt the scenario."
    )
    kind.ask(dialog.form, world, before)
    return dialog


def pill(change: Change) -> Pill:
    """The kind of a change as a pill."""
    return Pill(
        change.tag,
        "warn"
        if change.tag in {"leaves", "contract", "absent"}
        else "info"
        if change.tag in {"joins", "hours"}
        else "plain",
    )


# -- what several ask for ------------------------------------------------------------------------------


def _people(form: Form, world: World, before: Any, *, interim: bool = False) -> None:
    """Which IRO, of those who have not left."""
    there = [
        iro
        for iro in world.snapshot.iro.values()
        if (iro.last_day is None or iro.last_day >= world.day) and (not interim or iro.employment == "interim")
    ]
    choices = [(iro.id, iro.name) for iro in sorted(there, key=lambda iro: (iro.name, iro.id))]
    form.add_choice("iro", "Who", choices, before.iro if before else None, editable=True)


def _who(values: Mapping[str, Any], world: World) -> dict[str, str]:
    if values["iro"] is None:
        raise Explained("Choose an IRO of the list.", "Type a part of the name to find them.")
    return {"iro": values["iro"], "name": world.snapshot.iro[values["iro"]].name}


def _day(values: Mapping[str, Any], key: str = "day") -> date:
    found: date | None = values[key]
    if found is None:
        raise Explained("A day is needed.", "Write one such as 31 Mar 2027.")
    return found


def _children(form: Form, world: World, before: Any) -> None:
    if before:
        words = ", ".join(before.cases)
        form.add_choice("cases", "Who", [(before.cases, words)], before.cases)
        return
    every = sorted(case.id for cases in world.loads.by_iro.values() for case in cases)
    box = form.add_choice("cases", "Who", families_and_children(world.snapshot, every), editable=True)
    box.setCurrentIndex(-1)
    line = box.lineEdit()
    if line:
        line.setPlaceholderText("type to find a family or child")


def _chosen(values: Mapping[str, Any]) -> tuple[str, ...]:
    if values["cases"] is None:
        raise Explained("Choose a family or child of the list.", "Type a part of the reference to find it.")
    return tuple(values["cases"])


# -- leaving, away, hours ------------------------------------------------------------------------------


def _ask_leaves(form: Form, world: World, before: Any) -> None:
    _people(form, world, before)
    _ask_last_day(form, world, before, "Last day of work")


def _ask_ends(form: Form, world: World, before: Any) -> None:
    _people(form, world, before, interim=True)
    _ask_last_day(form, world, before, "Last day of the contract")


def _ask_last_day(form: Form, world: World, before: Any, label: str) -> None:
    """The last day; the one on record where there is one."""
    field = form.add_date("day", label, before.day if before else None)

    def follow() -> None:
        iro = world.snapshot.iro.get(form.value("iro") or "")
        if iro and iro.last_day:
            field.show_day(iro.last_day)

    if not before:
        follow()
        if field.day is None:
            field.show_day(_month_end(world.day))
        form.field("iro").currentIndexChanged.connect(lambda _: follow())  # type: ignore[attr-defined]


def _month_end(day: date) -> date:
    """The last day of the next month but one: about a notice period from now."""
    year, month = divmod(day.year * 12 + day.month + 2, 12)
    return date(year, month + 1, 1) - timedelta(1)


def _ask_absent(form: Form, world: World, before: Any) -> None:
    _people(form, world, before)
    form.add_date("day", "First day away", before.day if before else world.day)
    last = form.add_date("last", "Last day away", before.last if before else world.day + timedelta(weeks=WEEKS))
    last.setPlaceholderText("not known yet")
    form.add_choice("cover", "Their children", COVER, before.cover if before else False)
    part = form.add_number(
        "working",
        "Part still worked",
        (before.working if before else 0) * 100,
        high=99,
        step=10,
        decimals=0,
        suffix=" %",
    )
    part.setToolTip("0 % when they are not there at all")
    form.add_text("reason", "Reason", before.reason if before else "sickness")


def _make_absent(values: Mapping[str, Any], world: World, scenario: Scenario, before: Any) -> Change:
    return Absent(
        **_who(values, world),
        day=_day(values),
        last=values["last"],
        cover=values["cover"],
        working=round(values["working"] / 100, 4),
        reason=values["reason"] or "sickness",
    )


def _ask_hours(form: Form, world: World, before: Any) -> None:
    _people(form, world, before)
    form.add_date("day", "From", before.day if before else world.day)
    hours = before.contracted_hours if before else None
    form.add_number("hours", "Hours a week", hours, low=0.5, high=60, step=0.5, decimals=2, empty="as before")  # type: ignore[arg-type]
    duties = before.other_duties if before else None
    form.add_number(
        "duties",
        "Other duties",
        None if duties is None else duties * 100,  # type: ignore[arg-type]
        high=100,
        step=5,
        decimals=0,
        suffix=" %",
        empty="as before",
    )


def _make_hours(values: Mapping[str, Any], world: World, scenario: Scenario, before: Any) -> Change:
    duties = values["duties"]
    return HoursChange(
        **_who(values, world),
        day=_day(values),
        contracted_hours=values["hours"],
        other_duties=None if duties is None else round(duties / 100, 4),
    )


# -- joining, referrals, settings ----------------------------------------------------------------------


def _ask_joins(form: Form, world: World, before: Any) -> None:
    iro: Iro | None = before.iro if before else None
    form.add_text("name", "Name", iro.name if iro else "New IRO").selectAll()
    form.add_number(
        "hours",
        "Hours a week",
        iro.contracted_hours if iro else world.loads.settings.full_time_hours,
        low=0.5,
        high=60,
        step=0.5,
        decimals=2,
    )
    form.add_date("day", "First day", before.day if before else _month_end(world.day) + timedelta(1))
    employment = iro.employment if iro else "permanent"
    form.add_choice("employment", "Employment", (("permanent", "permanent"), ("interim", "interim")), employment)
    form.add_choice("takes", "Takes", TAKES, iro.takes if iro else ("LAC", "CP"))
    add_skills(form, "skills", "Skills", world.snapshot)
    form.show_values({"skills": iro.skills if iro else ()})
    form.add_choice("induction", "Induction", INDUCTIONS, before.induction if before else INDUCTIONS[1][0])


def _make_joins(values: Mapping[str, Any], world: World, scenario: Scenario, before: Any) -> Change:
    taken = [*world.snapshot.iro, *(change.iro.id for change in scenario.changes if isinstance(change, Joins))]
    return Joins(
        iro=Iro(
            id=before.iro.id if before else staffing.next_iro_id(taken),
            name=values["name"],
            contracted_hours=values["hours"],
            employment=values["employment"],
            takes=values["takes"],
            skills=values["skills"],
            first_day=_day(values),
        ),
        induction=values["induction"],
    )


def _ask_demand(form: Form, world: World, before: Any) -> None:
    form.add_number(
        "per_month", "More a month", before.per_month if before else 10, low=-500, high=500, step=1, decimals=0
    ).setToolTip("Children; fewer when below 0")
    form.add_date("day", "From", before.day if before else world.day)
    form.add_note("Children like those of the service now come on top; the same every time it is worked out.")


def _make_demand(values: Mapping[str, Any], world: World, scenario: Scenario, before: Any) -> Change:
    seed = {"seed": before.seed} if before else {}
    return Demand(per_month=values["per_month"], day=_day(values), **seed)


def _ask_settings(form: Form, world: World, before: Any) -> None:
    """The limit, and one weight and one priority: what is tried out is mostly one thing at a time."""
    now = world.loads.settings
    form.add_date("day", "From", before.day if before else world.day)
    limit = before.limit_per_fte if before else None
    form.add_number("limit", "Limit for each FTE", limit, low=1, high=500, empty=f"as now ({now.limit_per_fte:g})")  # type: ignore[arg-type]
    counts = (("", f"what it counts now ({now.limit_counts})"), ("load", "load"), ("children", "children"))
    form.add_choice("counts", "The limit counts", counts, before.limit_counts if before else "")
    scheme = now.scheme
    labels = [*Scheme.LABELS.items(), *((factor.key, factor.label) for factor in scheme.factors)]
    was = {**{key: getattr(scheme, key) for key in Scheme.LABELS}, **{f.key: f.weight for f in scheme.factors}}
    _ask_one(
        form, "weight", "Weight of", labels, was, dict(before.weights) if before else {}, low=-5, high=20, step=0.05
    )
    priorities = dict(now.priorities)
    terms = [(term.key, BY_KEY[term.key].label) for term in TERMS if term.key in priorities]
    _ask_one(form, "priority", "Priority of", terms, priorities, dict(before.priorities) if before else {}, step=0.1)


def _ask_one(
    form: Form,
    key: str,
    label: str,
    choices: list[tuple[str, str]],
    now: Mapping[str, float],
    given: Mapping[str, float],
    *,
    low: float = 0.0,
    high: float = 999.0,
    step: float,
) -> None:
    """One of several figures, and what it would be."""
    first = next(iter(given), "")
    box = form.add_choice(f"{key}_of", label, [("", "none: as now"), *choices], first)
    field = form.add_number(key, "would be", given.get(first, 0.0), low=low, high=high, step=step)
    field.setAccessibleName(f"{label}: what it would be")
    field.setEnabled(bool(first))

    def follow() -> None:
        chosen = box.currentData()
        field.setEnabled(bool(chosen))
        field.setValue(now.get(chosen, 0.0))

    box.currentIndexChanged.connect(lambda _: follow())


def _make_settings(values: Mapping[str, Any], world: World, scenario: Scenario, before: Any) -> Change:
    def one(key: str, given: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
        chosen = values[f"{key}_of"]
        kept = given[1:]  # a scenario made on the command line may change several
        return (*kept, (chosen, values[key])) if chosen else kept

    return NewSettings(
        day=_day(values),
        limit_per_fte=values["limit"],
        limit_counts=values["counts"],
        weights=one("weight", before.weights if before else ()),
        priorities=one("priority", before.priorities if before else ()),
    )


# -- pins and bars -------------------------------------------------------------------------------------


def _ask_pin(form: Form, world: World, before: Any) -> None:
    _children(form, world, before)
    form.add_date("day", "From", before.day if before else world.day)
    form.add_text("reason", "Reason", before.reason if before else "", hint="such as: final hearing next month")


def _ask_bar(form: Form, world: World, before: Any) -> None:
    _people(form, world, before)
    _children(form, world, before)
    form.add_date("day", "From", before.day if before else world.day)
    reason = form.add_text("reason", "Reason", before.reason if before else "")
    reason.setCompleter(QCompleter(BAR_REASONS, reason))


KINDS: Mapping[str, Kind] = {
    "leaves": Kind("An IRO leaves…", _ask_leaves, lambda v, world, s, b: Leaves(**_who(v, world), day=_day(v))),
    "absent": Kind("An IRO is away…", _ask_absent, _make_absent),
    "hours": Kind("An IRO’s hours change…", _ask_hours, _make_hours),
    "contract": Kind("A contract ends…", _ask_ends, lambda v, world, s, b: ContractEnds(**_who(v, world), day=_day(v))),
    "joins": Kind("A new IRO joins…", _ask_joins, _make_joins),
    "demand": Kind("More or fewer referrals…", _ask_demand, _make_demand),
    "settings": Kind("Other limit, weights, priorities…", _ask_settings, _make_settings),
    "pin": Kind(
        "Children stay with their IRO…",
        _ask_pin,
        lambda v, world, s, b: Pin(cases=_chosen(v), day=_day(v), reason=v["reason"]),
    ),
    "bar": Kind(
        "An IRO may not have…",
        _ask_bar,
        lambda v, world, s, b: Bar(**_who(v, world), cases=_chosen(v), day=_day(v), reason=v["reason"]),
    ),
}
"""In the order of the menu."""
