import httpx
import pytest

pytestmark = pytest.mark.anyio

HEALTH = "/api/v1/health"
RUNS = "/api/v1/runs"


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000", "[::1]:8000"]
)
async def test_own_names_are_answered(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get(HEALTH, headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "127.0.0.1:9000", "127.0.0.1", "localhost.evil:8000", ""],
)
async def test_other_names_are_refused(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get(HEALTH, headers={"host": host})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:hiplevel:problem:bad-request"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9000"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_changes_asked_for_by_other_websites_are_refused(
    client: httpx.AsyncClient, run_id: str, headers: dict[str, str]
) -> None:
    for method, path in (("DELETE", f"{RUNS}/{run_id}"), ("POST", RUNS), ("PATCH", RUNS)):
        answer = await client.request(method, path, headers=headers)
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:hiplevel:problem:forbidden"
    assert (await client.get(f"{RUNS}/{run_id}")).status_code == 200


async def test_own_pages_may_change(client: httpx.AsyncClient, run_id: str) -> None:
    headers = {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}
    assert (await client.delete(f"{RUNS}/{run_id}", headers=headers)).status_code == 204


async def test_nothing_inline_and_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    headers = (await client.get(HEALTH)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/runs/..%2f..%2fetc%2fpasswd/recording",
        "/api/v1/runs/%2e%2e/recording",
        "/api/v1/runs/../../../etc/passwd",
        "/static/..%2f..%2fsettings.py",
        "/static/../app.py",
    ],
)
async def test_no_path_leads_out(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text
    assert "import" not in answer.text
