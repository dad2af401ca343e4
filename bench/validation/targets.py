"""What the analysis is asked to reach, and whether it does."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bench.validation.figures import Figures
from bench.validation.report import Report
from bench.validation.variants import ACCELEROMETER_ONLY, AS_RECORDED, RATES_HZ, UNEVEN_CLOCK

MOUNTS = ("nominal", "tilted", "any")
# Errors, in which a group may be so many times worse than another one.
COMPARED = (
    "strike_mae_ms",
    "toe_off_mae_ms",
    "contact_mae_ms",
    "peak_rmse_deg",
    "excursion_rmse_deg",
    "asym_peak_deg",
    "asym_excursion_deg",
)
LOWEST_RATE_HZ = 100.0


class Sense(StrEnum):
    """How a limit is meant."""

    AT_MOST = "at most"
    AT_LEAST = "at least"
    WITHIN = "within ±"
    BETWEEN = "from"


@dataclass(frozen=True, slots=True)
class Target:
    """One figure and its limit; ``high`` is the upper one where there are two."""

    key: str
    sense: Sense
    limit: float
    high: float | None = None

    def is_met(self, value: float | None) -> bool:
        """Whether a measured value reaches it; what was not measured does not."""
        if value is None:
            return False
        if self.high is not None:
            return self.limit <= value <= self.high
        if self.sense is Sense.AT_LEAST:
            return value >= self.limit
        return (abs(value) if self.sense is Sense.WITHIN else value) <= self.limit


RUNNING = (
    Target("f1", Sense.AT_LEAST, 0.9995),
    Target("strike_mae_ms", Sense.AT_MOST, 6.0),
    Target("strike_bias_ms", Sense.WITHIN, 2.0),
    Target("toe_off_mae_ms", Sense.AT_MOST, 10.0),
    Target("contact_mae_ms", Sense.AT_MOST, 11.0),
    Target("side", Sense.AT_LEAST, 1.0),
    Target("peak_rmse_deg", Sense.AT_MOST, 0.5),
    Target("excursion_rmse_deg", Sense.AT_MOST, 0.4),
    Target("peak_bias_deg", Sense.AT_MOST, 0.2),
    Target("asym_peak_deg", Sense.AT_MOST, 0.35),
    Target("asym_excursion_deg", Sense.AT_MOST, 0.2),
    Target("toe_off_missing", Sense.AT_MOST, 0),
    Target("drop_missing", Sense.AT_MOST, 0),
)
"""For all running recordings and for each kind of mounting."""

_WALKING = (
    Target("f1", Sense.AT_LEAST, 0.985),
    Target("side", Sense.AT_LEAST, 0.99),
    Target("strike_mae_ms", Sense.AT_MOST, 20.0),
)
CONDITIONS: tuple[tuple[str, str, str, str, tuple[Target, ...]], ...] = (
    (
        "running, clean",
        "running",
        AS_RECORDED,
        "clean",
        (
            Target("peak_rmse_deg", Sense.AT_MOST, 0.35),
            Target("excursion_rmse_deg", Sense.AT_MOST, 0.25),
        ),
    ),
    (
        "running, wobbling belt",
        "running",
        AS_RECORDED,
        "wobble",
        (
            Target("peak_rmse_deg", Sense.AT_MOST, 0.65),
            Target("excursion_rmse_deg", Sense.AT_MOST, 0.6),
        ),
    ),
    (
        "running, accelerometer only",
        "running",
        ACCELEROMETER_ONLY,
        "all",
        (
            Target("strike_mae_ms", Sense.AT_MOST, 8.0),
            Target("contact_mae_ms", Sense.AT_MOST, 15.0),
        ),
    ),
    ("walking", "walking", AS_RECORDED, "all", _WALKING),
    ("walking, 10 to 20 % lost", "walking", AS_RECORDED, "heavy loss", _WALKING),
)
"""Words, gait, variant, group and targets."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target beside what was measured."""

    where: str
    target: Target
    value: float | None
    note: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the target is reached."""
        return self.target.is_met(self.value)

    @property
    def words(self) -> str:
        """The verdict as the page says it."""
        if self.value is None:
            return "**not measured**"
        return "met" if self.is_met else "**not met**"


def running_verdicts(report: Report) -> Iterator[list[Verdict]]:
    """For each running target the verdict over all recordings, then that of each mounting."""
    groups = report["figures"]["running"][AS_RECORDED]
    for target in RUNNING:
        yield [
            Verdict(name, target, groups[name][target.key])
            for name in ("all", *(f"mount {mount}" for mount in MOUNTS))
        ]


def condition_verdicts(report: Report) -> Iterator[Verdict]:
    """Verdicts of the other targets."""
    figures = report["figures"]
    for words, gait, variant, group, targets in CONDITIONS:
        for target in targets:
            yield Verdict(words, target, figures[gait][variant][group][target.key])
    groups = figures["running"][AS_RECORDED]
    for words, group in (("2 % lost", "loss"), ("2 % lost, no wobble", "loss without wobble")):
        ratio, key = worst_ratio(groups[group], groups["clean"])
        yield Verdict(f"running, {words}", Target("ratio", Sense.AT_MOST, 1.5), ratio, key)
    variants = figures["running"]
    for name in (*(f"{r:.0f} Hz" for r in RATES_HZ if r >= LOWEST_RATE_HZ), UNEVEN_CLOCK):
        ratio, key = worst_ratio(variants[name]["all"], groups["all"])
        yield Verdict(f"running, {name}", Target("ratio", Sense.AT_MOST, 1.2), ratio, key)
    for key in ("peak_cover", "excursion_cover", "strike_cover"):
        target = Target(key, Sense.BETWEEN, 0.90, 0.98)
        yield Verdict("running, true values in 95 % intervals", target, groups["all"][key])


def worst_ratio(figures: Figures, base: Figures) -> tuple[float | None, str]:
    """Return how many times worse the worst error is than in another group, and which it is."""
    ratios = {
        key: worse / better
        for key in COMPARED
        if (worse := figures[key]) is not None and (better := base[key])
    }
    if not ratios:
        return None, ""
    key = max(ratios, key=ratios.__getitem__)
    return ratios[key], key
