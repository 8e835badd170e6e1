import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator.sheets.names import Names, in_order, near, nobody, same
from tests.builders import iro


@pytest.mark.parametrize(
    "written",
    ["B. Carter", "b carter", "B.Carter", "CARTER, B", "Carter,B.", "Mrs B. Carter", "B. Carter (North)", "b-1"],
)
def test_a_name_is_the_same_however_it_is_written(written: str) -> None:
    carter = iro("B. Carter", id="b-1")
    assert Names([carter, iro("R. Bell")]).find(written) == carter


@pytest.mark.parametrize(
    "written",
    [
        "B Cartr",
        "B. Cater",
        "Carter",
        "Bob Carter",
        "B. Catrer",
        "B. D. Carter",
        "Brian Carterr",
        "Carter B",
        "BCarter",
    ],
)
def test_a_name_that_nearly_matches_is_no_match_but_a_guess(written: str) -> None:
    names = Names([iro("B. Carter"), iro("R. Bell")])
    assert names.find(written) is None
    assert names.guesses(written) == ("B. Carter",)


@pytest.mark.parametrize("written", ["JS", "J.S.", "js", "J S", "S, J", "JS (North)", "J Smith", "J. Smith", "Smith"])
def test_initials_are_no_match_but_a_guess(written: str) -> None:
    names = Names([iro("Jane Smith"), iro("R. Bell")])
    assert (names.find(written), names.guesses(written)) == (None, ("Jane Smith",))


@pytest.mark.parametrize("written", ["SJ", "JB", "J", "JSB", "JSBX", "12"])
def test_other_initials_are_another_person(written: str) -> None:
    names = Names([iro("Jane Smith"), iro("R. Bell")])
    assert (names.find(written), names.guesses(written)) == (None, ())


@pytest.mark.parametrize("written", ["JMS", "JS", "JM"])
def test_initials_may_leave_names_out_that_are_not_the_first(written: str) -> None:
    assert Names([iro("Jane Mary Smith")]).guesses(written) == ("Jane Mary Smith",)


def test_initials_of_several_are_a_guess_of_each() -> None:
    assert Names([iro("Jane Smith"), iro("John Stone")]).guesses("JS") == ("Jane Smith", "John Stone")


def test_an_iro_whose_name_is_initials_is_found_by_them() -> None:
    names = Names([iro("Jane Smith"), iro("J.S.", id="other")])
    found = names.find("J S")
    assert found and found.id == "other"


@pytest.mark.parametrize(
    "written", ["A. Carter", "R. Ball-Smith", "S. Ahmed", "Rachel Carter", "R. Blake", "", ".", "?"]
)
def test_another_initial_or_surname_is_another_person(written: str) -> None:
    names = Names([iro("B. Carter"), iro("R. Bell")])
    assert (names.find(written), names.guesses(written)) == (None, ())


def test_two_iros_of_one_name_are_told_apart_by_reference_alone() -> None:
    one, other = iro("R. Bell", id="7"), iro("R Bell", id="8")
    names = Names([one, other])
    assert names.find("R. Bell") is None
    assert names.find("8") == other
    assert names.guesses("R. Bell") == ("R Bell",)


@pytest.mark.parametrize("written", ["", "-", "TBC", "Unallocated", "vacant", "to be allocated", "(nobody)"])
def test_words_for_nobody_are_nobody(written: str) -> None:
    assert nobody(written)


def test_a_surname_first_is_turned_round() -> None:
    assert in_order("Carter, Bob") == "Bob Carter"
    assert in_order("Carter, Bob, QC") == "Carter, Bob, QC"


WORDS = st.lists(st.text("abcde", min_size=1, max_size=6), min_size=1, max_size=3).map(" ".join)


@given(WORDS, WORDS)
def test_being_near_goes_both_ways_and_every_name_is_near_itself(one: str, other: str) -> None:
    assert near(one, one)
    assert near(one, other) == near(other, one)


@given(st.text(max_size=20))
def test_any_text_may_be_asked_for(written: str) -> None:
    names = Names([iro("B. Carter"), iro("…", id="dots")])
    found = names.find(written)
    assert found is None or found.id == written.strip() or same(found.name) == same(written)
    assert len(names.guesses(written)) <= 2
