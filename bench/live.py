"""The live stream beside the recorded analysis: ``python -m bench.live FOLDER``.

Every recording of the folder goes through `GaitStream` in batches as a sensor sends them, and
through `analyse_run`.  With ``--hours 24`` instead of a folder, a simulated run of that length
goes through the stream, none of it left out, and its memory is told.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from rich.console import Console

from analysis import GaitStream, Stance, analyse_run
from analysis.results import FloatArray, ZeroReference
from analysis.stances import Gait, Side
from analysis.steps import MIN_STEPS
from bench.__main__ import report
from bench.live_day import long_stream
from bench.measures import Measure
from bench.validation.reference import read_reference
from bench.validation.scoring import TOLERANCE_S, match
from imu.recordings import read_recording
from imu.replay import batches

BATCH_S = 0.05
SAME_STANCE_S = 0.1
MAX_STRIKE_MAE_MS, MAX_DROP_RMSE_DEG, MAX_COST, MAX_LATENCY_STEPS = 5.0, 0.5, 0.05, 1.0


@dataclass(frozen=True, slots=True)
class Streamed:
    """One recording, live and recorded.

    Attributes
    ----------
    live, recorded : tuple of Stance
    told_s : FloatArray, shape (n_live,)
        Time of the newest sample when each was told; NaN at the end of the stream.
    cost : float
        Seconds of processor time per second of signal.
    zero_is_provisional : bool
    truth_f1 : tuple of float, or None
        Of the foot strikes against the truth beside the recording: live, recorded.
    """

    live: tuple[Stance, ...]
    recorded: tuple[Stance, ...]
    told_s: FloatArray
    cost: float
    zero_is_provisional: bool
    truth_f1: tuple[float, float] | None

    def pairs(self) -> list[tuple[Stance, Stance]]:
        """Live and recorded rows of the same stances."""
        ours, theirs = match(_strikes(self.live), _strikes(self.recorded), SAME_STANCE_S)
        return [(self.live[i], self.recorded[k]) for i, k in zip(ours, theirs, strict=True)]


def _strikes(stances: Iterable[Stance]) -> FloatArray:
    return np.array([s.foot_strike_s for s in stances])


def stream_recording(path: Path) -> Streamed:
    """Send a recording through the stream and through the analysis."""
    recording = read_recording(path)
    has_gyroscope = recording.gyr_radps is not None
    stream = GaitStream(recording.sampling_rate_hz, has_gyroscope=has_gyroscope)
    live: list[Stance] = []
    told_s: list[float] = []
    start_s = time.process_time()
    for batch in batches(recording, BATCH_S):
        found = stream.push(batch.t_s, batch.acc_mps2, batch.gyr_radps)
        live += found
        told_s += [float(batch.t_s[-1])] * len(found)
    live += stream.finish()
    cost = (time.process_time() - start_s) * recording.sampling_rate_hz / recording.n_samples
    told_s += [np.nan] * (len(live) - len(told_s))
    recorded = analyse_run(
        recording.t_s,
        recording.acc_mps2,
        recording.gyr_radps,
        sampling_rate_hz=recording.sampling_rate_hz,
    ).stances
    return Streamed(
        tuple(live),
        recorded,
        np.array(told_s),
        cost,
        stream.zero is ZeroReference.RUN_MEAN,
        _truth_f1(path, live, recorded),
    )


def _truth_f1(
    path: Path, live: Sequence[Stance], recorded: Sequence[Stance]
) -> tuple[float, float] | None:
    try:
        reference = read_reference(path)
    except FileNotFoundError:
        return None
    f1 = []
    for stances in (live, recorded):
        gait = Gait.RUNNING if np.isfinite(reference.peak_drop_deg).any() else Gait.WALKING
        strikes = _strikes(s for s in stances if s.valid)
        strikes = strikes[reference.in_score(strikes)]
        hits, _ = match(reference.foot_strike_s, strikes, TOLERANCE_S[gait.value])
        f1.append(2 * len(hits) / max(1, len(reference.foot_strike_s) + len(strikes)))
    return f1[0], f1[1]


def latencies(streamed: Streamed) -> tuple[FloatArray, FloatArray, FloatArray]:
    """From toe-off to when it was told: seconds, and in steps; and of the first of each bout.

    The first steps of a bout wait until there are enough of them to be gait.
    """
    bout = np.array([s.bout for s in streamed.live])
    in_bout = np.arange(len(bout)) - np.searchsorted(bout, bout)
    toe_off_s = np.array([s.toe_off_s or np.nan for s in streamed.live])
    step_s = np.array([60.0 / (s.cadence_spm or np.nan) for s in streamed.live])
    late_s = streamed.told_s - toe_off_s
    known = np.isfinite(late_s) & np.isfinite(step_s)
    going = known & (in_bout > MIN_STEPS)
    return late_s[going], (late_s / step_s)[going], late_s[known & (in_bout == 0)]


def same_side_twice(stances: Sequence[Stance]) -> int:
    """Count the stances with the side of the one before, though a step lies between them."""
    return sum(
        a.side is b.side and Side.UNKNOWN is not a.side
        for a, b in pairwise(stances)
        if b.foot_strike_s - a.foot_strike_s < 1.4 * 60.0 / (a.cadence_spm or np.inf)
    )


def drop_differences(streamed: Streamed, measure: str) -> FloatArray:
    """Live minus recorded of one measure, where both are valid and agree on the side."""
    both = [
        (getattr(ours, measure), getattr(theirs, measure))
        for ours, theirs in streamed.pairs()
        if ours.valid and theirs.valid and ours.side is theirs.side
    ]
    known = [(a, b) for a, b in both if a is not None and b is not None]
    return np.array([a - b for a, b in known])


def without_zero(streamed: Streamed, measure: str) -> FloatArray:
    """Differences as `drop_differences`, less what a provisional zero adds left and right."""
    values: list[FloatArray] = []
    for side in (Side.LEFT, Side.RIGHT):
        pairs = [p for p in streamed.pairs() if p[0].side is p[1].side is side]
        known = [
            getattr(a, measure) - getattr(b, measure)
            for a, b in pairs
            if a.valid and b.valid and None not in (getattr(a, measure), getattr(b, measure))
        ]
        of_side = np.array(known)
        values.append(
            of_side - of_side.mean() if streamed.zero_is_provisional and known else of_side
        )
    return np.concatenate(values)


def agreement(streams: Sequence[Streamed]) -> list[Measure]:
    """Live beside recorded: which stances, when, which side, how much drop."""
    pairs = [pair for s in streams for pair in s.pairs()]
    n_recorded, n_live = (sum(len(rows) for rows in both) for both in _rows(streams))
    strike_ms = 1e3 * np.array([a.foot_strike_s - b.foot_strike_s for a, b in pairs])
    same_side = 100.0 * float(np.mean([a.side is b.side for a, b in pairs]))
    lines = [
        Measure("stances recorded", n_recorded, ""),
        Measure("  missed live", n_recorded - len(pairs), ""),
        Measure("  only live", n_live - len(pairs), ""),
        Measure("foot strike, mean difference", float(strike_ms.mean()), "ms"),
        Measure("  mean absolute", float(np.abs(strike_ms).mean()), "ms", MAX_STRIKE_MAE_MS),
        Measure("same side", same_side, "%"),
    ]
    for name, rows in zip(("recorded", "live"), _rows(streams), strict=True):
        twice = sum(same_side_twice(stances) for stances in rows)
        lines.append(Measure(f"same side twice in a row, {name}", twice, ""))
    for what, of, measure in (
        ("drop excursion, RMS difference", drop_differences, "drop_excursion_deg"),
        ("peak drop, RMS difference", drop_differences, "peak_drop_deg"),
        ("  less a provisional zero", without_zero, "peak_drop_deg"),
    ):
        apart = np.concatenate([of(s, measure) for s in streams])
        rms = float(np.sqrt(np.mean(apart**2))) if len(apart) else None
        lines.append(Measure(what, rms, "deg", MAX_DROP_RMSE_DEG))
    f1 = [s.truth_f1 for s in streams if s.truth_f1 is not None]
    for name, values in zip(("live", "recorded"), zip(*f1, strict=True), strict=False):
        lines.append(Measure(f"F1 against truth, {name}", float(np.mean(values)), ""))
    return lines


def _rows(streams: Sequence[Streamed]) -> tuple[list[tuple[Stance, ...]], list[tuple[Stance, ...]]]:
    return [s.recorded for s in streams], [s.live for s in streams]


def timing(streams: Sequence[Streamed]) -> list[Measure]:
    """How late, and at what cost."""
    late = [latencies(s) for s in streams]
    late_s, late_steps, first_s = (np.concatenate([part[k] for part in late]) for k in range(3))
    cost = float(np.mean([s.cost for s in streams]))
    in_steps = float(np.percentile(late_steps, 95))
    return [
        Measure("told after toe-off, median", float(np.median(late_s)), "s"),
        Measure("  95 %", float(np.percentile(late_s, 95)), "s"),
        Measure("  99 %", float(np.percentile(late_s, 99)), "s"),
        Measure("  95 %, in steps", in_steps, "steps", MAX_LATENCY_STEPS),
        Measure("  first stance of a bout, median", float(np.median(first_s)), "s"),
        Measure("cost per second of signal", cost, "s", MAX_COST, "processor time"),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.live", description=__doc__.split("\n")[0] if __doc__ else None
    )
    parser.add_argument("folder", type=Path, nargs="?", help="recordings, with or without truth")
    parser.add_argument("--only", default="*", help="names of recordings, as a pattern")
    parser.add_argument("--hours", type=float, help="length of a simulated stream")
    chosen = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 120)
    if chosen.hours is not None:
        console.print(report(long_stream(chosen.hours)))
    if chosen.folder is not None:
        paths = sorted(chosen.folder.glob(f"{chosen.only}.parquet"))
        if not paths:
            parser.error(f"there is no recording {chosen.only}.parquet in {chosen.folder}")
        streams = [stream_recording(path) for path in paths]
        console.print(report(agreement(streams) + timing(streams)))
    if chosen.hours is None and chosen.folder is None:
        parser.error("give a folder or --hours")


if __name__ == "__main__":
    main()
