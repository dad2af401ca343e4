"""Pieces of daily life without gait, each of which begins and ends in standing.

Amplitudes and times are plausible for an adult; where nothing else is said, none of them is from a
publication.  Each episode draws its details from the generator that it is given.
"""

import numpy as np

from imu.simulator.fragments import Plan, bump, one_jump, pause, ride, undone
from imu.simulator.moves import Channel, Move, Movement, Push, Swing
from imu.simulator.parameters import Activity, Segment, Shaking

SEAT_HEIGHT_M = 0.42
STAIR_RISE_M = 0.17
STAIR_DEPTH_M = 0.28
LIE_TILT_DEG = -100.0  # from an upright pelvis, 10 deg forward, to one that lies on its back


def standing_about(rng: np.random.Generator, duration_s: float = 60.0) -> Plan:
    """Stand and shift the weight from one foot to the other every few seconds."""
    moves: list[Movement] = []
    at_s, side = 2.0, 1.0
    while at_s < duration_s - 3.0:
        takes_s = rng.uniform(0.6, 1.5)
        moves += [
            Move(Channel.LEFT, at_s, takes_s, side * 0.07),
            Move(Channel.OBLIQUITY, at_s, takes_s, side * 4.0),
            Move(Channel.TILT, at_s, takes_s, side * rng.uniform(-2.0, 2.0)),
        ]
        at_s += takes_s + rng.uniform(2.0, 9.0)
        side = -side
    return (Segment(Activity.STAND, duration_s, moves=(*moves, *undone(moves, duration_s - 1.5))),)


def sitting(rng: np.random.Generator, duration_s: float = 60.0) -> Plan:
    """Sit down with a small bump, lean now and then, and get up again."""
    moves: list[Movement] = [*bump(1.1, 0.15)]
    at_s = rng.uniform(4.0, 10.0)
    while at_s < duration_s - 8.0:
        channel = Channel.TILT if rng.random() < 0.6 else Channel.OBLIQUITY
        size, stays_s = rng.uniform(4.0, 15.0) * rng.choice([-1.0, 1.0]), rng.uniform(1.5, 4.0)
        takes_s = rng.uniform(0.5, 1.2)
        moves += [
            Move(channel, at_s, takes_s, size),
            Move(channel, at_s + stays_s, takes_s, -size),
        ]
        at_s += rng.uniform(6.0, 25.0)
    return (Segment(Activity.SIT, duration_s, moves=tuple(moves)), Segment(Activity.STAND, 2.0))


def lying(rng: np.random.Generator, duration_s: float = 90.0) -> Plan:
    """Sit down on a bed, lie on the back, turn over some times, and get up again."""
    down: list[Movement] = [
        Move(Channel.UP, 0.5, 1.2, -SEAT_HEIGHT_M),
        Move(Channel.TILT, 0.5, 1.2, -25.0),
        *bump(1.6, 0.2),
        Move(Channel.TILT, 3.0, 1.8, LIE_TILT_DEG + 25.0),
    ]
    turns: list[Movement] = []
    at_s = rng.uniform(8.0, 12.0)
    while at_s < duration_s - 20.0:
        side, takes_s = rng.choice([-1.0, 1.0]), rng.uniform(0.7, 1.6)
        size, stays_s = side * rng.uniform(70.0, 100.0), rng.uniform(5.0, 9.0)
        for start_s, sign in ((at_s, 1.0), (at_s + stays_s, -1.0)):
            turns += [
                Move(Channel.OBLIQUITY, start_s, takes_s, sign * size),
                Move(Channel.LEFT, start_s, takes_s, sign * side * 0.15),
                *bump(start_s + takes_s, 0.1),
            ]
        at_s += stays_s + rng.uniform(4.0, 8.0)
    up_s = duration_s - 5.0
    return (
        Segment(
            Activity.STAND,
            duration_s,
            moves=(
                *down,
                *turns,
                Move(Channel.TILT, up_s, 1.8, -LIE_TILT_DEG - 25.0),
                Move(Channel.TILT, up_s + 2.5, 1.2, 25.0),
                Move(Channel.UP, up_s + 2.5, 1.2, SEAT_HEIGHT_M),
            ),
        ),
    )


