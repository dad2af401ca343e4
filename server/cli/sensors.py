"""What the commands for sensors share: the hub of the data folder, and the choice of a sensor."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from imu.ble.known_sensors import KnownSensor
    from server.sensors.hub import SensorHub
    from server.settings import Settings

SensorOption = Annotated[
    str | None,
    typer.Option(
        "--sensor", metavar="NAME", help="Name or address; needed where several are paired."
    ),
]
RateOption = Annotated[
    int, typer.Option(metavar="HZ", min=26, max=1000, help="Samples per second.")
]


def hub_of(settings: "Settings") -> "SensorHub":
    """Return the hub over the data folder and the radio of the environment."""
    from server.sensors.hub import SensorHub
    from server.sensors.radios import radio_of_environment

    settings.home.mkdir(parents=True, exist_ok=True)
    return SensorHub(settings.home, radio_of_environment())


def chosen_sensor(hub: "SensorHub", wanted: str | None) -> "KnownSensor":
    """Return the paired sensor that is meant.

    Raises
    ------
    SettingsError
        None is paired, none has this name, or several are paired and none is named.
    """
    from server.errors import SettingsError

    known = hub.known()
    if not known:
        raise SettingsError("No sensor is paired yet: hiplevel pair does that.")
    if wanted is None:
        if len(known) == 1:
            return known[0]
        names = ", ".join(one.name or one.address for one in known)
        raise SettingsError(f"Several sensors are paired ({names}): choose one with --sensor.")
    for one in known:
        if wanted.lower() in ((one.name or "").lower(), one.address.lower()):
            return one
    raise SettingsError(f"No paired sensor is called {wanted!r}: hiplevel pair lists them.")
