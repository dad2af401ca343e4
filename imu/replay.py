"""Play a recording back as if the sensor were being worn now."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import numpy as np

from imu.recordings import Recording
from imu.samples import SampleBatch

# Nobody watches a pause: a hole longer than this is waited for during SHORTENED_HOLE_S only.
# It lies above what a lossy radio leaves out and below a stop at traffic lights.
LONGEST_HOLE_S = 3.0
SHORTENED_HOLE_S = 1.0


def batches(recording: Recording, batch_s: float = 0.1) -> Iterator[SampleBatch]:
    """Cut a recording into batches as a sensor would send them.

    Parameters
    ----------
    recording : Recording
        Any recording; its times are kept as they are.
    batch_s : float
        Each batch covers at most this long, seconds, counted from the first sample.

    Yields
    ------
    SampleBatch
        In order, none of them empty; together they are the recording.

    Raises
    ------
    ValueError
        If ``batch_s`` is not positive.
    """
    if not batch_s > 0:
        raise ValueError(f"batch_s must be positive, not {batch_s}")
    t_s = recording.t_s
    if len(t_s) == 0:
        return
    # A nanosecond of slack keeps a sample that lies on a boundary out of the batch before.
    i_batch = np.floor((t_s - t_s[0] + 1e-9) / batch_s)
    starts = [0, *(np.flatnonzero(np.diff(i_batch)) + 1).tolist()]
    for start, end in zip(starts, [*starts[1:], len(t_s)], strict=True):
        yield SampleBatch(
            t_s=t_s[start:end],
            acc_mps2=recording.acc_mps2[start:end],
            gyr_radps=None if recording.gyr_radps is None else recording.gyr_radps[start:end],
        )


async def replay(
    recording: Recording,
    *,
    speed: float = 1.0,
    batch_s: float = 0.1,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncIterator[SampleBatch]:
    """Yield the batches of a recording at the pace at which they were measured.

    Each batch has a deadline counted from the start, so that waiting errors do not add up and a
    consumer that falls behind gets the overdue batches at once.

    Parameters
    ----------
    recording : Recording
        Any recording; the batches carry its true times, also behind a shortened hole.
    speed : float
        2 plays twice as fast.
    batch_s : float
        Duration of a batch, seconds.
    sleep, clock : callable
        Replaced by tests.

    Yields
    ------
    SampleBatch
        When its last sample is due.

    Raises
    ------
    ValueError
        If ``speed`` or ``batch_s`` is not positive.
    """
    if not speed > 0:
        raise ValueError(f"speed must be positive, not {speed}")
    started_s = clock()
    played_s = 0.0
    last_s: float | None = None
    for batch in batches(recording, batch_s):
        first_s = float(batch.t_s[0])
        hole_s = 0.0 if last_s is None else first_s - last_s
        played_s += SHORTENED_HOLE_S if hole_s > LONGEST_HOLE_S else hole_s
        last_s = float(batch.t_s[-1])
        played_s += last_s - first_s
        due_s = started_s + played_s / speed
        # Also where nothing is left to wait for: others get their turn on the event loop.
        await sleep(max(0.0, due_s - clock()))
        yield batch
