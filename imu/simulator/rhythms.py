"""Regular movements that are no gait: what a detector that trusts rhythm takes for steps.

Amplitudes and times are plausible; none of them is from a publication.
"""

import numpy as np

from imu.simulator.fragments import Plan, bump, one_jump, pause
from imu.simulator.moves import Channel, Move, Movement, Push, Swing
from imu.simulator.parameters import Activity, Segment, Shaking

SEAT_HEIGHT_M = 0.42


def bouncing(rng: np.random.Generator) -> Plan:
    """Bounce a child to sleep: knees and hips, 1.3 to 2 times a second, both feet on the ground."""
    duration_s, hz = rng.uniform(15.0, 40.0), rng.uniform(1.3, 2.0)
    moves = (
        Swing(Channel.UP, 1.0, duration_s, rng.uniform(0.01, 0.03), hz),
        Swing(Channel.TILT, 1.0, duration_s, rng.uniform(1.0, 3.0), hz),
        Swing(Channel.LEFT, 1.0, duration_s, rng.uniform(0.0, 0.02), hz / 2),
    )
    return (Segment(Activity.STAND, duration_s + 2.0, moves=moves), pause())


def swaying(rng: np.random.Generator) -> Plan:
    """Sway from foot to foot, as to music."""
    duration_s, hz = rng.uniform(15.0, 40.0), rng.uniform(0.5, 0.9)
    moves = (
        Swing(Channel.LEFT, 1.0, duration_s, rng.uniform(0.03, 0.08), hz),
        Swing(Channel.OBLIQUITY, 1.0, duration_s, rng.uniform(2.0, 5.0), hz),
        Swing(Channel.ROTATION, 1.0, duration_s, rng.uniform(2.0, 6.0), hz, rng.uniform(0.0, 6.0)),
        Swing(Channel.UP, 1.0, duration_s, rng.uniform(0.003, 0.01), 2 * hz),
    )
    return (Segment(Activity.STAND, duration_s + 2.0, moves=moves), pause())


def rocking_in_a_chair(rng: np.random.Generator) -> Plan:
    """Rock, seated."""
    duration_s, hz = rng.uniform(20.0, 60.0), rng.uniform(0.4, 0.9)
    moves = (
        Swing(Channel.TILT, 2.0, duration_s, rng.uniform(4.0, 10.0), hz),
        Swing(Channel.FORWARD, 2.0, duration_s, rng.uniform(0.05, 0.12), hz),
    )
    return (Segment(Activity.SIT, duration_s + 4.0, moves=moves), pause())


def rising_five_times(rng: np.random.Generator) -> Plan:
    """Sit down and rise again five times without a rest, as in the clinical test."""
    moves: list[Movement] = []
    at_s, half_s = 1.0, rng.uniform(0.8, 1.2)
    for _ in range(5):
        for sign, start_s in ((-1.0, at_s), (1.0, at_s + half_s)):
            moves += [
                Move(Channel.UP, start_s, half_s, sign * SEAT_HEIGHT_M),
                Move(Channel.TILT, start_s, half_s / 2, 20.0),
                Move(Channel.TILT, start_s + half_s / 2, half_s / 2, -20.0),
            ]
        moves += bump(at_s + half_s - 0.05, 0.3)
        at_s += 2 * half_s + rng.uniform(0.0, 0.2)
    return (Segment(Activity.STAND, at_s + 1.0, moves=tuple(moves)),)


def hopping(rng: np.random.Generator) -> Plan:
    """Jump seven times, every two and a half seconds, on both feet."""
    moves: list[Movement] = []
    for k in range(7):
        moves += one_jump(1.0 + 2.5 * k, rng.uniform(0.28, 0.35), rng.uniform(3.0, 4.5))
    return (Segment(Activity.STAND, 20.0, moves=tuple(moves)),)


def regular_stairs(rng: np.random.Generator) -> Plan:
    """Climb one stair after the other, joining the feet, with short and even pauses."""
    moves: list[Movement] = []
    cycle_s, lead = rng.uniform(2.2, 2.8), rng.choice([-1.0, 1.0])
    for k in range(10):
        at_s, hike = 1.0 + k * cycle_s, lead * rng.uniform(4.0, 8.0)
        moves += [
            Move(Channel.OBLIQUITY, at_s, 0.6, -hike),
            Move(Channel.LEFT, at_s, 0.6, -lead * 0.05),
            *bump(at_s + 0.6, rng.uniform(0.2, 0.4)),
            Move(Channel.OBLIQUITY, at_s + 0.6, 0.6, hike),
            Move(Channel.LEFT, at_s + 0.6, 0.6, lead * 0.05),
            Move(Channel.UP, at_s + 0.6, 0.6, 0.17),
            Move(Channel.FORWARD, at_s, 1.2, 0.28),
            *bump(at_s + 1.2, rng.uniform(0.2, 0.4)),
        ]
    return (Segment(Activity.STAND, 10 * cycle_s + 3.0, moves=tuple(moves)),)


def riding_on_waves(rng: np.random.Generator) -> Plan:
    """Ride on a road of even waves, on which the body of the vehicle heaves at its own rate."""
    duration_s, hz = rng.uniform(40.0, 80.0), rng.uniform(1.0, 1.8)
    road = Shaking(acc_mps2=0.3, rotation_deg=0.3, low_hz=3.0, high_hz=20.0)
    heave_m = rng.uniform(0.5, 1.5) / (2 * np.pi * hz) ** 2
    roll_hz = rng.uniform(0.8, 1.6)
    moves = (
        Push(Channel.FORWARD, 2.5, 6.0, 10.0),
        Swing(Channel.UP, 8.0, duration_s - 18.0, heave_m, hz),
        Swing(Channel.OBLIQUITY, 8.0, duration_s - 18.0, rng.uniform(0.5, 1.5), roll_hz),
        Swing(Channel.LEFT, 8.0, duration_s - 18.0, heave_m / 2, roll_hz),
        Push(Channel.FORWARD, duration_s - 9.0, 6.0, -10.0),
    )
    return (Segment(Activity.RIDE, duration_s, moves=moves, shaking=road), pause())


RHYTHMS = (
    ("bouncing", bouncing),
    ("swaying", swaying),
    ("rocking in a chair", rocking_in_a_chair),
    ("rising five times", rising_five_times),
    ("hopping", hopping),
    ("regular stairs", regular_stairs),
    ("riding on waves", riding_on_waves),
)
