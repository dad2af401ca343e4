"""What goes along with cadence and speed from run to run, for taking it off.

A regression per runner, since slopes differ from runner to runner (Zandbergen 2023,
https://doi.org/10.3389/fspor.2023.1085513); its slopes shrink to zero where the runs cannot tell
them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.drift_results import Influence
from analysis.fatigue import CADENCE_PRIOR_DEG, CADENCE_VARIES, SPEED_PRIOR_DEG, SPEED_VARIES
from analysis.history.points import DROPS, RunPoint, Tracked
from analysis.results import FloatArray

N_ADJUST_MIN = 10
"""Fewest runs for an adjustment.  With 3,000 simulated runners each (slopes with a standard
deviation of 7.0 deg per unit of log cadence and 1.1 of log speed, cadence varying by 2 %, speed by
6 %) it brings the next run's error down by 6 % of 10 runs whose noise is 0.3 deg, by 11 % of 20,
and changes it by less than 0.5 % where the noise is 0.6 or 1 deg; with fewer runs it gains less
than 4 % and loses up to 1 %."""

MAD_TO_SD = 1.4826
_REACH_SDS = 3.0
"""A run this far from the median is pulled in to this distance before slopes are fitted."""

_LEAST_SD_DEG = 0.05
"""Runs that agree better than this would turn off the shrinking; no drop is known as well."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Slopes of drop on cadence and speed, around this person's typical run.

    Attributes
    ----------
    influences : tuple of Influence
    typical : tuple of float
        Typical cadence (steps per minute) or speed (m/s), one for each influence.
    is_speed_measured : bool
        Speed is distance over moving time; False: estimated from contact time.
    slopes_deg : Mapping of Tracked to tuple of float
        Degrees per unit of the logarithm of each influence over its typical value.
    """

    influences: tuple[Influence, ...]
    typical: tuple[float, ...]
    is_speed_measured: bool
    slopes_deg: Mapping[Tracked, tuple[float, ...]]

    def offset(self, run: RunPoint, tracked: Tracked) -> float:
        """Give what a run's cadence and speed add to its drop, degrees; 0 for what is no drop."""
        slopes = self.slopes_deg.get(tracked, ())
        total = 0.0
        for influence, typical, slope in zip(self.influences, self.typical, slopes, strict=False):
            value = _value(run, influence, is_speed_measured=self.is_speed_measured)
            if value is not None:
                total += slope * float(np.log(value / typical))
        return total


def adjustment_of(runs: Sequence[RunPoint]) -> Adjustment | None:
    """Learn how a person's drop goes along with cadence and speed.

    Parameters
    ----------
    runs : sequence of RunPoint
        Comparable ones.

    Returns
    -------
    Adjustment or None
        None for fewer than :data:`N_ADJUST_MIN` runs, or where neither cadence nor speed varied
        enough to tell.
    """
    if len(runs) < N_ADJUST_MIN:
        return None
    is_measured = all(run.speed_mps is not None for run in runs)
    offered = (
        (Influence.CADENCE, CADENCE_VARIES, CADENCE_PRIOR_DEG),
        (Influence.SPEED, SPEED_VARIES, SPEED_PRIOR_DEG),
    )
    influences, typical, columns, priors = [], [], [], []
    for influence, varies, prior in offered:
        values = [_value(run, influence, is_speed_measured=is_measured) for run in runs]
        known = np.array([value for value in values if value is not None])
        if known.size < len(runs):
            continue
        relative = np.log(known / np.median(known))
        if robust_sd(relative) >= varies:
            influences.append(influence)
            typical.append(float(np.median(known)))
            columns.append(relative)
            priors.append(prior)
    if not influences:
        return None
    covariates = np.array(columns).T
    return Adjustment(
        influences=tuple(influences),
        typical=tuple(typical),
        is_speed_measured=is_measured,
        slopes_deg={one: _slopes(runs, one, covariates, np.array(priors)) for one in DROPS},
    )


def robust_sd(values: FloatArray) -> float:
    """Estimate a standard deviation from the median distance to the median."""
    return MAD_TO_SD * float(np.median(np.abs(values - np.median(values))))


def _slopes(
    runs: Sequence[RunPoint], tracked: Tracked, covariates: FloatArray, priors: FloatArray
) -> tuple[float, ...]:
    """Fit slopes that shrink to zero with the noise of the runs over the prior's spread."""
    values = np.array([estimate.value for run in runs if (estimate := run.of(tracked))])
    rest = values - np.median(values)
    sd = max(robust_sd(rest), _LEAST_SD_DEG)
    rest = np.clip(rest, -_REACH_SDS * sd, _REACH_SDS * sd)
    normal = covariates.T @ covariates + np.diag((sd / priors) ** 2)
    return tuple(float(slope) for slope in np.linalg.solve(normal, covariates.T @ rest))


def _value(run: RunPoint, influence: Influence, *, is_speed_measured: bool) -> float | None:
    if influence is Influence.CADENCE:
        return None if run.cadence_spm is None else run.cadence_spm.value
    return run.speed_mps if is_speed_measured else run.estimated_speed_mps
