"""A simulated runner: exact signals of a sensor on the pelvis, with their exact truth.

It serves the demo, the tests and later the virtual sensor.  It is no evidence of accuracy:
see ``docs/simulator.md``.
"""

from imu.simulator.courses import track_laps
from imu.simulator.demo_plan import DemoRun, demo_plan
from imu.simulator.gaits import Gait, running, walking
from imu.simulator.moves import Channel, Move, Push, Swing
from imu.simulator.parameters import Activity, Segment, Shaking, SimulationParameters
from imu.simulator.sensor import Sensor, Slip, Wobble
from imu.simulator.simulate import SimulatedRun, Truth, simulate
from imu.simulator.truth import TrueStance

__all__ = [
    "Activity",
    "Channel",
    "DemoRun",
    "Gait",
    "Move",
    "Push",
    "Segment",
    "Sensor",
    "Shaking",
    "SimulatedRun",
    "SimulationParameters",
    "Slip",
    "Swing",
    "TrueStance",
    "Truth",
    "Wobble",
    "demo_plan",
    "running",
    "simulate",
    "track_laps",
    "walking",
]
