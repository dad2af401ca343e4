from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.clipping import clipped_mask
from analysis.faults import Faults
from analysis.quality import (
    CONFIDENCE_GOOD,
    CONFIDENCE_POOR,
    MOVED_GOOD_DEG,
    MOVED_POOR_DEG,
    SLIP_POOR_DEG,
    SLIPS_POOR,
    YAW_SE_GOOD_DEG,
    YAW_SE_POOR_DEG,
    assess,
    find_holes,
)
from analysis.results import Alignment, Grade, SignalQuality, ZeroReference
from analysis.slip import Slip
from analysis.stances import Exclusion, Stance
from tests.analysis.rows import left_out, run_of

G_MPS2 = 9.80665
RATE_HZ = 100.0
LEVEL = Alignment(
    sensor_to_pelvis_wxyz=np.array([1.0, 0.0, 0.0, 0.0]),
    zero=ZeroReference.STANDING,
    confidence=0.95,
    yaw_se_deg=3.0,
    moved_deg=0.5,
)


def regular(n: int) -> np.ndarray:
    return 5.0 + np.arange(n) / RATE_HZ


def quality_of(
    t_s: np.ndarray, stances: list[Stance] | None = None, alignment: Alignment | None = LEVEL
) -> SignalQuality:
    return assess(
        t_s,
        RATE_HZ,
        run_of(100) if stances is None else stances,
        alignment,
        holes=find_holes(t_s, RATE_HZ),
        n_clipped=0,
    )


def test_a_regular_clock_has_no_holes_and_neither_has_a_jittering_one() -> None:
    t_s = regular(2000)
    jitter_s = np.random.default_rng(0).uniform(-0.002, 0.002, t_s.size)

    assert find_holes(t_s, RATE_HZ) == ()
    assert find_holes(t_s + jitter_s, RATE_HZ) == ()
    assert find_holes(t_s[:1], RATE_HZ) == ()
    assert find_holes(t_s[:0], RATE_HZ) == ()


def test_a_hole_says_where_how_many_and_whether_it_is_a_pause() -> None:
    t_s = np.delete(regular(3000), [*range(100, 107), 500, *range(1000, 1600)])

    packet, single, pause = find_holes(t_s, RATE_HZ)

    assert (packet.n_lost, single.n_lost, pause.n_lost) == (7, 1, 600)
    assert (packet.is_pause, single.is_pause, pause.is_pause) == (False, False, True)
    # Sample k is due at 5 + k / 100 s.
    assert (packet.start_s, packet.end_s) == pytest.approx((6.0, 6.07))
    assert (single.start_s, single.end_s) == pytest.approx((10.0, 10.01))
    assert (pause.start_s, pause.end_s) == pytest.approx((15.0, 21.0))


@settings(deadline=None)
@given(lost=st.sets(st.integers(1, 398), max_size=200))
def test_lost_samples_are_counted_exactly(lost: set[int]) -> None:
    t_s = np.delete(regular(400), sorted(lost))

    holes = find_holes(t_s, RATE_HZ)

    assert sum(hole.n_lost for hole in holes) == len(lost)
    for hole in holes:
        assert hole.start_s < hole.end_s
        assert not ((t_s >= hole.start_s + 1e-9) & (t_s < hole.end_s - 1e-9)).any()


def impacts(amplitude_mps2: float, *, seed: int = 0) -> np.ndarray:
    """Vertical acceleration with a peak per step, noise on all axes, float32 as recorded."""
    rng = np.random.default_rng(seed)
    t_s = regular(3000)
    peaks = amplitude_mps2 * np.abs(np.sin(2 * np.pi * 1.4 * t_s)) ** 8
    acc = rng.normal(0, 0.3, (t_s.size, 3))
    acc[:, 2] += peaks
    return acc.astype(np.float32).astype(np.float64)


@pytest.mark.parametrize("range_g", [2, 4, 8, 16])
def test_peaks_cut_off_at_the_range_are_found(range_g: int) -> None:
    whole = impacts(1.3 * range_g * G_MPS2)
    # An end of range shifted by calibration.
    full_mps2 = 0.99 * range_g * G_MPS2
    cut = np.minimum(whole, full_mps2)

    found = clipped_mask(cut, None)

    np.testing.assert_array_equal(found, whole[:, 2] >= full_mps2)
    assert found.sum() > 100
    np.testing.assert_array_equal(clipped_mask(-cut, None), found)


