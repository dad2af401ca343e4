"""Hours of streaming while everything goes wrong, on a clock that jumps."""

import asyncio
import random

import pytest

from bench.soak import Stage, is_whole, radio_stage, report, soak, soaked_firmware
from tests.kit.fast_forward import run_fast
from tests.kit.wired import Wire

# Some 15 s, and one to two minutes on a busy machine; two hours over the radio would take longer.
MINUTES_OVER_THE_RADIO = 15.0
MINUTES_OVER_A_WIRE = 120.0


async def soak_over_the_radio(minutes, seed):
    stage, end = await radio_stage()
    try:
        return await soak(stage, 60.0 * minutes, seed=seed, say=lambda _: None)
    finally:
        await end()


async def soak_over_a_wire(minutes, seed):
    firmware = soaked_firmware()
    wire = Wire(firmware)
    lossy = random.Random(seed)  # noqa: S311 - no secret

    async def strike(rng):
        seconds = rng.uniform(1.0, 40.0)
        kind = rng.choices(("link", "range", "loss", "inside", "boot"), (4, 3, 4, 1, 0.3))[0]
        if kind == "link":
            wire.lose()
        elif kind == "range":
            wire.in_range = False
            wire.lose()
            await asyncio.sleep(seconds)
            wire.in_range = True
        elif kind == "loss":
            wire.swallow = lambda payload: None if lossy.random() < 0.05 else payload
            await asyncio.sleep(seconds)
            wire.swallow = lambda payload: payload
        elif kind == "inside":
            firmware.lose_samples(rng.randrange(1, 400))
        else:
            wire.reboot()
        return kind

    return await soak(
        Stage(firmware, wire.connect, strike), 60.0 * minutes, seed=seed, say=lambda _: None
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("soaked", "minutes"),
    [(soak_over_the_radio, MINUTES_OVER_THE_RADIO), (soak_over_a_wire, MINUTES_OVER_A_WIRE)],
)
def test_nothing_is_missing_whatever_went_wrong(soaked, minutes):
    verdict, keeper = run_fast(soaked(minutes, seed=5))
    assert is_whole(verdict), report(verdict, keeper)
    assert verdict.boot_error_s < 1e-3
    assert verdict.n_measured > 0.99 * 208 * 60.0 * minutes
    assert keeper.n_lost_links > minutes / 4
    assert verdict.n_have >= verdict.n_kept
