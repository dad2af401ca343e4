"""Foot strikes and toe-offs, to a few milliseconds.

Each step has been found already (`analysis.steps`).  When exactly the foot comes down and leaves
is read from the signals around that step: vertical acceleration, which rises from flight or from
the low of single support; fore-aft acceleration, which shows the braking; and the rate of
nodding, which turns round at foot strike in running.  A linear model weighs them; it was fitted to
force plates (running) and foot sensors (walking), see `analysis.models`.  Signals are low-passed
at 10 Hz first, so that what is special to one sensor or one shoe stays out.
"""

from dataclasses import dataclass

import numpy as np

from analysis.filters import low_pass
from analysis.grid import Grid
from analysis.models import Models
from analysis.results import BoolArray, FloatArray
from analysis.steps import Steps

EVENT_CUTOFF_HZ = 10.0
STRIKE_OFFSETS_S: FloatArray = np.linspace(-0.16, 0.24, 21)  # around the step
TOE_OFF_OFFSETS_S: dict[bool, FloatArray] = {  # by running
    True: np.linspace(0.0, 0.48, 25),
    False: np.linspace(0.0, 0.87, 30),
}
STEPS_EACH_SIDE = 2  # for the mean step time around a step


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


def event_signals(
    vertical_mps2: FloatArray,
    fore_aft_mps2: FloatArray,
    pitch_rate_radps: FloatArray | None,
    grid: Grid,
) -> FloatArray:
    """Low-pass the signals, shape (n,) each, that events are read from; shape (n, 2) or (n, 3)."""
    columns = [vertical_mps2, fore_aft_mps2]
    if pitch_rate_radps is not None:
        columns.append(pitch_rate_radps)
    return low_pass(np.column_stack(columns), EVENT_CUTOFF_HZ, grid)


def event_features(
    signals: FloatArray,
    steps: Steps,
    offsets_s: FloatArray,
    step_time_s: FloatArray,
    grid: Grid,
) -> FloatArray:
    """Signals at fixed times around each step, and the step time; shape (n_steps, n_features).

    The mean of the fore-aft acceleration around each step is taken off: it is gravity's share at
    a tilted sensor, not movement.
    """
    at = steps.index[:, None] + offsets_s * grid.rate_hz
    low = np.clip(at.astype(np.intp), 0, len(signals) - 2)
    share = np.clip(at - low, 0.0, 1.0)
    # Channel by channel: low-passed signals lie in memory one after the other.
    around = [row[low] + (row[low + 1] - row[low]) * share for row in signals.T]
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
    anchor = np.interp(steps.index, np.arange(len(grid.t_s)), grid.t_s)
    strike, toe_off, se = np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan)
    for running in (True, False):
        chosen = steps.running == running
        if not chosen.any():
            continue
        for event, offsets in (
            ("strike", STRIKE_OFFSETS_S),
            ("toe_off", TOE_OFF_OFFSETS_S[running]),
        ):
            model = models[model_name(event, running=running, has_gyroscope=has_gyroscope)]
            features = event_features(signals, steps, offsets, step_time, grid)[chosen]
            times = anchor[chosen] + model.predict(features)
            if event == "strike":
                strike[chosen], se[chosen] = times, model.rmse
            else:
                toe_off[chosen] = times
    return Events(strike, np.where(_inside(toe_off, steps, grid), toe_off, np.nan), se, step_time)


def _inside(times: FloatArray, steps: Steps, grid: Grid) -> BoolArray:
    """Whether each time lies in the same uninterrupted segment as its step."""
    starts = np.array([start for start, _ in grid.segments])
    stops = np.array([stop for _, stop in grid.segments])
    segment = np.searchsorted(starts, steps.index, side="right") - 1
    inside: BoolArray = times <= grid.t_s[stops[segment] - 1]
    return inside
