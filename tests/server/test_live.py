import logging
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from imu.recordings import write_recording
from imu.simulator import Activity, Segment, Sensor, SimulationParameters, Slip, simulate
from server.library import Library
from server.settings import Settings
from tests.server.live_server import events, running
from tests.server.recordings import write_run

LIVE = "/api/v1/live"


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("live") / "run.parquet")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(Settings.for_home(tmp_path / "home"))
    yield library
    library.close()


@pytest.fixture
def run_id(library: Library, walk: Path) -> str:
    return library.import_recording(walk, original_name="run.parquet").run_id


def test_a_replay_is_seen_whole_by_early_and_late_viewers(library: Library, run_id: str) -> None:
    with running(library) as url, httpx.Client(base_url=url, timeout=30) as client:
        started = client.post(LIVE, json={"run_id": run_id, "speed": 20})
        assert started.status_code == 201
        assert started.json()["state"] == "running"
        with client.stream("GET", f"{LIVE}/events") as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            assert "content-encoding" not in response.headers
            seen = list(events(response))
        assert [event.name for event in seen][:: len(seen) - 1] == ["state", "end"]
        stances = [event for event in seen if event.name == "stance"]
        assert len(stances) > 30
        assert [event.id for event in stances] == [str(n + 1) for n in range(len(stances))]
        assert [event.data["number"] for event in stances] == [
            int(event.id or 0) for event in stances
        ]
        assert seen[-1].data["state"] == "ended"
        assert seen[-1].data["n_stances"] == len(stances)

        with client.stream("GET", f"{LIVE}/events") as response:
            late = [event for event in events(response) if event.name == "stance"]
        assert late == stances
        for resume in (
            {"headers": {"last-event-id": "25"}},
            {"params": {"after": 25}},
            {"params": {"after": 25, "session": started.json()["session_id"]}},
        ):
            with client.stream("GET", f"{LIVE}/events", **resume) as response:
                rest = [event for event in events(response) if event.name == "stance"]
            assert rest == stances[25:]
        with client.stream("GET", f"{LIVE}/events?after=25&session=older") as response:
            assert [event for event in events(response) if event.name == "stance"] == stances


def test_only_one_session_runs_and_it_can_be_ended(library: Library, run_id: str) -> None:
    with running(library) as url, httpx.Client(base_url=url, timeout=30) as client:
        assert client.get(LIVE).json()["state"] == "idle"
        assert client.delete(LIVE).status_code == 404
        assert client.post(LIVE, json={"run_id": "nobody"}).status_code == 404
        assert client.post(LIVE, json={"run_id": run_id, "speed": 0}).status_code == 422
        client.post(LIVE, json={"run_id": run_id, "speed": 1})
        busy = client.post(LIVE, json={"run_id": run_id})
        assert busy.status_code == 409
        assert busy.json()["type"] == "urn:hiplevel:problem:live-busy"
        with client.stream("GET", f"{LIVE}/events") as response:
            stream = events(response)
            assert next(stream).data["run_id"] == run_id
            assert httpx.delete(f"{url}{LIVE}").json()["state"] == "stopped"
            assert list(stream)[-1].data["state"] == "stopped"
        assert client.post(LIVE, json={"run_id": run_id, "speed": 50}).status_code == 201


def test_a_replay_ends_when_its_run_is_deleted(library: Library, run_id: str) -> None:
    with running(library) as url, httpx.Client(base_url=url, timeout=30) as client:
        client.post(LIVE, json={"run_id": run_id, "speed": 1})
        with client.stream("GET", f"{LIVE}/events") as response:
            stream = events(response)
            assert next(stream).data["reason"] is None
            assert httpx.delete(f"{url}/api/v1/runs/{run_id}").status_code == 204
            end = list(stream)[-1]
        assert (end.name, end.data["state"]) == ("end", "stopped")
        assert end.data["reason"] == "The run was deleted."
        assert client.get(LIVE).json()["state"] == "stopped"


def test_a_viewer_may_come_before_the_session(library: Library, run_id: str) -> None:
    with running(library) as url, httpx.stream("GET", f"{url}{LIVE}/events") as response:
        stream = events(response)
        assert next(stream).data["state"] == "idle"
        httpx.post(f"{url}{LIVE}", json={"run_id": run_id, "speed": 50})
        assert list(stream)[-1].name == "end"


