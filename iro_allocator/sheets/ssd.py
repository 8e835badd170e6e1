"""The Standard Safeguarding Dataset: extracts of the case-management system in one shape for every council.

Tables are known by their columns (`clae_person_id` and the like). Involvements with the role of an IRO say who has
whom, professionals how much time those IROs have and whether they come from an agency. Source of the columns: the
specification of Data to Insight, data-to-insight/ssd-data-model (tables ssd_involvements, ssd_professionals,
ssd_cla_episodes, ssd_cla_placement, ssd_cla_reviews, ssd_legal_status, ssd_cp_plans, ssd_cp_reviews, ssd_person,
ssd_disability, ssd_immigration_status, ssd_missing, ssd_mother).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from iro_allocator.domain import CP, LAC
from iro_allocator.sheets import cells, codes
from iro_allocator.sheets.cells import Cell, plain, text
from iro_allocator.sheets.columns import Source
from iro_allocator.sheets.findings import CHECK
from iro_allocator.sheets.known_tables import known_table
from iro_allocator.sheets.rows import Row, rows
from iro_allocator.sheets.ssda903 import placing
from iro_allocator.sheets.told import Return, Spell, Told

INVOLVEMENTS = known_table(
    "ssd", "Involvements", "invo_professional_id;invo_professional_role_id",
    {"invo_person_id": "child", "invo_professional_id": "person", "invo_professional_role_id": "role",
     "invo_involvement_start_date": "start", "invo_involvement_end_date": "end"},
)  # fmt: skip
PROFESSIONALS = known_table(
    "ssd", "Professionals", "prof_professional_id;prof_professional_name",
    {"prof_professional_id": "person", "prof_professional_name": "name", "prof_full_time_equivalency": "fte",
     "prof_agency_worker_flag": "agency", "prof_professional_job_title": "title",
     "prof_professional_department": "team"},
)  # fmt: skip
EPISODES = known_table(
    "ssd", "Episodes of care", "clae_person_id;clae_cla_episode_start_date",
    {"clae_person_id": "child", "clae_cla_episode_start_date": "start", "clae_cla_episode_ceased_date": "end",
     "clae_cla_episode_ceased": "end", "clae_cla_primary_need_code": "need", "clae_cla_id": "period",
     "clae_entered_care_date": "placement_start"},
)  # fmt: skip
PLACEMENTS = known_table(
    "ssd", "Placements", "clap_cla_placement_start_date;clap_cla_placement_postcode",
    {"clap_person_id": "child", "clap_cla_id": "period", "clap_cla_placement_start_date": "start",
     "clap_cla_placement_end_date": "end", "clap_cla_placement_postcode": "placement_postcode",
     "clap_cla_placement_distance": "miles"},
)  # fmt: skip
REVIEWS = known_table(
    "ssd", "Reviews", "clar_cla_review_id;clar_cla_review_date",
    {"clar_cla_person_id": "child", "clar_person_id": "child", "clar_cla_id": "period",
     "clar_cla_review_due_date": "due", "clar_cla_review_date": "review", "clar_cla_review_cancelled": "cancelled"},
)  # fmt: skip
STATUSES = known_table(
    "ssd", "Legal statuses", "lega_person_id;lega_legal_status",
    {"lega_person_id": "child", "lega_legal_status": "status", "lega_legal_status_start_date": "start",
     "lega_legal_status_end_date": "end"},
)  # fmt: skip
PLANS = known_table(
    "ssd", "Child protection plans", "cppl_person_id;cppl_cp_plan_start_date",
    {"cppl_person_id": "child", "cppl_cp_plan_id": "plan", "cppl_cp_plan_start_date": "start",
     "cppl_cp_plan_end_date": "end", "cppl_cp_plan_initial_category": "first_category",
     "cppl_cp_plan_latest_category": "category"},
)  # fmt: skip
CONFERENCES = known_table(
    "ssd", "Review conferences", "cppr_cp_review_id;cppr_cp_review_date",
    {"cppr_person_id": "child", "cppr_cp_plan_id": "plan", "cppr_cp_review_due": "due",
     "cppr_cp_review_date": "review"},
)  # fmt: skip
PERSONS = known_table(
    "ssd", "Persons", "pers_person_id;pers_dob",
    {"pers_person_id": "child", "pers_dob": "born", "pers_expected_dob": "expected"},
)  # fmt: skip
DISABILITIES = known_table(
    "ssd", "Disabilities", "disa_person_id;disa_disability_code",
    {"disa_person_id": "child", "disa_disability_code": "disability"},
)  # fmt: skip
IMMIGRATION = known_table(
    "ssd", "Immigration statuses", "immi_person_id;immi_immigration_status",
    {"immi_person_id": "child", "immi_immigration_status": "uasc", "immi_immigration_status_end_date": "end"},
)  # fmt: skip
MISSING = known_table(
    "ssd", "Missing episodes", "miss_person_id;miss_missing_episode_start_date",
    {"miss_person_id": "child", "miss_missing_episode_start_date": "start"},
)  # fmt: skip
MOTHERS = known_table(
    "ssd", "Mothers", "moth_person_id;moth_childs_person_id",
    {"moth_person_id": "mother", "moth_childs_person_id": "child", "moth_childs_dob": "born"},
)  # fmt: skip
TABLES = (
    INVOLVEMENTS, PROFESSIONALS, EPISODES, PLACEMENTS, REVIEWS, STATUSES, PLANS, CONFERENCES, PERSONS, DISABILITIES,
    IMMIGRATION, MISSING, MOTHERS,
)  # fmt: skip

_IRO = re.compile(r"\b(iro|independent reviewing officer|reviewing officer|cp chair|conference chair)\b")


def read(sources: Sequence[Source], day: date) -> Return:
    """What the tables say together, whichever of them there are."""
    return _Reader(sources, day).read()


class _Reader:
    """One dataset while it is read."""

    def __init__(self, sources: Sequence[Source], day: date) -> None:
        self.day = day
        self.found = Return("ssd")
        self.tables: dict[str, list[Row]] = defaultdict(list)
        for source in sources:
            self.tables[source.table] += rows(source, day)
        for table in self.tables.values():
            self.found.rows += table
        self.child_of: dict[str, str] = {}  # by period of care or plan

    def read(self) -> Return:
        self._spells(EPISODES.table, "period")
        self._spells(PLANS.table, "plan")
        for row in self.tables[PERSONS.table]:
            if row.text("child") in self.found.told:  # everybody known to social care is in this table
                self._person(row)
        self._statuses()
        self._placements()
        self._held(REVIEWS.table, "period")
        self._held(CONFERENCES.table, "plan")
        self._factors()
        return self.found

    def _date(self, row: Row, key: str) -> date | None:
        return row.read(key, lambda cell: cells.day(cell, self.day), CHECK)

    def _spells(self, table: str, key: str) -> None:
        care = table == EPISODES.table
        by_child: dict[str, list[Spell]] = defaultdict(list)
        if self.tables[table]:
            self.found.lists.add(LAC if care else CP)
        for row in self.tables[table]:
            told = self.found.child(row)
            start = row.read("start", lambda cell: cells.day(cell, self.day))
            end = row.read("end", lambda cell: cells.day(cell, self.day))
            if told is None or row.left_out:
                continue
            if start is None:
                row.fix("start", "the day it began is missing; write it")
            elif end and end < start:
                row.fix("end", "it ends before it begins; correct one of the two dates")
            else:
                entered = self._date(row, "placement_start") if care else None
                by_child[told.child].append(Spell(min(start, entered or start), end, start, row))
                if row.text(key):
                    self.child_of[row.text(key)] = told.child
        for child, spells in by_child.items():
            last = max(spells, key=lambda spell: (spell.latest, spell.end is None, spell.end or date.min))
            period = [other for other in spells if other.row.text(key) == last.row.text(key)] if care else [last]
            first = min((other.start for other in period), default=last.start)
            told = self.found.told[child]
            told.spells[LAC if care else CP] = replace(last, start=min(first, last.start))
            row = last.row
            if care and row.text("need") == "N2":
                told.say("factor:disability", True, row, "need")
            if not care:
                category = codes.category(row.cell("category")) or codes.category(row.cell("first_category"))
                told.say("category", category, row, "category", last.start)

    def _person(self, row: Row) -> None:
        told = self.found.child(row)
        if told is None:
            return
        born = self._date(row, "born")
        told.say("born", born, row, "born")
        if born is None:
            told.say("expected", self._date(row, "expected"), row, "expected")

    def _statuses(self) -> None:
        """The latest legal status that has not ended."""
        for row in self.tables[STATUSES.table]:
            told, start = self._known(row), self._date(row, "start")
            ended = self._date(row, "end")
            if told is None or (ended is not None and ended <= self.day):
                continue
            there = told.facts.get("legal_status")
            status = row.read("status", lambda cell: codes.legal_status(text(cell)), CHECK)
            if there is None or (start or date.min) >= (there.since or date.min):
                told.say("legal_status", status, row, "status", start)

    def _placements(self) -> None:
        """The latest placement that has not ended, and how far it is: 999.9 is not known."""
        last: dict[str, tuple[date, Row]] = {}
        for row in self.tables[PLACEMENTS.table]:
            told, start, end = self._known(row), self._date(row, "start"), self._date(row, "end")
            if told is None or start is None or (end is not None and end <= self.day):
                continue
            if told.child not in last or start >= last[told.child][0]:
                last[told.child] = (start, row)
        for child, (start, row) in last.items():
            told = self.found.told[child]
            placing(told, row, start)
            told.say("placement_miles", row.read("miles", codes.miles, CHECK), row, "miles", start)

    def _held(self, table: str, key: str) -> None:
        for row in self.tables[table]:
            told = self._known(row, key)
            if told is None or row.read("cancelled", codes.yes_no, CHECK):
                continue
            held, due = self._date(row, "review"), self._date(row, "due")
            if held and held > self.day:
                held, due = None, held  # it is booked
            last, following = told.facts.get("last_review"), told.facts.get("next_review")
            if held and (last is None or held > last.value):
                told.say("last_review", held, row, "review")
            elif held is None and due and (following is None or due < following.value):
                told.say("next_review", due, row, "due")

    def _factors(self) -> None:
        for row in self.tables[DISABILITIES.table]:
            told, said = self._known(row), plain(row.text("disability"))
            if told is not None and said and "factor:disability" not in told.facts:
                told.say("factor:disability", said != "none", row, "disability")
            elif told is not None and said not in ("", "none"):
                told.say("factor:disability", True, row, "disability")
        for row in self.tables[IMMIGRATION.table]:
            told, end = self._known(row), self._date(row, "end")
            if told is not None and re.search(r"\b(uasc|unaccompanied)\b", plain(row.text("uasc"))):
                told.say("factor:uasc", end is None or end > self.day, row, "uasc")
        for row in self.tables[MISSING.table]:
            if (told := self._known(row)) is not None:
                told.say("factor:exploitation", True, row, "start")
        for row in self.tables[MOTHERS.table]:
            if (told := self._known(row)) is not None:
                told.say("mother", row.text("mother"), row, "mother")

    def _known(self, row: Row, key: str = "period") -> Told | None:
        """The child a row is about, by reference or by the period of care or plan; None for one who has neither."""
        reference = row.text("child") or self.child_of.get(row.text(key), "")
        return self.found.told.get(reference)


def people(sources: Sequence[Source], day: date) -> tuple[list[Row], list[Row]]:
    """The professionals who are IROs, as rows of an IRO list, and the children they have, as rows of theirs.

    An IRO is whoever is involved in that role today, or has it as a job title.
    """
    professionals = [source for source in sources if source.table == PROFESSIONALS.table]
    involvements = [source for source in sources if source.table == INVOLVEMENTS.table]
    names = {row.text("person"): row.text("name") for source in professionals for row in rows(source, day)}
    ids = {row.text("person") for source in involvements for row in rows(source, day) if _has_iro(row, day)}
    listed = [
        row
        for source in professionals
        for row in rows(_as_iros(source), day)
        if row.text("iro_reference") in ids or _IRO.search(plain(row.text("title")))
    ]
    named = {"person": "iro", "start": "since"}
    involved = [
        row
        for source in involvements
        for row in rows(_read_as(source, named, {"person": names}), day)
        if _has_iro(row, day)
    ]
    for row in involved:
        if not row.text("child"):
            row.fix("child", "the child's reference is missing, so nobody can tell whom this row is about")
    return listed, involved


def _has_iro(row: Row, day: date) -> bool:
    """Whether somebody is involved as an IRO, and still is."""
    if not _IRO.search(plain(row.text("role"))):
        return False
    end = row.read("end", lambda cell: cells.day(cell, day), CHECK)
    return end is None or end > day


def _as_iros(source: Source) -> Source:
    """The professionals as a list of IROs: their reference, FTE, and whether they are from an agency."""
    means = {"person": "iro_reference", "name": "iro_name", "team": "iro_team", "agency": "employment"}
    flags = {"Y": "interim", "1": "interim", "YES": "interim", "N": "permanent", "0": "permanent", "NO": "permanent"}
    return replace(_read_as(source, means, {"agency": flags}), holds="iros")


def _read_as(source: Source, means: Mapping[str, str], words: Mapping[str, Mapping[str, str]]) -> Source:
    """The same table with other meanings of its columns, and with other words in the columns of `words`."""
    keys = [column.meaning for column in source.columns]

    def cell(key: str, said: Cell) -> Cell:
        known = words.get(key)
        return said if known is None else known.get(text(said), known.get(text(said).upper(), said))

    return replace(
        source,
        columns=tuple(replace(column, meaning=means.get(column.meaning, column.meaning)) for column in source.columns),
        rows=[(number, [cell(key, said) for key, said in zip(keys, row, strict=False)]) for number, row in source.rows],
    )
