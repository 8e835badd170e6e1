"""The sentences for whatever is not a service to be opened, and what an encrypted file gives away."""

import os
import sqlite3
import subprocess
import sys
import unicodedata
from contextlib import closing
from pathlib import Path
from unittest.mock import Mock

import pytest

from iro_allocator.edits import Step, added
from iro_allocator.errors import Explained
from iro_allocator.store import Damaged, PassphraseNeeded, Store, WrongPassphrase
from iro_allocator.store.schema import REVISIONS
from tests import builders
from tests.store.conftest import CHEAP, PASSPHRASE, Home

PLANTED = "Zaphod Planted-Name"


def sentence(where: Path | str, passphrase: str | None = PASSPHRASE) -> str:
    with pytest.raises(Explained) as refused:
        Store.open(where, passphrase=passphrase)
    assert refused.value.hint
    return refused.value.message


def test_a_file_that_is_none_of_ours_is_refused_in_a_sentence_of_its_own(tmp_path: Path) -> None:
    folder, empty, text = tmp_path / "folder.iro", tmp_path / "empty.iro", tmp_path / "text.iro"
    book, foreign = tmp_path / "book.xlsx", tmp_path / "foreign.db"
    folder.mkdir()
    empty.touch()
    text.write_text("Child,IRO\n1042,A. Hussain\n" * 1000)
    book.write_bytes(b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0\x05\x0a" + bytes(5000))
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE places (id)")
    before = foreign.read_bytes()
    assert "is a folder" in sentence(folder)
    assert "There is no file" in sentence(tmp_path / "missing.iro")
    assert "is empty" in sentence(empty)
    assert "is not a service file" in sentence(text)
    assert "is not a service file" in sentence(book)
    assert "there is no service in it" in sentence(foreign)
    assert foreign.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "book.xlsx",
        "empty.iro",
        "folder.iro",
        "foreign.db",
        "text.iro",
    ]


