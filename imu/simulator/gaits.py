"""How a person walks or runs, and what speed and cadence imply."""

import math
from dataclasses import dataclass

from imu.errors import SimulationError


@dataclass(frozen=True, slots=True)
class Gait:
    """How the person walks or runs; :func:`running` and :func:`walking` fill in what speed implies.

    Attributes
    ----------
    speed_mps : float
    cadence_spm : float
        Steps per minute.
    contact_left_s, contact_right_s : float
        Mean contact time of each side.
    drop_left_deg, drop_right_deg : float
        Drop excursion of the mean left and right stance at the start.
    drift_left_deg_per_min, drift_right_deg_per_min : float
        Change of the excursion per minute of this gait (fatigue).
    drop_sd_deg : float
        Spread of the excursion from stance to stance.
    stride_time_sd_s : float
        Spread of the stride time.
    obliquity_offset_deg : float
        Mean obliquity of this gait minus that of standing; right side up is positive.
    hike_deg : float
        How far the swing side has risen when the foot leaves the ground.
    rotation_range_deg, tilt_range_deg : float
        Range over the gait cycle.
    tilt_deg : float
        Mean anterior tilt minus that of standing.
    fore_aft_mps2, lateral_mps2 : float
        Peak propulsion, and peak acceleration towards the stance side.
    impact_mps2 : float
        Peak of the impact transient behind each foot strike; 0 leaves it out.
    """

    speed_mps: float
    cadence_spm: float
    contact_left_s: float
    contact_right_s: float
    drop_left_deg: float
    drop_right_deg: float
    drift_left_deg_per_min: float = 0.0
    drift_right_deg_per_min: float = 0.0
    drop_sd_deg: float = 0.5
    stride_time_sd_s: float = 0.007
    obliquity_offset_deg: float = 0.0
    hike_deg: float = 2.0
    rotation_range_deg: float = 10.0
    tilt_range_deg: float = 6.0
    tilt_deg: float = 0.0
    fore_aft_mps2: float = 8.0
    lateral_mps2: float = 4.0
    impact_mps2: float = 0.0

    def __post_init__(self) -> None:
        stride_s = 120.0 / self.cadence_spm if self.cadence_spm > 0 else math.nan
        if not 60.0 <= self.cadence_spm <= 260.0:
            raise SimulationError(
                f"cadence_spm must lie between 60 and 260, not {self.cadence_spm}"
            )
        for contact_s in (self.contact_left_s, self.contact_right_s):
            if not 0.15 * stride_s <= contact_s <= 0.75 * stride_s:
                raise SimulationError(
                    f"a contact time of {contact_s:.3f} s does not fit a stride of "
                    f"{stride_s:.3f} s: it must take 15 to 75 % of it"
                )
        for drop_deg in (self.drop_left_deg, self.drop_right_deg):
            if not 0.5 <= drop_deg <= 20.0:
                raise SimulationError(f"drops must lie between 0.5 and 20 degrees, not {drop_deg}")


# At 2 m/s the fit below has 41 % of the stride; a flight of at least 8 % after each step is left.
MAX_RUNNING_CONTACT_SHARE = 0.42


def running(speed_mps: float = 3.0, cadence_spm: float | None = None) -> Gait:
    """Gait of a healthy recreational runner at a speed.

    With another cadence than the usual one the contact time stays that of the speed, but never
    takes more than 42 % of the stride: quick steps need short contacts.

    Cadence and contact time follow the three speeds of Fukuchi, Fukuchi & Duarte 2017
    (doi:10.7717/peerj.3298): 161, 171 and 182 steps per minute and 0.28, 0.23 and 0.20 s at
    2.5, 3.5 and 4.5 m/s.  Ranges of rotation (9.7 to 13.6 deg), tilt (5.9 to 6.5 deg) and
    obliquity (7.8 to 9.3 deg) are those of Perpiñá-Martínez 2023 (doi:10.3390/ijerph20043631).
    """
    if not 1.8 <= speed_mps <= 7.0:
        raise SimulationError(f"running speed must lie between 1.8 and 7 m/s, not {speed_mps}")
    contact_s = 0.454 * speed_mps**-0.54
    if cadence_spm is None:
        cadence_spm = 135.0 + 10.4 * speed_mps
    elif cadence_spm > 0.0:  # what else is wrong with it is told by Gait
        contact_s = min(contact_s, MAX_RUNNING_CONTACT_SHARE * 120.0 / cadence_spm)
    return Gait(
        speed_mps=speed_mps,
        cadence_spm=cadence_spm,
        contact_left_s=contact_s,
        contact_right_s=contact_s,
        drop_left_deg=2.5,
        drop_right_deg=2.5,
        hike_deg=1.7 + 0.95 * (speed_mps - 2.5),
        rotation_range_deg=9.7 + 1.6 * max(0.0, speed_mps - 2.5),
        tilt_range_deg=6.2,
        tilt_deg=6.0,
        fore_aft_mps2=4.5 * (speed_mps - 1.2),
        lateral_mps2=1.2 * speed_mps,
    )


def walking(speed_mps: float = 1.35) -> Gait:
    """Gait of a healthy walker at a speed.

    Cadence grows with speed, stance takes 62 % of the stride (Perry & Burnfield 2010); pelvic
    rotation and obliquity range over about 8 deg each (Kadaba 1990, doi:10.1002/jor.1100080310).
    """
    if not 0.5 <= speed_mps <= 2.2:
        raise SimulationError(f"walking speed must lie between 0.5 and 2.2 m/s, not {speed_mps}")
    cadence_spm = 70.0 + 31.0 * speed_mps
    contact_s = 0.62 * 120.0 / cadence_spm
    return Gait(
        speed_mps=speed_mps,
        cadence_spm=cadence_spm,
        contact_left_s=contact_s,
        contact_right_s=contact_s,
        drop_left_deg=3.5,
        drop_right_deg=3.5,
        stride_time_sd_s=0.015,
        hike_deg=2.0,
        rotation_range_deg=8.0,
        tilt_range_deg=2.5,
        fore_aft_mps2=1.5 * speed_mps,
        lateral_mps2=1.3 * speed_mps,
    )
