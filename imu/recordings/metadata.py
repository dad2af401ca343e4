"""The ``recording`` metadata of a file: parse, check, serialise."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NoReturn, TypeAlias

from imu.errors import RecordingError

JsonValue: TypeAlias = (
    "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
)

FORMAT_VERSION = 1
METADATA_KEY = b"recording"

# Notes and device details take kilobytes; anything larger was not meant to be metadata.
MAX_METADATA_BYTES = 1_000_000

# Below 10 Hz no step is resolved; wearable sensors end at a few kHz.
MIN_SAMPLING_RATE_HZ = 10.0
MAX_SAMPLING_RATE_HZ = 10_000.0

# A session between these can be shown in any time zone, and its end be told; sensors whose clock
# was never set begin in 1970.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(3000, 1, 1, tzinfo=UTC)

# More of a wrong value helps nobody to find it.
_MAX_QUOTED = 60

# The largest number that float64 holds has 309 digits; Python can be told to refuse more than 640.
_MAX_DIGITS = 600

TEXT_KEYS = ("location", "activity", "title")

_HINT = 'write at least {"sampling_rate_hz": 100.0}'


def parse_metadata(raw: bytes | None) -> dict[str, JsonValue]:
    """Read and check the JSON under the schema metadata key ``recording``.

    Parameters
    ----------
    raw : bytes or None
        UTF-8 JSON; None where the file has no such key.

    Returns
    -------
    dict
        All keys, known and unknown.

    Raises
    ------
    RecordingError
        If it is missing, too long, no JSON object, or a known key has a wrong value.
    """
    if raw is None:
        raise RecordingError(f"the schema metadata key 'recording' is missing: {_HINT}")
    if len(raw) > MAX_METADATA_BYTES:
        raise RecordingError(
            f"the metadata takes {len(raw)} bytes, at most {MAX_METADATA_BYTES} are read"
        )
    parsed = _parse_json(raw)
    if not isinstance(parsed, dict):
        raise RecordingError(f"the metadata must be a JSON object: {_HINT}")
    check_metadata(parsed)
    return parsed


def _parse_json(raw: bytes) -> JsonValue:
    try:
        parsed: JsonValue = json.loads(
            raw.decode("utf-8"), parse_constant=_refuse_constant, parse_int=_parse_int
        )
        # JSON can spell half of a character (a lone surrogate); no text can be written with it.
        json.dumps(parsed, ensure_ascii=False).encode("utf-8")
    except RecursionError as error:
        raise RecordingError(f"the metadata is nested too deeply: {_HINT}") from error
    except UnicodeEncodeError as error:
        raise RecordingError(
            "the metadata holds text that is not valid Unicode (half of a character): "
            "write it again as UTF-8"
        ) from error
    except ValueError as error:
        raise RecordingError(f"the metadata is not valid JSON ({error}): {_HINT}") from error
    return parsed


def serialise_metadata(metadata: Mapping[str, JsonValue]) -> bytes:
    """Turn metadata into the bytes that are stored; checks it first.

    Raises
    ------
    RecordingError
        If a known key has a wrong value, or a value cannot be written as JSON.
    """
    check_metadata(metadata)
    complete = {"format_version": FORMAT_VERSION, **metadata}
    try:
        raw = json.dumps(complete, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except RecursionError as error:
        raise RecordingError("the metadata is nested too deeply to be written") from error
    except UnicodeEncodeError as error:
        raise RecordingError(
            "the metadata holds text that is not valid Unicode (half of a character)"
        ) from error
    except (TypeError, ValueError) as error:
        raise RecordingError(f"the metadata cannot be written as JSON ({error})") from error
    if len(raw) > MAX_METADATA_BYTES:
        raise RecordingError(
            f"the metadata takes {len(raw)} bytes, at most {MAX_METADATA_BYTES} are written"
        )
    return raw


def check_metadata(metadata: Mapping[str, JsonValue]) -> None:
    """Check every key that this version knows.

    Raises
    ------
    RecordingError
        With the key at fault and what to write instead.
    """
    _check_version(metadata)
    parse_sampling_rate(metadata)
    parse_started_at(metadata)
    for key in TEXT_KEYS:
        if not isinstance(metadata.get(key), str | None):
            raise RecordingError(f"metadata {key} must be text, not {shortened(metadata[key])}")


def parse_sampling_rate(metadata: Mapping[str, JsonValue]) -> float:
    """Nominal sampling rate in hertz.

    Raises
    ------
    RecordingError
        If it is missing, no number, or out of range.
    """
    if "sampling_rate_hz" not in metadata:
        raise RecordingError(f"metadata sampling_rate_hz is missing: {_HINT}")
    value = metadata["sampling_rate_hz"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RecordingError(f"metadata sampling_rate_hz must be a number, not {shortened(value)}")
    if not MIN_SAMPLING_RATE_HZ <= value <= MAX_SAMPLING_RATE_HZ:
        raise RecordingError(
            f"metadata sampling_rate_hz is {str(value)[:20]}; it must lie between "
            f"{MIN_SAMPLING_RATE_HZ:g} and {MAX_SAMPLING_RATE_HZ:g} samples per second"
        )
    return float(value)


def parse_started_at(metadata: Mapping[str, JsonValue]) -> datetime | None:
    """Wall-clock time of the first sample in UTC, None where it is not given.

    Raises
    ------
    RecordingError
        If it is no ISO 8601 time, or has no offset from UTC.
    """
    value = metadata.get("started_at")
    if value is None:
        return None
    example = "write it like 2026-03-01T07:30:00Z"
    if not isinstance(value, str):
        raise RecordingError(f"metadata started_at must be text: {example}")
    try:
        started_at = datetime.fromisoformat(value)
    except (ValueError, OverflowError) as error:
        raise RecordingError(
            f"metadata started_at {shortened(value)} is not an ISO 8601 time: {example}"
        ) from error
    if started_at.tzinfo is None:
        raise RecordingError(f"metadata started_at {value!r} does not name its zone: {example}")
    if not EARLIEST <= started_at < LATEST:
        raise RecordingError(
            f"metadata started_at {value!r} is out of range, it must lie between the years "
            f"{EARLIEST.year} and {LATEST.year}: {example}"
        )
    return started_at.astimezone(UTC)


def shortened(value: object) -> str:
    """Return how a value is quoted in a message: on one line and never long."""
    text = repr(value)
    return text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}..."


def _check_version(metadata: Mapping[str, JsonValue]) -> None:
    version = metadata.get("format_version", FORMAT_VERSION)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise RecordingError(
            f"metadata format_version must be a whole number, not {shortened(version)}"
        )
    if version > FORMAT_VERSION:
        raise RecordingError(
            f"the file has format version {shortened(version)}, this program reads up to "
            f"{FORMAT_VERSION}: install a newer version of it"
        )


def _parse_int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise RecordingError(f"the metadata holds a number of {len(digits)} digits: {_HINT}")
    return int(digits)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
