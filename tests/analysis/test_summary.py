from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.results import Estimate, RunSummary, SideSummary
from analysis.stances import Exclusion, Gait, Side, Stance
from analysis.summary import summarise, symmetry_angle_percent
from tests.analysis.rows import left_out, mirrored, run_of, shifted


def summary_of(stances: list[Stance], *, yaw_se_deg: float | None = None) -> RunSummary:
    return summarise(stances, duration_s=600.0, moving_time_s=580.0, yaw_se_deg=yaw_se_deg)


def test_each_side_gets_its_own_means_and_the_difference_is_right_minus_left() -> None:
    summary = summary_of(run_of(400, left_deg=4.1, right_deg=6.0, noise_deg=0.5))

    assert summary.gait is Gait.RUNNING
    assert (summary.left.n_stances, summary.right.n_stances) == (200, 200)
    for estimate, truth_deg in (
        (summary.left.drop_excursion_deg, 4.1),
        (summary.left.peak_drop_deg, 3.1),
        (summary.right.drop_excursion_deg, 6.0),
        (summary.right.mid_stance_drop_deg, 4.0),
        (summary.asym_drop_excursion_deg, 1.9),
        (summary.asym_peak_drop_deg, 1.9),
        (summary.asym_mid_stance_drop_deg, 1.9),
    ):
        assert estimate is not None
        assert estimate.value == pytest.approx(truth_deg, abs=0.12)
        assert estimate.ci_low < truth_deg < estimate.ci_high
        assert estimate.half_width < 0.2
    assert summary.cadence_spm is not None
    assert summary.cadence_spm.value == pytest.approx(60.0 / 0.35)
    assert summary.flight_time_s is not None
    assert summary.flight_time_s.value == pytest.approx(0.11, abs=0.002)


def test_contact_balance_is_the_left_share_and_the_symmetry_angle_follows_zifchock() -> None:
    stances = [
        replace(s, contact_time_s=0.240 if s.side is Side.LEFT else 0.245) for s in run_of(40)
    ]

    summary = summary_of(stances)

    assert summary.contact_balance_percent is not None
    assert summary.contact_balance_percent.value == pytest.approx(100 * 240 / 485)
    assert summary.contact_symmetry_angle_percent == pytest.approx(0.656, abs=0.001)


@pytest.mark.parametrize(
    ("left", "right", "percent"),
    [
        (1.0, 1.0, 0.0),
        (0.0, 1.0, 50.0),
        (1.0, 0.0, -50.0),
        (-1.0, 1.0, 100.0),
        (1.0, -1.0, 100.0),
        # atan(-3) is -71.6 deg: 45 + 71.6 is beyond 90 deg, so the second case takes 180 off.
        (-3.0, 1.0, -70.483),
        (0.0, 0.0, None),
    ],
)
def test_symmetry_angle_in_every_quadrant(left: float, right: float, percent: float | None) -> None:
    assert symmetry_angle_percent(left, right) == pytest.approx(percent, abs=1e-3)


def test_nothing_recorded_gives_no_numbers() -> None:
    summary = summarise([], duration_s=0.0, moving_time_s=0.0)

    assert summary.gait is None
    assert (summary.n_stances, summary.n_valid, summary.n_excluded) == (0, 0, {})
    estimates = [getattr(summary, f.name) for f in fields(RunSummary) if "Estimate" in str(f.type)]
    assert len(estimates) == 7
    assert set(estimates) == {None}
    assert summary.left == SideSummary(0, None, None, None, None)
    assert summary.contact_symmetry_angle_percent is None


def test_stances_that_are_left_out_are_counted_by_reason_and_change_no_number() -> None:
    stances = run_of(100)
    spoilt = list(stances)
    for i, exclusion in ((3, Exclusion.GAP), (8, Exclusion.GAP), (50, Exclusion.TURN)):
        wild = replace(spoilt[i], drop_excursion_deg=90.0, contact_time_s=9.0)
        spoilt[i] = left_out(wild, exclusion)
    kept = [s for i, s in enumerate(stances) if i not in {3, 8, 50}]

    summary, without = summary_of(spoilt), summary_of(kept)

    assert summary.n_excluded == {Exclusion.GAP: 2, Exclusion.TURN: 1}
    assert (summary.n_stances, summary.n_valid) == (100, 97)
    assert replace(summary, n_stances=97, n_excluded={}) == without


