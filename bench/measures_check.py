"""How far the measures beside the drop can be trusted: ``python -m bench.measures_check``.

Prints the figures of docs/measures.md: against the truth of simulated runs, and, where the
validation recordings lie beside the project, against force plates and foot sensors.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.extra_measures import ExtraMeasure
from analysis.geometry import GRAVITY_MPS2
from analysis.results import Estimate, FloatArray, RunAnalysis
from analysis.run_measures import block_spread
from analysis.stances import Side
from bench.measures_simulated import (
    RANGES,
    UNITS,
    analysed,
    say,
    simulated,
    simulated_impact,
    spread,
)
from imu.recordings import read_recording

VALIDATION = Path(__file__).parents[2] / "shared" / "validation"
MAX_STRIDE_S = 1.6  # longer is a pause between two bouts


@dataclass(frozen=True, slots=True)
class Trial:
    """One recording: what was found, without the gyroscope too, and what the reference says."""

    speed_mps: float
    found: RunAnalysis
    without_gyroscope: RunAnalysis
    strike_s: FloatArray
    toe_off_s: FloatArray
    is_left: Any

    def value(self, measure: ExtraMeasure, *, has_gyroscope: bool = True) -> float:
        """Give a measure of the run; the mean of both sides where it belongs to sides."""
        run = self.found if has_gyroscope else self.without_gyroscope
        measured = run.measures[measure]
        parts = [e.value for e in (measured.left, measured.right, measured.run) if e is not None]
        return float(np.mean(parts)) if parts else float("nan")


def read_trials(folder: str) -> list[Trial]:
    """Analyse every recording of a folder."""
    trials = []
    for path in sorted((VALIDATION / folder).glob("*.parquet")):
        truth = json.loads(path.with_name(f"{path.stem}.truth.json").read_text("utf-8"))
        recording, stances = read_recording(path), truth["stances"]
        trials.append(
            Trial(
                speed_mps=truth.get("speed_m_s", float("nan")),
                found=analysed(recording),
                without_gyroscope=analysed(recording, has_gyroscope=False),
                strike_s=np.array([s["foot_strike_s"] for s in stances]),
                toe_off_s=np.array([s["toe_off_s"] for s in stances], np.float64),
                is_left=np.array([s["side"] == Side.LEFT for s in stances]),
            )
        )
    return trials


def true_balance_percent(trial: Trial) -> float:
    """Left share of the stride time, by the reference."""
    strike_s, is_left = trial.strike_s, trial.is_left
    stride_s = strike_s[2:] - strike_s[:-2]
    in_turn = (is_left[:-2] == is_left[2:]) & (is_left[:-2] != is_left[1:-1])
    whole = in_turn & (stride_s < MAX_STRIDE_S)
    first = 100.0 * (strike_s[1:-1] - strike_s[:-2]) / stride_s
    return float(np.where(is_left[:-2], 100.0 - first, first)[whole].mean())


def true_spread_s(trial: Trial) -> float:
    """Spread of the stride time by the force plates, in the same way."""
    stride_s = np.append(trial.strike_s[2:] - trial.strike_s[:-2], [np.nan, np.nan])
    sides = (trial.is_left, ~trial.is_left)
    parts = [block_spread(stride_s, side)[0] for side in sides]
    return float(np.median(np.concatenate(parts)))


def spring_mass_m(trial: Trial) -> tuple[float, float]:
    """Rise of the centre of mass if the force were a half sine, or its square, over the contact.

    Both follow from contact and flight time alone: the force carries body weight on average, and
    the flight is free fall.
    """
    contact = float(np.nanmean(trial.toe_off_s - trial.strike_s))
    step = float(np.diff(trial.strike_s).mean())
    flight, load = step - contact, GRAVITY_MPS2 * step / contact
    rise = GRAVITY_MPS2 * flight**2 / 8 - GRAVITY_MPS2 * contact**2 / 8
    half_sine = rise + (np.pi / 2) * load * contact**2 / np.pi**2
    # Mean force over the contact minus weight, and the bump around that mean.
    squared = rise + load * contact**2 / 8 + 2 * load * (contact / (2 * np.pi)) ** 2
    return half_sine, squared


def against_plates(trials: list[Trial]) -> None:
    """Print rhythm and contact against the force plates: error of the run's mean."""
    say()
    say(f"{len(trials)} treadmill runs: found minus force plates, mean ± SD of the runs")
    balance(trials)
    contact = [contact_balance_error(t) for t in trials]
    say(f"  contact balance, percentage points     {spread(contact)}")
    sd = [1000 * (t.value(ExtraMeasure.STRIDE_TIME_SD) - true_spread_s(t)) for t in trials]
    say(f"  stride time spread, ms                 {spread(sd)}")
    say(f"    within 2 ms in {100 * np.mean(np.abs(sd) <= 2.0):.0f} % of them")
    true_ms = [1000 * true_spread_s(t) for t in trials]
    say(f"    the plates themselves say, ms        {spread(true_ms)}")
    cv = [
        t.value(ExtraMeasure.STRIDE_TIME_CV)
        - 100 * true_spread_s(t) / float((t.strike_s[2:] - t.strike_s[:-2]).mean())
        for t in trials
    ]
    say(f"  stride time variability, %-points      {spread(cv)}")


