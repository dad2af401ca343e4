"""The pictures of the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from analysis.results import FloatArray
from bench.validation.drawing import ACCENT, BAND, INK, INK_2, LEFT, RIGHT, WATCH, new_figure, save
from bench.validation.people import Outcomes
from bench.validation.report import Pairs, measured
from bench.validation.scoring import Outcome, pooled
from bench.validation.targets import MOUNTS
from bench.validation.variants import AS_RECORDED
from bench.validation.words import signed

N_POINTS = 420  # drawn of thousands; the lines are those of all
MARKERS = {"nominal": ("o", ACCENT), "tilted": ("^", WATCH), "any": ("s", INK_2)}


@dataclass(frozen=True, slots=True)
class Measure:
    """What a Bland-Altman plot is of."""

    name: str
    title: str
    unit: str
    n_decimals: int


MEASURES = (
    Measure("peak", "Peak drop", "°", 2),
    Measure("excursion", "Drop excursion", "°", 2),
    Measure("contact", "Contact time", " ms", 1),
)


def draw_all(outcomes: Outcomes, folder: Path) -> None:
    """Write every picture of the page into a folder."""
    running = outcomes["running", AS_RECORDED]
    pairs = measured(running)
    for measure in MEASURES:
        path = folder / f"validation-agreement-{measure.name}.svg"
        bland_altman(measure, pairs[measure.name], path)
    error_by_speed(running, folder / "validation-speed.svg")
    walking = outcomes["walking", AS_RECORDED]
    strike_errors(running, walking, folder / "validation-strikes.svg")


def bland_altman(measure: Measure, pairs: Pairs, path: Path) -> None:
    """Draw differences against means, with bias and limits of agreement."""
    mean, difference = (pairs.found + pairs.true) / 2, pairs.found - pairs.true
    limits, is_left = pairs.agreement, pairs.is_left
    chosen = np.linspace(0, len(mean) - 1, min(N_POINTS, len(mean))).round().astype(np.intp)
    with new_figure(3.6) as figure:
        axes = figure.add_subplot()
        axes.axhspan(limits.low, limits.high, color=BAND, zorder=0, linewidth=0)
        axes.axhline(0, color=INK_2, linewidth=0.8)
        for side, marker, colour, mask in (
            ("left stance", "o", LEFT, is_left[chosen]),
            ("right stance", "^", RIGHT, ~is_left[chosen]),
        ):
            at = chosen[mask]
            points = axes.scatter(mean[at], difference[at], s=13, marker=marker, color=colour)
            points.set(linewidths=0, alpha=0.65, label=side)
        for value, name, dash in (
            (limits.high, "upper limit", (5, 3)),
            (limits.bias, "bias", (None, None)),
            (limits.low, "lower limit", (5, 3)),
        ):
            axes.axhline(value, color=INK, linewidth=1.2, dashes=dash)
            axes.annotate(
                f"{name}\n{signed(value, measure.n_decimals)}{measure.unit}",
                (1.01, value),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize=9,
            )
        axes.set_title(f"{measure.title}: sensor against laboratory")
        axes.set_xlabel(f"mean of both ({measure.unit.strip()})")
        axes.set_ylabel(f"sensor minus laboratory ({measure.unit.strip()})")
        reach = 1.06 * max(np.abs(difference[chosen]).max(), limits.high, -limits.low)
        axes.set_ylim(-reach, reach)
        figure.legend(loc="outside lower center", ncols=2)
        save(figure, path, title=f"Bland-Altman plot of {measure.title.lower()}, running")


def error_by_speed(running: Sequence[Outcome], path: Path) -> None:
    """Draw four errors of every recording against speed, and their medians."""
    panels = (
        ("Foot strike", "MAE (ms)", _strike_mae),
        ("Contact time", "MAE (ms)", _contact_mae),
        ("Peak drop", "RMSE (°)", _peak_rmse),
        ("Drop excursion", "RMSE (°)", _excursion_rmse),
    )
    known = [o for o in running if o.reference.speed_mps is not None]
    speed = np.array([o.reference.speed_mps for o in known], np.float64)
    mounts = np.array([o.reference.mount for o in known])
    with new_figure(5.4) as figure:
        for axes, (title, unit, error_of) in zip(
            figure.subplots(2, 2).ravel(), panels, strict=True
        ):
            error = np.array([error_of(outcome) for outcome in known])
            for k, mount in enumerate(MOUNTS):
                marker, colour = MARKERS[mount]
                chosen = mounts == mount
                beside = speed[chosen] + 0.14 * (k - 1)
                axes.scatter(beside, error[chosen], marker=marker, color=colour, s=22, alpha=0.75)
            _medians(axes, speed, error)
            axes.set_title(title)
            axes.set_ylabel(unit)
            axes.set_xlabel("speed (m/s)")
            axes.set_xticks(np.unique(speed))
            axes.set_ylim(0, 1.08 * float(np.nanmax(error)))
        handles = [
            figure.axes[0].scatter([], [], marker=m, color=c, s=22, label=f"{name} mounting")
            for name, (m, c) in MARKERS.items()
        ]
        line = figure.axes[0].plot([], [], color=INK, linewidth=2.2, label="median")
        figure.legend(handles=[*handles, *line], loc="outside lower center", ncols=4)
        save(figure, path, title="Errors of each running recording against speed")


def _medians(axes: Axes, speed: FloatArray, error: FloatArray) -> None:
    for value in np.unique(speed):
        median = float(np.nanmedian(error[speed == value]))
        axes.plot([value - 0.25, value + 0.25], [median, median], color=INK, linewidth=2.2)


def _strike_mae(outcome: Outcome) -> float:
    return 1e3 * float(np.abs(outcome.hits.strike_s - outcome.hits.strike_true_s).mean())


def _contact_mae(outcome: Outcome) -> float:
    return 1e3 * float(np.nanmean(np.abs(outcome.hits.contact_s - outcome.hits.contact_true_s)))


def _peak_rmse(outcome: Outcome) -> float:
    error = outcome.hits.peak_deg - outcome.hits.peak_true_deg
    return float(np.sqrt(np.nanmean(error**2)))


def _excursion_rmse(outcome: Outcome) -> float:
    error = outcome.hits.excursion_deg - outcome.hits.excursion_true_deg
    return float(np.sqrt(np.nanmean(error**2)))


def strike_errors(running: Sequence[Outcome], walking: Sequence[Outcome], path: Path) -> None:
    """Draw how the errors of foot strikes are spread."""
    with new_figure(3.3) as figure:
        for axes, (title, outcomes, reach_ms, width_ms) in zip(
            figure.subplots(1, 2),
            (("Running", running, 30.0, 2.0), ("Walking", walking, 100.0, 5.0)),
            strict=True,
        ):
            hits = pooled(outcomes)
            error = 1e3 * (hits.strike_s - hits.strike_true_s)
            edges = np.arange(-reach_ms, reach_ms + width_ms / 2, width_ms)
            share = 100 * np.histogram(error, edges)[0] / len(error)
            axes.stairs(share, edges, fill=True, color=ACCENT, alpha=0.8)
            axes.axvline(0, color=INK, linewidth=1.2)
            axes.grid(axis="x", visible=False)
            axes.set_title(f"{title}: {len(error)} strikes")
            axes.set_xlabel("found minus true (ms)")
            axes.set_ylabel(f"% of strikes per {width_ms:.0f} ms")
        save(figure, path, title="Spread of the errors of foot strikes")
