from collections.abc import AsyncIterator, Iterator

import pytest

from tests.kit.dbus_daemon import DAEMON, private_bus
from tests.kit.stage import Stage, staged

NO_DAEMON = "there is no dbus-daemon here (Debian: apt install dbus), so bleak's BlueZ code rests"
BLUEZ = pytest.param(
    "bluez", marks=[pytest.mark.linux, pytest.mark.skipif(DAEMON is None, reason=NO_DAEMON)]
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def private_bus_address() -> Iterator[str]:
    with private_bus() as address:
        yield address


@pytest.fixture(params=["bumble", BLUEZ])
def tier(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "bluez":
        address = request.getfixturevalue("private_bus_address")
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    return str(request.param)


@pytest.fixture
async def stage(tier: str) -> AsyncIterator[Stage]:
    async with staged(tier) as stage:
        yield stage
