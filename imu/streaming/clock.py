"""From a sensor's clock to this computer's: a line under the times at which its messages arrive.

A message arrives later than its samples were measured, never earlier: it waits for the next
connection event, for a retransmission, for the operating system.  So the arrivals that were the
least late carry the relation of the two clocks, and all the others only hide it.  Of each second
the earliest arrival is kept; below those of the last five minutes lies the highest line that none
of them crosses (Moon, Skelly and Towsley 1999, doi:10.1109/INFCOM.1999.749287).  Late messages,
however late, are above the line and do not move it.

What arrivals cannot tell is the smallest delay itself; it stays in the host time.  Nor do they tell
much where messages are made in step with the connection events (every 90 ms, sent every 30 ms): all
of a window may then be equally late.  Where a sensor answers pings with the times at which it
received and sent, those tell both.
"""

import math
from collections import deque
from dataclasses import dataclass
from itertools import pairwise

from imu.drivers.pinging import Ping

# Temperature moves a crystal by less than 10 ppm while somebody goes out of a warm house (tuning
# forks: -0.035 ppm per K^2), which bends a line over this window by about a millisecond.
WINDOW_S = 300.0
BIN_S = 1.0
# Crystals are sold with 20 to 100 ppm; until the arrivals know better, the drift is near zero.
TYPICAL_DRIFT = 50e-6
MAX_DRIFT = 250e-6  # both clocks off by 100 ppm, and cold
# How much later than the earliest possible a message usually comes: half of a connection interval
# of 30 ms.  Counts as much as one second's arrivals.
TYPICAL_LATENESS_S = 0.015
# A device clock that went back by more than this was started anew; one message overtakes another
# by far less.
MAX_BACK_S = 1.0
# An arrival so far below the line is a wrong time stamp.  If this many in a row agree, it is a
# clock that was set, or a computer that slept.
MAX_EARLY_S = 1.0
N_AGREEING = 3
MAX_PINGS = 64

# Standard errors in units of the mean lateness of the kept arrivals over the root of their number
# (and over the window).  Measured on simulated messages every 96 ms that wait for connection events
# of 30 ms, 2 % of them late by 0.3 s more, 10 s to 20 min long, 40 to 200 fits each: the true
# errors are 0.6 to 0.8 (level) and 0.8 to 1.1 (slope) of what these factors say.
LEVEL_FACTOR = 1.0
SLOPE_FACTOR = 1.5


@dataclass(frozen=True, slots=True)
class ClockFit:
    """A line from device to host time.

    Attributes
    ----------
    centre_s : float
        Device time at which the line is known best.
    offset_s, offset_se_s : float
        Host minus device time there, and its standard error.
    slope, slope_se : float
        Seconds by which that grows per second of device time.
    has_round_trip : bool
        The level comes from a ping.  Otherwise it holds the smallest delay of an arrival, which
        the standard error does not know.
    """

    centre_s: float
    offset_s: float
    offset_se_s: float
    slope: float
    slope_se: float
    has_round_trip: bool = False

    @property
    def drift_ppm(self) -> float:
        """How much too fast the device clock runs, seen from the host."""
        return -self.slope * 1e6

    @property
    def drift_se_ppm(self) -> float:
        """Standard error of the drift."""
        return self.slope_se * 1e6

    def host_s(self, device_s: float) -> float:
        """Host time of a device time, seconds."""
        return device_s + self.offset_s + self.slope * (device_s - self.centre_s)

    def device_s(self, host_s: float) -> float:
        """Device time of a host time, seconds."""
        from_centre_s = (host_s - self.centre_s - self.offset_s) / (1 + self.slope)
        return self.centre_s + from_centre_s

    def se_s(self, device_s: float) -> float:
        """Return the standard error of `host_s`, seconds."""
        return math.hypot(self.offset_se_s, self.slope_se * (device_s - self.centre_s))


