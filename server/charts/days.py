"""The horizontal axis of charts over many runs: days."""

from collections.abc import Sequence
from datetime import timedelta

from analysis.history.points import NotComparable, RunPoint
from server.charts.options import Json
from server.pages.words import day
from server.trends import Trends

HIDDEN = (NotComparable.GRADE, NotComparable.NO_DROP)  # runs without a point
_TICK_DAYS = (1, 2, 7, 14, 28, 56, 91, 182, 365, 730, 1461, 3652)
_N_TICKS_MAX = 8


def drawn_runs(trends: Trends) -> list[RunPoint]:
    """Return the runs of the period that have a point."""
    left_out = trends.comparable.left_out
    return [run for run in trends.runs if left_out.get(run.run_id) not in HIDDEN]


class Days:
    """Days since midnight of the first run that is shown."""

    def __init__(self, runs: Sequence[RunPoint]) -> None:
        self.zero = runs[0].at.replace(hour=0, minute=0, second=0, microsecond=0)
        self.span = self.x(runs[-1])
        self.shift = 0.003 * max(self.span, 1.0)  # keeps the whiskers of the sides apart

    def x(self, run: RunPoint) -> float:
        """Return where a run lies."""
        return round((run.at - self.zero) / timedelta(days=1), 3)

    @property
    def limits(self) -> tuple[float, float]:
        """Return both ends of the axis."""
        room = max(0.5, 0.02 * self.span)
        return -room, self.span + room

    def axis(self) -> Json:
        """Return the axis with its dates."""
        step = next((n for n in _TICK_DAYS if self.span / n < _N_TICKS_MAX), _TICK_DAYS[-1])
        ticks = list(range(0, int(self.span) + 1, step))
        dates = {n: self.zero + timedelta(days=n) for n in ticks}
        form = "%b %Y" if step > 31 else "%b"
        labels = {
            str(n): f"{date:{form}}" if step > 31 else f"{date.day} {date:{form}}"
            for n, date in dates.items()
        }
        return {
            "type": "value",
            "min": self.limits[0],
            "max": self.limits[1],
            "axisLine": {"show": True, "onZero": False},
            "splitLine": {"show": False},
            "axisTick": {"customValues": ticks},
            "axisLabel": {
                "formatter": "@labels",
                "labels": labels,
                "customValues": ticks,
                "hideOverlap": True,
            },
        }

    def titles(self, runs: Sequence[RunPoint]) -> dict[str, str]:
        """Return the dates of the days with a run, for tooltips."""
        return {str(int(self.x(run))): day(run.at) for run in runs}
