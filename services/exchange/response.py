"""How resources are answered: FHIR JSON with ETag, Last-Modified and Location."""

import json
from datetime import UTC, datetime

from fhir_store.read import Stored
from fhir_store.write import Saved
from services.exchange.interaction import Answer, Asked

RETURNS = {"minimal", "representation", "OperationOutcome"}


def version_headers(resource: Stored | Saved) -> dict[str, str]:
    """The headers that name the version."""
    return {
        "ETag": f'W/"{resource.version}"',
        "Last-Modified": _http_date(resource.last_updated),
    }


# Of HTTP, whatever language the machine speaks. RFC 9110, 5.6.7.
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _http_date(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{DAYS[utc.weekday()]}, {utc.day:02d} {MONTHS[utc.month - 1]} {utc:%Y %H:%M:%S} GMT"


def saved_answer(asked: Asked, saved: Saved, unchanged: Stored | None = None) -> Answer:
    """What a write answers: 201 or 200, with the body that the client prefers.

    ``unchanged`` is the resource where nothing was written because it was there already.
    """
    headers = version_headers(saved)
    if saved.interaction != "delete":
        headers["Location"] = f"{asked.exchange.base}/{saved.type}/{saved.id}/_history/{saved.version}"
    status = 201 if saved.interaction == "create" else 200
    return Answer(status, _preferred(asked, unchanged.text if unchanged else saved.text), headers)


def _preferred(asked: Asked, text: str | None) -> str | None:
    wanted = asked.preference("return") or "representation"
    if wanted == "minimal":
        return None
    return text if wanted == "representation" else informed("Saved.")


def informed(message: str) -> str:
    """An OperationOutcome that says that all went well."""
    issue = {"severity": "information", "code": "informational", "diagnostics": message}
    return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]})