def tying_shoes(rng: np.random.Generator) -> Plan:
    """Bend down to one shoe and then to the other."""
    moves: list[Movement] = []
    at_s = 1.0
    for side in (-1.0, 1.0):
        takes_s, stays_s = rng.uniform(0.8, 1.4), rng.uniform(5.0, 9.0)
        bend = [
            (Channel.TILT, rng.uniform(55.0, 85.0)),
            (Channel.OBLIQUITY, side * rng.uniform(4.0, 12.0)),
            (Channel.UP, -rng.uniform(0.15, 0.4)),
        ]
        moves += [Move(channel, at_s, takes_s, size) for channel, size in bend]
        up_s = at_s + takes_s + stays_s
        # Hands at the laces shake the pelvis a little.
        moves.append(Swing(Channel.TILT, at_s + takes_s, stays_s, 1.0, rng.uniform(1.5, 2.5)))
        moves += [Move(channel, up_s, takes_s, -size) for channel, size in bend]
        at_s = up_s + takes_s + rng.uniform(0.5, 2.0)
    return (Segment(Activity.STAND, at_s + 1.0, moves=tuple(moves)),)


def stairs_one_at_a_time(rng: np.random.Generator, n_stairs: int = 8) -> Plan:
    """Climb with one foot, join the other, wait for a second or more, and so on."""
    moves: list[Movement] = []
    at_s, lead = 1.0, rng.choice([-1.0, 1.0])
    for _ in range(n_stairs):
        lifts_s, joins_s = rng.uniform(0.5, 0.8), rng.uniform(0.6, 0.9)
        places_s = at_s + lifts_s
        joined_s = places_s + joins_s
        hike = lead * rng.uniform(4.0, 8.0)
        moves += [
            Move(Channel.OBLIQUITY, at_s, lifts_s, -hike),
            Move(Channel.LEFT, at_s, lifts_s, -lead * 0.05),
            *bump(places_s, rng.uniform(0.1, 0.3)),
            Move(Channel.OBLIQUITY, places_s, joins_s, hike),
            Move(Channel.LEFT, places_s, joins_s, lead * 0.05),
            Move(Channel.UP, places_s, joins_s, STAIR_RISE_M),
            Move(Channel.FORWARD, at_s, lifts_s + joins_s, STAIR_DEPTH_M),
            *bump(joined_s, rng.uniform(0.1, 0.25)),
        ]
        at_s = joined_s + rng.uniform(1.0, 3.0)
    return (Segment(Activity.STAND, at_s + 1.0, moves=tuple(moves)),)


def jumping(rng: np.random.Generator, n_jumps: int = 1) -> Plan:
    """Jump, each time after a pause: 0.3 to 0.5 s of flight, 3 to 6 g on landing."""
    moves: list[Movement] = []
    at_s = 1.5
    for _ in range(n_jumps):
        moves += one_jump(at_s, rng.uniform(0.3, 0.5), rng.uniform(3.0, 6.0))
        at_s += rng.uniform(4.0, 9.0)
    return (Segment(Activity.STAND, at_s + 1.0, moves=tuple(moves)),)


def falling(rng: np.random.Generator, lies_s: float = 30.0) -> Plan:
    """Fall onto one side, lie there, and get up: several g for some tens of milliseconds."""
    side = rng.choice([-1.0, 1.0])  # 1: onto the left, which lifts the right side
    speed_mps, hits_s, takes_s = rng.uniform(2.2, 3.0), 1.55, rng.uniform(0.07, 0.12)
    pushes = [
        Push(Channel.UP, 1.0, 0.55, -speed_mps, 0.2),
        Push(Channel.UP, hits_s, takes_s, speed_mps),
    ]
    sideways = [
        Push(Channel.LEFT, 0.9, 0.6, side * 0.9),
        Push(Channel.LEFT, hits_s, takes_s, -side * 0.9),
    ]
    fallen_m = sum(push.speed_mps * (hits_s + takes_s - push.centre_s) for push in pushes)
    up_s = hits_s + lies_s
    moves: list[Movement] = [
        *pushes,
        *sideways,
        Move(Channel.OBLIQUITY, 0.95, 0.65, side * rng.uniform(75.0, 95.0)),
        Move(Channel.TILT, 1.0, 0.6, rng.uniform(-20.0, 15.0)),
    ]
    moves += [Move(Channel.TILT, up_s, 1.5, 30.0), Move(Channel.TILT, up_s + 3.0, 1.5, -30.0)]
    moves += undone(moves, up_s, 2.5)
    return (
        Segment(
            Activity.STAND,
            up_s + 6.0,
            moves=(*moves, Move(Channel.UP, up_s + 1.5, 2.5, -fallen_m)),
        ),
    )


def driving(rng: np.random.Generator, duration_s: float = 240.0) -> Plan:
    """Get into a car, drive with stops and bends, and get out."""
    road = Shaking(acc_mps2=0.4, rotation_deg=0.8, low_hz=0.8, high_hz=20.0)
    return (Segment(Activity.STAND, 1.5, turn_deg=90.0), *ride(rng, duration_s, road, 14.0))


def riding_a_bus(rng: np.random.Generator, duration_s: float = 240.0) -> Plan:
    """Sit in a bus on a rough road."""
    return ride(rng, duration_s, Shaking(1.2, 1.5, 0.8, 12.0), 9.0)


