"""From device to host time: right to milliseconds, whatever the arrivals look like."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu.streaming.clock import WINDOW_S, ClockFit, DeviceClock, Ping

MESSAGE_S = 10 / 104
INTERVAL_S = 0.03
LEAST_DELAY_S = 0.002


def arrivals(
    device_s: np.ndarray, drift_ppm: float, offset_s: float, rng: np.random.Generator
) -> np.ndarray:
    """Host times of messages: held to connection events, 2 % of them late by 0.3 s more."""
    ready_s = true_host_s(device_s, drift_ppm, offset_s) + LEAST_DELAY_S
    event_s = np.ceil(ready_s / INTERVAL_S) * INTERVAL_S + rng.exponential(0.0005, len(ready_s))
    late_s = rng.exponential(0.3, len(ready_s)) * (rng.random(len(ready_s)) < 0.02)
    return np.maximum.accumulate(event_s + late_s)


def true_host_s(device_s: np.ndarray, drift_ppm: float, offset_s: float) -> np.ndarray:
    return device_s * (1 - drift_ppm * 1e-6) + offset_s


def followed(device_s: np.ndarray, host_s: np.ndarray) -> DeviceClock:
    clock = DeviceClock()
    for of_device_s, of_host_s in zip(device_s.tolist(), host_s.tolist(), strict=True):
        clock.add(of_device_s, of_host_s)
    return clock


def fit_of(clock: DeviceClock) -> ClockFit:
    fit = clock.fit()
    assert fit is not None
    return fit


def test_without_delay_the_line_is_exact() -> None:
    device_s = np.arange(0, 60, MESSAGE_S)
    fit = fit_of(followed(device_s, true_host_s(device_s, 40.0, 1234.5)))
    # The prior for the drift draws by some parts in a thousand.
    assert fit.drift_ppm == pytest.approx(40.0, abs=0.5)
    for t_s in (0.0, 30.0, 60.0):
        assert fit.host_s(t_s) == pytest.approx(true_host_s(np.array(t_s), 40, 1234.5), abs=2e-5)
        assert fit.device_s(fit.host_s(t_s)) == pytest.approx(t_s, abs=1e-9)


@pytest.mark.parametrize("drift_ppm", [-100.0, 0.0, 40.0, 100.0])
@pytest.mark.parametrize(("duration_s", "bound_s"), [(10, 0.003), (60, 0.002), (900, 0.0015)])
def test_bursts_and_outliers_leave_a_few_milliseconds(
    drift_ppm: float, duration_s: int, bound_s: float
) -> None:
    rng = np.random.default_rng([duration_s, int(drift_ppm) + 100])
    device_s = np.arange(0, duration_s, MESSAGE_S)
    clock = followed(device_s, arrivals(device_s, drift_ppm, -777.0, rng))
    fit = fit_of(clock)
    for t_s in (device_s[-1], max(device_s[-1] - 30, 0.0)):
        error_s = fit.host_s(t_s) - true_host_s(t_s, drift_ppm, -777.0) - LEAST_DELAY_S
        assert abs(error_s) < bound_s
        assert abs(error_s) < 4 * fit.se_s(t_s)
    assert abs(fit.drift_ppm - drift_ppm) < 4 * fit.drift_se_ppm
    assert fit.drift_se_ppm < 50
    if duration_s > WINDOW_S:
        assert fit.drift_se_ppm < 3
    assert clock.n_restarts == 0


def test_standard_errors_are_as_large_as_the_errors() -> None:
    rng = np.random.default_rng(5)
    squares = []
    for _ in range(60):
        drift_ppm = rng.uniform(-100, 100)
        device_s = np.arange(0, 30, MESSAGE_S)
        fit = fit_of(followed(device_s, arrivals(device_s, drift_ppm, rng.uniform(0, 99), rng)))
        squares.append(((fit.drift_ppm - drift_ppm) / fit.drift_se_ppm) ** 2)
    assert 0.5 < np.sqrt(np.mean(squares)) < 1.5


@given(lateness_s=st.floats(0.0, 500.0), at_s=st.floats(1.0, 120.0), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=50)
def test_a_late_message_does_not_move_the_line(lateness_s: float, at_s: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    device_s = np.arange(0, at_s, MESSAGE_S)
    host_s = arrivals(device_s, 30.0, 5.0, rng)
    clock = followed(device_s, host_s)
    before = fit_of(clock)
    clock.add(at_s, float(true_host_s(np.array(at_s), 30.0, 5.0)) + 0.03 + lateness_s)
    assert fit_of(clock).host_s(at_s) == pytest.approx(before.host_s(at_s), abs=0.001)


@given(seed=st.integers(0, 2**32 - 1), drift_ppm=st.floats(-100, 100))
@settings(max_examples=30)
def test_order_is_kept_while_the_line_settles(seed: int, drift_ppm: float) -> None:
    rng = np.random.default_rng(seed)
    device_s = np.arange(0, 40, MESSAGE_S)
    host_s = arrivals(device_s, drift_ppm, 0.0, rng)
    clock = DeviceClock()
    mapped_s = []
    for i, (of_device_s, of_host_s) in enumerate(
        zip(device_s.tolist(), host_s.tolist(), strict=True)
    ):
        clock.add(of_device_s, of_host_s)
        if i >= 20:
            mapped_s.append(fit_of(clock).host_s(of_device_s))
    assert (np.diff(mapped_s) > 0).all()
    fit = fit_of(clock)
    assert fit.host_s(3.0) < fit.host_s(3.0 + 1e-6)


def test_a_day_takes_no_more_memory_than_five_minutes() -> None:
    rng = np.random.default_rng(1)
    device_s = np.arange(0, 24 * 3600, 0.487)
    clock = followed(device_s, arrivals(device_s, 20.0, 0.0, rng))
    assert len(clock._bins) <= WINDOW_S + 2
    end_s = float(device_s[-1])
    error_s = fit_of(clock).host_s(end_s) - true_host_s(end_s, 20.0, 0.0) - LEAST_DELAY_S
    assert abs(error_s) < 0.003
    assert clock.early is not None
    assert abs(clock.early.host_s(0.0) - LEAST_DELAY_S) < 0.003


def test_a_clock_that_begins_anew_has_a_new_line() -> None:
    rng = np.random.default_rng(2)
    device_s = np.arange(0, 100, MESSAGE_S)
    clock = followed(device_s, arrivals(device_s, 20.0, 0.0, rng))
    for of_device_s, of_host_s in zip(
        device_s.tolist(), arrivals(device_s, 20.0, 103.0, rng).tolist(), strict=True
    ):
        clock.add(of_device_s, of_host_s)
    assert clock.n_restarts == 1
    assert fit_of(clock).host_s(100.0) == pytest.approx(203.0, abs=0.01)
    assert clock.early is not None
    assert clock.early.host_s(0.0) == pytest.approx(0.0, abs=0.01)


def test_wrong_time_stamps_are_not_believed_and_a_computer_that_slept_is() -> None:
    device_s = np.arange(0, 60, MESSAGE_S)
    clock = followed(device_s, device_s + 1.0)
    clock.add(500.0, 61.1)
    clock.add(501.0, 61.2)
    clock.add(60.1, 61.1)
    assert clock.n_restarts == 0
    assert fit_of(clock).host_s(60.0) == pytest.approx(61.0, abs=0.001)
    for t_s in np.arange(60.2, 63.0, MESSAGE_S).tolist():
        clock.add(t_s, t_s + 1.0 - 30.0)  # a steady clock stands still while the computer sleeps
    assert clock.n_restarts == 1
    assert fit_of(clock).host_s(63.0) == pytest.approx(34.0, abs=0.001)


def test_first_messages_that_waited_are_forgotten() -> None:
    clock = DeviceClock()
    clock.add(0.0, 5.0)
    device_s = np.arange(0.1, 400, MESSAGE_S)
    for t_s in device_s.tolist():
        clock.add(t_s, t_s + 0.02)
    assert clock.early is not None
    assert clock.early.host_s(0.0) == pytest.approx(0.02, abs=0.002)


def test_four_times_give_the_true_offset() -> None:
    exchange = Ping(sent_s=10.0, received_s=3.01, replied_s=3.02, answered_s=10.03)
    assert exchange.round_trip_s == pytest.approx(0.02)
    assert exchange.offset_s == pytest.approx(7.0)


def test_the_shortest_round_trip_takes_the_smallest_delay_off() -> None:
    rng = np.random.default_rng(3)
    device_s = np.arange(0, 120, MESSAGE_S)
    clock = followed(device_s, true_host_s(device_s, 40.0, 50.0) + 0.02 + rng.exponential(0.01))
    assert fit_of(clock).host_s(60.0) > true_host_s(np.array(60.0), 40.0, 50.0) + 0.019
    for t_s in np.arange(5, 115, 10.0).tolist():
        there_s, back_s = 0.002 + rng.exponential(0.02), 0.002 + rng.exponential(0.02)
        host_s = float(true_host_s(np.array(t_s), 40.0, 50.0))
        clock.add_ping(Ping(host_s - there_s, t_s, t_s + 0.001, host_s + 0.001 + back_s))
    clock.add_ping(Ping(100.0, 7.0, 9.0, 101.0))  # answered before it was asked
    fit = fit_of(clock)
    assert fit.has_round_trip
    error_s = fit.host_s(60.0) - float(true_host_s(np.array(60.0), 40.0, 50.0))
    assert abs(error_s) < 0.008
    assert abs(error_s) < 3 * fit.se_s(60.0)


def test_nothing_is_known_before_the_first_arrival() -> None:
    clock = DeviceClock()
    clock.add_ping(Ping(1.0, 0.0, 0.0, 1.1))
    assert clock.fit() is None
