"""Who somebody is: names and numbers, photo, card with a code, with whom they could be mixed up; and putting it right."""

import secrets
from dataclasses import dataclass, field
from typing import Annotated, Any

import psycopg
import segno
from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from sqlalchemy import Connection

from clinical.custody.encounters import instant
from clinical.people import Details, Doubt, Identity, Number, NumberKind, details_of
from clinical.people.code import RANDOM_BELOW, code_from
from clinical.people.correction import corrected
from clinical.people.numbers import identifier_of, kind_of_number, of_kind
from clinical.people.photo import (
    MOST_BYTES,
    NotAPhoto,
    PhotoRefused,
    PhotoTooLarge,
    PhotoTooSmall,
    photo_from,
)
from clinical.people.temporary_number import DRAWN_BELOW, temporary_number
from clinical.people.two_people import Mark
from fhir_store.read import Stored, read
from fhir_store.search import Context
from fhir_store.write import raw_cursor
from services.access.decision.one_by_one import treating
from services.access.pages.forms import Field
from services.access.roles.rule import Interaction
from services.access.roles.types import MERGE, PHOTO
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.consent_form import Unfit
from services.clinic.consents import law
from services.clinic.details_form import TypedDetails, details_in, typed_of, with_number
from services.clinic.find_page import PEOPLE
from services.clinic.openings import Choice, choices
from services.clinic.people_here import two_people_marks
from services.clinic.people_words import DOUBT_TAGS, DOUBTS, NUMBERS, SEXES, TAKEN
from services.clinic.permitted import may_make, require
from services.clinic.photos import binary_of, may_see_photo, photo_of, with_photo
from services.clinic.reading import (
    Json,
    NobodyHere,
    Patient,
    identities_shown,
    log_shown,
    parsed,
    patient_for,
    refuse,
)
from services.clinic.writing import changed, facilities, new_with_id, save_for, save_permitted
from services.shared.languages import N_
from services.shared.pages import Pages

PHOTO_KEPT = N_("The photo is kept. Earlier ones stay in the record.")
CODE_MADE = N_("A new card. The code on an earlier one finds nobody any more.")
CORRECTED = N_("Corrected. What was written before stays in the record.")

REFUSALS: dict[type[PhotoRefused], str] = {
    NotAPhoto: N_("This is no JPEG or PNG that can be read. Take the photo anew."),
    PhotoTooLarge: N_("This photo is too large. Take it again from further away, or choose a smaller one."),
    PhotoTooSmall: N_("This photo is too small to show a face. Take it again from nearer."),
}


@dataclass(frozen=True)
class NumberLine:
    """A number and what it is, in words that wait for their translation."""

    words: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class IdentityPage:
    """Who somebody is."""

    patient: str
    identity: Identity
    details: Details
    sex: str
    doubt: str
    numbers: tuple[NumberLine, ...]
    photo: str = field(repr=False)
    taken: str
    """Why they could be taken for somebody else here, in words that wait for their translation; empty if they could not."""
    others: tuple[Identity, ...]
    more_others: int
    """Those whom the reader does not see."""
    may_write: bool
    may_photograph: bool
    may_merge: bool
    joined: tuple[tuple[str, Identity], ...]
    """The other records of the person, by the id of each."""
    said: str = ""
    wrong: str = ""


@dataclass(frozen=True)
class CodePage:
    """The card of somebody: nothing on it but the code."""

    patient: str
    image: str = field(repr=False)
    last: str = field(repr=False)
    """The last digits, by which two cards are told apart."""


@dataclass(frozen=True)
class DetailsPage:
    """The form in which it is put right who somebody is."""

    patient: str
    identity: Identity
    typed: TypedDetails
    doubts: tuple[Choice, ...]
    sexes: tuple[Choice, ...]
    wrong: str = ""


class TypedCorrection(TypedDetails):
    """The form, and of whom it is."""

    person: str = ""


def identity_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=PEOPLE, include_in_schema=False)

    @router.post("/identity")
    def identity(request: Request, asking: Clinician, person: Field = "") -> Response:
        return identity_answer(pages, asking, person)

    @router.post("/photo")
    def photo(
        request: Request,
        asking: Clinician,
        person: Field = "",
        photo: Annotated[UploadFile | None, File()] = None,
    ) -> Response:
        data = photo.file.read(MOST_BYTES + 1) if photo else b""
        try:
            asking.database.run(lambda connection: _keep_photo(asking, connection, person, data))
        except PhotoRefused as refused:
            return identity_answer(pages, asking, person, wrong=REFUSALS[type(refused)])
        return identity_answer(pages, asking, person, PHOTO_KEPT)

    @router.post("/code")
    def code(request: Request, asking: Clinician, person: Field = "", anew: Field = "") -> Response:
        made = asking.database.run(lambda connection: _code(asking, connection, person, anew=anew == "yes"))
        return _code_page(pages, asking, person, made)

    @router.post("/details")
    def details(request: Request, asking: Clinician, person: Field = "") -> Response:
        return _details(pages, asking, person, None, "")

    @router.post("/correct")
    def correct(request: Request, asking: Clinician, typed: Annotated[TypedCorrection, Form()]) -> Response:
        try:
            found = details_in(typed, asking.day)
        except Unfit as unfit:
            return _details(pages, asking, typed.person, typed, unfit.words)
        asking.database.run(lambda connection: _correct(asking, connection, typed.person, found))
        return identity_answer(pages, asking, typed.person, CORRECTED)

    return router


