"""Finding a person: by a number in full, or by how the name begins.

What is found of whom. By name: nobody but who is in the reader's care, by the same condition as any search. By number:
each record that has it is decided for itself. If none of them may be read, and the reader may open records in an
emergency, they are told that the number exists, and nothing else: no name, no place, no kind of record. If some may be
read, nothing is said of others. Whoever may not open records in an emergency gets the answer for a number that does not
exist. Each number that finds nobody in the reader's care is counted, and after a few the answer waits (``fishing``);
what is found by it is logged on that person's own log.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from clinical.people import Identity, identity_of
from fhir_store.folding import folded
from fhir_store.read import Stored
from fhir_store.search import Context, parse_query, search
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.decision import Actor
from services.access.decision.one_by_one import shown_one_by_one
from services.access.emergency.opening import opening_role
from services.access.people.throttling import TooSoon
from services.clinic.asking import Asking
from services.clinic.fishing import counted
from services.clinic.reading import parsed
from services.clinic.reading import people as references

SHOWN = 20
SHORTEST = 2
"""So many letters of a name are needed."""
SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\,|$"})


@dataclass(frozen=True)
class FoundPerson:
    """A row of the result."""

    patient: str
    identity: Identity


@dataclass(frozen=True)
class Finding:
    """What was found."""

    people: tuple[FoundPerson, ...] = ()
    more: bool = False
    """Whether there are more than are shown."""
    outside: tuple[str, ...] = field(default=(), repr=False)
    """Patients who have the number and are not in the reader's care: only that they exist may be said."""
    wait_s: int = 0
    """How long numbers of people outside the reader's care are not looked up."""
    too_short: bool = False


def find(asking: Asking, sought: str) -> Finding:
    """Find people. What is found, and what was not to be, is logged before this returns."""
    text = "".join(sign for sign in sought if sign.isprintable()).strip()
    if is_number(text):
        return _by_number(asking, text)
    if len(folded(text)) < SHORTEST:
        return Finding(too_short=True)
    return _by_name(asking, text)


def is_number(text: str) -> bool:
    """Whether it is meant as a number: names have no digits."""
    return any(sign.isdigit() for sign in text)


def _by_name(asking: Asking, text: str) -> Finding:
    criteria = [("name", word.translate(SIGNS)) for word in text.split() if folded(word)]
    with asking.snapshot() as (connection, cursor):
        query = parse_query(
            "Patient",
            [*criteria, ("_count", str(SHOWN))],
            context=asking.context(asking.actor(connection)),
        )
        page = search(cursor, query)
    found = _found(page.matches)
    _log_found(asking, criteria, [one.patient for one in found])
    return Finding(found, page.after is not None)


def _by_number(asking: Asking, text: str) -> Finding:
    criteria = [("identifier", ",".join(sorted({text.translate(SIGNS), text.upper().translate(SIGNS)})))]
    with asking.snapshot() as (connection, cursor):
        inside, outside = _numbered(asking, cursor, asking.actor(connection), criteria)
    if inside:
        _log_found(asking, criteria, [one.patient for one in inside])
        return Finding(inside)
    return _nobody_in_care(asking, criteria, outside)


def _numbered(
    asking: Asking, cursor: psycopg.Cursor[Any], actor: Actor, criteria: Sequence[tuple[str, str]]
) -> tuple[tuple[FoundPerson, ...], tuple[str, ...]]:
    """Who has a number: those who may be read, and the others by their ids."""
    query = parse_query(
        "Patient", [*criteria, ("_count", str(SHOWN))], context=Context(asking.zone, asking.keyring)
    )
    matches = search(cursor, query).matches
    shown = shown_one_by_one(cursor, actor, asking.day, matches)
    seen = {one.stored.id for one in shown}
    found = tuple(FoundPerson(one.stored.id, identity_of(one.resource)) for one in shown)
    return found, tuple(one.id for one in matches if one.id not in seen)


def _nobody_in_care(asking: Asking, criteria: Sequence[tuple[str, str]], outside: tuple[str, ...]) -> Finding:
    counting = counted(asking)
    _log_found(asking, criteria, [])
    if isinstance(counting, TooSoon):
        asking.log(kinds.refusal(asking.circumstances(), "search-type", "Patient", "too-many", kinds.NOBODY))
        return Finding(wait_s=max(1, round(counting.wait.total_seconds())))
    if outside:
        about = Subjects(references(outside))
        asking.log(kinds.refusal(asking.circumstances(), "search-type", "Patient", "not-in-care", about))
    return Finding(outside=outside if opening_role(asking.who.person) else ())


def _found(matches: Sequence[Stored]) -> tuple[FoundPerson, ...]:
    people = (FoundPerson(one.id, identity_of(parsed(one))) for one in matches)
    return tuple(sorted(people, key=lambda one: folded(one.identity.name)))


def _log_found(asking: Asking, criteria: Sequence[tuple[str, str]], patients: Sequence[str]) -> None:
    asking.log(
        kinds.search(
            asking.circumstances(asking.purpose.value),
            "Patient",
            criteria,
            Subjects(references(patients)),
            results=len(patients),
            key=asking.audit.keys.search,
        )
    )
