"""The command line, as its users run it: exit codes, sentences, files. In the same process, to be quick."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from iro_allocator import cli
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained
from iro_allocator.watching import Stopped
from iro_allocator.workspace import Workspace, World, make_sample
from tests.builders import DAY
from tests.sheets import returns

Run = Callable[..., tuple[int, str, str]]
PASSPHRASE = "correct horse battery staple"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The sample service as it stands on the tests' day."""
    file = tmp_path_factory.mktemp("sample") / "sample.iro"
    make_sample(file, on=DAY).close()
    return file.read_bytes()


@pytest.fixture
def sample(made: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "s.iro"
    file.write_bytes(made)
    return file


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def go(*arguments: object) -> tuple[int, str, str]:
        code = cli.run([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return go


ON = ("--on", DAY.isoformat())


def test_the_four_waiting_families_get_an_iro_and_every_move_is_explained(
    run: Run, sample: Path, tmp_path: Path
) -> None:
    code, out, _ = run("suggest", sample, *ON, "--json", tmp_path / "r.json")
    result = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert code == 0
    assert "proven best" in out
    assert sum(len(move["cases"]) for move in result["moves"]) == 7
    assert result["waiting"] == []
    assert result["gap_points"] <= 0.1
    for move in result["moves"]:
        assert move["reasons"]
        assert move["alternatives"]
        assert move["from"] is None
    assert run("check", sample)[0] == 0


def test_applied_checked_and_undone_gives_the_same_problem_byte_for_byte(
    run: Run, sample: Path, tmp_path: Path
) -> None:
    before, after, again = (tmp_path / f"{name}.json" for name in ("before", "after", "again"))
    run("problem", sample, before, *ON)
    assert run("suggest", sample, *ON, "--apply")[0] == 0
    run("problem", sample, after, *ON)
    code, out, _ = run("check", sample, "--json", tmp_path / "check.json")
    assert (code, json.loads((tmp_path / "check.json").read_text())["faults"]) == (0, [])
    assert "No fault found." in out
    workspace = Workspace.open(sample)
    workspace.undo()
    workspace.close()
    run("problem", sample, again, *ON)
    assert before.read_bytes() == again.read_bytes() != after.read_bytes()


def test_the_problem_of_a_suggestion_is_the_one_written_with_real_ids(run: Run, sample: Path, tmp_path: Path) -> None:
    run("problem", sample, tmp_path / "p.json", *ON, "--real-ids")
    run("suggest", sample, *ON, "--json", tmp_path / "r.json")
    code, out, _ = run("solve", tmp_path / "p.json", "-o", tmp_path / "s.json")
    suggested, solved = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("r", "s"))
    assert code == 0
    assert out.startswith("optimal: ")
    for result in (suggested, solved):
        result["seconds"] = 0
        for move in result["moves"]:
            # Why somebody is away ("off sick") is not in a problem file, only that they are.
            move["cannot"] = sorted(move["cannot"])
    assert suggested == solved


def test_a_pseudonymised_problem_names_neither_children_nor_iros(run: Run, sample: Path, tmp_path: Path) -> None:
    run("problem", sample, tmp_path / "p.json", *ON)
    told = (tmp_path / "p.json").read_text(encoding="utf-8")
    workspace = Workspace.open(sample)
    snapshot = workspace.world(DAY).snapshot
    workspace.close()
    who = [(iro.id, iro.name) for iro in snapshot.iro.values()] + [(c.id, c.name) for c in snapshot.case.values()]
    for id, name in who:
        assert id not in told
        assert not name or f'"{name}"' not in told
    assert all(not row.reason or row.reason not in told for row in snapshot.barred.values())


def test_the_sample_is_the_same_for_the_same_seed_and_day(run: Run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert run("sample", tmp_path / f"{name}.iro", *ON, "--iros", 3, "--children", 60)[0] == 0
        run("problem", tmp_path / f"{name}.iro", tmp_path / f"{name}.json", *ON)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert run("sample", tmp_path / "empty.iro", "--children", 0)[1].startswith(f"{tmp_path / 'empty.iro'}: 20 IROs, 0")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("suggest", "nothing.iro"), "nothing.iro."),
        (("suggest", "text.iro"), "not a service file"),
        (("check", "empty.iro"), "is empty"),
        (("solve", "text.iro"), "is not JSON"),
        (("solve", "nothing.json"), "There is no file"),
        (("sample", "text.iro"), "text.iro"),
        (("import", "new.iro", "nothing.xlsx"), "nothing.xlsx"),
    ],
)
def test_a_wrong_file_gets_one_sentence_and_exit_code_1(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.iro").write_text("these are notes, not a service\n" * 200, encoding="utf-8")
    (tmp_path / "empty.iro").touch()
    before = sorted(tmp_path.iterdir())
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert says in err
    assert "Traceback" not in err
    assert 1 <= len(err.splitlines()) <= 2
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("suggest",),
        ("suggest", "s.iro", "--mode", "shuffle"),
        ("suggest", "s.iro", "--on", "23/11/2026"),
        ("suggest", "s.iro", "--max-moves", "-1"),
        ("export", "s.iro", "out.xlsx", "--list", "everything"),
        ("dance",),
    ],
)
def test_wrong_usage_is_exit_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    code, _, err = run(*arguments)
    assert code == 2
    assert "Traceback" not in err


