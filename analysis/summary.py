"""One run in numbers: means over the valid stances of its main gait, and right minus left."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from analysis.columns import StanceColumns, stance_columns
from analysis.results import BoolArray, Estimate, FloatArray, RunSummary, SideSummary
from analysis.stances import Side, Stance
from analysis.statistics import difference_estimate, interval, mean_estimate, standard_error

LEVEL_LEAK = 0.16
"""Degrees of false right minus left in peak and mid-stance drop per degree that the mounting is
turned about the vertical: 0.8 deg for 5 deg, measured on 48 treadmill runs of 16 people (Fukuchi
et al. 2017, https://doi.org/10.7717/peerj.3298).  It is twice the change of forward tilt from
standing to running, in radians."""

EXCURSION_LEAK = 0.07
"""The same for drop excursion, where only the change of tilt within a stance leaks: 0.35 deg for
5 deg, measured on the same runs."""

ORIENTATION_SE_DEG = 0.3
"""Standard error of a side's mean, and of right minus left, that is left when the noise from stance
to stance and the turn are taken off the error against motion capture, on the same runs (0.29 to
0.36 deg): the tilt that a filter finds from acceleration is a little wrong in the same way in every
stride.  With it the 95 % intervals of these runs hold the truth in 90 to 98 % of cases."""

SIDE_ORIENTATION_SE_DEG = 0.22
"""The same for the mean of one side, which is a little better known than the difference of two."""


def summarise(
    stances: Sequence[Stance],
    *,
    duration_s: float,
    moving_time_s: float,
    yaw_se_deg: float | None = None,
    start_s: float = 0.0,
    columns: StanceColumns | None = None,
) -> RunSummary:
    """Summarise a run.

    Parameters
    ----------
    stances : sequence of Stance
        In the order of their foot strikes, valid or not.
    duration_s, moving_time_s : float
        From the first to the last sample; inside bouts of gait.
    yaw_se_deg : float, optional
        Standard error of the mounting's turn about the vertical.  Such a turn leaks forward tilt
        into obliquity with opposite signs in left and right stance.  With the error of orientation
        it widens the intervals of right minus left, however many stances there are.  None: the
        drop is known without either, as in a simulation's truth.
    start_s : float
        The recording's first sample, in its own time.
    columns : StanceColumns, optional
        The same stances as columns, where they exist already.

    Returns
    -------
    RunSummary
        ``n_valid`` counts the valid stances of every gait, ``n_stances`` of a side only those of
        the main gait.
    """
    columns = stance_columns(stances) if columns is None else columns
    left, right = columns.of_side(Side.LEFT), columns.of_side(Side.RIGHT)
    gait_mask = columns.in_main_gait

    def right_minus_left(name: str, leak: float) -> Estimate | None:
        values = getattr(columns, name)
        systematic_se = (
            0.0 if yaw_se_deg is None else float(np.hypot(leak * yaw_se_deg, ORIENTATION_SE_DEG))
        )
        return difference_estimate(values[right], values[left], systematic_se=systematic_se)

    balance, symmetry_angle = _contact_balance(columns, left, right)
    return RunSummary(
        gait=columns.main_gait,
        duration_s=duration_s,
        moving_time_s=moving_time_s,
        n_stances=len(stances),
        n_valid=int(columns.valid.sum()),
        n_excluded=dict(Counter(s.exclusion for s in stances if s.exclusion is not None)),
        left=_side_summary(columns, left, yaw_se_deg),
        right=_side_summary(columns, right, yaw_se_deg),
        asym_peak_drop_deg=right_minus_left("peak_drop_deg", LEVEL_LEAK),
        asym_drop_excursion_deg=right_minus_left("drop_excursion_deg", EXCURSION_LEAK),
        asym_mid_stance_drop_deg=right_minus_left("mid_stance_drop_deg", LEVEL_LEAK),
        contact_balance_percent=balance,
        contact_symmetry_angle_percent=symmetry_angle,
        contact_time_s=mean_estimate(columns.contact_time_s[gait_mask]),
        flight_time_s=mean_estimate(columns.flight_time_s[gait_mask]),
        # Each value spans two steps; every other one shares no step with the next.
        cadence_spm=mean_estimate(columns.cadence_spm[gait_mask][::2]),
        start_s=start_s,
    )


def symmetry_angle_percent(left: float, right: float) -> float | None:
    """Compare two sides without a reference value; 0 is even, positive where right is larger.

    Parameters
    ----------
    left, right : float
        The same measure of both sides, in any one unit.

    Returns
    -------
    float or None
        Percent, from -100 to 100; None where both are zero.

    References
    ----------
    Zifchock et al. 2008, https://doi.org/10.1016/j.gaitpost.2007.08.006
    """
    if left == 0.0 and right == 0.0:
        return None
    ratio_deg = 90.0 * np.sign(left) if right == 0.0 else np.degrees(np.arctan(left / right))
    angle_deg = 45.0 - float(ratio_deg)
    if angle_deg > 90.0:  # the paper's second case: signs differ
        angle_deg -= 180.0
    return angle_deg / 90.0 * 100.0


def _side_summary(columns: StanceColumns, mask: BoolArray, yaw_se_deg: float | None) -> SideSummary:
    def drop(values: FloatArray, leak: float) -> Estimate | None:
        # Half of a false difference falls to each side.
        systematic_se = (
            0.0
            if yaw_se_deg is None
            else float(np.hypot(leak * yaw_se_deg / 2, SIDE_ORIENTATION_SE_DEG))
        )
        return mean_estimate(values[mask], systematic_se=systematic_se)

    return SideSummary(
        n_stances=int(mask.sum()),
        peak_drop_deg=drop(columns.peak_drop_deg, LEVEL_LEAK),
        drop_excursion_deg=drop(columns.drop_excursion_deg, EXCURSION_LEAK),
        mid_stance_drop_deg=drop(columns.mid_stance_drop_deg, LEVEL_LEAK),
        contact_time_s=mean_estimate(columns.contact_time_s[mask]),
    )


def _contact_balance(
    columns: StanceColumns, left: BoolArray, right: BoolArray
) -> tuple[Estimate | None, float | None]:
    """Give the left share of contact time in percent and the symmetry angle in percent."""
    left_error = standard_error(columns.contact_time_s[left])
    right_error = standard_error(columns.contact_time_s[right])
    if left_error is None or right_error is None:
        return None, None
    total = left_error.mean + right_error.mean
    if total <= 0.0:
        return None, None
    # First-order propagation of both standard errors through left / (left + right).
    se = float(np.hypot(right_error.mean * left_error.se, left_error.mean * right_error.se))
    balance = interval(
        100.0 * left_error.mean / total,
        100.0 * se / total**2,
        min(left_error.dof, right_error.dof),
    )
    return balance, symmetry_angle_percent(left_error.mean, right_error.mean)
