"""Which charts a run has, by name."""

from collections.abc import Callable, Mapping

import numpy as np

from analysis.columns import StanceColumns, stance_columns
from analysis.results import RunAnalysis
from analysis.series import Measure
from analysis.stances import Side
from server.charts.drift import drift_chart, drift_summary
from server.charts.options import Chart
from server.charts.over_time import Window, stances_chart, stances_summary
from server.charts.rhythm import cadence_chart, cadence_summary, contact_chart, contact_summary
from server.charts.spread import Spread, spread_chart, spread_of, spread_summary
from server.charts.stride import stride_chart, stride_summary

N_BINS_MIN = 2  # one stretch has nothing to drift against
N_STANCES_MIN = 20  # below, a histogram shows its own bins, and a rolling median has no window


def run_spread(columns: StanceColumns, measure: Measure) -> Spread | None:
    """Count the valid stances per drop; None with too few of them."""
    values = getattr(columns, measure.attribute)
    left, right = (values[columns.of_side(side)] for side in (Side.LEFT, Side.RIGHT))
    if np.isfinite(left).sum() + np.isfinite(right).sum() < N_STANCES_MIN:
        return None
    return spread_of(left, right)


def run_summaries(analysis: RunAnalysis, window: Window) -> dict[str, str]:
    """Return the sentence of every chart that the run has, without building the charts."""
    columns = stance_columns(analysis.stances)
    known = columns.in_main_gait
    found: dict[str, str] = {}
    if np.isfinite(getattr(columns, window.measure.attribute)[known]).any():
        found["stances"] = stances_summary(analysis, window)
    if analysis.waveforms:
        found["stride"] = stride_summary(analysis.waveforms)
    n_bins = sum(b.left_deg is not None or b.right_deg is not None for b in analysis.drift.bins)
    if n_bins >= N_BINS_MIN:
        found["drift"] = drift_summary(analysis.drift)
    spread = run_spread(columns, window.measure)
    if spread is not None:
        found["spread"] = spread_summary(spread)
    if np.isfinite(columns.contact_time_s[known]).sum() >= N_STANCES_MIN:
        found["contact"] = contact_summary(analysis)
    if np.isfinite(columns.cadence_spm[known]).sum() >= N_STANCES_MIN:
        found["cadence"] = cadence_summary(analysis, columns)
    return found


def run_chart(name: str, analysis: RunAnalysis, window: Window) -> Chart | None:
    """Return a chart by its name; None where the run has nothing to draw in it."""
    if name not in run_summaries(analysis, window):
        return None
    return _BUILDERS[name](analysis, window)


def _spread(analysis: RunAnalysis, window: Window) -> Chart | None:
    spread = run_spread(stance_columns(analysis.stances), window.measure)
    return None if spread is None else spread_chart(spread)


_BUILDERS: Mapping[str, Callable[[RunAnalysis, Window], Chart | None]] = {
    "stances": stances_chart,
    "stride": lambda analysis, _: stride_chart(analysis.waveforms),
    "drift": lambda analysis, _: drift_chart(analysis.drift),
    "spread": _spread,
    "contact": lambda analysis, _: contact_chart(analysis),
    "cadence": lambda analysis, _: cadence_chart(analysis),
}
CHART_NAMES = tuple(_BUILDERS)
