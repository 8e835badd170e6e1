"""What-if: a scenario's service before and after, the plan that answers it, and its adoption as one step.

Nothing here writes. Cover is planned like a handover, by the same rules and charges, so that it is shared
out fairly with everything else; it is then made as cover, and ends by itself with the absence.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from iro_allocator.allocating import allocate
from iro_allocator.caseload import available
from iro_allocator.domain import Absent, Allocation, ContractEnds, HoursChange, Leaves, Scenario, Snapshot
from iro_allocator.domain.changes import say
from iro_allocator.edits import Edit, Step, difference
from iro_allocator.scenario import Misfit, Summary, edits, on, rebase, summary
from iro_allocator.solver import exchange
from iro_allocator.solver.frontier import Frontier, Point, frontier
from iro_allocator.solver.problem import Mode, Problem
from iro_allocator.solver.proposal import Move, Proposal
from iro_allocator.solver.solve import DEFAULT_SECONDS, solve

if TYPE_CHECKING:
    from iro_allocator.solver.score import Progress

WHAT_IF = "iro-allocator-what-if/1"
QUICK = 0.3
"""Seconds after which a first plan is shown, before it is proven."""


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A scenario worked out for a day.

    `asked` is the scenario as it was made, `scenario` what of it fits the present: `misfits` are the rest.
    `base` is the service as it is, `there` the service under the scenario without anybody having moved.
    `final` is False for the quick
    answer told while the plan is still being proven. `proposal` is None before there is a plan.
    """

    asked: Scenario
    scenario: Scenario
    day: date
    base: Snapshot
    there: Snapshot
    misfits: tuple[Misfit, ...] = ()
    proposal: Proposal | None = None
    final: bool = True

    @cached_property
    def before(self) -> Summary:
        """The service on that day without the changes."""
        return summary(self.base, self.day)

    @cached_property
    def after(self) -> Summary:
        """The service on that day with the changes and the whole plan."""
        return self.after_if(self.moves)

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """Everything the plan does: handovers, cover, and IROs for those who wait.

        A family whose children come from several IROs is told by where they come from.
        """
        return tuple(part for move in self.proposal.moves for part in self._parts(move)) if self.proposal else ()

    def _parts(self, move: Move) -> Iterator[Move]:
        assert self.proposal is not None
        known = self.proposal.problem.case_by_id
        origins: dict[str | None, list[str]] = {}
        for case in move.cases:
            origins.setdefault(known[case].iro, []).append(case)
        if len(origins) == 1:
            yield move
        else:
            yield from (replace(move, before=iro, cases=tuple(cases)) for iro, cases in origins.items())

    @cached_property
    def handovers(self) -> tuple[Move, ...]:
        """The moves of children who have an IRO and get another."""
        return tuple(move for move in self.moves if move.before is not None and move.before not in self.covered)

    @cached_property
    def cover(self) -> tuple[Move, ...]:
        """The moves that are temporary: the children's own IRO is away and expected back."""
        return tuple(move for move in self.moves if move.before in self.covered)

    @property
    def reviewed(self) -> tuple[Move, ...]:
        """What adopting would do, for a person to look at: handovers and cover."""
        return (*self.handovers, *self.cover)

    @cached_property
    def covered(self) -> frozenset[str]:
        """The IROs whom others cover in this scenario on the day."""
        return _covered(self.scenario, self.there, self.day)

    def snapshot_if(self, moves: Collection[Move]) -> Snapshot:
        """The service on the day when just these moves are made, for bars and figures.

        Who covers is counted as if the children were theirs, since they do the work that day.
        """
        made = [edit for move in moves for edit in allocate(self.there, move.cases, move.after, self.day, "")]
        return Step(self.scenario.name, tuple(made)).apply(self.there)

    def after_if(self, moves: Collection[Move]) -> Summary:
        """The figures when just these moves are made."""
        theirs = [move for move in moves if move.before is not None]
        lasting = [move for move in theirs if move.before not in self.covered]
        return summary(
            self.snapshot_if(moves),
            self.day,
            children_who_change=sum(len(move.cases) for move in lasting),
            children_who_must=sum(self.must(move) for move in lasting),
            children_covered=sum(len(move.cases) for move in theirs) - sum(len(move.cases) for move in lasting),
        )

    def must(self, move: Move) -> int:
        """How many children of a move cannot stay where they are."""
        if self.proposal is None:
            return 0
        problem = self.proposal.problem
        return sum(not problem.is_held(problem.case_by_id[case]) for case in move.cases)


def prepare(snapshot: Snapshot, scenario: Scenario, day: date | None = None) -> WhatIf:
    """A scenario over the present, without a plan yet; changes that do not fit are told and left out."""
    fits = rebase(scenario, snapshot, snapshot)
    then = day or scenario.day
    return WhatIf(scenario, fits.scenario, then, snapshot, on(snapshot, then, fits.scenario), fits.misfits)


