"""From passphrase to key."""

import pytest

from iro_allocator.store import STANDARD, Cost
from iro_allocator.store.key import derive
from tests.store.conftest import CHEAP


def test_a_salt_tells_its_cost_and_is_new_each_time() -> None:
    for cost in (STANDARD, CHEAP):
        salt = cost.salt()
        assert Cost.of(salt) == cost
        assert len(salt) == 16
        assert salt != cost.salt()


@pytest.mark.parametrize("beginning", [b"", b"short", b"Child,IRO,Start,End", b"\0" * 16, b"\xff" * 16])
def test_what_begins_no_service_file_has_no_cost(beginning: bytes) -> None:
    assert Cost.of(beginning[:16]) is None


def test_a_key_depends_on_passphrase_and_salt_but_not_on_how_accents_are_typed() -> None:
    salt = CHEAP.salt()
    key = derive("caf\u00e9", salt)
    assert len(key.secret) == 32
    assert key == derive("cafe\u0301", salt)
    assert len({key, derive("cafe", salt), derive("caf\u00e9", CHEAP.salt())}) == 3


def test_a_key_is_never_printed() -> None:
    key = derive("three blind mice", CHEAP.salt())
    assert key.secret.hex() not in repr(key)
    assert key.secret.hex() in key.pragma


def test_the_standard_cost_is_heavy() -> None:
    assert STANDARD.passes * 2**STANDARD.memory >= 1024 * 1024
