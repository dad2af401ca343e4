"""Messages as the test vectors write them: plain numbers under the names of the specification."""

import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from enum import IntEnum, IntFlag
from importlib.resources import files
from typing import Any

import firmware_protocol as fp

Fields = dict[str, Any]


def command_fields(message: tuple[int, fp.Command]) -> Fields:
    token, command = message
    return {"op": int(fp.op_of(command)), "token": token, **plain(command)}


def reply_fields(reply: fp.Reply | fp.RangeDone) -> Fields:
    if isinstance(reply, fp.RangeDone):
        result = plain(reply)
        head = {name: result.pop(name) for name in ("token", "status")}
        return {"op": 0x0F, **head, "result": result}
    return plain(reply)


def announcement_fields(announcement: fp.Announcement) -> Fields:
    told = plain(announcement)
    return {**told, "battery_percent": _or(told["battery_percent"], 255)}


def status_fields(status: fp.Status) -> Fields:
    told = plain(status)
    temperature = told.pop("temperature_c")
    centi = None if temperature is None else round(temperature * 100)
    fill = _or(told["log_fill_permille"], 0xFFFF)
    return {**told, "temperature_centi_c": _or(centi, -32768), "log_fill_permille": fill}


def sample_fields(message: fp.Data | fp.LogBlock) -> Fields:
    return {**plain(message), "counts": [list(sample) for sample in message.samples]}


def compact_fields(message: fp.CompactData) -> Fields:
    return {**plain(message), "counts": list(fp.samples_of(message.counts)[0])}


def plain(value: Any) -> Any:
    if isinstance(value, IntEnum | IntFlag):
        return int(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _or(value: int | None, unknown: int) -> int:
    return unknown if value is None else value


def _encode_command(message: tuple[int, fp.Command]) -> bytes:
    return fp.encode_command(message[1], message[0])


Codec = tuple[Callable[..., Any], Callable[[Any], bytes], Callable[[Any], Fields]]

CODECS: dict[str, Codec] = {
    "announcement": (fp.decode_announcement, fp.encode_announcement, announcement_fields),
    "info": (fp.decode_info, fp.encode_info, plain),
    "config_request": (fp.decode_config_request, fp.encode_config_request, plain),
    "config": (fp.decode_config, fp.encode_config, plain),
    "command": (fp.decode_command, _encode_command, command_fields),
    "reply": (fp.decode_reply, fp.encode_reply, reply_fields),
    "log_entry": (fp.decode_log_entry, fp.encode_log_entry, plain),
    "data": (fp.decode_data, fp.encode_data, sample_fields),
    "compact_data": (fp.decode_compact_data, fp.encode_compact_data, compact_fields),
    "log_chunk": (fp.decode_log_chunk, fp.encode_log_chunk, plain),
    "log_block": (fp.decode_log_block, fp.encode_log_block, sample_fields),
    "status": (fp.decode_status, fp.encode_status, status_fields),
}
VERSIONED = {"config_request", "config", "command", "reply", "data", "compact_data", "status"}


def decode(decoder: str, data: bytes, *, newer: bool = False) -> Any:
    read = CODECS[decoder][0]
    return read(data, newer=newer) if decoder in VERSIONED else read(data)


def outcome(decoder: str, data: bytes, *, newer: bool = False) -> Fields:
    """What the Python codec makes of bytes, as the driver of the C codec tells it."""
    try:
        message = decode(decoder, data, newer=newer)
    except fp.ProtocolError as error:
        return {"error": str(error.reason)}
    _, write, told = CODECS[decoder]
    return {"fields": told(message), "again": write(message).hex()}


def event_fields(events: Iterable[fp.Frame | fp.Noise]) -> list[Fields]:
    """Events of a frame decoder, neighbouring noise taken together."""
    told: list[Fields] = []
    for event in events:
        if isinstance(event, fp.Frame):
            told.append({"channel": event.channel, "payload": event.payload.hex()})
        elif told and "noise" in told[-1]:
            told[-1] = {"noise": told[-1]["noise"] + event.n_bytes}
        else:
            told.append({"noise": event.n_bytes})
    return told


def vector_files() -> dict[str, Fields]:
    folder = files("firmware_protocol") / "vectors"
    return {
        path.name.removesuffix(".json"): json.loads(path.read_text("utf-8"))
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
    }


def vectors() -> list[tuple[str, Fields]]:
    """Every vector but those of frames, with the name of its decoder."""
    return [
        (content["decoder"], vector)
        for content in vector_files().values()
        for vector in content["vectors"]
        if content["decoder"] != "frame"
    ]


def frame_vectors() -> list[Fields]:
    return list(vector_files()["frame"]["vectors"])