def problem_of(prepared: WhatIf, mode: Mode, max_moves: int | None = None) -> Problem:
    """The problem a scenario puts on its day: children who are to be covered are placed like those handed over."""
    there, covered = prepared.there, prepared.covered
    asked = [
        Edit(row, replace(row, keeps_children=False))
        for iro in sorted(covered)
        for row in there.absences_of(iro, prepared.day)
        if row.keeps_children
    ]
    return Problem.of(Step("", tuple(asked)).apply(there), prepared.day, mode=mode, max_moves=max_moves)


def what_if(
    prepared: WhatIf,
    *,
    max_moves: int | None = None,
    time_limit: float = DEFAULT_SECONDS,
    progress: Callable[[WhatIf], None] | None = None,
    solving: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> WhatIf:
    """The plan for a scenario. Without `max_moves` only those move who must; with it, so many more may.

    A quick plan is told to `progress` first, then the proof goes on, told to `solving`.
    """
    problem = problem_of(prepared, "leavers" if max_moves is None else "rebalance", max_moves)
    if progress is not None:
        quick = solve(problem, time_limit=QUICK, stop=stop)
        told = replace(prepared, proposal=Proposal.of(quick), final=quick.status == "optimal")
        progress(told)
        if told.final:
            return told
    result = solve(problem, time_limit=time_limit, progress=solving, stop=stop)
    return replace(prepared, proposal=Proposal.of(result), final=True)


def frontier_of(
    prepared: WhatIf,
    *,
    points: int = 20,
    max_moves: int | None = None,
    time_limit: float = 30.0,
    progress: Callable[[Frontier], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Frontier:
    """How few children need change IRO for how even a service, under a scenario; told as far as it is known."""
    problem, began = problem_of(prepared, "rebalance", max_moves), time.monotonic()

    def tell(points: tuple[Point, ...]) -> None:
        if progress is not None:
            progress(Frontier(problem, points, False, time.monotonic() - began))

    return frontier(problem, points=points, time_limit=time_limit, progress=tell, stop=stop)


def at(prepared: WhatIf, found: Frontier, point: Point) -> WhatIf:
    """The scenario with the plan at a point of its frontier, for a person to review."""
    return replace(prepared, proposal=Proposal.at(found.problem, point), final=True)


def as_json(made: WhatIf, found: Frontier | None) -> dict[str, Any]:
    """The JSON object of a what-if with its plan (the design's exchange page)."""
    assert made.proposal is not None
    return {
        "format": WHAT_IF,
        "changes": [change.words for change in made.scenario.changes],
        "misfits": [{"change": misfit.change.words, "why": misfit.why} for misfit in made.misfits],
        "on": made.day.isoformat(),
        "before": _figures(made.before),
        "after": _figures(made.after),
        "plan": exchange.result_json(made.proposal.result),
        "cover": [case for move in made.cover for case in move.cases],
        "frontier": exchange.frontier_json(found) if found else None,
    }


def _figures(figures: Summary) -> dict[str, Any]:
    return {**asdict(figures), "day": figures.day.isoformat(), "cost": figures.cost}


# -- adopting ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Adoption:
    """The one step that adopts what still fits, and a sentence for each thing that does not or is new."""

    step: Step
    left_out: tuple[str, ...]


def adoption(
    now: Snapshot,
    plan: WhatIf,
    moves: Sequence[Move] | None = None,
    from_day: date | None = None,
    *,
    today: date | None = None,
) -> Adoption:
    """The step that adopts a scenario with these moves (all handovers and cover) upon the present.

    Staff changes and moves are one step. The moves are dated `from_day` (the plan's day), or from the day on
    which the children's IRO is gone if that is sooner, but not before `today`; cover from the absence's
    first day. What the present has overtaken is left out and told, never overwritten. Children who wait for
    an IRO are left to Referrals. A saved scenario that is adopted is kept no longer.
    """
    day = from_day or plan.day
    fits = rebase(plan.scenario, plan.base, now)
    left_out = [f"{misfit.change.words}: {misfit.why}" for misfit in fits.misfits]
    after = Step("", edits(now, fits.scenario)).apply(now)
    given_up = {
        misfit.change.iro
        for misfit in fits.misfits
        if isinstance(misfit.change, Leaves | ContractEnds | Absent | HoursChange)
    }
    wanted = plan.reviewed if moves is None else [m for m in moves if m.before is not None]
    handovers: list[tuple[Move, date]] = []
    cover: list[tuple[Move, date]] = []
    for move in wanted:
        covers = move.before in plan.covered
        then = plan.day if covers else day
        start = _starts(after, move, covers, then, today or then)
        going = []
        for case in move.cases:
            if case not in plan.base.case:
                continue  # drawn for the scenario
            why = _overtaken(plan, now, after, given_up, case, move, start)
            if why:
                left_out.append(why)
            else:
                going.append(case)
        if going:
            (cover if covers else handovers).append((replace(move, cases=tuple(going)), start))
    assert plan.proposal is not None or not wanted
    detail: dict[str, object] = {
        "scenario": {
            "name": plan.scenario.name,
            "on": plan.day.isoformat(),
            "changes": [change.words for change in fits.scenario.changes],
            "left_out": left_out,
        }
    }
    reason, made = "", after
    if plan.proposal is not None:
        each = [move for move, _ in (*handovers, *cover)]
        told = plan.proposal.step(after, each, day=day)
        asked = {case for move in plan.reviewed for case in move.cases if case in plan.base.case}
        left = [row for row in told.detail["suggestion"]["not_accepted"] if asked.intersection(row["cases"])]
        suggestion = {**told.detail["suggestion"], "not_accepted": left}
        reason, detail = told.reason, {"suggestion": suggestion, **detail}
        for rows, kind in ((handovers, "allocated"), (cover, "cover")):
            for move, start in rows:
                made = Step("", allocate(made, move.cases, move.after, start, move.why, kind)).apply(made)  # type: ignore[arg-type]
    saved = now.scenario.get(plan.asked.id)
    if saved is not None and saved.changes == plan.asked.changes:
        made = Step("", (Edit(saved, None),)).apply(made)
    left_out += _came_since(plan, now, [move for move, _ in handovers], day)
    return Adoption(Step(_label(plan, handovers, cover), difference(now, made), reason, detail), tuple(left_out))


def _label(plan: WhatIf, handovers: Sequence[tuple[Move, date]], cover: Sequence[tuple[Move, date]]) -> str:
    said = f"Adopt “{plan.scenario.name}”"
    for rows, what in ((handovers, "change IRO"), (cover, "covered")):
        count = sum(len(move.cases) for move, _ in rows)
        if count:
            said += f", {count} {'child' if count == 1 else 'children'} {what}"
    return said


def _covered(scenario: Scenario, there: Snapshot, day: date) -> frozenset[str]:
    """Whom the scenario has others cover on a day: away by it, and nothing says that they lose their children."""
    return frozenset(
        change.iro
        for change in scenario.changes
        if isinstance(change, Absent)
        and change.cover
        and change.day <= day
        and (change.last is None or day <= change.last)
        and all(row.keeps_children for row in there.absences_of(change.iro, day))
    )


def _starts(after: Snapshot, move: Move, covers: bool, day: date, today: date) -> date:
    """The day of a move: when the children's IRO is gone or away, and the one who takes them is there.

    A cover begins with the absence, so that it ends with it too.
    """
    giving, taking = after.iro.get(move.before or ""), after.iro.get(move.after)
    if giving is None or taking is None:
        return day
    absences = [row for row in after.absences_of(giving.id, day) if not row.working and row.keeps_children == covers]
    firsts = [row.first for row in absences]
    if covers:
        return max([*firsts, min(today, day)]) if firsts else day
    gone = [giving.last_day + timedelta(1)] if giving.last_day else []
    start = max(min([day, *gone, *firsts]), min(today, day))
    return start if available(after, taking, start) > 0 else day


def _overtaken(
    plan: WhatIf, now: Snapshot, after: Snapshot, given_up: Collection[str], case: str, move: Move, start: date
) -> str:
    """Why a child's move no longer fits the present; "" when it does."""
    child = now.case.get(case)
    if child is None:
        return f"{case} is not in the service any more."
    if child.closed and child.closed <= start:
        return f"{case}: the case is closed from {say(child.closed)}."
    if move.before in given_up:
        return f"{case} stays with {_name(now, move.before)}, whose change no longer fits."
    if _open_rows(plan.base, case, start) != _open_rows(now, case, start):
        row = now.allocation_on(case, start)
        has = f"is with {_name(now, row.iro)} on {say(start)}" if row else f"has no IRO on {say(start)}"
        return f"{case} {has}: decided otherwise since, and left as it is."
    if any(row.case == case and row.iro == move.after for row in now.barred.values()):
        return f"{case}: {_name(after, move.after)} may not have this child, by what is recorded since."
    iro = after.iro.get(move.after)
    if iro is None or available(after, iro, start) <= 0:
        return f"{case}: {_name(after, move.after)} is not there on {say(start)} to take this child."
    return ""


def _open_rows(snapshot: Snapshot, case: str, day: date) -> tuple[tuple[str, date, date | None, bool], ...]:
    """Who has the child from a day on, as far as a plan rests upon it."""
    return tuple((row.iro, row.start, row.end, row.pinned) for row in _going_on(snapshot, case, day))


def _going_on(snapshot: Snapshot, case: str, day: date) -> Iterator[Allocation]:
    for rows in (snapshot.allocations_by_case, snapshot.cover_by_case):
        yield from (row for row in rows.get(case, ()) if row.end is None or row.end > day)


def _came_since(plan: WhatIf, now: Snapshot, handovers: Sequence[Move], day: date) -> Iterator[str]:
    """A sentence for every child who came to somebody whose children are handed over, after the plan was made."""
    giving = {move.before for move in handovers if plan.must(move)}
    for case in now.open_cases(day):
        row, was = now.allocation_on(case.id, day), plan.base.allocation_on(case.id, day)
        if row and row.iro in giving and (was is None or was.iro != row.iro):
            yield f"{case.id} came to {_name(now, row.iro)} since: not in this plan, needs another IRO from {say(day)}."


def _name(snapshot: Snapshot, iro: str | None) -> str:
    return snapshot.iro[iro].name if iro and iro in snapshot.iro else iro or "nobody"
