"""Whether it is known who somebody is. Who is unknown or disputed is treated all the same, under a temporary number.

Nothing that was recorded under a disputed identity is taken over: the new record begins empty, and is brought together
with another one only by a merge that somebody signs.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

Json = Mapping[str, Any]

EXTENSION = "urn:throughcare:extension:identity"


class Doubt(StrEnum):
    """How sure it is who somebody is."""

    NONE = "known"
    UNKNOWN = "unknown"
    """Nobody knows, and the person does not say."""
    DISPUTED = "disputed"
    """Somebody says one thing, and somebody or something else another."""


def doubt_of(patient: Json) -> Doubt:
    """What a Patient says; one that says nothing is known, and a word that is not known is a dispute."""
    for extension in patient.get("extension", ()):
        if extension.get("url") == EXTENSION:
            word = extension.get("valueCode")
            return Doubt(word) if word in list(Doubt) else Doubt.DISPUTED
    return Doubt.NONE


def doubt_extension(doubt: Doubt) -> list[Json]:
    """What a Patient says of it; nothing of somebody who is known."""
    return [] if doubt is Doubt.NONE else [{"url": EXTENSION, "valueCode": str(doubt)}]