def test_a_spreadsheet_becomes_an_encrypted_service_and_again_changes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet, service = tmp_path / "tracker.csv", tmp_path / "new.iro"
    sheet.write_text("Child ID,Sib grp,Status,IRO\n0012,F1,CLA,K. Moss\n0013,F1,CLA,K. Moss\n0014,,CPP,\n", "utf-8")
    code, _, err = run("import", service, sheet)
    assert (code, service.exists()) == (1, False)
    assert "needs a passphrase" in err
    monkeypatch.setenv(cli.PASSPHRASE, PASSPHRASE)
    code, out, _ = run("import", service, sheet, "--json", tmp_path / "first.json")
    assert code == 0
    assert "Children: 3 new" in out
    assert b"0012" not in service.read_bytes()
    code, out, _ = run("import", service, sheet, "--json", tmp_path / "second.json")
    second = json.loads((tmp_path / "second.json").read_text(encoding="utf-8"))
    assert second["children"] == {"new": 0, "changed": 0, "ended": 0, "unchanged": 3}
    assert second["iros"]["new"] == second["iros"]["changed"] == 0
    assert run("suggest", service, "--apply")[0] == 0
    monkeypatch.setenv(cli.PASSPHRASE, "wrong")
    code, _, err = run("check", service)
    assert code == 1
    assert "The passphrase is wrong, or new.iro is damaged." in err


def test_a_folder_of_mixed_files_makes_a_service_and_each_of_them_again_changes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cli.PASSPHRASE, PASSPHRASE)
    files, service, out = tmp_path / "files", tmp_path / "s.iro", tmp_path / "out.json"
    files.mkdir()
    tracker = "Child ID,Family,Type,IRO,Legal status\n0012,F1,LAC,K. Moss,C1\n0013,F1,CP,K. Moss,\n"
    (files / "tracker.csv").write_text(tracker, "utf-8")
    returns.episodes(
        files,
        {"CHILD": "0012", "DECOM": "01/02/2025", "LS": "C2"},
        {"CHILD": "0014", "DECOM": "01/03/2025"},
        {"CHILD": "0015", "DECOM": "01/03/2025", "DEC": "01/05/2025"},
    )
    returns.cin(files, returns.child("0012", returns.plan("2026-02-03")))

    def imported(*sources: Path) -> dict[str, Any]:
        assert run("import", service, *sources, "--json", out)[0] == 0
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return found

    first = imported(files)
    assert first["children"] == {"new": 3, "changed": 0, "ended": 0, "unchanged": 0}
    assert {source["file"]: source["kind"] for source in first["sources"]} == {
        "a.csv": "ssda903", "cin.xml": "cin", "tracker.csv": "spreadsheet",
    }  # fmt: skip
    said = {finding["message"]: (finding["file"], finding["row"], finding["value"]) for finding in first["findings"]}
    assert said["the legal status is C2 in a.csv row 2, which is taken"] == ("tracker.csv", 2, "C1")
    assert said["1 child has ended in this return and is not in this service: not taken"] == ("a.csv", None, "")
    again = {"new": 0, "changed": 0, "ended": 0, "unchanged": 3}
    assert imported(files)["children"] == again
    for path, listed in ((files / "tracker.csv", 2), (files / "cin.xml", 1), (files / "a.csv", 2)):
        assert imported(path)["children"] == {**again, "unchanged": listed}
    workspace = Workspace.open(service, passphrase=PASSPHRASE)
    kept = workspace.world().snapshot.case["0012"]
    assert (kept.type, kept.family, kept.legal_status, len(workspace.history())) == ("BOTH", "F1", "C2", 1)
    workspace.close()


