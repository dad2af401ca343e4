"""Whatever the order, and however often samples come: each is there once, and none is forgotten."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imu.drivers.base import Samples, StreamDescription
from imu.errors import SensorDataError
from imu.samples import SampleBatch
from imu.streaming.assembling import Assembler
from imu.streaming.coverage import Coverage
from imu.streaming.events import Missing, Origin
from imu.streaming.parts import Counts

RATE_HZ = 104.0


def stream(boot_id: int | None = 1, session_id: int | None = 1) -> StreamDescription:
    return StreamDescription("fake", RATE_HZ, boot_id, session_id)


def message(first: int, n: int, t_s: float, *, spacing_s: float = 1 / RATE_HZ) -> Samples:
    """Samples whose first axis is their number."""
    acc = np.zeros((n, 3))
    acc[:, 0] = np.arange(first, first + n)
    return Samples(first, t_s + np.arange(n) * spacing_s, acc, acc / 2)


def at(first: int, n: int) -> Samples:
    return message(first, n, first / RATE_HZ)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=40))
def test_coverage_is_a_set_of_numbers(added: list[tuple[int, int]]) -> None:
    coverage, there = Coverage(), set[int]()
    for first, n in added:
        new = coverage.add(first, first + n)
        numbers = set(range(first, first + n))
        assert {i for start, stop in new for i in range(start, stop)} == numbers - there
        there |= numbers
        top = max(there, default=-1) + 1
        assert coverage.n == len(there)
        assert coverage.stop == top
        missing = [i for start, stop in coverage.missing() for i in range(start, stop)]
        assert missing == [i for i in range(top) if i not in there]
        edges = [edge for of_range in coverage.ranges for edge in of_range]
        assert (np.diff(edges) > 0).all()  # never empty, never touching


@st.composite
def deliveries(draw: st.DrawFn) -> list[tuple[int, int, bool]]:
    """Messages cut anyhow, some live and some from memory, in any order, some twice."""
    cuts = sorted(draw(st.sets(st.integers(0, 120), min_size=2, max_size=25)))
    blocks = [(a, b - a) for a, b in pairwise(cuts) if draw(st.integers(0, 3)) > 0]
    again = draw(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 20)), max_size=8))
    order = draw(st.permutations(blocks + again))
    return [(first, n, draw(st.booleans())) for first, n in order]


@given(deliveries())
def test_any_order_gives_the_sorted_set(delivered: list[tuple[int, int, bool]]) -> None:
    assembler = Assembler(keeps_samples=True)
    part = assembler.begin(stream())
    there: set[int] = set()
    n_refilled = n_delivered = 0
    live: list[SampleBatch] = []
    live_top, expected_live = 0, list[int]()
    for first, n, is_live in delivered:
        numbers = set(range(first, first + n))
        if is_live:
            batch = assembler.add_live(part, at(first, n), first / RATE_HZ + 0.1)
            live += [] if batch is None else [batch]
            expected_live += range(max(first, live_top), first + n)
            live_top = max(live_top, first + n) if n else live_top
        else:
            assembler.add_refill(part, at(first, n))
            n_refilled += len(numbers - there)
        there |= numbers
        n_delivered += n
    got = assembler.assembled()
    assert got.values[:, 0].tolist() == sorted(there)
    np.testing.assert_allclose(got.t_s, np.array(sorted(there)) / RATE_HZ, atol=1e-9)
    assert (np.diff(got.t_s) > 0).all()
    n_lost = max(there, default=-1) + 1 - len(there)
    assert assembler.counts == Counts(len(there), n_lost, n_refilled, n_delivered - len(there), 0)
    assert sum(m.stop - m.first for m in assembler.missing()) == n_lost
    handed_on = [int(i) for batch in live for i in batch.acc_mps2[:, 0]]
    assert handed_on == expected_live
    assert (np.diff([t for batch in live for t in batch.t_s]) > 0).all()


def test_live_does_not_wait_and_gaps_stay_until_they_are_refilled() -> None:
    assembler = Assembler()
    part = assembler.begin(stream())
    for first in (0, 10, 40, 50):
        batch = assembler.add_live(part, at(first, 10), first / RATE_HZ)
        assert batch is not None
        assert batch.acc_mps2[:, 0].tolist() == list(range(first, first + 10))
        np.testing.assert_allclose(batch.t_s, np.arange(first, first + 10) / RATE_HZ, atol=1e-9)
    assert assembler.missing() == [Missing(part.stream, 20, 40)]
    assembler.add_refill(part, at(19, 19))
    assert assembler.missing() == [Missing(part.stream, 38, 40)]
    assert assembler.counts == Counts(58, 2, 18, 1, 0)
    assert assembler.add_live(part, at(38, 2), 1.0) is None  # late: stored, but not live
    assert assembler.missing() == []


def test_memory_ahead_of_live_does_not_hide_live() -> None:
    assembler = Assembler()
    part = assembler.begin(stream())
    assembler.add_live(part, at(0, 10), 0.1)
    assembler.add_refill(part, at(10, 19))
    batch = assembler.add_live(part, at(10, 10), 0.2)
    assert batch is not None
    assert len(batch.t_s) == 10


@pytest.mark.parametrize("keeps_samples", [True, False])
def test_of_conflicting_duplicates_the_first_stays(*, keeps_samples: bool) -> None:
    assembler = Assembler(keeps_samples=keeps_samples)
    part = assembler.begin(stream())
    for first in (0, 10):
        assembler.add_live(part, at(first, 10), first / RATE_HZ)
    other = at(5, 10)
    other.acc_mps2[2:4] += 1.0
    assembler.add_refill(part, other)
    assert assembler.counts == Counts(20, 0, 0, 10, 2)
    if keeps_samples:
        assert assembler.assembled().values[:, 0].tolist() == list(range(20))


def test_live_holds_no_hours_of_samples() -> None:
    assembler = Assembler()
    part = assembler.begin(stream())
    for first in range(0, 40_000, 10):
        assembler.add_live(part, at(first, 10), first / RATE_HZ)
    numbers, _ = part._held.everything()
    assert len(numbers) < 60 * RATE_HZ
    assert len(part._message_numbers) == 0
    with pytest.raises(ValueError, match="does not keep"):
        assembler.assembled()


@dataclass
class Sensor:
    """A sensor whose rate and clock are not what they say."""

    rate_error: float = 0.03
    clock_ppm: float = 80.0
    booted_s: float = 5.0  # host time

    def sampled_s(self, number: int) -> float:
        """Host time of a sample; the rate wanders by 1 % over five minutes."""
        spacing_s = 1 / (RATE_HZ * (1 + self.rate_error))
        wander_s = 0.01 * 50 * np.sin(number / RATE_HZ / 50) / (1 + self.rate_error)
        return self.booted_s + 1.0 + number * spacing_s + wander_s

    def device_s(self, number: int) -> float:
        return (self.sampled_s(number) - self.booted_s) * (1 + self.clock_ppm * 1e-6)

    def message(self, first: int, n: int) -> Samples:
        """As a driver decodes it: a stamp in whole microseconds, then the nominal spacing."""
        return message(first, n, round(self.device_s(first) * 1e6) / 1e6)


@pytest.mark.parametrize("rate_error", [-0.05, 0.0, 0.03])
def test_times_inside_messages_follow_the_measured_spacing(rate_error: float) -> None:
    sensor = Sensor(rate_error)
    rng = np.random.default_rng(4)
    assembler = Assembler(keeps_samples=True)
    part = assembler.begin(stream())
    firsts = np.arange(0, 19 * 1500, 19)
    is_lost = rng.random(len(firsts)) < 0.05
    is_lost[:2] = False
    batches = [
        assembler.add_live(part, sensor.message(first, 19), sensor.sampled_s(first + 19) + 0.02)
        for first in firsts[~is_lost].tolist()
    ]
    for first in firsts[is_lost][::2].tolist():
        assembler.add_refill(part, sensor.message(first, 19))
    got = assembler.assembled()
    truth_s = np.array([sensor.device_s(i) for i in got.values[:, 0].astype(int)])
    assert np.abs(got.t_s - truth_s).max() < 0.001
    assert (np.diff(got.t_s) > 0).all()
    # Live: from the second message on, with the spacing before.
    live = [batch for batch in batches if batch is not None]
    assert len(live) == len(batches)
    live_s = np.concatenate([batch.t_s for batch in live[1:]])
    numbers = np.concatenate([batch.acc_mps2[:, 0] for batch in live[1:]]).astype(int)
    assert np.abs(live_s - [sensor.device_s(i) for i in numbers]).max() < 0.001
    assert (np.diff(live_s) > 0).all()


def test_a_time_stamp_that_jumps_is_no_rate() -> None:
    assembler = Assembler(keeps_samples=True)
    part = assembler.begin(stream())
    for first, t_s in ((0, 0.0), (10, 0.1), (20, 5.0), (30, 5.1), (40, 5.1)):
        assembler.add_live(part, message(first, 10, t_s, spacing_s=0.01), t_s)
    t_s = assembler.assembled().t_s
    np.testing.assert_allclose(t_s[10:20], 0.1 + 0.01 * np.arange(10), atol=1e-9)
    assert t_s[20] == 5.0
    assert (np.diff(t_s) > 0).all()
    assert t_s[-1] < 5.3


def run(
    assembler: Assembler, of: StreamDescription, sensor: Sensor, n: int, *, n_silent: int = 0
) -> list[SampleBatch]:
    """A stream of n samples; of the first ones nothing comes."""
    part = assembler.begin(of)
    rng = np.random.default_rng(9)
    batches = [
        assembler.add_live(
            part,
            sensor.message(first, 10),
            sensor.sampled_s(first + 9) + 0.002 + float(rng.uniform(0, 0.03)),
        )
        for first in range(n_silent, n, 10)
    ]
    return [batch for batch in batches if batch is not None]


def test_device_time_goes_on_over_a_reboot() -> None:
    assembler = Assembler(keeps_samples=True)
    first, second = Sensor(), Sensor(booted_s=65.0, clock_ppm=80.0)
    live = run(assembler, stream(1, 7), first, 5000) + run(assembler, stream(2, 8), second, 5000)
    got = assembler.assembled()
    assert len(assembler.parts) == 2
    assert (np.diff(got.t_s) > 0).all()
    host_s = np.array([s.sampled_s(i) for s in (first, second) for i in range(5000)])
    device_s = (host_s - first.booted_s) * (1 + 80e-6)
    np.testing.assert_allclose(got.t_s, device_s, atol=0.004)
    np.testing.assert_allclose(np.diff(got.t_s[5000:]), np.diff(device_s[5000:]), atol=1e-5)
    live_s = np.concatenate([batch.t_s for batch in live])
    assert (np.diff(live_s) > 0).all()
    np.testing.assert_allclose(live_s[5000:], device_s[5000:], atol=0.04)  # one message's lateness


def test_without_boot_and_session_a_description_itself_is_the_stream() -> None:
    assembler = Assembler()
    first, second = stream(None, None), stream(None, None)
    assert first == second
    part = assembler.begin(first)
    assert assembler.begin(second) is not part
    assert assembler.begin(first) is part
    assert len(assembler.parts) == 2


def test_a_new_session_of_the_same_boot_keeps_its_times() -> None:
    assembler = Assembler(keeps_samples=True)
    sensor = Sensor()
    run(assembler, stream(1, 7), sensor, 1000)
    part = assembler.begin(stream(1, 9))
    for first in range(0, 500, 10):
        samples = message(first, 10, 300.0 + first / RATE_HZ)
        assembler.add_live(part, samples, 305.0 + first / RATE_HZ)
    got = assembler.assembled()
    assert got.t_s[1000] == 300.0
    assert assembler.parts[0].clock is assembler.parts[1].clock
    assert assembler.begin(stream(1, 7)) is assembler.parts[0]


def test_a_sensor_without_boot_id_is_known_by_its_clock() -> None:
    assembler = Assembler(keeps_samples=True)
    sensor = Sensor()
    run(assembler, stream(None, None), sensor, 3000)
    run(assembler, stream(None, None), sensor, 6000, n_silent=4000)  # the same clock goes on
    run(assembler, stream(None, None), Sensor(booted_s=100.0), 3000)
    clocks = [part.clock for part in assembler.parts]
    assert clocks[0] is clocks[1]
    assert clocks[2] is not clocks[0]
    t_s = assembler.assembled().t_s
    assert t_s[3000] == pytest.approx(sensor.device_s(4000), abs=1e-5)
    assert t_s[5000] == pytest.approx(96.0 * (1 + 80e-6), abs=0.01)


def test_a_part_of_which_nothing_came_live_begins_behind_the_one_before() -> None:
    assembler = Assembler(keeps_samples=True)
    run(assembler, stream(1, 1), Sensor(), 100)
    part = assembler.begin(stream(2, 2))
    assembler.add_refill(part, at(0, 19))
    t_s = assembler.assembled().t_s
    assert t_s[100] - t_s[99] == pytest.approx(1 / RATE_HZ)


def test_what_is_no_sample_is_refused_and_not_stored() -> None:
    assembler = Assembler()
    part = assembler.begin(stream())
    assembler.add_live(part, at(0, 10), 0.1)
    wrong = at(10, 10)
    wrong.acc_mps2[3, 1] = np.nan
    with pytest.raises(SensorDataError, match="no numbers"):
        assembler.add_live(part, wrong, 0.2)
    without = Samples(10, wrong.t_s, np.zeros((10, 3)), None)
    with pytest.raises(SensorDataError, match="gyroscope came or went"):
        part.store(without, Origin.LIVE)
    assert assembler.counts == Counts(10)
    assert assembler.add_live(part, at(10, 0), 0.2) is None
