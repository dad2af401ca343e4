"""The specification says what the codec does: its tables, its identifiers, its conversation."""

import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise

import pytest

import firmware_protocol as fp
from tests.firmware_protocol.plain import CODECS, decode

TEXT = (files("firmware_protocol") / "SPEC.md").read_text("utf-8")
SIZES = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "i16": 2, "i64": 8, "f32": 4}
SIZES_OF_MESSAGES = [
    *(3, 24, 8, 16),  # announcement, INFO, CONFIG written and read
    *(15, 20, 2, 3, 28),  # DATA, compact DATA, command, reply, STATUS
    *(256, 56, 6, 17),  # log block, log entry, LOG, RANGE_DONE
]
FRAME_HEAD = 5
ROW = re.compile(r"^\| (\d+) \| (u8|u16|u32|u64|i16|i64|f32|\d+ B) \| ([^|]+) \|", re.MULTILINE)
PART = re.compile(r"^(host|sensor) +([A-Z]+) +((?:[0-9a-f]{2}[ \n]+)+)", re.MULTILINE)
READS = {
    ("sensor", "ADVERT"): "announcement",
    ("sensor", "INFO"): "info",
    ("host", "CONFIG"): "config_request",
    ("sensor", "CONFIG"): "config",
    ("host", "CONTROL"): "command",
    ("sensor", "CONTROL"): "reply",
    ("sensor", "DATA"): "data",
    ("sensor", "LOG"): "log_chunk",
    ("sensor", "STATUS"): "status",
}


def tables() -> Iterator[list[tuple[int, int, str]]]:
    """Offset, size and meaning of each field, table by table."""
    for block in re.findall(r"(?:^\|.*\n)+", TEXT, flags=re.MULTILINE):
        rows = ROW.findall(block)
        if rows:
            yield [(int(o), SIZES.get(t) or int(t.split()[0]), what) for o, t, what in rows]


def conversation() -> list[tuple[str, str, bytes]]:
    example = TEXT.partition("## One conversation")[2]
    blocks = "\n".join(re.findall(r"```text\n(.*?)```", example, flags=re.DOTALL))
    return [(who, what, bytes.fromhex(told)) for who, what, told in PART.findall(blocks)]


def heard(reader: str) -> list[object]:
    parts = [(READS[who, what], told) for who, what, told in conversation()]
    return [decode(read_by, told) for read_by, told in parts if read_by == reader]


def test_tables_have_no_holes_and_the_sizes_of_the_codec() -> None:
    ends = []
    for rows in tables():
        for (offset, size, _), (following, _, what) in pairwise(rows):
            assert offset + size == following, what
        assert rows[0][0] == 0
        ends.append(rows[-1][0] + rows[-1][1])

    assert ends == [*SIZES_OF_MESSAGES, FRAME_HEAD]


def test_sizes_in_words_are_those_of_the_tables() -> None:
    told = [int(n) for n in re.findall(r"\*\*(\d+) bytes", TEXT)]

    assert told == SIZES_OF_MESSAGES


def test_identifiers_are_those_of_the_codec() -> None:
    told = set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", TEXT))
    ours = {value for name, value in vars(fp).items() if name.endswith("_UUID")}

    assert told == ours


def test_operations_and_status_numbers_are_those_of_the_codec() -> None:
    ops = re.findall(r"^\| 0x(\w\w) ([A-Z_]+) \|", TEXT, flags=re.MULTILINE)
    section = TEXT.partition("| status | meaning")[2].partition("\n\n")[0]
    statuses = re.findall(r"^\| (\d+) \|", section, flags=re.MULTILINE)

    assert {name: int(number, 16) for number, name in ops} == {op.name: int(op) for op in fp.Op}
    assert [int(status) for status in statuses] == list(fp.Code)


def test_check_value_of_the_checksum_is_right() -> None:
    assert "0xCBF43926" in TEXT
    assert fp.crc32(b"123456789") == 0xCBF43926


@pytest.mark.parametrize("part", conversation(), ids=lambda part: f"{part[0]} {part[1]}")
def test_every_part_of_the_conversation_is_read_and_written(part: tuple[str, str, bytes]) -> None:
    who, what, told = part
    reader = READS[who, what]
    if told[0] == 0x33:
        with pytest.raises(fp.ProtocolError) as caught:
            decode(reader, told)
        refusal = fp.refusal_of(told, caught.value)
        assert refusal == fp.Reply(0x33, told[1], fp.Code.UNKNOWN_OP)
        return
    _, write, _ = CODECS[reader]

    assert write(decode(reader, told)) == told


def test_every_command_of_the_conversation_has_its_reply() -> None:
    asked = [told[:2] for who, what, told in conversation() if (who, what) == ("host", "CONTROL")]
    replies = [told for who, what, told in conversation() if (who, what) == ("sensor", "CONTROL")]
    answered = [bytes([told[0] & 0x7F, told[1]]) for told in replies if told[0] != 0x8F]

    assert answered == asked
    assert [told[2] for told in replies if told[2]] == [fp.Code.UNKNOWN_OP]


def test_the_conversation_loses_nothing() -> None:
    first, second = heard("data")
    chunks = heard("log_chunk")
    (status,) = heard("status")
    assert isinstance(first, fp.Data)
    assert isinstance(second, fp.Data)
    assert isinstance(status, fp.Status)
    n_missing = second.seq - (first.seq + first.n)
    assert second.flags == fp.DataFlags.PACKETS_SKIPPED
    assert n_missing == status.n_dropped == 2

    log = b"".join(chunk.data for chunk in chunks if isinstance(chunk, fp.LogChunk))
    block = fp.decode_log_block(log)
    assert block.samples[:2] == first.samples
    assert block.samples[4:] == second.samples
    assert (block.first_seq, block.t_us) == (first.seq, first.t_us)

    checksum = fp.crc32(log)
    replies = heard("reply")
    (done,) = [reply for reply in replies if isinstance(reply, fp.RangeDone)]
    results = [reply.result for reply in replies if isinstance(reply, fp.Reply)]
    (listed,) = [result for result in results if isinstance(result, fp.LogList)]
    erase = [told for who, _, told in conversation() if who == "host" and told[0] == fp.Op.ERASE]
    assert (done.length, done.crc32) == (len(log), checksum)
    assert (listed.entries[0].n_bytes, listed.entries[0].crc32) == (len(log), checksum)
    assert fp.decode_command(erase[0])[1] == fp.Erase(listed.entries[0].log_id, checksum)
