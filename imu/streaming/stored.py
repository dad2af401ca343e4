"""From the bytes of a stored run to a recording."""

from collections.abc import Sequence

import numpy as np

from imu.capture.describing import part_told
from imu.drivers.base import Driver
from imu.drivers.logbook import StoredRun
from imu.errors import SensorDataError
from imu.recordings import JsonValue, Recording
from imu.streaming.assembling import Assembler


def recording_of(driver: Driver, run: StoredRun, blocks: Sequence[bytes], sensor: str) -> Recording:
    """Decode a stored run.

    Parameters
    ----------
    driver : Driver
        Has a memory channel.
    run : StoredRun
    blocks : sequence of bytes
        As they are in the sensor's memory; one that cannot be read is left out and counted.
    sensor : str
        Its name, for the recording.

    Raises
    ------
    SensorDataError
        There is not one sample in it.
    """
    decoder = driver.decoder(run.description)
    assembler = Assembler(keeps_samples=True)
    part = assembler.begin(run.description)
    n_unreadable = 0
    for block in blocks:
        try:
            for samples in decoder.decode(driver.memory_channel or "", block):
                assembler.add_refill(part, samples)
        except SensorDataError:
            n_unreadable += 1
    whole = assembler.assembled()
    if not len(whole.t_s):
        raise SensorDataError("The run on the sensor holds no samples.")
    counts = assembler.counts
    metadata: dict[str, JsonValue] = {
        "sampling_rate_hz": run.description.sampling_rate_hz,
        "sensor": {"name": sensor, "driver": driver.name},
        "capture": {
            "n_lost": counts.n_lost,
            "n_unreadable_blocks": n_unreadable,
            "was_offline": True,
            "parts": [{**part_told(part), "crc32": run.crc32}],
        },
    }
    if run.started_at is not None:
        metadata["started_at"] = run.started_at.isoformat()
    values = whole.values.astype(np.float64)
    return Recording(
        t_s=whole.t_s - whole.t_s[0],
        acc_mps2=values[:, :3],
        gyr_radps=values[:, 3:] if values.shape[1] == 6 else None,
        metadata=metadata,
    )
