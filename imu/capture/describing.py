"""What a recording says of its capture: sensor, clock, losses, marks."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from imu.capture.decoding import Decoded
from imu.capture.rows import CLOSED, LINK_LOST, MARK, REFUSED, StoredEvent, StoredStream
from imu.recordings import JsonValue
from imu.streaming.parts import Part

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def describe(
    decoded: Decoded,
    first_s: float,
    events: Iterable[StoredEvent],
    given: Mapping[str, JsonValue],
    *,
    is_damaged: bool,
) -> dict[str, JsonValue]:
    """Return the metadata of a recording.

    Parameters
    ----------
    decoded : Decoded
        Assembled already, so that each part has its place in time.
    first_s : float
        Time of the recording's first sample.
    events : iterable of StoredEvent
    given : mapping
        What the capture was given; stays unless it is told better here.  Its ``sensor`` may have
        what only the caller knows, such as name and address.
    is_damaged : bool
        Something of the journal could not be read.
    """
    events = list(events)
    first_part, first_stream = next((p, s) for p, s in decoded.parts if p.shift_s is not None)
    facts = first_stream.facts
    named = given.get("sensor")
    sensor = {
        **(named if isinstance(named, Mapping) else {}),
        "driver": first_stream.description.driver,
        "model": facts.model,
        "serial": facts.serial,
        "firmware": facts.firmware,
    }
    capture = {
        **_counts(decoded, events),
        **_drift(decoded),
        "has_ended_in_order": any(event.kind == CLOSED for event in events),
        "is_damaged": is_damaged,
        "marks": _marks(decoded, events),
        "parts": _parts(decoded),
    }
    return {
        **given,
        "sampling_rate_hz": first_stream.description.sampling_rate_hz,
        "started_at": _started_at(first_part, first_s, first_stream),
        "sensor": sensor,
        "capture": capture,
    }


def _counts(decoded: Decoded, events: list[StoredEvent]) -> dict[str, JsonValue]:
    counts = decoded.assembler.counts
    refused = [event.detail.get("n") for event in events if event.kind == REFUSED]
    return {
        "n_lost": counts.n_lost,
        "n_refilled": counts.n_refilled,
        "n_duplicate": counts.n_duplicate,
        "n_conflicting": counts.n_conflicting,
        "n_not_decoded": decoded.n_not_decoded,
        "n_not_written": sum(n for n in refused if isinstance(n, int)),
        "n_links_lost": sum(event.kind == LINK_LOST for event in events),
        "n_boots": len({id(part.clock) for part, _ in decoded.parts}),
        "n_parts": len(decoded.parts),
    }


def _parts(decoded: Decoded) -> list[JsonValue]:
    """Return which sessions of the sensor are in the recording, and how much of each."""
    return [part_told(part) for part, _ in decoded.parts]


def part_told(part: Part) -> dict[str, JsonValue]:
    """Return what is needed to know later whether a sensor's own copy is still needed."""
    counts = part.counts
    return {
        "boot_id": part.stream.boot_id,
        "session_id": part.stream.session_id,
        "n_samples": counts.n_samples,
        "n_lost": counts.n_lost,
    }


def _drift(decoded: Decoded) -> dict[str, JsonValue]:
    """Return the drift of the clock over the longest part, as of its end."""
    part = max((part for part, _ in decoded.parts), key=lambda part: part.counts.n_samples)
    fit = part.clock.fit()
    if fit is None:
        return {"clock_drift_ppm": None, "clock_drift_se_ppm": None}
    return {
        "clock_drift_ppm": round(fit.drift_ppm, 2),
        "clock_drift_se_ppm": round(fit.drift_se_ppm, 2),
    }


def _started_at(part: Part, first_s: float, stream: StoredStream) -> str:
    """Return the time of day of the first sample; the first part has the recording's own time."""
    fit = part.clock.early or part.clock.fit()
    since_s = fit.host_s(first_s) - stream.host_ns / 1e9 if fit is not None else 0.0
    started_at = _EPOCH + timedelta(microseconds=stream.wall_ns // 1000 + round(since_s * 1e6))
    return started_at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _marks(decoded: Decoded, events: list[StoredEvent]) -> list[JsonValue]:
    """Return the marks of the person with their times in the recording."""
    marks: list[JsonValue] = []
    for event in events:
        if event.kind != MARK:
            continue
        t_s = _recording_time(decoded, event.host_ns / 1e9)
        marks.append({**event.detail, "t_s": None if t_s is None else round(t_s, 3)})
    return marks


def _recording_time(decoded: Decoded, host_s: float) -> float | None:
    """Return the time of the recording at a host time, by the last part that had begun."""
    t_s = None
    for part, stream in decoded.parts:
        fit = part.clock.fit()
        if fit is None or part.shift_s is None:
            continue
        if t_s is None or stream.host_ns / 1e9 <= host_s:
            t_s = fit.device_s(host_s) + part.shift_s
    return t_s
