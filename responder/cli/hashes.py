"""A set of hashes that stays small."""

from array import array

_FIRST = 1 << 14


class Hashes:
    """64-bit hashes in 12 to 24 bytes each, where a set of a million integers takes a hundred.

    An open table, where 0 is an empty slot; so 0 itself counts as 1.
    """

    def __init__(self) -> None:
        self._slots = array("q", [0]) * _FIRST
        self._count = 0

    def add(self, value: int) -> bool:
        """Whether this hash was not there yet."""
        value = value or 1
        slot = self._slot(value)
        if self._slots[slot]:
            return False
        self._slots[slot] = value
        self._count += 1
        if 3 * self._count > 2 * len(self._slots):
            self._grow()
        return True

    def _slot(self, value: int) -> int:
        """Where this hash is, or belongs."""
        slots, last = self._slots, len(self._slots) - 1
        slot = value & last
        while (there := slots[slot]) and there != value:
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        old = self._slots
        self._slots = array("q", [0]) * (2 * len(old))
        for value in filter(None, old):
            self._slots[self._slot(value)] = value
