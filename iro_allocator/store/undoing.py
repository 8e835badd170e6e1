"""Which step can be undone or redone next: read from the history alone, so that it survives a restart."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from iro_allocator.errors import Explained, Stale


class Timeline:
    """Every step's number, ascending, with the number of the step it takes back (None = an ordinary one).

    Undoing adds a step that takes an ordinary one back; redoing adds one that takes the undo back. A step
    is in effect while no step that is in effect takes it back. `notes` are the steps that changed nothing
    and only put something on record: undo and redo pass over them.

    `original` is the ordinary step that each goes back to, `undone_by` the step in effect that takes each
    back, for those that are taken back.
    """

    def __init__(self, undoes: Mapping[int, int | None], notes: Collection[int] = ()) -> None:
        self.undoes = undoes
        self.notes = frozenset(notes)
        self.original: dict[int, int] = {}
        self.undone_by: dict[int, int] = {}
        self._undos: set[int] = set()
        for number, target in undoes.items():
            self.original[number] = number if target is None else self.original[target]
            if target is not None and target not in self._undos:
                self._undos.add(number)
        for number, target in reversed(list(undoes.items())):
            if target is not None and number not in self.undone_by:
                self.undone_by[target] = number

    def is_undo(self, number: int) -> bool:
        """Whether a step takes an ordinary one or a redo back (taking an undo back is a redo)."""
        return number in self._undos

    @property
    def _ordinary(self) -> list[int]:
        return [number for number, target in self.undoes.items() if target is None and number not in self.notes]

    @property
    def undoable(self) -> int | None:
        """The newest ordinary step in effect."""
        return max((number for number in self._ordinary if number not in self.undone_by), default=None)

    @property
    def redoable(self) -> int | None:
        """The newest undo in effect, unless an ordinary step came after it."""
        newest = max((number for number in self._undos if number not in self.undone_by), default=0)
        return newest if newest > max(self._ordinary, default=0) else None

    def refuse_taking_back(self, number: int) -> None:
        """Raises an Explained unless this step is there and has not been taken back already."""
        if number not in self.undoes:
            raise Explained(f"There is no step {number} in the history.", "Choose one of the list.")
        if number in self.notes:
            raise Explained(f"Step {number} changed nothing: there is nothing to take back.", "It stays on record.")
        if number in self.undone_by:
            by = self.undone_by[number]
            raise Stale(f"Step {number} has been undone already, by step {by}.", f"Undo step {by} instead.")
