"""Recording files: reader and writer of the format that ``recordings/README.md`` specifies."""

from imu.recordings.integrity import content_hash
from imu.recordings.metadata import FORMAT_VERSION, JsonValue
from imu.recordings.reader import read_metadata, read_recording
from imu.recordings.recording import Recording
from imu.recordings.writer import write_recording

__all__ = [
    "FORMAT_VERSION",
    "JsonValue",
    "Recording",
    "content_hash",
    "read_metadata",
    "read_recording",
    "write_recording",
]
