"""Which radio reaches the sensors: the computer's own, or that of simulated sensors."""

import os
from collections.abc import Mapping

from imu.ble.radio import Radio
from server.errors import SettingsError
from server.sensors.hub import OpenRadio, system_radio

VARIABLE = "HIPLEVEL_RADIO"
NEEDS_EXTRA = (
    "Simulated sensors need one more package. Install it with: pip install 'hiplevel[sim]'"
)


def radio_of_environment(environment: Mapping[str, str] | None = None) -> OpenRadio:
    """Return what opens the radio that the environment names.

    ``HIPLEVEL_RADIO`` is empty or ``system`` for the computer's own Bluetooth, or the address that
    ``hiplevel simulate --sensor`` printed, such as ``tcp:127.0.0.1:9000``.

    Raises
    ------
    SettingsError
        It is neither.
    """
    named = (os.environ if environment is None else environment).get(VARIABLE, "")
    if named in ("", "system"):
        return system_radio
    if not named.startswith("tcp:"):
        raise SettingsError(
            f"{VARIABLE} is {named!r}; leave it empty for this computer's Bluetooth, or set it to "
            "the address that hiplevel simulate --sensor printed."
        )

    async def open_simulated() -> Radio:
        try:
            from imu.virtual.serving import radio_at
        except ImportError as error:
            raise SettingsError(NEEDS_EXTRA) from error
        return await radio_at(named)

    return open_simulated
