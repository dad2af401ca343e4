"""Fit the exponent of speed from contact time, and say how far it carries.

    python -m bench.fit_speed ../shared/validation

Contact times are those that the analysis finds, not the force plate's.  Every error printed is
leave-one-person-out; the values of ``analysis/speed.py`` come from the line that names them.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis import analyse_run
from analysis.columns import stance_columns
from analysis.results import FloatArray
from analysis.speed import REFERENCE_CONTACT_S
from imu.recordings import read_recording


@dataclass(frozen=True, slots=True)
class Trials:
    """One value per trial: who ran, log speed, log of the median contact and step time."""

    person: tuple[str, ...]
    speed: FloatArray
    contact: FloatArray
    step: FloatArray

    def of(self, person: str, *, but: bool = False) -> "Trials":
        """Give the trials of one person, or of all but that one."""
        kept = np.array([(one == person) != but for one in self.person])
        names = tuple(one for one, keep in zip(self.person, kept, strict=True) if keep)
        return Trials(names, self.speed[kept], self.contact[kept], self.step[kept])


def read_trials(folder: Path) -> Trials:
    """Analyse each recording of a folder with known speed."""
    rows = []
    for path in sorted(folder.glob("*.parquet")):
        truth = json.loads(path.with_name(f"{path.stem}.truth.json").read_text("utf-8"))
        recording = read_recording(path)
        found = analyse_run(
            recording.t_s,
            recording.acc_mps2,
            recording.gyr_radps,
            sampling_rate_hz=recording.sampling_rate_hz,
        )
        columns = stance_columns(found.stances)
        kept = columns.in_main_gait
        contact_s = float(np.nanmedian(columns.contact_time_s[kept]))
        step_s = 60.0 / float(np.nanmedian(columns.cadence_spm[kept]))
        rows.append((path.stem[:3], truth["speed_m_s"], contact_s, step_s))
    people, speed, contact, step = zip(*rows, strict=True)
    return Trials(people, np.log(speed), np.log(contact), np.log(step))


def within(trials: Trials) -> tuple[FloatArray, FloatArray]:
    """Give log speed and the features, each against its person's own mean."""
    parts = [trials.of(person) for person in sorted(set(trials.person))]
    speed = np.concatenate([part.speed - part.speed.mean() for part in parts])
    features = np.concatenate(
        [
            np.column_stack((part.contact, part.step)) - [part.contact.mean(), part.step.mean()]
            for part in parts
        ]
    )
    return speed, features


def slopes_of(trials: Trials, n_features: int) -> FloatArray:
    """Fit the change of log speed inside one person."""
    speed, features = within(trials)
    slopes = np.linalg.lstsq(features[:, :n_features], speed, rcond=None)[0]
    return np.asarray(slopes, np.float64)


def errors(trials: Trials, n_features: int) -> tuple[float, float]:
    """Give the leave-one-person-out error inside one person, relative, and of speed in m/s."""
    inside: list[FloatArray] = []
    absolute: list[FloatArray] = []
    for person in sorted(set(trials.person)):
        others, own = trials.of(person, but=True), trials.of(person)
        slopes = slopes_of(others, n_features)
        speed, features = within(own)
        inside.append(features[:, :n_features] @ slopes - speed)
        told = np.column_stack((own.contact, own.step))[:, :n_features] @ slopes
        known = np.column_stack((others.contact, others.step))[:, :n_features] @ slopes
        level = np.mean(others.speed - known)
        error: FloatArray = np.exp(level + told) - np.exp(own.speed)
        absolute.append(error)
    return _rms(np.concatenate(inside)), _rms(np.concatenate(absolute))


def _rms(values: FloatArray) -> float:
    return float(np.sqrt(np.mean(values**2)))


def main() -> None:
    """Fit, and print what the module needs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("validation", type=Path)
    trials = read_trials(parser.parse_args().validation / "running")
    lines = [f"{len(trials.person)} trials of {len(set(trials.person))} people"]
    for name, n_features in (("contact time", 1), ("contact and step time", 2)):
        inside, absolute = errors(trials, n_features)
        slopes = ", ".join(f"{slope:.3f}" for slope in slopes_of(trials, n_features))
        lines.append(
            f"{name}: exponents {slopes}; left out: {100.0 * inside:.1f} % inside one person, "
            f"{absolute:.2f} m/s"
        )
    exponent = slopes_of(trials, 1)[0]
    at_reference = trials.speed - exponent * (trials.contact - np.log(REFERENCE_CONTACT_S))
    lines += [
        f"EXPONENT = {exponent:.3f}",
        f"REFERENCE_SPEED_MPS = {np.exp(at_reference.mean()):.3f}",
        f"contact times {np.exp(trials.contact.min()):.3f} to {np.exp(trials.contact.max()):.3f} s",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
