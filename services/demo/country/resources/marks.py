"""What every resource of the demonstration carries: that it is test data, when it was written, what it promises."""

from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

TEST_DATA = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
PROFILE = "urn:throughcare:profile:"


def resource(
    type_: str, id_: str, recorded_at: datetime, profile: str | None = None, **elements: Any
) -> Json:
    """A resource with its marks; an element that is None is left out."""
    claims = {"profile": [PROFILE + profile]} if profile else {}
    written = recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    meta = {"lastUpdated": written, **claims, "tag": [TEST_DATA]}
    kept = {name: value for name, value in elements.items() if value is not None}
    return {"resourceType": type_, "id": id_, "meta": meta, **kept}