def balance(trials: list[Trial]) -> None:
    """Print the error of the step time balance and how often its interval holds the truth."""
    measure = ExtraMeasure.STEP_TIME_BALANCE
    error = [t.value(measure) - true_balance_percent(t) for t in trials]
    say(f"  step time balance, percentage points   {spread(error)}")
    inside = [holds(t.found.measures[measure].run, true_balance_percent(t)) for t in trials]
    say(f"    the interval holds the truth in {100 * np.mean(inside):.0f} % of them")


def holds(estimate: Estimate | None, truth: float) -> bool:
    """Tell whether the interval holds the truth."""
    return estimate is not None and estimate.ci_low <= truth <= estimate.ci_high


def contact_balance_error(trial: Trial) -> float:
    """Found minus true contact balance, percentage points."""
    contact = trial.toe_off_s - trial.strike_s
    left, right = np.nanmean(contact[trial.is_left]), np.nanmean(contact[~trial.is_left])
    found = trial.found.summary.contact_balance_percent
    return float("nan") if found is None else found.value - float(100 * left / (left + right))


def consistency(trials: list[Trial]) -> None:
    """Print what can be checked without a truth: speed, models, halves, the gyroscope left out."""
    say()
    say("Means of the runs by speed, mean ± SD over people")
    for speed in sorted({t.speed_mps for t in trials}):
        of_speed = [t for t in trials if t.speed_mps == speed]
        parts = [
            f"{name.value} {spread(scaled(t, name) for t in of_speed)}"
            for name in ExtraMeasure
            if name is not ExtraMeasure.IMPACT_PEAK
        ]
        say(f"  {speed} m/s: " + "; ".join(parts))
    oscillation = [scaled(t, ExtraMeasure.VERTICAL_OSCILLATION) for t in trials]
    for k, name in enumerate(("half sine", "squared sine")):
        model = [1000 * spring_mass_m(t)[k] for t in trials]
        difference = np.subtract(oscillation, model)
        r = float(np.corrcoef(oscillation, model)[0, 1])
        say(f"  oscillation minus model with a {name}, mm: {spread(difference)}, r = {r:.2f}")
    cadence = [60.0 / float(np.diff(t.strike_s).mean()) for t in trials]
    say(f"  oscillation with cadence: r = {np.corrcoef(oscillation, cadence)[0, 1]:.2f}")
    lost = [
        1000 * t.value(ExtraMeasure.VERTICAL_OSCILLATION, has_gyroscope=False) - o
        for t, o in zip(trials, oscillation, strict=True)
    ]
    say(f"  oscillation, without minus with gyroscope, mm: {spread(lost)}")
    say("  second minus first half of a run (29 s), SD over runs:")
    for name in RANGES:
        say(f"    {name}: {np.nanstd([halves(t, name) for t in trials], ddof=1):.2f}")


def scaled(trial: Trial, measure: ExtraMeasure) -> float:
    """Give a measure in the printed unit: lengths in mm, times in ms."""
    is_small = measure.value.endswith(("_m", "_s"))
    return trial.value(measure) * (1000.0 if is_small else 1.0)


def halves(trial: Trial, name: str) -> float:
    """Mean of the second half of a run minus that of its first, in the printed unit."""
    stances = [s for s in trial.found.stances if s.valid and getattr(s, name) is not None]
    values = np.array([getattr(s, name) for s in stances]) * UNITS.get(name, 1.0)
    half = len(values) // 2
    return float(values[half:].mean() - values[:half].mean())


def main() -> None:
    """Print everything that can be checked here."""
    simulated()
    simulated_impact()
    if not VALIDATION.is_dir():
        say("No recordings with truth here: put them into ../shared/validation to check them.")
        return
    trials = read_trials("running")
    against_plates(trials)
    walks = read_trials("walking")
    say()
    say(f"{len(walks)} walks of 10 m and back: found minus foot sensors, mean ± SD of the walks")
    balance(walks)
    consistency(trials)


if __name__ == "__main__":
    main()
