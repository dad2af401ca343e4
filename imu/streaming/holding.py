"""Hold samples by their number, compactly, and compare what comes a second time."""

from bisect import bisect_left, bisect_right

import numpy as np
from numpy.typing import NDArray

# Messages that are put together at a time; 256 of a typical ten samples are 60 kB.
MAX_LOOSE = 256


class Held:
    """Values of samples, as blocks of consecutive ones.

    Values are float32, as recordings keep them.  No sample may be added twice.
    """

    def __init__(self) -> None:
        self._firsts: list[int] = []  # sorted
        self._blocks: list[NDArray[np.float32]] = []
        self._loose: list[NDArray[np.float32]] = []  # consecutive, from _loose_first on
        self._loose_first = 0
        self._loose_stop = 0

    def add(self, first: int, values: NDArray[np.float32]) -> None:
        """Add consecutive samples, shape (n, k)."""
        if self._loose and (first != self._loose_stop or len(self._loose) >= MAX_LOOSE):
            self._gather()
        if not self._loose:
            self._loose_first = first
        self._loose.append(values)
        self._loose_stop = first + len(values)

    def n_differing(self, first: int, values: NDArray[np.float32]) -> int:
        """Count the samples of a range that are held with other values."""
        self._gather()
        stop = first + len(values)
        n = 0
        start = max(bisect_right(self._firsts, first) - 1, 0)
        for i in range(start, bisect_left(self._firsts, stop)):
            block, of_block = self._blocks[i], self._firsts[i]
            low, high = max(first, of_block), min(stop, of_block + len(block))
            if low < high:
                there = block[low - of_block : high - of_block]
                n += int((there != values[low - first : high - first]).any(axis=1).sum())
        return n

    def forget_before(self, number: int) -> None:
        """Let go of blocks that end at or before a sample."""
        n_old = bisect_right(self._firsts, number)
        while n_old and self._firsts[n_old - 1] + len(self._blocks[n_old - 1]) > number:
            n_old -= 1
        del self._firsts[:n_old], self._blocks[:n_old]

    def everything(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return numbers, shape (n,), and values, shape (n, k), in order."""
        self._gather()
        if not self._blocks:
            return np.empty(0, np.int64), np.empty((0, 0), np.float32)
        numbers = [
            np.arange(first, first + len(block))
            for first, block in zip(self._firsts, self._blocks, strict=True)
        ]
        return np.concatenate(numbers), np.concatenate(self._blocks)

    def _gather(self) -> None:
        if self._loose:
            i = bisect_left(self._firsts, self._loose_first)
            self._firsts.insert(i, self._loose_first)
            self._blocks.insert(i, np.concatenate(self._loose))
            self._loose = []
