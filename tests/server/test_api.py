import csv
import io
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from analysis.errors import SignalError
from analysis.extra_measures import VALIDITY
from server.analysing import AnalysedRecording
from server.library import Library
from server.tables import STANCE_COLUMNS
from tests.server.factory import fake_analyse

pytestmark = pytest.mark.anyio

RUNS = "/api/v1/runs"


def assert_problem(answer: httpx.Response, status: int, name: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "instance", "errors"}
    assert problem["type"] == f"urn:hiplevel:problem:{name}"
    assert problem["status"] == status
    assert problem["instance"] == answer.request.url.path
    assert problem["detail"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/stances",
        "/stances.csv",
        "/waveforms",
        "/waveforms.csv",
        "/drift",
        "/drift.csv",
        "/measures",
        "/quality",
        "/series",
        "/recording",
    ],
)
async def test_an_unknown_run_is_a_problem_everywhere(client: httpx.AsyncClient, path: str) -> None:
    assert_problem(await client.get(f"{RUNS}/nobody{path}"), 404, "run-not-found")


async def test_every_kind_of_error_has_one_shape(client: httpx.AsyncClient) -> None:
    assert_problem(await client.get("/api/v1/nothing"), 404, "not-found")
    assert_problem(await client.put(RUNS), 405, "method-not-allowed")
    invalid = await client.get(RUNS, params={"limit": 0})
    assert_problem(invalid, 422, "invalid-request")
    assert invalid.json()["errors"][0]["field"] == "query.limit"
    assert_problem(await client.request("PATCH", f"{RUNS}/x", content=b"{"), 422, "invalid-request")
    assert_problem(await client.delete(f"{RUNS}/nobody"), 404, "run-not-found")
    assert_problem(await client.post(f"{RUNS}/nobody/reanalysis"), 404, "run-not-found")


