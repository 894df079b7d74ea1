"""How resources are answered: FHIR JSON with ETag, Last-Modified and Location."""

from email.utils import format_datetime

from fastapi import Request, Response

from fhir_store.read import Stored
from fhir_store.write import Saved

FHIR_JSON = "application/fhir+json"


def resource_response(stored: Stored) -> Response:
    """A resource as it is stored, to the letter."""
    return Response(stored.text, media_type=FHIR_JSON, headers=version_headers(stored))


def saved_response(request: Request, saved: Saved, base: str) -> Response:
    """What a create or update answers: 201 or 200, with the body that the client prefers."""
    headers = version_headers(saved)
    if saved.interaction == "create":
        headers["Location"] = f"{base}/{saved.type}/{saved.id}/_history/{saved.version}"
    body = "" if "return=minimal" in request.headers.get("prefer", "") else saved.text
    return Response(
        body, status_code=201 if saved.interaction == "create" else 200, media_type=FHIR_JSON, headers=headers
    )


def version_headers(resource: Stored | Saved) -> dict[str, str]:
    """The headers that name the version."""
    return {
        "ETag": f'W/"{resource.version}"',
        "Last-Modified": format_datetime(resource.last_updated, usegmt=True),
    }
