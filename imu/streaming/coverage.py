"""Which samples are there and which are missing, as exact ranges of sample numbers."""

from bisect import bisect_left, bisect_right

Range = tuple[int, int]  # first to stop, half open


class Coverage:
    """A set of whole numbers, kept as ranges: as large as its holes are many.

    Attributes
    ----------
    n : int
        How many numbers are in it.
    """

    def __init__(self) -> None:
        self.n = 0
        # Sorted, never empty, never touching each other.
        self._firsts: list[int] = []
        self._stops: list[int] = []

    @property
    def stop(self) -> int:
        """One more than the largest number; 0 when there is none."""
        return self._stops[-1] if self._stops else 0

    @property
    def ranges(self) -> list[Range]:
        """What is there, in order."""
        return list(zip(self._firsts, self._stops, strict=True))

    def add(self, first: int, stop: int) -> list[Range]:
        """Add a range.

        Returns
        -------
        list of Range
            The parts of it that were not there before, in order.
        """
        if stop <= first:
            return []
        # The ranges that overlap this one or touch it.
        i = bisect_left(self._stops, first)
        j = bisect_right(self._firsts, stop)
        new = _holes(first, stop, list(zip(self._firsts[i:j], self._stops[i:j], strict=True)))
        if i < j:
            first, stop = min(first, self._firsts[i]), max(stop, self._stops[j - 1])
        self._firsts[i:j] = [first]
        self._stops[i:j] = [stop]
        self.n += sum(end - start for start, end in new)
        return new

    def missing(self) -> list[Range]:
        """Return what is missing from 0 to the largest number, in order."""
        return _holes(0, self.stop, self.ranges)


def _holes(first: int, stop: int, ranges: list[Range]) -> list[Range]:
    """Return the parts of a range that sorted ranges leave free."""
    holes = []
    for start, end in ranges:
        if start > first:
            holes.append((first, min(start, stop)))
        first = max(first, end)
    if first < stop:
        holes.append((first, stop))
    return holes
