import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.drift import drift_over_run
from analysis.results import (
    ChangeClass,
    Drift,
    DriftBin,
    Estimate,
    Grade,
    RunSummary,
    SideSummary,
    SignalQuality,
    ZeroReference,
)
from analysis.stances import Gait, Side, Stance
from analysis.summary import summarise
from analysis.verdict import (
    MINIMAL_DETECTABLE_CHANGE_DEG,
    N_STANCES_MIN,
    SMALLEST_CHANGE_DEG,
    change_class,
    run_verdict,
)
from tests.analysis.rows import STEP_S, mirrored, run_of

GOOD = SignalQuality(Grade.GOOD, (), 100.0, 3000, 0, (), 0, "Good signal: all is here.")
HALF_HOUR = int(1800 / STEP_S)
BANNED = re.compile(
    r"\b(caus|predict|prevent|treat|abnormal|unhealthy|risk|weak|diagnos|cure|heal|injur)",
    re.IGNORECASE,
)


def verdict_of(
    stances: list[Stance],
    quality: SignalQuality = GOOD,
    *,
    distance_m: float | None = None,
    yaw_se_deg: float | None = None,
) -> tuple[str, str]:
    summary = summarise(stances, duration_s=1800.0, moving_time_s=1790.0, yaw_se_deg=yaw_se_deg)
    verdict = run_verdict(summary, drift_over_run(stances, distance_m=distance_m), quality)
    return verdict.headline, verdict.lead


def late(
    left_deg: float, right_deg: float, from_min: float = 22.0
) -> Callable[[float, Side], float]:
    """Add drop to each side from a minute on."""
    return lambda t_s, side: (
        0.0 if t_s < 60 * from_min else left_deg if side is Side.LEFT else right_deg
    )


SIDELESS = [replace(s, side=Side.UNKNOWN) for s in run_of(200)]
DROPLESS = [
    replace(s, drop_excursion_deg=None, peak_drop_deg=None, mid_stance_drop_deg=None)
    for s in run_of(200)
]
NO_GYRO = replace(GOOD, has_gyroscope=False)
POOR = replace(GOOD, grade=Grade.POOR, sentence="Poor signal: 40 % of the samples are missing.")


@pytest.mark.parametrize(
    ("stances", "quality", "headline"),
    [
        ([], GOOD, "No walking or running in this recording."),
        ([], NO_GYRO, "No walking or running in this recording."),
        (run_of(2000), POOR, "Signal too poor for a verdict."),
        ([], POOR, "Signal too poor for a verdict."),
        (SIDELESS, NO_GYRO, "Strides found, but no gyroscope: no drop."),
        (SIDELESS, GOOD, "Strides found, but sides could not be told."),
        (DROPLESS, GOOD, "Strides found, but drop could not be measured."),
        (run_of(2 * N_STANCES_MIN - 1), GOOD, "Too few strides for a verdict."),
        (run_of(120), GOOD, "Even on both sides."),
        (run_of(HALF_HOUR), GOOD, "Even and steady on both sides."),
        (run_of(30, noise_deg=3.0), GOOD, "No clear difference between left and right."),
        (run_of(HALF_HOUR, right_deg=5.9), GOOD, "Right drops 1.9° more than left."),
        (run_of(HALF_HOUR, left_deg=5.9), GOOD, "Left drops 1.9° more than right."),
    ],
)
def test_headlines(stances: list[Stance], quality: SignalQuality, headline: str) -> None:
    assert verdict_of(stances, quality)[0] == headline


@pytest.mark.parametrize(
    ("left_deg", "right_deg", "headline"),
    [
        (0.0, 1.2, "Even until minute 22, then right rose."),
        (1.2, 0.0, "Even until minute 22, then left rose."),
        (0.0, -1.2, "Even until minute 22, then right fell."),
        (1.2, 1.2, "Even until minute 22, then both rose."),
        (0.9, -0.9, "Even until minute 22, then left rose, right fell."),
    ],
)
def test_a_late_change_is_told_with_its_minute(
    left_deg: float, right_deg: float, headline: str
) -> None:
    # Opposite changes make a difference between sides over the run; it starts the other way.
    start_deg = 4.0 + (0.4 if left_deg * right_deg < 0.0 else 0.0)
    stances = run_of(HALF_HOUR, right_deg=start_deg, extra_deg=late(left_deg, right_deg))

    assert verdict_of(stances)[0] == headline


@pytest.mark.parametrize("distance_m", [None, 6000.0])
def test_a_side_that_rises_all_along_has_no_minute(distance_m: float | None) -> None:
    def ramp(elapsed_s: float, side: Side) -> float:
        return elapsed_s / 1800.0 * 2.0 if side is Side.RIGHT else 0.0

    stances = run_of(HALF_HOUR, right_deg=3.0, extra_deg=ramp)

    assert verdict_of(stances, distance_m=distance_m)[0] == "Right rose through the run."


