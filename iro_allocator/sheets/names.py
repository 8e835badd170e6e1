"""Which IRO of the service a name in a sheet means: the same but for its writing, or nearly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from iro_allocator.domain import Iro
from iro_allocator.errors import Explained
from iro_allocator.sheets.cells import NOTHING, plain

NEAR = 0.8
"""From this likeness on, two names are taken for one name written in two ways."""

_LONGEST = 100
"""A longer text is no name, and comparing it would take its time."""

_NOBODY = NOTHING | {
    "unallocated", "not allocated", "not yet allocated", "awaiting", "awaiting allocation", "waiting",
    "waiting list", "to be allocated", "tb allocated", "vacant", "vacancy", "no iro", "nobody", "pending",
}  # fmt: skip
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr"})


def nobody(name: str) -> bool:
    """Whether a cell in an IRO column says that there is none."""
    return plain(name) in _NOBODY or not same(name)


def in_order(name: str) -> str:
    """A name as it is spoken: "Carter, B." becomes "B. Carter"."""
    parts = [part.strip() for part in name.split(",")]
    return f"{parts[1]} {parts[0]}" if len(parts) == 2 and all(parts) else name.strip()


@lru_cache(maxsize=1_000)
def same(name: str) -> str:
    """What two writings of one name have in common: order, case, dots, spaces and titles aside."""
    spoken = plain(re.sub(r"\([^)]*\)", " ", in_order(name)).replace(".", " "))
    return " ".join(word for word in spoken.split() if word not in _TITLES) or spoken


def near(one: str, other: str) -> bool:
    """Whether two names, both as `same` writes them, may be one name written in two ways.

    "b cartr" is near "b carter"; "carter" and "bob carter" are too, and "bc". "a carter" is not: another initial
    is another person.
    """
    if sorted(one.split()) == sorted(other.split()) or _begin(one, other) or _begin(other, one):
        return True
    *given, surname = one.split()
    *their_given, their_surname = other.split()
    if not given or not their_given:
        return _alike(surname, their_surname) or _alike(one, other)
    first, their_first = given[0], their_given[0]
    if first[0] != their_first[0] or not (_alike(surname, their_surname) or _one_letter(surname, their_surname)):
        return False
    return 1 in (len(first), len(their_first)) or _alike(first, their_first)


def initials(name: str) -> str:
    """The letters of a name, as `same` writes it, that may be initials alone ("js", "j s", "jms"); "" for others."""
    words = name.split()
    letters = "".join(words)
    short = len(words) == 1 or all(len(word) == 1 for word in words)
    return letters if short and 2 <= len(letters) <= 3 and letters.isalpha() else ""


def _begin(one: str, other: str) -> bool:
    """Whether one name is the initials of the other: of all its words, or of the first and another one."""
    letters, first = initials(one), [word[0] for word in other.split()]
    if not letters or letters[0] != first[0]:
        return False
    return letters == "".join(first) or (len(letters) == 2 and letters[1] in first[1:])


def _alike(one: str, other: str) -> bool:
    matcher = _matcher(one, other)
    return min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= NEAR and matcher.ratio() >= NEAR


def _one_letter(one: str, other: str) -> bool:
    """Whether two words of one length differ in one letter: a short word is then less alike than it looks."""
    return len(one) == len(other) > 2 and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _matcher(one: str, other: str) -> SequenceMatcher[str]:
    # In a fixed order: the matcher finds other blocks the other way round.
    return SequenceMatcher(None, min(one, other), max(one, other), autojunk=False)


class Names:
    """The IROs of a service, to be found by reference or by name."""

    def __init__(self, iros: Iterable[Iro]) -> None:
        self._names: dict[str, Iro] = {}
        self._ids: dict[str, Iro] = {}
        self._twins: set[str] = set()
        self._guesses: dict[str, tuple[str, ...]] = {}
        for iro in iros:
            self.add(iro)

    def add(self, iro: Iro) -> None:
        """Knows one IRO more."""
        key = same(iro.name)
        if self._names.get(key, iro).id != iro.id:
            self._twins.add(key)
        self._names[key] = iro
        self._ids[iro.id] = iro
        self._guesses.clear()

    def __bool__(self) -> bool:
        return bool(self._ids)

    def find(self, name: str) -> Iro | None:
        """The IRO of this reference or exactly this name, but for its writing; None for none or several."""
        key = same(name)
        return self._ids.get(name.strip()) or (None if key in self._twins else self._names.get(key))

    def one(self, name: str) -> Iro:
        """The IRO of this reference or name. Raises Explained, with whom it may mean, when there is none."""
        if found := self.find(name):
            return found
        guesses = self.guesses(name)
        hint = f"Is it {' or '.join(guesses)}?" if guesses else "Choose one of the service's IROs."
        raise Explained(f"There is no IRO “{name.strip()}” in this service.", hint)

    def guesses(self, name: str) -> tuple[str, ...]:
        """The names that this one nearly is, likeliest first."""
        if len(name) > _LONGEST:
            return ()
        key = same(name)
        if key not in self._guesses:  # a list names each IRO in many rows
            self._guesses[key] = self._nearly(key)
        return self._guesses[key]

    def _nearly(self, key: str) -> tuple[str, ...]:
        found = [known for known in self._names if key and known and (known == key or near(key, known))]
        found.sort(key=lambda known: (-_matcher(key, known).ratio(), known))
        return tuple(self._names[known].name for known in found)
