"""How far each drop and each foot strike may be off: the sum of what is known to be uncertain.

Drop has four independent errors.  A turn of the mounting about the vertical leaks forward tilt into
obliquity; the orientation filter is a little wrong, more so right behind a pause; gaps leave an
error that fades; and a foot strike found too early or late reads the obliquity there at the wrong
time.  Each is carried as a standard error, and their squares are added.  How often the 95 %
intervals hold the truth on people left out of all fits stands in docs/validation.md.
"""

from dataclasses import dataclass

import numpy as np

from analysis.drop import Drops
from analysis.events import Events
from analysis.filter_start import start_se_deg
from analysis.grid import Grid, lost_before
from analysis.orientation import not_integrated
from analysis.results import BoolArray, FloatArray, ZeroReference

# What is left of the error of a stance's peak when the other parts are taken off, on the 48
# treadmill trials with people left out: filter, calibration, the standing zero.  For the excursion
# the slow part of it cancels.
PEAK_SE_DEG = 0.22
EXCURSION_SE_DEG = 0.12
# Where there is no standing, zero is the mean of the run, and what a person's mean obliquity is off
# from standing is not known: root mean square of 48 treadmill trials.
RUN_MEAN_SE_DEG = 1.1
# The same on the 13 trials with a swinging belt.
LOOSE_SE_DEG = 0.3
# Within a second and a half of a gap peak and foot strike share the gap's error, but for what is
# inside of the stance; right behind a segment's start the same.
GAP_SHARE_OF_EXCURSION = 0.7
# Root mean square error of foot strikes on a swinging belt, and near lost samples, over that of
# all: 7.4 and 6.7 ms over 5.9 ms.
LOOSE_STRIKE_FACTOR = 1.25
BRIDGED_STRIKE_FACTOR = 1.15
# Step times of the runners that the models were fitted to: 145 to 207 steps/min (the fastest trial
# has 206, one step in two hundred takes longer than 149 have).
FITTED_STEP_TIME_S = (0.29, 0.414)
# What a foot strike is early by for each second that a step takes longer or shorter than these:
# simulated at 2.5 and 3.5 m/s 0.19 down to 130 steps/min and 0.17 up to 240 with a gyroscope, 0.23
# and 0.1 without.
UNFITTED_STRIKE_SHARE = 0.2
# Samples that a foot strike is read from; see `analysis.events.WINDOWS`.
STRIKE_REACH_S = 0.2
SLOPE_STEP_S = 0.01


@dataclass(frozen=True, slots=True)
class AngleSignals:
    """What the errors are read from; shape (n,) each, on the grid.

    Attributes
    ----------
    obliquity_deg, tilt_deg : FloatArray
    loose : FloatArray
        From `analysis.wobble`.
    gap_se_deg : FloatArray
        From `analysis.bridging`.
    slip_se_deg : FloatArray or None
        From `analysis.slip_mending`, where the sensor slipped.
    """

    obliquity_deg: FloatArray
    tilt_deg: FloatArray
    loose: FloatArray
    gap_se_deg: FloatArray
    slip_se_deg: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class DropErrors:
    """Standard errors of the drops, degrees, shape (n_stances,) each; NaN where there is none."""

    peak_deg: FloatArray
    excursion_deg: FloatArray


def strike_errors_s(
    events: Events, grid: Grid, loose: FloatArray | None, running: BoolArray
) -> FloatArray:
    """Give the standard error of each foot strike: the model's, larger where less is known.

    Larger where signals are worse, and where a runner's cadence lies outside of what the models
    were fitted to, since they do not follow there.  Measured with `imu.simulator`: foot strikes
    are found 6 ms early at 170 to 190 steps/min, but 24 ms early at 130 (where contacts are 55 ms
    too long) and 15 ms early at 230.  Within the fitted cadences the error is that of people left
    out of the fit.

    Parameters
    ----------
    events : Events
    grid : Grid
    loose : FloatArray, shape (n,), or None
        From `analysis.wobble`; None without a gyroscope.
    running : BoolArray, shape (n_steps,)
        Walking is not read by these models.

    Returns
    -------
    FloatArray, shape (n_steps,)
        Seconds.
    """
    strike = events.foot_strike_s
    first, stop = (np.searchsorted(grid.t_s, strike + d) for d in (-STRIKE_REACH_S, STRIKE_REACH_S))
    bridged = lost_before(stop, grid) > lost_before(first, grid)
    se_s = events.foot_strike_se_s * np.where(bridged, BRIDGED_STRIKE_FACTOR, 1.0)
    if loose is not None:
        at_strike = np.interp(strike, grid.t_s, loose)
        se_s = se_s * (1.0 + (LOOSE_STRIKE_FACTOR - 1.0) * at_strike)
    step_time = events.step_time_s
    unfitted = np.abs(step_time - np.clip(step_time, *FITTED_STEP_TIME_S))
    with_bias: FloatArray = np.hypot(se_s, UNFITTED_STRIKE_SHARE * unfitted * running)
    return with_bias