def beside(folder: Path) -> set[Path]:
    """The files of a folder and those below it, but for the lock of a service that is open."""
    return {path for path in folder.rglob("*") if path.suffix not in (".lock", ".iro-wal", ".iro-shm")}


def test_taking_an_import_can_be_stopped_at_any_moment_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "01/02/2026", "LS": "C2"})
    draft = Workspace.draft_for_new([path])
    with closing(Workspace.create(tmp_path / "s.iro", passphrase=PASSPHRASE)) as workspace:
        before, files = workspace.world(), beside(tmp_path)
        said: list[str] = []
        for moment in range(100):
            said.clear()
            try:
                workspace.take(draft, progress=said.append, stop=lambda: len(said) >= moment)  # noqa: B023
            except Stopped:
                assert (workspace.world(), workspace.history(), beside(tmp_path)) == (before, (), files)
            else:
                break
        assert said[0] == "Making a backup" and said[-2:] == ["Finishing", "Reading the service"]
        assert set(workspace.world().snapshot.case) == {"1"}
        assert workspace.check().faults == ()


def test_a_new_service_whose_first_import_is_stopped_is_not_there(tmp_path: Path) -> None:
    path = returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "01/02/2026", "LS": "C2"})
    draft, new, files = Workspace.draft_for_new([path]), tmp_path / "new.iro", beside(tmp_path)
    said: list[str] = []
    with pytest.raises(Explained, match="stopped"):
        Workspace.create_from(
            new, draft, passphrase=PASSPHRASE, progress=said.append, stop=lambda: said[-1:] > ["Storing"]
        )
    assert beside(tmp_path) == files
    with closing(Workspace.create_from(new, draft, passphrase=PASSPHRASE)) as workspace:
        assert set(workspace.world().snapshot.case) == {"1"}


def test_ctrl_c_while_an_import_is_stored_changes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "01/02/2026", "LS": "C2"})
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE, encoding="utf-8")
    service = tmp_path / "s.iro"

    def interrupt(words: str) -> None:
        if words.startswith("Storing"):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(cli, "_tell", interrupt)
    code, _, err = run("import", service, path, "--passphrase-file", passphrase)
    assert (code, service.exists()) == (1, False)
    assert "The import was stopped.\nNothing was changed." in err
    monkeypatch.undo()
    assert run("import", service, path, "--passphrase-file", passphrase)[0] == 0
    files = beside(tmp_path)
    monkeypatch.setattr(cli, "_tell", interrupt)
    other = returns.episodes(tmp_path, {"CHILD": "2", "DECOM": "01/02/2026", "LS": "C2"})
    code, _, err = run("import", service, other, "--passphrase-file", passphrase)
    assert (code, beside(tmp_path)) == (1, files)
    assert "The import was stopped.\nNothing was changed." in err
    with closing(Workspace.open(service, passphrase=PASSPHRASE)) as workspace:
        assert set(workspace.world().snapshot.case) == {"1"}


def test_what_was_put_right_by_hand_survives_the_next_file_and_an_undo_takes_an_import_back(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "s.iro", passphrase=PASSPHRASE)
    path = returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "01/02/2025", "LS": "C2"})
    world = workspace.take(workspace.draft_import([path]))
    child = world.snapshot.case["1"]
    world = workspace.commit(Step("by hand", (Edit(child, replace(child, legal_status="E1", family="F1")),)))
    assert not workspace.draft_import([path]).step
    returns.episodes(tmp_path, {"CHILD": "1", "DECOM": "01/02/2025", "LS": "V2"})
    draft = workspace.draft_import([path])
    taken = workspace.take(draft).snapshot.case["1"]
    assert (taken.legal_status, taken.family) == ("V2", "F1")
    workspace.undo()
    assert workspace.world().snapshot.case["1"].legal_status == "E1"
    assert workspace.take(workspace.draft_import([path])).snapshot.case["1"].legal_status == "V2"
    workspace.close()


def test_a_backup_comes_back_and_the_file_in_its_place_is_set_aside(run: Run, sample: Path, tmp_path: Path) -> None:
    code, out, _ = run("backup", sample)
    assert code == 0
    backup = Path(out.strip())
    run("problem", sample, tmp_path / "before.json", *ON)
    sample.write_bytes(b"spoiled" * 5000)
    assert run("check", sample)[0] == 1
    code, out, _ = run("restore", backup, sample)
    assert code == 0
    assert "The old file is" in out
    run("problem", sample, tmp_path / "after.json", *ON)
    assert (tmp_path / "before.json").read_bytes() == (tmp_path / "after.json").read_bytes()


