"""The Python codec against the vectors."""

from collections import Counter

import pytest

from firmware_protocol import FrameDecoder, Reason, encode_frame
from tests.firmware_protocol.plain import (
    CODECS,
    Fields,
    event_fields,
    frame_vectors,
    outcome,
    vector_files,
    vectors,
)

CHANNEL = 5


def name_of(case: object) -> str:
    return case["name"] if isinstance(case, dict) else str(case)


def named(channel: int, payload: bytes) -> Fields:
    return {"channel": channel, "payload": payload.hex()}


@pytest.mark.parametrize(("decoder", "vector"), vectors(), ids=name_of)
def test_vector_is_decoded_as_it_says(decoder: str, vector: Fields) -> None:
    told = outcome(decoder, bytes.fromhex(vector["hex"]), newer=vector.get("newer", False))

    if vector["kind"] == "invalid":
        assert told == {"error": vector["reason"]}
    else:
        assert told["fields"] == vector["fields"]


def test_what_was_decoded_is_encoded_to_the_same_bytes() -> None:
    different = []
    for decoder, vector in vectors():
        has_more = vector.get("newer") or "ignored" in vector["name"] or "newer" in vector["name"]
        if vector["kind"] == "invalid" or has_more:
            continue
        again = outcome(decoder, bytes.fromhex(vector["hex"]))["again"]
        if again != vector["hex"]:
            different.append((decoder, vector["name"]))

    assert different == []


def test_every_message_has_valid_smallest_largest_and_invalid_vectors() -> None:
    kinds = {
        name: {vector["kind"] for vector in content["vectors"]}
        for name, content in vector_files().items()
    }
    unknown = {name: kinds.pop(name) for name in ("command_unknown", "reply_unknown")}

    assert {name: found for name, found in kinds.items() if len(found) != 4} == {}
    assert all("invalid" in found for found in unknown.values())
    assert {content["decoder"] for content in vector_files().values()} == {*CODECS, "frame"}


def test_every_reason_has_a_vector() -> None:
    reasons = Counter(vector["reason"] for _, vector in vectors() if vector["kind"] == "invalid")

    assert set(reasons) == set(Reason)


def test_names_of_vectors_are_told_apart() -> None:
    for content in vector_files().values():
        names = Counter(vector["name"] for vector in content["vectors"])
        assert [name for name, n in names.items() if n > 1] == []


@pytest.mark.parametrize("vector", frame_vectors(), ids=name_of)
@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
def test_stream_gives_its_events_in_pieces_of_any_size(vector: Fields, size: int) -> None:
    stream = bytes.fromhex(vector["hex"])
    decoder = FrameDecoder()
    events = [
        event
        for start in range(0, len(stream), size)
        for event in decoder.feed(stream[start : start + size])
    ]

    assert event_fields(events) == vector["events"]
    assert decoder.n_waiting == vector["waiting"]


@pytest.mark.parametrize("noise", [b"", b"\x00\xff\x68\x4c\x68", b"\x68\x4c\x05\xff\xff"])
def test_every_vector_is_found_in_noise_byte_by_byte(noise: bytes) -> None:
    for _, vector in vectors():
        payload = bytes.fromhex(vector["hex"])
        decoder = FrameDecoder()
        stream = noise + encode_frame(CHANNEL, payload) + noise + encode_frame(0, b"") + b"\0" * 521
        events = [event for byte in stream for event in decoder.feed(bytes([byte]))]
        frames = [told for told in event_fields(events) if "noise" not in told]
        lost = sum(told.get("noise", 0) for told in event_fields(events))

        assert frames == [named(CHANNEL, payload), named(0, b"")]
        assert lost + decoder.n_waiting == 2 * len(noise) + 521
