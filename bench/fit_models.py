"""Fit the linear models of the analysis to recordings with truth, and say how well they do.

    python -m bench.fit_models ../shared/validation [--write]

Every figure printed is leave-one-person-out: the model that is judged on a person has not seen
that person.  ``--write`` stores the models that are fitted to all people in
``analysis/models.json``, each with its leave-one-person-out error.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from analysis.aligned import align, events_of
from analysis.alignment import Mounting
from analysis.events import (
    WINDOWS,
    event_features,
    mean_step_time_s,
    model_name,
)
from analysis.forward import forward_features
from analysis.grid import to_grid
from analysis.models import LinearModel, fit_ridge, to_json
from analysis.results import FloatArray, IntArray
from analysis.sides import side_channels, side_features
from analysis.stances import Side
from bench.fit_score import moments_of
from bench.impacts import WEIGHT_BY_PEAK, with_impacts
from imu.recordings import Recording, read_recording

# Each shrinks what one person's data cannot hold up.  Three times more or less changes little.
PENALTY = {"strike": 300.0, "toe_off": 300.0, "side": 600.0, "forward": 6.0, "score": 300.0}
# Targets that change their sign in a mirror: their models favour neither side.
EVENTS = ("strike", "toe_off")
ODD_TARGETS = ("side", "forward")
MATCH_S = 0.15
# Where the step (upward zero crossing) lies against foot strike on average, to pair them.
STEP_AFTER_STRIKE_S = {"running": 0.02, "walking": -0.08}


@dataclass(frozen=True, slots=True)
class Trial:
    """Features and truth of one recording, and how much it counts in a fit.

    A recording with invented impacts counts less than one; it holds events only, and nobody is
    judged by it.
    """

    person: str
    features: dict[str, FloatArray]
    targets: dict[str, FloatArray]
    weight: float = 1.0
    row_weights: dict[str, FloatArray] = field(default_factory=dict)

    def weights(self, target: str) -> FloatArray:
        """How much each row of a target counts."""
        rows = self.row_weights.get(target, np.ones(len(self.targets[target])))
        return self.weight * rows


def trials(folder: Path, gait: str, *, six_axes: bool) -> Iterator[Trial]:
    """Read each recording of a folder, with the features that the analysis itself would make."""
    for number, path in enumerate(sorted(folder.glob("*.parquet"))):
        truth = json.loads(path.with_name(f"{path.stem}.truth.json").read_text("utf-8"))
        recording, person = read_recording(path), path.stem[:3]
        yield _trial(recording, truth, person, gait, six_axes=six_axes)
        if "mount_sensor_to_pelvis_wxyz" not in truth:
            continue  # a real sensor: it has felt its impacts itself
        for peak_mps2, weight in WEIGHT_BY_PEAK.items():
            hit = with_impacts(recording, truth, peak_mps2, seed=number)
            trial = _trial(hit, truth, person, gait, six_axes=six_axes)
            events = {name: trial.features[name] for name in EVENTS}
            yield replace(trial, features=events, weight=weight)


def _trial(
    recording: Recording,
    truth: dict[str, Any],
    person: str,
    gait: str,
    *,
    six_axes: bool,
) -> Trial:
    gyr = recording.gyr_radps if six_axes else None
    aligned = align(to_grid(recording.t_s, recording.acc_mps2, gyr, recording.sampling_rate_hz))
    if aligned is None:
        raise SystemExit("a recording holds no gait: is this the validation folder?")
    grid, steps, harmonics = aligned.grid, aligned.steps, aligned.harmonics
    signals = events_of(aligned)
    step_time = mean_step_time_s(steps, grid.rate_hz)
    anchor = np.interp(steps.index, np.arange(len(grid.t_s)), grid.t_s)
    stances = truth["stances"]
    strike = np.array([s["foot_strike_s"] for s in stances], float)
    toe_off = np.array([s.get("toe_off_s") or np.nan for s in stances], float)
    left = np.array([1.0 if s["side"] == "left" else -1.0 for s in stances])
    step_of, stance_of = _pair(anchor - STEP_AFTER_STRIKE_S[gait], strike)
    stance_at = np.full(len(anchor), -1)
    stance_at[step_of] = stance_of
    at_stride = stance_at[harmonics.step]
    side = side_features(side_channels(harmonics, aligned.forward))[at_stride >= 0]
    features, targets = {"side": side}, {"side": left[at_stride[at_stride >= 0]]}
    for event, times in (("strike", strike), ("toe_off", toe_off)):
        window = WINDOWS[event, gait == "running"]
        after = (times[stance_of] - anchor[step_of]) / window.scale(step_time[step_of])
        known = np.isfinite(after)
        targets[event] = after[known]
        of_event = event_features(signals, steps.index, window, step_time, grid)
        features[event] = of_event[step_of][known]
    sides = tuple(Side.UNKNOWN if k < 0 else Side(stances[k]["side"]) for k in stance_at)
    asymmetries = forward_features(harmonics, steps, sides, aligned.forward)
    if asymmetries is not None and "mount_sensor_to_pelvis_wxyz" in truth:
        features["forward"] = asymmetries[None]
        targets["forward"] = np.array([_turn_to_truth_deg(aligned.mounting, truth)])
    row_weights = {}
    if gait == "walking":
        scored = moments_of(aligned, truth)
        features["score"], targets["score"] = scored.features, scored.height
        row_weights["score"] = scored.weight
    return Trial(person, features, targets, row_weights=row_weights)


def _turn_to_truth_deg(mounting: Mounting, truth: dict[str, Any]) -> float:
    """How far to the left true forward lies of the forward that symmetry shows."""
    w, x, y, z = truth["mount_sensor_to_pelvis_wxyz"]
    true_axes = Rotation.from_quat((x, y, z, w)).as_matrix()
    forward = mounting.matrix @ true_axes[0]  # the pelvis's x axis, in the axes of symmetry
    return float(np.degrees(np.arctan2(forward[1], forward[0])))


def _pair(detected: FloatArray, truth: FloatArray) -> tuple[IntArray, IntArray]:
    """Pairs of nearest neighbours in time, closer than `MATCH_S`."""
    nearest = np.abs(detected[:, None] - truth).argmin(axis=1)
    back = np.abs(truth[:, None] - detected).argmin(axis=1)
    mutual = back[nearest] == np.arange(len(detected))
    close = np.abs(detected - truth[nearest]) < MATCH_S
    step_of = np.flatnonzero(mutual & close)
    return step_of, nearest[step_of]


def fit(of: list[Trial], target: str) -> LinearModel:
    """Fit one model."""
    of = [trial for trial in of if target in trial.features]
    features = np.concatenate([t.features[target] for t in of])
    values = np.concatenate([t.targets[target] for t in of])
    weight = np.concatenate([t.weights(target) for t in of])
    return fit_ridge(features, values, PENALTY[target], odd=target in ODD_TARGETS, weight=weight)


def judge(of: list[Trial], target: str) -> tuple[FloatArray, FloatArray]:
    """Leave-one-person-out predictions and truth, over all trials."""
    predicted, truth = [], []
    for person in sorted({t.person for t in of}):
        model = fit([t for t in of if t.person != person], target)
        for trial in of:
            if trial.person == person and trial.weight == 1.0:
                predicted.append(model.predict(trial.features[target]))
                truth.append(trial.targets[target])
    return np.concatenate(predicted), np.concatenate(truth)


TrialSets = dict[tuple[str, bool], list[Trial]]
"""Trials by gait and by whether the gyroscope was used."""


def read_trials(validation: Path) -> TrialSets:
    """Read all recordings of the validation folder, with and without their gyroscope."""
    return {
        (gait, six_axes): list(trials(validation / gait, gait, six_axes=six_axes))
        for gait in ("running", "walking")
        for six_axes in (True, False)
    }


def fit_models(sets: TrialSets, *, without: str | None = None) -> dict[str, LinearModel]:
    """Fit all models, each with its error on people left out in turn.

    Parameters
    ----------
    sets : TrialSets
    without : str, optional
        A person whose trials are not used, neither for the fit nor for its error.
    """
    models = {}
    for (gait, six_axes), everyone in sets.items():
        of = [trial for trial in everyone if trial.person != without]
        for target in of[0].targets:
            name = model_name(target, running=gait == "running", has_gyroscope=six_axes)
            # The error of a score at one moment is of no use, and the fit a large one.
            rmse = 0.0 if target == "score" else _rmse(of, target)
            models[name] = replace(fit(of, target), rmse=rmse)
    return models


def _rmse(of: list[Trial], target: str) -> float:
    predicted, truth = judge(of, target)
    return float(np.sqrt(np.mean((predicted - truth) ** 2)))


def errors(sets: TrialSets) -> Iterator[str]:
    """Say the leave-one-person-out error of each model in a line."""
    for (gait, six_axes), of in sets.items():
        for target in of[0].targets:
            predicted, truth = judge(of, target)
            error = predicted - truth
            name = model_name(target, running=gait == "running", has_gyroscope=six_axes)
            if target == "forward":
                rms_deg, without_deg = (np.sqrt(np.mean(x**2)) for x in (error, truth))
                yield f"{name:24s} RMS {rms_deg:.2f} deg, {without_deg:.2f} by symmetry alone"
            elif target == "score":
                yield f"{name:24s} explains {1 - error.var() / truth.var():.3f} of the variance"
            elif target == "side":
                yield f"{name:24s} {np.mean(predicted * truth > 0):.4f} of strides right"
            else:
                mae_ms, bias_ms = 1e3 * np.abs(error).mean(), 1e3 * error.mean()
                yield f"{name:24s} MAE {mae_ms:5.1f} ms, bias {bias_ms:+5.1f} ms, n = {len(error)}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> None:
    """Fit all models, print their errors, and write them if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("validation", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    sets = read_trials(arguments.validation)
    for line in errors(sets):
        _say(line)
    if arguments.write:
        models = {name: to_json(model) for name, model in fit_models(sets).items()}
        target_file = Path(__file__).parents[1] / "analysis" / "models.json"
        target_file.write_text(json.dumps(models, indent=None, separators=(",", ":")) + "\n")
        _say(f"wrote {target_file.name}")


if __name__ == "__main__":
    main()
