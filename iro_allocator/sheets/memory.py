"""What each kind of file said the last time, so that who repeats it changes nothing and who says otherwise is news.

Without it, two files that disagree would each set the other's value back whenever one of them comes again; and a
weekly file would undo what a person has put right by hand since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b

from iro_allocator.sheets.columns import Kind

Said = dict[str, dict[str, dict[str, str]]]
"""By child, by fact, by kind of file: the value as text."""

ORDER: tuple[Kind, ...] = ("spreadsheet", "ssd", "annex_a", "cin", "ssda903")
"""Where two files disagree about a fact, the later of this list is taken."""

_ALL = "all"


def rank(kind: Kind) -> int:
    """How much a kind of file counts where two disagree."""
    return ORDER.index(kind)


class Memory:
    """What was said in imports that still stand, and what this one says that is new."""

    def __init__(self, imports: Iterable[Mapping[str, Mapping[str, Mapping[str, str]]]] = ()) -> None:
        self.new: Said = {}
        self._known: Said = {}
        for said in imports:
            for child, facts in said.items():
                for fact, kinds in facts.items():
                    self._known.setdefault(child, {}).setdefault(fact, {}).update(kinds)

    def said(self, child: str, fact: str) -> Mapping[str, str]:
        """What was said before about a fact, by kind of file."""
        return self._known.get(child, {}).get(fact, {})

    def is_news(self, child: str, fact: str, kind: Kind, value: str) -> bool:
        """Whether this kind of file has not said just this the last time."""
        return self.said(child, fact).get(kind) != value

    def note(self, child: str, fact: str, kind: Kind, value: str) -> None:
        """Keeps what is said now, when that is new; the last word in an import counts."""
        if self.is_news(child, fact, kind, value):
            self.new.setdefault(child, {}).setdefault(fact, {})[kind] = value
        else:
            self.new.get(child, {}).get(fact, {}).pop(kind, None)

    def repeats(self, child: str, words: Mapping[Kind, str]) -> bool:
        """Whether each of these kinds of file says of a child just what it said when it was taken the last time.

        `words` is all that each says. One of whom no return has ever spoken is not looked at: a spreadsheet alone
        may be taken again to put the service back to what it says.
        """
        known = self.said(child, _ALL)
        by_return = any(kind != "spreadsheet" for kind in (*words, *known))
        return by_return and all(known.get(kind) == short(said) for kind, said in words.items())

    def take(self, child: str, words: Mapping[Kind, str]) -> None:
        """Keeps all that is said of a child who is taken."""
        for kind, said in words.items():
            self.note(child, _ALL, kind, short(said))

    def told_by_return(self, child: str, fact: str) -> bool:
        """Whether anything but a local spreadsheet has spoken of a fact."""
        return any(kind != "spreadsheet" for kind in self.said(child, fact))


def short(words: str) -> str:
    """As good as the words where it is only to be known whether they are the same."""
    return blake2b(words.encode(), digest_size=6).hexdigest()
