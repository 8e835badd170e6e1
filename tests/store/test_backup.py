"""Backups: whole, encrypted, thinned with age; and above all that they restore."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator.domain import Snapshot
from iro_allocator.edits import Step, added
from iro_allocator.errors import Explained
from iro_allocator.store import PassphraseNeeded, Store, WrongPassphrase, backups, restore
from iro_allocator.store.backup import kept
from iro_allocator.store.database import connect
from iro_allocator.store.key import derive
from tests import builders
from tests.store.conftest import CHEAP, PASSPHRASE, Home

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def grow(store: Store, number: int) -> Snapshot:
    store.commit(Step("New child", added([builders.case(f"C-{number}")])), by="Anna")
    return store.load()


def test_every_backup_restores_what_there_was(home: Home) -> None:
    if home.server:
        with closing(home.create()) as store:
            assert (store.backup(), store.last_backup, store.backups) == (None, None, ())
        return
    path, states = Path(home.where), []
    with closing(home.create()) as store:
        assert store.last_backup is None
        for number in range(3):
            states.append(grow(store, number))
            store.backup(f"before: import {number}")
        grow(store, 9)
        found = store.backups
        assert [backup.reason for backup in found] == [f"before import {number}" for number in range(3)]
        assert store.last_backup == found[-1].at
        assert found[0].at < found[1].at < found[2].at <= datetime.now(UTC) + timedelta(seconds=3)
    for backup, state in zip(found, states, strict=True):
        path.write_bytes(b"spoilt" * 1000)
        aside = restore(backup.path, path, passphrase=home.passphrase)
        assert aside
        assert aside.read_bytes() == b"spoilt" * 1000
        aside.unlink()
        with closing(home.open()) as store:
            assert store.load() == state
            assert store.check() == ()
            assert store.backups == found


def test_a_backup_can_be_made_while_steps_are_written(encrypted: Home) -> None:
    with closing(encrypted.create()) as store, closing(encrypted.second()) as other:
        grow(store, 1)
        before = grow(other, 2)
        made = store.backup()
        grow(other, 3)
    assert made
    with closing(connect(made, derive(PASSPHRASE, made.read_bytes()[:16]))) as copy:
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",), "a log beside it would be needed"
    restore(made, Path(encrypted.where), passphrase=PASSPHRASE)
    with closing(encrypted.open()) as store:
        assert store.load() == before


def test_a_restored_file_does_not_read_the_log_of_the_one_before(encrypted: Home) -> None:
    path = Path(encrypted.where)
    with closing(encrypted.create()) as store:
        early = grow(store, 1)
        made = store.backup()
        grow(store, 2)
        log = Path(f"{path}-wal").read_bytes()
        whole = path.read_bytes()
    path.write_bytes(whole)
    Path(f"{path}-wal").write_bytes(log)  # as a crash would leave it
    assert made
    aside = restore(made, path, passphrase=PASSPHRASE)
    assert aside
    assert Path(f"{aside}-wal").read_bytes() == log
    with closing(encrypted.open()) as store:
        assert store.load() == early


def test_restoring_puts_a_missing_file_back(encrypted: Home) -> None:
    with closing(encrypted.create()) as store:
        state = grow(store, 1)
        made = store.backup()
    Path(encrypted.where).unlink()
    assert made
    assert restore(made, Path(encrypted.where), passphrase=PASSPHRASE) is None
    with closing(encrypted.open()) as store:
        assert store.load() == state


def test_what_is_no_good_backup_changes_nothing(encrypted: Home, tmp_path: Path) -> None:
    path = Path(encrypted.where)
    with closing(encrypted.create()) as store:
        grow(store, 1)
        made = store.backup()
        assert made
        with pytest.raises(Explained, match="is open already"):
            restore(made, path, passphrase=PASSPHRASE)
    before, good = path.read_bytes(), made.read_bytes()
    text = tmp_path / "text.iro"
    text.write_text("not a backup")
    with pytest.raises(PassphraseNeeded, match="is encrypted"):
        restore(made, path, passphrase=None)
    for passphrase, source in (("wrong", made), (PASSPHRASE, text), (PASSPHRASE, tmp_path / "none")):
        with pytest.raises(Explained, match="does not open"):
            restore(source, path, passphrase=passphrase)
    made.write_bytes(good[:-100] + bytes([good[-100] ^ 1]) + good[-99:])
    with pytest.raises(Explained, match="is damaged"):
        restore(made, path, passphrase=PASSPHRASE)
    assert path.read_bytes() == before
    assert not [path for path in tmp_path.iterdir() if "aside" in path.name or "part" in path.name]


def test_a_backup_is_offered_only_when_it_opens_with_the_passphrase(encrypted: Home) -> None:
    path = Path(encrypted.where)
    with closing(encrypted.create()) as store:
        grow(store, 1)
        good, spoilt = store.backup("good"), store.backup("spoilt")
    assert spoilt
    spoilt.write_bytes(b"spoilt")
    with pytest.raises(WrongPassphrase) as refused:
        Store.open(path, passphrase="wrong")
    assert refused.value.backup is None
    path.write_bytes(CHEAP.salt() + path.read_bytes()[16:])
    with pytest.raises(WrongPassphrase) as refused:
        encrypted.open()
    assert refused.value.backup == good


def test_a_backup_that_cannot_be_made_is_a_sentence_and_leaves_nothing(encrypted: Home) -> None:
    with closing(encrypted.create()) as store:
        folder = Path(f"{encrypted.where} backups")
        folder.write_text("in the way")
        with pytest.raises(Explained):
            store.backup()
        assert folder.read_text() == "in the way"


def test_old_backups_go_as_new_ones_come(encrypted: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(encrypted.where)
    with closing(encrypted.create()) as store:
        first = store.backup("first")
        assert first
        old = [NOW.replace(year=2020, hour=hour) for hour in range(5)]
        for at in old:
            (first.parent / f"{at:%Y-%m-%d %H.%M.%S}Z daily.iro").write_bytes(first.read_bytes())
        (first.parent / "notes.txt").touch()
        second = store.backup("second")
    assert [backup.at for backup in backups(path)][:-2] == old[-1:]
    assert {first, second} <= {backup.path for backup in backups(path)}
    assert (first.parent / "notes.txt").exists()


def test_thinning_keeps_two_days_then_days_then_weeks_then_months() -> None:
    hourly = [NOW - timedelta(hours=hours) for hours in range(24 * 400)]
    keep = kept(hourly, NOW)
    assert {at for at in hourly if at > NOW - timedelta(days=2)} <= keep
    days = sorted({at.date() for at in keep}, reverse=True)
    assert days[:12] == [NOW.date() - timedelta(days=n) for n in range(12)]
    weeks = {at.isocalendar()[:2] for at in keep if at > NOW - timedelta(weeks=9)}
    assert len(weeks) == 10
    assert len({(at.year, at.month) for at in keep}) == 9
    assert len(keep) < 48 + 12 + 10 + 9


@given(st.lists(st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)), min_size=1, unique=True))
def test_thinning_never_drops_the_newest_and_is_done_at_once(moments: list[datetime]) -> None:
    keep = kept(moments, max(moments))
    assert max(moments) in keep
    assert keep <= set(moments)
    assert kept(keep, max(moments)) == keep
