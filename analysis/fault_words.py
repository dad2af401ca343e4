"""What is told of a faulty sensor, and what to do."""

import numpy as np

from analysis.faults import Faults
from analysis.results import Grade

# A finding that leaves the grade good is a note.
Finding = tuple[Grade, str]

SPIKES_GOOD_SHARE = 1e-3
"""One spike in a thousand samples is one in some ten seconds; more often it is no accident."""
NO_DROP_POOR_PERCENT = 40.0
"""The same as for stances that are left out for other faults: what is left is not the run."""
TOO_SHORT_S = 5.0
"""Less may hold no three strides, which forward and sides need; see `analysis.aligned`."""
VIOLENT_PERCENT = 50.0
BIAS_GOOD_RADPS = float(np.radians(20.0))
"""The zero-rate tolerance of the least exact gyroscopes in wide use (MPU-6050 data sheet)."""


def fault_findings(faults: Faults, n_samples: int, no_drop_percent: float) -> list[Finding]:
    """Say what was wrong with the samples; see `analysis.faults`.

    Parameters
    ----------
    faults : Faults
    n_samples : int
        Samples that are left.
    no_drop_percent : float
        Share of the stances that have no drop, since the gyroscope stood still.
    """
    findings: list[Finding] = []
    if faults.gyroscope_is_dead:
        what = "stood still for most of the time" if faults.dead_s else "never changes"
        told = f"an axis of the gyroscope {what}, so none of it is used: restart or replace it"
        findings.append((Grade.FAIR, told))
    elif faults.dead_s:
        dead_s = sum(end_s - start_s for start_s, end_s in faults.dead_s)
        grade = Grade.POOR if no_drop_percent > NO_DROP_POOR_PERCENT else Grade.FAIR
        told = (
            f"the gyroscope stood still for {_duration(dead_s)}, so there is no drop there: "
            "restart the sensor before the next run"
        )
        findings.append((grade, told))
    if faults.is_bunched:
        told = "samples bore the times of their packets, so they were given even ones"
        findings.append((Grade.GOOD, told))
    if faults.stuck_s:
        stuck_s = sum(end_s - start_s for start_s, end_s in faults.stuck_s)
        told = (
            f"an axis of the accelerometer stood still for {_duration(stuck_s)}, so nothing is "
            "read there: restart or replace the sensor"
        )
        findings.append((Grade.FAIR, told))
    many = len(faults.frozen_s) - len(faults.stuck_s)
    if many:
        often = "once" if many == 1 else f"{many} times"
        findings.append(
            (Grade.GOOD, f"the readings froze {often}, which counts as missing samples")
        )
    if faults.n_spikes:
        many = faults.n_spikes
        grade = Grade.FAIR if many > SPIKES_GOOD_SHARE * n_samples else Grade.GOOD
        told = (
            "1 sample was a spike and is" if many == 1 else f"{many:,} samples were spikes and are"
        )
        todo = "" if grade is Grade.GOOD else ": have the sensor checked if that comes back"
        findings.append((grade, f"{told} left out{todo}"))
    return findings


def bias_findings(bias_radps: float) -> list[Finding]:
    """Say an offset of the gyroscope that was taken off; nothing where it is usual."""
    if bias_radps == 0.0:
        return []
    grade = Grade.GOOD if bias_radps <= BIAS_GOOD_RADPS else Grade.FAIR
    by = f"{np.degrees(bias_radps):.0f}° per second"
    todo = "" if grade is Grade.GOOD else ": calibrate it"
    return [(grade, f"the gyroscope was off by {by}, which was taken off{todo}")]


def _duration(seconds: float) -> str:
    return f"{seconds / 60.0:.0f} min" if seconds >= 120.0 else f"{seconds:.0f} s"


def emptiness_findings(n_stances: int, duration_s: float, violent_percent: float) -> list[Finding]:
    """Say why a recording without stances may be none of rest.

    Parameters
    ----------
    n_stances : int
    duration_s : float
    violent_percent : float
        Share of the time in which the sensor moves as in running.
    """
    if n_stances:
        return []
    if duration_s < TOO_SHORT_S:
        return [(Grade.POOR, f"{duration_s:.2g} s are too short to find steps in")]
    if violent_percent <= VIOLENT_PERCENT:
        return []
    told = (
        "the sensor moves as in running, but no steps were found: check that it sits tight on the "
        "back of the pelvis"
    )
    return [(Grade.FAIR, told)]
