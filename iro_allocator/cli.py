"""The command line: the same verbs without a window.

Exit code 0 done, 1 an explained error on standard error, 2 wrong usage. Progress goes to standard
error, and only to a terminal.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from iro_allocator import __version__
from iro_allocator.errors import Explained
from iro_allocator.scenario import SHAPES, Outlook, compared, outlook

if TYPE_CHECKING:
    from iro_allocator.domain import Snapshot
    from iro_allocator.solver.proposal import Proposal
    from iro_allocator.solver.score import Progress
    from iro_allocator.workspace import Frontier, WhatIf, Workspace

T = TypeVar("T")

PASSPHRASE = "IRO_ALLOCATOR_PASSPHRASE"
LISTS = ("service", "iro", "handover", "changes", "waiting", "letters", "child-letters", "report")
MODES = ("referrals", "leavers", "rebalance")

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Allocates children to Independent Reviewing Officers, fairly, and says why. "
    "Without a command (or with a FILE.iro alone) the window opens.",
)


def run(arguments: list[str]) -> int:
    """Run a command; gives the exit code."""
    try:
        app(args=arguments, prog_name="iro-allocator")
    except Explained as fault:
        print(fault.message, file=sys.stderr)
        if fault.hint:
            print(fault.hint, file=sys.stderr)
        return 1
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


# -- what commands take ----------------------------------------------------------------------------


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}” is not a date such as 2026-11-23") from None


def _one_of(*known: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise typer.BadParameter(f"“{text}” is none of {', '.join(known)}")
        return text

    return read


def _where(text: str) -> Path | str:
    return text if "://" in text else Path(text)


File = Annotated[
    Any, typer.Argument(metavar="FILE.iro", parser=_where, help="The service: a file, or a postgresql:// address.")
]
On = Annotated[date | None, typer.Option("--on", metavar="DATE", parser=_day, help="The day; today if left out.")]
Mode = Annotated[
    str, typer.Option("--mode", parser=_one_of(*MODES), metavar="MODE", help=f"One of {', '.join(MODES)}.")
]
MaxMoves = Annotated[
    int | None,
    typer.Option("--max-moves", min=0, metavar="N", help="The most children who may change IRO (rebalance)."),
]
Json = Annotated[Path | None, typer.Option("--json", metavar="OUT", help="Also write this as JSON.")]
PassphraseFile = Annotated[
    Path | None, typer.Option("--passphrase-file", metavar="F", help="A text file whose first line is the passphrase.")
]


def _passphrase(file: Path | None) -> str | None:
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").splitlines()[0]
        except (OSError, UnicodeDecodeError, IndexError):
            raise Explained(f"There is no passphrase to read in {file}.", "Its first line should be it.") from None
    return os.environ.get(PASSPHRASE)


def _asking(act: Callable[[str | None], T], file: Path | None) -> T:
    """Do what may need a passphrase; on a terminal it is asked for when none was given."""
    from iro_allocator.workspace import PassphraseNeeded

    passphrase = _passphrase(file)
    try:
        return act(passphrase)
    except PassphraseNeeded:
        if passphrase or not sys.stdin.isatty():
            raise
        return act(typer.prompt("Passphrase", hide_input=True, err=True))


@contextmanager
def _opened(file: Path | str, passphrase_file: Path | None) -> Iterator[Workspace]:
    from iro_allocator.workspace import Workspace

    workspace = _asking(lambda passphrase: Workspace.open(file, passphrase=passphrase), passphrase_file)
    try:
        yield workspace
    finally:
        workspace.close()


def _write(value: dict[str, Any], out: Path | None) -> None:
    from iro_allocator.workspace import write_json

    if out is not None:
        write_json(value, out)


@contextmanager
def _stoppable() -> Iterator[Callable[[], bool]]:
    """Ctrl+C as a stop that the work itself asks for; the line of progress is wiped at the end."""
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield lambda: stopped
    finally:
        signal.signal(signal.SIGINT, before)
        _tell("")


def _tell(words: str) -> None:
    """Progress, in one line and to a terminal alone."""
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


@contextmanager
def _solving() -> Iterator[dict[str, Any]]:
    """Progress on a terminal, and Ctrl+C as “stop and use this”."""

    def tell(progress: Progress) -> None:
        _tell(f"{progress.seconds:.1f} s: {progress.words}")

    with _stoppable() as stop:
        yield {"progress": tell, "stop": stop}


@contextmanager
def _reading() -> Iterator[dict[str, Any]]:
    """Progress on a terminal, and Ctrl+C as “stop, and change nothing”."""
    with _stoppable() as stop:
        yield {"progress": _tell, "stop": stop}


# -- the commands ----------------------------------------------------------------------------------


@app.callback(invoke_without_command=True)
def _about(version: Annotated[bool, typer.Option("--version", help="Say the version and end.")] = False) -> None:
    if version:
        print(f"IRO Allocator {__version__}")
        raise typer.Exit


@app.command()
def sample(
    out: Annotated[Path, typer.Argument(metavar="OUT.iro", help="The file to write.")],
    iros: Annotated[int, typer.Option(help="How many IROs.")] = 20,
    children: Annotated[int, typer.Option(help="How many children; 0 gives the IROs alone.")] = 1137,
    seed: Annotated[int, typer.Option(help="Another seed, another service.")] = 2017,
    on: On = None,
) -> None:
    """Write the made-up service as it would stand on a day (unencrypted, marked as sample)."""
    from iro_allocator.workspace import make_sample

    workspace = make_sample(out, iros=iros, children=children, seed=seed, on=on)
    world = workspace.world(on)
    workspace.close()
    waiting = len(world.loads.waiting)
    print(f"{out}: {iros} IROs, {world.loads.children:,} children, {waiting} of them waiting. All names are made up.")


@app.command("import")
def import_(
    file: File,
    sources: Annotated[
        list[Path], typer.Argument(metavar="SOURCE…", help="Spreadsheets and statutory returns: files or folders.")
    ],
    map_: Annotated[
        Path | None, typer.Option("--map", metavar="MAP.json", help="What columns mean: {header: meaning}.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look only; change nothing.")] = False,
    json_: Json = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Take IROs and children from spreadsheets and statutory returns; makes FILE.iro when it does not exist."""
    from iro_allocator.workspace import Workspace, draft_json

    mapping = None if map_ is None else _map(map_)
    if isinstance(file, str) or file.exists():
        with _opened(file, passphrase_file) as workspace, _reading() as watching:
            draft = workspace.draft_import(sources, mapping, **watching)
            if not dry_run:
                workspace.take(draft, **watching)
    else:
        with _reading() as watching:
            draft = Workspace.draft_for_new(sources, mapping, **watching)
        if not dry_run:
            passphrase = _new_passphrase(passphrase_file)
            with _reading() as watching:
                Workspace.create_from(file, draft, passphrase=passphrase, **watching).close()
    _write(draft_json(draft, taken=not dry_run), json_)
    for sentence in draft.recognised:
        print(sentence)
    for what, counts in (("IROs", draft.iros), ("Children", draft.children)):
        print(f"{what}: {counts.new} new, {counts.changed} changed, {counts.ended} ended, {counts.unchanged} unchanged")
    for finding in draft.findings:
        place = f"{finding.file} row {finding.row}" if finding.row else finding.file
        column = f", {finding.column}" if finding.column else ""
        print(f"{'must fix' if finding.level == 'fix' else 'check'}: {place}{column}: {finding.message}")
    if dry_run:
        print("Nothing was changed (--dry-run).")


