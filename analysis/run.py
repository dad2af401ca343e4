"""From the arrays of one recording to everything that is known of the run."""

import numpy as np

from analysis.aligned import steps_of
from analysis.bias import without_bias
from analysis.candidates import Candidate, Rejected, Rejection, told_candidates
from analysis.clipping import clipped_times
from analysis.columns import StanceColumns, stance_columns
from analysis.drift import check_distance, drift_over_run
from analysis.extra_measures import ExtraMeasure
from analysis.faults import SoundSignals, without_faults
from analysis.gait import FoundGait, find_gait
from analysis.geometry import turned
from analysis.grid import Grid, check_signals
from analysis.impact import Samples
from analysis.models import Models
from analysis.noise import without_noise
from analysis.quality import assess, find_holes
from analysis.results import (
    FloatArray,
    Intermediates,
    Measured,
    RunAnalysis,
    SignalQuality,
    ZeroReference,
)
from analysis.run_measures import run_measures
from analysis.stances import Gait
from analysis.standstills import violent_percent
from analysis.summary import summarise
from analysis.units import check_units
from analysis.verdict import run_verdict
from analysis.waveform import mean_waveforms

ANALYSIS_VERSION = "1.2"


def analyse_run(
    t_s: FloatArray,
    acc_mps2: FloatArray,
    gyr_radps: FloatArray | None = None,
    *,
    sampling_rate_hz: float,
    distance_m: float | None = None,
    keep_intermediates: bool = False,
    models: Models | None = None,
) -> RunAnalysis:
    """Find every stance of a recording, its side and its pelvic drop.

    Parameters
    ----------
    t_s : FloatArray, shape (n,)
        Device clock, strictly increasing, seconds; lost samples are simply missing.
    acc_mps2 : FloatArray, shape (n, 3)
        Specific force in sensor axes: +9.81 on the axis that points up at rest.
    gyr_radps : FloatArray, shape (n, 3), optional
        Angular rate in sensor axes.  Without it there is no drop, and the result says so.
    sampling_rate_hz : float
        Nominal rate.
    distance_m : float, optional
        Distance of the run, for drift by kilometre.
    keep_intermediates : bool
        Keep the signals on the grid in the result.
    models : Models, optional
        Other fitted models than the shipped ones, such as those that have not seen a person.

    Returns
    -------
    RunAnalysis

    Raises
    ------
    SignalError
        Arrays of wrong shape, unsorted time, values that are not finite, that can only be in
        another unit or without gravity, or times that do not fit the rate.
    DistanceError
        A distance that is not above 0.
    """
    check_distance(distance_m)
    sound = _sound_signals(t_s, acc_mps2, gyr_radps, sampling_rate_hz)
    t_s, acc_mps2, gyr_radps = sound.t_s, sound.acc_mps2, sound.gyr_radps
    grid, bias_radps = without_bias(sound.on_grid(sampling_rate_hz))
    clipped = clipped_times(t_s, acc_mps2, gyr_radps)
    found = find_gait(
        grid,
        clipped=clipped,
        samples=Samples(t_s, acc_mps2, sampling_rate_hz),
        models=models,
        seek_slips_until_s=np.inf,
    )
    stances = found.stances if found else ()
    alignment = found.mounting.alignment if found else None
    quality = assess(
        t_s,
        sampling_rate_hz,
        stances,
        alignment,
        holes=find_holes(t_s, sampling_rate_hz, frozen_s=sound.faults.frozen_s),
        n_clipped=len(clipped.any_s),
        has_gyroscope=gyr_radps is not None,
        loose_percent=found.loose_percent if found else 0.0,
        faults=sound.faults,
        bias_radps=bias_radps,
        violent_percent=0.0 if stances else violent_percent(acc_mps2, sampling_rate_hz),
    )
    bouts = found.bouts if found else ()
    columns = found.columns if found else stance_columns(())
    summary = summarise(
        stances,
        duration_s=float(t_s[-1] - t_s[0]),
        moving_time_s=sum(bout.end_s - bout.start_s for bout in bouts),
        yaw_se_deg=alignment.yaw_se_deg if alignment else None,
        start_s=float(t_s[0]),
        columns=columns,
    )
    drift = drift_over_run(columns, distance_m=distance_m, run_start_s=float(t_s[0]))
    obliquity = found.angles.obliquity_deg if found and found.angles else None
    return RunAnalysis(
        analysis_version=ANALYSIS_VERSION,
        sampling_rate_hz=sampling_rate_hz,
        stances=stances,
        bouts=bouts,
        alignment=alignment,
        waveforms=mean_waveforms(grid.t_s, obliquity, columns),
        quality=quality,
        summary=summary,
        drift=drift,
        verdict=run_verdict(
            summary, drift, quality, zero=alignment.zero if alignment else ZeroReference.NONE
        ),
        intermediates=_intermediates(found, grid) if keep_intermediates else None,
        measures=_measures(found, columns, summary.gait, quality, sampling_rate_hz),
    )


