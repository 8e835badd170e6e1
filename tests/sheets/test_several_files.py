"""Several files about the same children: one draft, in any order, and again without a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from iro_allocator import sheets
from iro_allocator.domain import Snapshot
from iro_allocator.edits import difference
from iro_allocator.sheets.memory import Memory, Said
from tests.builders import DAY, allocation, case, iro, snapshot
from tests.builders import settings as settings_
from tests.sheets import returns
from tests.sheets.files import csv_file

HOME, AWAY, THIRD = "HD1 2TA", "LS1 3EX", "OX1 1JF"

references = st.sampled_from(["C1", "C2", "C3", "00123"])
some = st.lists(references, unique=True)
days = st.dates(date(2024, 1, 1), date(2026, 11, 1))
maybe = st.none() | days
postcodes = st.sampled_from(["", HOME, AWAY, THIRD, "HD1", "nope", "CONFIDENTIAL", "ZZ99 3VZ"])
statuses = st.sampled_from(["C1", "C2", "V3", "V4", "L1", "E1"])
categories = st.sampled_from(["NEG", "EMO", "PHY"])


def shown(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def spell(draw: Any) -> tuple[date, date | None]:
    start, length = draw(days), draw(st.none() | st.integers(0, 400))
    end = start + timedelta(length) if length is not None else None
    return start, end if end is None or end <= DAY else None


SERVICE = snapshot(
    settings_(home_authority="382"),
    iro("B. Carter"),
    iro("R. Bell"),
    case("C1", "LAC", "F1"),
    allocation("C1", "r-bell"),
)


@st.composite
def files(draw: st.DrawFn) -> Mapping[str, list[Any]]:
    """What a tracker, a 903, an Annex A and a census say, as lists of rows; they need not agree."""
    tracker = [
        (
            *(child, draw(st.sampled_from(["F1", "F2", ""])), draw(st.sampled_from(["LAC", "CP", "BOTH"]))),
            *(draw(st.sampled_from(["B. Carter", "R. Bell", ""])), draw(statuses), draw(postcodes.filter(len))),
            *(shown(draw(maybe)), shown(draw(maybe)), shown(draw(maybe))),
            *(draw(st.sampled_from(["", "31.4"])), draw(st.sampled_from(["", "Yes", "No"])), draw(postcodes)),
        )
        for child in draw(some)
    ]
    episodes = []
    for child in draw(st.lists(references, max_size=6)):
        start, end = spell(draw)
        episodes.append(
            {"CHILD": child, "DECOM": shown(start), "DEC": shown(end), "RNE": draw(st.sampled_from(["S", "P"])),
             "LS": draw(statuses), "CIN": draw(st.sampled_from(["N1", "N2"])), "HOME_POST": draw(postcodes),
             "PL_POST": draw(postcodes)}
        )  # fmt: skip
    reviews = [{"CHILD": child, "REVIEW": shown(draw(days))} for child in draw(st.lists(references, max_size=3))]
    care, plans, census = [], [], []
    for child in draw(some):
        start, end = spell(draw)
        care.append(
            {"Child Unique ID": child, "Date Started to be Looked After": start, "Date Ceased to be Looked After": end,
             "Child's Legal Status": draw(statuses) + ": some words", "Placement postcode": draw(postcodes),
             "Does the Child have a Disability": draw(st.sampled_from(["a) Yes", "b) No"])),
             "Date of Latest Statutory Review": draw(maybe), "Placement Location": draw(st.sampled_from(["", "a) In"])),
             "Allocated Team": draw(st.sampled_from(["North", "South"]))}
        )  # fmt: skip
    for child in draw(some):
        start, end = spell(draw)
        plans.append(
            {"Child Unique ID": child, "Child Protection Plan Start Date": start,
             "Child Protection Plan End Date": end, "Latest Category of Abuse": "Neglect",
             "Date of Birth": draw(days)}
        )  # fmt: skip
    for child in draw(some):
        start, end = spell(draw)
        census.append(returns.child(child, returns.plan(f"{start}", f"{end or ''}", draw(categories)), f"{draw(days)}"))
    return {"tracker": tracker, "episodes": episodes, "reviews": reviews, "care": care, "plans": plans, "cin": census}


def tracked(folder: Path, rows: list[Any], worker: str = "A. Moss") -> Path:
    """The tracker, with one social worker for all."""
    header = (
        "Child ID",
        "Family",
        "Type",
        "IRO",
        "Legal status",
        "Placement postcode",
        "Opened",
        "Last review",
        "Next review",
        "Miles from home",
        "Out of area",
        "Home postcode",
        "Social worker",
    )
    return csv_file(folder, [header, *((*row, worker) for row in rows)], "tracker.csv")


def written(folder: Path, said: Mapping[str, list[Any]]) -> list[Path]:
    """The files, a tracker and a return at least by their headers; the 903's two are one."""
    ssda903 = folder / "903"
    ssda903.mkdir()
    returns.episodes(ssda903, *said["episodes"])
    returns.table(ssda903, "r.csv", returns.REVIEW, said["reviews"])
    return [
        tracked(folder, said["tracker"]),
        ssda903,
        returns.annex_a(folder, said["care"], said["plans"]),
        *([returns.cin(folder, *said["cin"])] if said["cin"] else []),
    ]


