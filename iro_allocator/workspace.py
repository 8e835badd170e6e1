"""The verbs: open, look, change, import, propose, export. What window and command line share. No Qt.

Parts that load heavy libraries (solver, sheets, reports) are imported when first used.
"""

from __future__ import annotations

import gc
import getpass
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from iro_allocator import briefing, sample
from iro_allocator.caseload import Caseloads, caseloads
from iro_allocator.domain import Place, Scenario, Settings, Snapshot
from iro_allocator.edits import Edit, Step, added
from iro_allocator.errors import Explained
from iro_allocator.families import Found, Pair
from iro_allocator.families import found as families_found
from iro_allocator.store import Committed, Named, PassphraseNeeded, Store, WrongPassphrase, discard, restore
from iro_allocator.watching import Stopped, Watch

if TYPE_CHECKING:
    from iro_allocator.planning import Adoption, WhatIf
    from iro_allocator.reports import Made, Past, Table
    from iro_allocator.reports.compare import Compared
    from iro_allocator.scenario import Summary
    from iro_allocator.sheets import Draft, Finding, Source
    from iro_allocator.solver.frontier import Frontier, Point
    from iro_allocator.solver.problem import Mode, Problem
    from iro_allocator.solver.proposal import Move, Proposal
    from iro_allocator.solver.score import Candidate, Progress
    from iro_allocator.solver.solve import Result

_DAILY = timedelta(days=1)
_PSEUDONYMS = "key of pseudonyms"
_MAPPINGS = "import mappings"
_REFUSED = "families refused"
_SAID = "what imports said"
_LETTERS = "letter templates"

__all__ = [
    "Adoption",
    "CheckReport",
    "Committed",
    "Compared",
    "Draft",
    "Finding",
    "Frontier",
    "Letter",
    "Made",
    "Overtaken",
    "PassphraseNeeded",
    "Point",
    "Source",
    "Table",
    "WhatIf",
    "Workspace",
    "World",
    "WrongPassphrase",
    "check_json",
    "column_meanings",
    "draft_json",
    "frontier_json",
    "frontier_of_file",
    "make_sample",
    "new_scenario_id",
    "problem_json",
    "restore",
    "result_json",
    "solve_file",
    "what_if_json",
    "write_json",
]


@dataclass(frozen=True)
class World:
    """A service as a screen shows it: what is on a day, where it is kept, what could be undone."""

    snapshot: Snapshot
    day: date
    loads: Caseloads
    where: str
    name: str
    sample: bool
    encrypted: bool
    shared: bool
    last_backup: datetime | None
    undo: str | None
    redo: str | None
    user: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """`faults` are integrity (pages, history, references); `notes` facts about today."""

    faults: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter's template in use, the standard one, and what each placeholder stands for."""

    kind: str
    template: str
    standard: str
    placeholders: Mapping[str, str]


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Puts off Python's search for cycles: while tens of thousands of records are made it takes a fifth of the time.

    What is dropped meanwhile goes as ever by its count of references.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def make_sample(
    where: Path, *, iros: int = 20, children: int = 1137, seed: int = 2017, on: date | None = None
) -> Workspace:
    """Write the made-up service to a new, unencrypted file and open it."""
    records = sample.service(iros=iros, children=children, seed=seed, on=on or date.today())
    store = Store.create(where, passphrase=None, sample=True)
    store.commit(Step("The made-up sample service", added(records)), by="IRO Allocator")
    return Workspace(store)


class Overtaken(Explained):
    """The present has moved on since a plan was made; nothing was written. `left_out` says what, by name."""

    def __init__(self, left_out: Sequence[str]) -> None:
        self.left_out = tuple(left_out)
        more = f" (and {len(left_out) - 3} more)" if len(left_out) > 3 else ""
        super().__init__(
            f"The service has moved on since this plan was made: {' '.join(left_out[:3])}{more}",
            "Nothing was changed. Work the scenario out again, or adopt what still fits.",
        )


