"""Detected stances against the truth, by the definitions of the score command beside the data.

A detected foot strike is a hit where it lies within the tolerance of a true one, one to one.
Everything else is read from the hits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from analysis.results import BoolArray, Estimate, FloatArray, RunAnalysis
from analysis.stances import Side
from bench.validation.reference import Reference

TOLERANCE_S = {"running": 0.06, "walking": 0.1}
MEANS = ("peak_left", "peak_right", "excursion_left", "excursion_right")
DIFFERENCES = ("asym_peak", "asym_excursion")

IntArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Found:
    """Valid stances of one analysed recording as arrays, and its means with their intervals."""

    foot_strike_s: FloatArray
    toe_off_s: FloatArray
    is_left: BoolArray
    is_right: BoolArray
    peak_drop_deg: FloatArray
    drop_excursion_deg: FloatArray
    foot_strike_se_s: FloatArray
    peak_drop_se_deg: FloatArray
    drop_excursion_se_deg: FloatArray
    means: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Hits:
    """True and found values of the stances that were found, shape (n_hits,) each.

    NaN where a value is not known; times and standard errors in seconds, angles in degrees.
    """

    strike_true_s: FloatArray
    strike_s: FloatArray
    strike_se_s: FloatArray
    toe_off_true_s: FloatArray
    toe_off_s: FloatArray
    side_known: BoolArray
    side_right: BoolArray
    is_left: BoolArray
    peak_true_deg: FloatArray
    peak_deg: FloatArray
    peak_se_deg: FloatArray
    excursion_true_deg: FloatArray
    excursion_deg: FloatArray
    excursion_se_deg: FloatArray

    @property
    def contact_s(self) -> FloatArray:
        """Contact time as found."""
        return self.toe_off_s - self.strike_s

    @property
    def contact_true_s(self) -> FloatArray:
        """Contact time in truth."""
        return self.toe_off_true_s - self.strike_true_s


@dataclass(frozen=True, slots=True)
class Outcome:
    """One recording with its truth, scored.

    Attributes
    ----------
    reference : Reference
    n_detected : int
        Valid stances where the truth says what is right.
    hits : Hits
    means_cover : dict of bool
        Whether the interval of each run mean and difference holds the true one.
    """

    reference: Reference
    n_detected: int
    hits: Hits
    means_cover: dict[str, bool]

    @property
    def f1(self) -> float:
        """Harmonic mean of the shares of true strikes found and of found strikes true."""
        n = len(self.reference.foot_strike_s) + self.n_detected
        return 2 * len(self.hits.strike_s) / max(n, 1)


def found_in(run: RunAnalysis) -> Found:
    """Take from an analysis what is scored."""
    rows = [s for s in run.stances if s.valid]

    def values(name: str) -> FloatArray:
        known = [getattr(s, name) for s in rows]
        return np.array([np.nan if value is None else value for value in known], np.float64)

    left, right = run.summary.left, run.summary.right
    means = {
        "peak_left": left.peak_drop_deg,
        "peak_right": right.peak_drop_deg,
        "excursion_left": left.drop_excursion_deg,
        "excursion_right": right.drop_excursion_deg,
        "asym_peak": run.summary.asym_peak_drop_deg,
        "asym_excursion": run.summary.asym_drop_excursion_deg,
    }
    return Found(
        foot_strike_s=values("foot_strike_s"),
        toe_off_s=values("toe_off_s"),
        is_left=np.array([s.side is Side.LEFT for s in rows], np.bool_),
        is_right=np.array([s.side is Side.RIGHT for s in rows], np.bool_),
        peak_drop_deg=values("peak_drop_deg"),
        drop_excursion_deg=values("drop_excursion_deg"),
        foot_strike_se_s=values("foot_strike_se_s"),
        peak_drop_se_deg=values("peak_drop_se_deg"),
        drop_excursion_se_deg=values("drop_excursion_se_deg"),
        means={name: mean for name, mean in means.items() if mean is not None},
    )


def match(true_s: FloatArray, found_s: FloatArray, tolerance_s: float) -> tuple[IntArray, IntArray]:
    """Pair times one to one, the nearest pair first.

    Returns
    -------
    true_index, found_index : IntArray, shape (n_hits,)
        In the order of the true times.
    """
    distance = np.abs(true_s[:, None] - found_s[None, :])
    rows, columns = np.nonzero(distance <= tolerance_s)
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for k in np.argsort(distance[rows, columns], kind="stable"):
        row, column = int(rows[k]), int(columns[k])
        if row not in partner and column not in taken:
            partner[row] = column
            taken.add(column)
    order = sorted(partner)
    return np.array(order, np.intp), np.array([partner[row] for row in order], np.intp)


def score(reference: Reference, found: Found, tolerance_s: float) -> Outcome:
    """Score one recording."""
    at = np.flatnonzero(reference.in_score(found.foot_strike_s))
    true, k = match(reference.foot_strike_s, found.foot_strike_s[at], tolerance_s)
    hit = at[k]
    is_left = reference.is_left[true]
    return Outcome(
        reference,
        len(at),
        Hits(
            strike_true_s=reference.foot_strike_s[true],
            strike_s=found.foot_strike_s[hit],
            strike_se_s=found.foot_strike_se_s[hit],
            toe_off_true_s=reference.toe_off_s[true],
            toe_off_s=found.toe_off_s[hit],
            side_known=reference.has_side[true],
            side_right=np.where(is_left, found.is_left[hit], found.is_right[hit]),
            is_left=is_left,
            peak_true_deg=reference.peak_drop_deg[true],
            peak_deg=found.peak_drop_deg[hit],
            peak_se_deg=found.peak_drop_se_deg[hit],
            excursion_true_deg=reference.drop_excursion_deg[true],
            excursion_deg=found.drop_excursion_deg[hit],
            excursion_se_deg=found.drop_excursion_se_deg[hit],
        ),
        _means_cover(reference, found),
    )


def _means_cover(reference: Reference, found: Found) -> dict[str, bool]:
    """Whether each interval holds the mean (or the right minus left) of all true stances."""
    true: dict[str, float] = {}
    left, right = reference.is_left, reference.has_side & ~reference.is_left
    for name, values in (
        ("peak", reference.peak_drop_deg),
        ("excursion", reference.drop_excursion_deg),
    ):
        known = np.isfinite(values)
        if (known & left).any() and (known & right).any():
            true[f"{name}_left"] = float(values[known & left].mean())
            true[f"{name}_right"] = float(values[known & right].mean())
            true[f"asym_{name}"] = true[f"{name}_right"] - true[f"{name}_left"]
    return {
        name: bool(estimate.ci_low <= true[name] <= estimate.ci_high)
        for name, estimate in found.means.items()
        if name in true
    }


def pooled(outcomes: Sequence[Outcome]) -> Hits:
    """Put the hits of many recordings one behind the other."""
    return Hits(
        **{
            field.name: np.concatenate([getattr(o.hits, field.name) for o in outcomes])
            for field in fields(Hits)
        }
    )