def _sound_signals(
    t_s: FloatArray, acc_mps2: FloatArray, gyr_radps: FloatArray | None, sampling_rate_hz: float
) -> SoundSignals:
    """Check the arrays and take out what shows nothing of the movement."""
    t_s = np.asarray(t_s, np.float64)
    acc_mps2 = np.asarray(acc_mps2, np.float64)
    gyr_radps = None if gyr_radps is None else np.asarray(gyr_radps, np.float64)
    check_signals(t_s, acc_mps2, gyr_radps, sampling_rate_hz)
    # Before the faults: what is in another unit looks like spikes.
    check_units(t_s, acc_mps2, gyr_radps, sampling_rate_hz)
    sound = without_faults(t_s, acc_mps2, gyr_radps, sampling_rate_hz)
    return without_noise(sound, sampling_rate_hz)


def _measures(
    found: FoundGait | None,
    columns: StanceColumns,
    gait: Gait | None,
    quality: SignalQuality,
    sampling_rate_hz: float,
) -> dict[ExtraMeasure, Measured]:
    if found is None:
        return {}
    return run_measures(
        columns,
        found.measures,
        gait=gait,
        sampling_rate_hz=sampling_rate_hz,
        n_clipped=quality.n_clipped,
        has_gyroscope=quality.has_gyroscope,
    )


def _intermediates(found: FoundGait | None, grid: Grid) -> Intermediates:
    moving = np.zeros(len(grid.t_s), bool)
    for bout in found.bouts if found else ():
        start, stop = np.searchsorted(grid.t_s, (bout.start_s, bout.end_s))
        moving[start:stop] = True
    angles = found.angles if found else None
    to_pelvis = found.mounting.matrix if found else np.eye(3)
    recorded = grid.recorded
    if found and found.mended:
        grid = found.mended
    return Intermediates(
        t_s=grid.t_s,
        recorded=recorded,
        acc_pelvis_mps2=turned(grid.acc_mps2, to_pelvis),
        gyr_pelvis_radps=None if grid.gyr_radps is None else turned(grid.gyr_radps, to_pelvis),
        obliquity_deg=angles.obliquity_deg if angles else None,
        tilt_deg=angles.tilt_deg if angles else None,
        moving=moving,
        candidates=_candidates(found, grid),
    )


def _candidates(found: FoundGait | None, grid: Grid) -> tuple[Candidate, ...]:
    if found is not None and found.steps is not None:
        return told_candidates(found.steps.index, found.steps.rejected, grid.t_s)
    _, steps = steps_of(grid)
    # Steps without a whole stride among them are no gait.
    few = told_candidates(
        np.empty(0), Rejected(steps.index, (Rejection.TOO_FEW,) * len(steps.index)), grid.t_s
    )
    others = told_candidates(np.empty(0), steps.rejected, grid.t_s)
    return tuple(sorted((*few, *others), key=lambda candidate: candidate.time_s))
