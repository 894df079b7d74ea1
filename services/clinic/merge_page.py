"""Joining two records of one person: whom it could be, both side by side with their dose days, and then a signature.

Never automatic, and taken apart again at any time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from clinical.people import Identity, details_of, identity_of
from clinical.people.duplicates import points_of, probable
from clinical.people.merge import MergeRefused
from clinical.people.number_spelling import spellings
from clinical.people.same_person import named_by_one
from fhir_store.read import read
from fhir_store.search import parse_query, search
from services.access.decision.people import organizations
from services.access.pages.forms import Field
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.consents import law
from services.clinic.faces import faces_of
from services.clinic.find_page import PEOPLE
from services.clinic.finding import SIGNS
from services.clinic.identity_page import identity_answer
from services.clinic.merging import Pair, in_care, join, pair, part
from services.clinic.people_here import patients_known_here, patients_with
from services.clinic.people_words import DOUBT_TAGS, SEXES, WHYS
from services.clinic.reading import Patient, log_shown, parsed
from services.shared.languages import N_
from services.shared.pages import Pages

MERGE = f"{PEOPLE}/merge"
SHOWN = 10

SIGNED = N_("Signed. The records are read as one from now on. They can be taken apart again.")
PARTED = N_("Taken apart. Each record is read by itself again.")
NOBODY_FOUND = N_(
    "Nobody in your care has this number. Record the arrival of the other record first, then join the two."
)
NAMED = N_("another system says that it is the same person")
SAME = N_("This is the same record, or the two are joined already.")


@dataclass(frozen=True)
class MergeLine:
    """Somebody whose record it could be. Words wait for their translation."""

    patient: str
    identity: Identity = field(repr=False)
    why: tuple[str, ...]


@dataclass(frozen=True)
class MergePage:
    """Whom it could be."""

    patient: str
    identity: Identity
    likely: tuple[MergeLine, ...]
    faces: Mapping[str, str] = field(repr=False)
    """Photos, by the ids of those whose records they are."""
    wrong: str = ""


@dataclass(frozen=True)
class PairPage:
    """Two records side by side."""

    patient: str
    pair: Pair
    faces: Mapping[str, str] = field(repr=False)
    sexes: dict[str, str]
    doubts: dict[Any, str]


def merge_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=MERGE, include_in_schema=False)

    @router.post("")
    def merge(request: Request, asking: Clinician, person: Field = "") -> Response:
        return _likely(pages, asking, person, "")

    @router.post("/compare")
    def compare(
        request: Request, asking: Clinician, person: Field = "", other: Field = "", number: Field = ""
    ) -> Response:
        return _compare(pages, asking, person, other, number)

    @router.post("/sign")
    def sign(request: Request, asking: Clinician, person: Field = "", other: Field = "") -> Response:
        try:
            asking.database.run(lambda connection: join(asking, connection, person, other))
        except MergeRefused:
            return _likely(pages, asking, person, SAME)
        return identity_answer(pages, asking, person, SIGNED)

    @router.post("/part")
    def take_apart(request: Request, asking: Clinician, person: Field = "", record: Field = "") -> Response:
        asking.database.run(lambda connection: part(asking, connection, person, record))
        return identity_answer(pages, asking, person, PARTED)

    return router


def _likely(pages: Pages, asking: Asking, id_: str, wrong: str) -> Response:
    with asking.snapshot() as (connection, cursor):
        patient = in_care(asking, connection, cursor, id_)
        lines = _lines(asking, connection, cursor, patient)
    log_shown(asking, patient, "$duplicates", len(lines))
    faces = faces_of(asking, [id_, *(one.patient for one in lines[:SHOWN])])
    page = MergePage(id_, patient.identity, tuple(lines[:SHOWN]), faces, wrong)
    return pages.render(asking.request, "clinic/merge.html", page, status=422 if wrong else 200)


def _lines(
    asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], patient: Patient
) -> list[MergeLine]:
    """Those whom another system named first, then those who are alike."""
    actor = asking.actor(connection)
    here = patients_known_here(cursor, organizations(asking.who.person), asking.day)
    named = named_by_one(cursor, patient.id)
    opened = dict(patients_with(cursor, asking.context(actor), {*here, *named} - set(patient.records)))
    own = details_of(parsed(read(cursor, asking.keyring, "Patient", patient.id)))
    found = probable(own, {id_: details_of(one) for id_, one in opened.items()}, points_of(law(asking)))
    why = {one.patient: tuple(WHYS[one_why] for one_why in one.why) for one in found}
    ordered = dict.fromkeys([*sorted(named & opened.keys()), *why])
    return [
        MergeLine(id_, identity_of(opened[id_]), (*((NAMED,) if id_ in named else ()), *why.get(id_, ())))
        for id_ in ordered
    ]


def _compare(pages: Pages, asking: Asking, id_: str, other: str, number: str) -> Response:
    with asking.snapshot() as (connection, cursor):
        patient = in_care(asking, connection, cursor, id_)
        found = other or _with_number(asking, connection, cursor, number)
        if found is None or found in patient.records:
            wrong = NOBODY_FOUND if found is None else SAME
        else:
            wrong = ""
            shown = pair(asking, cursor, patient, in_care(asking, connection, cursor, found))
    if wrong:
        return _likely(pages, asking, id_, wrong)
    for side in (shown.one, shown.other):
        log_shown(asking, replace(patient, id=side.patient), "$merge", len(shown.days))
    faces = faces_of(asking, [shown.one.patient, shown.other.patient])
    page = PairPage(id_, shown, faces, dict(SEXES), dict(DOUBT_TAGS))
    return pages.render(asking.request, "clinic/pair.html", page)


def _with_number(
    asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], number: str
) -> str | None:
    """Whose number it is, of those whom the reader finds; None if it is nobody's, or several have it."""
    text = " ".join(number.split())
    if not text:
        return None
    wanted = ",".join(one.translate(SIGNS) for one in spellings(text))
    context = asking.context(asking.actor(connection))
    query = parse_query("Patient", [("identifier", wanted), ("_count", "2")], context=context)
    matches = search(cursor, query).matches
    return matches[0].id if len(matches) == 1 else None
