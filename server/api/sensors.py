"""Sensors: near ones, known ones, and the runs that they measured on their own."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.sse import format_sse_event
from pydantic import BaseModel, Field

from imu.ble.known_sensors import KnownSensor
from imu.ble.scanning import FoundSensor
from imu.drivers import driver_named
from imu.drivers.base import SensorFacts
from imu.errors import SensorError
from server.api.live import EventStream
from server.api.schemas import Answer
from server.dependencies import HubDep
from server.sensors.hub import SensorHub

router = APIRouter(prefix="/sensors", tags=["sensors"])

Address = Annotated[str, Path(max_length=64, description="Of the sensor's radio.")]


class KnownSensorOut(Answer):
    """A sensor that was paired with this computer."""

    address: str
    name: str | None
    label: str = Field(description="What kind of sensor it is.")
    serial: str | None
    last_seen: str = Field(description="ISO 8601, UTC.")
    battery_percent: int | None = Field(description="When it was last seen.")
    has_memory: bool = Field(description="Keeps its own copy: what the radio lost is fetched.")
    is_tried_on_hardware: bool = Field(description="Somebody has run this driver on a real one.")


class SensorsOut(Answer):
    """The sensors that were paired with this computer."""

    sensors: list[KnownSensorOut]
    problem: str | None = Field(description="What was wrong with the list, if anything.")


class NearSensorOut(Answer):
    """A sensor that is heard now."""

    address: str
    name: str
    label: str
    rssi_dbm: float = Field(description="About -40 beside the computer to -100 hardly there.")
    battery_percent: int | None
    is_known: bool


class SensorFactsOut(Answer):
    """Who a sensor is, and how it is."""

    model: str
    serial: str | None
    firmware: str | None
    battery_percent: int | None
    log_fill_percent: float | None = Field(description="How full its memory is.")


class PairedOut(Answer):
    """A sensor that has just been paired."""

    sensor: KnownSensorOut
    facts: SensorFactsOut


class PairIn(BaseModel):
    """Which sensor to pair: one that was just heard, or one that is known."""

    address: str = Field(max_length=64)


class ForgottenOut(Answer):
    """A sensor was forgotten."""

    by_hand: str | None = Field(description="What the person still has to do, if anything.")


@router.get("", response_model=SensorsOut)
async def list_sensors(hub: HubDep) -> SensorsOut:
    """Tell which sensors were paired."""
    return SensorsOut(sensors=[known_out(one) for one in hub.known()], problem=hub.problem)


@router.get("/near/events", response_class=EventStream)
async def watch_near(hub: HubDep) -> EventStream:
    """Look for sensors for as long as somebody listens, as server-sent events.

    `sensor` carries a sensor each time it is heard, `problem` the reason why nothing can be heard;
    then the stream closes.
    """
    return EventStream(_near(hub), headers={"cache-control": "no-cache"})


@router.post("", response_model=PairedOut, status_code=201)
async def pair_sensor(hub: HubDep, which: PairIn) -> PairedOut:
    """Connect to a sensor, ask who it is, and remember it."""
    sensor, facts = await hub.pair(which.address)
    return PairedOut(sensor=known_out(sensor), facts=facts_out(facts))


@router.delete("/{address}", response_model=ForgottenOut)
async def forget_sensor(hub: HubDep, address: Address) -> ForgottenOut:
    """Forget a sensor, and the keys that it shares with this computer."""
    return ForgottenOut(by_hand=await hub.forget(address))


def known_out(sensor: KnownSensor) -> KnownSensorOut:
    """Return a known sensor as the API tells it."""
    try:
        driver = driver_named(sensor.driver)
    except SensorError:  # of a newer version of this program
        label, has_memory, is_tried = sensor.driver, False, False
    else:
        label, capabilities = driver.label, driver.capabilities
        has_memory, is_tried = capabilities.has_memory, capabilities.is_tried_on_hardware
    return KnownSensorOut(
        address=sensor.address,
        name=sensor.name,
        label=label,
        serial=sensor.serial,
        last_seen=sensor.last_seen,
        battery_percent=sensor.battery_percent,
        has_memory=has_memory,
        is_tried_on_hardware=is_tried,
    )


def facts_out(facts: SensorFacts) -> SensorFactsOut:
    """Return what a sensor said as the API tells it."""
    return SensorFactsOut.model_validate(facts)


async def _near(hub: SensorHub) -> AsyncIterator[bytes]:
    known = {one.address for one in hub.known()}
    try:
        async for found in hub.near():
            await asyncio.sleep(0)
            out = _near_out(found, is_known=found.address in known)
            yield format_sse_event(event="sensor", data_str=out.model_dump_json())
    except SensorError as error:
        problem = _Problem(detail=str(error))
        yield format_sse_event(event="problem", data_str=problem.model_dump_json())


class _Problem(BaseModel):
    detail: str


def _near_out(found: FoundSensor, *, is_known: bool) -> NearSensorOut:
    return NearSensorOut(
        address=found.address,
        name=found.name,
        label=found.driver.label,
        rssi_dbm=round(found.rssi_dbm, 1),
        battery_percent=found.battery_percent,
        is_known=is_known,
    )