def differing(one: Snapshot, other: Snapshot) -> list[Any]:
    """Every field that differs between two services, with both values."""
    found: list[Any] = []
    for edit in difference(one, other):
        if edit.before is None or edit.after is None:
            found.append((edit.record.id, edit.before, edit.after))
        else:
            names = [
                name for name in fields(edit.after) if getattr(edit.before, name.name) != getattr(edit.after, name.name)
            ]
            found += [
                (edit.record.id, n.name, getattr(edit.before, n.name), getattr(edit.after, n.name)) for n in names
            ]
    return found


contradictory = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.generate],
    report_multiple_bugs=False,
)


class Imports:
    """A service into which files are taken one after the other."""

    def __init__(self, service: Snapshot) -> None:
        self.service, self._said = service, list[Said]()

    def take(self, *paths: Path) -> list[Any]:
        """What taking these files changes."""
        before, draft = self.service, sheets.draft(paths, self.service, DAY, said=self._said)
        self._said.append(draft.said)
        self.service = draft.step.apply(before)
        return differing(before, self.service)


@contradictory
@given(files(), st.data())
def test_taking_the_same_files_again_changes_nothing_whatever_the_order(
    said: Mapping[str, list[Any]], data: Any
) -> None:
    imports = Imports(SERVICE)
    with TemporaryDirectory() as name:
        paths = written(Path(name), said)
        if not data.draw(st.booleans()):
            for path in data.draw(st.permutations(paths)):
                imports.take(path)
        imports.take(*paths)
        assert imports.take(*paths) == []
        for path in data.draw(st.permutations(paths)):
            assert (path.name, imports.take(path)) == (path.name, [])


@contradictory
@given(files(), st.data())
def test_a_sheet_with_one_thing_new_changes_that_alone(said: Mapping[str, list[Any]], data: Any) -> None:
    imports = Imports(SERVICE)
    with TemporaryDirectory() as name:
        tracker, *returns_ = written(Path(name), said)
        imports.take(tracker, *returns_)
        tracked(tracker.parent, said["tracker"], "Z. Vale")
        changed = imports.take(*data.draw(st.sampled_from([[tracker], [tracker, *returns_], [*returns_, tracker]])))
        assert {what for _, what, *_ in changed} <= {"social_worker"}


def _taken(paths: list[Path], service: Snapshot, orders: list[list[int]]) -> list[Snapshot]:
    """The service after each of some imports, by the positions of their files."""
    imports, found = Imports(service), []
    for order in orders:
        imports.take(*(paths[k] for k in order))
        found.append(imports.service)
    return found


def test_a_sheet_does_not_bring_back_what_went_when_the_time_in_care_ended(tmp_path: Path) -> None:
    said: dict[str, list[Any]] = {
        "tracker": [("C2", "F2", "CP", "", "V4", HOME, "02/08/2025", "", "", "", "No", "")],
        "episodes": [
            {"CHILD": "C2", "DECOM": "05/03/2026", "DEC": "23/09/2026", "RNE": "P", "LS": "C2", "CIN": "N2",
             "HOME_POST": "", "PL_POST": ""}
        ],
        "reviews": [],
        "care": [
            {"Child Unique ID": "C2", "Date Started to be Looked After": date(2026, 6, 23),
             "Child's Legal Status": "V4: some words"}
        ],
        "plans": [],
        "cin": [],
    }  # fmt: skip
    tracker, ssda903, annex_a = 0, 1, 2
    every = [tracker, ssda903, annex_a]
    orders = [[ssda903], [tracker], [annex_a], every, every, [tracker], [annex_a]]
    after = [now.case["C2"] for now in _taken(written(tmp_path, said), snapshot(), orders)[1:]]
    assert [each.type for each in after] == ["CP", "BOTH", "CP", "CP", "CP", "CP"]
    assert [each.legal_status for each in after] == ["V4", "V4", "", "", "", ""]
    assert [each.placement_postcode for each in after] == [HOME, HOME, "", "", "", ""]