def test_a_late_change_is_told_with_its_kilometre() -> None:
    # 6 km in half an hour: kilometre 4 ends at 20 min.
    stances = run_of(HALF_HOUR, extra_deg=late(0.0, 1.2, from_min=20.0))

    assert verdict_of(stances, distance_m=6000.0)[0] == "Even until km 4, then right rose."


def test_a_change_without_a_clear_beginning_is_told_over_the_run() -> None:
    edges = [(k * 120.0, (k + 1) * 120.0) for k in range(3)]
    level = Estimate(4.0, 3.9, 4.1)
    bins = tuple(DriftBin(a, b, "", level, level, 200, 200) for a, b in edges)
    rose = Estimate(0.8, 0.6, 1.0)
    summary = summarise(run_of(200), duration_s=70.0, moving_time_s=70.0)

    for left, right, headline in (
        (Estimate(0.0, -0.1, 0.1), rose, "Right rose over the run."),
        (rose, rose, "Both rose over the run."),
    ):
        assert run_verdict(summary, Drift(bins, left, right), GOOD).headline == headline


def test_the_lead_gives_the_numbers_with_their_doubt() -> None:
    headline, lead = verdict_of(run_of(HALF_HOUR, left_deg=4.1, right_deg=6.0), yaw_se_deg=3.0)

    assert headline == "Right drops 1.9° more than left."
    assert lead == (
        "From foot strike to peak, left-stance drop is 4.1° (± 0.5°), "
        "right-stance drop 6.0° (± 0.5°): a difference of 1.9° (± 0.7°). "
        "No change of 0.5° or more was clear over the run."
    )


def test_the_lead_writes_a_real_minus_sign_and_no_negative_zero() -> None:
    _, lead = verdict_of(run_of(HALF_HOUR, right_deg=3.7))
    assert "right minus left is \u22120.3° (± 0.1°)" in lead

    _, lead = verdict_of(run_of(HALF_HOUR, right_deg=3.999, noise_deg=0.0))
    assert "right minus left is 0.0° (± 0.1°)" in lead


def test_the_lead_says_how_much_a_side_changed() -> None:
    _, lead = verdict_of(run_of(HALF_HOUR, extra_deg=late(0.0, 1.2)))

    # The last third has the rise in 8 of its 10 minutes.
    assert lead.endswith("Right rose by 1.0° (± 0.2°) from the first to the last third of the run.")


def test_doubt_about_the_mounting_hides_a_difference_that_it_could_make() -> None:
    stances = run_of(HALF_HOUR, right_deg=4.8)

    assert verdict_of(stances)[0] == "Right drops 0.8° more than left."
    assert verdict_of(stances, yaw_se_deg=8.0)[0] == "No clear difference between left and right."


def test_without_a_gyroscope_the_lead_gives_the_rhythm() -> None:
    _, lead = verdict_of(SIDELESS, NO_GYRO)

    assert lead.startswith("171 steps a minute and 240 ms on the ground.")


@pytest.mark.parametrize(
    ("shift_deg", "more", "less"), [(1.0, "right", "left"), (-1.0, "left", "right")]
)
def test_even_names_the_measure_where_the_peaks_differ(
    shift_deg: float, more: str, less: str
) -> None:
    # As somebody who stands with a lopsided pelvis: peaks differ, what is added by a step does not.
    stances = [
        replace(
            s, peak_drop_deg=s.peak_drop_deg + (shift_deg if s.side is Side.RIGHT else -shift_deg)
        )
        for s in run_of(HALF_HOUR)
    ]
    summary = summarise(stances, duration_s=1800.0, moving_time_s=1790.0)
    drift = drift_over_run(stances)

    verdict = run_verdict(summary, drift, GOOD, zero=ZeroReference.STANDING)
    assert verdict.headline == "Even from foot strike to peak on both sides."
    assert verdict.lead.endswith(
        "Against your standing, though, "
        f"the {more} peak is 2.0° (± 0.1°) larger than the {less} one."
    )
    assert run_verdict(summary, drift, GOOD).headline == "Even and steady on both sides."


def test_peaks_that_hardly_differ_are_even() -> None:
    summary = summarise(run_of(HALF_HOUR), duration_s=1800.0, moving_time_s=1790.0)
    drift = drift_over_run(run_of(HALF_HOUR))

    verdict = run_verdict(summary, drift, GOOD, zero=ZeroReference.STANDING)
    assert verdict.headline == "Even and steady on both sides."


def test_a_late_change_is_not_called_even_before_where_the_peaks_differ() -> None:
    stances = [
        replace(s, peak_drop_deg=s.peak_drop_deg + (2.0 if s.side is Side.RIGHT else 0.0))
        for s in run_of(HALF_HOUR, extra_deg=late(0.0, 1.2))
    ]
    summary = summarise(stances, duration_s=1800.0, moving_time_s=1790.0)

    verdict = run_verdict(summary, drift_over_run(stances), GOOD, zero=ZeroReference.STANDING)
    assert verdict.headline == "Steady until minute 22, then right rose."


def test_a_poor_signal_says_why() -> None:
    assert verdict_of(run_of(200), POOR)[1] == POOR.sentence


