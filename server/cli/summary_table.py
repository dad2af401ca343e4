"""The table that ``hiplevel analyze`` prints."""

from collections.abc import Iterable

from rich.table import Table

from analysis.results import Estimate, RunAnalysis
from server.batch import Report

_MINUS = "\N{MINUS SIGN}"
_NOT_KNOWN = "-"


def summary_table(reports: Iterable[Report]) -> Table:
    """Return one row per recording; drops are foot strike to peak, with their 95 % interval."""
    table = Table(
        caption="Drop: foot strike to peak, while that foot is down. ±: 95 % interval.",
        caption_justify="left",
    )
    table.add_column("Recording", overflow="fold")
    for heading in ("Gait", "Duration", "Stances", "Left drop", "Right drop", "Right minus left"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in ("Contact", "Cadence", "Signal"):
        table.add_column(heading, justify="right", no_wrap=True)
    for report in reports:
        if report.result is not None:
            table.add_row(report.name, *_cells(report.result))
    return table


def _cells(analysis: RunAnalysis) -> list[str]:
    summary = analysis.summary
    return [
        summary.gait.value if summary.gait else "no gait",
        duration_text(summary.duration_s),
        f"{summary.n_valid}/{summary.n_stances}",
        estimate_text(summary.left.drop_excursion_deg, "°"),
        estimate_text(summary.right.drop_excursion_deg, "°"),
        estimate_text(summary.asym_drop_excursion_deg, "°", is_difference=True),
        estimate_text(summary.contact_time_s, " ms", factor=1000, n_decimals=0),
        estimate_text(summary.cadence_spm, " spm", n_decimals=0),
        analysis.quality.grade.value,
    ]


def duration_text(duration_s: float) -> str:
    """Return minutes and seconds, with hours where there are any."""
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def estimate_text(
    estimate: Estimate | None,
    unit: str,
    *,
    factor: float = 1.0,
    n_decimals: int = 1,
    is_difference: bool = False,
) -> str:
    """Return a value with its interval, such as ``4.1° ± 0.1``."""
    if estimate is None:
        return _NOT_KNOWN
    sign = "+" if is_difference else ""
    value = f"{estimate.value * factor:{sign}.{n_decimals}f}".replace("-", _MINUS)
    return f"{value}{unit} ± {estimate.half_width * factor:.{n_decimals}f}"
