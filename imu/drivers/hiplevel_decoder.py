"""From the bytes of our protocol to samples in SI units."""

import numpy as np
from numpy.typing import NDArray

import firmware_protocol as fp
from imu.drivers.base import Samples, StreamDescription
from imu.errors import SensorDataError

LOG_CHANNEL = "log"  # blocks of the sensor's memory, 256 bytes each
# A sensor's rate is off by a few percent at most; a spacing beyond that is a lost time stamp.
MAX_RATE_ERROR = 0.1
_US_PER_S = 1e6
_CLIPPED = fp.DataFlags.ACC_CLIPPED | fp.DataFlags.GYR_CLIPPED


class HiplevelDecoder:
    """Decodes DATA notifications and blocks of the log, in any order.

    A message says when its first sample was measured; the others follow at the spacing that the
    last two messages showed.

    Parameters
    ----------
    description : StreamDescription
        With ``acc_scale`` and ``gyr_scale`` in its settings.
    """

    def __init__(self, description: StreamDescription) -> None:
        settings = description.settings
        self._acc_scale = float(_number(settings["acc_scale"]))
        self._gyr_scale = float(_number(settings["gyr_scale"]))
        self._has_gyroscope = bool(settings.get("has_gyroscope", True))
        self._nominal_s = 1.0 / description.sampling_rate_hz
        self._period_s = self._nominal_s
        self._last: tuple[int, int] | None = None  # index and time, microseconds

    def decode(self, channel: str, payload: bytes) -> list[Samples]:
        """Decode one notification or block.

        Raises
        ------
        SensorDataError
        """
        try:
            if channel == LOG_CHANNEL:
                block = fp.decode_log_block(payload)
                return self._samples(block.first_seq, block.t_us, block.counts, block.flags)
            data = fp.decode_any_data(payload, newer=True)
            if isinstance(data, fp.CompactData):
                data = fp.expand(data, *(self._last or (0, 0)))
        except fp.ProtocolError as error:
            raise SensorDataError(f"The sensor sent bytes that are no samples: {error}") from error
        self._learn_spacing(data.seq, data.t_us)
        return self._samples(data.seq, data.t_us, data.counts, data.flags)

    def _learn_spacing(self, seq: int, t_us: int) -> None:
        if self._last is not None and seq > self._last[0]:
            spacing_s = (t_us - self._last[1]) / _US_PER_S / (seq - self._last[0])
            if abs(spacing_s / self._nominal_s - 1.0) < MAX_RATE_ERROR:
                self._period_s = spacing_s
        self._last = (seq, t_us)

    def _samples(self, first: int, t_us: int, counts: bytes, flags: fp.DataFlags) -> list[Samples]:
        values = np.frombuffer(counts, "<i2").reshape(-1, 6).astype(np.float64)
        t_s = t_us / _US_PER_S + self._period_s * np.arange(len(values), dtype=np.float64)
        is_clipped = bool(flags & _CLIPPED)
        acc = values[:, :3] * self._acc_scale
        gyr = values[:, 3:] * self._gyr_scale if self._has_gyroscope else None
        used = values if self._has_gyroscope else values[:, :3]
        return [
            Samples(
                first + start, t_s[start:stop], acc[start:stop], _part(gyr, start, stop), is_clipped
            )
            for start, stop in _valid_runs((used != fp.NO_COUNT).all(axis=1))
        ]


def _number(value: object) -> float:
    """Return a number of a description, which may have been through JSON."""
    if isinstance(value, int | float):
        return float(value)
    raise SensorDataError(f"The description of the stream has {value!r} where a number belongs.")


def _part(values: NDArray[np.float64] | None, start: int, stop: int) -> NDArray[np.float64] | None:
    return None if values is None else values[start:stop]


def _valid_runs(is_valid: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Half-open ranges of samples that the sensor calls valid."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_valid, [False]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
