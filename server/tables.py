"""Results as tables of text: the files of the command line and the downloads of the API."""

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from analysis.results import Drift, Estimate, Waveform
from analysis.stances import Stance
from analysis.table import STANCE_COLUMNS

_WAVEFORM_COLUMNS = ("side", "gait_cycle_percent", "mean_deg", "sd_deg")
_DRIFT_COLUMNS = (
    "label",
    "start_s",
    "end_s",
    "left_deg",
    "left_ci_low_deg",
    "left_ci_high_deg",
    "right_deg",
    "right_ci_low_deg",
    "right_ci_high_deg",
    "n_left",
    "n_right",
)
# A tenth of a millisecond and a ten-thousandth of a degree: far below what is measured.
_N_DECIMALS = 4


def stance_csv(stances: Iterable[Stance]) -> Iterator[str]:
    """Yield the stances as CSV lines; empty is not known."""
    rows = ([getattr(stance, name) for name in STANCE_COLUMNS] for stance in stances)
    return _csv(STANCE_COLUMNS, rows)


def waveform_csv(waveforms: Iterable[Waveform]) -> Iterator[str]:
    """Yield the mean drop curves as CSV lines, one per side and percent of the gait cycle."""
    rows = (
        [waveform.side, percent, mean, sd]
        for waveform in waveforms
        for percent, (mean, sd) in enumerate(zip(waveform.mean_deg, waveform.sd_deg, strict=True))
    )
    return _csv(_WAVEFORM_COLUMNS, rows)


def drift_csv(drift: Drift) -> Iterator[str]:
    """Yield the drift as CSV lines, one per stretch of the run."""
    rows = (
        [
            part.label,
            part.start_s,
            part.end_s,
            *_three(part.left_deg),
            *_three(part.right_deg),
            part.n_left,
            part.n_right,
        ]
        for part in drift.bins
    )
    return _csv(_DRIFT_COLUMNS, rows)


def _three(estimate: Estimate | None) -> list[float | None]:
    if estimate is None:
        return [None, None, None]
    return [estimate.value, estimate.ci_low, estimate.ci_high]


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.{_N_DECIMALS}f}" if math.isfinite(value) else None
    if isinstance(value, tuple):
        return " ".join(value)
    return value
