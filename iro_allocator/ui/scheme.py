"""The settings in words, and what a person types turned into settings: labels, exchange rates, drafts. No Qt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from iro_allocator import authorities
from iro_allocator.caseload import weights
from iro_allocator.domain import CP, DEFAULT_FACTORS, Case, Factor, Scheme, Settings, Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained
from iro_allocator.solver.terms import BY_KEY, TERMS, Term

WEIGHT, FACTOR, PRIORITY = "weight:", "factor:", "priority:"
"""Begin the keys under which `put` takes a weight, a factor's weight, and what a term is charged."""

PRIORITIES: tuple[Term, ...] = tuple(term for term in TERMS if term.key != "balance")
"""The terms with a weight to choose: fair shares are the measure of all others."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the settings: its field, what it is called and counted in, what it does."""

    key: str
    label: str
    unit: str
    help: str
    step: float = 1.0
    whole: bool = False


FIGURES: tuple[Figure, ...] = (
    Figure("full_time_hours", "Full-time hours", "h a week", "1.0 FTE; shares and limits are pro-rata to it.", 0.5),
    Figure("limit_per_fte", "Limit per full-time IRO", "", "The most a full-time IRO should have; more is charged."),
    Figure("band_low", "The handbook’s band begins at", "", "Shown behind the bars, up to the limit."),
    Figure("tolerance", "Even within", "%", "A difference from the share up to this counts as even.", 0.5),
    Figure("appointment_days", "IRO appointed within", "working days", "Who waits longer is late.", 1, True),
    Figure("notice_days", "Notice period", "days", "So near to the last day an IRO takes no new child.", 7, True),
    Figure("review_days", "Review protected for", "days", "A change of IRO so near to it is charged.", 1, True),
    Figure("miles_cap", "Travel counted up to", "miles", "Longer ways count as this.", 10),
)
TEXTS: Mapping[str, str] = MappingProxyType({"service": "Name of the service", "name": "Name of the weights"})
HOME = "The council"
COUNTS: Mapping[str, str] = MappingProxyType({"load": "load", "children": "children"})


# In words


def rate(term: Term, points: float, settings: Settings) -> str:
    """What a term's weight means, as an exchange rate against an even spread."""
    if points == 0:
        return "Does not count."
    gap = f"a gap of {_percent(points)}"
    days = settings.review_days
    each = "case equivalent" if settings.limit_counts == "load" else "child"
    said: Mapping[str, str] = {
        "continuity": f"A child changes IRO only if that closes {gap.replace('of', 'of more than')} "
        f"({points / 2:g} when new to each other, {points * 1.5:g} after three years).",
        "timing": f"In the {days} days before a review it must close {_percent(points)} more.",
        "siblings": f"Brothers and sisters are parted only if that closes {gap} for each child.",
        "limit": f"One {each} over the limit weighs as much as {gap}.",
        "former": f"A child who returns goes to a former IRO unless that costs {gap}.",
        "travel": f"{1 / points:.3g} miles less are worth {_percent(1)}.",
        "skills": f"Each preferred skill is worth {gap}.",
        "employment": f"A permanent IRO is chosen unless that costs {gap}.",
        "spread": f"Each new child over the fair part in four weeks weighs {_percent(points)}.",
    }
    return said.get(term.key, f"Each {term.unit} weighs as much as {gap}.")


def _percent(points: float) -> str:
    return f"{points:g} percentage {'point' if points == 1 else 'points'}"


def example(scheme: Scheme) -> str:
    """Three brothers on a plan, weighed: “… = 1.00 + 0.60 + 0.60 = 2.20”."""
    brothers = [Case(id=str(number), type=CP, family="brothers") for number in range(3)]
    weighed = [weight.value for weight in weights(brothers, scheme).values()]
    return f"three brothers on a child protection plan = {' + '.join(f'{w:.2f}' for w in weighed)} = {sum(weighed):.2f}"


def settings_facts(before: Settings, after: Settings) -> Iterable[tuple[str, str, str]]:
    """What differs between two versions: (what, before, after)."""
    old, new = _shown(before), _shown(after)
    for what in dict.fromkeys((*old, *new)):
        if old.get(what) != new.get(what):
            yield what, old.get(what, "–"), new.get(what, "–")


def _shown(settings: Settings) -> dict[str, str]:
    scheme = settings.scheme
    shown = {f"Weight: {label}": weight_text(getattr(scheme, key)) for key, label in Scheme.LABELS.items()}
    shown |= {f"Weight: {factor.label}": weight_text(factor.weight) for factor in scheme.factors}
    shown |= {f"Priority: {BY_KEY[key].label}": f"{points:g}" for key, points in settings.priorities}
    shown |= {figure.label: f"{getattr(settings, figure.key):g} {figure.unit}".strip() for figure in FIGURES}
    shown |= {label: getattr(settings, key) or "–" for key, label in TEXTS.items()}
    shown[HOME] = authorities.named(settings.home_authority) or "–"
    shown["The limit counts"] = COUNTS[settings.limit_counts]
    shown["Closure days"] = days_text(settings.closure_days).replace("\n", ", ") or "–"
    return shown


def weight_text(weight: float, *, signed: bool = False) -> str:
    """A weight as it stands in a field: 1.00, −0.15, +0.25; more decimals only where there are any."""
    sign = "+" if signed else ""
    text = f"{weight:{sign}.2f}" if round(weight, 2) == round(weight, 6) else f"{weight:{sign}g}"
    return text.replace("-", "−")