def test_a_child_who_was_both_has_ended_with_the_later_of_the_two(tmp_path: Path) -> None:
    said: dict[str, list[Any]] = {
        "tracker": [("C3", "", "LAC", "", "C2", AWAY, "19/10/2026", "", "", "", "No", "")],
        "episodes": [],
        "reviews": [],
        "care": [
            {"Child Unique ID": "C3", "Date Started to be Looked After": date(2026, 8, 10),
             "Date Ceased to be Looked After": date(2026, 11, 23)}
        ],
        "plans": [{"Child Unique ID": "C3", "Child Protection Plan Start Date": date(2024, 1, 10)}],
        "cin": [returns.child("C3", returns.plan("2024-06-12", "2025-02-21", "EMO"))],
    }  # fmt: skip
    tracker, annex_a, cin = 0, 2, 3
    every = [tracker, annex_a, cin]
    after = [
        now.case["C3"] for now in _taken(written(tmp_path, said), snapshot(), [[tracker], [annex_a], every, every])
    ]
    assert [each.type for each in after] == ["LAC", "CP", "CP", "CP"]
    assert [each.closed for each in after] == [None, None, date(2026, 11, 23), date(2026, 11, 23)]


def test_the_last_word_of_an_import_is_remembered() -> None:
    """Of a return that says one thing in a column, where the placement's council says another."""
    memory = Memory([{"C1": {"out_of_area": {"annex_a": "True"}}}])
    memory.note("C1", "out_of_area", "annex_a", "False")
    memory.note("C1", "out_of_area", "annex_a", "True")
    again = Memory([{"C1": {"out_of_area": {"annex_a": "True"}}}, memory.new])
    assert again.said("C1", "out_of_area") == {"annex_a": "True"}


def test_what_a_return_said_of_a_row_that_had_to_be_fixed_is_taken_once_it_is(tmp_path: Path) -> None:
    said: dict[str, list[Any]] = {
        "tracker": [("C2", "", "LAC", "B. Cartr", "", "nope", "", "", "", "", "", "")],
        "episodes": [
            {"CHILD": "C2", "DECOM": "05/03/2026", "DEC": "", "RNE": "S", "LS": "C2", "CIN": "N1", "HOME_POST": HOME,
             "PL_POST": AWAY}
        ],
        "reviews": [], "care": [], "plans": [], "cin": [],
    }  # fmt: skip
    imports = Imports(SERVICE)
    tracker, ssda903, *_ = written(tmp_path, said)
    imports.take(tracker, ssda903)
    assert "C2" not in imports.service.case
    said["tracker"] = [("C2", "", "LAC", "B. Carter", "", "nope", "", "", "", "", "", "")]
    imports.take(tracked(tmp_path, said["tracker"]))
    imports.take(ssda903)
    assert imports.service.case["C2"].legal_status == "C2"
    assert imports.service.case["C2"].placement_postcode == AWAY


def test_the_same_return_is_read_anew_under_other_settings(tmp_path: Path) -> None:
    said: dict[str, list[Any]] = {
        "tracker": [],
        "episodes": [
            {"CHILD": "C1", "DECOM": "05/03/2026", "DEC": "", "RNE": "S", "LS": "C2", "CIN": "N1", "HOME_POST": HOME,
             "PL_POST": AWAY}
        ],
        "reviews": [], "care": [], "plans": [], "cin": [],
    }  # fmt: skip
    imports = Imports(snapshot(case("C1", "LAC")))
    _, ssda903, *_ = written(tmp_path, said)
    imports.take(ssda903)
    assert not imports.service.case["C1"].out_of_area
    assert imports.take(ssda903) == []
    imports.service = snapshot(settings_(home_authority="382"), *imports.service.case.values())
    assert imports.take(ssda903) == [("C1", "out_of_area", False, True)]
