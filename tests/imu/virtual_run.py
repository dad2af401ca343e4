"""A short recording for virtual sensors to feel."""

from functools import cache

from imu.simulator import Activity, Segment, SimulationParameters, simulate
from imu.virtual.counts import Felt


@cache
def felt():
    plan = (Segment(Activity.STAND, 6.0), Segment(Activity.RUN, 40.0))
    return Felt.of(simulate(SimulationParameters(plan, seed=4)).recording, again_s=8.0)
