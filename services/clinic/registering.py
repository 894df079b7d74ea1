"""Registering somebody: who may, where, and what is compared with whom before it.

Compared is everybody in the care of the reader's facilities, opened one by one: a search could not tell that two names are
one letter apart. Of whom the facilities treated before, and do not any more, only what agrees with what was typed is said,
if the name and the date of birth agree: that is how somebody who comes back is found, and nothing is told that was not
typed. Of all others a number in full is answered as everywhere (``finding``). Each of these that shows somebody outside
the reader's care is counted as a number is (``fishing``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from clinical.custody.care import CARE
from clinical.people import Details, Identity, NumberKind, identity_of
from clinical.people.birth_date import swapped
from clinical.people.details import details_of
from clinical.people.duplicates import (
    Points,
    Probable,
    Why,
    points_of,
    probable,
)
from clinical.people.number_spelling import spellings
from fhir_store.search import Context, parse_query, search
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.decision.people import organizations
from services.access.emergency.opening import opening_role
from services.access.people.throttling import TooSoon
from services.clinic.asking import Asking
from services.clinic.consents import law
from services.clinic.finding import SIGNS
from services.clinic.fishing import counted
from services.clinic.people_here import patients_known_here, patients_with
from services.clinic.permitted import require_registering
from services.clinic.reading import people as references

SHOWN = 10
MOST_COMPARED = 2_000
"""People opened to be compared. Proposed: more are held in no prison of the countries that we serve."""

AGREES = frozenset({Why.SAME_NUMBER, Why.SAME_NAME, Why.NAME_SOUNDS_ALIKE, Why.SAME_BIRTH, Why.BIRTH_SWAPPED})

TREATED = f"""
SELECT DISTINCT patient_id FROM {CARE} t
WHERE patient_id = ANY(%s) AND facility_id = ANY(%s)
"""  # noqa: S608 - our own text


@dataclass(frozen=True)
class Likely:
    """Somebody in care who may be the same person."""

    patient: str
    identity: Identity = field(repr=False)
    why: tuple[Why, ...]


@dataclass(frozen=True)
class Before:
    """Somebody who is not in care now and may be the same: what agrees with what was typed, and nothing else."""

    patient: str
    why: tuple[Why, ...]


@dataclass(frozen=True)
class Compared:
    """Who may be the same person as the one that is to be registered."""

    likely: tuple[Likely, ...] = ()
    before: tuple[Before, ...] = ()
    wait_s: int = 0
    """How long nobody outside the reader's care is looked up."""
    all_were: bool = True
    """Whether everybody in care was compared, and not only the first of very many."""


def compare(asking: Asking, details: Details) -> Compared:
    """Who may be the same. What is shown is logged before this returns."""
    points = points_of(law(asking))
    with asking.snapshot() as (connection, cursor):
        actor = asking.actor(connection)
        require_registering(asking, actor)
        facilities = _facilities(asking)
        here = patients_known_here(cursor, facilities, asking.day, MOST_COMPARED + 1)
        opened = dict(patients_with(cursor, asking.context(actor), here[:MOST_COMPARED]))
        likely = _likely(opened, details, points)
        outside = _outside(asking, cursor, facilities, opened, details, points)
    _log(asking, [one.patient for one in likely])
    all_were = len(here) <= MOST_COMPARED
    if not outside:
        return Compared(likely, all_were=all_were)
    return _told(asking, likely, outside, all_were=all_were)


def _facilities(asking: Asking) -> frozenset[str]:
    return organizations(asking.who.person)


def _likely(opened: Mapping[str, Mapping[str, Any]], details: Details, points: Points) -> tuple[Likely, ...]:
    found = probable(details, {id_: details_of(one) for id_, one in opened.items()}, points)
    return tuple(Likely(one.patient, identity_of(opened[one.patient]), one.why) for one in found[:SHOWN])