def days_text(days: Iterable[date]) -> str:
    """Days one below the other."""
    return "\n".join(f"{day.day} {day:%b %Y}" for day in days)


# As typed


def number(text: str) -> float:
    """The number a person means. Raises Explained, naming the text, when it is none."""
    plain = text.strip().replace("−", "-").replace("–", "-").removesuffix("%").strip()
    if not re.fullmatch(r"[+-]?(\d+[.,]?\d*|[.,]\d+)", plain):
        said = f"“{text.strip()}” is not a number." if text.strip() else "A number is missing."
        raise Explained(said, "Write one such as 0.25 or 70.")
    return float(plain.replace(",", "."))


def put(settings: Settings, key: str, value: Any) -> Settings:
    """The settings with one thing as typed. Raises Explained, in the record's own words, for nonsense."""
    figure = next((figure for figure in FIGURES if figure.key == key), None)
    if figure or key.startswith((WEIGHT, FACTOR, PRIORITY)):
        value = number(value)
    if figure and figure.whole:
        if value != int(value):
            raise Explained(f"{figure.label}: {value:g} is not a whole number.", "Give whole days.")
        value = int(value)
    return _with(settings, key, value)


def put_back(settings: Settings, key: str, base: Settings) -> Settings:
    """The settings with one number as it is in others; one that these do not have stays."""
    if key.startswith(WEIGHT):
        value = getattr(base.scheme, key.removeprefix(WEIGHT))
    elif key.startswith(FACTOR):
        value = {factor.key: factor.weight for factor in base.scheme.factors}.get(key.removeprefix(FACTOR))
    elif key.startswith(PRIORITY):
        value = dict(base.priorities)[key.removeprefix(PRIORITY)]
    else:
        value = getattr(base, key)
    return settings if value is None else _with(settings, key, value)


def _with(settings: Settings, key: str, value: Any) -> Settings:
    weights_, changed = settings.scheme, {key: value}
    if key.startswith(WEIGHT):
        changed = {"scheme": replace(weights_, **{key.removeprefix(WEIGHT): value})}
    elif key.startswith(FACTOR):
        name = key.removeprefix(FACTOR)
        factors = tuple(replace(f, weight=value) if f.key == name else f for f in weights_.factors)
        changed = {"scheme": replace(weights_, factors=factors)}
    elif key.startswith(PRIORITY):
        priorities = {**dict(settings.priorities), key.removeprefix(PRIORITY): value}
        changed = {"priorities": tuple(priorities.items())}
    return replace(settings, **changed)


def with_factor(settings: Settings, label: str, weight: str) -> Settings:
    """The settings with a factor of the service's own added. Raises Explained for one that is there already."""
    said = " ".join(label.split())
    if not said:
        raise Explained("The factor needs a name.", "Say in a few words what makes a case ask for more.")
    factors = settings.scheme.factors
    if any(factor.label.casefold() == said.casefold() for factor in factors):
        raise Explained(f"There is a factor “{said}” already.", "Change its weight instead.")
    base = re.sub(r"[^a-z0-9]+", "-", said.casefold()).strip("-") or "factor"
    # A key that was ever a default one keeps its meaning for children who have it.
    taken = {factor.key for factor in (*factors, *DEFAULT_FACTORS)}
    key, count = base, 1
    while key in taken:
        count += 1
        key = f"{base}-{count}"
    added = Factor(key, said, number(weight))
    return replace(settings, scheme=replace(settings.scheme, factors=(*factors, added)))


def without_factor(settings: Settings, key: str) -> Settings:
    """The settings without a factor; children who have it weigh nothing more for it."""
    factors = tuple(factor for factor in settings.scheme.factors if factor.key != key)
    return replace(settings, scheme=replace(settings.scheme, factors=factors))


# As versions


def next_version(snapshot: Snapshot) -> int:
    """The number of the version that would be published next."""
    return max((settings.version for settings in snapshot.settings.values()), default=0) + 1


def as_if_in_force(draft: Settings, snapshot: Snapshot, day: date) -> Snapshot:
    """The service as it would be if the draft were in force on a day."""
    number_ = next_version(snapshot)
    tried = replace(draft, id=f"settings-{number_}", version=number_, start=day)
    return replace(snapshot, settings=MappingProxyType({**snapshot.settings, tried.id: tried}))


def publish(draft: Settings, snapshot: Snapshot, start: date, today: date, reason: str = "") -> Step:
    """The step that puts a draft in force from a day, as the next version.

    Raises Explained when a version that begins later is in force already, which would hide this one.
    """
    number_ = next_version(snapshot)
    made = replace(draft, id=f"settings-{number_}", version=number_, start=start)
    now = snapshot.settings_on(today)
    if start < now.start:
        raise Explained(
            f"Version {number_} cannot begin before version {now.version} did, on {days_text([now.start])}.",
            "Give that day or a later one.",
        )
    return Step(f"Publish version {number_} of the settings", (Edit(None, made),), reason=reason.strip())


def taking_over(snapshot: Snapshot, start: date) -> Settings | None:
    """The version published already that takes over from one that begins on this day, None when none does."""
    later = [settings for settings in snapshot.settings.values() if settings.start > start]
    return min(later, key=lambda settings: (settings.start, -settings.version), default=None)
