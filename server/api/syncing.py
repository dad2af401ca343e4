"""Runs that a sensor measured on its own."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from imu.drivers.base import StreamSettings
from imu.drivers.logbook import StoredRun
from server.api.schemas import Answer
from server.api.sensors import Address
from server.dependencies import SyncsDep
from server.sensors.syncs import SyncState, SyncStatus

router = APIRouter(prefix="/sensors", tags=["sensors"])


class StoredRunOut(Answer):
    """A run in a sensor's memory."""

    started_at: datetime | None
    duration_s: float
    n_samples: int
    n_bytes: int
    is_closed: bool = Field(description="False while it is being measured.")


class SyncOut(Answer):
    """How far a sync is."""

    state: SyncState
    address: str | None
    n_runs: int
    n_done: int
    n_held: int = Field(description="Of those done, runs that were here already.")
    share: float = Field(description="Of the run that is being fetched, 0 to 1.")
    run_ids: list[str]
    n_erasable: int = Field(description="Runs whose copies on the sensor are no longer needed.")
    problem: str | None


class OfflineRunIn(BaseModel):
    """How a sensor should measure on its own."""

    rate_hz: int = Field(default=104, ge=26, le=1000)


class ErasedOut(Answer):
    """How many runs were erased from the sensor."""

    n_erased: int


@router.get("/sync", response_model=SyncOut)
async def get_sync(syncs: SyncsDep) -> SyncOut:
    """Tell how far the sync is."""
    return _out(syncs.status)


@router.delete("/sync", response_model=SyncOut)
async def end_sync(syncs: SyncsDep) -> SyncOut:
    """End the sync; what was fetched stays, and the next one goes on from there."""
    await syncs.cancel()
    return _out(syncs.status)


@router.get("/{address}/runs", response_model=list[StoredRunOut])
async def list_stored_runs(syncs: SyncsDep, address: Address) -> list[StoredRunOut]:
    """List the runs on a sensor."""
    return [_stored_out(run) for run in await syncs.stored_runs(address)]


@router.post("/{address}/runs", status_code=204)
async def begin_offline_run(syncs: SyncsDep, address: Address, wanted: OfflineRunIn) -> None:
    """Have a sensor measure on its own; a sync ends and fetches the run."""
    await syncs.begin_run(address, StreamSettings(rate_hz=wanted.rate_hz))


@router.post("/{address}/sync", response_model=SyncOut, status_code=202)
async def start_sync(syncs: SyncsDep, address: Address) -> SyncOut:
    """Fetch and store what a sensor has measured on its own, in the background."""
    syncs.start(address)
    return _out(syncs.status)


@router.delete("/{address}/runs", response_model=ErasedOut)
async def erase_stored_runs(syncs: SyncsDep, address: Address) -> ErasedOut:
    """Erase from a sensor what the last sync has fetched, checked and stored."""
    return ErasedOut(n_erased=await syncs.erase(address))


def _out(status: SyncStatus) -> SyncOut:
    return SyncOut(
        state=status.state,
        address=status.address,
        n_runs=status.n_runs,
        n_done=status.n_done,
        n_held=status.n_held,
        share=status.share,
        run_ids=list(status.run_ids),
        n_erasable=len(status.erasable),
        problem=status.problem,
    )


def _stored_out(run: StoredRun) -> StoredRunOut:
    return StoredRunOut(
        started_at=run.started_at,
        duration_s=run.n_samples / run.description.sampling_rate_hz,
        n_samples=run.n_samples,
        n_bytes=run.n_bytes,
        is_closed=run.is_closed,
    )
