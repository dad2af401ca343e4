"""Errors as the API tells them: RFC 9457 problem details, one shape everywhere."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from analysis.errors import AnalysisError, PainReportError
from imu.errors import (
    BluetoothOffError,
    BluetoothPermissionError,
    ImuError,
    JournalError,
    RecordingError,
    SensorBusyError,
    SensorError,
    SensorNotFoundError,
)
from server.errors import (
    AnalysisEndedError,
    DatabaseError,
    LiveBusyError,
    NoLiveSessionError,
    NotInControlError,
    PainEntryNotFoundError,
    RecordingMissingError,
    RunNotFoundError,
    SensorUnknownError,
    ServerError,
    UploadError,
    UploadTooLargeError,
)
from server.headers import SECURITY_HEADERS

PROBLEM_MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """What is wrong with one part of a request."""

    field: str = Field(description="Where it is.", examples=["query.limit"])
    message: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """Why a request failed (RFC 9457).  Every error of the API has this shape."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:hiplevel:problem:run-not-found",
                    "title": "Run not found",
                    "status": 404,
                    "detail": "There is no run with the id 'abc'. It may have been deleted.",
                    "instance": "/api/v1/runs/abc",
                    "errors": [],
                }
            ]
        }
    )

    type: str = Field(description="Names the kind of problem; stable, for programs.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The HTTP status code.")
    detail: str = Field(description="What happened and what to do, for people.")
    instance: str = Field(description="The path that was asked for.")
    errors: list[FieldProblem] = Field(
        default_factory=list, description="The parts at fault, for a request that is not valid."
    )


# The first class that fits wins: the special before the general.
_KINDS: tuple[tuple[type[Exception], int, str, str], ...] = (
    (DatabaseError, 503, "database-unusable", "Database cannot be used"),
    (RunNotFoundError, 404, "run-not-found", "Run not found"),
    (RecordingMissingError, 404, "recording-missing", "Recording missing"),
    (PainEntryNotFoundError, 404, "pain-entry-not-found", "Check-in not found"),
    (PainReportError, 422, "check-in-not-valid", "Check-in not valid"),
    (AnalysisEndedError, 500, "analysis-ended", "Analysis ended"),
    (UploadTooLargeError, 413, "upload-too-large", "File too large"),
    (UploadError, 422, "upload-refused", "Upload refused"),
    (RecordingError, 422, "recording-unreadable", "Recording cannot be read"),
    (AnalysisError, 422, "recording-not-analysable", "Recording cannot be analysed"),
    (LiveBusyError, 409, "live-busy", "A session is running"),
    (NoLiveSessionError, 404, "no-live-session", "No session is running"),
    (NotInControlError, 403, "not-in-control", "Another browser controls the run"),
    (SensorUnknownError, 404, "sensor-unknown", "Sensor not paired"),
    (BluetoothOffError, 503, "bluetooth-off", "Bluetooth is off"),
    (BluetoothPermissionError, 503, "bluetooth-permission", "Bluetooth is not allowed"),
    (SensorNotFoundError, 504, "sensor-not-found", "Sensor not found"),
    (SensorBusyError, 409, "sensor-busy", "Sensor is busy"),
    (SensorError, 502, "sensor-failed", "The sensor did not do it"),
    (JournalError, 507, "capture-failed", "The run cannot be written down"),
    (ServerError, 400, "refused", "Request refused"),
    (ImuError, 500, "internal", "Something went wrong"),
)

# Pages show a problem as a page; this is how they take it over.
RenderProblem = Callable[[Request, Problem], Awaitable[Response | None]]


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem as the API's answer."""
    return JSONResponse(
        problem.model_dump(),
        status_code=problem.status,
        media_type=PROBLEM_MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def problem_of(error: Exception, path: str) -> Problem:
    """Return the problem that an error of ours is told as."""
    for kind, status, name, title in _KINDS:
        if isinstance(error, kind):
            return Problem(
                type=f"urn:hiplevel:problem:{name}",
                title=title,
                status=status,
                detail=str(error),
                instance=path,
            )
    return Problem(
        type="urn:hiplevel:problem:internal",
        title="Something went wrong",
        status=500,
        detail="The server met an error that it did not expect. "
        "Your runs are safe; the server's log says more.",
        instance=path,
    )


def http_problem(status: int, path: str, detail: str | None = None) -> Problem:
    """Return the problem of a bare HTTP status."""
    phrase = HTTPStatus(status).phrase
    details = {
        404: "There is nothing at this address.",
        405: "This address does not take this method.",
    }
    return Problem(
        type=f"urn:hiplevel:problem:{phrase.lower().replace(' ', '-')}",
        title=phrase.capitalize(),
        status=status,
        detail=detail if detail and detail != phrase else details.get(status, phrase + "."),
        instance=path,
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Tell every error of the app as a problem.

    Pages may show it their way: they set ``app.state.render_problem``.
    """

    async def answer(
        request: Request, problem: Problem, headers: Mapping[str, str] | None = None
    ) -> Response:
        render: RenderProblem | None = getattr(request.app.state, "render_problem", None)
        if render is not None and not request.url.path.startswith("/api/"):
            page = await render(request, problem)
            if page is not None:
                return page
        return problem_response(problem, headers)

    async def on_ours(request: Request, error: Exception) -> Response:
        return await answer(request, problem_of(error, request.url.path))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
        problem = http_problem(error.status_code, request.url.path, error.detail)
        return await answer(request, problem, error.headers)

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
        problem = Problem(
            type="urn:hiplevel:problem:invalid-request",
            title="Request not valid",
            status=422,
            detail="Parts of the request are not valid; errors names them.",
            instance=request.url.path,
            errors=[_field_problem(item) for item in error.errors()],
        )
        return await answer(request, problem)

    async def on_unexpected(request: Request, error: Exception) -> Response:
        # This answer is made outside of the middleware that adds the headers to all others.
        response = await on_ours(request, error)
        response.headers.update(SECURITY_HEADERS)
        return response

    for kind in (ServerError, ImuError, AnalysisError):
        app.add_exception_handler(kind, on_ours)
    app.add_exception_handler(Exception, on_unexpected)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)


def _field_problem(item: Mapping[str, Any]) -> FieldProblem:
    return FieldProblem(field=".".join(str(part) for part in item["loc"]), message=item["msg"])
