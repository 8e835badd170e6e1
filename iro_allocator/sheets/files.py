"""From paths to recognised tables: files and folders, each file known by what it holds, never by its name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from iro_allocator.errors import Explained
from iro_allocator.sheets import annex_a, cin, columns, grid, ssd, ssda903, xml_tables
from iro_allocator.sheets.columns import Source
from iro_allocator.sheets.findings import CHECK, Finding
from iro_allocator.sheets.grid import Grid
from iro_allocator.sheets.guessing import Context
from iro_allocator.sheets.header import Headed, headed
from iro_allocator.sheets.known_tables import recognised
from iro_allocator.sheets.told import Return
from iro_allocator.watching import Watch

MOST_FILES = 200
_KNOWN = (*ssda903.TABLES, *annex_a.TABLES, *ssd.TABLES)
_READERS = {"ssda903": ssda903.read, "annex_a": annex_a.read, "cin": cin.read, "ssd": ssd.read}
_XML, _HTML = b"<", (b"<!doctype html", b"<html")


@dataclass(frozen=True)
class Found:
    """What the files are: local sheets and tables of returns, and what was left aside with the reason."""

    sources: tuple[Source, ...]
    aside: tuple[Finding, ...]

    def of(self, kind: str) -> tuple[Source, ...]:
        """The tables of one kind of file."""
        return tuple(source for source in self.sources if source.kind == kind)

    def returns(self, day: date, watch: Watch) -> tuple[Return, ...]:
        """What each kind of return says, all its files together."""
        found = []
        for kind, read in _READERS.items():
            if tables := self.of(kind):
                watch.say(f"Understanding the {columns.KINDS[tables[0].kind]}")
                found.append(read(tables, day))
        return tuple(found)


def read(paths: Sequence[Path], context: Context, watch: Watch) -> Found:
    """The tables in these files, and in the files of these folders.

    Raises Explained for a file that cannot be read or is nothing that is known; in a folder, what is no list at
    all is left aside and told.
    """
    listed = _listed(paths)
    tables: list[Source] = []
    lists: list[_Local] = []
    aside: list[Finding] = []
    for path, in_folder in listed:
        watch.say(f"Reading {path.name}")
        try:
            grids, known = _file(path, watch)
        except Explained as fault:
            if not in_folder or _is_table(path):
                raise
            aside.append(_left_aside(path, fault))
            continue
        tables += known
        heads = [head for each in grids if (head := headed(each, context))]
        lists.append(_Local(path, heads, needed=not known, in_folder=in_folder))
    columns.check_map([head for each in lists for head in each.heads], context)
    local: list[Source] = []
    for each in lists:
        found = columns.local_lists(each.heads, context)
        local += found
        if each.needed and not found:
            none = columns.not_recognised(each.path.name, each.heads, context)
            if not each.in_folder:
                raise none
            aside.append(_left_aside(each.path, none))
    if not tables and not local:
        raise Explained(
            f"Nothing in {paths[0].name} is a list of IROs or children or a return that is known.",
            "Known are spreadsheets, the SSDA903 return, Ofsted's Annex A, the CIN census and the Standard "
            "Safeguarding Dataset.",
        )
    return Found((*local, *tables), (*aside, *_unused(tables)))


@dataclass(frozen=True)
class _Local:
    """A file that may be a local list; `needed`: it is nothing else."""

    path: Path
    heads: Sequence[Headed]
    needed: bool
    in_folder: bool


def _left_aside(path: Path, fault: Explained) -> Finding:
    """What is told of a file in a folder that is no list; without the columns seen, which are a letter's words."""
    reason = fault.message.partition(";")[0].rstrip(".")
    return Finding(CHECK, path.name, "", None, "", "", f"left aside: {reason}")


def _unused(tables: Sequence[Source]) -> list[Finding]:
    """Which tables of returns are not used, and why: one finding a file and reason."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for source in tables:
        if source.unused:
            kind = columns.KINDS[source.kind]
            alike.setdefault((source.file, kind, source.unused), []).append(source.table)
    return [
        Finding(CHECK, file, "", None, "", "", f"{kind}, {', '.join(named)}: not used, {reason}")
        for (file, kind, reason), named in alike.items()
    ]


def _listed(paths: Sequence[Path]) -> list[tuple[Path, bool]]:
    """Every file once, with whether it was found in a folder; those of a folder by name."""
    found: dict[Path, bool] = {}
    for path in paths:
        if path.is_dir():
            inside = [each for each in sorted(path.rglob("*")) if each.is_file() and each.name[0] not in ".~"]
            if not inside:
                raise Explained(f"The folder {path.name} is empty.", "Choose the folder with the exported files.")
            for each in inside:
                found.setdefault(each, True)
        else:
            found[path] = False
    if len(found) > MOST_FILES:
        raise Explained(
            f"These are {len(found):,} files; an import takes at most {MOST_FILES}.", "Choose the folder of one export."
        )
    return list(found.items())


def _file(path: Path, watch: Watch) -> tuple[Sequence[Grid], list[Source]]:
    """A file's sheets that are no table of a return, and the tables that are."""
    try:
        with path.open("rb") as stream:
            beginning = stream.read(64).lstrip(b"\xef\xbb\xbf \r\n\t").lower()
            if beginning.startswith(_XML) and not beginning.startswith(_HTML):
                if path.stat().st_size > grid.MOST_BYTES:
                    raise Explained(f"{path.name} is larger than 200 MB, too large for a return.", "Export one year.")
                stream.seek(0)
                return (), list(xml_tables.read(path.name, stream, watch))
    except OSError:
        pass  # said by the reader below
    grids = grid.read(path, watch)
    known = [(each, recognised(each, _KNOWN)) for each in grids]
    return [each for each, source in known if source is None], [source for _, source in known if source]


def _is_table(path: Path) -> bool:
    """Whether a file that could not be read is a workbook or a return all the same, so that the fault matters."""
    try:
        content = path.read_bytes()
    except OSError:
        return True
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return any(name.lower().startswith("xl/") for name in archive.namelist())
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return True
    return content.startswith(b"\xd0\xcf\x11\xe0")
