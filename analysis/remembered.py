"""What a live stream remembers of one mounting once the signal has left its window.

Three things count for longer than a window: how the person stood, which way the strides said was
forward, and which foot was last.  Directions are kept in sensor axes, and all is forgotten when
the mean pose in gait says that the sensor sits differently.
"""

from dataclasses import dataclass, replace

import numpy as np

from analysis.alignment import EarlierMounting
from analysis.earlier_side import EarlierSide
from analysis.grid import Grid
from analysis.results import FloatArray
from analysis.slip_mending import realignment_se_deg
from analysis.slip_timing import FoundSlip
from analysis.stances import Side, Stance
from analysis.standing import angle_deg, like_standing, quiet_stretches

# Symmetry of this many strides is remembered; older strides fade.
MAX_REMEMBERED_STRIDES = 300.0
# Quiet stretches kept until gait tells which of them was standing.
MAX_QUIET = 8
# How far the mean pose of some strides may lean from that of the first ones.
MOVED_DEG = 10.0
# Log-odds for the sequence that goes on from the sides that were told: a little for all, so that a
# tie does not swing, and more for each stance of the bout whose own evidence has left the window.
# A stride in the window has 3 at most, see `analysis.sides`.
HELD_LOG_ODDS = 2.0
LOG_ODDS_PER_STANCE = 1.0
MAX_LOG_ODDS = 60.0
MAX_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class QuietStretch:
    """Mean specific force in sensor axes, from when to when, and whether gait came later."""

    force_mps2: FloatArray
    start_s: float
    end_s: float
    before_gait: bool

    @property
    def duration_s(self) -> float:
        """Length, as far as it was seen inside one window."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of one mounting; of bounded size.

    Attributes
    ----------
    quiet : tuple of QuietStretch
        In order of time; each may turn out to have been standing.
    symmetry : FloatArray, shape (3, 3)
        As `analysis.alignment.Mounting.symmetry`, in sensor axes.
    symmetry_until_s : float
        Signals up to here are in it.
    pose : FloatArray, shape (3,), or None
        Mean specific force over the first strides, in sensor axes.
    side : EarlierSide or None
        Of the last stance that was told.
    n_alternating : int
        Stances told in a row with one side after the other.
    slip_se_deg : float
        Standard error that re-alignment after slips has left in the obliquity.
    """

    quiet: tuple[QuietStretch, ...] = ()
    symmetry: FloatArray | None = None
    symmetry_until_s: float = -np.inf
    pose: FloatArray | None = None
    side: EarlierSide | None = None
    n_alternating: int = 0
    slip_se_deg: float = 0.0

    def earlier(self) -> EarlierMounting:
        """Hand over what the analysis of a window may know."""
        symmetry = np.zeros((3, 3)) if self.symmetry is None else self.symmetry
        return EarlierMounting(self._standing(), symmetry, self.side, self.slip_se_deg)

    def _standing(self) -> FloatArray | None:
        """Longest quiet stretch before the gait, else the longest; as the recorded analysis."""
        pose = self.pose
        fit = [q for q in self.quiet if pose is None or like_standing(q.force_mps2, pose)]
        if not fit:
            return None
        before = [q for q in fit if q.before_gait]
        return max(before or fit, key=lambda q: q.duration_s).force_mps2

    def with_quiet_of(self, grid: Grid) -> "Remembered":
        """Add the quiet stretches of a window; one that was seen before grows."""
        quiet = list(self.quiet)
        for start, stop in quiet_stretches(grid):
            start_s, end_s = float(grid.t_s[start]), float(grid.t_s[stop - 1])
            force = grid.acc_mps2[start:stop].mean(axis=0)
            new = QuietStretch(force, start_s, end_s, self.pose is None)
            same = [q for q in quiet if q.end_s > start_s and q.start_s < end_s]
            if not same:
                quiet.append(new)
            elif new.duration_s > max(q.duration_s for q in same):
                kept = replace(new, before_gait=same[0].before_gait)
                quiet = [q for q in quiet if all(q is not other for other in same)] + [kept]
        if len(quiet) > MAX_QUIET:
            quiet.pop(
                min(range(len(quiet)), key=lambda k: (quiet[k].before_gait, quiet[k].duration_s))
            )
        return replace(self, quiet=tuple(quiet))

    def has_moved(self, pose: FloatArray, by_deg: float) -> bool:
        """Whether strides with this mean specific force are those of another mounting."""
        return self.pose is not None and angle_deg(self.pose, pose) > by_deg

    def turned(self, slip: FoundSlip, slipped_s: float) -> "Remembered":
        """Turn what was seen before a slip at that time into the axes after it."""
        turn = slip.turn
        quiet = tuple(
            replace(q, force_mps2=turn @ q.force_mps2) if q.start_s < slipped_s else q
            for q in self.quiet
        )
        return replace(
            self,
            quiet=quiet,
            symmetry=None if self.symmetry is None else turn @ self.symmetry @ turn.T,
            pose=None if self.pose is None else turn @ self.pose,
            slip_se_deg=float(np.hypot(self.slip_se_deg, realignment_se_deg(slip.n_strides))),
        )

    def since(self, from_s: float) -> "Remembered":
        """Forget all but the quiet stretches that ended later than this."""
        later = (q for q in self.quiet if q.end_s > from_s)
        return Remembered(quiet=tuple(replace(q, before_gait=True) for q in later))

    def with_strides(
        self, symmetry: FloatArray, pose: FloatArray, span_s: tuple[float, float]
    ) -> "Remembered":
        """Add the strides of a window if it does not overlap with those that are in already."""
        known = replace(self, pose=pose if self.pose is None else self.pose)
        if span_s[0] < self.symmetry_until_s:
            return known
        total = symmetry if self.symmetry is None else self.symmetry + symmetry
        size = float(np.abs(np.linalg.eigvalsh(total)).max())
        total = total * min(1.0, MAX_REMEMBERED_STRIDES / max(size, 1e-9))
        return replace(known, symmetry=total, symmetry_until_s=span_s[1])

    def with_told(self, stance: Stance, n_seen: float) -> "Remembered":
        """Take note of the side of a stance that has been told.

        Parameters
        ----------
        stance : Stance
        n_seen : float
            Number of stances before it that the window still holds.
        """
        if stance.side is Side.UNKNOWN:
            return replace(self, side=None, n_alternating=0)
        is_left = stance.side is Side.LEFT
        goes_on = self.side is not None and self.side.is_left != is_left
        n = min(self.n_alternating + 1, MAX_COUNTED) if goes_on else 1
        log_odds = HELD_LOG_ODDS + LOG_ODDS_PER_STANCE * max(0.0, n - n_seen)
        side = EarlierSide(stance.foot_strike_s, is_left, min(log_odds, MAX_LOG_ODDS))
        return replace(self, side=side, n_alternating=n)
