"""Injuries: the forms of a person, a draft with its three parts, one injury with the body chart, signing, and the paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

import psycopg
from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from markupsafe import Markup
from sqlalchemy import Connection

from clinical.injuries.form import (
    CONSISTENCIES,
    STATEMENTS,
    InjuryForm,
    Missing,
    drafts,
    may_withdraw,
    versions,
)
from clinical.injuries.injury import COLOURS, KINDS, Injury
from clinical.injuries.region import BY_CODE, HEIGHT, REGIONS, SIDES, WIDTH, Region, Side
from clinical.people import Identity
from clinical.people.photo import MOST_BYTES, PhotoRefused
from fhir_store.write import raw_cursor
from services.access.decision.one_by_one import treating
from services.access.pages.forms import Field
from services.access.roles.types import LEGAL_DISCLOSURE, PHOTO
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.consent_form import Unfit
from services.clinic.find_page import PEOPLE
from services.clinic.identity_page import REFUSALS
from services.clinic.injuries.chart import Mark, drawn, marks
from services.clinic.injuries.kept import (
    KeptForm,
    NotSigned,
    begin,
    discard,
    draft_called,
    form_called,
    forms_of,
    keep,
    sign,
    who_is_hurt,
    withdraw,
    withdrawn_forms,
)
from services.clinic.injuries.photographs import keep_photograph, photographs
from services.clinic.injuries.sheet import injuries_sheet, size_of
from services.clinic.injuries.typed import (
    TypedForm,
    TypedInjury,
    injury_in,
    number_of,
    with_injury,
    with_parts,
    without_injury,
)
from services.clinic.openings import Choice, choices
from services.clinic.permitted import may_make
from services.clinic.photos import may_see_photo
from services.clinic.reading import Patient, log_shown
from services.clinic.reception.who import names_of_writers
from services.shared.errors import BadRequest
from services.shared.languages import N_
from services.shared.pages import Pages

INJURIES = f"{PEOPLE}/injuries"

KEPT = N_("Kept. Nothing is signed yet.")
SIGNED = N_("Signed. Nothing in this version is changed any more.")
DISCARDED = N_("The draft is put away. It was never signed.")
WITHDRAWN = N_(
    "The form stands here as entered in error, and nothing of it is shown. Find the right person, and write the form there anew."
)
MISSING: Mapping[Missing, str] = {
    Missing.STATEMENT: N_("Part 1 is missing: what the person says, or that they do not."),
    Missing.FINDINGS: N_("Part 2 is missing: the injuries, or that none was found."),
    Missing.OPINION: N_("Part 3 is missing: the opinion; where none can be given, why."),
    Missing.REASON: N_("Say why there is another version."),
}


@dataclass(frozen=True)
class VersionLine:
    """A signed version."""

    id: str
    signed_at: datetime
    by: str = field(repr=False)
    nth: int
    of: int
    injuries: int
    consistency: str
    reason: str = field(repr=False)


@dataclass(frozen=True)
class WithdrawnLine:
    """A signed form that is of another person."""

    signed_at: datetime | None
    signed_by: str = field(repr=False)
    at: datetime | None
    by: str = field(repr=False)
    why: str = field(repr=False)


@dataclass(frozen=True)
class InjuriesPage:
    """The forms of somebody."""

    patient: str
    identity: Identity
    forms: tuple[tuple[VersionLine, ...], ...]
    drafts: tuple[tuple[str, str], ...]
    """Of each its id, and by whom it was begun."""
    may_disclose: bool
    withdrawn: tuple[WithdrawnLine, ...]
    said: str = ""


@dataclass(frozen=True)
class InjuryLine:
    """An injury as a page says it. Words wait for their translation."""

    nth: int
    where: str
    kind: str
    size: str
    colours: tuple[str, ...]
    note: str = field(repr=False)
    photo: str = field(repr=False)


@dataclass(frozen=True)
class Figure:
    """One side of the body chart."""

    side: Side
    words: str
    drawn: Markup
    marks: tuple[Mark, ...]
    regions: tuple[Region, ...]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class FormPage:
    """A form: a draft that is filled in, or a version that is read."""

    patient: str
    identity: Identity
    form: InjuryForm
    version: str
    injuries: tuple[InjuryLine, ...]
    figures: tuple[Figure, ...]
    statements: tuple[Choice, ...]
    consistencies: tuple[Choice, ...]
    signed_by: str
    is_newest: bool
    may_disclose: bool
    may_withdraw: bool
    said: str = ""
    missing: tuple[str, ...] = ()
    wrong: str = ""


@dataclass(frozen=True)
class InjuryPage:
    """One injury and the chart."""

    patient: str
    identity: Identity
    typed: TypedInjury
    figures: tuple[Figure, ...]
    kinds: tuple[Choice, ...]
    colours: tuple[Choice, ...]
    may_photograph: bool
    photo: str = field(repr=False)
    wrong: str = ""


def injuries_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=INJURIES, include_in_schema=False)

    @router.post("")
    def injuries(request: Request, asking: Clinician, person: Field = "") -> Response:
        return _list(pages, asking, person)

    @router.post("/begin")
    def begun(request: Request, asking: Clinician, person: Field = "", corrects: Field = "") -> Response:
        id_ = asking.database.run(lambda connection: begin(asking, connection, person, corrects))
        return _form(pages, asking, person, id_)

    @router.post("/form")
    def form(request: Request, asking: Clinician, person: Field = "", form: Field = "") -> Response:
        return _form(pages, asking, person, form)

    @router.post("/keep")
    def kept(request: Request, asking: Clinician, typed: Annotated[TypedForm, Form()]) -> Response:
        return _act(pages, asking, typed, asking.database.run(lambda c: _keep_parts(asking, c, typed)))

    @router.post("/injury")
    def injury(
        request: Request,
        asking: Clinician,
        typed: Annotated[TypedInjury, Form()],
        photo: Annotated[UploadFile | None, File()] = None,
    ) -> Response:
        return _injury_kept(pages, asking, typed, photo.file.read(MOST_BYTES + 1) if photo else b"")

    @router.post("/discard")
    def put_away(request: Request, asking: Clinician, person: Field = "", form: Field = "") -> Response:
        asking.database.run(lambda connection: discard(asking, connection, person, form))
        return _list(pages, asking, person, DISCARDED)

    @router.post("/withdraw")
    def taken_out(
        request: Request, asking: Clinician, person: Field = "", form: Field = "", why: Field = ""
    ) -> Response:
        return _withdrawn(pages, asking, person, form, why)

    @router.post("/pdf")
    def printed(request: Request, asking: Clinician, person: Field = "", form: Field = "") -> Response:
        return _printed(asking, person, form)

    return router


def _list(pages: Pages, asking: Asking, id_: str, said: str = "") -> Response:
    with asking.snapshot() as (connection, cursor):
        patient = who_is_hurt(asking, connection, id_)
        forms = [one.form for one in forms_of(asking, cursor, patient)]
        withdrawn = withdrawn_forms(asking, cursor, patient)
        signers = [who for one in withdrawn for who in (one.signed_by, one.by)]
        writers = names_of_writers(cursor, (*(one.by for one in forms), *signers))
        may_disclose = _may_disclose(asking, cursor, patient)
    page = InjuriesPage(
        id_,
        patient.identity,
        tuple(_version_lines(found, writers) for found in versions(forms)),
        tuple((one.id, writers.get(one.by or "", "")) for one in drafts(forms)),
        may_disclose,
        tuple(
            WithdrawnLine(
                one.signed_at,
                writers.get(one.signed_by or "", ""),
                one.at,
                writers.get(one.by or "", ""),
                one.why,
            )
            for one in withdrawn
        ),
        said,
    )
    log_shown(asking, patient, "$injuries", len(forms) + len(withdrawn))
    return pages.render(asking.request, "clinic/injuries.html", page)


def _version_lines(found: Sequence[InjuryForm], writers: Mapping[str, str]) -> tuple[VersionLine, ...]:
    return tuple(
        VersionLine(
            one.id,
            one.signed_at,
            writers.get(one.by or "", ""),
            len(found) - place,
            len(found),
            len(one.injuries),
            CONSISTENCIES[one.consistency] if one.consistency else "",
            one.reason,
        )
        for place, one in enumerate(found)
        if one.signed_at is not None
    )


def _may_disclose(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> bool:
    treated_at = treating(cursor, patient.actor, patient.id, asking.day)
    return may_make(patient.actor, patient.id, treated_at, LEGAL_DISCLOSURE)


def _form(
    pages: Pages,
    asking: Asking,
    person: str,
    id_: str,
    said: str = "",
    missing: tuple[Missing, ...] = (),
    wrong: str = "",
) -> Response:
    with asking.snapshot() as (connection, cursor):
        patient = who_is_hurt(asking, connection, person)
        found = form_called(asking, cursor, patient, id_)
        others = [one.form for one in forms_of(asking, cursor, patient)]
        writers = names_of_writers(cursor, [found.form.by])
        may_disclose = _may_disclose(asking, cursor, patient)
        images = _images(asking, cursor, patient, found.form)
        me = str(asking.who.account.id)
    form = found.form
    page = FormPage(
        person,
        patient.identity,
        form,
        found.version,
        tuple(_line(nth, one, images) for nth, one in enumerate(form.injuries, start=1)),
        tuple(_figure(side, form.injuries) for side in Side),
        choices(STATEMENTS),
        choices(CONSISTENCIES),
        writers.get(form.by or "", ""),
        not any(one.corrects == form.id and one.is_signed for one in others),
        may_disclose,
        may_withdraw((one for one in others if one.chain == form.chain), me),
        said,
        tuple(MISSING[one] for one in missing),
        wrong,
    )
    log_shown(asking, patient, "$injuries", 1)
    template = "clinic/injury_signed.html" if form.is_signed else "clinic/injury_form.html"
    return pages.render(asking.request, template, page, status=422 if missing or wrong else 200)


def _images(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, form: InjuryForm
) -> dict[str, str]:
    treated_at = treating(cursor, patient.actor, patient.id, asking.day)
    if not may_see_photo(patient.actor, patient.id, treated_at):
        return {}
    return photographs(asking, cursor, patient, [one.photo for one in form.injuries if one.photo])


def _line(nth: int, one: Injury, images: Mapping[str, str]) -> InjuryLine:
    return InjuryLine(
        nth,
        BY_CODE[one.region].words if one.region in BY_CODE else "",
        KINDS[one.kind],
        size_of(one),
        tuple(COLOURS[colour] for colour in one.colours),
        one.note,
        images.get(one.photo, ""),
    )


def _figure(side: Side, injuries: Sequence[Injury]) -> Figure:
    # Our own drawing, in which nothing of anybody stands.
    lines = Markup(drawn(side))  # noqa: S704
    return Figure(
        side, SIDES[side], lines, marks(injuries, side), tuple(one for one in REGIONS if one.side is side)
    )


def _keep_parts(asking: Asking, connection: Connection, typed: TypedForm) -> KeptForm:
    patient = who_is_hurt(asking, connection, typed.person)
    before = draft_called(asking, raw_cursor(connection), patient, typed.form)
    form = with_parts(before.form, typed)
    act, _, nth = typed.act.partition("-")
    if act == "remove":
        form = without_injury(form, number_of(nth, form) or 0)
    return keep(asking, connection, typed.person, form, typed.seen)


def _act(pages: Pages, asking: Asking, typed: TypedForm, kept: KeptForm) -> Response:
    """What the button says, after the parts are kept."""
    act, _, nth = typed.act.partition("-")
    match act:
        case "add":
            new = TypedInjury(person=typed.person, form=typed.form, seen=kept.version)
            return _injury(pages, asking, new)
        case "edit":
            number = number_of(nth, kept.form) or 1
            return _injury(pages, asking, _typed_of(typed, kept, number))
        case "sign":
            return _signed(pages, asking, typed, kept)
        case "keep" | "remove":
            return _form(pages, asking, typed.person, typed.form, KEPT)
    raise BadRequest


def _typed_of(typed: TypedForm, kept: KeptForm, nth: int) -> TypedInjury:
    one = kept.form.injuries[nth - 1]
    return TypedInjury(
        person=typed.person,
        form=typed.form,
        seen=kept.version,
        nth=str(nth),
        region=one.region,
        kind=one.kind,
        length=str(one.length_mm or ""),
        width=str(one.width_mm or ""),
        colour=[str(colour) for colour in one.colours],
        note=one.note,
    )


def _signed(pages: Pages, asking: Asking, typed: TypedForm, kept: KeptForm) -> Response:
    try:
        asking.database.run(
            lambda connection: sign(asking, connection, typed.person, typed.form, kept.version)
        )
    except NotSigned as not_signed:
        return _form(pages, asking, typed.person, typed.form, missing=not_signed.missing)
    return _form(pages, asking, typed.person, typed.form, SIGNED)


def _injury(pages: Pages, asking: Asking, typed: TypedInjury, wrong: str = "") -> Response:
    with asking.snapshot() as (connection, cursor):
        patient = who_is_hurt(asking, connection, typed.person)
        found = draft_called(asking, cursor, patient, typed.form)
        nth = number_of(typed.nth, found.form)
        images = _images(asking, cursor, patient, found.form)
        treated_at = treating(cursor, patient.actor, patient.id, asking.day)
        may_photograph = may_make(patient.actor, patient.id, treated_at, PHOTO)
    others = [one for place, one in enumerate(found.form.injuries, start=1) if place != nth]
    page = InjuryPage(
        typed.person,
        patient.identity,
        typed,
        tuple(_figure(side, others) for side in Side),
        choices(KINDS),
        choices(COLOURS),
        may_photograph,
        images.get(found.form.injuries[nth - 1].photo, "") if nth else "",
        wrong,
    )
    log_shown(asking, patient, "$injuries", 1)
    return pages.render(asking.request, "clinic/injury.html", page, status=422 if wrong else 200)


def _injury_kept(pages: Pages, asking: Asking, typed: TypedInjury, data: bytes) -> Response:
    try:
        asking.database.run(lambda connection: _keep_injury(asking, connection, typed, data))
    except Unfit as unfit:
        return _injury(pages, asking, typed, unfit.words)
    except PhotoRefused as refused:
        return _injury(pages, asking, typed, REFUSALS[type(refused)])
    return _form(pages, asking, typed.person, typed.form, KEPT)


def _withdrawn(pages: Pages, asking: Asking, person: str, id_: str, why: str) -> Response:
    try:
        asking.database.run(lambda connection: withdraw(asking, connection, person, id_, why))
    except Unfit as unfit:
        return _form(pages, asking, person, id_, wrong=unfit.words)
    return _list(pages, asking, person, WITHDRAWN)


def _keep_injury(asking: Asking, connection: Connection, typed: TypedInjury, data: bytes) -> None:
    """Keep one injury of a draft, with its photograph. Raises Unfit, PhotoRefused, Conflict, Forbidden."""
    patient = who_is_hurt(asking, connection, typed.person)
    form = draft_called(asking, raw_cursor(connection), patient, typed.form).form
    nth = number_of(typed.nth, form)
    before = form.injuries[nth - 1].photo if nth else ""
    injury_in(typed, before)
    photo = keep_photograph(asking, connection, patient, data) if data else before
    keep(asking, connection, typed.person, with_injury(form, nth, injury_in(typed, photo)), typed.seen)


def _printed(asking: Asking, person: str, id_: str) -> Response:
    with asking.snapshot() as (connection, cursor):
        patient = who_is_hurt(asking, connection, person)
        form = form_called(asking, cursor, patient, id_).form
        if not form.is_signed:
            raise BadRequest
        chain = next(
            found
            for found in versions(one.form for one in forms_of(asking, cursor, patient))
            if form in found
        )
        writers = names_of_writers(cursor, [form.by])
    log_shown(asking, patient, "$injuries", 1)
    version = (len(chain) - chain.index(form), len(chain))
    made = injuries_sheet(form, patient.identity, writers.get(form.by or "", ""), version, asking.zone)
    named = {"Content-Disposition": 'inline; filename="injuries.pdf"'}
    return Response(made, media_type="application/pdf", headers=named)
