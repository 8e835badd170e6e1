"""A new referral as a Step: children who need an IRO from now on, checked against the service. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from iro_allocator import allocating
from iro_allocator.domain import Allocation, Case, Snapshot
from iro_allocator.edits import Edit, Step
from iro_allocator.errors import Explained


@dataclass(frozen=True, slots=True)
class Former:
    """An IRO a child had before, from a day until the day before another."""

    iro: str
    start: date
    end: date


def refer(snapshot: Snapshot, day: date, cases: Sequence[Case], former: Mapping[str, Former] | None = None) -> Step:
    """The step that enters these children; several of them without a family become one.

    A child who was here before and was closed is opened again and keeps their history. `former` gives,
    by reference, the IRO of a child whose history is not in this service. Raises Explained for references
    that stand twice or are open already, and for dates that cannot be.
    """
    if not cases:
        raise Explained("A referral needs a child.", "Enter the child's reference.")
    cases = _as_one_family(snapshot, cases)
    seen: set[str] = set()
    edits: list[Edit] = []
    for case in cases:
        if case.id in seen:
            raise Explained(f"The reference {case.id} stands twice in this referral.", "Every child has their own.")
        seen.add(case.id)
        _check_dates(case, day)
        there = snapshot.case.get(case.id)
        if there is None:
            edits.append(Edit(None, case))
        else:
            edits += _returned(snapshot, day, there, case)
    for reference, before in (former or {}).items():
        case = next(case for case in cases if case.id == reference)
        edits.append(Edit(None, _past(snapshot, case, before)))
    name = cases[0].family or cases[0].id
    count = f" ({len(cases)} children)" if len(cases) > 1 else ""
    return Step(f"New referral: {name}{count}", tuple(edits))


def closed_before(snapshot: Snapshot, reference: str, day: date) -> Case | None:
    """The child of this reference who was here and is closed on a day: a referral would open them again."""
    case = snapshot.case.get(reference)
    return case if case and case.closed and case.closed <= day else None


def _as_one_family(snapshot: Snapshot, cases: Sequence[Case]) -> tuple[Case, ...]:
    """Several children are a family: the one they were given, else one named after the first child."""
    if len(cases) < 2 or cases[0].family:
        return tuple(cases)
    known = {case.family for case in snapshot.case.values()}
    key = next(key for n in range(1, len(known) + 3) if (key := _family_key(cases[0].id, n)) not in known)
    return tuple(replace(case, family=key) for case in cases)


def _family_key(reference: str, number: int) -> str:
    return f"Fam-{reference}" if number == 1 else f"Fam-{reference}-{number}"


def _check_dates(case: Case, day: date) -> None:
    who = f"Child {case.id}"
    if case.born and case.expected:
        raise Explained(f"{who} has a date of birth and an expected one.", "Keep the one that is right.")
    if case.born and case.born > day:
        raise Explained(f"{who} is born after today.", "For an unborn child give the expected date instead.")
    if case.opened is None:
        raise Explained(f"{who} needs a day from which an IRO is needed.", "The five working days count from it.")


def _returned(snapshot: Snapshot, day: date, there: Case, case: Case) -> list[Edit]:
    """Edits that open a closed child again, as a new episode with what is known of the old one."""
    if there.closed is None or there.closed > day:
        with_whom = snapshot.allocation_on(there.id, day)
        known = snapshot.iro.get(with_whom.iro) if with_whom else None
        state = f"with {known.name}" if known else "and waits for an IRO"
        raise Explained(
            f"Child {case.id} is in this service already, {state}.", "Change the child under Children instead."
        )
    if case.opened and case.opened < there.closed:
        raise Explained(
            f"Child {case.id} was here until {there.closed.day} {there.closed:%b %Y}.",
            "The new referral cannot begin before that.",
        )
    said = {f.name: value for f in fields(Case) if (value := getattr(case, f.name)) not in ("", None, ())}
    kept = {name: value for name, value in said.items() if name not in _OF_THE_EPISODE}
    anew = {name: getattr(case, name) for name in _OF_THE_EPISODE}
    after = replace(there, **kept, **anew)
    if case.born:
        after = replace(after, expected=None)
    return [*allocating.end(snapshot, there.id, there.closed), Edit(there, after)]


_OF_THE_EPISODE = (
    *("placement_postcode", "placement", "placement_miles", "placement_authority", "out_of_area", "distance_band"),
    *("confidential", "factors", "legal_status", "category", "closed", "last_review", "next_review"),
)
"""What belongs to an episode, not to the child: nothing of the old one is kept."""


def _past(snapshot: Snapshot, case: Case, before: Former) -> Allocation:
    who = f"Child {case.id}"
    if case.id in snapshot.case:
        raise Explained(f"{who} has a history here already.", "Leave the former IRO empty.")
    if before.end < before.start:
        raise Explained(f"{who} had the former IRO until a day before the first.", "Correct one of the two dates.")
    if case.opened and before.end > case.opened:
        raise Explained(f"{who} had the former IRO until after the referral.", "Give the day the former episode ended.")
    return Allocation(
        id=f"{case.id}/1", case=case.id, iro=before.iro, start=before.start, end=before.end, reason="former episode"
    )
