"""Truth and detections made up with known errors."""

from typing import Any

import numpy as np

from analysis.results import Estimate
from bench.validation.reference import Reference, reference_from
from bench.validation.scoring import Found

N = 60


def truth(seed: int = 0, **more: Any) -> dict[str, Any]:
    """Make a truth document of a run of 60 stances."""
    rng = np.random.default_rng(seed)
    stances = [
        {
            "foot_strike_s": 30 + 0.35 * k + rng.normal() * 0.005,
            "toe_off_s": 30.24 + 0.35 * k,
            "side": "left" if k % 2 else "right",
            "peak_drop_deg": 4 + rng.normal(),
            "drop_excursion_deg": 3 + rng.normal() * 0.5,
        }
        for k in range(N)
    ]
    return {"speed_m_s": 2.5, "mount": "any", "loss": 0.0, "wobble": False, **more} | {
        "stances": stances
    }


def found(
    reference: Reference, *, strike_s: float = 0.0, left_deg: float = 0.0, right_deg: float = 0.0
) -> Found:
    """Detect everything, with constant errors."""
    by_side = np.where(reference.is_left, left_deg, right_deg)
    se = np.full(len(reference.foot_strike_s), 0.5)
    return Found(
        foot_strike_s=reference.foot_strike_s + strike_s,
        toe_off_s=reference.toe_off_s,
        is_left=reference.is_left,
        is_right=~reference.is_left,
        peak_drop_deg=reference.peak_drop_deg + by_side,
        drop_excursion_deg=reference.drop_excursion_deg + by_side,
        foot_strike_se_s=se / 100,
        peak_drop_se_deg=se,
        drop_excursion_se_deg=se,
        means={"asym_peak": Estimate(0.0, -0.1, 0.1), "peak_left": Estimate(4.0, -99.0, 99.0)},
    )


def noisy(reference: Reference, seed: int) -> Found:
    """Detect most stances, some twice, some late, with a wrong side or without a toe-off."""
    rng = np.random.default_rng(seed)
    n = len(reference.foot_strike_s)
    keep = np.sort(np.concatenate((np.flatnonzero(rng.uniform(size=n) > 0.1), [3, 11])))
    strike = reference.foot_strike_s[keep] + rng.normal(size=len(keep)) * 0.02
    order = np.argsort(strike)
    keep, strike = keep[order], strike[order]
    left = reference.is_left[keep] ^ (rng.uniform(size=len(keep)) < 0.1)

    def off(values: np.ndarray, sd: float) -> np.ndarray:
        return values[keep] + rng.normal(size=len(keep)) * sd

    toe_off = off(reference.toe_off_s, 0.02)
    toe_off[5] = np.nan
    peak = off(reference.peak_drop_deg, 0.8)
    peak[7] = np.nan
    return Found(
        foot_strike_s=strike,
        toe_off_s=toe_off,
        is_left=left,
        is_right=~left,
        peak_drop_deg=peak,
        drop_excursion_deg=off(reference.drop_excursion_deg, 0.4),
        foot_strike_se_s=np.full(len(keep), 0.015),
        peak_drop_se_deg=np.full(len(keep), 0.6),
        drop_excursion_se_deg=np.full(len(keep), 0.4),
        means={},
    )


def reference(seed: int = 0, name: str = "p1-1", **more: Any) -> Reference:
    """Make the truth of one recording."""
    return reference_from(name, truth(seed, **more))