def identity_answer(pages: Pages, asking: Asking, id_: str, said: str = "", wrong: str = "") -> Response:
    """Who somebody is. Raises NobodyHere."""
    with asking.snapshot() as (connection, cursor):
        patient = somebody_known(asking, connection, cursor, id_)
        treated_at = treating(cursor, patient.actor, id_, asking.day)
        resource = parsed(read(cursor, asking.keyring, "Patient", id_))
        sees = may_see_photo(patient.actor, id_, treated_at)
        photo = photo_of(asking, cursor, resource) if sees else ""
        mark, others = _mark(asking, cursor, patient, treated_at)
        joined = _joined(asking, cursor, patient)
    details = details_of(resource)
    page = IdentityPage(
        id_,
        patient.identity,
        details,
        SEXES.get(details.sex, SEXES["unknown"]),
        DOUBT_TAGS[details.doubt],
        tuple(NumberLine(NUMBERS[one.kind], one.value) for one in details.numbers if one.kind in NUMBERS),
        photo,
        TAKEN[mark.why] if mark else "",
        tuple(others),
        len(mark.others) - len(others) if mark else 0,
        may_make(patient.actor, id_, treated_at, "Patient", Interaction.UPDATE),
        may_make(patient.actor, id_, treated_at, PHOTO),
        may_make(patient.actor, id_, treated_at, MERGE),
        joined,
        said,
        wrong,
    )
    log_shown(asking, patient, "$identity", 1)
    return pages.render(asking.request, "clinic/identity.html", page, status=422 if wrong else 200)


def _joined(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient
) -> tuple[tuple[str, Identity], ...]:
    found = (
        (id_, identity)
        for id_ in patient.records[1:]
        for identity in identities_shown(asking, cursor, patient.actor, [id_])
    )
    return tuple(found)


def somebody_known(asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], id_: str) -> Patient:
    """Somebody of whom the reader may know who they are. Raises NobodyHere, which is logged."""
    try:
        return patient_for(asking, connection, cursor, id_, whole=False)
    except NobodyHere:
        refuse(asking, id_, "not-in-care")
        raise


def _mark(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, treated_at: list[str]
) -> tuple[Mark | None, list[Identity]]:
    """With whom somebody could be mixed up here, and those of them whom the reader sees."""
    everybody = Context(asking.zone, asking.keyring)
    mark = two_people_marks(cursor, everybody, treated_at, asking.day, law(asking)).get(patient.id)
    if mark is None:
        return None, []
    return mark, identities_shown(asking, cursor, patient.actor, mark.others)


def _stored(asking: Asking, connection: Connection, id_: str) -> tuple[Patient, Stored, Json]:
    cursor = raw_cursor(connection)
    patient = somebody_known(asking, connection, cursor, id_)
    stored = read(cursor, asking.keyring, "Patient", id_)
    return patient, stored, parsed(stored)


def _keep_photo(asking: Asking, connection: Connection, id_: str, data: bytes) -> None:
    """Raises PhotoRefused, Forbidden."""
    patient, stored, resource = _stored(asking, connection, id_)
    require(asking, raw_cursor(connection), patient, PHOTO)
    photo = photo_from(data)
    binary = binary_of(photo, id_)
    now = with_photo(resource, binary, photo, instant(asking.at))
    save_for(asking, connection, patient, [changed(stored, now)])
    # As a type a Binary is a letter, which not everybody writes who takes photos; the thing was permitted above.
    at = facilities(asking, raw_cursor(connection), patient)[0]
    save_permitted(asking, connection, [id_], at, [new_with_id(binary)])


def _code(asking: Asking, connection: Connection, id_: str, *, anew: bool) -> str:
    """The code on somebody's card; a new one if there is none, or if the card is lost. Raises Forbidden."""
    patient, stored, resource = _stored(asking, connection, id_)
    require(asking, raw_cursor(connection), patient, "Patient", Interaction.UPDATE)
    known = of_kind(details_of(resource).numbers, NumberKind.CODE)
    if known and not anew:
        return known
    made = Number(NumberKind.CODE, code_from(secrets.randbelow(RANDOM_BELOW)))
    kept = [one for one in resource.get("identifier", ()) if kind_of_number(one) is not NumberKind.CODE]
    save_for(
        asking,
        connection,
        patient,
        [changed(stored, {**resource, "identifier": [*kept, identifier_of(made)]})],
    )
    return made.value


def _code_page(pages: Pages, asking: Asking, id_: str, code: str) -> Response:
    image = segno.make(code, error="m", micro=False).svg_data_uri(
        scale=6, border=4, dark="#000", light="#fff"
    )
    return pages.render(asking.request, "clinic/code.html", CodePage(id_, image, code[-4:]))


def _details(pages: Pages, asking: Asking, id_: str, typed: TypedDetails | None, wrong: str) -> Response:
    with asking.snapshot() as (connection, cursor):
        patient = somebody_known(asking, connection, cursor, id_)
        require(asking, cursor, patient, "Patient", Interaction.UPDATE)
        known = details_of(parsed(read(cursor, asking.keyring, "Patient", id_)))
    log_shown(asking, patient, "$identity", 1)
    page = DetailsPage(
        id_, patient.identity, typed or typed_of(known), choices(DOUBTS), choices(SEXES), wrong
    )
    return pages.render(asking.request, "clinic/details.html", page, status=422 if wrong else 200)


def _correct(asking: Asking, connection: Connection, id_: str, details: Details) -> None:
    """Write who somebody is as a new version. Raises Forbidden."""
    patient, stored, resource = _stored(asking, connection, id_)
    if details.doubt is not Doubt.NONE and not of_kind(details_of(resource).numbers, NumberKind.TEMPORARY):
        drawn = temporary_number(secrets.randbelow(DRAWN_BELOW))
        details = with_number(details, Number(NumberKind.TEMPORARY, drawn))
    save_for(asking, connection, patient, [changed(stored, corrected(resource, details, law(asking)))])