def cycling(rng: np.random.Generator, duration_s: float = 180.0) -> Plan:
    """Pedal seated at 75 to 90 turns a minute: rocking, with little vertical acceleration."""
    moves: list[Movement] = [
        Move(Channel.TILT, 0.5, 1.5, 45.0),
        Move(Channel.UP, 0.5, 1.5, SEAT_HEIGHT_M),
        Push(Channel.FORWARD, 2.0, 8.0, 5.0),
        Push(Channel.FORWARD, duration_s - 7.0, 4.0, -5.0),
        Move(Channel.TILT, duration_s - 2.5, 1.5, -45.0),
        Move(Channel.UP, duration_s - 2.5, 1.5, -SEAT_HEIGHT_M),
    ]
    at_s = 3.0
    while at_s < duration_s - 15.0:
        takes_s, turns_hz = rng.uniform(8.0, 25.0), rng.uniform(75.0, 90.0) / 60.0
        takes_s = min(takes_s, duration_s - 5.0 - at_s)
        for channel, size, per_turn in (
            (Channel.OBLIQUITY, 2.0, 1.0),
            (Channel.ROTATION, 2.0, 1.0),
            (Channel.LEFT, 0.006, 1.0),
            (Channel.TILT, 0.7, 2.0),
            (Channel.UP, 0.003, 2.0),
        ):
            phase = rng.uniform(0.0, 2 * np.pi)
            moves.append(Swing(channel, at_s, takes_s, size, per_turn * turns_hz, phase))
        at_s += takes_s + rng.uniform(0.0, 4.0)  # coasting
    shaking = Shaking(acc_mps2=0.5, rotation_deg=0.3, low_hz=1.0, high_hz=25.0)
    return (Segment(Activity.RIDE, duration_s, moves=tuple(moves), shaking=shaking), pause())


def sweeping(rng: np.random.Generator, duration_s: float = 60.0) -> Plan:
    """Sweep a floor: the pelvis swings to both sides, bent forward, with rests."""
    moves: list[Movement] = [Move(Channel.TILT, 0.5, 1.0, 15.0)]
    at_s = 2.0
    while at_s < duration_s - 8.0:
        takes_s, sweeps_hz = rng.uniform(4.0, 6.0), rng.uniform(0.45, 0.8)
        for channel, size in (
            (Channel.ROTATION, rng.uniform(8.0, 18.0)),
            (Channel.OBLIQUITY, rng.uniform(1.0, 3.0)),
            (Channel.LEFT, rng.uniform(0.03, 0.08)),
        ):
            moves.append(Swing(channel, at_s, takes_s, size, sweeps_hz, rng.uniform(0, 2 * np.pi)))
        at_s += takes_s + rng.uniform(0.5, 5.0)
    moves.append(Move(Channel.TILT, duration_s - 2.0, 1.0, -15.0))
    return (Segment(Activity.STAND, duration_s, moves=tuple(moves)), pause())


def turning_on_the_spot(rng: np.random.Generator, n_turns: int = 4) -> Plan:
    """Turn round in place, with small irregular movements of the feet."""
    segments: list[Segment] = []
    for _ in range(n_turns):
        takes_s = rng.uniform(1.5, 3.0)
        moves = [
            movement
            for share in (0.25, 0.7)
            for movement in (
                *bump(takes_s * (share + rng.uniform(-0.1, 0.1)), rng.uniform(0.05, 0.15)),
            )
        ]
        turn_deg = rng.choice([-1.0, 1.0]) * rng.uniform(60.0, 180.0)
        segments += [
            Segment(Activity.STAND, takes_s, turn_deg=turn_deg, moves=tuple(moves)),
            pause(rng.uniform(1.5, 5.0)),
        ]
    return tuple(segments)


def put_on_a_table(rng: np.random.Generator, lies_s: float = 30.0) -> Plan:
    """Take the sensor off, carry it in a hand, put it down, and put it on again."""
    moves: list[Movement] = []
    at_s = 1.0
    for _ in range(int(rng.integers(4, 8))):
        for channel in (Channel.ROTATION, Channel.OBLIQUITY, Channel.TILT):
            takes_s = rng.uniform(0.4, 1.0)
            moves.append(Move(channel, at_s, takes_s, rng.uniform(-90.0, 90.0)))
        moves.append(Move(Channel.UP, at_s, rng.uniform(0.4, 0.9), rng.uniform(-0.4, 0.4)))
        at_s += rng.uniform(0.8, 2.5)
    moves += bump(at_s + 0.5, 0.3)
    up_s = at_s + lies_s
    return (
        Segment(Activity.STAND, up_s + 4.0, moves=(*moves, *undone(moves, up_s, 2.0))),
        pause(),
    )
