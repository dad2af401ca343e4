"""A gyroscope that shows only noise while somebody walks or runs has stopped."""

from dataclasses import replace

import numpy as np

from analysis.faults import MAX_DEAD_SHARE, SoundSignals, joined
from analysis.gait import find_gait
from analysis.results import FloatArray
from analysis.standstills import MIN_DEAD_S


def without_noise(sound: SoundSignals, sampling_rate_hz: float) -> SoundSignals:
    """Take a gyroscope that shows only noise in gait for one that stands still.

    Gait is what the accelerometer alone takes for it: with such a gyroscope it may not be found.

    Parameters
    ----------
    sound : SoundSignals
    sampling_rate_hz : float

    Returns
    -------
    SoundSignals
        The same where there is none.
    """
    if not sound.faults.noise_s:
        return sound
    gait = find_gait(replace(sound, gyr_radps=None).on_grid(sampling_rate_hz))
    strike_s = [stance.foot_strike_s for stance in gait.stances] if gait else []
    return blinded(sound, np.array(strike_s))


def blinded(sound: SoundSignals, strike_s: FloatArray) -> SoundSignals:
    """Let the gyroscope stand still where it shows noise around these foot strikes, in order."""
    faults, gyr = sound.faults, sound.gyr_radps
    noise_s = [
        (start_s, end_s)
        for start_s, end_s in faults.noise_s
        if np.searchsorted(strike_s, end_s) > np.searchsorted(strike_s, start_s)
    ]
    if gyr is None or not noise_s:
        return sound
    dead_s = tuple(joined([*faults.dead_s, *noise_s], MIN_DEAD_S))
    dead = np.zeros(len(gyr), bool)
    for start_s, end_s in dead_s:
        dead |= (sound.t_s >= start_s) & (sound.t_s <= end_s)
    is_dead = bool(dead.mean() > MAX_DEAD_SHARE)
    faults = replace(faults, dead_s=dead_s, gyroscope_is_dead=is_dead)
    gyr = None if is_dead else np.where(dead[:, None], 0.0, gyr)
    return replace(sound, gyr_radps=gyr, faults=faults)