class DeviceClock:
    """The clock of one sensor, followed over a sliding window.

    Takes as much memory after a day as after five minutes.

    Attributes
    ----------
    n_restarts : int
        How often the device clock was found to have been set or started anew.
    early : ClockFit or None
        The fit over the first window, for the time at which everything began.
    """

    def __init__(self) -> None:
        self.n_restarts = 0
        self.early: ClockFit | None = None
        self._begin()

    def _begin(self) -> None:
        self._bins: deque[tuple[float, float]] = deque()  # device time, least offset in its second
        self._pings: deque[Ping] = deque(maxlen=MAX_PINGS)
        self._newest_s = -math.inf
        self._suspects: list[tuple[float, float]] = []
        self._fit: ClockFit | None = None

    def add(self, device_s: float, host_s: float) -> None:
        """Take an arrival.

        Parameters
        ----------
        device_s : float
            Device time of the last sample of a message, seconds.
        host_s : float
            Host time at which it arrived, seconds.
        """
        if device_s < self._newest_s - MAX_BACK_S:
            self._restart()
        elif self._is_suspect(device_s, host_s):
            return
        self._newest_s = max(self._newest_s, device_s)
        self._take(device_s, host_s - device_s)

    def add_ping(self, ping: Ping) -> None:
        """Take an exchange of four times; one that took no time or less is none."""
        if ping.round_trip_s > 0:
            self._pings.append(ping)
            self._fit = None

    def fit(self) -> ClockFit | None:
        """Return the line under the arrivals of the window; None before the first one."""
        if self._fit is None and self._bins:
            self._fit = _levelled(_line_under(list(self._bins)), self._pings)
        return self._fit

    def _take(self, device_s: float, offset_s: float) -> None:
        bins = self._bins
        if bins and device_s // BIN_S <= bins[-1][0] // BIN_S:
            if offset_s >= bins[-1][1]:
                return
            bins[-1] = (max(device_s, bins[-1][0]), offset_s)
        else:
            if self.early is None and bins and device_s - bins[0][0] > WINDOW_S:
                self.early = self.fit()
            bins.append((device_s, offset_s))
            while device_s - bins[0][0] > WINDOW_S:
                bins.popleft()
        self._fit = None

    def _is_suspect(self, device_s: float, host_s: float) -> bool:
        """Whether an arrival is too early to be true, and no others say the same."""
        if not self._bins:
            return False
        # At both ends of the window: drift cannot hide a jump in between.
        lowest_s = min(self._bins[0][1], self._bins[-1][1])
        if host_s - device_s > lowest_s - MAX_EARLY_S:
            self._suspects.clear()
            return False
        self._suspects.append((device_s, host_s))
        if len(self._suspects) < N_AGREEING:
            return True
        suspects = self._suspects[:-1]
        self._restart()
        for of_device_s, of_host_s in suspects:
            self._take(of_device_s, of_host_s - of_device_s)
        return False

    def _restart(self) -> None:
        # The very first messages may all have waited: what they said is no beginning.
        if self.early is None and len(self._bins) > N_AGREEING:
            self.early = self.fit()
        self.n_restarts += 1
        self._begin()


def _line_under(points: list[tuple[float, float]]) -> ClockFit:
    """Return the highest line below all points, highest in the middle of their span."""
    centre_s = (points[0][0] + points[-1][0]) / 2
    span_s = points[-1][0] - points[0][0]
    steepness = max(-MAX_DRIFT, min(MAX_DRIFT, _hull_slope(points, centre_s)))
    error_s = _lateness(points, steepness) / math.sqrt(len(points))
    known_se = SLOPE_FACTOR * error_s / max(span_s, BIN_S)
    weight = TYPICAL_DRIFT**2 / (TYPICAL_DRIFT**2 + known_se**2)
    slope = steepness * weight
    offset_s = min(y - slope * (x - centre_s) for x, y in points)
    slope_se = known_se * math.sqrt(weight)
    return ClockFit(centre_s, offset_s, LEVEL_FACTOR * error_s, slope, slope_se)


def _hull_slope(points: list[tuple[float, float]], centre_s: float) -> float:
    """Slope of the lower convex hull's edge at a time."""
    hull: list[tuple[float, float]] = []
    for x, y in points:
        while len(hull) > 1 and _turns_up(hull[-2], hull[-1], (x, y)):
            hull.pop()
        hull.append((x, y))
    for (x0, y0), (x1, y1) in pairwise(hull):
        if x0 <= centre_s <= x1 and x1 > x0:
            return (y1 - y0) / (x1 - x0)
    return 0.0


def _turns_up(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    """Whether b lies on or above the line from a to c."""
    return (b[1] - a[1]) * (c[0] - a[0]) >= (c[1] - a[1]) * (b[0] - a[0])


def _lateness(points: list[tuple[float, float]], slope: float) -> float:
    """Mean lateness of the kept arrivals, from its median: outliers do not count by their size."""
    above = sorted(y - slope * x for x, y in points)
    n = len(above)
    mean_s = (above[n // 2] - above[0]) / math.log(2)
    return (TYPICAL_LATENESS_S + n * mean_s) / (1 + n)


def _levelled(line: ClockFit, pings: deque[Ping]) -> ClockFit:
    """Put a line at the level of the ping that knows it best, at most where the arrivals are."""
    if not pings:
        return line

    def level_se(ping: Ping) -> float:
        # Between the two ways the round trip may be split anyhow: uniform over its length.
        return math.hypot(
            ping.round_trip_s / math.sqrt(12), line.slope_se * (ping.device_s - line.centre_s)
        )

    best = min(pings, key=level_se)
    offset_s = best.offset_s - line.slope * (best.device_s - line.centre_s)
    return ClockFit(
        line.centre_s,
        min(offset_s, line.offset_s),
        level_se(best),
        line.slope,
        line.slope_se,
        has_round_trip=True,
    )
