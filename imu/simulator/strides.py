"""The strides of gait: when each begins, and how much the pelvis drops in each."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.interpolate import CubicSpline

from imu.simulator.gaits import Gait
from imu.simulator.smooth import Curve, step
from imu.simulator.waveforms import FloatArray, StrideShapes, running_shapes, walking_shapes

# Fatigue and chance may not turn a drop into a hike.
MIN_DROP_DEG = 0.2
RAMP_S = 1.5  # gait starts and stops within about three steps
TRANSITION_S = 1.5  # one gait goes over into the next within about four steps


@dataclass(frozen=True, slots=True)
class GaitPart:
    """What the plan says of one segment of walking or running.

    Attributes
    ----------
    gait : Gait
    runs : bool
    start_s, end_s : float
        Half open.
    minutes_before : float
        Earlier time in the same activity.
    grade_percent : float
    bend_deg : float
        Change of heading at a steady rate.
    stumbles : tuple of (time, factor)
        The step at that time takes ``factor`` times as long.
    """

    gait: Gait
    runs: bool
    start_s: float
    end_s: float
    minutes_before: float = 0.0
    grade_percent: float = 0.0
    bend_deg: float = 0.0
    stumbles: tuple[tuple[float, float], ...] = ()

    @property
    def stride_s(self) -> float:
        """Mean stride time."""
        return 120.0 / self.gait.cadence_spm


@dataclass(frozen=True, slots=True)
class GaitStretch:
    """One segment of walking or running, with the moments in which it goes over into others.

    Attributes
    ----------
    start_s, end_s : float
        Where it has any share in the motion, half open.
    part : GaitPart
    chain : int
        Stretches that go over into each other without a stop have the same number.
    rise, fall : tuple of (start, duration)
        When its share grows from 0 to 1, and falls again.
    shapes : StrideShapes
    phase : CubicSpline
        Strides by time.  Integers are left foot strikes, halves right ones.
    left_deg, right_deg : CubicSpline
        Drop excursion of the stances by phase.
    n_strides : int
        Whole strides in the stretch.
    """

    start_s: float
    end_s: float
    part: GaitPart
    chain: int
    rise: tuple[float, float]
    fall: tuple[float, float]
    shapes: StrideShapes
    phase: CubicSpline
    left_deg: CubicSpline
    right_deg: CubicSpline
    n_strides: int

    @property
    def gait(self) -> Gait:
        """Of the segment."""
        return self.part.gait

    def share(self, t_s: FloatArray) -> Curve:
        """How far this gait is under way; the shares of two that meet add up to 1."""
        return step(t_s, *self.rise) + step(t_s, *self.fall).scaled(-1.0)


def lay_out(
    parts: tuple[GaitPart, ...], chain: int, rng: np.random.Generator
) -> tuple[GaitStretch, ...]:
    """Lay out the strides of parts that follow each other without a stop."""
    times = _stride_times(parts, rng)
    # Which foot goes first is a matter of chance.
    phases = np.arange(float(len(times))) + (0.5 if rng.random() < 0.5 else 0.0)
    phase = CubicSpline(*_with_stumbles(times, phases, parts))
    rises, falls = _ramps(parts)
    stretches = []
    for part, rise, fall in zip(parts, rises, falls, strict=True):
        gait = part.gait
        end_s = part.end_s if part is parts[-1] else _ends(fall)[1]
        stretch = GaitStretch(
            start_s=rise[0],
            end_s=end_s,
            part=part,
            chain=chain,
            rise=rise,
            fall=fall,
            shapes=running_shapes(gait) if part.runs else walking_shapes(gait),
            phase=phase,
            left_deg=_drops(gait.drop_left_deg, gait.drift_left_deg_per_min, part, times, rng),
            right_deg=_drops(gait.drop_right_deg, gait.drift_right_deg_per_min, part, times, rng),
            n_strides=int(np.diff(np.searchsorted(times, (rise[0], end_s)))[0]) - 1,
        )
        stretches.append(stretch)
    return tuple(stretches)


def strike_times_s(stretch: GaitStretch) -> tuple[FloatArray, FloatArray]:
    """Phases and times of all foot strikes inside a stretch, both feet."""
    dense = np.linspace(stretch.start_s, stretch.end_s, 1 + 50 * (stretch.n_strides + 2))
    phase = stretch.phase(dense)
    phases = np.arange(np.ceil(2 * phase[0]), np.floor(2 * phase[-1]) + 1) / 2
    return phases, times_at_phase(stretch, phases)


def times_at_phase(stretch: GaitStretch, phases: FloatArray) -> FloatArray:
    """Invert the phase by Newton's method from a linear guess."""
    dense = np.linspace(stretch.start_s, stretch.end_s + 2.0, 1 + 50 * (stretch.n_strides + 4))
    times = np.interp(phases, stretch.phase(dense), dense)
    rate = stretch.phase.derivative()
    for _ in range(3):
        times = times - (stretch.phase(times) - phases) / rate(times)
    return np.asarray(times, np.float64)


