"""What life is like for the made-up children: court, needs, waiting for an IRO, apart from the family."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from iro_allocator.domain import BOTH, CP, LAC
from iro_allocator.sample.children import YEAR, Child, Family, in_proportion
from iro_allocator.sample.iros import share_out
from iro_allocator.sample.names import ENGLISH, UNACCOMPANIED

_CATEGORIES = {"neglect": 45, "emotional abuse": 36, "physical abuse": 12, "sexual abuse": 7}
_SEPARATE = (
    "the brothers are in conflict and the court asked for separate views",
    "too many brothers and sisters for one review",
    "was harmed by an older sibling",
)
_TEAMS = {LAC: ("Children in Care", 4), BOTH: ("Children in Care", 4), CP: ("Safeguarding", 6)}


def settle(rng: Random, found: list[Family], count: int) -> None:
    """Give the children of these families their circumstances; some come to wait for an IRO."""
    _legal(rng, found, count)
    _needs(rng, found, count)
    _refer(found, max(in_proportion(count, 4), int(count >= 20)))
    _separate(rng, found, count)


def _legal(rng: Random, found: list[Family], count: int) -> None:
    """Legal status of the looked-after children, category of those on a plan, and the social work team."""
    homes = [family for family in found if family.looked_after]
    rng.shuffle(homes)
    court = in_proportion(count, 56)
    for family in sorted(homes, key=lambda f: min(c.since for c in f.looked_after) > 2 * YEAR):
        theirs = family.looked_after
        in_court = family.origin is not UNACCOMPANIED and len(theirs) <= court
        court -= len(theirs) if in_court else 0
        agreed = rng.random() < 0.2
        for child in theirs:
            if in_court:
                child.legal_status = "C1"
                child.factors.add("court")
            elif family.origin is UNACCOMPANIED or agreed:
                short = len(theirs) == 1 and family.origin is ENGLISH and rng.random() < 0.12
                child.legal_status = rng.choice(("V3", "V4")) if short else "V2"
            else:
                child.legal_status = "E1" if child.age < 6 * YEAR and rng.random() < 0.35 else "C2"
    plans = [family for family in found if any(child.type != LAC for child in family.children)]
    numbers = share_out(len(plans), _CATEGORIES)
    categories = [category for category, number in numbers.items() for _ in range(number)]
    rng.shuffle(categories)
    category_of = dict(zip(map(id, plans), categories, strict=True))
    for family in found:
        category = category_of.get(id(family), "")
        number = rng.random()
        for child in family.children:
            name, teams = _TEAMS[child.type]
            child.team = f"{name} {int(number * teams) + 1}"
            if child.type != LAC:
                child.category = category
            if "uasc" in child.factors or (child.type == LAC and child.age >= 16.5 * YEAR):
                child.team = "Leaving Care"


def _needs(rng: Random, found: list[Family], count: int) -> None:
    """Disability, exploitation, interpreters, and what children need or ask for in an IRO."""
    everybody = [child for family in found for child in family.children if child.age >= 0]
    disabled = _some(rng, everybody, in_proportion(count, 60), lambda c: c.type != CP or rng.random() < 0.4)
    for child in disabled:
        child.factors.add("disability")
        child.team = "Disabled Children" if child.type == LAC else child.team
        if rng.random() < 0.2:
            child.prefers.add("disability")
    for child in _some(rng, disabled, in_proportion(count, 2), lambda c: c.type == LAC):
        child.requires = ("bsl",)
    for child in _some(rng, everybody, in_proportion(count, 42), lambda c: c.age >= 11 * YEAR and c.type != CP):
        child.factors.add("exploitation")
    room = in_proportion(count, 42)
    for family in rng.sample(found, len(found)):
        if family.origin.languages and rng.random() < 0.4 and len(family.children) <= room:
            room -= len(family.children)
            language = rng.choice(family.origin.languages)
            for child in family.children:
                child.factors.add("interpreter")
                child.prefers.add(language)


def _some(rng: Random, children: Sequence[Child], number: int, fits: Callable[[Child], bool]) -> list[Child]:
    fitting = [child for child in children if fits(child)]
    return rng.sample(fitting, min(number, len(fitting)))


def _refer(found: list[Family], number: int) -> None:
    """Families that wait for an IRO since 1 to 4 working days, a different story each.

    A child who joins brothers and sisters in care; a family new on a plan; a child who comes back into
    care and knows an IRO from before; one who came alone to this country.
    """
    mothers = {id(family.mother) for family in found}
    plain = [
        family
        for family in found
        if not (family.mother or id(family) in mothers)
        and not any("court" in child.factors or child.requires or child.age < 7 for child in family.children)
        and len({child.type for child in family.children} - {BOTH}) == 1
    ]
    on_plan = [f for f in plain if f.children[0].type == CP]
    in_care = [f for f in plain if f.children[0].type == LAC]
    alone = [f for f in in_care if len(f.children) == 1 and f.children[0].placement]
    stories = (
        [f for f in in_care if len(f.children) == 3 and f.children[-1].age < 10 * YEAR],
        [f for f in on_plan if len(f.children) == 4],
        [f for f in alone if f.origin is not UNACCOMPANIED and 6 <= f.children[0].age / YEAR < 16],
        sorted(
            (f for f in alone if f.origin is UNACCOMPANIED),
            key=lambda f: (f.children[0].factors != {"uasc", "interpreter"}, -_miles(f.children[0])),
        ),
    )
    joins, _, returns, _ = stories
    for n in range(number):
        story = stories[n % 4]
        if not story:
            continue
        family = story.pop(0)
        for child in family.children[-1:] if story is joins else family.children:
            child.waiting, child.since, child.returning = (2, 1, 3, 4)[n % 4], 0, story is returns
            child.legal_status = "V2" if child.type == LAC else ""


def _separate(rng: Random, found: list[Family], count: int) -> None:
    """Sibling groups that have two IROs, and children a manager has marked as separate, with a reason."""
    groups = [
        family
        for family in found
        if len(family.looked_after) == len(family.children) > 1 and not any(c.waiting for c in family.children)
    ]
    rng.shuffle(groups)
    for n, family in enumerate(groups[: in_proportion(count, 5)]):
        child = family.children[-1]
        child.split = n % 5 < 3
        if n % 5 > 1:
            child.separate_reason = _SEPARATE[n % 5 % len(_SEPARATE)]


def _miles(child: Child) -> float:
    return child.placement.miles if child.placement else 0.0
