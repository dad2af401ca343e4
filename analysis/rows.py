"""From parallel arrays to one row per stance."""

import numpy as np

from analysis.drop import Drops
from analysis.events import Events
from analysis.measures import StanceMeasures
from analysis.results import FloatArray
from analysis.stances import Doubt, Exclusion, Gait, Side, Stance
from analysis.steps import Steps
from analysis.uncertainty import DropErrors


def build_stances(
    steps: Steps,
    events: Events,
    sides: tuple[Side, ...],
    reasons: tuple[Exclusion | None, ...],
    doubts: tuple[tuple[Doubt, ...], ...],
    *,
    drops: Drops | None,
    errors: DropErrors | None,
    measures: StanceMeasures,
) -> tuple[Stance, ...]:
    """Build the rows, in order of time; no drops and errors without a gyroscope."""
    n = len(steps.index)
    contact = events.toe_off_s - events.foot_strike_s
    flight = np.full(n, np.nan)
    same = steps.bout[1:] == steps.bout[:-1]
    flight[:-1][same] = (events.foot_strike_s[1:] - events.toe_off_s[:-1])[same]
    unknown = [None] * n
    gaits = [Gait.RUNNING if running else Gait.WALKING for running in steps.running.tolist()]
    # In the order of the fields: an hour has ten thousand rows, and names would double their cost.
    rows = map(
        Stance,
        events.foot_strike_s.tolist(),
        _known(events.toe_off_s),
        sides,
        [reason is None for reason in reasons],
        reasons,
        gaits,
        steps.bout.tolist(),
        _known(drops.peak_deg) if drops else unknown,
        _known(drops.excursion_deg) if drops else unknown,
        _known(drops.mid_stance_deg) if drops else unknown,
        _known(contact),
        _known(flight),
        _known(60.0 / _stride_step_times_s(events.foot_strike_s, steps)),
        _known(events.foot_strike_se_s),
        _known(errors.peak_deg) if errors else unknown,
        _known(errors.excursion_deg) if errors else unknown,
        _known(measures.vertical_oscillation_m),
        _known(measures.tilt_range_deg),
        _known(measures.rotation_range_deg),
        _known(measures.impact_peak_mps2),
        doubts,
    )
    return tuple(rows)


def _stride_step_times_s(strike_s: FloatArray, steps: Steps) -> FloatArray:
    """Mean of the steps before and after each strike; of the only one at the ends of a bout."""
    times = np.full(len(strike_s), np.nan)
    for bout in steps.bouts():
        at = np.arange(bout.start, bout.stop)
        first, last = np.maximum(at - 1, bout.start), np.minimum(at + 1, bout.stop - 1)
        times[bout] = (strike_s[last] - strike_s[first]) / (last - first)
    return times


def _known(column: FloatArray) -> list[float | None]:
    """Plain numbers, None for NaN."""
    values: list[float | None] = column.tolist()
    for k in np.flatnonzero(np.isnan(column)).tolist():
        values[k] = None
    return values
