"""What holds for the Python codec whatever the bytes and the numbers are."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import firmware_protocol as fp
from tests.firmware_protocol.plain import CODECS, decode, event_fields, outcome

COUNTS = st.integers(-32768, 32767)
SAMPLES = st.lists(st.tuples(*[COUNTS] * 6), min_size=1, max_size=19)
ENTRY = fp.LogEntry(
    log_id=5,
    flags=fp.LogFlags.CLOSED,
    boot_id=1,
    session_id=2,
    n_samples=19,
    t_first_us=3,
    unix_first_us=0,
    rate_hz=104,
    acc_range_g=16,
    gyr_range_dps=2000,
    acc_scale=0.5,
    gyr_scale=0.25,
    n_bytes=256,
    crc32=7,
)
DATA = fp.Data(0, 0, bytes(12))
INFO = fp.Info(fp.Capability.GYROSCOPE, 1, (104,), (16,), (2000,))
STATUS = fp.Status(fp.State.IDLE, fp.StatusFlags(0), 1)


@given(st.sampled_from(sorted(CODECS)), st.binary(max_size=300))
def test_any_bytes_are_a_message_or_a_protocol_error(decoder: str, data: bytes) -> None:
    strict, lenient = outcome(decoder, data), outcome(decoder, data, newer=True)

    assert ("error" in strict) != ("fields" in strict)
    assert strict in (lenient, {"error": "too_long"})


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_any_stream_is_frames_noise_and_what_waits(pieces: list[bytes]) -> None:
    decoder = fp.FrameDecoder()
    events = [event for piece in pieces for event in decoder.feed(piece)]
    used = sum(e.n_bytes if isinstance(e, fp.Noise) else len(e.payload) + 9 for e in events)

    assert used + decoder.n_waiting == sum(map(len, pieces))
    assert decoder.n_waiting <= 520
    whole = fp.FrameDecoder().feed(b"".join(pieces))
    assert event_fields(events) == event_fields(whole)


@given(
    st.builds(
        fp.Data,
        seq=st.integers(0, 2**32 - 1),
        t_us=st.integers(0, 2**64 - 1),
        counts=SAMPLES.map(fp.pack_samples),
        flags=st.integers(0, 255).map(fp.DataFlags),
    ),
    st.sampled_from([bytes, bytearray, memoryview]),
)
def test_data_comes_back(data: fp.Data, given_as: Callable[[bytes], fp.BytesLike]) -> None:
    message = fp.encode_data(data)
    decoded = fp.decode_data(given_as(message))

    assert decoded == data
    assert fp.pack_samples(decoded.samples) == data.counts
    assert len(message) == 15 + 12 * data.n
    counts = np.frombuffer(decoded.counts, "<i2").reshape(-1, 6)
    assert counts.tolist() == [list(sample) for sample in data.samples]


@given(st.integers(0, 2**32 - 1), st.integers(-32767, 32767))
def test_compact_data_regains_its_index_and_time(seq: int, n_since: int) -> None:
    t_us = seq * 9615
    near = max(seq - n_since, 0)
    compact = fp.CompactData(seq % 2**16, t_us % 2**32, bytes(12))
    data = fp.decode_compact_data(fp.encode_compact_data(compact))
    whole = fp.expand(data, near, near * 9615)

    assert (whole.seq, whole.t_us) == (seq, t_us)


@given(st.binary(max_size=20))
def test_a_sensor_has_an_answer_to_whatever_is_written_to_it(data: bytes) -> None:
    try:
        fp.decode_command(data)
    except fp.ProtocolError as error:
        refusal = fp.refusal_of(data, error)
    else:
        return
    if len(data) < 2 or data[0] >= 0x80 or data[0] == 0x0F:
        assert refusal is None
        return
    assert refusal is not None
    answer = fp.decode_reply(fp.encode_reply(refusal))
    assert isinstance(answer, fp.Reply)
    assert (answer.op, answer.token) == (data[0], data[1])
    assert answer.status in {fp.Code.UNKNOWN_OP, fp.Code.INVALID_ARGUMENT}


@pytest.mark.parametrize(
    "encode",
    [
        lambda: fp.encode_announcement(fp.Announcement(fp.State.IDLE, 101)),
        lambda: fp.encode_info(dataclasses.replace(INFO, boot_id=0)),
        lambda: fp.encode_info(dataclasses.replace(INFO, rates_hz=(70_000,))),
        lambda: fp.encode_info(dataclasses.replace(INFO, rates_hz=(104,) * 9)),
        lambda: fp.encode_config_request(fp.ConfigRequest(104, 16, 2000, 20)),
        lambda: fp.encode_config(fp.Config(104, 16, 2000, 10, 1e300, 1.0)),
        lambda: fp.encode_config(fp.Config(104, 16, 2000, 10, 1e-300, 1.0)),
        lambda: fp.encode_config(fp.Config(104, 16, 2000, 10, float("nan"), 1.0)),
        lambda: fp.encode_command(fp.Start(fp.StartFlags(0)), 1),
        lambda: fp.encode_command(fp.Stop(), 256),
        lambda: fp.encode_command(fp.Ping(-1), 1),
        lambda: fp.encode_reply(fp.Reply(fp.Op.STOP, 1, fp.Code.OK)),
        lambda: fp.encode_reply(fp.Reply(fp.Op.STOP, 1, fp.Code.BUSY, fp.Stopped(1))),
        lambda: fp.encode_reply(fp.Reply(fp.Op.STOP, 1, fp.Code.OK, fp.Streaming(1))),
        lambda: fp.encode_reply(fp.Reply(0x33, 1, fp.Code.OK)),
        lambda: fp.encode_reply(fp.Reply(0x0F, 1, fp.Code.UNKNOWN_OP)),
        lambda: fp.encode_reply(
            fp.Reply(fp.Op.LIST_LOGS, 1, fp.Code.OK, fp.LogList(5, (ENTRY,) * 5))
        ),
        lambda: fp.encode_log_entry(dataclasses.replace(ENTRY, n_bytes=255)),
        lambda: fp.encode_data(dataclasses.replace(DATA, counts=b"")),
        lambda: fp.encode_data(dataclasses.replace(DATA, counts=bytes(11))),
        lambda: fp.encode_data(dataclasses.replace(DATA, counts=bytes(12 * 20))),
        lambda: fp.encode_data(dataclasses.replace(DATA, counts=bytes(12 * 300))),
        lambda: fp.encode_data(dataclasses.replace(DATA, seq=2**32)),
        lambda: fp.encode_compact_data(fp.CompactData(0, 0, bytes(24))),
        lambda: fp.encode_log_chunk(fp.LogChunk(1, 0, b"")),
        lambda: fp.encode_log_block(fp.LogBlock(0, 0, bytes(12 * 20))),
        lambda: fp.encode_status(dataclasses.replace(STATUS, temperature_c=400.0)),
        lambda: fp.encode_status(dataclasses.replace(STATUS, temperature_c=float("inf"))),
        lambda: fp.encode_status(dataclasses.replace(STATUS, log_fill_permille=1001)),
        lambda: fp.encode_frame(5, bytes(513)),
        lambda: fp.pack_samples([(32768, 0, 0, 0, 0, 0)]),
    ],
)
def test_what_no_reader_would_take_is_not_written(encode: object) -> None:
    assert callable(encode)
    with pytest.raises(fp.ProtocolError):
        encode()


def test_a_list_fills_the_largest_indication() -> None:
    reply = fp.Reply(fp.Op.LIST_LOGS, 1, fp.Code.OK, fp.LogList(4, (ENTRY,) * 4))

    assert len(fp.encode_reply(reply)) == 230
    assert fp.decode_reply(fp.encode_reply(reply)) == reply


def test_either_kind_of_data_is_told_by_its_first_byte() -> None:
    compact = fp.CompactData(1, 2, bytes(12))

    assert fp.decode_any_data(fp.encode_data(DATA)) == DATA
    assert fp.decode_any_data(fp.encode_compact_data(compact)) == compact
    with pytest.raises(fp.ProtocolError):
        fp.decode_any_data(b"\x31")


def test_own_identifiers_differ_in_four_digits_only() -> None:
    own = {fp.SERVICE_UUID, *fp.CHANNELS.values()}

    assert {uuid[:4] + uuid[8:] for uuid in own} == {"00e4-283e-4eaa-b621-31b5f45ae4c2"}
    assert sorted(uuid[4:8] for uuid in own) == [f"000{n}" for n in range(1, 8)]
    assert fp.BATTERY_LEVEL_UUID == "00002a19-0000-1000-8000-00805f9b34fb"


def test_errors_say_their_reason_to_programs_and_people() -> None:
    with pytest.raises(ValueError, match="14 bytes and needs 15") as caught:
        decode("data", bytes(14))

    assert isinstance(caught.value, fp.ProtocolError)
    assert caught.value.reason is fp.Reason.TOO_SHORT


def test_checksum_of_a_log_feels_every_sample_and_the_order_of_the_blocks() -> None:
    """With plain checksums at the end of the blocks it would feel neither."""
    blocks = [fp.encode_log_block(fp.LogBlock(19 * k, 9615 * k, bytes(228))) for k in range(3)]
    other = fp.encode_log_block(fp.LogBlock(0, 0, bytes(227) + b"\x01"))
    logs = [blocks, blocks[::-1], [other, *blocks[1:]], [*blocks[:1], *blocks[2:], blocks[1]]]

    assert len({fp.crc32(b"".join(log)) for log in logs}) == len(logs)


def test_any_changed_bit_of_a_block_is_noticed() -> None:
    block = fp.encode_log_block(fp.LogBlock(19, 9615, bytes(range(228))))
    for bit in range(8 * len(block)):
        changed = bytearray(block)
        changed[bit // 8] ^= 1 << bit % 8
        assert outcome("log_block", bytes(changed)) == {"error": "checksum"}