def test_a_file_that_may_not_be_read_is_refused(encrypted: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    encrypted.create().close()
    with monkeypatch.context() as forbidden:
        forbidden.setattr(Path, "open", Mock(side_effect=PermissionError))
        assert "may not be read" in sentence(encrypted.where)
    encrypted.open().close()


def test_a_server_that_does_not_answer_is_refused() -> None:
    assert "cannot be reached" in sentence("postgresql://somebody:secret@127.0.0.1:1/nowhere")
    assert "secret" not in sentence("postgresql://somebody:secret@127.0.0.1:1/nowhere")


def test_an_address_that_is_none_is_refused() -> None:
    assert "cannot be read" in sentence("postgresql://somebody@host:port/x")


def test_a_server_without_a_service_is_refused(server: str, tmp_path: Path) -> None:
    home = Home(tmp_path, server=server)
    assert "There is no service in postgresql://postgres@127.0.0.1" in sentence(home.where)


def test_a_server_without_the_driver_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "needs the package psycopg" in sentence("postgresql://somebody@127.0.0.1/x")


@pytest.mark.parametrize("passphrase", [None, ""])
def test_an_encrypted_file_asks_for_its_passphrase(encrypted: Home, passphrase: str | None) -> None:
    encrypted.create().close()
    with pytest.raises(PassphraseNeeded, match="is encrypted"):
        Store.open(encrypted.where, passphrase=passphrase)


@pytest.mark.parametrize("passphrase", ["three blind mouse", " ", "'\"; --", "🐭🐭🐭", "x" * 2000, "\ud800"])
def test_a_wrong_passphrase_is_one_calm_sentence_and_changes_nothing(
    encrypted: Home, passphrase: str, capfd: pytest.CaptureFixture[str]
) -> None:
    encrypted.create().close()
    before = Path(encrypted.where).read_bytes()
    with pytest.raises(WrongPassphrase) as refused:
        Store.open(encrypted.where, passphrase=passphrase)
    assert refused.value.message == "The passphrase is wrong, or service 0.iro is damaged."
    assert refused.value.backup is None
    assert passphrase not in str(refused.value) or passphrase == " "
    assert Path(encrypted.where).read_bytes() == before
    assert capfd.readouterr() == ("", "")
    encrypted.open().close()


@pytest.mark.parametrize("passphrase", ["Ångström café", "'\"; DROP", "🐭", "x" * 2000])
def test_a_passphrase_opens_however_its_accents_are_typed(tmp_path: Path, passphrase: str) -> None:
    where = tmp_path / "s.iro"
    Store.create(where, passphrase=unicodedata.normalize("NFD", passphrase), cost=CHEAP).close()
    Store.open(where, passphrase=unicodedata.normalize("NFC", passphrase)).close()


@pytest.mark.parametrize("passphrase", [None, ""])
def test_only_the_sample_may_lack_a_passphrase(tmp_path: Path, passphrase: str | None) -> None:
    with pytest.raises(PassphraseNeeded):
        Store.create(tmp_path / "s.iro", passphrase=passphrase)
    assert not list(tmp_path.iterdir())


def test_a_file_is_created_only_in_a_folder_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(Explained, match="There is no folder"):
        Store.create(tmp_path / "missing" / "s.iro", passphrase=PASSPHRASE, cost=CHEAP)


def test_a_creation_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iro_allocator.store.opening.lay_out", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Store.create(tmp_path / "s.iro", passphrase=PASSPHRASE, cost=CHEAP)
    assert not list(tmp_path.iterdir())


def test_a_synced_folder_is_refused_for_new_and_for_old_files(tmp_path: Path) -> None:
    folder = tmp_path / "OneDrive - Council"
    folder.mkdir()
    with pytest.raises(Explained, match="synced folder “OneDrive - Council”"):
        Store.create(folder / "s.iro", passphrase=PASSPHRASE, cost=CHEAP)
    elsewhere = Home(tmp_path, passphrase=PASSPHRASE)
    elsewhere.create().close()
    moved = Path(elsewhere.where).rename(folder / "s.iro")
    assert "synced folder" in sentence(moved)


def test_a_file_that_is_open_says_who_has_it(encrypted: Home) -> None:
    with closing(encrypted.create()):
        assert "is open already in python" in sentence(encrypted.where)
        assert f"(process {os.getpid()})" in sentence(encrypted.where)
    encrypted.open().close()


def test_after_a_crash_the_lock_is_taken_over_and_nothing_is_lost(encrypted: Home) -> None:
    program = """
import os, sys
from iro_allocator.domain import Case
from iro_allocator.edits import Step, added
from iro_allocator.store import Store
store = Store.open(sys.argv[1], passphrase=sys.argv[2])
store.commit(Step("New child", added([Case(id="C-1")])), by="Anna")
os._exit(9)
"""
    encrypted.create().close()
    ended = subprocess.run([sys.executable, "-c", program, str(encrypted.where), PASSPHRASE], check=False)
    assert ended.returncode == 9
    assert Path(f"{encrypted.where}.lock").exists()
    with closing(encrypted.open()) as store:
        assert store.load().case.keys() == {"C-1"}
        assert store.check() == ()


@pytest.mark.parametrize("version", [f"{int(REVISIONS[-1]) + 1:04}", "9999"])
def test_a_service_of_a_newer_program_is_refused(home: Home, version: str) -> None:
    home.create().close()
    home.spoil("UPDATE alembic_version SET version_num = :version", version=version)
    assert "newer version of this program" in sentence(home.where)
    assert "newer version" in sentence(home.where), "and let go of the lock"


def test_one_flipped_bit_in_any_page_is_found_at_opening(encrypted: Home) -> None:
    with closing(encrypted.create()) as store:
        store.commit(Step("Start", added(builders.small_service().records())), by="Anna")
        assert store.backup("first")
    path = Path(encrypted.where)
    whole = path.read_bytes()
    for page in range(0, len(whole), 4096):
        spoilt = bytearray(whole)
        spoilt[page + 1000] ^= 4
        path.write_bytes(spoilt)
        with pytest.raises(Explained) as refused:
            encrypted.open()
        assert isinstance(refused.value, Damaged if page else WrongPassphrase)
        assert refused.value.backup
        assert "backup of" in refused.value.hint
        assert path.read_bytes() == spoilt
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Explained, match=r"damaged|cut short"):
        encrypted.open()
    path.write_bytes(whole)
    encrypted.open().close()


def test_an_encrypted_file_gives_no_name_away(encrypted: Home) -> None:
    """Searched while it is in use: the file, its log, the backup, the lock."""
    with closing(encrypted.create()) as store:
        for number in range(50):
            child = builders.case(f"C-{number}", name=PLANTED, category="Category-Planted")
            store.commit(Step("New child", added([child])), by="Anna")
        store.backup("before import")
        files = [path for path in encrypted.folder.rglob("*") if path.is_file()]
        assert any(path.name.endswith("-wal") and path.stat().st_size for path in files)
        for path in files:
            for planted in (PLANTED, "Category-Planted", "C-49", "SQLite format"):
                assert planted.encode() not in path.read_bytes(), path
                assert planted.encode("utf-16-le") not in path.read_bytes(), path


def test_faults_of_the_database_do_not_tell_what_was_to_be_written(home: Home) -> None:
    with closing(home.create()) as store:
        home.spoil("DROP TABLE edit")
        with pytest.raises(Explained) as refused:
            store.commit(Step("Start", added([builders.case(name=PLANTED, adjustment_reason=PLANTED)])), by="Anna")
        fault: BaseException | None = refused.value
        while fault:
            assert PLANTED not in str(fault)
            fault = fault.__cause__ or fault.__context__


def test_opening_loads_neither_alembic_nor_pandas(encrypted: Home) -> None:
    program = (
        "import sys; from iro_allocator.store import Store; "
        "store = Store.open(sys.argv[1], passphrase=sys.argv[2]); store.load(); store.close(); "
        "print(*({'alembic', 'pandas', 'numpy'} & sys.modules.keys()))"
    )
    encrypted.create().close()
    done = subprocess.run(
        [sys.executable, "-c", program, str(encrypted.where), PASSPHRASE],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == []
