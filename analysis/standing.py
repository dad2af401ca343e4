"""Quiet standing: where zero degrees of drop comes from."""

import numpy as np

from analysis.grid import Grid
from analysis.results import BoolArray, FloatArray

BLOCK_S = 0.5
MIN_STANDING_S = 2.0
# Sway of quiet standing on the pelvis stays far below; a step does not.
MAX_ACC_SD_MPS2 = 0.35
MAX_GYR_RMS_RADPS = 0.15
# Twice the zero-rate tolerance of the least exact gyroscopes in wide use (MPU-6050 data sheet:
# 20 deg/s); a body that turns as fast on the spot is not standing.
MAX_OFFSET_RADPS = float(np.radians(40.0))
# A standing pelvis and its mean pose in gait differ by less; a chair or a table by more.
MAX_ANGLE_TO_GAIT_DEG = 25.0


def standing_up(grid: Grid, gait_up: FloatArray, first_step: int) -> FloatArray | None:
    """Direction of up while the person stands quietly, in sensor axes.

    The longest quiet stretch before the first step counts; without one, the longest anywhere.

    Parameters
    ----------
    grid : Grid
        With gyroscope.
    gait_up : FloatArray, shape (3,)
        Mean direction of up during gait, to tell standing from lying and sitting.
    first_step : int
        Grid sample of the first step.

    Returns
    -------
    FloatArray of shape (3,), or None
        None where the person does not stand for two seconds.
    """
    candidates = [
        (start, stop)
        for start, stop in quiet_stretches(grid)
        if like_standing(grid.acc_mps2[start:stop].mean(axis=0), gait_up)
    ]
    if not candidates:
        return None
    before = [c for c in candidates if c[1] <= first_step]
    start, stop = max(before or candidates, key=lambda c: c[1] - c[0])
    mean = grid.acc_mps2[start:stop].mean(axis=0)
    direction: FloatArray = mean / np.linalg.norm(mean)
    return direction


def like_standing(up: FloatArray, gait_up: FloatArray) -> bool:
    """Whether a direction of up, shape (3,), can be that of standing, given the one in gait."""
    return angle_deg(up, gait_up) <= MAX_ANGLE_TO_GAIT_DEG


def angle_deg(a: FloatArray, b: FloatArray) -> float:
    """Angle between two directions, shape (3,) each."""
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def quiet_stretches(grid: Grid, *, any_offset: bool = False) -> list[tuple[int, int]]:
    """Half-open grid ranges of at least two seconds in which the sensor hardly moves.

    With ``any_offset`` the gyroscope may show a steady turn, which is its offset, unless somebody
    turns slowly on the spot.
    """
    n_block = round(BLOCK_S * grid.rate_hz)
    found: list[tuple[int, int]] = []
    for start, stop in grid.segments:
        n_blocks = (stop - start) // n_block
        if n_blocks == 0:
            continue
        quiet = _quiet_blocks(grid, start, n_blocks, n_block, any_offset=any_offset)
        edges = np.flatnonzero(np.diff(np.concatenate(([0], quiet.astype(np.intp), [0]))))
        for a, b in zip(edges[::2], edges[1::2], strict=True):
            if (b - a) * BLOCK_S >= MIN_STANDING_S:
                found.append((start + int(a) * n_block, start + int(b) * n_block))
    return found


def _quiet_blocks(
    grid: Grid, start: int, n_blocks: int, n_block: int, *, any_offset: bool
) -> BoolArray:
    stop = start + n_blocks * n_block
    acc = grid.acc_mps2[start:stop].reshape(n_blocks, n_block, 3)
    quiet: BoolArray = _mean_square(acc) - _squared_mean(acc) < MAX_ACC_SD_MPS2**2
    if grid.gyr_radps is not None:
        gyr = grid.gyr_radps[start:stop].reshape(n_blocks, n_block, 3)
        offset = _squared_mean(gyr) if any_offset else 0.0
        quiet &= _mean_square(gyr) - offset < MAX_GYR_RMS_RADPS**2
        quiet &= offset < MAX_OFFSET_RADPS**2
    return quiet


def _squared_mean(blocks: FloatArray) -> FloatArray:
    """Squared length of the mean vector of each block, shape (n_blocks, n, 3)."""
    mean = np.einsum("bni->bi", blocks) / blocks.shape[1]
    squared: FloatArray = np.einsum("bi,bi->b", mean, mean)
    return squared


def _mean_square(blocks: FloatArray) -> FloatArray:
    """Mean squared length of the vectors of each block, shape (n_blocks, n, 3)."""
    total: FloatArray = np.einsum("bni,bni->b", blocks, blocks)
    mean: FloatArray = total / blocks.shape[1]
    return mean
