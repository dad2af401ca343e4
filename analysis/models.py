"""Fitted linear models and their coefficients.

The coefficients live in ``models.json`` beside this module; ``bench/fit_models.py`` makes them
from recordings with force-plate or foot-sensor truth and prints how well they do on people that
they have not seen.  A prediction never leaves the range of the truth that it was fitted to.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np

from analysis.results import FloatArray

# A feature this many standard deviations out is a spike, not a gait: it may pull no further.
MAX_SCORE = 4.0


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Ridge regression on standardised features.

    Attributes
    ----------
    mean, sd, coefficients : FloatArray, shape (n_features,)
    intercept : float
    low, high : float
        Bounds of a prediction.
    rmse : float
        Root mean square error on people left out of the fit, in the unit of the prediction.
    """

    mean: FloatArray
    sd: FloatArray
    coefficients: FloatArray
    intercept: float
    low: float
    high: float
    rmse: float

    def predict(self, features: FloatArray) -> FloatArray:
        """Predict from features, shape (n, n_features); returns shape (n,)."""
        scores = np.clip((features - self.mean) / self.sd, -MAX_SCORE, MAX_SCORE)
        return np.clip(scores @ self.coefficients + self.intercept, self.low, self.high)


def fit_ridge(
    features: FloatArray,
    target: FloatArray,
    penalty: float,
    rmse: float = float("nan"),
    *,
    odd: bool = False,
    weight: FloatArray | None = None,
) -> LinearModel:
    """Fit a ridge regression; the intercept is not penalised.

    Parameters
    ----------
    features : FloatArray, shape (n, n_features)
    target : FloatArray, shape (n,)
    penalty : float
        Added to the diagonal of the standardised normal equations.
    rmse : float
        Error found by cross-validation, carried along.
    odd : bool
        The target changes its sign when all features do, as in a mirror: there is no intercept.
    weight : FloatArray, shape (n,), optional
        How much each row counts; one by default.
    """
    if odd:
        features, target = np.concatenate((features, -features)), np.concatenate((target, -target))
        weight = None if weight is None else np.concatenate((weight, weight))
    weight = np.ones(len(target)) if weight is None else weight
    mean: FloatArray = np.asarray(np.average(features, axis=0, weights=weight), np.float64)
    spread = np.average((features - mean) ** 2, axis=0, weights=weight)
    sd: FloatArray = np.asarray(np.sqrt(spread) + 1e-9, np.float64)
    scores = (features - mean) / sd
    weighted = scores * weight[:, None]
    gram = weighted.T @ scores + penalty * np.eye(scores.shape[1])
    intercept = float(np.average(target, weights=weight))
    solved = np.linalg.solve(gram, weighted.T @ (target - intercept))
    coefficients: FloatArray = np.asarray(solved, np.float64)
    low, high = np.percentile(target, [0.1, 99.9])
    margin = 0.1 * (high - low)
    return LinearModel(
        mean, sd, coefficients, intercept, float(low - margin), float(high + margin), rmse
    )


def to_json(model: LinearModel) -> dict[str, object]:
    """Plain values of a model, rounded to six digits."""

    def digits(values: FloatArray) -> list[float]:
        return [float(f"{v:.6g}") for v in values]

    return {
        "mean": digits(model.mean),
        "sd": digits(model.sd),
        "coefficients": digits(model.coefficients),
        "intercept": float(f"{model.intercept:.6g}"),
        "low": float(f"{model.low:.6g}"),
        "high": float(f"{model.high:.6g}"),
        "rmse": float(f"{model.rmse:.4g}"),
    }


Models = Mapping[str, LinearModel]
"""All models that the analysis asks for, by name; see `analysis.events.model_name`."""


@cache
def shipped_models() -> Models:
    """Models of ``models.json``, fitted to every person with truth."""
    stored = json.loads(files("analysis").joinpath("models.json").read_text("utf-8"))
    return MappingProxyType({name: _from_json(raw) for name, raw in stored.items()})


def _from_json(raw: dict[str, Any]) -> LinearModel:
    return LinearModel(
        mean=np.array(raw["mean"]),
        sd=np.array(raw["sd"]),
        coefficients=np.array(raw["coefficients"]),
        intercept=raw["intercept"],
        low=raw["low"],
        high=raw["high"],
        rmse=raw["rmse"],
    )
