from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator import places


@pytest.mark.parametrize(
    ("given_", "tidied"),
    [("hd12ta", "HD1 2TA"), (" SW1A  1AA ", "SW1A 1AA"), ("HD1", ""), ("unknown", ""), ("", ""), ("HD1 2T", "")],
)
def test_a_postcode_is_written_as_on_an_envelope(given_: str, tidied: str) -> None:
    assert places.tidy(given_) == tidied


def test_postcodes_are_found_however_they_are_written() -> None:
    found = places.find(["HD1 2TA", "hd12ta", "SW1A 1AA"])
    assert found["HD1 2TA"] == found["hd12ta"]
    # Huddersfield station square and Buckingham Palace, to a few hundred metres.
    assert abs(found["HD1 2TA"][0] - 414_500) < 500 and abs(found["HD1 2TA"][1] - 416_500) < 500
    assert abs(found["SW1A 1AA"][0] - 529_000) < 500 and abs(found["SW1A 1AA"][1] - 179_700) < 500


def test_what_is_no_postcode_or_not_known_is_not_in_the_answer() -> None:
    # HA1 9AA is one of those in the directory that have no grid reference.
    assert places.find(["ZZ1 1ZZ", "QQ1 1AA", "nonsense", "", "HA1 9AA"]) == {}


def test_who_asks_while_another_thread_is_looking_waits_for_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    looking, go_on, looked = Event(), Event(), places._look_up

    def slowly(letter: str, codes: set[str]) -> Mapping[str, Any]:
        looking.set()
        assert go_on.wait(30)
        return looked(letter, codes)

    monkeypatch.setattr(places, "_found", {})
    monkeypatch.setattr(places, "_look_up", slowly)
    with ThreadPoolExecutor() as pool:
        one = pool.submit(places.find, ["HD1 2TA"])
        assert looking.wait(30)
        other = pool.submit(places.find, ["HD1 2TA"])
        with pytest.raises(TimeoutError):
            other.result(0.05)
        go_on.set()
        assert one.result() == other.result() != {}


def test_miles_are_the_straight_line_to_one_decimal() -> None:
    # 15,200 m east and 16,600 m north: 22,508 m, and a mile has 1,609.344 m.
    assert places.miles((414_500, 416_900), (429_700, 433_500)) == 14.0
    assert places.miles((0, 0), (0, 16_093)) == 10.0


@given(*[st.tuples(st.integers(0, 700_000), st.integers(0, 1_300_000))] * 2)
def test_miles_are_the_same_both_ways_and_none_to_where_one_is(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert places.miles(one, other) == places.miles(other, one) >= 0
    assert places.miles(one, one) == 0