def _outside(
    asking: Asking,
    cursor: psycopg.Cursor[Any],
    facilities: Collection[str],
    opened: Collection[str],
    details: Details,
    points: Points,
) -> list[Probable]:
    """Who is not among those that were opened: with one of the numbers, or treated here before under this name and date of birth."""
    everybody = Context(asking.zone, asking.keyring)
    numbered = _with_numbers(cursor, everybody, details)
    named = _treated_at(cursor, _named(cursor, everybody, details), facilities)
    known = {id_: one for id_, one in {**named, **numbered}.items() if id_ not in opened}
    found = probable(details, {id_: details_of(one) for id_, one in known.items()}, points)
    return [one for one in found if _agrees(one)][:SHOWN]


def _agrees(one: Probable) -> bool:
    """A number, or both name and date of birth."""
    names = {Why.SAME_NAME, Why.NAME_SOUNDS_ALIKE} & set(one.why)
    births = {Why.SAME_BIRTH, Why.BIRTH_SWAPPED} & set(one.why)
    return Why.SAME_NUMBER in one.why or bool(names and births)


def _with_numbers(
    cursor: psycopg.Cursor[Any], context: Context, details: Details
) -> Mapping[str, Mapping[str, Any]]:
    numbers = [one.value for one in details.numbers if one.kind is not NumberKind.CODE]
    if not numbers:
        return {}
    wanted = sorted({spelling for number in numbers for spelling in spellings(number)})
    return _found(cursor, context, [("identifier", ",".join(one.translate(SIGNS) for one in wanted))])


def _named(
    cursor: psycopg.Cursor[Any], context: Context, details: Details
) -> Mapping[str, Mapping[str, Any]]:
    words = [*details.given.split()[:1], *details.family.split()[:1]]
    if len(words) < 2 or len(details.born) < len("1984-03-02"):
        return {}
    days = [details.born, *([other] if (other := swapped(details.born)) else [])]
    sounding = [("phonetic", word.translate(SIGNS)) for word in words]
    return _found(cursor, context, [*sounding, ("birthdate", ",".join(days))])


def _found(
    cursor: psycopg.Cursor[Any], context: Context, criteria: list[tuple[str, str]]
) -> Mapping[str, Mapping[str, Any]]:
    query = parse_query("Patient", [*criteria, ("_count", "50")], context=context)
    ids = [one.id for one in search(cursor, query).matches]
    return dict(patients_with(cursor, context, ids))


def _treated_at(
    cursor: psycopg.Cursor[Any], found: Mapping[str, Mapping[str, Any]], facilities: Collection[str]
) -> Mapping[str, Mapping[str, Any]]:
    cursor.execute(TREATED, (sorted(found), sorted(facilities)))
    return {id_: found[id_] for (id_,) in cursor.fetchall()}


def _told(asking: Asking, likely: tuple[Likely, ...], outside: list[Probable], *, all_were: bool) -> Compared:
    """What is told of who is not in care: counted, logged, and not to whoever may not open records in an emergency."""
    if opening_role(asking.who.person) is None:
        return Compared(likely, all_were=all_were)
    counting = counted(asking)
    if isinstance(counting, TooSoon):
        asking.log(kinds.refusal(asking.circumstances(), "search-type", "Patient", "too-many", kinds.NOBODY))
        return Compared(likely, wait_s=max(1, round(counting.wait.total_seconds())), all_were=all_were)
    about = Subjects(references([one.patient for one in outside]))
    asking.log(kinds.refusal(asking.circumstances(), "search-type", "Patient", "not-in-care", about))
    told = tuple(Before(one.patient, tuple(why for why in one.why if why in AGREES)) for one in outside)
    return Compared(likely, told, all_were=all_were)


def _log(asking: Asking, shown: list[str]) -> None:
    at, about = asking.circumstances(asking.purpose.value), Subjects(references(shown))
    asking.log(kinds.read(at, "$duplicates", "Patient", about, results=len(shown)))
