"""What a person asks to have, and what is made of it: tables, pages, files, and the step that records it.

One way for window and command line, for the preview and for the file: what was looked at is what is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from iro_allocator.diary import add_months
from iro_allocator.domain import Snapshot
from iro_allocator.edits import Step
from iro_allocator.errors import Explained
from iro_allocator.paper import pages
from iro_allocator.reports import letters
from iro_allocator.reports.lists import KINDS as LISTS
from iro_allocator.reports.lists import MARKING, RECENT, about, allocation_list, checked_since
from iro_allocator.reports.service import MONTHS, Past, Section, ServiceReport
from iro_allocator.sheets import writing
from iro_allocator.sheets.names import Names
from iro_allocator.sheets.writing import Heading, Table, Value, shown

KINDS: Mapping[str, str] = MappingProxyType(
    dict([*LISTS.items(), *letters.WORDS.items(), ("report", "Service report")])
)
"""Everything that can be exported, and what it is called."""
SUFFIXES = (".pdf", *writing.SUFFIXES)
ALWAYS = "Child reference"
"""The column without which a list says nothing."""
TALL = 25
"""A chart of more lines than this begins a page, with its heading."""
WIDE = 7
"""More columns than this stand on a page turned sideways."""
POINTS = ((11, 8.5), (14, 7.5), (99, 6.2))
"""The size of letters for up to so many columns."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to be exported, as of a day.

    `iro` narrows a list, or letters, to one IRO; `since` is the first day of what tells of a time; `step` the
    step of the history that letters are about, instead of a time; `columns` the headers wanted (None = all);
    `each`: a file for every IRO, in a folder. Names of children only where `names` says so.
    """

    day: date
    kind: str = "service"
    names: bool = False
    iro: str | None = None
    since: date | None = None
    step: int | None = None
    columns: tuple[str, ...] | None = None
    each: bool = False
    marking: str = MARKING


@dataclass(frozen=True)
class Made:
    """What was asked for, made: `columns` are all that could be chosen, `fields` those that are in it."""

    asked: Asked
    title: str
    tables: tuple[Table, ...]
    fields: tuple[str, ...]
    columns: tuple[str, ...]
    children: int
    facts: str
    _sections: tuple[Section, ...] = ()
    _letters: tuple[str, ...] = ()

    def on_paper(self, tables: Sequence[Table] | None = None) -> pages.Pages:
        """All of it (or some of its tables) on A4 pages."""
        shown_tables = self.tables if tables is None else tuple(tables)
        if self.asked.kind in letters.WORDS:
            marking = self.asked.marking if self.asked.kind == "letters" else ""
            frame = pages.Frame(title="", marking=marking, numbered=False, points=11)
            return pages.Pages(letters.parts(self._letters), frame)
        if self._sections:
            return pages.Pages(_report(self.title, self._sections), self._frame(self.title, False, 8.5))
        most = max((len(table.columns) for table in shown_tables), default=0)
        title = self.title if len(shown_tables) != 1 else shown_tables[0].title
        frame = self._frame(title, most > WIDE, next(points for columns, points in POINTS if most <= columns))
        return pages.Pages(_lists(shown_tables), frame)

    def _frame(self, title: str, landscape: bool, points: float) -> pages.Frame:
        return pages.Frame(title, self.asked.marking, self.facts, landscape=landscape, points=points)

    def contents(self, out: Path) -> dict[Path, bytes]:
        """The files to be written, by the ending of `out`; with `each` in a folder of its name without ending."""
        suffix = out.suffix.lower()
        if suffix not in SUFFIXES:
            raise Explained(
                f"{out.name} is none of {', '.join(SUFFIXES)}.",
                f"Lists are written as {', '.join(SUFFIXES[:-1])} and {SUFFIXES[-1]}: give such a name.",
            )
        if self.asked.kind in letters.WORDS and suffix != ".pdf":
            raise Explained("Letters are written as .pdf only.", f"Call the file {out.stem}.pdf.")
        if not self.asked.each:
            return self._file(out, self.tables)
        names = writing.file_names([table.title for table in self.tables])
        made: dict[Path, bytes] = {}
        for name, table in zip(names, self.tables, strict=True):
            made |= self._file(self.folder(out) / f"{name}{out.suffix}", (table,))  # type: ignore[operator]
        return made

    def folder(self, out: Path) -> Path | None:
        """The folder that is made for several files, None when there is to be one."""
        return out.with_suffix("") if self.asked.each else None

    def _file(self, out: Path, tables: tuple[Table, ...]) -> dict[Path, bytes]:
        if out.suffix.lower() == ".pdf":
            return {out: self.on_paper(tables).pdf()}
        return writing.contents(tables, out, made=self.asked.day)

    def step(self, out: Path) -> Step:
        """The step that puts it on record: what, which fields, how many children, names or not; no place."""
        asked = self.asked
        named = "with children’s names" if asked.names else "references only"
        kind = out.suffix[1:].lower()
        detail = {
            "kind": asked.kind,
            "title": self.title,
            "fields": list(self.fields),
            "children": self.children,
            "names": asked.names,
            "format": kind,
            "file": out.stem if asked.each else out.name,
        }
        children = f"{self.children:,} {'child' if self.children == 1 else 'children'}"
        label = f"Export: {self.title}, {children}, {named}, {kind.upper()}"
        return Step(label, (), detail={"export": detail})


def make(
    snapshot: Snapshot, asked: Asked, *, by: str, past: Sequence[Past] = (), templates: Mapping[str, str] | None = None
) -> Made:
    """Makes what is asked for. `past` are the steps in effect, `templates` the service's own letters by kind.

    Raises Explained for what there is none of: a list, an IRO, a column, a step.
    """
    if asked.kind not in KINDS:
        raise Explained(f"There is no list “{asked.kind}”.", f"Lists are {', '.join(KINDS)}.")
    if asked.each and asked.kind != "iro":
        raise Explained("Only the list by IRO can be a file for each.", "Choose the list by IRO.")
    if asked.columns is not None and asked.kind not in LISTS:
        raise Explained(f"{KINDS[asked.kind]}: there are no columns to choose.", "Leave the columns out.")
    if asked.step is not None and asked.kind not in letters.WORDS:
        raise Explained("Only letters can be about a step of the history.", "Choose letters, or leave the step out.")
    if asked.iro and asked.kind == "report":
        raise Explained("The service report is about every IRO.", "Leave the IRO out, or choose the list by IRO.")
    if asked.kind in letters.WORDS:
        return _letters_made(snapshot, asked, by, past, templates or {})
    if asked.kind == "report":
        return _report_made(snapshot, asked, by, past)
    tables = allocation_list(
        snapshot, asked.day, asked.kind, names=asked.names, iro=asked.iro, since=asked.since, by=by
    )
    columns = tuple(column.header for column in tables[0].columns)
    chosen = tuple(_chosen(table, asked) for table in tables)
    return Made(
        asked=asked,
        title=tables[0].title if len(tables) == 1 else KINDS[asked.kind],
        tables=chosen,
        fields=tuple(column.header for column in chosen[0].columns),
        columns=columns,
        children=sum(int(str(table.totals["Children"])) for table in tables),
        facts=_facts(tables[0].about, names=asked.names),
    )


def _chosen(table: Table, asked: Asked) -> Table:
    """The table with the columns that are asked for, and its marking."""
    headers = [column.header for column in table.columns]
    wanted = headers if asked.columns is None else [*asked.columns, ALWAYS]
    if unknown := [header for header in wanted if header not in headers]:
        raise Explained(f"There is no column “{unknown[0]}” in this list.", f"Columns are {', '.join(headers)}.")
    kept = [at for at, header in enumerate(headers) if header in wanted]
    return replace(
        table,
        columns=tuple(table.columns[at] for at in kept),
        rows=tuple(tuple(row[at] for at in kept) for row in table.rows),
        about={**table.about, "Marking": asked.marking},
    )


def _facts(stands: Mapping[str, str], *, names: bool) -> str:
    """What stands at the foot of a page."""
    labels = {"As at": "as at ", "Exported by": "exported by "}
    said = [f"{labels.get(label, '')}{fact}" for label, fact in stands.items() if label not in ("Marking", "Names")]
    return " · ".join([*said, "with children’s names" if names else "children by reference"])


def _report_made(snapshot: Snapshot, asked: Asked, by: str, past: Sequence[Past]) -> Made:
    since = checked_since(asked.since or add_months(asked.day, -MONTHS), asked.day)
    report = ServiceReport(snapshot, since, asked.day, past)
    stands = {**about(snapshot.settings_on(asked.day), asked.day, names=False, by=by), "Marking": asked.marking}
    sections = tuple(replace(each, table=replace(each.table, about=stands)) for each in report.sections)
    return Made(
        asked=replace(asked, names=False),
        title=f"Service report, {shown(since)} to {shown(asked.day)}",
        tables=tuple(section.table for section in sections),
        fields=tuple(section.table.title for section in sections),
        columns=(),
        children=len(report.children),
        facts=_facts(stands, names=False),
        _sections=sections,
    )


def _letters_made(
    snapshot: Snapshot, asked: Asked, by: str, past: Sequence[Past], templates: Mapping[str, str]
) -> Made:
    if asked.step is None:
        since = checked_since(asked.since or asked.day - RECENT, asked.day)
        new, when = letters.in_period(snapshot, since, asked.day), f"new IRO since {shown(since)}"
    else:
        found = next((one for one in past if one.number == asked.step), None)
        if found is None:
            raise Explained(f"There is no step {asked.step} that is in effect.", "Choose one of the history.")
        new, when = letters.of_step(snapshot, found.step), f"new IRO by step {asked.step}"
    if asked.iro:
        only = Names(snapshot.iro.values()).one(asked.iro)
        new = tuple(each for each in new if each.iro == only)
    if not new:
        raise Explained("No family got a new IRO then, so there is no letter.", "Choose an earlier day, or a step.")
    template = templates.get(asked.kind) or letters.standard(asked.kind)
    settings = snapshot.settings_on(asked.day)
    texts = letters.written(asked.kind, template, new, settings, asked.day, names=asked.names)
    return Made(
        asked=asked,
        title=f"{KINDS[asked.kind]}, {when}",
        tables=(),
        fields=letters.used(template),
        columns=(),
        children=sum(len(each.children) for each in new),
        facts="",
        _letters=texts,
    )


# Tables as parts of pages


def _grid(table: Table) -> pages.Grid:
    return pages.Grid(
        tuple(column.header for column in table.columns),
        tuple(tuple(map(_said, row, table.columns)) for row in table.rows),
        tuple(column.type == "number" for column in table.columns),
    )


def _said(value: Value, column: Heading) -> str:
    if isinstance(value, date):
        return shown(value).replace(" ", "\u00a0")  # a day stays in one line
    return f"{value:,.{column.decimals}f}" if isinstance(value, float) else shown(value)


def _lists(tables: Iterable[Table]) -> list[pages.Part]:
    made: list[pages.Part] = []
    for table in tables:
        if made:
            made.append(pages.Break())
        totals = " · ".join(f"{label} {shown(value)}" for label, value in table.totals.items())
        made += [pages.Heading(table.title, large=True), pages.Words(totals, "muted")]
        made.append(_grid(table) if table.rows else pages.Words("Nobody."))
    return made


def _report(title: str, sections: Iterable[Section]) -> list[pages.Part]:
    made: list[pages.Part] = [pages.Heading(title, large=True)]
    for section in sections:
        if section.chart and section.chart.lines > TALL:
            made.append(pages.Break())
        made.append(pages.Heading(section.table.title))
        if section.note:
            made.append(pages.Words(section.note, "muted"))
        if section.chart:
            made.append(section.chart)
        made.append(_grid(section.table) if section.table.rows else pages.Words("None in this time."))
    return made