def test_a_gyroscope_can_be_at_its_end_while_the_accelerometer_is_not() -> None:
    gyr = np.random.default_rng(1).normal(0, 2.5, (4000, 3))
    full_radps = np.radians(250.0)
    cut = np.clip(gyr, -full_radps, full_radps)

    found = clipped_mask(np.zeros((4000, 3)), cut)

    np.testing.assert_array_equal(found, (np.abs(gyr) >= full_radps).any(axis=1))
    assert found.sum() > 500
    assert not clipped_mask(np.zeros((4000, 3)), 0.3 * gyr).any()


def test_signals_inside_their_range_are_not_called_clipped() -> None:
    t_s = regular(2000)
    still = np.tile([0.0, 0.0, G_MPS2], (2000, 1))
    # No noise, smooth, and its peak just where a range ends.
    smooth = np.zeros((2000, 3))
    smooth[:, 2] = 2 * G_MPS2 * np.sin(2 * np.pi * 1.37 * t_s)
    assert clipped_mask(still, np.zeros((2000, 3))).sum() == 0
    assert clipped_mask(smooth, None).sum() == 0
    assert clipped_mask(impacts(2.0 * G_MPS2), None).sum() == 0
    assert clipped_mask(np.empty((0, 3)), np.empty((0, 3))).sum() == 0
    assert clipped_mask(np.full((10, 3), np.nan), None).sum() == 0


def test_a_whole_recording_is_good_and_the_sentence_says_how_much_arrived() -> None:
    quality = quality_of(regular(3000))

    assert quality.grade is Grade.GOOD
    assert quality.reasons == ()
    assert quality.coverage_percent == 100.0
    assert (quality.n_samples, quality.n_lost) == (3000, 0)
    assert quality.sentence == "Good signal: 100 % of the samples arrived."
    assert quality.has_gyroscope


def test_one_lost_sample_never_reads_as_everything() -> None:
    quality = quality_of(np.delete(regular(100_000), 500))

    assert quality.grade is Grade.GOOD
    assert quality.sentence == "Good signal: 99.9 % of the samples arrived."


@pytest.mark.parametrize(
    ("lost_share", "grade"), [(0.04, Grade.GOOD), (0.1, Grade.FAIR), (0.3, Grade.POOR)]
)
def test_coverage_lowers_the_grade(lost_share: float, grade: Grade) -> None:
    rng = np.random.default_rng(2)
    inner = np.arange(1, 9999)
    t_s = np.delete(regular(10_000), rng.choice(inner, int(lost_share * 10_000), replace=False))

    quality = quality_of(t_s)

    assert quality.grade is grade
    assert quality.coverage_percent == pytest.approx(100 * (1 - lost_share))
    assert quality.n_lost == int(lost_share * 10_000)
    if grade is not Grade.GOOD:
        assert quality.reasons == (f"{100 * lost_share:.0f} % of the samples are missing",)
        assert quality.reasons[0] in quality.sentence


def test_a_pause_is_not_a_loss() -> None:
    quality = quality_of(np.delete(regular(6000), range(1000, 4000)))

    assert quality.grade is Grade.GOOD
    assert quality.coverage_percent == 100.0
    assert [hole.is_pause for hole in quality.holes] == [True]


@pytest.mark.parametrize(
    ("n_left_out", "exclusion", "grade"),
    [
        (5, Exclusion.GAP, Grade.GOOD),
        (20, Exclusion.CLIPPED, Grade.FAIR),
        (60, Exclusion.NO_TOE_OFF, Grade.POOR),
        (60, Exclusion.TURN, Grade.GOOD),
        (60, Exclusion.EDGE, Grade.GOOD),
    ],
)
def test_stances_lost_to_the_signal_count_and_turns_do_not(
    n_left_out: int, exclusion: Exclusion, grade: Grade
) -> None:
    stances = [left_out(s, exclusion) if i < n_left_out else s for i, s in enumerate(run_of(100))]

    assert quality_of(regular(3000), stances).grade is grade


@pytest.mark.parametrize(
    ("field", "fair", "poor"),
    [
        ("moved_deg", MOVED_GOOD_DEG + 1, MOVED_POOR_DEG + 1),
        ("confidence", CONFIDENCE_GOOD - 0.1, CONFIDENCE_POOR - 0.1),
        ("yaw_se_deg", YAW_SE_GOOD_DEG + 1, YAW_SE_POOR_DEG + 1),
    ],
)
def test_a_doubtful_mounting_lowers_the_grade(field: str, fair: float, poor: float) -> None:
    for value, grade in ((fair, Grade.FAIR), (poor, Grade.POOR)):
        quality = quality_of(regular(3000), alignment=replace(LEVEL, **{field: value}))

        assert quality.grade is grade
        assert len(quality.reasons) == 1
        assert quality.sentence.startswith(f"{grade.value.capitalize()} signal: ")


