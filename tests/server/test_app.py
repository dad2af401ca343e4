import httpx
import pytest

pytestmark = pytest.mark.anyio


async def test_it_starts_on_an_empty_data_folder(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/health")
    assert answer.status_code == 200
    assert answer.json()["n_runs"] == 0
