"""A stream goes on, whatever the link does; on a clock that jumps."""

import asyncio
from itertools import pairwise

import pytest

from imu.drivers.base import StreamSettings
from imu.errors import SensorNotFoundError, SensorRefusedError
from imu.streaming.events import LinkState, Missing, Origin
from imu.streaming.session import RADIO_FAILED, SILENCE_S, StreamSession
from tests.imu.streaming.fake_sensor import N_PER_MESSAGE, FakeDriver, FakeSensor
from tests.kit.fast_forward import now_ns, run_fast

ENDLESS = 1 << 31


class Book:
    """A sink that counts messages by their first sample."""

    def __init__(self):
        self.streams, self.states, self.facts, self.notes = [], [], [], []
        self.pings = []

    def on_stream(self, stream, facts):
        self.streams.append(stream)
        self.facts.append(facts)

    def on_notification(self, notification):
        self.notes.append(notification)

    def on_state(self, state, reason):
        self.states.append((state, reason))

    def on_facts(self, facts):
        self.facts.append(facts)

    def on_ping(self, stream, ping):
        self.pings.append((stream, ping))

    def on_stopped(self, stream, n_samples):
        self.n_in_all = n_samples

    def firsts(self, stream, origin=None):
        return [
            int.from_bytes(n.payload, "little")
            for n in self.notes
            if n.stream == stream and origin in (None, n.origin)
        ]

    def missing(self):
        holes = []
        for k, stream in enumerate(self.streams):
            have = sorted(self.firsts(stream))
            edges = [-N_PER_MESSAGE, *have]
            holes += [
                Missing(stream, a + N_PER_MESSAGE, b)
                for a, b in pairwise(edges)
                if b - a > N_PER_MESSAGE
            ]
            if k < len(self.streams) - 1:
                holes.append(Missing(stream, edges[-1] + N_PER_MESSAGE, ENDLESS))
        return holes


def session_with(sensor, book):
    return StreamSession(sensor.connect, FakeDriver(), book, StreamSettings(), host_ns=now_ns)


def story(steps, sensor=None, *, seconds=20.0):
    """Run a session; ``steps`` are what happens to the sensor at given seconds."""
    sensor = sensor or FakeSensor()
    book = Book()

    async def main():
        session = session_with(sensor, book)
        running = asyncio.create_task(session.run())
        for at_s, step in sorted(steps, key=lambda pair: pair[0]):
            await asyncio.sleep(at_s - asyncio.get_running_loop().time())
            step(sensor)
        await asyncio.sleep(seconds - asyncio.get_running_loop().time())
        session.stop()
        await running
        book.session = session

    run_fast(main())
    return book


def is_whole(book, stream):
    firsts = sorted(book.firsts(stream))
    return firsts == list(range(0, len(firsts) * N_PER_MESSAGE, N_PER_MESSAGE))


def states(book):
    return [state for state, _ in book.states]


def test_an_undisturbed_stream_comes_whole_and_live():
    book = story([])
    (stream,) = book.streams
    assert is_whole(book, stream)
    assert len(book.firsts(stream)) >= 190
    assert book.n_in_all == len(book.firsts(stream)) * N_PER_MESSAGE
    assert {n.origin for n in book.notes} == {Origin.LIVE}
    assert states(book) == [
        LinkState.CONNECTING,
        LinkState.STREAMING,
        LinkState.STOPPING,
        LinkState.STOPPED,
    ]


def test_after_a_lost_link_live_goes_on_at_once_and_the_rest_is_fetched():
    book = story([(5.0, FakeSensor.lose)])
    (stream,) = book.streams
    assert book.session.n_reconnects == 1
    assert is_whole(book, stream)
    assert book.firsts(stream, Origin.MEMORY)
    assert len(book.firsts(stream)) == len(set(book.firsts(stream)))
    lost = next(n for n in book.states if n[0] is LinkState.LOST)
    assert "lost" in lost[1]


