"""A straight trend through noisy, correlated values, with other influences taken off.

Sources
-------
- Huber's weights: Huber 1964, https://doi.org/10.1214/aoms/1177703732; their constant, and
  reweighted least squares: Holland & Welsch 1977, https://doi.org/10.1080/03610927708827533
- Long-run variance from slow cosines, with as many degrees of freedom as cosines:
  Lazarus et al. 2018, https://doi.org/10.1080/07350015.2018.1506926
- Bias of the lag-1 autocorrelation: Marriott & Pope 1954, https://doi.org/10.1093/biomet/41.3-4.390
"""

from dataclasses import dataclass

import numpy as np

from analysis.results import FloatArray
from analysis.statistics import N_COSINES_MIN, n_cosines

N_MIN = 12
"""Fewest values: with fewer, what is left of the slow cosines beside a trend and two other slopes
tells nothing of the noise."""

_HUBER = 1.345
"""In standard deviations: 95 % efficient on normal noise (Holland & Welsch 1977)."""
_MAD_TO_SD = 1.4826
_N_ROUNDS = 20
_ENOUGH = 1e-3
"""Rounds end where no term moves by more than this share of its standard error."""
_MAX_AUTOCORRELATION = 0.95


@dataclass(frozen=True, slots=True)
class Trend:
    """A fitted trend.

    Attributes
    ----------
    slope, se, dof : float
        Change of y per unit of x, its standard error and that error's degrees of freedom.
    influences : FloatArray, shape (k,)
        Change of y per unit of each covariate.
    """

    slope: float
    se: float
    dof: float
    influences: FloatArray


def robust_trend(
    x: FloatArray, y: FloatArray, covariates: FloatArray, prior_sd: FloatArray
) -> Trend | None:
    """Fit y = level + slope x + influences covariates by Huber's weights.

    An influence is believed to be near zero, with ``prior_sd``, until the values say otherwise:
    where a covariate hardly varies, or drifts along with x so that nobody could tell them apart,
    its influence shrinks to zero, and the slope's error holds that it may not be.
    The noise counts with its long-run variance, the larger of that of a first-order
    autoregressive series and that of the slowest cosines beside the fitted terms.

    Parameters
    ----------
    x, y : FloatArray, shape (n,)
        In the order of time; rows that are not finite are left out.
    covariates : FloatArray, shape (n, k)
        Each against its own reference value; k may be 0.
    prior_sd : FloatArray, shape (k,)
        In units of y per unit of covariate.

    Returns
    -------
    Trend or None
        None for fewer than :data:`N_MIN` rows, or without spread in x.
    """
    finite = np.isfinite(x) & np.isfinite(y) & np.isfinite(covariates).all(axis=1)
    x, y, covariates = x[finite], y[finite], covariates[finite]
    if x.size < N_MIN or np.ptp(x) <= 0.0:
        return None
    centred = np.column_stack((np.ones(x.size), x - x.mean(), covariates - covariates.mean(axis=0)))
    # Columns of unit size keep the equations well conditioned.
    scale = np.maximum(np.sqrt((centred**2).mean(axis=0)), np.finfo(np.float64).tiny)
    design = centred / scale
    precision = np.concatenate(([0.0, 0.0], 1.0 / (prior_sd * scale[2:]) ** 2))
    slow = _slow_cosines(design)
    variance, dof, weights = float(np.var(y)), float(x.size), np.ones(x.size)
    solution = np.zeros(design.shape[1])
    for _ in range(_N_ROUNDS):
        before = solution
        weighted = design.T * weights
        solution = np.linalg.solve(weighted @ design + variance * np.diag(precision), weighted @ y)
        weights, noise = _huber(y - design @ solution)
        variance, dof = _long_run_variance(noise, slow, design.shape[1])
        if np.abs(solution - before).max() <= _ENOUGH * np.sqrt(variance / x.size):
            break
    if variance > 0.0:
        information = design.T @ design / variance + np.diag(precision)
        slope_se = float(np.sqrt(np.linalg.inv(information)[1, 1]))
    else:
        slope_se = 0.0
    natural = solution / scale
    return Trend(float(natural[1]), slope_se / float(scale[1]), dof, natural[2:])


def _huber(residual: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give Huber's weights, and the noise that has the influence of these residuals."""
    spread = _MAD_TO_SD * float(
        np.partition(np.abs(residual), residual.size // 2)[residual.size // 2]
    )
    if spread == 0.0:
        return np.ones(residual.size), residual
    weights = np.minimum(1.0, _HUBER * spread / np.maximum(np.abs(residual), spread * 1e-9))
    return weights, weights * residual / max(0.5, np.count_nonzero(weights == 1.0) / residual.size)


def _slow_cosines(design: FloatArray) -> FloatArray:
    """Give the slowest cosines beside the fitted terms, orthonormal, shape (n, n_cosines)."""
    n, n_terms = design.shape
    # The first cosine is almost the trend itself.
    order = np.arange(2, n_cosines(n) + 2)
    cosines = np.cos(np.pi * np.outer(np.arange(n) + 0.5, order) / n)
    basis: FloatArray = np.linalg.qr(np.column_stack((design, cosines)))[0]
    return basis[:, n_terms:]


def _long_run_variance(noise: FloatArray, slow: FloatArray, n_terms: int) -> tuple[float, float]:
    """Give the variance that the noise of a slow change has, and its degrees of freedom."""
    n = noise.size
    power = float(noise @ noise)
    if power == 0.0:
        return 0.0, float(n)
    r = float(noise[1:] @ noise[:-1]) / power
    # Each fitted term takes off about as much as the mean does.
    r += (1.0 + 3.0 * r) * n_terms / (2.0 * n)
    r = min(max(r, 0.0), _MAX_AUTOCORRELATION)
    inflation = (1.0 + r) / (1.0 - r)
    autoregressive = power / (n - n_terms) * inflation
    share = slow.T @ noise
    of_cosines = float(share @ share) / share.size
    if of_cosines > autoregressive:
        return of_cosines, float(share.size)
    return autoregressive, max(float(N_COSINES_MIN), n / inflation - n_terms)
