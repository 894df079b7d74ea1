"""For whoever watches the server: is the process alive, can it serve."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from services.shared.actors import Public
from services.shared.database import NotReady

router = APIRouter(tags=["Operation"])


@router.get("/healthz", summary="Is the process alive?")
def healthz(public: Public) -> Response:
    """Answers 200 while the process runs; it does not ask the database."""
    return JSONResponse({"status": "alive"})


@router.get(
    "/readyz", summary="Can requests be served?", responses={503: {"description": "Not yet; says why."}}
)
def readyz(request: Request, public: Public) -> Response:
    """Answers 200 when the database can be reached and its tables are those of this version, else 503."""
    try:
        request.app.state.database.ready()
    except NotReady as reason:
        return JSONResponse({"status": "not ready", "reason": str(reason)}, 503)
    return JSONResponse({"status": "ready"})
