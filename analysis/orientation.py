"""Which way is up, in the sensor's own axes.

All that vertical acceleration, obliquity and tilt need of an orientation is the direction of "up"
seen from the sensor: one unit vector per sample.  The heading, which no gyroscope keeps for long,
drops out.
"""

from itertools import pairwise

import numpy as np

from analysis.filter_start import lead_in, with_lead_in
from analysis.filters import low_pass
from analysis.grid import Grid, gaps_of
from analysis.inclination import filtered_up
from analysis.results import FloatArray, IntArray

# Time constant of the inclination correction.  Measured on treadmill recordings with true
# mounting and events: 1 s gave smaller errors of peak drop than 3, 10 and 30 s.
TAU_ACC_S = 1.0
# The filter keeps some two hundred bytes per sample: pieces bound that.  With this overlap pieces
# agree with one pass within 0.005 deg, but for the last two seconds of a recording (0.1 deg), where
# the bias that was learnt over the whole of it cannot be known.
PIECE_S = 3600.0
OVERLAP_S = 120.0
# Measured with gaps of 0.3 to 0.9 s every 4 s in 24 treadmill trials; see `not_integrated`.
MAX_INTEGRATED_S = 0.25
CHUNK_SAMPLES = (
    1 << 14
)  # converted at a time: 130 kB per channel, which stay in a processor's cache
# Without a gyroscope the mean direction of the specific force over some strides has to do.
ACC_ONLY_CUTOFF_HZ = 0.3


def up_in_sensor(grid: Grid) -> FloatArray:
    """Direction of up in sensor axes for each grid sample.

    With a gyroscope by the offline (acausal) VQF filter [1]_, segment by segment and in pieces of
    an hour that overlap, with a lead-in where a segment begins during gait; without one by the
    slow part of the specific force, which tells vertical acceleration but no drop.

    Parameters
    ----------
    grid : Grid

    Returns
    -------
    FloatArray, shape (n, 3)
        Unit vectors.

    References
    ----------
    .. [1] Laidig D, Seel T. VQF: Highly accurate IMU orientation estimation with bias estimation
       and magnetic disturbance rejection. Information Fusion 2023;91:187-204.
       doi:10.1016/j.inffus.2022.10.014
    """
    if grid.gyr_radps is None:
        slow = low_pass(grid.acc_mps2, ACC_ONLY_CUTOFF_HZ, grid)
        length: FloatArray = np.linalg.norm(slow, axis=1, keepdims=True)
        return slow / np.maximum(length, 1e-9)
    up = np.empty((len(grid.t_s), 3))
    first_lost, next_recorded = not_integrated(grid)
    for segment in _stretches(grid, first_lost, next_recorded):
        for start, stop, first, last in pieces(segment, grid.rate_hz):
            piece = slice(first, last)
            up_of_piece = _filtered(grid.acc_mps2[piece], grid.gyr_radps[piece], grid.rate_hz)
            up[start:stop] = up_of_piece[start - first : stop - first]
    for a, b in zip(first_lost.tolist(), next_recorded.tolist(), strict=True):
        share = np.linspace(0.0, 1.0, b - a + 2)[1:-1, None]
        between = up[a - 1] * (1.0 - share) + up[b] * share
        up[a:b] = between / np.linalg.norm(between, axis=1, keepdims=True)
    return up


def not_integrated(grid: Grid) -> tuple[IntArray, IntArray]:
    """First missing and next recorded sample of the gaps that no turning rate is integrated across.

    What fills such a gap is wrong by degrees in sum: behind it the filter starts anew.
    """
    first, stop = gaps_of(grid, MAX_INTEGRATED_S)
    starts = np.array([start for start, _ in grid.segments])
    inside = np.searchsorted(starts, first, side="left") == np.searchsorted(starts, stop, "right")
    inside &= stop < len(grid.t_s)
    return first[inside], stop[inside]


def _stretches(grid: Grid, first: IntArray, stop: IntArray) -> list[tuple[int, int]]:
    """Cut these gaps out of the segments."""
    begins = sorted([*(start for start, _ in grid.segments), *stop.tolist()])
    ends = sorted([*(end for _, end in grid.segments), *first.tolist()])
    return list(zip(begins, ends, strict=True))


def _filtered(acc: FloatArray, gyr: FloatArray, rate_hz: float) -> FloatArray:
    """Direction of up over one stretch that the filter runs on, shape (n, 3)."""
    lead = lead_in(acc, gyr, rate_hz)
    acc, n_lead = with_lead_in(acc, lead, rate_hz)
    gyr, _ = with_lead_in(gyr, lead, rate_hz)
    return filtered_up(acc, gyr, rate_hz, TAU_ACC_S)[n_lead:]


def pieces(segment: tuple[int, int], rate_hz: float) -> list[tuple[int, int, int, int]]:
    """Cut a segment into pieces that the filter can run on one after the other.

    Returns
    -------
    list of (start, stop, first, last)
        What a piece is used for, and the longer stretch that the filter runs on: half open.
    """
    begin, end = segment
    n_pieces = max(1, round((end - begin) / (PIECE_S * rate_hz)))
    edges = np.linspace(begin, end, n_pieces + 1).astype(int).tolist()
    overlap = round(OVERLAP_S * rate_hz)
    return [
        (start, stop, max(begin, start - overlap), min(end, stop + overlap))
        for start, stop in pairwise(edges)
    ]


def obliquity_rad(up: FloatArray) -> FloatArray:
    """Elevation of the pelvis's medio-lateral axis, positive where the right side is up.

    Equal to the second angle of the order rotation, obliquity, tilt [1]_, because that angle and
    tilt depend on nothing but the direction of up in pelvis axes.

    Parameters
    ----------
    up : FloatArray, shape (n, 3)
        Unit vectors in pelvis axes (x forward, y left, z up).

    Returns
    -------
    FloatArray, shape (n,)

    References
    ----------
    .. [1] Baker R. Pelvic angles: a mathematically rigorous definition which is consistent with
       a conventional clinical understanding of the terms. Gait & Posture 2001;13:1-6.
       doi:10.1016/S0966-6362(00)00083-7
    """
    return -np.arcsin(np.clip(up[:, 1], -1.0, 1.0))


def tilt_rad(up: FloatArray) -> FloatArray:
    """Turn about the medio-lateral axis, positive forward (anterior); see `obliquity_rad`."""
    return np.arctan2(-up[:, 0], up[:, 2])
