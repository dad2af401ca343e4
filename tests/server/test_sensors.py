"""A simulated sensor through the real server: paired, run with, synced."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from imu.ble.radio import Radio
from imu.errors import BluetoothOffError
from imu.recordings import read_recording
from server.library import Library
from server.settings import Settings
from tests.server.live_server import events, running
from tests.server.simulated_sensor import SimulatedSensor

LIVE, SENSORS = "/api/v1/live", "/api/v1/sensors"
LIMIT_S = 40.0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def library(home: Path) -> Library:
    return Library(Settings.for_home(home))  # the server closes it


@pytest.fixture
def sensor() -> SimulatedSensor:
    return SimulatedSensor()


@pytest.fixture
def client(library: Library, sensor: SimulatedSensor) -> Iterator[httpx.Client]:
    with (
        running(library, sensor.open_radio) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        yield client


def nearest(client: httpx.Client) -> dict[str, Any]:
    with client.stream("GET", f"{SENSORS}/near/events") as response:
        event = next(events(response))
    assert event.name == "sensor"
    return dict(event.data)


def paired(client: httpx.Client) -> str:
    address = nearest(client)["address"]
    assert client.post(SENSORS, json={"address": address}).status_code == 201
    return str(address)


def until(client: httpx.Client, wanted: Any, path: str = LIVE) -> dict[str, Any]:
    """Ask again and again until what is wanted is so."""
    end_s = time.monotonic() + LIMIT_S
    while time.monotonic() < end_s:
        state = client.get(path).json()
        if wanted(state):
            return dict(state)
        time.sleep(0.1)
    raise AssertionError(f"never came: {state}")


def started(client: httpx.Client, address: str) -> str:
    response = client.post(LIVE, json={"sensor": address, "title": "Evening walk"})
    assert response.status_code == 201, response.text
    assert response.json()["source"] == "sensor"
    return str(response.json()["control"])


def stop(client: httpx.Client, control: str, **query: Any) -> httpx.Response:
    return client.delete(LIVE, params=query, headers={"X-Hiplevel-Control": control})


def test_a_sensor_is_heard_paired_remembered_and_forgotten(
    client: httpx.Client, home: Path
) -> None:
    found = nearest(client)
    assert (found["name"], found["battery_percent"], found["is_known"]) == (
        "Test sensor",
        87,
        False,
    )
    assert -100 < found["rssi_dbm"] < 0
    answer = client.post(SENSORS, json={"address": found["address"]}).json()
    assert answer["facts"]["battery_percent"] == 87
    (known,) = client.get(SENSORS).json()["sensors"]
    assert known == answer["sensor"]
    assert known["has_memory"]
    assert (home / "sensors.json").exists()
    assert client.delete(f"{SENSORS}/{found['address']}").status_code == 200
    assert client.get(SENSORS).json()["sensors"] == []


def test_a_run_is_checked_streamed_stopped_and_stored(
    client: httpx.Client, library: Library, home: Path
) -> None:
    address = paired(client)
    control = started(client, address)
    state = until(client, lambda s: s["wear"] and s["wear"]["is_ready"])
    assert state["link"]["state"] == "streaming"
    assert state["link"]["n_lost"] == 0
    assert state["zero"] == "standing"
    assert 0 < state["link"]["delay_ms"] < 1000
    assert state["n_stances"] >= 10
    assert client.post(LIVE, json={"sensor": address}).status_code == 409
    assert client.delete(LIVE).status_code == 403
    assert stop(client, "somebody else").status_code == 403
    assert stop(client, control).status_code == 200
    state = until(client, lambda s: s["state"] not in ("running", "saving"))
    assert state["state"] == "ended"
    run = client.get(f"/api/v1/runs/{state['run_id']}").json()
    assert run["title"] == "Evening walk"
    assert run["headline"]["duration_s"] > 10
    (file,) = (home / "recordings").glob("*.parquet")
    recording = read_recording(file)
    assert recording.metadata["sensor"]["name"] == "Test sensor"
    assert run["sensor"] == "Test sensor"
    assert recording.n_samples == state["link"]["n_received"]
    assert recording.started_at is not None
    assert list((home / "captures").iterdir()) == []
    assert {s.gait.value for s in library.analysis(state["run_id"]).stances} == {"walking"}


def test_a_lost_link_is_told_and_what_was_missed_is_fetched(
    client: httpx.Client, sensor: SimulatedSensor
) -> None:
    control = started(client, paired(client))
    until(client, lambda s: s["link"]["n_received"] > 200)
    sensor.do(lambda air, _: air.set_in_range(sensor.address, in_range=False))
    lost = until(client, lambda s: s["link"]["state"] == "lost")
    sensor.do(lambda air, _: air.set_in_range(sensor.address, in_range=True))
    assert "lost" in lost["link"]["reason"].lower()
    back = until(client, lambda s: s["link"]["state"] == "streaming" and s["link"]["n_refilled"])
    assert back["link"]["has_memory"]
    stop(client, control)
    state = until(client, lambda s: s["state"] == "ended")
    assert state["link"]["n_lost"] == 0


def test_a_sensor_that_starts_anew_goes_on_in_the_same_run(
    client: httpx.Client, sensor: SimulatedSensor
) -> None:
    control = started(client, paired(client))
    before = until(client, lambda s: s["link"]["n_received"] > 200)

    def reboot(air: Any, virtual: Any) -> None:
        virtual.firmware.boot()
        air.lose(sensor.address)

    sensor.do(reboot)
    until(client, lambda s: s["link"]["n_received"] > before["link"]["n_received"] + 200)
    stop(client, control)
    state = until(client, lambda s: s["state"] == "ended")
    assert client.get(f"/api/v1/runs/{state['run_id']}").status_code == 200


def test_a_run_that_was_streamed_is_not_fetched_again(client: httpx.Client) -> None:
    address = paired(client)
    control = started(client, address)
    until(client, lambda s: s["link"]["n_received"] > 500)
    stop(client, control)
    until(client, lambda s: s["state"] == "ended")
    client.post(f"{SENSORS}/{address}/sync")
    status = until(client, lambda s: s["state"] != "running", f"{SENSORS}/sync")
    assert (status["state"], status["n_held"], status["run_ids"]) == ("done", 1, [])
    assert client.get("/api/v1/runs").json()["total"] == 1
    # Nothing was compared with the sensor's checksum, so nothing may be erased.
    assert status["n_erasable"] == 0
    assert client.delete(f"{SENSORS}/{address}/runs").status_code == 502


def test_a_sensor_that_streams_is_in_use(client: httpx.Client) -> None:
    address = paired(client)
    control = started(client, address)
    until(client, lambda s: s["link"]["n_received"] > 50)
    for refused in (client.delete(f"{SENSORS}/{address}"), client.get(f"{SENSORS}/{address}/runs")):
        assert refused.status_code == 409
        assert "in use here already" in refused.json()["detail"]
    stop(client, control, keep=False)


def test_a_run_that_ends_while_the_sensor_is_away_says_where_the_rest_is(
    client: httpx.Client, sensor: SimulatedSensor
) -> None:
    control = started(client, paired(client))
    until(client, lambda s: s["link"]["n_received"] > 200)
    sensor.do(lambda air, _: air.set_in_range(sensor.address, in_range=False))
    until(client, lambda s: s["link"]["state"] == "lost")
    stop(client, control)
    state = until(client, lambda s: s["state"] == "ended")
    assert "on the sensor" in state["reason"]


def test_a_list_of_sensors_that_cannot_be_written_keeps_no_run_from_being_stored(
    client: httpx.Client, home: Path
) -> None:
    control = started(client, paired(client))
    until(client, lambda s: s["link"]["n_received"] > 200)
    (home / "sensors.tmp").mkdir()
    stop(client, control)
    assert until(client, lambda s: s["state"] == "ended")["run_id"] is not None


def test_a_run_that_is_cancelled_leaves_nothing(client: httpx.Client, home: Path) -> None:
    control = started(client, paired(client))
    until(client, lambda s: s["link"]["n_received"] > 50)
    stop(client, control, keep=False)
    state = until(client, lambda s: s["state"] not in ("running", "saving"))
    assert (state["state"], state["run_id"]) == ("stopped", None)
    assert client.get("/api/v1/runs").json()["total"] == 0
    assert list((home / "captures").iterdir()) == []


def test_another_browser_takes_over(client: httpx.Client) -> None:
    first = started(client, paired(client))
    number = client.get(LIVE).json()["control_number"]
    second = client.post(f"{LIVE}/control").json()["control"]
    assert client.get(LIVE).json()["control_number"] == number + 1
    assert stop(client, first).status_code == 403
    assert stop(client, second, keep=False).status_code == 200


def test_a_run_that_the_server_left_behind_is_stored_when_it_ends(
    library: Library, sensor: SimulatedSensor, home: Path
) -> None:
    with running(library, sensor.open_radio) as url, httpx.Client(base_url=url) as client:
        started(client, paired(client))
        until(client, lambda s: s["link"]["n_received"] > 700)
    with running(Library(Settings.for_home(home))) as url, httpx.Client(base_url=url) as client:
        runs = until(client, lambda s: s["total"] == 1, "/api/v1/runs")
        assert runs["items"][0]["title"] == "Evening walk"
    assert list((home / "captures").iterdir()) == []


def test_an_offline_run_is_measured_fetched_stored_once_and_erased(client: httpx.Client) -> None:
    address = paired(client)
    of = f"{SENSORS}/{address}"
    assert client.get(f"{of}/runs").json() == []
    assert client.post(f"{of}/runs", json={"rate_hz": 104}).status_code == 204
    time.sleep(8.0)
    (waiting,) = client.get(f"{of}/runs").json()
    assert not waiting["is_closed"]
    assert waiting["started_at"] is not None
    assert client.delete(f"{of}/runs").status_code == 502  # nothing was fetched yet
    for n_held in (0, 1):
        assert client.post(f"{of}/sync").status_code == 202
        status = until(client, lambda s: s["state"] != "running", f"{SENSORS}/sync")
        assert (status["state"], status["n_done"], status["n_erasable"]) == ("done", 1, 1)
        assert status["n_held"] == n_held
        assert client.get("/api/v1/runs").json()["total"] == 1
    assert client.delete(f"{of}/runs").json() == {"n_erased": 1}
    assert client.get(f"{of}/runs").json() == []
    (run,) = client.get("/api/v1/runs").json()["items"]
    assert run["headline"]["duration_s"] == pytest.approx(waiting["duration_s"], abs=4)


def test_an_unknown_sensor_is_a_problem_that_says_what_to_do(client: httpx.Client) -> None:
    for response in (
        client.post(SENSORS, json={"address": "AA:BB:CC:DD:EE:FF"}),
        client.post(LIVE, json={"sensor": "AA:BB:CC:DD:EE:FF"}),
        client.delete(f"{SENSORS}/AA:BB:CC:DD:EE:FF"),
        client.post(f"{SENSORS}/AA:BB:CC:DD:EE:FF/sync"),
    ):
        assert response.status_code == 404
        assert response.json()["type"] == "urn:hiplevel:problem:sensor-unknown"
        assert "pair it first" in response.json()["detail"]
    assert client.post(LIVE, json={}).status_code == 422
    assert client.post(LIVE, json={"sensor": "a", "run_id": "b"}).status_code == 422


def test_bluetooth_that_is_off_is_told_to_whoever_looks(library: Library) -> None:
    async def no_radio() -> Radio:
        raise BluetoothOffError("Bluetooth is off: switch it on in the system's settings.")

    with running(library, no_radio) as url, httpx.Client(base_url=url) as client:
        with client.stream("GET", f"{SENSORS}/near/events") as response:
            (event,) = list(events(response))
        assert event.name == "problem"
        assert event.data["detail"].startswith("Bluetooth is off")
