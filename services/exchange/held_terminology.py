"""The value sets and code systems that this server holds."""

from collections.abc import Iterable
from typing import Any

import psycopg

from fhir_store.definitions import value_set


def codes_of(cursor: psycopg.Cursor[Any], reference: str) -> Iterable[tuple[str, str]] | None:
    """The codes of a value set, each with its system; None if it is not held."""
    systems = value_set(reference)
    if systems is None:
        return None
    return [(system, code) for system, codes in systems.items() for code in codes]