def test_a_dry_run_changes_nothing(run: Run, sample: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "more.csv"
    sheet.write_text("Child ID,Type,IRO\nC-90001,LAC,\n", "utf-8")
    before = sample.read_bytes()
    code, out, _ = run("import", sample, sheet, "--dry-run", "--json", tmp_path / "d.json")
    assert code == 0
    assert "Nothing was changed" in out
    assert json.loads((tmp_path / "d.json").read_text())["taken"] is False
    assert sample.read_bytes() == before


def test_the_services_list_is_exported_without_childrens_names(run: Run, sample: Path, tmp_path: Path) -> None:
    code, out, _ = run("export", sample, tmp_path / "list.csv", *ON)
    assert code == 0
    assert out.strip() == str(tmp_path / "list.csv")
    told = (tmp_path / "list.csv").read_text(encoding="utf-8-sig")
    workspace = Workspace.open(sample)
    snapshot = workspace.world(DAY).snapshot
    workspace.close()
    assert all(child.id in told for child in snapshot.open_cases(DAY))
    assert not [child.name for child in snapshot.case.values() if child.name and child.name in told]


@pytest.mark.parametrize("list_", cli.LISTS)
def test_every_list_is_exported_as_pages_and_put_on_record(
    run: Run, sample: Path, tmp_path: Path, qapp: QApplication, list_: str
) -> None:
    more = ("--since", "2026-08-01") if list_ not in ("service", "iro", "waiting") else ()
    more = (*more, "--iro", "K. Moss") if list_ in ("service", "iro") else more
    code, out, err = run("export", sample, tmp_path / "list.pdf", "--list", list_, *more, *ON)
    assert (code, out.strip(), err) == (0, str(tmp_path / "list.pdf"), "")
    assert (tmp_path / "list.pdf").read_bytes().startswith(b"%PDF")
    workspace = Workspace.open(sample)
    last = workspace.history()[-1]
    workspace.close()
    assert last.step.label.startswith("Export: ") and last.step.detail["export"]["kind"] == list_
    assert run("check", sample)[0] == 0


def test_a_file_for_every_iro_and_chosen_columns(run: Run, sample: Path, tmp_path: Path) -> None:
    code, out, _ = run(
        "export", sample, tmp_path / "each.csv", "--list", "iro", "--each", "--columns", "IRO,Since", *ON
    )
    assert code == 0 and len(out.splitlines()) == 20
    told = (tmp_path / "each" / "K. Moss.csv").read_text(encoding="utf-8-sig")
    assert told.startswith("Child reference,IRO,Since\n")
    code, _, err = run("export", sample, tmp_path / "x.xlsx", "--columns", "Shoe size", *ON)
    assert (code, err.splitlines()[0]) == (1, "There is no column “Shoe size” in this list.")


def test_pages_are_written_without_a_display(sample: Path, tmp_path: Path) -> None:
    bare = {
        key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    asked = ("export", str(sample), str(tmp_path / "w.pdf"), "--list", "waiting", *ON)
    command = [sys.executable, "-m", "iro_allocator", *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=bare)
    assert (done.returncode, done.stderr) == (0, "") and (tmp_path / "w.pdf").stat().st_size > 5000


def test_the_installed_command_says_its_version() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "iro_allocator", "--version"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout[:14]) == (0, "IRO Allocator ")


def test_the_making_of_the_sample_is_not_undone_by_mistake(sample: Path) -> None:
    workspace = Workspace.open(sample)
    assert workspace.world(DAY).undo is None
    with pytest.raises(Explained, match="nothing to undo"):
        workspace.undo()
    assert len(workspace.world(DAY).snapshot.iro) == 24
    workspace.close()


# -- what-if ---------------------------------------------------------------------------------------

BELL = ("--leaves", "R. Bell@2027-03-31")
QUICK = ("--time-limit", "0.5")


def test_what_if_writes_before_after_and_the_plan(run: Run, sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "w.json"
    more = ("--cover", "L. Farrell@2027-03-15..2027-05-09", "--joins", "N. Aziz=30@2027-03-01", "--referrals", "+12")
    code, said, _ = run("what-if", sample, *BELL, *more, *QUICK, "--json", out)
    found = json.loads(out.read_text(encoding="utf-8"))
    assert code == 0
    assert found["format"] == "iro-allocator-what-if/1"
    assert found["on"] == "2027-04-01"
    assert "R. Bell leaves on 31 Mar 2027" in found["changes"]
    assert found["frontier"] is None
    before, after, plan = found["before"], found["after"], found["plan"]
    assert plan["format"] == "iro-allocator-result/1"
    assert before["children"] == 1137 < after["children"]
    assert after["fte"] == pytest.approx(before["fte"] - 1 - 0.5 + 30 / 37)
    assert after["short_fte"] == pytest.approx(plan["short_fte"])
    assert after["furthest_share_difference"] == pytest.approx(plan["furthest_share_difference"], abs=1e-6)
    assert after["rms_share_difference"] == pytest.approx(plan["rms_share_difference"], abs=1e-6)
    assert {
        "fte",
        "children",
        "cases",
        "load",
        "load_per_fte",
        "children_per_fte",
        "limit_per_fte",
        "short_fte",
        "furthest_share_difference",
        "rms_share_difference",
    } <= before.keys()
    assert "FTE short" in said
    assert "The limit is exceeded" in said
    assert "(cover)" in said
    with closing(Workspace.open(sample)) as workspace:
        assert len(workspace.history()) == 1  # looking changes nothing


def test_what_if_shows_how_even_it_gets(run: Run, tmp_path: Path) -> None:
    make_sample(tmp_path / "s.iro", iros=6, children=60, on=DAY).close()
    code, said, _ = run(
        *("what-if", tmp_path / "s.iro", "--limit", "60@2027-01-04", "--frontier", "--time-limit", "1"),
        *("--json", tmp_path / "w.json"),
    )
    found = json.loads((tmp_path / "w.json").read_text(encoding="utf-8"))
    assert code == 0
    assert found["frontier"]["format"] == "iro-allocator-frontier/1"
    assert f"{len(found['frontier']['points'])} points" in said
    assert (found["before"]["limit_per_fte"], found["after"]["limit_per_fte"]) == (70, 60)


def test_a_scenario_is_kept_looked_at_again_and_adopted(run: Run, sample: Path) -> None:
    assert run("what-if", sample, *BELL, *QUICK, "--save", "Spring")[0] == 0
    with closing(Workspace.open(sample)) as workspace:
        (kept,) = workspace.world().snapshot.scenario.values()
        assert (kept.name, [change.words for change in kept.changes]) == ("Spring", ["R. Bell leaves on 31 Mar 2027"])
    code, said, _ = run("what-if", sample, "--scenario", "spring", *QUICK, "--adopt")
    assert code == 0
    assert "Adopted as one step" in said
    with closing(Workspace.open(sample)) as workspace:
        world = workspace.world()
        assert dict(world.snapshot.scenario) == {}
        assert world.snapshot.iro["I-17"].last_day == date(2027, 3, 31)
        assert world.snapshot.allocation_on(workspace_child(world, "I-17"), date(2027, 4, 1)).iro != "I-17"  # type: ignore[union-attr]
        assert workspace.undo().snapshot.iro["I-17"].last_day == date(2027, 7, 30)


def workspace_child(world: World, iro: str) -> str:
    """A child whom an IRO has today."""
    return world.loads.by_iro[iro][0].id


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--leaves", "R. Bel@2027-03-31", "Is it R. Bell?"),
        ("--leaves", "R. Bell", "--leaves wants NAME@DATE"),
        ("--leaves", "R. Bell@31/03/2027", "a date as 2027-03-31"),
        ("--absent", "R. Bell@2027-03-31", "--absent wants NAME@FROM..TO"),
        ("--cover", "R. Bell@2027-03-31..2027-03-01", "it ends before it begins"),
        ("--hours", "K. Moss@2027-03-31", "--hours wants NAME=HOURS[@DATE]"),
        ("--hours", "K. Moss=99", "99 contracted hours a week cannot be right"),
        ("--referrals", "many", "--referrals wants"),
        ("--scenario", "Nothing", "None is kept yet."),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_done(
    run: Run, sample: Path, option: str, text: str, said: str
) -> None:
    code, out, err = run("what-if", sample, option, text)
    assert (code, out) == (1, "")
    assert said in err


def test_what_if_wants_at_least_one_change(run: Run, sample: Path) -> None:
    code, _, err = run("what-if", sample)
    assert code == 2
    assert "at least one change" in err
