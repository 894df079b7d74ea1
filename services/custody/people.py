"""Names and prison numbers, read from the record through the store, since bodies are opened there and nowhere else."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from clinical.disclosure.custody import PRISON_NUMBER, is_prison_number
from fhir_store.search import Context, parse_query, search

KINDS = "http://terminology.hl7.org/CodeSystem/v2-0203"
NOBODY = "*"
"""No id, so that the same statement is asked where there is nobody to ask for."""

AT_ONCE = 500
"""People whose records are read by one statement."""

USES = ("official", "usual", None, "temp", "nickname", "anonymous", "old", "maiden")
"""Of several names the one that is shown, the first first."""


@dataclass(frozen=True)
class Held:
    """A person as custody knows them. Empty: the record does not say."""

    name: str
    number: str


UNKNOWN = Held("", "")


def people_with(cursor: psycopg.Cursor[Any], context: Context, ids: Iterable[str]) -> dict[str, Held]:
    """The people by the ids of their Patients. At least one statement is asked."""
    found: dict[str, Held] = {}
    for some in list(_batches(sorted(set(ids)))) or [()]:
        wanted = [("_id", ",".join([NOBODY, *some])), ("_count", str(AT_ONCE))]
        found |= _found(cursor, context, wanted)
    return found


def people_with_number(cursor: psycopg.Cursor[Any], context: Context, number: str) -> dict[str, Held]:
    """The people who have exactly this prison number, wherever they are held."""
    value = f"{KINDS}|{PRISON_NUMBER}|{escaped(number)}"
    return _found(cursor, context, [("identifier:of-type", value), ("_count", str(AT_ONCE))])


def escaped(value: str) -> str:
    """A text as one value of a search."""
    for sign in "\\,|$":
        value = value.replace(sign, f"\\{sign}")
    return value


def held_from(patient: Mapping[str, Any]) -> Held:
    """The name and number that a Patient is shown by."""
    return Held(_name(patient.get("name", [])), _number(patient.get("identifier", [])))


def _found(cursor: psycopg.Cursor[Any], context: Context, wanted: list[tuple[str, str]]) -> dict[str, Held]:
    page = search(cursor, parse_query("Patient", wanted, context=context))
    return {one.id: held_from(json.loads(one.text)) for one in page.matches}


def _batches(ids: list[str]) -> Iterator[tuple[str, ...]]:
    yield from (tuple(ids[start : start + AT_ONCE]) for start in range(0, len(ids), AT_ONCE))


def _name(names: list[Mapping[str, Any]]) -> str:
    if not names:
        return ""
    shown = min(names, key=lambda one: USES.index(one.get("use")) if one.get("use") in USES else len(USES))
    parts = [*shown.get("given", []), shown.get("family")]
    return str(shown.get("text") or " ".join(part for part in parts if part))


def _number(identifiers: list[Mapping[str, Any]]) -> str:
    numbers = [one for one in identifiers if is_prison_number(one) and one.get("value")]
    current = [one for one in numbers if one.get("use") != "old"] or numbers
    return str(current[0]["value"]) if current else ""
