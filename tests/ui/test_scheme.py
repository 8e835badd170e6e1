"""Settings in words, and what is typed turned into settings: no window needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iro_allocator.caseload import caseloads
from iro_allocator.domain import DEFAULT_PRIORITIES, Factor, Scheme, Settings
from iro_allocator.errors import Explained
from iro_allocator.solver.terms import BY_KEY, TERMS
from iro_allocator.ui import scheme
from iro_allocator.ui.scheme import FACTOR, FIGURES, PRIORITIES, PRIORITY, WEIGHT
from tests.builders import DAY, settings, small_service, snapshot

FAIR = BY_KEY["balance"]


def points_of(found: Settings) -> dict[str, float]:
    return dict(found.priorities)


def test_three_brothers_on_a_plan_weigh_2_20_by_the_usual_weights() -> None:
    assert scheme.example(Scheme()) == "three brothers on a child protection plan = 1.00 + 0.60 + 0.60 = 2.20"
    assert scheme.example(Scheme(cp_further=0.35)).endswith("1.00 + 0.35 + 0.35 = 1.70")


def test_every_term_but_the_measure_itself_can_be_weighted_and_says_what_that_means() -> None:
    assert {term.key for term in PRIORITIES} == DEFAULT_PRIORITIES.keys()
    assert FAIR not in PRIORITIES and len(PRIORITIES) == len(TERMS) - 1
    said = {term.key: scheme.rate(term, DEFAULT_PRIORITIES[term.key], Settings()) for term in PRIORITIES}
    assert said["continuity"] == (
        "A child changes IRO only if that closes a gap of more than 10 percentage points "
        "(5 when new to each other, 15 after three years)."
    )
    assert said["travel"] == "10 miles less are worth 1 percentage point."
    assert said["timing"].startswith("In the 14 days before a review")
    assert len(set(said.values())) == len(said)
    assert all(scheme.rate(term, 0, Settings()) == "Does not count." for term in PRIORITIES)


def test_a_term_without_a_sentence_of_its_own_is_explained_by_its_unit() -> None:
    odd = replace(BY_KEY["skills"], key="odd", unit="odd thing")
    assert scheme.rate(odd, 4, Settings()) == "Each odd thing weighs as much as a gap of 4 percentage points."


def test_the_limit_is_explained_in_what_it_counts() -> None:
    by_children = settings(limit_counts="children")
    assert scheme.rate(BY_KEY["limit"], 100, by_children).startswith("One child over the limit")


@pytest.mark.parametrize(
    ("text", "meant"), [("0.25", 0.25), ("−0.15", -0.15), ("+0,5", 0.5), (" 7.5 % ", 7.5), (".5", 0.5), ("70", 70.0)]
)
def test_numbers_are_read_as_people_type_them(text: str, meant: float) -> None:
    assert scheme.number(text) == meant


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "1e99", "nan", "--1", "12 34"])
def test_what_is_no_number_is_refused_by_name(text: str) -> None:
    with pytest.raises(Explained, match=text.strip() or "missing"):
        scheme.number(text)


@given(st.floats(-5, 20).map(lambda weight: round(weight, 3)), st.booleans())
def test_a_weight_as_shown_is_read_back_the_same(weight: float, signed: bool) -> None:
    assert scheme.number(scheme.weight_text(weight, signed=signed)) == pytest.approx(weight, abs=1e-6)


def test_each_kind_of_thing_goes_where_it_belongs() -> None:
    found = scheme.put(Settings(), f"{WEIGHT}cp_further", "0.35")
    found = scheme.put(found, f"{FACTOR}court", "0.4")
    found = scheme.put(found, f"{PRIORITY}continuity", "25")
    found = scheme.put(found, "limit_per_fte", "65")
    found = scheme.put(found, "notice_days", "56")
    found = scheme.put(found, "service", "Hill County")
    assert found.scheme.cp_further == 0.35
    assert {factor.key: factor.weight for factor in found.scheme.factors}["court"] == 0.4
    assert points_of(found)["continuity"] == 25
    assert (found.limit_per_fte, found.notice_days, found.service) == (65, 56, "Hill County")


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.key)
@pytest.mark.parametrize("text", ["-1", "abc", "99999999"])
def test_a_figure_refuses_nonsense_in_a_sentence(figure: scheme.Figure, text: str) -> None:
    if figure.key == "limit_per_fte" and text == "99999999":
        return  # as much as one likes
    with pytest.raises(Explained) as told:
        scheme.put(Settings(), figure.key, text)
    assert told.value.message.endswith(".")


def test_days_are_whole() -> None:
    with pytest.raises(Explained, match=r"1\.5 is not a whole number"):
        scheme.put(Settings(), "appointment_days", "1.5")


def test_a_weight_that_cannot_be_is_refused_by_the_record_itself() -> None:
    with pytest.raises(Explained, match="“looked after”: 40 cannot be right"):
        scheme.put(Settings(), f"{WEIGHT}lac", "40")
    with pytest.raises(Explained, match="must not be negative"):
        scheme.put(Settings(), f"{PRIORITY}travel", "-1")


def test_a_factor_of_ones_own_is_added_once_and_taken_out_again() -> None:
    found = scheme.with_factor(Settings(), "  Many   professionals ", "0.2")
    assert found.scheme.factors[-1] == Factor("many-professionals", "Many professionals", 0.2)
    with pytest.raises(Explained, match="already"):
        scheme.with_factor(found, "many PROFESSIONALS", "0.3")
    with pytest.raises(Explained, match="needs a name"):
        scheme.with_factor(found, " ", "0.3")
    assert scheme.without_factor(found, "many-professionals") == Settings()


def test_a_new_factor_never_takes_the_key_of_a_usual_one() -> None:
    bare = scheme.without_factor(Settings(), "court")
    found = scheme.with_factor(bare, "Court!", "0.3")
    assert found.scheme.factors[-1].key == "court-2"


def test_what_differs_between_two_versions_is_told_in_the_words_of_the_screen() -> None:
    after = scheme.put(scheme.put(Settings(), f"{WEIGHT}cp_further", "0.35"), f"{PRIORITY}continuity", "25")
    after = replace(after, closure_days=(date(2026, 12, 24),))
    assert list(scheme.settings_facts(Settings(), after)) == [
        ("Weight: child protection, further child of the family", "0.60", "0.35"),
        ("Priority: Keeps the IRO they know", "10", "25"),
        ("Closure days", "–", "24 Dec 2026"),
    ]
    assert not list(scheme.settings_facts(after, after))


def test_a_draft_is_tried_on_today_whatever_is_in_force() -> None:
    service = snapshot(*small_service().records(), settings(start=DAY - timedelta(30)))
    draft = scheme.put(service.settings_on(DAY), f"{WEIGHT}lac", "2")
    tried = caseloads(scheme.as_if_in_force(draft, service, DAY), DAY)
    now = caseloads(service, DAY)
    looked_after = 13
    assert tried.load - now.load == pytest.approx(looked_after)
    assert service.settings_on(DAY).scheme.lac == 1.0


def test_publishing_adds_the_next_version_from_its_day() -> None:
    service = snapshot(settings(id="settings-1", version=1, start=DAY - timedelta(365)))
    draft = scheme.put(service.settings_on(DAY), "limit_per_fte", "65")
    step = scheme.publish(draft, service, DAY + timedelta(7), DAY, " agreed ")
    after = step.apply(service)
    made = after.settings["settings-2"]
    assert (made.version, made.start, made.limit_per_fte, step.reason) == (2, DAY + timedelta(7), 65, "agreed")
    assert after.settings_on(DAY).version == 1
    assert after.settings_on(DAY + timedelta(7)).version == 2
    assert scheme.taking_over(after, DAY) == made
    assert scheme.taking_over(after, DAY + timedelta(7)) is None


def test_the_first_version_of_a_service_is_version_1() -> None:
    assert scheme.next_version(snapshot()) == 1
    step = scheme.publish(replace(Settings(), limit_per_fte=60), snapshot(), DAY, DAY)
    assert step.apply(snapshot()).settings_on(DAY).limit_per_fte == 60


def test_a_version_that_would_never_be_in_force_is_refused() -> None:
    service = snapshot(settings(id="settings-3", version=3, start=DAY))
    with pytest.raises(Explained, match="Version 4 cannot begin before version 3 did, on 23 Nov 2026"):
        scheme.publish(replace(Settings(), limit_per_fte=60), service, DAY - timedelta(1), DAY)