def test_only_the_main_gait_counts() -> None:
    running = run_of(100)
    walking = run_of(40, left_deg=9.0, right_deg=9.0, start_s=200.0, gait=Gait.WALKING, bout=1)

    summary = summary_of([*running, *walking])

    assert summary.gait is Gait.RUNNING
    assert summary.n_valid == 140
    assert summary.left == summary_of(running).left
    assert summary_of([*running[:20], *walking]).gait is Gait.WALKING


def test_gait_is_known_where_every_stance_is_left_out() -> None:
    summary = summary_of([left_out(s) for s in run_of(30, gait=Gait.WALKING)])

    assert summary.gait is Gait.WALKING
    assert summary.n_valid == 0
    assert summary.contact_time_s is None


def test_without_a_gyroscope_there_is_contact_time_but_no_drop() -> None:
    summary = summary_of(
        [
            replace(
                s,
                side=Side.UNKNOWN,
                peak_drop_deg=None,
                drop_excursion_deg=None,
                mid_stance_drop_deg=None,
            )
            for s in run_of(60)
        ]
    )

    assert summary.contact_time_s is not None
    assert summary.contact_time_s.value == pytest.approx(0.24, abs=0.003)
    assert summary.contact_balance_percent is None
    assert summary.asym_drop_excursion_deg is None
    assert (summary.left.n_stances, summary.right.n_stances) == (0, 0)


def test_doubt_about_the_mounting_widens_drops_and_their_difference_and_nothing_else() -> None:
    stances = run_of(2000)

    sure, unsure = summary_of(stances), summary_of(stances, yaw_se_deg=5.0)

    assert sure.left.contact_time_s == unsure.left.contact_time_s
    assert sure.cadence_spm == unsure.cadence_spm
    assert unsure.asym_drop_excursion_deg is not None
    assert unsure.asym_peak_drop_deg is not None
    # 5 deg of turn make 0.35 deg in the excursion and 0.8 deg in the peak; orientation adds 0.3,
    # or 0.22 to a side.
    excursion, peak = unsure.asym_drop_excursion_deg, unsure.asym_peak_drop_deg
    assert excursion.half_width == pytest.approx(1.96 * np.hypot(0.35, 0.3), rel=0.02)
    assert peak.half_width == pytest.approx(1.96 * np.hypot(0.8, 0.3), rel=0.02)
    # Half of a false difference falls to each side.
    left = unsure.left.peak_drop_deg
    assert left is not None
    assert left.half_width == pytest.approx(1.96 * np.hypot(0.4, 0.22), rel=0.02)


runs = st.builds(
    run_of,
    st.integers(0, 80),
    left_deg=st.floats(0.0, 9.0),
    right_deg=st.floats(0.0, 9.0),
    seed=st.integers(0, 99),
)


def assert_negated(one: Estimate | None, other: Estimate | None) -> None:
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.value == pytest.approx(-other.value, abs=1e-9)
        assert one.ci_low == pytest.approx(-other.ci_high, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(stances=runs)
def test_mirroring_swaps_the_sides_and_flips_every_asymmetry(stances: list[Stance]) -> None:
    one, other = summary_of(stances), summary_of(mirrored(stances))

    assert (one.left, one.right) == (other.right, other.left)
    assert_negated(one.asym_drop_excursion_deg, other.asym_drop_excursion_deg)
    assert_negated(one.asym_peak_drop_deg, other.asym_peak_drop_deg)
    assert_negated(one.asym_mid_stance_drop_deg, other.asym_mid_stance_drop_deg)
    if one.contact_balance_percent is not None and other.contact_balance_percent is not None:
        shares = one.contact_balance_percent.value + other.contact_balance_percent.value
        assert shares == pytest.approx(100.0)
        assert one.contact_symmetry_angle_percent is not None
        assert other.contact_symmetry_angle_percent is not None
        assert one.contact_symmetry_angle_percent == pytest.approx(
            -other.contact_symmetry_angle_percent, abs=1e-9
        )
    assert one.cadence_spm == other.cadence_spm


@settings(max_examples=20, deadline=None)
@given(stances=runs, by_s=st.floats(-1e5, 1e6))
def test_when_the_run_took_place_does_not_matter(stances: list[Stance], by_s: float) -> None:
    assert summary_of(stances) == summary_of(shifted(stances, by_s))
