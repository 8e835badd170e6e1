"""An IRO in the first row of each group alone."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from iro_allocator import sheets
from iro_allocator.domain import Snapshot
from tests.builders import DAY
from tests.sheets.files import csv_file, drafted, must_fix, to_check, xlsx_file

HEADER = ("IRO", "Child ID", "Type", "Since")
SAID = "the IRO stands only in the first row of each group: it is taken for the {} rows below"


def sheet(names: Sequence[str], since: Sequence[str] = ()) -> list[tuple[str, ...]]:
    """A row for each of these cells of the column IRO."""
    days = [*since, *[""] * len(names)]
    return [HEADER, *((name, f"C-{n:02d}", "LAC", days[n]) for n, name in enumerate(names))]


def who_has_whom(draft: sheets.Draft) -> list[str]:
    """The IRO of each child, by reference, "" for one who waits."""
    after = draft.step.apply(Snapshot())
    rows = [after.allocation_on(child, DAY) for child in sorted(after.case)]
    return [after.iro[row.iro].name if row else "" for row in rows]


GROUPS = ["B. Carter", "", "", "", "R. Bell", "", "", "K. Moss", "", "", ""]
MEANT = [*["B. Carter"] * 4, *["R. Bell"] * 3, *["K. Moss"] * 4]


def test_the_name_is_taken_for_the_rows_below_it_and_that_is_said_once(tmp_path: Path) -> None:
    draft = drafted(tmp_path, sheet(GROUPS))
    assert who_has_whom(draft) == MEANT
    (finding,) = [found for found in draft.findings if "first row" in found.message]
    assert (finding.message, finding.level, finding.row) == (SAID.format(8), "check", None)
    assert draft.iros.new == 3


def test_a_workbook_with_titles_totals_and_gaps_is_read_so_too(tmp_path: Path) -> None:
    rows = sheet(GROUPS)
    tab = [("Caseloads",), (), *rows[:5], (), *rows[5:8], (), *rows[8:], ("Total", 11)]
    draft = sheets.draft([xlsx_file(tmp_path, {"Tracker": tab})], Snapshot(), DAY)
    assert who_has_whom(draft) == MEANT
    assert SAID.format(8) in to_check(draft)


def test_families_in_one_row_are_counted_by_their_children(tmp_path: Path) -> None:
    rows = sheet(GROUPS)
    rows[2] = ("", "C-01\nC-91", "LAC", "")
    rows[5] = ("R. Bell", "C-04\nC-94", "LAC", "")
    draft = drafted(tmp_path, rows)
    assert who_has_whom(draft) == [*MEANT, "B. Carter", "R. Bell"]
    assert SAID.format(9) in to_check(draft)


def test_taken_again_it_changes_nothing(tmp_path: Path) -> None:
    first = drafted(tmp_path, sheet(GROUPS))
    again = drafted(tmp_path, sheet(GROUPS), first.step.apply(Snapshot()))
    assert not again.step
    assert to_check(again) == [SAID.format(8)]


def test_faults_have_the_rows_that_excel_shows(tmp_path: Path) -> None:
    rows = sheet(GROUPS, ["", "", "", "", "", "", "soon"])
    assert must_fix(drafted(tmp_path, rows)) == [(8, "Since", "soon")]


@pytest.mark.parametrize("word", ["TBC", "Unallocated", "-"])
def test_a_word_for_nobody_begins_a_group_that_waits(tmp_path: Path, word: str) -> None:
    draft = drafted(tmp_path, sheet([*GROUPS, word, "", ""]))
    assert who_has_whom(draft) == [*MEANT, "", "", ""]
    assert SAID.format(8) in to_check(draft)


FULL = [name for name in ("B. Carter", "R. Bell", "K. Moss", "N. Aziz") for _ in range(3)]


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([*FULL[:2], "", *FULL[3:7], "", *FULL[8:]], id="a few wait"),
        pytest.param([*FULL, *[""] * 30], id="many wait at the end"),
        pytest.param([*FULL[::3], *[""] * 12], id="the first referrals of a log are allocated"),
        pytest.param(["", *GROUPS], id="nobody in the first row"),
        pytest.param(GROUPS[:7], id="a couple of groups"),
        pytest.param([*GROUPS, "b carter", "", ""], id="a name that stands again"),
        pytest.param(["B. Carter", "", "R. Bell", "", "K. Moss", ""], id="every other row"),
        pytest.param([""] * 9, id="nobody at all"),
    ],
)
def test_where_it_is_not_clear_nothing_is_guessed(tmp_path: Path, names: list[str]) -> None:
    draft = drafted(tmp_path, sheet(names))
    assert who_has_whom(draft) == [{"b carter": "B. Carter"}.get(name, name) for name in names]
    assert not any("first row of each group" in said for said in to_check(draft))


def test_children_without_the_day_that_the_others_have_wait(tmp_path: Path) -> None:
    days = ["01/05/2025" if name else "" for name in GROUPS]
    assert who_has_whom(drafted(tmp_path, sheet(GROUPS, days))) == GROUPS
    assert who_has_whom(drafted(tmp_path, sheet(GROUPS, ["01/05/2025"] * len(GROUPS)))) == MEANT


def test_a_column_that_is_not_the_iros_is_left_alone_and_one_that_is_chosen_is_not(tmp_path: Path) -> None:
    draft = drafted(tmp_path, sheet(GROUPS), mapping={"IRO": ""})
    assert who_has_whom(draft) == [""] * len(GROUPS)
    assert not any("first row of each group" in said for said in to_check(draft))
    rows = [("Lead", *HEADER[1:]), *sheet(GROUPS)[1:]]
    chosen = sheets.draft([csv_file(tmp_path, rows)], Snapshot(), DAY, mapping={"Lead": "iro"})
    assert who_has_whom(chosen) == MEANT


def test_children_under_a_heading_for_nobody_wait(tmp_path: Path) -> None:
    rows = [HEADER[1:3]]
    for name, count in (("B. Carter", 1), ("R. Bell", 1), ("K. Moss", 1), ("UNALLOCATED", 9)):
        rows += [(name, ""), *((f"{name[0]}-{n}", "LAC") for n in range(count))]
    draft = drafted(tmp_path, rows)
    assert sorted(who_has_whom(draft)) == [*[""] * 9, "B. Carter", "K. Moss", "R. Bell"]