async def test_an_unexpected_error_tells_nothing_of_the_inside(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(app.state.library, "people", fail)
    answer = await client.get("/api/v1/people")
    assert_problem(answer, 500, "internal")
    assert "secret" not in answer.text
    assert "content-security-policy" in answer.headers


async def test_runs_come_in_pages(
    client: httpx.AsyncClient, library: Library, tmp_path: Path
) -> None:
    for index in range(5):
        path = tmp_path / f"{index}.parquet"
        path.write_bytes(bytes([index + 1]))
        library.import_recording(path, original_name=path.name)
    first = (await client.get(RUNS, params={"limit": 2})).json()
    last = (await client.get(RUNS, params={"limit": 2, "offset": 4})).json()
    assert (first["total"], len(first["items"]), len(last["items"])) == (5, 2, 1)
    assert first["items"][0]["source_name"] == "4.parquet"
    assert last["items"][0]["source_name"] == "0.parquet"
    none = (await client.get(RUNS, params={"kind": "race"})).json()
    assert none["total"] == 0


async def test_a_run_tells_its_numbers(client: httpx.AsyncClient, run_id: str) -> None:
    run = (await client.get(f"{RUNS}/{run_id}")).json()
    assert run["headline"]["left_deg"] == pytest.approx(
        {"value": 4.1, "ci_low": 4.0, "ci_high": 4.2}
    )
    assert run["headline"]["grade"] == "good"
    quality = (await client.get(f"{RUNS}/{run_id}/quality")).json()
    assert quality["n_excluded"] == {"gap": 8}
    assert quality["alignment"]["zero"] == "standing"
    waveforms = (await client.get(f"{RUNS}/{run_id}/waveforms")).json()
    assert [len(waveform["mean_deg"]) for waveform in waveforms] == [101, 101]
    drift = (await client.get(f"{RUNS}/{run_id}/drift")).json()
    assert drift["bins"][0]["left_deg"]["value"] == 4.1
    trends = drift["trends"]
    assert trends["unit"] == "km"
    assert trends["adjusted_for"] == ["cadence", "speed"]
    assert trends["right_deg"]["change"]["value"] == 0.8
    assert trends["right_deg"]["change_class"] == "likely_real"
    assert trends["level_changes"][0]["measure"] == "right_deg"


async def test_measures_come_with_what_may_be_said_of_them(
    client: httpx.AsyncClient, run_id: str
) -> None:
    rise, balance, impact = (await client.get(f"{RUNS}/{run_id}/measures")).json()
    assert rise["name"] == "vertical_oscillation_m"
    assert rise["left"] == pytest.approx({"value": 0.0912, "ci_low": 0.0901, "ci_high": 0.0923})
    assert rise["run"] is None
    assert balance["run"]["value"] == 50.3
    assert "200" in impact["why_not"]
    for name, told in VALIDITY.items():
        for answer in (rise, balance, impact):
            if answer["name"] == name:
                assert [answer["what"], answer["limits"], answer["source"]] == [
                    told.what,
                    told.limits,
                    told.source,
                ]
    stance = (await client.get(f"{RUNS}/{run_id}/stances")).json()["items"][0]
    assert stance["vertical_oscillation_m"] == 0.09
    assert stance["impact_peak_mps2"] is None


def test_columns_that_others_rely_on_keep_their_order() -> None:
    assert ",".join(STANCE_COLUMNS[:14]) == (
        "foot_strike_s,toe_off_s,side,valid,exclusion,peak_drop_deg,drop_excursion_deg,"
        "mid_stance_drop_deg,contact_time_s,flight_time_s,cadence_spm,foot_strike_se_s,"
        "peak_drop_se_deg,drop_excursion_se_deg"
    )
    assert STANCE_COLUMNS[16:] == (
        "vertical_oscillation_m",
        "tilt_range_deg",
        "rotation_range_deg",
        "impact_peak_mps2",
        "doubts",
    )


async def test_stances_are_filtered_and_paged(client: httpx.AsyncClient, run_id: str) -> None:
    path = f"{RUNS}/{run_id}/stances"
    everything = (await client.get(path)).json()
    assert everything["total"] == 400
    assert everything["items"][49]["exclusion"] == "gap"
    left = (await client.get(path, params={"side": "left", "valid": True, "limit": 3})).json()
    assert [stance["number"] for stance in left["items"]] == [1, 3, 5]
    part = (await client.get(path, params={"start_s": 5.36, "end_s": 6.08})).json()
    assert [stance["number"] for stance in part["items"]] == [2, 3]


async def test_tables_come_as_csv(client: httpx.AsyncClient, run_id: str) -> None:
    answer = await client.get(f"{RUNS}/{run_id}/stances.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert tuple(rows[0]) == STANCE_COLUMNS
    assert len(rows) == 400
    assert rows[49]["valid"] == "false"
    assert rows[0]["peak_drop_se_deg"] == ""
    waveforms = (await client.get(f"{RUNS}/{run_id}/waveforms.csv")).text.splitlines()
    assert len(waveforms) == 1 + 2 * 101
    assert len((await client.get(f"{RUNS}/{run_id}/drift.csv")).text.splitlines()) > 2


async def test_a_series_can_be_asked_for_a_part(client: httpx.AsyncClient, run_id: str) -> None:
    path = f"{RUNS}/{run_id}/series"
    whole = (await client.get(path)).json()["sides"][0]
    assert whole["n_points"] == 200
    part = (await client.get(path, params={"start_s": 20, "end_s": 40, "n_max": 10})).json()
    left = part["sides"][0]
    assert left["side"] == "left"
    assert len(left["point_t_s"]) <= 10 < left["n_points"]
    assert all(20 <= t_s < 40 for t_s in left["point_t_s"] + left["line_t_s"])
    assert set(left["line_median"]) <= set(whole["line_median"])


async def test_a_run_can_be_renamed_and_deleted(
    client: httpx.AsyncClient, library: Library, run_id: str
) -> None:
    changed = await client.patch(f"{RUNS}/{run_id}", json={"title": "Hills", "kind": "tempo"})
    assert changed.json()["title"] == "Hills"
    assert (await client.get(f"{RUNS}/{run_id}")).json()["kind"] == "tempo"
    far = await client.patch(f"{RUNS}/{run_id}", json={"distance_m": 5400})
    assert far.json()["distance_m"] == 5400
    naive = await client.patch(f"{RUNS}/{run_id}", json={"started_at": "2026-01-01T10:00:00"})
    assert_problem(naive, 422, "invalid-request")
    unknown = await client.patch(f"{RUNS}/{run_id}", json={"weight": 1})
    assert_problem(unknown, 422, "invalid-request")
    path = library.recording_path(run_id)
    assert (await client.delete(f"{RUNS}/{run_id}")).status_code == 204
    assert not path.exists()
    assert_problem(await client.get(f"{RUNS}/{run_id}"), 404, "run-not-found")


async def test_the_recording_comes_back_byte_for_byte(
    client: httpx.AsyncClient, run_id: str, recording_file: Path
) -> None:
    answer = await client.get(f"{RUNS}/{run_id}/recording")
    assert answer.content == recording_file.read_bytes()
    assert "easy%20run.parquet" in answer.headers["content-disposition"]


async def test_a_lost_recording_is_said(
    client: httpx.AsyncClient, library: Library, run_id: str
) -> None:
    library.recording_path(run_id).unlink()
    assert_problem(await client.get(f"{RUNS}/{run_id}/recording"), 404, "recording-missing")
    assert_problem(await client.post(f"{RUNS}/{run_id}/reanalysis"), 404, "recording-missing")


async def test_the_schema_describes_every_route_and_problem(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/openapi.json")).json()
    operations = [
        operation
        for path, item in schema["paths"].items()
        if path.startswith("/api/")
        for operation in item.values()
    ]
    assert len(operations) >= 15
    for operation in operations:
        assert operation["description"]
        content = operation["responses"]["default"]["content"]
        assert set(content) == {"application/problem+json"}


@pytest.mark.parametrize(
    "query",
    [
        "/stances?start_s=nan",
        "/stances?end_s=inf",
        "/stances?start_s=-inf",
        "/stances?start_s=20&end_s=10",
        "/series?start_s=20&end_s=10",
        "/series?end_s=nan",
        f"/stances?offset={10**30}",
        f"/stances?limit={10**30}",
    ],
)
async def test_a_part_that_is_none_is_refused(
    client: httpx.AsyncClient, run_id: str, query: str
) -> None:
    assert_problem(await client.get(f"{RUNS}/{run_id}{query}"), 422, "invalid-request")


@pytest.mark.parametrize("path", [RUNS, "/runs"])
async def test_an_offset_beyond_any_list_is_refused(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path, params={"offset": 10**30})).status_code == 422


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-05:00",
        "1772350200",
        1772350200,
        1772350200.5,
    ],
)
async def test_a_moment_that_is_none_is_refused(
    client: httpx.AsyncClient, run_id: str, moment: object
) -> None:
    patched = await client.patch(f"{RUNS}/{run_id}", json={"started_at": moment})
    assert_problem(patched, 422, "invalid-request")
    posted = await client.post(RUNS, params={"started_at": str(moment)}, content=b"x")
    assert_problem(posted, 422, "invalid-request")