@pytest.mark.parametrize(
    ("change", "noise", "expected"),
    [
        (3.0, MINIMAL_DETECTABLE_CHANGE_DEG, ChangeClass.LIKELY_REAL),
        (-3.0, MINIMAL_DETECTABLE_CHANGE_DEG, ChangeClass.LIKELY_REAL),
        (2.8, MINIMAL_DETECTABLE_CHANGE_DEG, ChangeClass.UNCLEAR),
        (0.0, MINIMAL_DETECTABLE_CHANGE_DEG, ChangeClass.UNCLEAR),
        (0.1, 0.2, ChangeClass.TRIVIAL),
        (-0.1, 0.2, ChangeClass.TRIVIAL),
        (0.4, 0.2, ChangeClass.UNCLEAR),
        (0.7, 0.2, ChangeClass.LIKELY_REAL),
        (0.7, 0.7, ChangeClass.UNCLEAR),
        (SMALLEST_CHANGE_DEG, 0.0, ChangeClass.LIKELY_REAL),
        (0.0, 0.0, ChangeClass.TRIVIAL),
    ],
)
def test_change_classes(change: float, noise: float, expected: ChangeClass) -> None:
    assert change_class(change, noise) is expected


def test_between_days_the_noise_is_that_of_dingenen_by_default() -> None:
    assert change_class(2.7) is ChangeClass.UNCLEAR
    assert change_class(2.9) is ChangeClass.LIKELY_REAL


@given(change=st.floats(-20, 20), noise=st.floats(0, 10), more=st.floats(0, 10))
def test_a_change_has_no_sign_and_more_noise_never_makes_it_real(
    change: float, noise: float, more: float
) -> None:
    found = change_class(change, noise)

    assert change_class(-change, noise) is found
    if found is ChangeClass.UNCLEAR:
        assert change_class(change, noise + more) is ChangeClass.UNCLEAR


degrees = st.floats(-100.0, 100.0)
estimates = st.one_of(
    st.none(), st.builds(lambda v, h: Estimate(v, v - h, v + h), degrees, st.floats(0.0, 30.0))
)
positive = st.one_of(
    st.none(), st.builds(lambda v: Estimate(v, v - 0.01, v + 0.01), st.floats(0.1, 300.0))
)
sides = st.builds(SideSummary, st.integers(0, 9000), estimates, estimates, estimates, estimates)
summaries = st.builds(
    RunSummary,
    gait=st.sampled_from([*Gait, None]),
    duration_s=st.just(100.0),
    moving_time_s=st.just(90.0),
    n_stances=st.integers(0, 9000),
    n_valid=st.integers(0, 9000),
    n_excluded=st.just({}),
    left=sides,
    right=sides,
    asym_peak_drop_deg=estimates,
    asym_drop_excursion_deg=estimates,
    asym_mid_stance_drop_deg=estimates,
    contact_balance_percent=estimates,
    contact_symmetry_angle_percent=st.none(),
    contact_time_s=positive,
    flight_time_s=estimates,
    cadence_spm=positive,
)


@st.composite
def drifts(draw: st.DrawFn) -> Drift:
    in_km = draw(st.booleans())
    bins = tuple(
        DriftBin(
            k * 60.0,
            (k + 1) * 60.0,
            f"{k}",
            draw(estimates),
            draw(estimates),
            10,
            10,
            start_km=float(k) if in_km else None,
        )
        for k in range(draw(st.integers(0, 6)))
    )
    return Drift(bins, draw(estimates), draw(estimates))


qualities = st.builds(
    replace, st.just(GOOD), grade=st.sampled_from(Grade), has_gyroscope=st.booleans()
)


@given(summary=summaries, drift=drifts(), quality=qualities)
def test_whatever_was_measured_the_verdict_is_short_and_fair(
    summary: RunSummary, drift: Drift, quality: SignalQuality
) -> None:
    verdict = run_verdict(summary, drift, quality)

    assert 1 <= len(verdict.headline.split()) <= 9
    assert verdict.headline.endswith(".")
    assert verdict.lead.endswith(".")
    assert 1 <= len(re.findall(r"\.(?:\s|$)", verdict.lead)) <= 2
    for text in (verdict.headline, verdict.lead):
        assert BANNED.search(text) is None
        assert "!" not in text
        assert re.search(r"-\d", text) is None  # a hyphen is no minus sign


@given(right_deg=st.floats(1.0, 9.0), change_deg=st.floats(-2.0, 2.0), seed=st.integers(0, 20))
def test_a_mirrored_runner_gets_the_mirrored_verdict(
    right_deg: float, change_deg: float, seed: int
) -> None:
    stances = run_of(400, right_deg=right_deg, extra_deg=late(0, change_deg, 1.5), seed=seed)
    headline, _ = verdict_of(stances)

    swapped = {"left": "right", "right": "left", "Left": "Right", "Right": "Left"}
    expected = re.sub(r"\b([Ll]eft|[Rr]ight)\b", lambda m: swapped[m.group()], headline)

    found = verdict_of(mirrored(stances))[0]
    symmetric = "No clear difference between left and right."
    assert found == (symmetric if headline == symmetric else expected)
