"""Results made by hand, for tests of what stores and shows them."""

from pathlib import Path

import numpy as np

from analysis.drift_results import (
    DriftTrend,
    DriftTrends,
    Followed,
    Influence,
    LevelChange,
    TrendUnit,
)
from analysis.extra_measures import ExtraMeasure
from analysis.results import (
    Alignment,
    Bout,
    ChangeClass,
    Drift,
    DriftBin,
    Estimate,
    Grade,
    Hole,
    Measured,
    RunAnalysis,
    RunSummary,
    SideSummary,
    SignalQuality,
    Verdict,
    Waveform,
    ZeroReference,
)
from analysis.stances import Doubt, Exclusion, Gait, Side, Stance
from server.analysing import AnalysedRecording, RecordingFacts
from server.runs import RunKind

STEP_S = 0.36


def make_stances(n_stances: int = 400, *, seed: int = 1) -> tuple[Stance, ...]:
    """Left and right in turn; every 50th is left out because of a gap."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 0.8, n_stances)
    stances = []
    for index in range(n_stances):
        side = Side.LEFT if index % 2 == 0 else Side.RIGHT
        strike_s = 5.0 + index * STEP_S
        valid = index % 50 != 49
        drop = (4.1 if side is Side.LEFT else 4.6) + float(noise[index])
        stances.append(
            Stance(
                foot_strike_s=strike_s,
                toe_off_s=strike_s + 0.24,
                side=side,
                valid=valid,
                exclusion=None if valid else Exclusion.GAP,
                gait=Gait.RUNNING,
                bout=0,
                peak_drop_deg=drop + 0.4,
                drop_excursion_deg=drop,
                mid_stance_drop_deg=drop - 0.3,
                contact_time_s=0.24,
                flight_time_s=0.12,
                cadence_spm=60 / STEP_S,
                drop_excursion_se_deg=0.3,
                vertical_oscillation_m=0.09,
                tilt_range_deg=6.2,
                doubts=(Doubt.BRIDGED, Doubt.BEND) if index % 50 == 7 else (),
            )
        )
    return tuple(stances)


def make_analysis(n_stances: int = 400, *, seed: int = 1, version: str = "test-1") -> RunAnalysis:
    """Return a whole run with 4.1 degrees left and 4.6 degrees right."""
    stances = make_stances(n_stances, seed=seed)
    end_s = stances[-1].foot_strike_s + 0.3 if stances else 5.0
    n_left_out = sum(not stance.valid for stance in stances)
    return RunAnalysis(
        analysis_version=version,
        sampling_rate_hz=100.0,
        stances=stances,
        bouts=(Bout(5.0, end_s, Gait.RUNNING, 0.98),) if stances else (),
        alignment=Alignment(np.array([1.0, 0, 0, 0]), ZeroReference.STANDING, 0.97, 1.2, 0.4),
        waveforms=(_waveform(Side.LEFT, 4.1), _waveform(Side.RIGHT, 4.6)),
        quality=SignalQuality(
            grade=Grade.GOOD,
            reasons=(),
            coverage_percent=99.8,
            n_samples=18_000,
            n_lost=40,
            holes=(Hole(20.0, 20.4, 40, is_pause=False),),
            n_clipped=0,
            sentence="99.8 % of the run was recorded and the sensor stayed in place.",
        ),
        summary=RunSummary(
            gait=Gait.RUNNING,
            duration_s=end_s,
            moving_time_s=end_s - 5.0,
            n_stances=n_stances,
            n_valid=n_stances - n_left_out,
            n_excluded={Exclusion.GAP: n_left_out},
            left=_side(n_stances // 2, 4.1),
            right=_side(n_stances // 2, 4.6),
            asym_peak_drop_deg=Estimate(0.5, 0.3, 0.7),
            asym_drop_excursion_deg=Estimate(0.5, 0.3, 0.7),
            asym_mid_stance_drop_deg=Estimate(0.5, 0.3, 0.7),
            contact_balance_percent=Estimate(50.4, 50.2, 50.6),
            contact_symmetry_angle_percent=0.5,
            contact_time_s=Estimate(0.24, 0.238, 0.242),
            flight_time_s=Estimate(0.12, 0.118, 0.122),
            cadence_spm=Estimate(167.0, 166.0, 168.0),
        ),
        drift=_drift(end_s),
        verdict=Verdict("Even all the way.", "Left drop was 4.1 degrees, right drop 4.6."),
        intermediates=None,
        measures={
            ExtraMeasure.VERTICAL_OSCILLATION: Measured(
                Estimate(0.0912, 0.0901, 0.0923), Estimate(0.0894, 0.0883, 0.0905), None
            ),
            ExtraMeasure.STEP_TIME_BALANCE: Measured(None, None, Estimate(50.3, 49.3, 51.3)),
            ExtraMeasure.IMPACT_PEAK: Measured(None, None, None, "It needs 200 samples a second."),
        },
    )


def fake_analyse(path: Path, name: str, distance_m: float | None) -> AnalysedRecording:
    """Stand in for the analysis where only what is stored of it matters."""
    assert path.stat().st_size > 0
    facts = RecordingFacts(
        sampling_rate_hz=100.0,
        has_gyroscope=True,
        started_at=None,
        distance_m=distance_m,
        sensor="Test sensor",
        title=None,
        kind=RunKind.EASY,
    )
    assert name
    return AnalysedRecording(facts, make_analysis())


def _side(n_stances: int, drop_deg: float) -> SideSummary:
    def around(value: float) -> Estimate:
        return Estimate(value, value - 0.1, value + 0.1)

    return SideSummary(
        n_stances=n_stances,
        peak_drop_deg=around(drop_deg + 0.4),
        drop_excursion_deg=around(drop_deg),
        mid_stance_drop_deg=around(drop_deg - 0.3),
        contact_time_s=Estimate(0.24, 0.238, 0.242),
    )


def _waveform(side: Side, peak_deg: float) -> Waveform:
    cycle = np.linspace(0, 2 * np.pi, 101)
    return Waveform(side, peak_deg * np.sin(cycle), np.full(101, 0.9), 35.0, 190)


def _drift(end_s: float) -> Drift:
    starts_s = np.arange(0.0, max(end_s, 1.0), 60.0)
    bins = tuple(
        DriftBin(
            start_s=float(start_s),
            end_s=min(float(start_s) + 60, end_s),
            label=f"min {index + 1}",
            left_deg=Estimate(4.1, 3.9, 4.3),
            right_deg=Estimate(4.5 + 0.1 * index, 4.3 + 0.1 * index, 4.7 + 0.1 * index),
            n_left=80,
            n_right=80,
        )
        for index, start_s in enumerate(starts_s)
    )
    return Drift(bins, Estimate(0.0, -0.2, 0.2), Estimate(0.3, 0.1, 0.5), _trends())


def _trends() -> DriftTrends:
    def trend(change_deg: float, change_class: ChangeClass) -> DriftTrend:
        change = Estimate(change_deg, change_deg - 0.2, change_deg + 0.2)
        rate = Estimate(*(value / 10.0 for value in (change.value, change.ci_low, change.ci_high)))
        return DriftTrend(Estimate(4.1, 4.0, 4.2), rate, change, rate, change, change_class)

    return DriftTrends(
        unit=TrendUnit.KILOMETRE,
        extent=10.0,
        early_start_s=65.0,
        early_end_s=665.0,
        adjusted_for=(Influence.CADENCE, Influence.SPEED),
        left_deg=trend(0.1, ChangeClass.TRIVIAL),
        right_deg=trend(0.8, ChangeClass.LIKELY_REAL),
        right_minus_left_deg=trend(0.7, ChangeClass.LIKELY_REAL),
        cadence_spm=None,
        contact_time_s=None,
        level_changes=(LevelChange(Followed.RIGHT, 2000.0, 5.3, Estimate(0.9, 0.6, 1.2)),),
    )
