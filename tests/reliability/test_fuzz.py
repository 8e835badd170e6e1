"""The fuzzing itself, and a few hundred of its runs; `make reliability` does a hundred thousand."""

import random
from pathlib import Path

import pytest

from iro_allocator import sheets
from iro_allocator.domain import Snapshot
from tests.builders import DAY, small_service
from tests.reliability import fuzz, hostile
from tests.reliability.__main__ import report
from tests.reliability.fuzz import Run, Tally
from tests.reliability.mutate import bent
from tests.reliability.seeds import FILES


@pytest.mark.parametrize("name", FILES)
def test_every_file_that_is_bent_is_a_good_one(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name][1])
    draft = sheets.draft([tmp_path / name], small_service(), DAY)
    assert draft.sources and all(source.rows for source in draft.sources)


def test_all_good_files_together_are_one_draft(tmp_path: Path) -> None:
    for name, (_, content) in FILES.items():
        if "headings" not in name and "semicolons" not in name and name != "children.csv":
            (tmp_path / name).write_bytes(content)
    draft = sheets.draft([tmp_path], Snapshot(), DAY)
    assert {source.kind for source in draft.sources} == {"spreadsheet", "ssda903", "annex_a", "cin", "ssd"}


def test_the_same_number_bends_a_file_the_same_way() -> None:
    kind, content = FILES["tracker.xlsx"]
    ways = {bent(content, kind, random.Random(number)) for number in range(20)}
    assert len(ways) > 15
    assert bent(content, kind, random.Random(3)) in ways


def test_bent_files_are_read_or_refused_in_a_sentence_and_nothing_is_half_done() -> None:
    found = list(fuzz.runs(range(250), seed=1))
    assert {run.outcome for run in found} == {"read", "refused"}, [
        run.said for run in found if run.outcome == "crashed"
    ]


def test_what_goes_wrong_is_counted_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **more: object) -> None:
        raise KeyError("DECOM")

    monkeypatch.setattr(sheets, "draft", broken)
    tally = Tally()
    for run in fuzz.runs(range(3), seed=1):
        tally.add(run)
    assert (tally.of("crashed"), tally.of("read")) == (3, 0)
    assert "KeyError" in tally.faults[0].said
    tally.add(Run(4, "csv", "read"))
    assert "4 runs (seed 1): 1 read, 0 refused in a sentence, 3 crashed, 0 hung" in report(tally, 4, 1, 0.5)


def test_an_import_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object, **more: object) -> None:
        while True:
            pass

    monkeypatch.setattr(sheets, "draft", endless)
    monkeypatch.setattr(fuzz, "SLOW", 0.05)
    assert [run.outcome for run in fuzz.runs([1], seed=1)] == ["hung"]


SMALL = (
    "password.xlsx",
    "many texts claimed.xlsx",
    "laughs cin.xml",
    "outside 903.xml",
    "a far corner.xlsx",
    "deep.xml",
)


def test_hostile_files_are_refused_in_a_sentence_in_little_memory() -> None:
    for found in hostile.looked({name: hostile.HOSTILE[name] for name in SMALL}):
        assert not found.fault
        assert found.said.startswith(found.name) and "\n" not in found.said
        assert found.memory < fuzz.MOST_MEMORY / 4