@app.command()
def families(file: File, on: On = None, json_: Json = None, passphrase_file: PassphraseFile = None) -> None:
    """List children without a family who may be brothers and sisters, and why; changes nothing."""
    from iro_allocator.families import as_json

    with _opened(file, passphrase_file) as workspace:
        found = workspace.families(workspace.world(on))
    _write(as_json(found), json_)
    for proposal in found:
        print(f"{proposal.words}: {', '.join(proposal.cases)} ({proposal.key}): {'; '.join(proposal.reasons)}")
    print(f"{len(found)} proposed. Confirm or refuse them in the window: Children, Find families…")


def _map(path: Path) -> dict[str, str]:
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        raise Explained(f"{path} is not a JSON file that can be read.", 'It holds {"header": "meaning"}.') from None
    if not isinstance(value, dict) or not all(isinstance(meaning, str) for meaning in value.values()):
        raise Explained(f"{path} is not a map of columns.", 'It holds {"header": "meaning"}.')
    return value


def _new_passphrase(file: Path | None) -> str:
    given = _passphrase(file)
    if given is None and sys.stdin.isatty():
        print("A new service file is encrypted. Nobody can recover its passphrase.", file=sys.stderr)
        given = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    if not given:
        raise Explained("A new service file needs a passphrase.", f"Give --passphrase-file, or set {PASSPHRASE}.")
    return str(given)


