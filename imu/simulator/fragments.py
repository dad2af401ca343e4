"""What episodes of daily life are made of: bumps, jumps, rides, and the way back."""

import numpy as np

from imu.simulator.moves import Channel, Move, Movement, Push
from imu.simulator.parameters import Activity, Segment, Shaking
from imu.simulator.waveforms import GRAVITY_MPS2

FLIGHT_EASE_S = 0.03

Plan = tuple[Segment, ...]


def ride(rng: np.random.Generator, duration_s: float, road: Shaking, speed_mps: float) -> Plan:
    """Sit in a vehicle that goes, bends and stops every minute or so."""
    moves: list[Movement] = []
    at_s, course = 2.5, 0.0
    while at_s < duration_s - 45.0:
        goes_s, bends_s, stops_s = (
            rng.uniform(5.0, 9.0),
            rng.uniform(5.0, 8.0),
            rng.uniform(3.0, 7.0),
        )
        speed = speed_mps * rng.uniform(0.5, 1.0)
        turn = np.radians(rng.choice([-90.0, -45.0, 0.0, 45.0, 90.0]))
        before, after = (speed * np.array([np.cos(a), np.sin(a)]) for a in (course, course + turn))
        bend_s = at_s + goes_s + rng.uniform(2.0, 10.0)
        stop_s = bend_s + bends_s + rng.uniform(2.0, 10.0)
        for start_s, takes_s, change in (
            (at_s, goes_s, before),
            (bend_s, bends_s, after - before),
            (stop_s, stops_s, -after),
        ):
            moves += [
                Push(Channel.FORWARD, start_s, takes_s, change[0]),
                Push(Channel.LEFT, start_s, takes_s, change[1]),
            ]
        moves.append(Move(Channel.ROTATION, bend_s, bends_s, float(np.degrees(turn))))
        course += turn
        at_s = stop_s + stops_s + rng.uniform(1.0, 10.0)
    return (Segment(Activity.RIDE, duration_s, moves=tuple(moves), shaking=road), pause())


def one_jump(at_s: float, flight_s: float, landing_g: float) -> list[Movement]:
    """Push off, fly, land and stand up straight again at ``at_s``."""
    speed_mps = GRAVITY_MPS2 * flight_s / 2
    # A push is a triangle in time: its peak is twice its mean.
    landing_s = 2 * speed_mps / ((landing_g - 1.0) * GRAVITY_MPS2)
    leaves_s = at_s + 0.8
    lands_s = leaves_s + flight_s
    pushes = [
        Push(Channel.UP, leaves_s - 0.3, 0.3, speed_mps),
        Push(Channel.UP, leaves_s, flight_s + FLIGHT_EASE_S, -2 * speed_mps, FLIGHT_EASE_S),
        Push(Channel.UP, lands_s, landing_s, speed_mps),
    ]
    end_s = lands_s + landing_s
    risen_m = sum(push.speed_mps * (end_s - push.centre_s) for push in pushes)
    return [
        Move(Channel.UP, at_s, 0.5, -0.2),
        Move(Channel.TILT, at_s, 0.5, 20.0),
        Move(Channel.TILT, leaves_s - 0.3, 0.35, -20.0),
        *pushes,
        Move(Channel.TILT, lands_s, 0.25, 15.0),
        Move(Channel.TILT, lands_s + 0.4, 0.7, -15.0),
        Move(Channel.UP, end_s + 0.2, 0.8, 0.2 - risen_m),
    ]


def bump(at_s: float, speed_mps: float) -> tuple[Push, Push, Push]:
    """Come down on something at ``at_s``, bounce by a change of speed, and be where one was."""
    return (
        Push(Channel.UP, at_s - 0.2, 0.2, -speed_mps / 2),
        Push(Channel.UP, at_s, 0.06, speed_mps),
        Push(Channel.UP, at_s + 0.06, 0.2, -speed_mps / 2),
    )


def undone(moves: list[Movement], at_s: float, duration_s: float = 1.0) -> list[Movement]:
    """Undo what is left of all moves."""
    left: dict[Channel, float] = {}
    for move in moves:
        if isinstance(move, Move):
            left[move.channel] = left.get(move.channel, 0.0) + move.size
    return [Move(channel, at_s, duration_s, -size) for channel, size in left.items()]


def pause(duration_s: float = 2.0) -> Segment:
    """Stand still."""
    return Segment(Activity.STAND, duration_s)