def new_scenario_id(snapshot: Snapshot) -> str:
    """An id for a new scenario, after those there are."""
    numbers = [int(tail) for key in snapshot.scenario if (tail := key.rpartition("-")[2]).isdigit()]
    return f"scenario-{max(numbers, default=0) + 1}"


def _free_name(snapshot: Snapshot, name: str) -> str:
    taken = {scenario.name for scenario in snapshot.scenario.values()}
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"


def _assumed(made: WhatIf) -> tuple[str, ...]:
    """What a scenario assumes, a sentence each, its plan last."""
    said = [f"{change.words}." for change in made.scenario.changes]
    said += [f"Left out, for it does not fit: {misfit.change.words}." for misfit in made.misfits]
    if made.asked.note:
        said.append(made.asked.note)
    if made.proposal:
        more = made.proposal.point.children_moved if made.proposal.point else 0
        who = (
            f"{more} {'child' if more == 1 else 'children'} more than those who must" if more else "only those who must"
        )
        said.append(f"Plan: {who} change IRO.")
    return tuple(said)


class Workspace:
    """An open service. Every verb that changes it gives the World afterwards."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.user = getpass.getuser()

    @classmethod
    def create(cls, where: Path | str, *, passphrase: str | None) -> Workspace:
        """A new, empty service: an encrypted file, or a database on a server."""
        return cls(Store.create(where, passphrase=passphrase))

    @classmethod
    def open(cls, where: Path | str, *, passphrase: str | None = None) -> Workspace:
        """An existing service; the day's first opening makes a backup."""
        workspace = cls(Store.open(where, passphrase=passphrase))
        last = workspace._store.last_backup
        if last is None or datetime.now(UTC) - last > _DAILY:
            workspace._back_up("daily")
        return workspace

    def close(self) -> None:
        """Let go of the service."""
        self._store.close()

    def back_up(self) -> Path | None:
        """Make a backup now, beside the file; None for a shared service, whose server has its own."""
        return self._store.backup("by hand")

    def _back_up(self, reason: str) -> Path | None:
        # The sample can be made again at any time.
        return None if self._store.sample else self._store.backup(reason)

    # -- looking -----------------------------------------------------------------------------------

    def world(self, day: date | None = None) -> World:
        """Everything, as it stands on a day (today)."""
        snapshot, on = self._store.load(), day or date.today()
        undoable, redoable = self._undoable, self._store.redoable
        return World(
            snapshot=snapshot,
            day=on,
            loads=caseloads(snapshot, on),
            where=self._store.where,
            name=snapshot.settings_on(on).service if self._store.shared else Path(self._store.where).stem,
            sample=self._store.sample,
            encrypted=self._store.encrypted,
            shared=self._store.shared,
            last_backup=self._store.last_backup,
            undo=undoable.label if undoable else None,
            redo=redoable.label.removeprefix("Undo: ") if redoable else None,
            user=self.user,
        )

    @property
    def _undoable(self) -> Named | None:
        """The step that would be taken back next; a sample's making is none, or Ctrl+Z would empty it."""
        found = self._store.undoable
        return None if found is not None and found.number == 1 and self._store.sample else found

    def history(self) -> tuple[Committed, ...]:
        """Every step ever made, oldest first."""
        return self._store.history()

    def check(self, day: date | None = None) -> CheckReport:
        """Faults of the file, and what about today wants a person's eye."""
        faults = self._store.check()
        if faults:
            return CheckReport(faults, ())
        world = self.world(day)
        notes = (f"{decision.tag}: {decision.words}" for decision in briefing.decisions(world.snapshot, world.loads))
        return CheckReport((), tuple(notes))

    # -- changing ----------------------------------------------------------------------------------

    def commit(self, step: Step) -> World:
        """Make a step, whole or not at all; with a backup before children who have an IRO get another."""
        if step.detail.get("suggestion", {}).get("mode", "referrals") != "referrals":
            self._back_up("reallocation")
        self._store.commit(step, by=self.user)
        return self.world()

    def undo(self, number: int | None = None) -> World:
        """Take back a step, the newest that can be when none is named."""
        undoable = self._undoable
        if number is None and undoable is None:
            raise Explained("There is nothing to undo.")
        self._store.undo(undoable.number if number is None and undoable else number, by=self.user)
        return self.world()

    def redo(self) -> World:
        """Take the newest undo back."""
        self._store.redo(by=self.user)
        return self.world()

    # -- importing ---------------------------------------------------------------------------------

    @_no_collecting()
    def draft_import(
        self,
        paths: Sequence[Path],
        mapping: Mapping[str, str] | None = None,
        *,
        end_missing: bool = False,
        progress: Callable[[str], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Draft:
        """What taking these files and folders would change; nothing is written.

        `mapping` says for headers what they mean, over what was guessed or remembered. `end_missing`:
        children who are not in a full list are ended rather than only named. `progress` is told in sentences
        what is done; once `stop` says so, it ends with an Explained.
        """
        from iro_allocator import sheets

        return sheets.draft(
            paths,
            self._store.load(),
            date.today(),
            mapping=mapping,
            remembered=self._store.recall(_MAPPINGS),
            said=self._said(),
            end_missing=end_missing,
            progress=progress,
            stop=stop,
        )

    def _said(self) -> list[Any]:
        """What the files of each import said that was new, oldest first; not of imports that were undone."""
        undone = self._store.undone
        kept = sorted((int(step), imports) for step, imports in (self._store.recall(_SAID) or {}).items())
        return [said for step, imports in kept if step not in undone for said in imports]

    @classmethod
    @_no_collecting()
    def draft_for_new(
        cls,
        paths: Sequence[Path],
        mapping: Mapping[str, str] | None = None,
        *,
        progress: Callable[[str], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Draft:
        """What a service that does not exist yet would get from these files."""
        from iro_allocator import sheets

        return sheets.draft(paths, Snapshot(), date.today(), mapping=mapping, progress=progress, stop=stop)

    @classmethod
    @_no_collecting()
    def create_from(
        cls,
        where: Path,
        draft: Draft,
        *,
        passphrase: str,
        progress: Callable[[str], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Workspace:
        """A new service with what a draft brings; no file at all when it is stopped or cannot be stored."""
        workspace = cls.create(where, passphrase=passphrase)
        try:
            workspace._store_draft(draft, Watch(progress, stop))
        except BaseException:
            workspace._store.remove()
            raise
        return workspace

    @_no_collecting()
    def take(
        self,
        draft: Draft,
        *,
        progress: Callable[[str], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> World:
        """Make a draft's step, with a backup before; how its columns were understood is remembered.

        `progress` is told in sentences how far it is. Once `stop` says so before all is written, it ends with an
        Explained and nothing is left, not even the backup.
        """
        self._store_draft(draft, Watch(progress, stop))
        if progress:
            progress("Reading the service")
        return self.world()

    def _store_draft(self, draft: Draft, watch: Watch) -> None:
        watch.say("Making a backup")
        backup = self._back_up("import")
        try:
            number = self._revision_with(draft.step, watch)
        except Stopped:
            if backup:
                discard(backup)
            raise
        self._store.remember(_MAPPINGS, {**(self._store.recall(_MAPPINGS) or {}), **draft.mapping})
        if draft.said:
            kept = self._store.recall(_SAID) or {}
            # An import that changes nothing has no step of its own: it stands as long as the one before it.
            kept[str(number)] = [*kept.get(str(number), []), draft.said]
            self._store.remember(_SAID, kept)

    def _revision_with(self, step: Step, watch: Watch) -> int:
        """The number of a step once it is made, of the last one for a step that changes nothing."""
        return self._store.commit(step, by=self.user, watch=watch).number if step else self._store.load().revision

    # -- families ----------------------------------------------------------------------------------

    def families(self, world: World) -> tuple[Found, ...]:
        """The families that children without one may belong to; those that were refused are not told again."""
        return families_found(world.snapshot, world.day, self._refused())

    def _refused(self) -> frozenset[Pair]:
        return frozenset(frozenset(pair) for pair in self._store.recall(_REFUSED) or ())

    def refuse_family(self, proposal: Found) -> None:
        """Remember that these children are no family."""
        refused = self._refused() | proposal.pairs
        self._store.remember(_REFUSED, sorted(sorted(pair) for pair in refused))

    # -- proposing ---------------------------------------------------------------------------------

    def propose(
        self,
        world: World,
        mode: Mode,
        *,
        max_moves: int | None = None,
        on: date | None = None,
        progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Proposal:
        """The best plan for a mode on a day, explained, for a person to review."""
        from iro_allocator.solver.problem import Problem
        from iro_allocator.solver.proposal import Proposal
        from iro_allocator.solver.solve import solve

        problem = Problem.of(world.snapshot, on or world.day, mode=mode, max_moves=max_moves)
        return Proposal.of(solve(problem, progress=progress, stop=stop))

    def frontier(
        self,
        world: World,
        mode: Mode = "rebalance",
        *,
        points: int = 12,
        time_limit: float = 30.0,
        max_moves: int | None = None,
        untouched_iros: Collection[str] = (),
        untouched_cases: Collection[str] = (),
        on: date | None = None,
        progress: Callable[[Frontier], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Frontier:
        """The choices between changing few children's IRO and even shares; `progress` is told them as they get proven.

        IROs not to be touched neither give nor take; children not to be touched keep who they have.
        """
        from iro_allocator.solver.frontier import Frontier, frontier
        from iro_allocator.solver.problem import Problem
        from iro_allocator.solver.untouched import untouched

        began = monotonic()
        problem = Problem.of(world.snapshot, on or world.day, mode=mode, max_moves=max_moves)
        problem = untouched(problem, untouched_iros, untouched_cases)

        def tell(found: tuple[Point, ...]) -> None:
            if progress is not None:
                progress(Frontier(problem, found, stopped=False, seconds=monotonic() - began))

        return frontier(problem, points=points, time_limit=time_limit, progress=tell, stop=stop)

    @staticmethod
    def plan_at(found: Frontier, point: Point) -> Proposal:
        """The plan at a point of a frontier, for a person to review."""
        from iro_allocator.solver.proposal import Proposal

        return Proposal.at(found.problem, point)

    def candidates(self, world: World, cases: Sequence[str]) -> tuple[Candidate, ...]:
        """What each IRO would make of these children, everything else staying as it is."""
        from iro_allocator.solver.problem import Problem
        from iro_allocator.solver.proposal import effect

        return effect(Problem.of(world.snapshot, world.day, mode="rebalance", focus=cases))

    def apply(self, proposal: Proposal) -> World:
        """Accept every move of a proposal."""
        return self.commit(proposal.step(self._store.load(), proposal.moves))

    def problem(self, mode: Mode, *, on: date | None = None, max_moves: int | None = None, real_ids: bool) -> Problem:
        """The problem of a mode and day, pseudonymised unless real ids are asked for."""
        from iro_allocator.solver import exchange
        from iro_allocator.solver.problem import Problem

        problem = Problem.of(self._store.load(), on or date.today(), mode=mode, max_moves=max_moves)
        return problem if real_ids else exchange.pseudonymised(problem, self._pseudonyms())

    def _pseudonyms(self) -> bytes:
        """The file's own secret, so that the same file gives the same pseudonyms and nobody else can."""
        if self._store.sample:
            return b"made-up names need no secret"
        key = self._store.recall(_PSEUDONYMS)
        if key is None:
            key = secrets.token_hex(16)
            self._store.remember(_PSEUDONYMS, key)
        return bytes.fromhex(key)

    @staticmethod
    def find_places(postcodes: Iterable[str]) -> dict[str, tuple[str, Place | None]]:
        """Each postcode as it is written on an envelope ("" when it is none) and where it is (None = unknown)."""
        from iro_allocator import places

        given = tuple(postcodes)
        found = places.find(given)
        return {postcode: (places.tidy(postcode), found.get(postcode)) for postcode in given}

    @staticmethod
    def where(home: str, placement: str) -> tuple[float | None, str]:
        """The miles between two postcodes (None = not known), and the council in whose area the second is ("")."""
        from iro_allocator import places

        found = places.Found.of([home, placement])
        ends = [found.places.get(code) for code in (home, placement)]
        miles = places.miles(ends[0], ends[1]) if ends[0] and ends[1] else None
        return miles, found.councils.get(placement, "")

    # -- what-if -----------------------------------------------------------------------------------

    def save_scenario(self, scenario: Scenario) -> World:
        """Keep a scenario in the service, new or over what it was. It changes nothing else."""
        before = self._store.load().scenario.get(scenario.id)
        if before == scenario:
            return self.world()
        verb = "Change" if before else "New"
        if before and before.name != scenario.name:
            verb = f"Rename “{before.name}”:"
        return self.commit(Step(f"{verb} scenario “{scenario.name}”", (Edit(before, scenario),)))

    def duplicate_scenario(self, scenario: Scenario, name: str = "") -> World:
        """Keep a copy of a scenario under another name ("… (2)" when none is given)."""
        snapshot = self._store.load()
        copy = replace(scenario, id=new_scenario_id(snapshot), name=name or _free_name(snapshot, scenario.name))
        return self.commit(Step(f"Duplicate scenario “{scenario.name}”", (Edit(None, copy),)))

    def delete_scenario(self, scenario: Scenario) -> World:
        """Take a scenario out of the service; it can be undone like everything."""
        return self.commit(Step(f"Delete scenario “{scenario.name}”", (Edit(scenario, None),)))

    def asked_scenario(
        self,
        world: World,
        asked: Mapping[str, Sequence[str]],
        *,
        saved: str | None = None,
        name: str | None = None,
        on: date | None = None,
    ) -> Scenario:
        """The scenario that words ask for (see `scenario.SHAPES`), on top of a saved one if it is named.

        Without a day it is worked out for when all of it has come about.
        """
        from iro_allocator.scenario import asking
        from iro_allocator.sheets.names import Names

        snapshot = world.snapshot
        find = Names(snapshot.iro.values()).one
        base = asking.saved(snapshot, saved) if saved else None
        changes = (*(base.changes if base else ()), *asking.changes(asked, find, snapshot.iro, world.day))
        if base is not None and changes == base.changes and name is None:
            return replace(base, day=on or base.day)
        there = next((s for s in snapshot.scenario.values() if s.name == name), None)
        return Scenario(
            id=there.id if there else new_scenario_id(snapshot),
            name=name or (f"{base.name}, changed" if base else "What-if"),
            day=on or asking.day_of(changes, world.day),
            changes=changes,
            note=base.note if base else "",
        )

    def prepare_what_if(self, world: World, scenario: Scenario, on: date | None = None) -> WhatIf:
        """A scenario over the present, without a plan yet: the figures before, and what does not fit."""
        from iro_allocator import planning

        return planning.prepare(world.snapshot, scenario, on)

    def what_if(
        self,
        world: World,
        scenario: Scenario,
        on: date | None = None,
        *,
        max_moves: int | None = None,
        time_limit: float = 60.0,
        progress: Callable[[WhatIf], None] | None = None,
        solving: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> WhatIf:
        """The service before and after a scenario, with a plan to review; a quick one is told to `progress` first."""
        from iro_allocator import planning

        prepared = planning.prepare(world.snapshot, scenario, on)
        return planning.what_if(
            prepared, max_moves=max_moves, time_limit=time_limit, progress=progress, solving=solving, stop=stop
        )

    def what_if_frontier(
        self,
        made: WhatIf,
        *,
        points: int = 20,
        time_limit: float = 30.0,
        progress: Callable[[Frontier], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Frontier:
        """How few children need change IRO for how even a service, under a scenario that is worked out."""
        from iro_allocator import planning

        return planning.frontier_of(made, points=points, time_limit=time_limit, progress=progress, stop=stop)

    def what_if_at(self, made: WhatIf, found: Frontier, point: Point) -> WhatIf:
        """The scenario with the plan at a point of its frontier."""
        from iro_allocator import planning

        return planning.at(made, found, point)

    def adoption(self, plan: WhatIf, moves: Sequence[Move] | None = None, from_day: date | None = None) -> Adoption:
        """What adopting would do upon the present as it is now, and what no longer fits; nothing is written."""
        from iro_allocator import planning

        return planning.adoption(self._store.load(), plan, moves, from_day, today=date.today())

    def adopt(
        self,
        plan: WhatIf,
        moves: Sequence[Move] | None = None,
        from_day: date | None = None,
        *,
        what_fits: bool = False,
    ) -> World:
        """Adopt a scenario with these moves (all of the plan) as one step, after a backup.

        Raises Overtaken when something no longer fits the present, unless `what_fits` says to adopt the rest.
        """
        found = self.adoption(plan, moves, from_day)
        if found.left_out and not what_fits:
            raise Overtaken(found.left_out)
        if not found.step:
            raise Explained("There is nothing to change.", "All of it has been adopted, or none of it fits any more.")
        self._back_up("adoption")
        self._store.commit(found.step, by=self.user)
        return self.world()

    def compared(self, world: World, plans: Sequence[tuple[WhatIf, Summary]]) -> tuple[Compared, ...]:
        """Today, and scenarios with what their plan makes of the service, as columns side by side."""
        from iro_allocator.reports.compare import Compared
        from iro_allocator.scenario import summary

        today = Compared("Today", world.day, summary(world.snapshot, world.day))
        return (today, *(Compared(made.scenario.name, made.day, then, _assumed(made)) for made, then in plans))

    def export_comparison(self, world: World, columns: Sequence[Compared], out: Path) -> tuple[Path, ...]:
        """Write scenarios side by side, as one page (.pdf) or a workbook (.xlsx); gives the file."""
        from iro_allocator.reports.compare import write_comparison

        settings = world.loads.settings
        return write_comparison(columns, settings, out, made=world.day, by=self.user, sample=world.sample)

    # -- exporting ---------------------------------------------------------------------------------

    def export(
        self,
        out: Path,
        list_: str,
        *,
        day: date | None = None,
        **more: Any,
    ) -> tuple[Path, ...]:
        """Write a list, letters or the report; gives the files written. It is put on record in the history.

        References only, unless `names` are asked for; the rest of what can be asked for is `reports.Asked`'s.
        """
        from iro_allocator import reports

        made = self.draft_export(list_, day=day, **more)
        record = lambda: self._store.commit(made.step(out), by=self.user)  # noqa: E731
        return reports.put(made.contents(out), record, made.folder(out))

    def draft_export(self, list_: str, *, day: date | None = None, **more: Any) -> Made:
        """What `export` would write: to be looked at, as tables or on paper."""
        from iro_allocator import reports

        asked = reports.Asked(kind=list_, day=day or date.today(), **more)
        past = self._past() if list_ in self.letters or list_ == "report" else ()
        return reports.make(self._store.load(), asked, by=self.user, past=past, templates=self._templates())

    def _past(self) -> tuple[Past, ...]:
        """The steps in effect, oldest first."""
        from iro_allocator import reports

        return tuple(
            reports.Past(made.number, made.at.astimezone().date(), made.by, made.step)
            for made in self._store.history()
            if made.undone_by is None and made.undoes is None
        )

    def letter_steps(self, most: int = 20) -> tuple[tuple[int, str], ...]:
        """The newest steps in effect by which children got an IRO: number and label."""
        from iro_allocator import reports

        found = [(past.number, past.step.label) for past in reversed(self._past()) if reports.gave_iro(past.step)]
        return tuple(found[:most])

    # -- letters -----------------------------------------------------------------------------------

    letters = ("letters", "child-letters")
    """The letters that can be exported, to social workers and to children."""

    def letter(self, kind: str) -> Letter:
        """The template of a letter as the service has it, with the standard one and what may stand in it."""
        from iro_allocator import reports

        standard = reports.standard(kind)
        known = {key: meaning for key, (meaning, _) in reports.PLACEHOLDERS.items()}
        return Letter(kind, self._templates().get(kind) or standard, standard, known)

    def write_letter(self, kind: str, template: str) -> None:
        """Keep a template with the service; the standard one keeps none. Raises Explained for what cannot be filled."""
        from iro_allocator import reports

        reports.check(kind, template)
        kept = {key: text for key, text in self._templates().items() if key != kind}
        if template.strip() != reports.standard(kind).strip():
            kept[kind] = template
        self._store.remember(_LETTERS, kept)

    def _templates(self) -> dict[str, str]:
        return dict(self._store.recall(_LETTERS) or {})


def column_meanings(settings: Settings, holds: str) -> dict[str, str]:
    """What a column of a list that holds “iros” or “children” can mean: labels by key."""
    from iro_allocator import sheets

    return {key: meaning.label for key, meaning in sheets.known(settings).items() if meaning.holds == holds}


def check_json(report: CheckReport) -> dict[str, Any]:
    """The JSON of a check."""
    return {
        "format": "iro-allocator-check/1",
        "ok": not report.faults,
        "faults": list(report.faults),
        "notes": list(report.notes),
    }


def draft_json(draft: Draft, *, taken: bool) -> dict[str, Any]:
    """The JSON of an import."""
    from iro_allocator import sheets

    return sheets.as_json(draft, taken)


def problem_json(problem: Problem) -> dict[str, Any]:
    """The JSON of a problem."""
    from iro_allocator.solver import exchange

    return exchange.problem_json(problem)


def result_json(result: Result) -> dict[str, Any]:
    """The JSON of a result."""
    from iro_allocator.solver import exchange

    return exchange.result_json(result)


def write_json(value: Mapping[str, Any], path: Path) -> None:
    """Write JSON to a file, whole or not at all."""
    from iro_allocator.solver import exchange

    exchange.write_json(value, path)


def what_if_json(made: WhatIf, found: Frontier | None) -> dict[str, Any]:
    """The JSON of a what-if that has a plan."""
    from iro_allocator import planning

    return planning.as_json(made, found)


def frontier_json(found: Frontier) -> dict[str, Any]:
    """The JSON of a frontier."""
    from iro_allocator.solver import exchange

    return exchange.frontier_json(found)


def frontier_of_file(
    path: Path,
    *,
    points: int,
    time_limit: float,
    progress: Callable[[tuple[Point, ...]], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Frontier:
    """The frontier of a problem file."""
    from iro_allocator.solver import exchange
    from iro_allocator.solver.frontier import frontier

    problem = exchange.read_problem(path)
    return frontier(problem, points=points, time_limit=time_limit, progress=progress, stop=stop)


def solve_file(
    path: Path,
    *,
    gap: float,
    time_limit: float,
    seed: int,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Result:
    """Solve a problem file."""
    from iro_allocator.solver import exchange
    from iro_allocator.solver.solve import solve

    return solve(exchange.read_problem(path), gap=gap, time_limit=time_limit, seed=seed, progress=progress, stop=stop)
