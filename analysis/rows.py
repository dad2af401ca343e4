"""From parallel arrays to the stances: as columns, and as one row each."""

from collections import deque
from collections.abc import Sequence
from dataclasses import fields
from itertools import repeat

import numpy as np

from analysis.columns import StanceColumns, columns_of
from analysis.drop import Drops
from analysis.events import Events
from analysis.measures import StanceMeasures
from analysis.results import BoolArray, FloatArray
from analysis.stances import Doubt, Exclusion, Gait, Side, Stance
from analysis.steps import Steps
from analysis.uncertainty import DropErrors

_SETTERS = tuple(getattr(Stance, field.name).__set__ for field in fields(Stance))


def build_columns(
    steps: Steps,
    events: Events,
    sides: Sequence[Side],
    reasons: Sequence[Exclusion | None],
    drops: Drops | None,
) -> StanceColumns:
    """Build the columns; no drops without a gyroscope."""
    unknown = np.full(len(steps.index), np.nan)
    flight = unknown.copy()
    same = steps.bout[1:] == steps.bout[:-1]
    flight[:-1][same] = (events.foot_strike_s[1:] - events.toe_off_s[:-1])[same]
    return columns_of(
        {
            "foot_strike_s": events.foot_strike_s,
            "toe_off_s": events.toe_off_s,
            "peak_drop_deg": drops.peak_deg if drops else unknown,
            "drop_excursion_deg": drops.excursion_deg if drops else unknown,
            "mid_stance_drop_deg": drops.mid_stance_deg if drops else unknown,
            "contact_time_s": events.toe_off_s - events.foot_strike_s,
            "flight_time_s": flight,
            "cadence_spm": 60.0 / _stride_step_times_s(events.foot_strike_s, steps),
            "bout": steps.bout.astype(np.float64),
        },
        sides=sides,
        valid=np.array([reason is None for reason in reasons], np.bool_),
        running=steps.running,
    )


def build_stances(
    columns: StanceColumns,
    events: Events,
    sides: Sequence[Side],
    reasons: Sequence[Exclusion | None],
    doubts: Sequence[tuple[Doubt, ...]],
    *,
    running: BoolArray,
    errors: DropErrors | None,
    measures: StanceMeasures,
) -> tuple[Stance, ...]:
    """Build the rows, in order of time; no errors without a gyroscope."""
    unknown = [None] * len(columns)
    return _rows(
        columns.foot_strike_s.tolist(),
        _known(columns.toe_off_s),
        sides,
        columns.valid.tolist(),
        reasons,
        [Gait.RUNNING if runs else Gait.WALKING for runs in running.tolist()],
        columns.bout.astype(np.intp).tolist(),
        _known(columns.peak_drop_deg),
        _known(columns.drop_excursion_deg),
        _known(columns.mid_stance_drop_deg),
        _known(columns.contact_time_s),
        _known(columns.flight_time_s),
        _known(columns.cadence_spm),
        _known(events.foot_strike_se_s),
        _known(errors.peak_deg) if errors else unknown,
        _known(errors.excursion_deg) if errors else unknown,
        _known(measures.vertical_oscillation_m),
        _known(measures.tilt_range_deg),
        _known(measures.rotation_range_deg),
        _known(measures.impact_peak_mps2),
        doubts,
    )


def _rows(*columns: Sequence[object]) -> tuple[Stance, ...]:
    """Make rows of columns in the order of the fields.

    Each field of all rows is set at once, in the way of a frozen class's own ``__init__``: an hour
    has ten thousand rows of twenty fields, and one after the other they take five times as long.
    """
    rows = tuple(map(object.__new__, repeat(Stance, len(columns[0]))))
    for set_field, column in zip(_SETTERS, columns, strict=True):
        deque(map(set_field, rows, column), maxlen=0)
    return rows


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
