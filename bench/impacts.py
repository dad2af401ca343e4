"""Impacts added to recordings that have none, so that models learn not to mind them.

The recordings with force-plate truth are virtual: a sensor computed from optical motion capture,
without anything above 20 Hz.  A real sensor on the sacrum feels a short blow behind each foot
strike.  Models fitted without it take its low-passed shadow for an earlier foot strike: 35 m/s2
for about 10 ms moved them by 13 ms.  The blows added here are invented, of many sizes, durations
and directions; the truth stays.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from analysis.results import FloatArray
from imu.recordings import Recording

# Weight of a recording with blows of each size, m/s2, beside 1 for the recording as it is.  With
# more, strikes on people left out get worse (4.8 ms for three times as much).
WEIGHT_BY_PEAK = {12.0: 0.3, 35.0: 0.1}
# A blow rises and falls as u exp(1 - u), u the time since its onset over a time constant.
TIME_CONSTANT_RANGE_S = (0.004, 0.012)
ONSET_RANGE_S = (0.0, 0.015)
FORE_AFT_RANGE = (-0.4, 0.4)  # of the vertical


def with_impacts(
    recording: Recording, truth: dict[str, Any], peak_mps2: float, seed: int
) -> Recording:
    """Add a blow of about the given peak behind each foot strike of the truth.

    Parameters
    ----------
    recording : Recording
    truth : dict
        With ``stances`` and ``mount_sensor_to_pelvis_wxyz``.
    peak_mps2 : float
        Varied by two fifths from recording to recording.
    seed : int
    """
    rng = np.random.default_rng(seed)
    peak = peak_mps2 * rng.uniform(0.6, 1.4)
    strikes = np.array([s["foot_strike_s"] for s in truth["stances"]])
    blow = peak * _shape(recording.t_s, strikes + rng.uniform(*ONSET_RANGE_S), rng)
    w, x, y, z = truth["mount_sensor_to_pelvis_wxyz"]
    to_sensor = Rotation.from_quat((x, y, z, w)).inv()
    direction = to_sensor.apply([rng.uniform(*FORE_AFT_RANGE), 0.0, 1.0])
    return replace(recording, acc_mps2=recording.acc_mps2 + np.outer(blow, direction))


def _shape(t_s: FloatArray, onsets_s: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Blows of height one; their mean over the gait is taken off: nobody takes off."""
    before = np.searchsorted(onsets_s, t_s, side="right") - 1
    since = (t_s - onsets_s[np.maximum(before, 0)]) / rng.uniform(*TIME_CONSTANT_RANGE_S)
    since = np.where(before >= 0, np.clip(since, 0.0, 50.0), 0.0)
    shape = since * np.exp(1.0 - since)
    gait = (t_s >= onsets_s[0]) & (t_s <= onsets_s[-1])
    shape[gait] -= shape[gait].mean()
    return np.where(gait, shape, 0.0)
