"""Runs: list, import, change, delete, analyse again."""

from typing import Annotated, cast

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from server.api.requests import Moment, Offset
from server.api.schemas import ImportOut, People, RunOut, RunPage, RunPatch
from server.dependencies import LibraryDep, LiveDep
from server.runs import ImportOutcome, Person, Run, RunChanges, RunDetails, RunKind
from server.uploads import receive_upload

router = APIRouter(tags=["runs"])

PARQUET_MEDIA_TYPE = "application/vnd.apache.parquet"

RunId = Annotated[str, Path(description="The run's id.", max_length=64)]
Limit = Annotated[int, Query(ge=1, le=200, description="At most this many.")]

_UPLOAD_BODY = {
    "required": True,
    "content": {
        PARQUET_MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        },
    },
}


@router.get("/people", response_model=People, tags=["people"])
def list_people(library: LibraryDep) -> dict[str, int | list[Person]]:
    """List everybody whose runs are kept: one person, until there are accounts."""
    people = library.people()
    return {"items": people, "total": len(people)}


@router.get("/runs", response_model=RunPage)
def list_runs(
    library: LibraryDep,
    limit: Limit = 50,
    offset: Offset = 0,
    kind: Annotated[RunKind | None, Query(description="Only this kind.")] = None,
) -> object:
    """List the runs, newest first."""
    return library.runs(limit=limit, offset=offset, kind=kind)


@router.post(
    "/runs",
    response_model=ImportOut,
    status_code=201,
    openapi_extra={"requestBody": _UPLOAD_BODY},
    responses={200: {"model": ImportOut, "description": "This content was stored before."}},
)
async def import_run(
    *,
    request: Request,
    response: Response,
    library: LibraryDep,
    name: Annotated[
        str | None,
        Query(max_length=255, description="File name of a bare body; a form brings its own."),
    ] = None,
    title: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
    kind: RunKind | None = None,
    started_at: Annotated[
        Moment | None, Query(description="Overrides the recording's; with offset from UTC.")
    ] = None,
    distance_m: Annotated[float | None, Query(gt=0, lt=1e6)] = None,
    notes: Annotated[str | None, Query(max_length=10_000)] = None,
) -> dict[str, object]:
    """Upload a recording, as the bare body or as the file of a form; answers when it is analysed.

    The size limit is applied while the body arrives.  A recording that cannot be read or analysed
    is refused and leaves nothing behind.  A content that is stored already answers 200 with the
    run that it belongs to.
    """
    details = RunDetails(title, kind, started_at, distance_m, notes)
    max_bytes = library.settings.max_upload_bytes
    async with receive_upload(request, library.files, max_bytes=max_bytes) as upload:

        def work() -> tuple[ImportOutcome, Run]:
            outcome = library.import_recording(
                upload.path, original_name=upload.name or name or "", details=details
            )
            return outcome, library.run(outcome.run_id)

        outcome, run = await run_in_threadpool(work)
    response.status_code = 201 if outcome.is_new else 200
    response.headers["location"] = f"/api/v1/runs/{outcome.run_id}"
    return {"run_id": outcome.run_id, "is_new": outcome.is_new, "run": run}


@router.get("/runs/{run_id}", response_model=RunOut)
def get_run(library: LibraryDep, run_id: RunId) -> object:
    """Return a run with its main numbers."""
    return library.run(run_id)


@router.patch("/runs/{run_id}", response_model=RunOut)
def edit_run(library: LibraryDep, run_id: RunId, patch: RunPatch) -> object:
    """Change title, kind, time, distance or notes; all of it, or nothing if it fails."""
    return library.edit_run(run_id, cast("RunChanges", patch.model_dump(exclude_unset=True)))


@router.delete("/runs/{run_id}", status_code=204)
async def delete_run(library: LibraryDep, live: LiveDep, run_id: RunId) -> None:
    """Delete a run, its results and its recording; a replay of it ends.  There is no way back."""
    await run_in_threadpool(library.delete_run, run_id)
    live.forget_run(run_id)


@router.post("/runs/{run_id}/reanalysis", response_model=RunOut)
def reanalyse_run(library: LibraryDep, run_id: RunId) -> object:
    """Analyse the kept recording again, with today's analysis."""
    return library.reanalyse_run(run_id)


@router.get(
    "/runs/{run_id}/recording",
    response_class=FileResponse,
    responses={200: {"content": {PARQUET_MEDIA_TYPE: {}}}},
)
def get_recording(library: LibraryDep, run_id: RunId) -> FileResponse:
    """Download the recording as it was imported."""
    path = library.recording_path(run_id)
    name = library.run(run_id).source_name
    return FileResponse(path, media_type=PARQUET_MEDIA_TYPE, filename=name)
