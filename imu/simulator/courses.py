"""Courses to run on: plans of segments that follow the shape of a place."""

import math
from dataclasses import replace

from imu.simulator.gaits import Gait
from imu.simulator.parameters import Activity, Segment

# The 400 m standard track of World Athletics' Track and Field Facilities Manual.
BEND_RADIUS_M = 36.5
STRAIGHT_M = 84.39
HALF_CIRCLE_DEG = 180.0


def track_laps(gait: Gait, n_laps: int = 1, *, joined: bool = False) -> tuple[Segment, ...]:
    """Run laps of a standard track in the usual direction, where every bend turns to the left.

    Parameters
    ----------
    gait : Gait
        Of running; its speed says how long a bend takes.
    n_laps : int
        A lap is a bend, a straight, a bend and a straight.
    joined : bool
        True: the first bend follows gait without a stop.
    """
    bend_s = math.pi * BEND_RADIUS_M / gait.speed_mps
    bend = Segment(
        Activity.RUN, bend_s, turn_deg=HALF_CIRCLE_DEG, gait=gait, joined=True, steady_turn=True
    )
    straight = Segment(Activity.RUN, STRAIGHT_M / gait.speed_mps, gait=gait, joined=True)
    laps = (bend, straight) * (2 * n_laps)
    return (laps[0] if joined else replace(laps[0], joined=False), *laps[1:])
