"""A drafted import in words, without a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from iro_allocator.domain import Snapshot
from iro_allocator.edits import Step, added
from iro_allocator.store import Store
from iro_allocator.ui.drafted import cards, counted, finding_words, missing_words, recognised, taken_words, title
from iro_allocator.workspace import Workspace
from tests.builders import held, iro, snapshot

if TYPE_CHECKING:
    from iro_allocator.workspace import Draft

Drafting = Callable[..., "Draft"]


@pytest.fixture
def drafting(tmp_path: Path) -> Iterator[Drafting]:
    """Drafts the import of these lines into a service of these records."""
    opened: list[Workspace] = []

    def draft(lines: str, service: Snapshot | None = None, *, end_missing: bool = False) -> Draft:
        file = tmp_path / "tracker.csv"
        file.write_text(lines, encoding="utf-8")
        workspace = Workspace(Store.create(tmp_path / "s.iro", passphrase=None, sample=True))
        opened.append(workspace)
        if service:
            workspace.commit(Step("As it was", added(service.records())))
        return workspace.draft_import([file], end_missing=end_missing)

    yield draft
    for workspace in opened:
        workspace.close()


HEADER = "Child reference,Type,IRO\n"


def test_numbers_are_counted_in_words() -> None:
    assert [counted(n, "row", "rows") for n in (0, 1, 1137)] == ["0 rows", "1 row", "1,137 rows"]


def test_the_title_names_the_files_however_long_their_names_are() -> None:
    assert title(["tracker.xlsx"]) == "Import: tracker.xlsx"
    assert title(["iros.csv", "children.csv"]) == "Import: iros.csv and children.csv"
    assert title(["a.csv", "b.csv", "c.csv"]) == "Import: 3 files"
    assert title([f"{'long ' * 20}name.xlsx"]) == "Import: long long long long long lon… name.xlsx"


def test_a_list_of_children_says_what_it_is_and_what_it_brings(drafting: Drafting) -> None:
    draft = drafting(HEADER + "C-1,LAC,A. Hussain\nC-2,CP,A. Hussain\n")
    assert recognised(draft) == (
        "Recognised as a local spreadsheet: header in row 1, one row a child · nothing is changed until you take it"
    )
    shown = {label: (figure, note) for label, figure, note, _ in cards(draft)}
    assert shown["New children"] == ("2", "and 1 new IRO")
    assert shown["Left out (must fix)"] == ("0", "")
    assert shown["Not in this file"] == ("0", "")
    assert taken_words(draft) == "Taken: 2 new children; 1 new IRO."


def test_a_list_of_iros_counts_iros(drafting: Drafting) -> None:
    draft = drafting("Name,Contracted hours\nA. Hussain,37\nB. Carter,18.5\n")
    assert "one row an IRO" in recognised(draft)
    assert cards(draft)[0][:3] == ("New IROs", "2", "")
    assert taken_words(draft) == "Taken: 2 new IROs."


def test_rows_that_must_be_fixed_ask_for_attention(drafting: Drafting) -> None:
    draft = drafting(HEADER + "C-1,LAC,A. Hussain\nC-2,dragon,A. Hussain\n")
    label, figure, note, bad = cards(draft)[4]
    assert (label, figure, note, bad) == ("Left out (must fix)", "1", "the other rows can be taken", True)
    assert finding_words(draft.findings[0]).startswith("Type: “dragon”")


def test_children_who_are_not_in_a_full_list_are_named_and_stay_unless_one_chooses(drafting: Drafting) -> None:
    hussain = iro()
    service = snapshot(hussain, held(hussain, 4))
    lines = HEADER + "".join(f"C-{n},LAC,A. Hussain\n" for n in (100, 101, 102))
    draft = drafting(lines, service)
    assert missing_words(draft) == "1 child is not in this file: C-103"
    assert cards(draft)[5][:3] == ("Not in this file", "1", "stay, unless you choose")
    assert not draft.step


def test_ending_them_is_counted(drafting: Drafting) -> None:
    hussain = iro()
    service = snapshot(hussain, held(hussain, 30))
    lines = HEADER + "".join(f"C-{n},LAC,A. Hussain\n" for n in range(100, 116))
    draft = drafting(lines, service, end_missing=True)
    shown = {label: (figure, note) for label, figure, note, _ in cards(draft)}
    assert shown["Ended"] == ("14", "14 of them not in the file")
    assert shown["Not in this file"] == ("14", "end today")
    assert missing_words(draft).startswith("14 children are not in this file: C-116, C-117,")
    assert missing_words(draft).endswith("C-127 …")
    assert taken_words(draft) == "Taken: 14 ended children."
