"""``hiplevel scan``: which sensors are near."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from imu.ble.scanning import FoundSensor

SecondsOption = Annotated[
    float, typer.Option(metavar="S", min=1, max=120, help="How long to look.")
]


def scan(seconds: SecondsOption = 5.0) -> None:
    """Look for sensors and list them, the nearest first."""
    import asyncio

    from server.cli.failures import FAILED
    from server.cli.sensors import hub_of
    from server.cli.terminal import complain, say
    from server.settings import Settings

    hub = hub_of(Settings.from_environment())
    found = asyncio.run(hub.look(seconds))
    if not found:
        complain(
            f"No sensor was heard in {seconds:g} s. Wake it (shake it, or press its button) and "
            "bring it within two metres."
        )
        raise typer.Exit(FAILED)
    known = {one.address for one in hub.known()}
    for one in found:
        say(line_of(one, is_known=one.address in known))


def line_of(found: "FoundSensor", *, is_known: bool) -> str:
    """Return a found sensor as a line: name, kind, signal, battery, address."""
    battery = "" if found.battery_percent is None else f"battery {found.battery_percent} %"
    paired = "paired" if is_known else ""
    signal = f"{found.rssi_dbm:.0f} dBm"
    kind = found.driver.label
    return (
        f"{found.name:<20} {kind:<18} {signal:>8}  {battery:<13} {found.address}  {paired}".rstrip()
    )
