"""Foot strikes and toe-offs, to a few milliseconds.

Each step has been found already (`analysis.steps`).  When exactly the foot comes down and leaves
is read from the signals around that step: vertical acceleration, which rises from flight or from
the low of single support; fore-aft acceleration, which shows the braking; and the rate of
nodding, which turns round at foot strike in running.  A linear model weighs them; it was fitted to
force plates (running) and foot sensors (walking), see `analysis.models`.  Signals are low-passed
at 10 Hz first, so that what is special to one sensor or one shoe stays out.
"""

from dataclasses import dataclass, replace

import numpy as np

from analysis.filters import low_pass
from analysis.grid import Grid, times_at
from analysis.level import LevelSignals
from analysis.models import Models
from analysis.results import BoolArray, FloatArray
from analysis.steps import Steps

EVENT_CUTOFF_HZ = 10.0
USUAL_STEP_TIME_S = 0.36
# Of the stride.  Walking at 0.5 m/s a stance takes about 75 % of it; more is a step into a stop.
MAX_STANCE_SHARE = 0.85
# Root mean square error of the foot strikes that the score of walking finds, on people left out.
SCORED_STRIKE_SE_S = 0.019
CHUNK_STEPS = 1024  # read at a time: half a megabyte, which stays in a processor's cache
STEPS_EACH_SIDE = 2  # for the mean step time around a step


@dataclass(frozen=True, slots=True)
class Window:
    """Where around a step the signals are read for one event.

    Attributes
    ----------
    offsets_s : FloatArray, shape (n_offsets,)
        From the step.
    scaled : bool
        Offsets, and the event that is found, are in units of the usual step time: they stretch
        with the step.
    """

    offsets_s: FloatArray
    scaled: bool

    def scale(self, step_time_s: FloatArray) -> FloatArray:
        """By how much the window of each step is stretched."""
        return step_time_s / USUAL_STEP_TIME_S if self.scaled else np.ones_like(step_time_s)


# In running, stance is a share of the step, and toe-off moves with it.  Measured on a speed left
# out of the fit: 10, 4 and 7 ms instead of 15, 4 and 9 ms at 2.5, 3.5 and 4.5 m/s.  Foot strikes
# do not gain by it (5.3 instead of 4.6 ms on people left out).
WINDOWS = {  # by event and by running
    ("strike", True): Window(np.linspace(-0.16, 0.24, 21), scaled=False),
    ("strike", False): Window(np.linspace(-0.16, 0.24, 21), scaled=False),
    ("toe_off", True): Window(np.linspace(0.0, 0.48, 25), scaled=True),
    ("toe_off", False): Window(np.linspace(0.0, 0.87, 30), scaled=False),
}


@dataclass(frozen=True, slots=True)
class Events:
    """Foot strike and toe-off of each step, seconds in the recording's own time.

    Attributes
    ----------
    foot_strike_s, toe_off_s : FloatArray, shape (n_steps,)
        ``toe_off_s`` is NaN where the recording ends before it.
    foot_strike_se_s : FloatArray, shape (n_steps,)
        Standard error on people the models had not seen.
    step_time_s : FloatArray, shape (n_steps,)
        Mean over up to two steps on each side.
    """

    foot_strike_s: FloatArray
    toe_off_s: FloatArray
    foot_strike_se_s: FloatArray
    step_time_s: FloatArray


def event_signals(level: LevelSignals, forward: FloatArray) -> FloatArray:
    """Low-passed signals that events are read from, shape (n, 3).

    Vertical and fore-aft acceleration and pitch rate; shape (n, 2) without a gyroscope.
    """
    rows: FloatArray = np.empty((3 if level.has_gyroscope else 2, len(level.up)))
    rows[0] = low_pass(level.vertical_mps2(), EVENT_CUTOFF_HZ, level.grid)
    rows[1] = low_pass(level.fore_aft_mps2(forward), EVENT_CUTOFF_HZ, level.grid)
    pitch_rate = level.pitch_rate_radps(forward)
    if pitch_rate is not None:
        rows[2] = low_pass(pitch_rate, EVENT_CUTOFF_HZ, level.grid)
    return rows.T