def drop_errors(
    angles: AngleSignals,
    grid: Grid,
    events: Events,
    drops: Drops,
    *,
    yaw_se_deg: float,
    lean_se_deg: FloatArray | float = 0.0,
    zero: ZeroReference = ZeroReference.STANDING,
) -> DropErrors:
    """Give the standard errors of peak drop and drop excursion.

    Parameters
    ----------
    angles : AngleSignals
    grid : Grid
    events : Events
        Foot strikes with their standard errors.
    drops : Drops
    yaw_se_deg : float
        Standard error of the mounting's turn about the vertical.
    lean_se_deg : FloatArray, shape (n_stances,), or float
        How far the peak may be off where up leans with the runner; see `analysis.bends`.
    zero : ZeroReference
        Where zero comes from; without standing the peak is less sure.
    """

    def at(times: FloatArray, values: FloatArray) -> FloatArray:
        read: FloatArray = np.interp(times, grid.t_s, values)
        return read

    strike, peak = events.foot_strike_s, np.where(np.isfinite(drops.peak_s), drops.peak_s, 0.0)
    yaw_rad = np.radians(yaw_se_deg)
    tilt_at_peak = at(peak, angles.tilt_deg)
    leak_peak = yaw_rad * tilt_at_peak
    leak_excursion = yaw_rad * (tilt_at_peak - at(strike, angles.tilt_deg))
    slope = (
        at(strike + SLOPE_STEP_S, angles.obliquity_deg)
        - at(strike - SLOPE_STEP_S, angles.obliquity_deg)
    ) / (2 * SLOPE_STEP_S)
    timing = slope * events.foot_strike_se_s
    zero_se = 0.0 if zero is ZeroReference.STANDING else RUN_MEAN_SE_DEG
    swing = LOOSE_SE_DEG * at(peak, angles.loose)
    gap = at(peak, angles.gap_se_deg)
    started = start_se_deg(_since_start_s(peak, grid))
    # Constant after a slip: the excursion does not feel it.
    slip = 0.0 if angles.slip_se_deg is None else at(peak, angles.slip_se_deg)
    peak_se = np.sqrt(
        leak_peak**2
        + PEAK_SE_DEG**2
        + swing**2
        + gap**2
        + started**2
        + slip**2
        + np.square(lean_se_deg)
        + zero_se**2
    )
    excursion_se = np.sqrt(
        leak_excursion**2
        + EXCURSION_SE_DEG**2
        + timing**2
        + swing**2
        + GAP_SHARE_OF_EXCURSION**2 * (gap**2 + started**2)
    )
    return DropErrors(
        np.where(np.isfinite(drops.peak_deg), peak_se, np.nan),
        np.where(np.isfinite(drops.excursion_deg), excursion_se, np.nan),
    )


def _since_start_s(times_s: FloatArray, grid: Grid) -> FloatArray:
    """Time since the segment began that each of these times lies in, shape (n_stances,)."""
    starts = [*(start for start, _ in grid.segments), *not_integrated(grid)[1].tolist()]
    begin_s = grid.t_s[sorted(starts)]
    which = np.searchsorted(begin_s, times_s, side="right") - 1
    since: FloatArray = np.maximum(times_s - begin_s[np.maximum(which, 0)], 0.0)
    return since
