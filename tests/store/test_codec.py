"""Records as text and back."""

import json
import math
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator.domain import Case, Iro
from iro_allocator.errors import Explained
from iro_allocator.store.codec import KINDS, canonical, from_image, image
from tests import builders
from tests.store.strategies import of_kind


@given(st.sampled_from(tuple(KINDS)).flatmap(lambda kind: of_kind(kind, "1")))
def test_a_record_comes_back_equal_from_its_image(record: Any) -> None:
    text = image(record)
    assert text
    assert from_image(record.kind, text) == record
    assert image(from_image(record.kind, text)) == text


def test_equal_records_have_equal_images() -> None:
    one, two = builders.iro(skills=("b", "a")), builders.iro(skills=("a", "b"))
    assert image(one) == image(two)
    assert image(None) is None


def test_an_image_is_plain_json_with_the_fields_of_the_record() -> None:
    child = Case(id="C-1", born=date(2015, 2, 3), placement=(414_000, 416_000), factors=("court",))
    held = json.loads(image(child) or "")
    assert (held["born"], held["placement"], held["factors"]) == ("2015-02-03", [414_000, 416_000], ["court"])


def test_a_field_that_came_later_has_its_default() -> None:
    assert from_image("iro", '{"id": "1", "name": "A. Hussain"}') == Iro(id="1", name="A. Hussain")


def test_a_field_that_is_no_more_is_left_out() -> None:
    assert from_image("iro", '{"id": "1", "name": "A. Hussain", "shoe_size": 42}').name == "A. Hussain"


@pytest.mark.parametrize(
    "record",
    [
        builders.iro(base=(math.nan, 1)),
        builders.iro(base=(math.inf, 1)),
        builders.case(born=datetime(2015, 2, 3, 12, 0)),
        builders.case(placement=[1, 2]),
        builders.case(team=object()),
    ],
)
def test_what_would_not_come_back_equal_is_refused(record: Any) -> None:
    with pytest.raises(Explained, match="holds a value that cannot be kept"):
        image(record)


@pytest.mark.parametrize("text", ["a\0b", "\\\0", "\ud800"])
def test_characters_that_no_database_holds_are_refused(text: str) -> None:
    with pytest.raises(Explained, match="cannot be stored"):
        canonical(["x", text])


@pytest.mark.parametrize("text", ["\\u0000", "\\\\u0000", "💡", "\x01", "\uffff"])
def test_characters_that_only_look_so_are_kept(text: str) -> None:
    assert json.loads(canonical([text])) == [text]


@given(st.sampled_from(tuple(KINDS)).flatmap(lambda kind: of_kind(kind, "1")))
def test_an_image_is_the_canonical_text_of_its_record(record: Any) -> None:
    assert image(record) == canonical(record)
