"""The C codec against the vectors, and against the Python one on bytes that nobody thought of."""

import json
import random
import shutil
import struct
import subprocess
from collections import Counter
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import pytest

from firmware_protocol import (
    CHANNELS,
    LOG_BLOCK_BYTES,
    SERVICE_UUID,
    FrameDecoder,
    crc32,
    encode_frame,
    log_block_checksum,
)
from tests.firmware_protocol.plain import (
    CODECS,
    Fields,
    event_fields,
    frame_vectors,
    outcome,
    vectors,
)

Line = tuple[str, bool, bytes]
Run = Callable[[list[Line]], list[Fields]]

STRICT = ("-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-pedantic")
SANITIZED = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
QUIET = {"ASAN_OPTIONS": "detect_leaks=0"}
"""Looking for leaks needs ptrace, which containers refuse, and the codec allocates nothing."""
N_MUTATIONS_EACH = 12
N_RANDOM = 2500
TURNS = 0x20260101
"""Seed of all that is random here: a failure is the same on every machine."""


@pytest.fixture(scope="module")
def c_codec(tmp_path_factory: pytest.TempPathFactory) -> Run:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("The C codec needs a C compiler; on Debian: apt install gcc libc6-dev.")
    driver = tmp_path_factory.mktemp("c") / "driver"
    folder = Path(str(files("firmware_protocol"))) / "c"
    sources = [Path(__file__).parent / "driver.c", folder / "hiplevel_protocol.c"]
    command = [compiler, *STRICT, *SANITIZED, f"-I{folder}", *sources, "-o", driver]
    compiled = subprocess.run(command, capture_output=True, text=True, check=False)
    assert compiled.returncode == 0, compiled.stderr

    def run(lines: list[Line]) -> list[Fields]:
        text = "".join(f"{name} {int(newer)} {data.hex()}\n" for name, newer, data in lines)
        done = subprocess.run(
            [driver], input=text, capture_output=True, text=True, check=False, env=QUIET
        )
        assert done.returncode == 0, done.stderr
        told = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(told) == len(lines)
        return told

    return run


def seeds() -> list[Line]:
    return [
        (decoder, vector.get("newer", False), bytes.fromhex(vector["hex"]))
        for decoder, vector in vectors()
    ]


def repaired(decoder: str, data: bytes) -> bytes:
    """A block whose checksum is right again, so that what is behind the checksum is tested."""
    if decoder != "log_block" or len(data) != LOG_BLOCK_BYTES:
        return data
    return data[:-4] + struct.pack("<I", log_block_checksum(data))


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5])):
        place = chance.randrange(len(changed) + 1)
        kind = chance.randrange(5)
        if kind == 0 and place < len(changed):
            changed[place] ^= 1 << chance.randrange(8)
        elif kind == 1 and place < len(changed):
            changed[place] = chance.choice([0, 1, 0x7F, 0x80, 0xFE, 0xFF, chance.randrange(256)])
        elif kind == 2:
            del changed[place:]
        elif kind == 3:
            changed[place:place] = chance.randbytes(chance.choice([1, 2, 12, 56]))
        else:
            del changed[place : place + chance.choice([1, 2, 12, 56])]
    return bytes(changed)


def fuzzed() -> list[Line]:
    chance = random.Random(TURNS)  # noqa: S311, no secrets here
    lines = []
    for decoder, newer, data in seeds():
        for turn in range(N_MUTATIONS_EACH):
            changed = mutated(data, chance)
            healed = repaired(decoder, changed) if turn % 2 else changed
            lines.append((decoder, chance.choice([newer, True, False]), healed))
    heads = [data[:8] for _, _, data in seeds()]
    for _ in range(N_RANDOM):
        head = chance.choice([b"", chance.choice(heads)])
        data = head[: chance.randrange(9)] + chance.randbytes(chance.choice([0, 1, 3, 20, 60, 256]))
        lines.append((chance.choice(sorted(CODECS)), chance.random() < 0.3, data))
    return lines