def event_features(
    signals: FloatArray,
    index: FloatArray,
    window: Window,
    step_time_s: FloatArray,
    grid: Grid,
) -> FloatArray:
    """Signals at the window's times around each step, and step time; (n_steps, n_features).

    The mean of the fore-aft acceleration around each step is taken off: it is gravity's share at
    a tilted sensor, not movement.
    """
    offsets_s = window.offsets_s * window.scale(step_time_s)[:, None]
    at = index[:, None] + offsets_s * grid.rate_hz
    low = np.clip(at.astype(np.intp), 0, len(signals) - 2)
    share = np.clip(at - low, 0.0, 1.0)
    around = []
    # Channel by channel: low-passed signals lie in memory one after the other.
    for row in signals.T:
        before = row.take(low)
        around.append(before + (row.take(low + 1) - before) * share)
    around[1] -= around[1].mean(axis=1, keepdims=True)
    return np.column_stack((*around, step_time_s))


def mean_step_time_s(steps: Steps, rate_hz: float) -> FloatArray:
    """Mean step time around each step, inside its bout; shape (n_steps,)."""
    times = np.empty(len(steps.index))
    for bout in steps.bouts():
        at = np.arange(bout.start, bout.stop)
        first = np.maximum(at - STEPS_EACH_SIDE, bout.start)
        last = np.minimum(at + STEPS_EACH_SIDE, bout.stop - 1)
        span = steps.index[last] - steps.index[first]
        times[bout] = span / np.maximum(last - first, 1) / rate_hz
    return times


def model_name(event: str, *, running: bool, has_gyroscope: bool) -> str:
    """Name of the model for one event of one gait."""
    return f"{'running' if running else 'walking'}_{event}_{'6' if has_gyroscope else '3'}axis"


def find_events(signals: FloatArray, steps: Steps, grid: Grid, models: Models) -> Events:
    """Read foot strike and toe-off of each step from `event_signals`."""
    n = len(steps.index)
    has_gyroscope = signals.shape[1] > 2
    step_time = mean_step_time_s(steps, grid.rate_hz)
    anchor = times_at(steps.index, grid)
    strike, toe_off, se = np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan)
    for running in (True, False):
        chosen = steps.running == running
        if not chosen.any():
            continue
        for event in ("strike", "toe_off"):
            window = WINDOWS[event, running]
            model = models[model_name(event, running=running, has_gyroscope=has_gyroscope)]
            at, takes_s = steps.index[chosen], step_time[chosen]
            parts = [slice(k, k + CHUNK_STEPS) for k in range(0, len(at), CHUNK_STEPS)]
            after = [
                model.predict(event_features(signals, at[k], window, takes_s[k], grid))
                for k in parts
            ]
            times = anchor[chosen] + np.concatenate(after) * window.scale(takes_s)
            if event == "strike":
                strike[chosen], se[chosen] = times, model.rmse
            else:
                toe_off[chosen] = times
    return Events(strike, np.where(_inside(toe_off, steps, grid), toe_off, np.nan), se, step_time)


def with_scored_strikes(events: Events, strike_index: FloatArray, grid: Grid) -> Events:
    """Take the foot strikes that the score of walking has found; see `analysis.walking`.

    Parameters
    ----------
    events : Events
    strike_index : FloatArray, shape (n_steps,)
        In grid samples, NaN where the events stay as they are.
    grid : Grid
    """
    scored = np.isfinite(strike_index)
    strike_s = events.foot_strike_s.copy()
    strike_s[scored] = times_at(strike_index[scored], grid)
    return replace(
        events,
        foot_strike_s=strike_s,
        foot_strike_se_s=np.where(scored, SCORED_STRIKE_SE_S, events.foot_strike_se_s),
    )


def with_possible_toe_offs(events: Events, steps: Steps) -> Events:
    """Let no foot stay down longer than it can: into its own next step, or a flight.

    In walking a stance ends at the latest at `MAX_STANCE_SHARE` of the stride, in running when
    the other foot comes down.
    """
    strike = events.foot_strike_s
    n = len(strike)
    after = np.arange(n)[:, None] + np.array([1, 2])
    inside = after < n
    after = np.minimum(after, n - 1)
    inside &= steps.bout[after] == steps.bout[:, None]
    expected = strike[:, None] + events.step_time_s[:, None] * np.array([1.0, 2.0])
    following = np.where(inside, strike[after], expected)
    of_walk = strike + MAX_STANCE_SHARE * (following[:, 1] - strike)
    latest = np.where(steps.running, following[:, 0], of_walk)
    return replace(events, toe_off_s=np.minimum(events.toe_off_s, latest))


def _inside(times: FloatArray, steps: Steps, grid: Grid) -> BoolArray:
    """Whether each time lies in the same uninterrupted segment as its step."""
    starts = np.array([start for start, _ in grid.segments])
    stops = np.array([stop for _, stop in grid.segments])
    segment = np.searchsorted(starts, steps.index, side="right") - 1
    inside: BoolArray = times <= grid.t_s[stops[segment] - 1]
    return inside
