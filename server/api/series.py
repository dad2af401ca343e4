"""A measure along the run as a chart draws it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.results import FloatArray
from analysis.series import Measure, RollingSeries, point_series, rolling_series, thin
from analysis.stances import Side, Stance
from server.api.schemas import SeriesOut, SeriesSide, as_list


def series_of(
    stances: Sequence[Stance],
    measure: Measure,
    *,
    window_strides: int,
    start_s: float | None,
    end_s: float | None,
    n_max: int,
) -> SeriesOut:
    """Return points and rolling median of both sides inside [start_s, end_s).

    The median is taken before the cut, so that it does not change at the edges of a zoom.
    """
    first_s = -np.inf if start_s is None else start_s
    last_s = np.inf if end_s is None else end_s
    sides = []
    for side in (Side.LEFT, Side.RIGHT):
        points = point_series(stances, side, measure)
        inside = _between(points.t_s, first_s, last_s)
        line = _cut(
            rolling_series(stances, side, measure, window_strides=window_strides), first_s, last_s
        )
        line = thin(line, n_max)
        kept = inside[:: max(1, -(-len(inside) // n_max))]
        sides.append(
            SeriesSide(
                side=side,
                point_t_s=as_list(points.t_s[kept]),
                point_value=as_list(points.value[kept]),
                n_points=len(inside),
                line_t_s=as_list(line.t_s),
                line_median=as_list(line.median),
                line_low=as_list(line.low_10),
                line_high=as_list(line.high_90),
            )
        )
    return SeriesOut(
        measure=measure,
        window_strides=window_strides,
        start_s=start_s,
        end_s=end_s,
        sides=sides,
    )


def _between(t_s: FloatArray, first_s: float, last_s: float) -> NDArray[np.intp]:
    return np.flatnonzero((t_s >= first_s) & (t_s < last_s))


def _cut(line: RollingSeries, first_s: float, last_s: float) -> RollingSeries:
    kept = _between(line.t_s, first_s, last_s)
    return RollingSeries(line.t_s[kept], line.median[kept], line.low_10[kept], line.high_90[kept])
