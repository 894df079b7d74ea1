"""Finding a person: by a card's code or a number in full, by how the name begins or sounds, by the date of birth.

What is found of whom. By name or date of birth: nobody but who is in the reader's care, by the same condition as any
search. By number or code: each record that has it is decided for itself. If none of them may be read, and the reader may
open records in an emergency, they are told that the number exists, and nothing else: no name, no place, no kind of record.
If some may be read, nothing is said of others. Whoever may not open records in an emergency gets the answer for a number
that does not exist. Each number that finds nobody in the reader's care is counted, and after a few the answer waits
(``fishing``); what is found by it is logged on that person's own log.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from clinical.people import Identity, identity_of
from fhir_store.folding import folded
from fhir_store.read import Stored
from fhir_store.search import Context, Page, parse_query, search
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
from services.clinic.sought import Sought, sought_in

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
    bad_code: bool = False
    """Whether a scanner typed what is no code of ours."""
    year_alone: bool = False
    """Whether a year was typed alone, which is nobody's number in the reader's care."""


def find(asking: Asking, typed: str) -> Finding:
    """Find people. What is found, and what was not to be, is logged before this returns."""
    sought = sought_in(typed)
    if sought.bad_code:
        return Finding(bad_code=True)
    if sought.code or sought.numbers:
        numbers = (sought.code,) if sought.code else sought.numbers
        return _by_number(asking, numbers, is_year=sought.year_alone)
    if len(folded(" ".join(sought.words))) < SHORTEST and not sought.born:
        return Finding(too_short=True)
    return _by_name(asking, sought)


def _by_name(asking: Asking, sought: Sought) -> Finding:
    """Names that begin so come first, then those that sound so."""
    begins, sounds = _criteria("name", sought), _criteria("phonetic", sought)
    with asking.snapshot() as (connection, cursor):
        context = asking.context(asking.actor(connection))
        first = _search(cursor, context, begins)
        then = _search(cursor, context, sounds) if sought.words else first
    found = tuple({one.patient: one for one in (*_found(first.matches), *_found(then.matches))}.values())
    _log_found(asking, begins, [one.patient for one in found])
    return Finding(found[:SHOWN], first.after is not None or len(found) > SHOWN)


def _criteria(parameter: str, sought: Sought) -> list[tuple[str, str]]:
    words = [(parameter, word.translate(SIGNS)) for word in sought.words]
    return [*words, *([("birthdate", sought.born)] if sought.born else [])]


def _search(cursor: psycopg.Cursor[Any], context: Context, criteria: Sequence[tuple[str, str]]) -> Page:
    return search(cursor, parse_query("Patient", [*criteria, ("_count", str(SHOWN))], context=context))


def _by_number(asking: Asking, numbers: Sequence[str], *, is_year: bool = False) -> Finding:
    """A year alone is nobody's number outside the reader's care, and is not counted as one."""
    criteria = [("identifier", ",".join(number.translate(SIGNS) for number in numbers))]
    with asking.snapshot() as (connection, cursor):
        inside, outside = _numbered(asking, cursor, asking.actor(connection), criteria)
    if inside:
        _log_found(asking, criteria, [one.patient for one in inside])
        return Finding(inside)
    if is_year:
        _log_found(asking, criteria, [])
        return Finding(year_alone=True)
    return _nobody_in_care(asking, criteria, outside)


def _numbered(
    asking: Asking, cursor: psycopg.Cursor[Any], actor: Actor, criteria: Sequence[tuple[str, str]]
) -> tuple[tuple[FoundPerson, ...], tuple[str, ...]]:
    """Who has a number: those who may be read, and the others by their ids."""
    matches = _search(cursor, Context(asking.zone, asking.keyring), criteria).matches
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
