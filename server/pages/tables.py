"""The same data as the charts, as rows: for the Table view, and as CSV."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.columns import stance_columns
from analysis.results import Estimate, RunAnalysis
from analysis.series import Measure, RollingSeries
from server.charts.catalogue import run_spread
from server.charts.options import SIDES
from server.charts.over_time import Window, run_rolling
from server.pages.words import DOUBT_WORDS, EXCLUSION_WORDS, SIDE_WORDS, clock, number

N_ROWS_PER_PAGE = 200

Cell = float | int | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``name`` is for programs and carries the unit, ``label`` is for people.

    ``decimals`` is None for text; ``is_clock`` shows seconds as minutes and seconds;
    ``on_phone`` tells whether a narrow screen keeps the column.
    """

    name: str
    label: str
    decimals: int | None = None
    is_clock: bool = False
    on_phone: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of raw values; None is not known."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]

    def texts(self, first: int, n_rows: int) -> list[list[str]]:
        """Return rows as people read them."""
        return [
            [_text(cell, column) for cell, column in zip(row, self.columns, strict=True)]
            for row in self.rows[first : first + n_rows]
        ]

    def as_csv(self) -> str:
        """Return the whole table as CSV with a header; not known is empty."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([column.name for column in self.columns])
        writer.writerows([["" if cell is None else cell for cell in row] for row in self.rows])
        return out.getvalue()


def _text(cell: Cell, column: Column) -> str:
    if cell is None:
        return "n/a" if column.decimals is not None else ""
    if isinstance(cell, str):
        return cell
    return clock(cell) if column.is_clock else number(cell, column.decimals or 0)


def stances_table(analysis: RunAnalysis, window: Window) -> Table:
    """Return every stance, those that are left out as well, with the reason."""
    start_s = analysis.summary.start_s
    columns = [
        Column("number", "No.", 0, on_phone=False),
        Column("time_s", "Time", 0, is_clock=True),
        Column("side", "Side"),
        Column(Measure.DROP_EXCURSION.value, "Drop, °", 1),
        Column(Measure.MID_STANCE_DROP.value, "Mid-stance, °", 1, on_phone=False),
        Column(Measure.PEAK_DROP.value, "Peak, °", 1, on_phone=False),
        Column("contact_time_ms", "Contact, ms", 0),
        Column("flight_time_ms", "Flight, ms", 0, on_phone=False),
        Column("cadence_spm", "Cadence, spm", 0, on_phone=False),
        Column("left_out", "Left out", on_phone=False),
        Column("doubts", "Doubts", on_phone=False),
    ]
    rows: list[list[Cell]] = [
        [
            index,
            round(stance.foot_strike_s - start_s, 3),
            SIDE_WORDS[stance.side],
            _rounded(stance.drop_excursion_deg, 2),
            _rounded(stance.mid_stance_drop_deg, 2),
            _rounded(stance.peak_drop_deg, 2),
            _rounded(_milli(stance.contact_time_s), 1),
            _rounded(_milli(stance.flight_time_s), 1),
            _rounded(stance.cadence_spm, 1),
            "" if stance.exclusion is None else EXCLUSION_WORDS[stance.exclusion][0],
            ", ".join(DOUBT_WORDS[doubt][0] for doubt in stance.doubts),
        ]
        for index, stance in enumerate(analysis.stances, start=1)
        if _is_inside(stance.foot_strike_s - start_s, window)
    ]
    return Table(columns, rows)


def stride_table(analysis: RunAnalysis, _window: Window) -> Table:
    """Return mean and standard deviation of each side at each percent of the gait cycle."""
    columns = [Column("gait_cycle_percent", "Gait cycle, %", 0)]
    curves: list[list[Cell]] = [list(range(101))]
    for waveform in analysis.waveforms:
        side, word = waveform.side.value, SIDE_WORDS[waveform.side]
        columns += [
            Column(f"{side}_mean_deg", f"{word}, °", 1),
            Column(f"{side}_sd_deg", f"{word} SD, °", 1),
        ]
        curves += [
            [_rounded(float(v), 3) for v in values]
            for values in (waveform.mean_deg, waveform.sd_deg)
        ]
    return Table(columns, list(zip(*curves, strict=True)))


def drift_table(analysis: RunAnalysis, _window: Window) -> Table:
    """Return the median of each stretch with its interval and number of stances."""
    columns = [
        Column("stretch", "Stretch"),
        Column("start_s", "From", 0, is_clock=True, on_phone=False),
        Column("end_s", "To", 0, is_clock=True, on_phone=False),
    ]
    for side in SIDES:
        columns += [
            Column(f"{side.value}_deg", f"{SIDE_WORDS[side]}, °", 1),
            Column(f"{side.value}_ci_low_deg", "95 % from", 1, on_phone=False),
            Column(f"{side.value}_ci_high_deg", "to", 1, on_phone=False),
            Column(f"n_{side.value}", "Stances", 0, on_phone=False),
        ]
    start_s = analysis.summary.start_s
    rows: list[list[Cell]] = [
        [
            b.label,
            round(b.start_s - start_s, 1),
            round(b.end_s - start_s, 1),
            *_estimate_cells(b.left_deg),
            b.n_left,
            *_estimate_cells(b.right_deg),
            b.n_right,
        ]
        for b in analysis.drift.bins
    ]
    return Table(columns, rows)


def spread_table(analysis: RunAnalysis, window: Window) -> Table:
    """Return how many stances of each side had which drop."""
    columns = [
        Column("from_deg", "From, °", 1),
        Column("to_deg", "To, °", 1),
        Column("n_left", "Left", 0),
        Column("n_right", "Right", 0),
    ]
    spread = run_spread(stance_columns(analysis.stances), window.measure)
    if spread is None:
        return Table(columns, [])
    rows: list[list[Cell]] = [
        [float(low), float(high), int(left), int(right)]
        for low, high, left, right in zip(
            spread.edges_deg[:-1], spread.edges_deg[1:], spread.n_left, spread.n_right, strict=True
        )
    ]
    return Table(columns, rows)


def contact_table(analysis: RunAnalysis, _window: Window) -> Table:
    """Return the rolling contact time of each side, one row per stride."""
    columns = [
        Column("time_s", "Time", 0, is_clock=True),
        Column("side", "Side"),
        *_rolling_columns("contact_time_ms", "ms", 0),
    ]
    rows: list[list[Cell]] = []
    for side in SIDES:
        rolling = run_rolling(analysis, side, Measure.CONTACT_TIME)
        rows += [[row[0], SIDE_WORDS[side], *row[1:]] for row in _rolling_rows(rolling, 1000.0)]
    return Table(columns, sorted(rows, key=_first))


def cadence_table(analysis: RunAnalysis, _window: Window) -> Table:
    """Return the rolling cadence, one row per stance."""
    columns = [
        Column("time_s", "Time", 0, is_clock=True),
        *_rolling_columns("cadence_spm", "spm", 0),
    ]
    rolling = run_rolling(analysis, None, Measure.CADENCE)
    return Table(columns, _rolling_rows(rolling, 1.0))


TABLES: Mapping[str, Callable[[RunAnalysis, Window], Table]] = {
    "stances": stances_table,
    "stride": stride_table,
    "drift": drift_table,
    "spread": spread_table,
    "contact": contact_table,
    "cadence": cadence_table,
}


def _rolling_columns(name: str, unit: str, decimals: int) -> list[Column]:
    return [
        Column(f"median_{name}", f"Median, {unit}", decimals),
        Column(f"low_10_{name}", "10 %", decimals, on_phone=False),
        Column(f"high_90_{name}", "90 %", decimals, on_phone=False),
    ]


def _rolling_rows(rolling: RollingSeries, factor: float) -> list[list[Cell]]:
    known = np.isfinite(rolling.median)
    columns = (
        rolling.t_s,
        *(v * factor for v in (rolling.median, rolling.low_10, rolling.high_90)),
    )
    return [
        [round(float(cell), 2) for cell in row]
        for row in np.column_stack([column[known] for column in columns])
    ]


def _first(row: Sequence[Cell]) -> float:
    return float(row[0] or 0.0)


def _is_inside(t_s: float, window: Window) -> bool:
    after_start = window.start_s is None or t_s >= window.start_s
    return after_start and (window.end_s is None or t_s < window.end_s)


def _estimate_cells(estimate: Estimate | None) -> list[Cell]:
    if estimate is None:
        return [None, None, None]
    return [round(v, 3) for v in (estimate.value, estimate.ci_low, estimate.ci_high)]


def _milli(value_s: float | None) -> float | None:
    return None if value_s is None else value_s * 1000


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
