"""Replay: the same samples, in time, without drift."""

import asyncio
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imu.recordings import Recording
from imu.replay import batches, replay
from imu.samples import SampleBatch


def make(t_s: np.ndarray, *, with_gyr: bool = True) -> Recording:
    acc = np.column_stack([t_s, t_s * 0, t_s * 0 + 9.81])
    return Recording(t_s, acc, acc * 0.1 if with_gyr else None, {"sampling_rate_hz": 100.0})


@dataclass
class Clock:
    """A clock that oversleeps by 5 ms each time, as real ones do."""

    now_s: float = 1000.0
    slept_s: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now_s

    async def sleep(self, duration_s: float) -> None:
        self.slept_s.append(duration_s)
        self.now_s += duration_s + (0.005 if duration_s > 0 else 0.0)


def play(
    recording: Recording, clock: Clock, *, speed: float = 1.0
) -> list[tuple[float, SampleBatch]]:
    async def collect() -> list[tuple[float, SampleBatch]]:
        stream = replay(recording, speed=speed, sleep=clock.sleep, clock=clock)
        return [(clock.now_s, batch) async for batch in stream]

    return asyncio.run(collect())


@given(
    steps=st.lists(st.sampled_from([0.01, 0.0101, 0.33, 7.0]), min_size=1, max_size=200),
    batch_s=st.sampled_from([0.05, 0.1, 0.25, 1.0]),
    with_gyr=st.booleans(),
)
def test_batches_are_the_recording(*, steps: list[float], batch_s: float, with_gyr: bool) -> None:
    recording = make(5 + np.cumsum(steps), with_gyr=with_gyr)
    parts = list(batches(recording, batch_s))
    assert all(len(part.t_s) > 0 for part in parts)
    assert all(part.t_s[-1] - part.t_s[0] < batch_s + 1e-6 for part in parts)
    np.testing.assert_array_equal(np.concatenate([p.t_s for p in parts]), recording.t_s)
    np.testing.assert_array_equal(np.concatenate([p.acc_mps2 for p in parts]), recording.acc_mps2)
    assert all((part.gyr_radps is not None) == with_gyr for part in parts)


def test_regular_samples_make_regular_batches() -> None:
    sizes = [len(batch.t_s) for batch in batches(make(np.arange(1000) / 100))]
    assert sizes == [10] * 100


@pytest.mark.parametrize("speed", [1.0, 4.0])
def test_an_hour_does_not_drift(speed: float) -> None:
    clock = Clock()
    played = play(make(np.arange(0, 3600, 0.02)), clock, speed=speed)
    late_s = [now_s - 1000 - batch.t_s[-1] / speed for now_s, batch in played]
    assert min(late_s) >= -1e-6
    assert max(late_s) <= 0.005 + 1e-6


def test_a_slow_consumer_gets_overdue_batches_at_once() -> None:
    clock = Clock()

    async def collect() -> None:
        stream = replay(make(np.arange(200) / 100), sleep=clock.sleep, clock=clock)
        await anext(stream)
        clock.now_s += 1.0
        async for _ in stream:
            pass

    asyncio.run(collect())
    assert clock.slept_s[1:10] == [0.0] * 9
    assert clock.now_s == pytest.approx(1001.99, abs=0.01)


def test_a_pause_is_shortened_and_a_short_hole_is_not() -> None:
    t_s = np.concatenate([np.arange(0, 2, 0.01), np.arange(4, 5, 0.01), np.arange(600, 601, 0.01)])
    clock = Clock()
    played = play(make(t_s), clock)
    assert clock.now_s - 1000 == pytest.approx(4.99 + 1.0 + 0.99, abs=0.006)
    np.testing.assert_array_equal(np.concatenate([b.t_s for _, b in played]), t_s)


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan")])
def test_speed_must_be_positive(speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be positive"):
        play(make(np.arange(10) / 100), Clock(), speed=speed)


def test_batch_duration_must_be_positive() -> None:
    with pytest.raises(ValueError, match="batch_s must be positive"):
        list(batches(make(np.arange(10) / 100), 0.0))
