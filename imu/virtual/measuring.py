"""One session of a virtual sensor: which samples are due, and how they are packed."""

from dataclasses import dataclass

import numpy as np

import firmware_protocol as fp
from imu.virtual.counts import Counts, Felt
from imu.virtual.device_clock import DeviceClock

_CLIPPED = 32767


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive samples with the index and device time of the first."""

    first: int
    t_us: int
    counts: Counts
    follows_loss: bool = False

    @property
    def flags(self) -> fp.DataFlags:
        """What is to be known of these samples."""
        flags = fp.DataFlags(0)
        ends = np.abs(self.counts) >= _CLIPPED
        if ends[:, :3].any():
            flags |= fp.DataFlags.ACC_CLIPPED
        if ends[:, 3:].any():
            flags |= fp.DataFlags.GYR_CLIPPED
        if self.follows_loss:
            flags |= fp.DataFlags.SAMPLES_LOST
        return flags


class Session:
    """Samples since START, at the sensor's own rate and clock.

    Parameters
    ----------
    felt : Felt
    clock : DeviceClock
    config : fp.Config
    t_first_us : int
        Device time of sample 0.
    worn_s : float
        True time at which what is felt begins.
    """

    def __init__(
        self, felt: Felt, clock: DeviceClock, config: fp.Config, *, t_first_us: int, worn_s: float
    ) -> None:
        self.config = config
        self.t_first_us = t_first_us
        self._felt = felt
        self._clock = clock
        self._worn_s = worn_s
        self._lost: list[tuple[int, int]] = []

    def n_due(self, true_s: float) -> int:
        """How many samples have been measured until now, lost ones counted."""
        since_us = self._clock.t_us(true_s) - self.t_first_us
        return max(0, since_us * self.config.rate_hz // 1_000_000 + 1)

    def t_us(self, index: int) -> int:
        """Device time of a sample."""
        return self.t_first_us + round(index * 1e6 / self.config.rate_hz)

    def true_s(self, index: int) -> float:
        """Return the true time of a sample."""
        return self._clock.true_s(self.t_us(index))

    def lose(self, first: int, stop: int) -> None:
        """Have samples first to stop never measured."""
        self._lost.append((first, stop))

    def block(self, first: int, stop: int) -> list[Block]:
        """Give samples first to stop, in one block, or in more around lost samples."""
        blocks, at = [], first
        for a, b in self._lost:
            if at <= a < stop:
                blocks += self._whole(at, a, follows_loss=False)
                at = min(max(at, b), stop)
            elif a < at < b:
                at = min(b, stop)
        follows = any(b == at for _, b in self._lost)
        return blocks + self._whole(at, stop, follows_loss=follows)

    def _whole(self, first: int, stop: int, *, follows_loss: bool) -> list[Block]:
        if stop <= first:
            return []
        since_us = np.rint(np.arange(first, stop) * 1e6 / self.config.rate_hz)
        times = self._clock.true_s(self.t_first_us + since_us)
        counts = self._felt.counts(times - self._worn_s, self.config)
        return [Block(first, self.t_us(first), counts, follows_loss)]
