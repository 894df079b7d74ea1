"""Columns of values as PostgreSQL writes arrays.

A save sends some forty of them; the driver, which has to find out what is in each, takes five times as long.
https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
"""

from collections.abc import Iterable
from datetime import datetime


def array(values: Iterable[str | int | bool | datetime | None]) -> str:
    """The text of an array, to be cast to its type where it is used."""
    return "{" + ",".join([_element(value) for value in values]) + "}"


def bytes_array(values: Iterable[bytes]) -> str:
    """The same of byte strings."""
    return "{" + ",".join([f'"\\\\x{value.hex()}"' for value in values]) + "}"


def _element(value: str | int | bool | datetime | None) -> str:
    match value:
        case str():
            if "\\" in value or '"' in value:
                value = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{value}"'
        case None:
            return "NULL"
        case datetime():
            return f'"{value.isoformat()}"'
    return str(value)