def test_the_server_ends_although_viewers_watch(library: Library, run_id: str) -> None:
    seen: list[str] = []

    def view(url: str) -> None:
        with httpx.stream("GET", f"{url}{LIVE}/events", timeout=30) as response:
            seen.extend(event.name for event in events(response))

    with running(library) as url:
        httpx.post(f"{url}{LIVE}", json={"run_id": run_id, "speed": 1})
        viewer = threading.Thread(target=view, args=(url,))
        viewer.start()
        time.sleep(0.5)
        begun_s = time.monotonic()
    viewer.join(timeout=5)
    assert time.monotonic() - begun_s < 3
    assert seen[0] == "state"
    assert seen[-1] == "end"


def test_stances_do_not_keep_the_clock_from_running(
    library: Library, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.live.session.STATE_INTERVAL_S", 0.2)
    with running(library) as url, httpx.Client(base_url=url, timeout=30) as client:
        client.post(LIVE, json={"run_id": run_id, "speed": 20})
        with client.stream("GET", f"{LIVE}/events") as response:
            seen = list(events(response))
    first = next(i for i, event in enumerate(seen) if event.name == "stance")
    positions_s = [event.data["position_s"] for event in seen[first:] if event.name == "state"]

    assert len(positions_s) >= 3
    assert positions_s == sorted(positions_s)


def test_viewers_that_leave_are_silent(
    library: Library, run_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    with running(library) as url, httpx.Client(base_url=url, timeout=30) as client:
        client.post(LIVE, json={"run_id": run_id, "speed": 20})
        logging.getLogger("uvicorn").addHandler(caplog.handler)  # it passes nothing on to the root
        parts = urlsplit(url)
        request = f"GET {LIVE}/events HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
        viewers = []
        time.sleep(1.5)  # until there are stances enough to fill what stands between
        for _ in range(150):
            viewer = socket.create_connection((parts.hostname or "", parts.port or 0))
            viewer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            viewer.sendall(request)
            viewers.append(viewer)
        viewers[-1].recv(1)
        for viewer in viewers:
            viewer.close()  # with unread data: the system answers with a reset
        time.sleep(0.5)
        assert client.get(LIVE).status_code == 200
    logging.getLogger("uvicorn").removeHandler(caplog.handler)
    assert [record.getMessage() for record in caplog.records] == []


def test_the_headers_of_the_event_stream_can_be_asked_for(library: Library) -> None:
    with running(library) as url:
        answer = httpx.head(f"{url}{LIVE}/events", timeout=5)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_a_slip_of_the_sensor_is_told_while_it_plays(library: Library, tmp_path: Path) -> None:
    plan = (Segment(Activity.STAND, 6.0), Segment(Activity.RUN, 40.0))
    slip = Slip(time_s=26.0, angle_deg=15.0, axis=(1.0, 0.0, 0.0))
    recording = simulate(SimulationParameters(plan, sensor=Sensor(slips=(slip,)), seed=2)).recording
    path = tmp_path / "slip.parquet"
    write_recording(path, recording)
    run = library.import_recording(path, original_name="slip.parquet").run_id
    with running(library) as url, httpx.Client(base_url=url, timeout=30) as client:
        client.post(LIVE, json={"run_id": run, "speed": 20})
        with client.stream("GET", f"{LIVE}/events") as response:
            end = list(events(response))[-1]
    assert end.data["slip_deg"] == pytest.approx(15.0, abs=3.0)


def test_a_red_flag_switches_the_tone_off(library: Library, run_id: str) -> None:
    with running(library) as url, httpx.Client(base_url=url, timeout=30) as client:
        client.post(LIVE, json={"run_id": run_id, "speed": 1}).raise_for_status()
        assert 'aria-pressed="false">' in client.get("/live").text
        yes = {"answers": {"locked_knee": True}}
        client.post("/api/v1/pain/red-flags", json=yes).raise_for_status()
        page = client.get("/live").text
        assert 'id="tone" type="button" aria-pressed="false" disabled>' in page
        assert "Cues are off" in page
        client.delete(LIVE).raise_for_status()