def streams() -> list[bytes]:
    """Frames and pieces of them among noise, with starts of frames in it."""
    chance = random.Random(TURNS)  # noqa: S311, no secrets here
    payloads = [data for _, _, data in seeds()]
    found = []
    for _ in range(150):
        pieces = []
        for _ in range(chance.randrange(1, 8)):
            frame = encode_frame(chance.randrange(256), chance.choice(payloads))
            noise = chance.randbytes(chance.randrange(20))
            starts = b"\x68\x4c" + chance.randbytes(1) + bytes([chance.randrange(256), 0])
            nested = encode_frame(9, frame[: chance.randrange(400)])
            pieces += [chance.choice([frame, noise, starts, mutated(frame, chance), nested])]
        found.append(b"".join(pieces))
    return found


def test_vectors_are_decoded_as_they_say(c_codec: Run) -> None:
    wrong = []
    told = c_codec(seeds())
    for (decoder, vector), found in zip(vectors(), told, strict=True):
        invalid = vector["kind"] == "invalid"
        same = found == {"error": vector["reason"]} if invalid else found.get("fields")
        if not (same if invalid else same == vector["fields"]):
            wrong.append((decoder, vector["name"], found))

    assert wrong == []


def test_streams_give_their_events_byte_by_byte(c_codec: Run) -> None:
    lines = [("frame", False, bytes.fromhex(vector["hex"])) for vector in frame_vectors()]
    for vector, told in zip(frame_vectors(), c_codec(lines), strict=True):
        assert told["waiting"] == vector["waiting"], vector["name"]
        assert joined(told["events"]) == vector["events"], vector["name"]


def joined(events: list[Fields]) -> list[Fields]:
    told: list[Fields] = []
    for event in events:
        if told and "noise" in event and "noise" in told[-1]:
            told[-1] = {"noise": told[-1]["noise"] + event["noise"]}
        else:
            told.append(event)
    return told


def test_both_codecs_say_the_same_of_any_bytes(c_codec: Run) -> None:
    lines = fuzzed()
    different = [
        (decoder, newer, data.hex(), in_c, in_python)
        for (decoder, newer, data), in_c in zip(lines, c_codec(lines), strict=True)
        if in_c != (in_python := outcome(decoder, data, newer=newer))
    ]

    assert different == []


def test_fuzzing_reaches_every_message_and_every_reason() -> None:
    told = [(decoder, outcome(decoder, data, newer=newer)) for decoder, newer, data in fuzzed()]
    accepted = Counter(decoder for decoder, found in told if "fields" in found)
    refused = Counter(found["error"] for _, found in told if "error" in found)

    assert min(accepted[decoder] for decoder in CODECS) >= 10
    assert min(refused.values()) >= 10
    assert len(refused) == 7


def test_both_frame_decoders_find_the_same_in_any_stream(c_codec: Run) -> None:
    told = c_codec([("frame", False, stream) for stream in streams()])
    for stream, in_c in zip(streams(), told, strict=True):
        decoder = FrameDecoder()
        assert joined(in_c["events"]) == event_fields(decoder.feed(stream))
        assert in_c["waiting"] == decoder.n_waiting


def test_both_checksums_are_the_same(c_codec: Run) -> None:
    pieces = [b"", b"123456789", bytes(range(256)), b"\xff" * 252]
    told = c_codec([("crc32", False, piece) for piece in pieces])

    assert told == [{"crc32": crc32(piece), "pieces": crc32(piece)} for piece in pieces]
    assert told[1]["crc32"] == 0xCBF43926


def test_both_have_the_same_identifiers(c_codec: Run) -> None:
    own = {0x01: SERVICE_UUID, **CHANNELS}
    told = c_codec([("uuid", False, bytes([number])) for number in own])

    assert [found["uuid"] for found in told] == [
        UUID(uuid).bytes[::-1].hex() for uuid in own.values()
    ]