def slip(time_s: float, angle_deg: float) -> Slip:
    return Slip(time_s, time_s - 0.3, time_s + 0.3, angle_deg, "the vertical")


@pytest.mark.parametrize(
    ("slips", "grade", "reason"),
    [
        (
            (slip(5.0 + 720.0, 15.2),),
            Grade.FAIR,
            "the sensor slipped by 15° at minute 12 and was re-aligned",
        ),
        ((slip(5.0 + 38.0, 9.0),), Grade.FAIR, "the sensor slipped by 9° after 38 s"),
        (
            (slip(100.0, 9.0), slip(305.0, 20.0)),
            Grade.FAIR,
            "the sensor slipped 2 times, at most by 20° at minute 5, and was re-aligned",
        ),
        ((slip(5.0 + 720.0, SLIP_POOR_DEG + 1.0),), Grade.POOR, "the sensor slipped by 46°"),
        ((slip(100.0, 9.0),) * SLIPS_POOR, Grade.POOR, "the sensor slipped 3 times"),
    ],
)
def test_slips_are_told_with_the_largest_and_its_time(
    slips: tuple[Slip, ...], grade: Grade, reason: str
) -> None:
    quality = quality_of(regular(3000), alignment=replace(LEVEL, slips=slips))

    assert quality.grade is grade
    assert len(quality.reasons) == 1
    assert quality.reasons[0].startswith(reason)


def test_the_worst_finding_decides_and_all_are_told() -> None:
    shaky = replace(LEVEL, moved_deg=MOVED_POOR_DEG + 1, yaw_se_deg=YAW_SE_GOOD_DEG + 1)

    quality = quality_of(np.delete(regular(3000), range(50, 350)), alignment=shaky)

    assert quality.grade is Grade.POOR
    assert len(quality.reasons) == 3
    assert quality.sentence == (
        "Poor signal: the sensor crept by 11° from start to end. 10 % of the samples are missing. "
        "Forward is known only within 9°."
    )


def test_when_much_is_wrong_each_thing_is_a_sentence() -> None:
    alignment = replace(
        LEVEL, zero=ZeroReference.RUN_MEAN, slips=(slip(305.0, 15.0),), confidence=0.1
    )
    t_s = np.delete(regular(3000), range(50, 350))
    faults = Faults(n_spikes=4, frozen_s=(6.0,), dead_s=((10.0, 22.0),))

    quality = assess(
        t_s,
        RATE_HZ,
        run_of(100),
        alignment,
        holes=find_holes(t_s, RATE_HZ),
        n_clipped=0,
        loose_percent=30.0,
        faults=faults,
        bias_radps=float(np.radians(12.0)),
    )

    assert quality.sentence == (
        "Poor signal: forward was hard to tell from backward. 10 % of the samples are missing. "
        "The gyroscope stood still for 12 s, so there is no drop there: restart the sensor before "
        "the next run. 4 samples were spikes and are left out: have the sensor checked if that "
        "comes back. The sensor swings on its belt for 30 % of the running, so fasten it tighter "
        "next time. The sensor slipped by 15° at minute 5 and was re-aligned. The readings froze "
        "once, which counts as missing samples. The gyroscope was off by 12° per second, which was "
        "taken off. No quiet standing was found that fits the run, so zero is this run's own mean."
    )
    assert len(quality.reasons) == 6


def test_no_standing_is_said_but_lowers_nothing() -> None:
    quality = quality_of(regular(3000), alignment=replace(LEVEL, zero=ZeroReference.RUN_MEAN))

    assert quality.grade is Grade.GOOD
    assert "No quiet standing was found" in quality.sentence


def test_an_accelerometer_alone_can_be_a_good_signal() -> None:
    bare = replace(LEVEL, zero=ZeroReference.NONE, yaw_se_deg=180.0)

    quality = quality_of(regular(3000), alignment=bare)

    assert quality.grade is Grade.GOOD
    assert not quality.has_gyroscope
    assert "Without a gyroscope there is no drop" in quality.sentence


def test_an_empty_recording_and_one_without_gait() -> None:
    assert quality_of(regular(0), [], None).grade is Grade.POOR
    assert quality_of(regular(3000), [], None).grade is Grade.GOOD