def test_messages_that_the_radio_swallowed_are_fetched():
    sensor = FakeSensor()
    sensor.swallows = {300, 310, 700}
    book = story([], sensor)
    (stream,) = book.streams
    assert is_whole(book, stream)
    assert sorted(book.firsts(stream, Origin.MEMORY)) == [300, 310, 700]


def test_a_silent_link_is_dead():
    sensor = FakeSensor()

    def mute(sensor):
        sensor.mute = True

    def speak(sensor):
        sensor.mute = False

    book = story([(5.0, mute), (5.0 + SILENCE_S + 1.0, speak)], sensor)
    (stream,) = book.streams
    assert sensor.n_connects == 2
    assert "No signal for" in next(reason for state, reason in book.states if reason)
    assert is_whole(book, stream)


def test_out_of_range_for_ten_minutes_loses_nothing():
    def back(sensor):
        sensor.in_range = True

    book = story([(30.0, FakeSensor.go_away), (630.0, back)], seconds=700.0)
    (stream,) = book.streams
    assert is_whole(book, stream)
    assert len(book.firsts(stream)) > 6900
    assert states(book).count(LinkState.STREAMING) == 2


def test_a_sensor_that_starts_anew_begins_a_new_stream_and_the_old_one_is_fetched_to_its_end():
    book = story([(5.03, FakeSensor.reboot)])
    old, new = book.streams
    assert (old.boot_id, new.boot_id) == (1, 2)
    assert is_whole(book, old)
    assert max(book.firsts(old)) == 470
    assert is_whole(book, new)


def test_what_the_sensor_has_not_got_is_asked_for_only_a_few_times():
    sensor = FakeSensor(has_memory=False)
    sensor.swallows = {300}
    book = story([], sensor, seconds=60.0)
    assert 1 <= sensor.n_fetches <= 5
    assert [m.first for m in book.missing()] == [300]


def test_a_sensor_that_is_not_there_at_the_beginning_is_an_error():
    sensor = FakeSensor()
    sensor.in_range = False
    with pytest.raises(SensorNotFoundError):
        story([], sensor)


def test_a_refusal_at_the_beginning_is_an_error_and_later_is_told_and_tried_again():
    refusal = SensorRefusedError("The battery is low; charge the sensor.")
    sensor = FakeSensor()
    sensor.refuses = refusal
    with pytest.raises(SensorRefusedError):
        story([], sensor)

    def refuse(sensor):
        sensor.refuses = refusal
        sensor.reboot()

    def agree(sensor):
        sensor.refuses = None

    book = story([(5.0, refuse), (12.0, agree)], seconds=30.0)
    assert (LinkState.LOST, str(refusal)) in book.states
    assert len(book.streams) == 2


def test_stop_while_the_sensor_is_away_ends_at_once_and_says_so():
    book = story([(5.0, FakeSensor.go_away)], seconds=20.0)
    state, reason = book.states[-1]
    assert state is LinkState.STOPPED
    assert reason == "The sensor was not found."


def test_a_radio_that_fails_in_its_own_way_ends_no_run_that_has_begun():
    sensor = FakeSensor()
    connect = sensor.connect
    failures = []

    async def fails_once():
        if sensor.n_connects == 1 and not failures:
            failures.append(1)
            raise AssertionError("the radio's own trouble")
        return await connect()

    sensor.connect = fails_once
    book = story([(5.0, FakeSensor.lose)], sensor)
    (stream,) = book.streams
    assert failures
    assert is_whole(book, stream)
    assert (LinkState.LOST, RADIO_FAILED) in book.states


def test_an_old_connection_is_not_heard():
    sensor = FakeSensor()
    heard = []
    book = Book()

    async def main():
        session = session_with(sensor, book)
        running = asyncio.create_task(session.run())
        await asyncio.sleep(2.0)
        heard.append(session._receiver(session._connection))
        sensor.lose()
        await asyncio.sleep(2.0)
        n = len(book.notes)
        heard[0](b"late")
        assert len(book.notes) == n
        session.stop()
        await running

    run_fast(main())
    assert all(note.payload != b"late" for note in book.notes)