@pytest.mark.parametrize(
    "path", ["/runs", "/live", "/openapi.json", RUNS, "/api/v1/live", "/runs/{run_id}"]
)
async def test_head_is_get_without_its_body(
    client: httpx.AsyncClient, run_id: str, path: str
) -> None:
    path = path.format(run_id=run_id)
    head, get = await client.head(path), await client.get(path)
    assert head.status_code == get.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]
    assert (await client.head(f"{RUNS}/nobody")).status_code == 404


@pytest.mark.parametrize("length", ["many", "-1", "\xb2", "1" + "0" * 5000])
async def test_a_length_that_is_none_is_a_problem(client: httpx.AsyncClient, length: str) -> None:
    headers = {"content-length": length.encode("latin-1")}
    answer = await client.post(RUNS, content=b"x", headers=headers)
    if length.isdecimal():
        assert_problem(answer, 413, "upload-too-large")
    else:
        assert_problem(answer, 400, "bad-request")


async def test_null_takes_back_what_was_said(
    client: httpx.AsyncClient, library: Library, run_id: str
) -> None:
    path = f"{RUNS}/{run_id}"
    asked: list[float | None] = []

    def listen(path: Path, name: str, distance_m: float | None) -> AnalysedRecording:
        asked.append(distance_m)
        return fake_analyse(path, name, distance_m)

    library._analyse = listen
    said = {
        "title": "Hills",
        "kind": "tempo",
        "notes": "windy",
        "distance_m": 5400,
        "started_at": "2026-03-01T09:30:00+02:00",
    }
    run = (await client.patch(path, json=said)).json()
    assert run["started_at"] == "2026-03-01T07:30:00Z"
    run = (await client.patch(path, json=dict.fromkeys(said))).json()
    assert (run["title"], run["kind"], run["notes"]) == ("easy run", "other", "")
    assert run["started_at"] is None
    assert run["distance_m"] is None
    assert asked == [5400, 0]
    kept = (await client.patch(path, json={"notes": "again"})).json()
    assert (kept["title"], kept["notes"]) == ("easy run", "again")


async def test_a_run_on_a_treadmill_is_a_kind_of_its_own(
    client: httpx.AsyncClient, run_id: str
) -> None:
    path = f"{RUNS}/{run_id}"
    run = (await client.patch(path, json={"kind": "treadmill", "title": None})).json()
    assert (run["kind"], run["title"]) == ("treadmill", "Treadmill run")
    assert "Treadmill" in (await client.get(f"/runs/{run_id}")).text
    listed = await client.get(RUNS, params={"kind": "treadmill"})
    assert [item["id"] for item in listed.json()["items"]] == [run_id]


async def test_a_distance_that_cannot_be_used_changes_nothing(
    client: httpx.AsyncClient, library: Library, run_id: str
) -> None:
    before = (await client.get(f"{RUNS}/{run_id}")).json()

    def fail(_path: Path, name: str, _distance_m: float | None) -> AnalysedRecording:
        raise SignalError(f"{name} cannot be analysed")

    library._analyse = fail
    changes = {"title": "Hills", "distance_m": 5400}
    refused = await client.patch(f"{RUNS}/{run_id}", json=changes)
    assert_problem(refused, 422, "recording-not-analysable")
    assert (await client.get(f"{RUNS}/{run_id}")).json() == before
    library.recording_path(run_id).unlink()
    lost = await client.patch(f"{RUNS}/{run_id}", json=changes)
    assert_problem(lost, 404, "recording-missing")
    assert (await client.get(f"{RUNS}/{run_id}")).json() == before
