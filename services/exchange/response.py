"""How resources are answered: FHIR JSON with ETag, Last-Modified and Location."""

import json
from datetime import UTC
from email.utils import format_datetime

from fhir_store.read import Stored
from fhir_store.write import Saved
from services.exchange.auditing import shown
from services.exchange.interaction import Answer, Asked

RETURNS = {"minimal", "representation", "OperationOutcome"}


def version_headers(resource: Stored | Saved) -> dict[str, str]:
    """The headers that name the version."""
    return {
        "ETag": f'W/"{resource.version}"',
        "Last-Modified": format_datetime(resource.last_updated.astimezone(UTC), usegmt=True),
    }


def saved_answer(asked: Asked, saved: Saved, unchanged: Stored | None = None) -> Answer:
    """What a write answers: 201 or 200, with the body that the client prefers.

    ``unchanged`` is the resource where nothing was written because it was there already.
    """
    headers = version_headers(saved)
    if saved.interaction != "delete":
        headers["Location"] = f"{asked.exchange.base}/{saved.type}/{saved.id}/_history/{saved.version}"
    status = 201 if saved.interaction == "create" else 200
    text = _preferred(asked, unchanged.text if unchanged else asked.record.saved(saved))
    return Answer(status, text, headers, events=shown(asked, unchanged) if unchanged else ())


def _preferred(asked: Asked, text: str | None) -> str | None:
    wanted = asked.preference("return") or "representation"
    if wanted == "minimal":
        return None
    return text if wanted == "representation" else informed("Saved.")


def informed(message: str) -> str:
    """An OperationOutcome that says that all went well."""
    issue = {"severity": "information", "code": "informational", "diagnostics": message}
    return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]})
