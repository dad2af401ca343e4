"""What must hold for the samples of a recording, whether it is read or written."""

import numpy as np
from numpy.typing import NDArray

from imu.errors import RecordingError
from imu.recordings.recording import Recording

TIME_COLUMN = "t"
ACC_COLUMNS = ("acc_x", "acc_y", "acc_z")
GYR_COLUMNS = ("gyr_x", "gyr_y", "gyr_z")

# A day at 200 Hz.  Checked against the file's footer, before anything is decoded.
MAX_SAMPLES = 20_000_000

# One recording is one session; longer ones are milliseconds mistaken for seconds.
MAX_DURATION_S = 48 * 3600.0

# Seconds since 1970 fit; beyond 1e10 float64 steps are coarser than 1 microsecond.
MAX_ABS_T_S = 1e10

# Gravity alone makes 9.81; medians measured while running at 2.5 to 4.5 m/s end at 14.  The mean is
# gravity at least, while the median of somebody who flies for most of the time falls to 3.
MIN_MEAN_ACC_MPS2 = 4.0
MAX_MEDIAN_ACC_MPS2 = 30.0

# High-g wearable accelerometers end at 200 g.
MAX_ACC_MPS2 = 2000.0

# Wearable gyroscopes end at 4000 deg/s = 70 rad/s; the pelvis stays below 10 rad/s.
MAX_GYR_RADPS = 75.0
MAX_MEDIAN_GYR_RADPS = 10.0

# The nominal rate may be off by an oscillator's tolerance (10 % on common parts), not by half.
MAX_RATE_RATIO = 1.5
MIN_INTERVALS_FOR_RATE = 20

# Of samples that come in packets of two and more at most every second comes after an interval.
MAX_PACKETS_SHARE = 0.55
# Longer is a pause, whatever the packets.
MAX_BETWEEN_PACKETS_S = 1.0


def check_samples(recording: Recording) -> None:
    """Check the samples against recordings/README.md.

    Raises
    ------
    RecordingError
        With column and first row at fault, and what to do.
    """
    if recording.n_samples == 0:
        raise RecordingError("there are no samples (zero rows): record again")
    if recording.n_samples > MAX_SAMPLES:
        raise RecordingError(f"there are more than {MAX_SAMPLES} samples: split the recording")
    _check_time(recording.t_s)
    _check_rate(recording.t_s, recording.sampling_rate_hz)
    _check_axes(recording.acc_mps2, ACC_COLUMNS)
    _check_acc_unit(recording.acc_mps2)
    _check_limits(recording.acc_mps2, ACC_COLUMNS, MAX_ACC_MPS2, "m/s2")
    if recording.gyr_radps is not None:
        _check_axes(recording.gyr_radps, GYR_COLUMNS)
        _check_gyr_unit(recording.gyr_radps)
        _check_limits(
            recording.gyr_radps, GYR_COLUMNS, MAX_GYR_RADPS, "rad/s (or are these degrees?)"
        )


def _check_axes(axes: NDArray[np.float64], columns: tuple[str, ...]) -> None:
    for column, values in zip(columns, axes.T, strict=True):
        _check_finite(values, column)


def _check_limits(
    axes: NDArray[np.float64], columns: tuple[str, ...], limit: float, unit: str
) -> None:
    for column, values in zip(columns, axes.T, strict=True):
        _check_below(values, column, limit, unit)


def _check_time(t_s: NDArray[np.float64]) -> None:
    _check_finite(t_s, TIME_COLUMN)
    _check_below(t_s, TIME_COLUMN, MAX_ABS_T_S, "s")
    not_after = np.diff(t_s) <= 0
    if not_after.any():
        row = int(np.argmax(not_after)) + 1
        what = "repeats" if t_s[row] == t_s[row - 1] else "comes before"
        raise RecordingError(
            f"time {t_s[row]:.6f} s {what} the time of the row before it "
            f"({t_s[row - 1]:.6f} s): sort the rows and keep one per time",
            column=TIME_COLUMN,
            row=row,
        )
    if t_s[-1] - t_s[0] > MAX_DURATION_S:
        raise RecordingError(
            f"the times span {t_s[-1] - t_s[0]:.0f} s, more than 48 hours: "
            "t is in seconds, and one file holds one session",
            column=TIME_COLUMN,
        )


def _check_rate(t_s: NDArray[np.float64], sampling_rate_hz: float) -> None:
    """Compare the nominal rate with the intervals; lost samples only make intervals longer.

    Samples that bear the time of their packet have short intervals, but not on the average.
    """
    if len(t_s) <= MIN_INTERVALS_FOR_RATE:
        return
    intervals_s = np.diff(t_s)
    nominal_s = 1 / sampling_rate_hz
    shortest_tenth_s, median_s = np.quantile(intervals_s, (0.1, 0.5))
    if median_s * MAX_RATE_RATIO >= nominal_s and shortest_tenth_s <= nominal_s * MAX_RATE_RATIO:
        return
    if float(np.mean(intervals_s > nominal_s)) < MAX_PACKETS_SHARE:
        mean_s = float(np.mean(intervals_s[intervals_s < MAX_BETWEEN_PACKETS_S]))
        if mean_s * MAX_RATE_RATIO >= nominal_s:
            return
    raise RecordingError(
        f"metadata sampling_rate_hz is {sampling_rate_hz:g}, but the times are "
        f"{median_s:.6g} s apart ({1 / median_s:.6g} per second): correct the one that is wrong",
        column=TIME_COLUMN,
    )


def _check_acc_unit(acc_mps2: NDArray[np.float64]) -> None:
    lengths = np.linalg.norm(acc_mps2, axis=1)
    mean_mps2, median_mps2 = float(lengths.mean()), float(np.median(lengths))
    if mean_mps2 >= MIN_MEAN_ACC_MPS2 and median_mps2 <= MAX_MEDIAN_ACC_MPS2:
        return
    what, size = ("mean", mean_mps2) if mean_mps2 < MIN_MEAN_ACC_MPS2 else ("median", median_mps2)
    guess = "this looks like g, multiply by 9.80665" if 0.5 < size < 2 else "check the unit"
    raise RecordingError(
        f"the {what} acceleration is {size:.3g}, a worn sensor measures about 10 m/s2 "
        f"with gravity in it: {guess}",
        column="acc_x, acc_y, acc_z",
    )


def _check_gyr_unit(gyr_radps: NDArray[np.float64]) -> None:
    median_radps = float(np.median(np.linalg.norm(gyr_radps, axis=1)))
    if median_radps > MAX_MEDIAN_GYR_RADPS:
        raise RecordingError(
            f"the median angular rate is {median_radps:.3g} rad/s, more than any pelvis: "
            "this looks like degrees per second, multiply by pi / 180",
            column="gyr_x, gyr_y, gyr_z",
        )


def _check_finite(values: NDArray[np.float64], column: str) -> None:
    finite = np.isfinite(values)
    if not finite.all():
        row = int(np.argmin(finite))
        raise RecordingError(
            f"the value is {values[row]}: leave out rows that were not measured",
            column=column,
            row=row,
        )


def _check_below(values: NDArray[np.float64], column: str, limit: float, unit: str) -> None:
    beyond = np.abs(values) > limit
    if beyond.any():
        row = int(np.argmax(beyond))
        raise RecordingError(
            f"the value {values[row]:.6g} is beyond {limit:g} {unit}: damaged, or in another unit",
            column=column,
            row=row,
        )