@app.command()
def suggest(
    file: File,
    mode: Mode = "referrals",
    max_moves: MaxMoves = None,
    on: On = None,
    json_: Json = None,
    apply: Annotated[bool, typer.Option("--apply", help="Accept every suggestion.")] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Suggest who should take whom, and why."""
    from iro_allocator.workspace import result_json

    with _opened(file, passphrase_file) as workspace:
        world = workspace.world(on)
        with _solving() as watching:
            proposal = workspace.propose(world, mode, max_moves=max_moves, **watching)  # type: ignore[arg-type]
        _write(result_json(proposal.result), json_)
        _show(proposal, world.snapshot)
        if apply and proposal.moves:
            workspace.apply(proposal)
            print("Accepted. It can be undone in History.")


def _show(proposal: Proposal, snapshot: Snapshot, made: WhatIf | None = None) -> None:
    names = {iro.id: iro.name for iro in snapshot.iro.values()}
    result = proposal.result
    moves, covered = (proposal.moves, frozenset[str]()) if made is None else (made.reviewed, made.covered)
    if moves:
        table = Table("Family / child", "Children", "From", "To", "Because", "Next best", box=None, pad_edge=False)
        for move in moves:
            other = next((c for c in move.candidates[1:] if c.cannot is None), None)
            table.add_row(
                move.family or move.cases[0],
                str(len(move.cases)),
                names.get(move.before or "", "–"),
                names[move.after] + (" (cover)" if move.before in covered else ""),
                "; ".join(move.reasons),
                f"{names[other.iro]} {other.difference:+.1f}" if other else "nobody else may",
            )
        Console(width=None if sys.stdout.isatty() else 200).print(table)
    elif not proposal.waiting:
        print("Nothing to suggest: nobody needs another IRO.")
    for waiting in proposal.waiting:
        print(f"Waiting: {', '.join(case.id for case in waiting.unit.cases)}. Nobody may take them:")
        for iro, reason in waiting.reasons.items():
            print(f"  {names[iro]} {reason}")
    print(f"{result.words}: {result.objective:.1f} points, bound {result.bound:.1f}, in {result.seconds:.2f} s.")
    if result.short_fte > 0:
        print(f"Short by {result.short_fte:.2f} FTE for everybody to stay within the limit.")


Changes = list[str] | None


def _changes(option: str, what: str) -> Any:
    return typer.Option(f"--{option}", metavar=SHAPES[option], help=what)


@app.command("what-if")
def what_if(
    file: File,
    leaves: Annotated[Changes, _changes("leaves", "An IRO's last day.")] = None,
    contract_ends: Annotated[Changes, _changes("contract-ends", "An interim's last day.")] = None,
    absent: Annotated[Changes, _changes("absent", "Away; their children get another IRO.")] = None,
    cover: Annotated[Changes, _changes("cover", "Away; others cover, the children stay theirs.")] = None,
    hours: Annotated[Changes, _changes("hours", "Other contracted hours.")] = None,
    joins: Annotated[Changes, _changes("joins", "A new IRO and their hours.")] = None,
    referrals: Annotated[Changes, _changes("referrals", "More referrals a month than now, or fewer (-4).")] = None,
    limit: Annotated[Changes, _changes("limit", "Another limit for each FTE.")] = None,
    scenario: Annotated[str | None, typer.Option(metavar="NAME", help="A scenario the service keeps.")] = None,
    save: Annotated[str | None, typer.Option(metavar="NAME", help="Keep this scenario in the service.")] = None,
    on: Annotated[
        date | None,
        typer.Option(metavar="DATE", parser=_day, help="The day to look at; when all has come about if left out."),
    ] = None,
    max_moves: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="How many may change IRO beyond those who must; none if left out."),
    ] = None,
    frontier: Annotated[bool, typer.Option("--frontier", help="Also how even it gets for how many moved.")] = False,
    json_: Json = None,
    time_limit: Annotated[float, typer.Option(min=0.0, metavar="S", help="Seconds to prove the plan.")] = 20.0,
    adopt: Annotated[bool, typer.Option("--adopt", help="Make it so, plan and all, as one step.")] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Staff leaving, sickness, hours, joiners, more referrals, before they happen. Options may be repeated."""
    from iro_allocator.workspace import what_if_json

    asked = {
        "leaves": leaves,
        "contract-ends": contract_ends,
        "absent": absent,
        "cover": cover,
        "hours": hours,
        "joins": joins,
        "referrals": referrals,
        "limit": limit,
    }
    given = {option: texts for option, texts in asked.items() if texts}
    if not given and scenario is None:
        raise typer.BadParameter("say at least one change, such as --leaves, or a --scenario")
    with _opened(file, passphrase_file) as workspace:
        world = workspace.world()
        made_up = workspace.asked_scenario(world, given, saved=scenario, name=save, on=on)
        if save is not None:
            world = workspace.save_scenario(made_up)
        found = None
        with _solving() as watching:
            made = workspace.what_if(
                world,
                made_up,
                max_moves=max_moves,
                time_limit=time_limit,
                solving=watching["progress"],
                stop=watching["stop"],
            )
            if frontier:
                found = workspace.what_if_frontier(made, stop=watching["stop"])
        _write(what_if_json(made, found), json_)
        _show_what_if(made, outlook(world.snapshot, world.day, scenario=made.scenario))
        if found is not None:
            _show_points(found)
        if adopt:
            workspace.adopt(made)
            print("Adopted as one step. It can be undone in History.")


def _show_what_if(made: WhatIf, coming: Outlook) -> None:
    for change in made.scenario.changes:
        print(f"{change.words}.")
    for misfit in made.misfits:
        print(f"Left out: {misfit.change.words}. {misfit.why}")
    table = Table(f"On {made.day.day} {made.day:%b %Y}", "Before", "After", box=None, pad_edge=False)
    for row in compared(made.before, made.after):
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 200).print(table)
    print(coming.words)
    assert made.proposal is not None
    _show(made.proposal, made.there, made)