def _stride_times(parts: tuple[GaitPart, ...], rng: np.random.Generator) -> FloatArray:
    """Give the starts of successive strides, from the first part's start to behind the last.

    Deviations of successive stride times are independent, so the rhythm wanders as people's do.
    """
    first, last = parts[0], parts[-1]
    if len(parts) == 1:
        n = int(np.ceil((first.end_s - first.start_s) / first.stride_s)) + 3
        spread_s = first.gait.stride_time_sd_s * rng.standard_normal(n)
        together = np.cumsum(first.stride_s + spread_s)
        times: FloatArray = first.start_s + np.concatenate(([0.0], together))
        return times
    # Mean and spread of the stride time go over from one part to the next.
    knots_s = [time for pair in pairwise(parts) for time in _ends(_transition(*pair))]
    means_s, spreads_s = (
        [value for pair in pairwise(values) for value in pair]
        for values in (
            [part.stride_s for part in parts],
            [part.gait.stride_time_sd_s for part in parts],
        )
    )
    starts = [first.start_s]
    while starts[-1] < last.end_s + 3 * last.stride_s:
        now = starts[-1]
        chance_s = np.interp(now, knots_s, spreads_s) * rng.standard_normal()
        starts.append(float(now + np.interp(now, knots_s, means_s) + chance_s))
    return np.array(starts)


def _ends(span_s: tuple[float, float]) -> tuple[float, float]:
    return span_s[0], span_s[0] + span_s[1]


def _transition(before: GaitPart, after: GaitPart) -> tuple[float, float]:
    """Start and duration of the moments in which one part goes over into the next."""
    durations = (part.end_s - part.start_s for part in (before, after))
    transition_s = min(TRANSITION_S, *durations)
    return before.end_s - transition_s / 2, transition_s


def _ramps(
    parts: tuple[GaitPart, ...],
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Start and duration of each part's rise and of its fall."""
    first, last = parts[0], parts[-1]
    start_ramp_s = min(RAMP_S, (first.end_s - first.start_s) / 2)
    end_ramp_s = min(RAMP_S, (last.end_s - last.start_s) / 2)
    between = [_transition(before, after) for before, after in pairwise(parts)]
    rises = [(first.start_s, start_ramp_s), *between]
    return rises, [*between, (last.end_s - end_ramp_s, end_ramp_s)]


def _with_stumbles(
    times_s: FloatArray, phases: FloatArray, parts: tuple[GaitPart, ...]
) -> tuple[FloatArray, FloatArray]:
    """Knots of the phase: per stride, or per step where one step takes another time."""
    stumbles = [stumble for part in parts for stumble in part.stumbles]
    if not stumbles:
        return times_s, phases
    knots = np.arange(2 * len(phases) - 1) / 2 + phases[0]
    times_s = np.interp(knots, phases, times_s)
    for time_s, factor in stumbles:
        k = int(np.searchsorted(times_s, time_s, side="right"))
        times_s[k:] += (factor - 1.0) * (times_s[k] - times_s[k - 1])
    return times_s, knots


def _drops(
    start_deg: float,
    per_min_deg: float,
    part: GaitPart,
    times_s: FloatArray,
    rng: np.random.Generator,
) -> CubicSpline:
    """Excursion of one side's stances by stride, with fatigue and chance."""
    minutes = part.minutes_before + np.maximum(times_s - part.start_s, 0.0) / 60.0
    spread_deg = part.gait.drop_sd_deg * rng.standard_normal(len(times_s))
    drops_deg = start_deg + per_min_deg * minutes + spread_deg
    return CubicSpline(np.arange(float(len(times_s))), np.maximum(drops_deg, MIN_DROP_DEG))
