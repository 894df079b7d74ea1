"""A record that is closed for an investigation: after a death in custody nothing in it is changed, and few still read it.

Said by a Flag that counts as long as it is active. Who may read what is closed, and take the seal off, is in the roles'
files (``record under investigation``).
"""

from collections.abc import Mapping
from typing import Any

from clinical.custody.encounters import RESTRICTED, instant
from clinical.custody.movement import Before, Told

Json = Mapping[str, Any]

SYSTEM, CODE = "urn:throughcare:code-system:flag", "sealed-for-investigation"


def seal_of(before: Before, told: Told) -> Json:
    """The Flag that closes somebody's record."""
    return {
        "resourceType": "Flag",
        "meta": {"security": [RESTRICTED]},
        "status": "active",
        "code": {"coding": [{"system": SYSTEM, "code": CODE}]},
        "subject": before.subject,
        "period": {"start": instant(told.at)},
        "author": {"reference": f"Organization/{before.facility}"},
    }


def is_seal(flag: Json) -> bool:
    """Whether a Flag closes a record now."""
    codings = flag.get("code", {}).get("coding", ())
    said = any(one.get("system") == SYSTEM and one.get("code") == CODE for one in codings)
    return said and flag.get("status") == "active"