@app.command()
def export(
    file: File,
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx|csv|pdf", help="Where to; the ending says the format.")],
    list_: Annotated[
        str, typer.Option("--list", parser=_one_of(*LISTS), metavar="LIST", help=f"One of {', '.join(LISTS)}.")
    ] = "service",
    names: Annotated[bool, typer.Option("--names", help="With children's names; references only if left out.")] = False,
    iro: Annotated[str | None, typer.Option("--iro", metavar="NAME", help="Only this IRO; not for the report.")] = None,
    since: Annotated[
        date | None,
        typer.Option(metavar="DATE", parser=_day, help="From this day (handover, changes, letters, report)."),
    ] = None,
    step: Annotated[
        int | None, typer.Option(metavar="N", help="Letters about this step of the history instead of a time.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(metavar="A,B", help="Only these columns, by their headers; all if left out.")
    ] = None,
    each: Annotated[
        bool, typer.Option("--each", help="A file for every IRO, in a folder called OUT (list iro).")
    ] = False,
    marking: Annotated[str, typer.Option(metavar="WORDS", help="What stands on every page.")] = "Official-Sensitive",
    on: On = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write a list, letters or the service report; it is put on record in the history."""
    wanted = None if columns is None else tuple(part.strip() for part in columns.split(",") if part.strip())
    with _opened(file, passphrase_file) as workspace:
        written = workspace.export(
            out,
            list_,
            day=on,
            names=names,
            iro=iro,
            since=since,
            step=step,
            columns=wanted,
            each=each,
            marking=marking,
        )
        for path in written:
            print(path)


@app.command()
def problem(
    file: File,
    out: Annotated[Path, typer.Argument(metavar="OUT.json", help="The problem file to write.")],
    mode: Mode = "referrals",
    max_moves: MaxMoves = None,
    on: On = None,
    real_ids: Annotated[bool, typer.Option("--real-ids", help="Ids as in the file, to check a suggestion.")] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write the problem as a file without a child's or an IRO's name in it."""
    from iro_allocator.workspace import problem_json

    with _opened(file, passphrase_file) as workspace:
        _write(
            problem_json(workspace.problem(mode, on=on, max_moves=max_moves, real_ids=real_ids)),  # type: ignore[arg-type]
            out,
        )


@app.command()
def solve(
    source: Annotated[Path, typer.Argument(metavar="PROBLEM.json", help="A problem file.")],
    out: Annotated[Path | None, typer.Option("-o", metavar="RESULT.json", help="Write the result here.")] = None,
    time_limit: Annotated[float, typer.Option("--time-limit", min=0.0, metavar="S", help="Seconds.")] = 60.0,
    gap: Annotated[float, typer.Option("--gap", min=0.0, metavar="POINTS", help="Proven to within this.")] = 0.1,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The solver's seed.")] = 0,
) -> None:
    """Solve a problem file."""
    from iro_allocator.workspace import result_json, solve_file

    with _solving() as watching:
        result = solve_file(source, time_limit=time_limit, gap=gap, seed=seed, **watching)
    _write(result_json(result), out)
    print(
        f"{result.status}: {result.objective:.3f} points, bound {result.bound:.3f} (gap {result.gap_points:.3f}), "
        f"{result.children_moved} children moved, {result.seconds:.2f} s"
    )


@app.command()
def frontier(
    source: Annotated[Path, typer.Argument(metavar="PROBLEM.json", help="A problem file, mode rebalance.")],
    out: Annotated[Path | None, typer.Option("-o", metavar="OUT.json", help="Write the points here.")] = None,
    points: Annotated[int, typer.Option("--points", min=1, metavar="N", help="The most points.")] = 20,
    time_limit: Annotated[float, typer.Option("--time-limit", min=0.0, metavar="S", help="Seconds.")] = 30.0,
) -> None:
    """How few children need change IRO, for how even a service."""
    from iro_allocator.workspace import frontier_json, frontier_of_file

    with _solving() as watching:
        found = frontier_of_file(source, points=points, time_limit=time_limit, stop=watching["stop"])
    _write(frontier_json(found), out)
    _show_points(found)


def _show_points(found: Frontier) -> None:
    table = Table("Children who change IRO", "Evenness (rms)", "Proven at best", "Furthest from share", box=None)
    for point in found.points:
        table.add_row(
            str(point.children_moved),
            f"{point.rms_share_difference:.2%}",
            f"{point.rms_bound:.2%}",
            f"{point.furthest_share_difference:.1%}",
        )
    Console().print(table)
    print(f"{len(found.points)} points in {found.seconds:.1f} s{', stopped' if found.stopped else ''}.")


@app.command()
def backup(file: File, passphrase_file: PassphraseFile = None) -> None:
    """Make a backup beside the file, encrypted with the same passphrase."""
    with _opened(file, passphrase_file) as workspace:
        print(workspace.back_up())


@app.command("restore")
def restore_(
    source: Annotated[Path, typer.Argument(metavar="BACKUP", help="A backup of the service.")],
    file: Annotated[Path, typer.Argument(metavar="FILE.iro", help="Where to; what is there is set aside.")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Put a backup in the place of a service file, which is set aside."""
    from iro_allocator.workspace import restore

    aside = _asking(lambda passphrase: restore(source, file, passphrase=passphrase), passphrase_file)
    print(f"{file} is the backup {source.name}." + (f" The old file is {aside}." if aside else ""))


@app.command()
def check(file: File, json_: Json = None, passphrase_file: PassphraseFile = None) -> None:
    """Check the file's pages, history and references; say what about today wants a person's eye."""
    from iro_allocator.workspace import check_json

    with _opened(file, passphrase_file) as workspace:
        report = workspace.check()
    _write(check_json(report), json_)
    for note in report.notes:
        print(f"note: {note}")
    if report.faults:
        raise Explained("\n".join(report.faults), "Restore a backup, and keep this file aside.")
    print("No fault found.")
