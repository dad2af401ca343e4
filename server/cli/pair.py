"""``hiplevel pair``: remember a sensor, or forget it."""

from typing import Annotated

import typer

from server.cli.scan import SecondsOption


def pair(
    sensor: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="Name or address; without it, the only one near."),
    ] = None,
    seconds: SecondsOption = 5.0,
    *,
    forget: Annotated[bool, typer.Option("--forget", help="Forget a paired sensor.")] = False,
) -> None:
    """Connect to a sensor, ask who it is, and remember it for the next runs."""
    import asyncio

    from imu.errors import SensorNotFoundError
    from server.cli.sensors import chosen_sensor, hub_of
    from server.cli.terminal import say
    from server.errors import SettingsError
    from server.sensors.hub import SensorHub
    from server.settings import Settings

    hub = hub_of(Settings.from_environment())
    if forget:
        known = chosen_sensor(hub, sensor)
        by_hand = asyncio.run(hub.forget(known.address))
        say(f"Forgotten: {known.name or known.address}.")
        if by_hand:
            say(by_hand)
        return

    async def find_and_pair(hub: SensorHub) -> str:
        found = await hub.look(seconds)
        if sensor is not None:
            wanted = sensor.lower()
            found = [f for f in found if wanted in (f.name.lower(), f.address.lower())]
        if not found:
            who = "No sensor was" if sensor is None else f"{sensor} was not"
            raise SensorNotFoundError(
                f"{who} heard in {seconds:g} s: wake it and bring it within two metres."
            )
        if len(found) > 1:
            names = ", ".join(f.name for f in found)
            raise SettingsError(f"Several sensors are near ({names}): name the one to pair.")
        paired, facts = await hub.pair(found[0].address)
        battery = "" if facts.battery_percent is None else f", battery {facts.battery_percent} %"
        firmware = "" if facts.firmware is None else f", firmware {facts.firmware}"
        return f"Paired: {paired.name or paired.address} ({facts.model}{firmware}{battery})."

    say(asyncio.run(find_and_pair(hub)))
