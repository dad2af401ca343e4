"""From the messages of a Movesense to samples in SI units."""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imu.drivers.base import Samples, StreamDescription
from imu.drivers.movesense_counting import SampleCount, agree
from imu.drivers.movesense_gsp import SAMPLE_BYTES, TIME_BYTES
from imu.drivers.movesense_parts import Joining, n_samples_in
from imu.errors import SensorDataError

G_MPS2 = 9.80665
# What /Meas/IMU/Info of a sensor lists: sokolmarek/movesense-commander
# src/lib/gsp/layouts.hardware.test.ts.
ACC_RANGES_G = (2, 4, 8, 16)
# The last count of a range is 0.9994 of it in ST's data sheets (0.244 mg per count for 8 g), and
# each axis is calibrated by some per mille.
END_OF_RANGE = (0.995, 1.005)
# No sensor of this kind can read more: 16 g and 2000 deg/s, whose counts end at 2293 (70 mdps
# each).  Values beyond are halves of two messages, or nonsense.
MAX_ACC_MPS2 = 17 * G_MPS2
MAX_GYR_DPS = 2400.0
# A median length of the acceleration between half and twice that of gravity tells the unit: no
# two of these bands touch.
UNITS_MPS2 = {"m/s2": 1.0, "g": G_MPS2, "mg": G_MPS2 / 1000.0}


@dataclass(frozen=True, slots=True, eq=False)
class _Message:
    t_ms: int
    acc_mps2: NDArray[np.float64]
    gyr_radps: NDArray[np.float64]


class MovesenseDecoder:
    """Decodes the notifications of one stream, in the order in which they came.

    Parameters
    ----------
    description : StreamDescription
        With ``acc_scale`` (m/s2 per unit) and ``message_bytes`` in its settings.
    """

    def __init__(self, description: StreamDescription) -> None:
        self._acc_scale = _number(description, "acc_scale")
        self._joining = Joining(int(_number(description, "message_bytes")))
        self._count = SampleCount(1.0 / description.sampling_rate_hz)
        self._largest_mps2 = 0.0
        self._held: _Message | None = None  # with a time that the next one must confirm

    def decode(self, channel: str, payload: bytes) -> list[Samples]:
        """Decode one notification; empty where a message is not whole.

        Raises
        ------
        SensorDataError
        """
        del channel  # there is but one
        whole = self._joining.put(payload)
        if whole is None:
            return []
        t_ms, acc, gyr_dps = read_message(whole)
        acc = acc * self._acc_scale
        if not ((np.abs(acc) <= MAX_ACC_MPS2).all() and (np.abs(gyr_dps) <= MAX_GYR_DPS).all()):
            raise SensorDataError("The Movesense sent values that it cannot measure.")
        message = _Message(t_ms, acc, np.radians(gyr_dps))
        held, self._held = self._held, None
        if not self._count.is_far(t_ms):
            return [self._samples(message)]
        if held is not None and agree(held.t_ms, t_ms):
            return [self._samples(held), self._samples(message)]
        self._held = message
        return []

    def _samples(self, message: "_Message") -> Samples:
        acc = message.acc_mps2
        first, t_s = self._count.place(message.t_ms, len(acc))
        times = t_s + self._count.period_s * np.arange(len(acc), dtype=np.float64)
        return Samples(first, times, acc, message.gyr_radps, self._is_clipped(acc))

    def _is_clipped(self, acc_mps2: NDArray[np.float64]) -> bool:
        """Whether a reading lies at the end of a range that nothing has exceeded so far.

        The range cannot be set over this protocol, and nobody has read it: 2, 4, 8 or 16 g.
        """
        largest = np.abs(acc_mps2).max()
        self._largest_mps2 = max(self._largest_mps2, float(largest))
        low, high = END_OF_RANGE
        return any(
            low * full <= largest and self._largest_mps2 <= high * full
            for full in (G_MPS2 * range_g for range_g in ACC_RANGES_G)
        )


def read_message(message: bytes) -> tuple[int, NDArray[np.float64], NDArray[np.float64]]:
    """Read a whole message: time in ms, then accelerations and rates as sent, shape (n, 3) each.

    Raises
    ------
    SensorDataError
    """
    n = n_samples_in(message)
    if n < 1 or len(message) != TIME_BYTES + n * SAMPLE_BYTES:
        raise SensorDataError("A message of the Movesense holds no whole number of samples.")
    (t_ms,) = struct.unpack_from("<I", message)
    values = np.frombuffer(message, "<f4", offset=TIME_BYTES).astype(np.float64).reshape(2, n, 3)
    if not np.isfinite(values).all():
        raise SensorDataError("The Movesense sent values that are no numbers.")
    return int(t_ms), values[0], values[1]


def acc_scale_of(acc: NDArray[np.float64]) -> float:
    """Return m/s2 per unit of the acceleration at the beginning of a stream, from gravity.

    Parameters
    ----------
    acc : float64 array, shape (n, 3)
        A second, at rest or nearly so.

    Raises
    ------
    SensorDataError
        It is gravity in no unit that is known.
    """
    median = float(np.median(np.linalg.norm(acc, axis=1)))
    for scale in UNITS_MPS2.values():
        if 0.5 <= median * scale / G_MPS2 < 2.0:
            return scale
    raise SensorDataError(
        f"The Movesense measures an acceleration of {median:.4g}, which is gravity neither in m/s2 "
        "nor in g nor in mg: hold it still, then start again. If this stays, its firmware is not "
        "known."
    )


def _number(description: StreamDescription, key: str) -> float:
    """Return a number of a description, which may have been through JSON."""
    value = description.settings.get(key)
    if isinstance(value, int | float):
        return float(value)
    raise SensorDataError(f"The description of the stream has {value!r} as its {key}.")
