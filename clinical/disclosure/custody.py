"""Elements that tell that somebody is or was in custody, in a resource that may go. They stay in the house, whatever
was agreed, as do resources that are about nothing else (``clinical.labels.custody``).
"""

from collections.abc import Mapping
from typing import Any

from clinical.consent.consent import Helper

Json = Mapping[str, Any]

TELLING_EXTENSIONS = frozenset({"urn:throughcare:extension:legal-status"})

HELPED_INSIDE = frozenset({str(Helper.PRISONER), str(Helper.OFFICER)})
"""Who interpreted or witnessed a Consent, and is found in a prison only (extension ``consent-given``)."""

PRISON_NUMBER = "PRN"
"""The type of an identifier that a prison gave out (v2-0203, as fhir/shapes.md writes it)."""


def is_prison_number(identifier: Json) -> bool:
    """Whether an Identifier says that a prison gave it out."""
    return any(one.get("code") == PRISON_NUMBER for one in identifier.get("type", {}).get("coding", ()))


def tells_by_extension(extension: Json) -> bool:
    """Whether an Extension tells, be it a part of another."""
    return extension.get("url") in TELLING_EXTENSIONS or extension.get("valueCode") in HELPED_INSIDE
