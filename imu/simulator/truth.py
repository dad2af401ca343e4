"""The true stances of a simulated recording."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from imu.simulator.motion import Timeline, pose_at
from imu.simulator.strides import GaitStretch, strike_times_s, times_at_phase
from imu.simulator.waveforms import FloatArray

# A peak of 4 deg at 3 Hz is missed by less than 0.005 deg.
FINE_S = 0.005
# While gait starts and ends there is a moment when it is neither; a step of less than this share
# of its full size is not called a stance.
MIN_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class TrueStance:
    """One stance as it was simulated; drops are relative to standing, positive on a drop.

    While one gait goes over into another, ``gait`` and ``speed_mps`` are those of the larger share.
    """

    foot_strike_s: float
    toe_off_s: float
    side: Literal["left", "right"]
    peak_drop_deg: float
    drop_excursion_deg: float
    mid_stance_drop_deg: float
    gait: Literal["walking", "running"]
    speed_mps: float

    def on_clock(self, clock_rate: float) -> "TrueStance":
        """Tell the times by a clock that runs this fast."""
        return replace(
            self,
            foot_strike_s=self.foot_strike_s * clock_rate,
            toe_off_s=self.toe_off_s * clock_rate,
        )


def true_stances(timeline: Timeline) -> tuple[TrueStance, ...]:
    """All whole stances, in order of time."""
    stances: list[TrueStance] = []
    for stretch in timeline.stretches:
        chain = [other for other in timeline.stretches if other.chain == stretch.chain]
        # The last stance of a stretch may end in the next one.
        end_s = min(stretch.end_s + 1.0, chain[-1].end_s)
        fine = np.arange(stretch.start_s, end_s, FINE_S)
        standing = timeline.parameters.standing_obliquity_deg
        obliquity = np.degrees(pose_at(timeline, fine).obliquity.value) - standing
        stances.extend(_of_stretch(stretch, chain, fine, obliquity))
    return tuple(stances)


def _of_stretch(
    stretch: GaitStretch, chain: list[GaitStretch], fine_s: FloatArray, obliquity_deg: FloatArray
) -> list[TrueStance]:
    phases, strikes = strike_times_s(stretch)
    others = [other for other in chain if other is not stretch]
    is_left = np.isclose(phases % 1.0, 0.0)
    duty = _duty(stretch, is_left)
    for other in others:
        duty = duty + other.share(strikes).value * (_duty(other, is_left) - duty)
    toe_offs = times_at_phase(stretch, phases + duty)
    stances = []
    for strike, toe_off, left in zip(strikes, toe_offs, is_left, strict=True):
        ends = np.array([strike, toe_off])
        own = stretch.share(ends).value
        under_way = own + sum(other.share(ends).value for other in others)
        inside = toe_off <= chain[-1].end_s and strike >= stretch.start_s
        if not inside or own[0] < MIN_SHARE or under_way.min() < MIN_SHARE:
            continue
        first, last = np.searchsorted(fine_s, ends)
        at_ends = np.interp(ends, fine_s, obliquity_deg)
        middle = float(np.interp(ends.mean(), fine_s, obliquity_deg))
        sign = -1.0 if left else 1.0
        drop = sign * np.concatenate((at_ends, obliquity_deg[first:last]))
        stances.append(
            TrueStance(
                foot_strike_s=float(strike),
                toe_off_s=float(toe_off),
                side="left" if left else "right",
                peak_drop_deg=float(drop.max()),
                drop_excursion_deg=float(drop.max() - drop[0]),
                mid_stance_drop_deg=sign * middle,
                gait="running" if stretch.part.runs else "walking",
                speed_mps=stretch.gait.speed_mps,
            )
        )
    return stances


def _duty(stretch: GaitStretch, is_left: NDArray[np.bool_]) -> FloatArray:
    """Share of the stride in which a foot is on the ground."""
    gait = stretch.gait
    contact_s = np.where(is_left, gait.contact_left_s, gait.contact_right_s)
    return np.asarray(contact_s / stretch.part.stride_s, np.float64)
