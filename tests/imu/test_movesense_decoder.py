"""From the bytes of a Movesense to samples: by captured bytes, by hand, and for any bytes."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imu.drivers.base import StreamDescription
from imu.drivers.movesense import MovesenseDriver
from imu.drivers.movesense_decoder import G_MPS2, acc_scale_of, read_message
from imu.drivers.movesense_gsp import (
    Command,
    Hello,
    decode_hello,
    decode_status,
    encode_command,
    refused_with,
)
from imu.drivers.movesense_parts import message_bytes
from imu.errors import SensorBusyError, SensorDataError, SensorRefusedError

DRIVER = MovesenseDriver()
RATE_HZ = 104.0
N = 8

# Captured from a Movesense at rest, /Meas/IMU9/52: its time, and its blocks of accelerations and
# rates (sokolmarek/movesense-commander, src/lib/gsp/layouts.hardware.test.ts).  IMU6 is the same
# without the third block (docs/gsp-protocol.md of the same repository).
CAPTURED = bytes.fromhex(
    "159e0100"
    "5c6e61bd56d29cbd8c2a1dc1ee54e6bdccd5febc8c2a1dc1"
    "c987dcbd310513bd273e1dc1ccd5febdec0644bdf7a91dc1"
    "48e1fa3f8fc225c0c3f5683f66660640cdcc1cc03e0a573f"
    "85eb0140cdcc1cc03e0a573f66660640ae4721c0b81e453f"
)


def description(n=N, rate_hz=RATE_HZ, scale=1.0):
    settings = {"acc_scale": scale, "message_bytes": 4 + 24 * n, "has_gyroscope": True}
    return StreamDescription("movesense", rate_hz, settings=settings)


def notification(t_ms, acc=None, gyr_dps=None, n=N):
    """DATA as it is documented: head, time, all accelerations, all rates."""
    acc = np.tile((0.0, 0.0, G_MPS2), (n, 1)) if acc is None else np.asarray(acc)
    gyr_dps = np.zeros((n, 3)) if gyr_dps is None else np.asarray(gyr_dps)
    head = struct.pack("<BBI", 2, 99, t_ms % (1 << 32))
    return head + acc.astype("<f4").tobytes() + gyr_dps.astype("<f4").tobytes()


def in_parts(payload, room):
    return [payload[:room], bytes([3, 99]) + payload[room:]]


def decoded(payloads, of=None):
    decoder = DRIVER.decoder(of or description())
    return [s for p in payloads for s in decoder.decode(DRIVER.data_channel, p)]


def test_captured_bytes_have_gravity_in_the_first_block_and_slow_rates_in_the_second():
    (samples,) = decoded([b"\x02\x63" + CAPTURED], description(4, 52.0))
    assert samples.t_s[0] == 106.005
    np.testing.assert_allclose(samples.t_s, 106.005 + np.arange(4) / 52.0)
    assert samples.acc_mps2[0] == pytest.approx((-0.05503, -0.07657, -9.82289), abs=1e-5)
    assert np.linalg.norm(samples.acc_mps2, axis=1) == pytest.approx(9.83, abs=0.05)
    assert np.degrees(samples.gyr_radps[0]) == pytest.approx((1.96, -2.59, 0.91), abs=1e-5)
    assert np.degrees(samples.gyr_radps[3]) == pytest.approx((2.10, -2.52, 0.77), abs=1e-5)
    assert not samples.is_clipped
    assert acc_scale_of(read_message(CAPTURED)[1]) == 1.0


def test_eight_samples_make_the_198_bytes_that_clients_tell():
    rng = np.random.default_rng(3)
    acc, gyr = rng.normal(0, 9, (8, 3)), rng.normal(0, 200, (8, 3))
    payload = notification(77, acc, gyr)
    assert len(payload) == 198
    (samples,) = decoded([payload])
    np.testing.assert_allclose(samples.acc_mps2, acc, rtol=1e-6)
    np.testing.assert_allclose(samples.gyr_radps, np.radians(gyr), rtol=1e-6)


@pytest.mark.parametrize("room", [158, 150, 54, 20])  # 150 and 54 cut whole samples off
def test_two_parts_are_one_message(room):
    payload = notification(500, np.arange(24).reshape(8, 3))
    (whole,) = decoded([payload])
    (joined,) = decoded(in_parts(payload, room))
    np.testing.assert_array_equal(joined.acc_mps2, whole.acc_mps2)
    np.testing.assert_array_equal(joined.gyr_radps, whole.gyr_radps)


def times_ms(n_messages, *, rate_hz=RATE_HZ, n=N, begin_ms=5000.4):
    return [int(begin_ms + 1000 * k * n / rate_hz) for k in range(n_messages)]


@pytest.mark.parametrize("lost", [0, 1])
def test_a_lost_part_costs_its_message_alone_and_is_counted(lost):
    payloads = []
    for k, t_ms in enumerate(times_ms(10)):
        parts = in_parts(notification(t_ms), 158)
        payloads += parts if k != 4 else [parts[1 - lost]]
    firsts = [s.first_index for s in decoded(payloads)]
    assert firsts == [8 * k for k in range(10) if k != 4]


def test_halves_of_two_messages_are_told_by_their_values():
    a, b = (in_parts(notification(t, gyr_dps=np.full((8, 3), 400.0)), 54) for t in (1000, 1077))
    b[1] = b[1][:2] + np.full(36, 1900.0, "<f4").tobytes()
    with pytest.raises(SensorDataError, match="cannot measure"):
        decoded([a[0], b[1]])


@given(st.floats(0.95, 1.05), st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_lost_messages_are_counted_exactly_at_any_true_rate(rate_error, gaps):
    kept, at = [], 0
    for gap in gaps:
        kept += range(at, at + 60)
        at += 60 + gap
    kept.append(at)
    t_ms = times_ms(at + 1, rate_hz=RATE_HZ * rate_error)
    samples = decoded([notification(t_ms[k]) for k in kept])
    assert [s.first_index for s in samples] == [8 * k for k in kept]
    truth_s = np.array(kept) * 8 / (RATE_HZ * rate_error) + 5.0004
    assert np.abs(np.array([s.t_s[0] for s in samples]) - truth_s).max() <= 0.001


def test_ten_minutes_out_of_range_are_counted_and_no_message_behind_them_is_lost():
    t_ms = times_ms(9000, rate_hz=RATE_HZ * 1.013)
    kept = [*range(800), *range(8600, 9000)]
    samples = decoded([notification(t_ms[k]) for k in kept])
    assert [s.first_index for s in samples] == [8 * k for k in kept]


def test_a_stream_that_was_begun_anew_goes_on_at_any_sample():
    before = times_ms(700)
    gap_ms = before[-1] + round(1000 * (8 + 1003) / RATE_HZ)
    samples = decoded([notification(t) for t in [*before, gap_ms, gap_ms + 77]])
    assert samples[-2].first_index == 8 * 700 + 1003
    assert samples[-1].first_index == 8 * 701 + 1003


def test_the_clock_wraps_after_49_days_and_time_goes_on():
    begin = (1 << 32) - 10_000
    samples = decoded([notification(t) for t in times_ms(300, begin_ms=begin)])
    assert [s.first_index for s in samples] == [8 * k for k in range(300)]
    t_s = np.concatenate([s.t_s for s in samples])
    assert (np.diff(t_s) > 0).all()
    assert t_s[-1] > (1 << 32) / 1000


def test_one_wrong_time_does_not_move_what_follows():
    t_ms = times_ms(20)
    t_ms[7] += 4_000_000
    firsts = [s.first_index for s in decoded([notification(t) for t in t_ms])]
    assert firsts == [8 * k for k in range(20) if k != 7]


def test_a_clock_that_goes_back_is_told():
    with pytest.raises(SensorDataError, match="started anew"):
        decoded([notification(90_000), notification(1_000)])


def test_a_message_that_comes_twice_has_the_same_numbers():
    payloads = [notification(t) for t in times_ms(3)]
    samples = decoded([payloads[0], payloads[1], payloads[1], payloads[2]])
    assert [s.first_index for s in samples] == [0, 8, 8, 16]


@pytest.mark.parametrize(
    ("peaks_g", "expected"),
    [
        ([3.0, 7.995], [False, True]),  # the last count of 8 g: 32767 times 0.244 mg
        ([-7.995], [True]),
        ([7.9], [False]),
        ([9.0, 7.995, 15.99], [False, False, True]),  # its range is 16 g
        ([1.999], [True]),
        ([3.2, 1.999, 3.998], [False, False, True]),
    ],
)
def test_readings_at_the_end_of_the_range_are_told(peaks_g, expected):
    payloads = []
    for t_ms, peak_g in zip(times_ms(len(peaks_g)), peaks_g, strict=True):
        acc = np.tile((0.0, 0.0, G_MPS2), (8, 1))
        acc[3, 1] = peak_g * G_MPS2
        payloads.append(notification(t_ms, acc))
    assert [s.is_clipped for s in decoded(payloads)] == expected


@pytest.mark.parametrize(("gravity", "scale"), [(9.8, 1.0), (1.01, G_MPS2), (995, G_MPS2 / 1000)])
def test_gravity_tells_the_unit_of_acceleration(gravity, scale):
    acc = np.tile((0.1 * gravity, 0.0, gravity), (104, 1))
    assert acc_scale_of(acc) == scale
    (samples,) = decoded([notification(0, acc[:8])], description(scale=scale))
    assert np.linalg.norm(samples.acc_mps2, axis=1) == pytest.approx(9.8, rel=0.03)


@pytest.mark.parametrize("gravity", [0.0, 0.2, 3.5, 40.0, 300.0, 9800.0])
def test_gravity_in_no_known_unit_is_refused_with_what_to_do(gravity):
    with pytest.raises(SensorDataError, match="hold it still"):
        acc_scale_of(np.tile((0.0, 0.0, gravity), (104, 1)))


def test_the_length_of_messages_is_learnt_from_the_beginning_of_a_stream():
    whole = [notification(t) for t in times_ms(6)]
    cut = [part for p in whole for part in in_parts(p, 150)]
    assert message_bytes(whole) == message_bytes(cut) == message_bytes(cut[:-1]) == 196
    assert message_bytes(cut[1:]) == message_bytes([cut[0], *cut[2:]]) == 196
    assert message_bytes([]) == message_bytes([b"\x02\x63" + bytes(11)] * 5) == 0


@given(st.lists(st.binary(max_size=220) | st.binary(max_size=200).map(b"\x02".__add__)))
def test_any_bytes_are_samples_or_one_error(payloads):
    decoder = DRIVER.decoder(description())
    for payload in payloads:
        try:
            got = decoder.decode(DRIVER.data_channel, payload)
        except SensorDataError:
            continue
        for samples in got:
            assert samples.acc_mps2.shape == samples.gyr_radps.shape == (len(samples.t_s), 3)
            assert np.isfinite(samples.acc_mps2).all()
            assert np.isfinite(samples.gyr_radps).all()


@given(st.data())
def test_whole_messages_with_any_values_are_samples_or_one_error(data):
    decoder = DRIVER.decoder(description(1))
    n_good = 0
    for _ in range(data.draw(st.integers(1, 5))):
        t_ms = data.draw(st.integers(0, (1 << 32) - 1))
        values = data.draw(st.lists(st.floats(width=32), min_size=6, max_size=6))
        try:
            got = decoder.decode("", struct.pack("<BBI6f", 2, 1, t_ms, *values))
        except SensorDataError:
            continue
        n_good += len(got)
        assert all(s.first_index >= 0 and (np.abs(s.acc_mps2) < 170).all() for s in got)
    assert n_good <= 5


def test_a_description_without_what_is_needed_is_told():
    with pytest.raises(SensorDataError, match="message_bytes"):
        DRIVER.decoder(StreamDescription("movesense", 104.0, settings={"acc_scale": 1.0}))


def test_commands_are_what_clients_write():
    # The web client that starts it with [1, 99, "/Meas/IMU6/52"] and stops it with [2, 99].
    written = bytes([1, 99, 47, 77, 101, 97, 115, 47, 73, 77, 85, 54, 47, 53, 50])
    assert encode_command(Command.SUBSCRIBE, 99, b"/Meas/IMU6/52") == written
    assert encode_command(Command.UNSUBSCRIBE, 99) == bytes([2, 99])


def test_hello_tells_who_it_is():
    # As sensein/movesense-py sensor_command.py reads it.
    told = b"\x01\x05\x01" + b"210330000123\0Movesense\0AABBCCDDEEFF\0GattData\x002.3.1\0"
    assert decode_hello(told) == Hello("210330000123", "Movesense", "GattData", "2.3.1")
    # GATTSensorDataClient.cpp of alexisduque/movesense-device-lib.
    assert decode_hello(b"\x01\x05Hello") == Hello()
    with pytest.raises(SensorRefusedError, match="429"):
        decode_hello(b"\x01\x05" + struct.pack("<H", 429))


def test_statuses_are_read_in_both_orders_and_told_in_sentences():
    assert decode_status(b"\x01\x05\xc8\x00") == 200
    assert decode_status(b"\x01\x05\xad\x01") == 429
    assert decode_status(b"\x01\x05\x01\xfb") == 507  # big endian in the oldest firmware
    with pytest.raises(SensorDataError):
        decode_status(b"\x01\x05\xc8")
    assert "battery out" in str(refused_with(429))
    assert "another rate" in str(refused_with(501))
    assert isinstance(refused_with(409), SensorBusyError)
    for status in (400, 401, 404, 409, 423, 429, 500, 501, 503, 507):
        assert str(status) in str(refused_with(status))
