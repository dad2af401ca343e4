"""What the scores of many recordings come to; the names are those of the score command."""

from collections.abc import Callable, Sequence

import numpy as np

from analysis.results import BoolArray, FloatArray
from bench.validation.scoring import DIFFERENCES, MEANS, Hits, Outcome, pooled

Figures = dict[str, float | None]
"""A figure by its name; None where nothing can be said."""

SIDES_OK = 0.95  # share of right sides above which a recording counts as right
IN_INTERVAL = 1.96  # standard errors to each side of a 95 % interval
PERCENTILES = (1, 5, 25, 50, 75, 95, 99)


def figures_of(outcomes: Sequence[Outcome]) -> Figures:
    """Pool recordings.

    Errors are found minus true.  ``peak_bias_deg`` is the mean over recordings of the absolute
    mean error, ``asym_..._deg`` of the absolute error of right minus left; ``..._cover`` are the
    shares of true values inside the 95 % intervals of stances, run means (``mean_...``) and
    differences between the sides (``asym_...``).
    """
    hits = pooled(outcomes)
    n_found = len(hits.strike_s)
    n_true = sum(len(o.reference.foot_strike_s) for o in outcomes)
    sides = [o.hits.side_right[o.hits.side_known] for o in outcomes]
    shares = [float(right.mean()) for right in sides if len(right)]
    figures: Figures = {
        "trials": len(outcomes),
        "stances": n_true,
        "f1": 2 * n_found / max(n_true + sum(o.n_detected for o in outcomes), 1),
        "worst_f1": min(o.f1 for o in outcomes),
        "side": _of(np.concatenate(sides).astype(float), np.mean),
        "sides_ok": sum(share > SIDES_OK for share in shares) if shares else None,
        "sides_of": len(shares) if shares else None,
    }
    figures |= _times(hits)
    figures |= _drops(outcomes, hits)
    figures |= _means(outcomes)
    return {name: None if value is None else round(value, 5) for name, value in figures.items()}


def _of(values: FloatArray, figure: Callable[[FloatArray], object]) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.asarray(figure(known))) if len(known) else None


def _mae(values: FloatArray) -> object:
    return np.mean(np.abs(values))


def _rmse(values: FloatArray) -> object:
    return np.sqrt(np.mean(values**2))


def _percentile(values: FloatArray, percent: float) -> float | None:
    return _of(values, lambda known: np.percentile(known, percent))


def _cover(error: FloatArray, se: FloatArray) -> float | None:
    return _of(np.abs(error) / se, lambda z: np.mean(z <= IN_INTERVAL))


def _times(hits: Hits) -> Figures:
    strike = 1e3 * (hits.strike_s - hits.strike_true_s)
    toe_off = 1e3 * (hits.toe_off_s - hits.toe_off_true_s)
    contact = 1e3 * (hits.contact_s - hits.contact_true_s)
    missing = np.isfinite(hits.toe_off_true_s) & ~np.isfinite(hits.toe_off_s)
    figures: Figures = {
        "strike_bias_ms": _of(strike, np.mean),
        "strike_mae_ms": _of(strike, _mae),
        "strike_cover": _cover(strike, 1e3 * hits.strike_se_s),
        "toe_off_bias_ms": _of(toe_off, np.mean),
        "toe_off_mae_ms": _of(toe_off, _mae),
        "contact_bias_ms": _of(contact, np.mean),
        "contact_mae_ms": _of(contact, _mae),
        "contact_rmse_ms": _of(contact, _rmse),
        "toe_off_missing": int(missing.sum()),
    }
    figures["strike_p95_ms"] = _percentile(np.abs(strike), 95)
    for percent in PERCENTILES:
        figures[f"strike_{percent}_percent_ms"] = _percentile(strike, percent)
    return figures


def _drops(outcomes: Sequence[Outcome], hits: Hits) -> Figures:
    peak = hits.peak_deg - hits.peak_true_deg
    excursion = hits.excursion_deg - hits.excursion_true_deg
    missing = np.isfinite(hits.peak_true_deg) & ~np.isfinite(hits.peak_deg)
    peaks = [(o.hits.peak_deg - o.hits.peak_true_deg, o.hits.is_left) for o in outcomes]
    excursions = [
        (o.hits.excursion_deg - o.hits.excursion_true_deg, o.hits.is_left) for o in outcomes
    ]
    bias = np.array([abs(e[np.isfinite(e)].mean()) for e, _ in peaks if np.isfinite(e).any()])
    return {
        "peak_rmse_deg": _of(peak, _rmse),
        "excursion_rmse_deg": _of(excursion, _rmse),
        "peak_bias_deg": _of(bias, np.mean),
        "asym_peak_deg": _of(_asymmetry_errors(peaks), np.mean),
        "asym_excursion_deg": _of(_asymmetry_errors(excursions), np.mean),
        "peak_cover": _cover(peak, hits.peak_se_deg),
        "excursion_cover": _cover(excursion, hits.excursion_se_deg),
        "drop_missing": int(missing.sum()),
    }


def _asymmetry_errors(trials: Sequence[tuple[FloatArray, BoolArray]]) -> FloatArray:
    """Absolute difference of the mean errors right and left, one per recording that has both."""
    errors = []
    for error, is_left in trials:
        known = np.isfinite(error)
        left, right = error[known & is_left], error[known & ~is_left]
        if len(left) and len(right):
            errors.append(abs(float(right.mean() - left.mean())))
    return np.array(errors)


def _means(outcomes: Sequence[Outcome]) -> Figures:
    def share(names: Sequence[str]) -> float | None:
        held = [o.means_cover[name] for o in outcomes for name in names if name in o.means_cover]
        return sum(held) / len(held) if held else None

    return {
        "mean_peak_cover": share(MEANS[:2]),
        "mean_excursion_cover": share(MEANS[2:]),
        "asym_peak_cover": share(DIFFERENCES[:1]),
        "asym_excursion_cover": share(DIFFERENCES[1:]),
    }
