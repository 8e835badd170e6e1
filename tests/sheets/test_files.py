"""Files and folders: known by content, what is none left aside or refused, nothing trusted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from iro_allocator import sheets
from iro_allocator.domain import Snapshot
from iro_allocator.errors import Explained
from iro_allocator.watching import Stopped
from tests.builders import DAY, case, snapshot
from tests.sheets import returns
from tests.sheets.files import CHILDREN, csv_file, to_check, xlsx_file


def mixed(folder: Path) -> Path:
    """A folder as a person keeps it: a tracker, a return two folders down, a letter and a lock file of Excel."""
    csv_file(folder, CHILDREN, "tracker.csv")
    deep = folder / "2026" / "903"
    deep.mkdir(parents=True)
    returns.episodes(deep, {"CHILD": "00123", "DECOM": "01/02/2025"}, name="whatever.txt")
    (folder / "notes.md").write_text("# Notes\n\nDo not forget, please.\n", encoding="utf-8")
    (folder / "letter.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / "~$tracker.xlsx").write_bytes(b"\x01")
    return folder


def test_a_folder_is_searched_and_what_is_no_list_is_left_aside_and_told(tmp_path: Path) -> None:
    draft = returns.draft(mixed(tmp_path))
    assert [(source.file, source.kind) for source in draft.sources] == [
        ("tracker.csv", "spreadsheet"),
        ("whatever.txt", "ssda903"),
    ]
    aside = {finding.file: finding.message for finding in draft.findings if "left aside" in finding.message}
    assert set(aside) == {"notes.md", "letter.pdf"}
    assert "is a PDF" in aside["letter.pdf"]
    assert {child.id for child in draft.step.apply(Snapshot()).case.values()} == {"00123", "00124", "00125"}


def test_the_same_file_alone_is_refused(tmp_path: Path) -> None:
    mixed(tmp_path)
    with pytest.raises(Explained, match="is a PDF"):
        returns.draft(tmp_path / "letter.pdf")
    with pytest.raises(Explained, match=r"notes\.md"):
        returns.draft(tmp_path / "notes.md")


def test_a_broken_workbook_in_a_folder_stops_the_import(tmp_path: Path) -> None:
    mixed(tmp_path)
    whole = xlsx_file(tmp_path, {"Sheet": CHILDREN}).read_bytes()
    (tmp_path / "tracker.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Explained, match=r"tracker\.xlsx"):
        returns.draft(tmp_path)


def test_a_folder_without_anything_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Explained, match="is empty"):
        returns.draft(tmp_path)
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(Explained, match="Nothing in"):
        returns.draft(tmp_path)


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<Message><Children><Child><LAchildID>&b;</LAchildID></Child></Children></Message>"
)
OTHER = '<!DOCTYPE x SYSTEM "file:///etc/passwd"><Message/>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOMB, "declares a document type"),
        (OTHER, "declares a document type"),
        ("<?xml version='1.0'?><rss><channel/></rss>", "begins with “rss”"),
        ("<Message><Children><Child>", "damaged"),
        ("<Message><Header/></Message>", "holds no children"),
        ("<Message>" + "<a>" * 100, "nested deeper"),
        ("<Message>\x00</Message>", "damaged"),
    ],
)
def test_xml_that_is_hostile_broken_or_none_is_refused_in_a_sentence(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "x.xml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Explained, match=said) as fault:
        returns.draft(path)
    assert fault.value.message.startswith("x.xml")


def test_progress_is_told_and_a_stop_ends_it(tmp_path: Path) -> None:
    mixed(tmp_path)
    said: list[str] = [""]
    returns.draft(tmp_path, progress=said.append)
    assert "Reading tracker.csv" in said and "Understanding the SSDA903 return" in said
    assert said[-1] == "Counting what is new, changed and ended"

    def stop_after(number: int) -> Callable[[], bool]:
        left = iter([False] * number)
        return lambda: next(left, True)

    for number in range(len(said)):
        with pytest.raises(Stopped):
            returns.draft(tmp_path, stop=stop_after(number))
    said.append("")  # asked for after the last sentence, it is not lost either
    with pytest.raises(Stopped):
        returns.draft(tmp_path, progress=said.append, stop=lambda: said[-1].startswith("Counting"))


def test_a_child_missing_from_a_full_return_is_proposed_as_ended(tmp_path: Path) -> None:
    service = snapshot(*(case(f"C{number}") for number in range(4)), case("P", "CP"), case("B", "BOTH"))
    path = returns.episodes(tmp_path, *({"CHILD": f"C{number}", "DECOM": "01/02/2025"} for number in range(3)))
    draft = returns.draft(path, service)
    assert ([child.id for child in draft.missing], draft.children.ended) == (["C3"], 0)
    assert any("1 child of the service not in this list: C3" in said for said in to_check(draft))
    ended = sheets.draft([path], service, DAY, end_missing=True)
    assert (ended.ended, ended.step.apply(service).case["C3"].closed) == (("C3",), DAY)
    tracker = csv_file(tmp_path, [CHILDREN[0], ("C3", "", "LAC", "", "")])
    assert returns.draft([path, tracker], service).missing == ()
