"""Whether the server is there, and which one it is."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

router = APIRouter(tags=["server"])


class Health(BaseModel):
    """The server answers, and its database does."""

    status: str = Field(examples=["ok"])
    version: str = Field(description="Version of hiplevel.", examples=["0.1.0"])
    n_runs: int = Field(description="Number of stored runs.", examples=[12])


@router.get("/health")
def get_health(request: Request) -> Health:
    """Tell that the server answers."""
    runs = request.app.state.library.runs(limit=1)
    return Health(status="ok", version=request.app.version, n_runs=runs.total)
