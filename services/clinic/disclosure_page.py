"""Disclosure without consent: the form that makes its record, and those that were made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import psycopg
from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from clinical.disclosure import (
    CONTAINED_RECIPIENT,
    Basis,
    Disclosure,
    NotYet,
    Refusal,
    Told,
    WhyNotTold,
    communication_of,
    now_told,
    refusal_of,
)
from clinical.people import Identity
from clinical.record_line import RecordLine
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.pages.forms import Field
from services.access.roles.types import LEGAL_DISCLOSURE
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.consent_keeping import somebody
from services.clinic.consents import places
from services.clinic.disclosure_words import BASES, REFUSALS, WHY_NOT_TOLD
from services.clinic.disclosures import (
    TYPES_SENT,
    Made,
    all_of_person,
    made,
    offered,
    practitioner,
    seen_of,
    told_version,
)
from services.clinic.find_page import PEOPLE
from services.clinic.openings import Choice
from services.clinic.permitted import require
from services.clinic.reading import Patient, log_shown, people
from services.clinic.record_page import RecordEntry, entry_of
from services.clinic.words import TYPES
from services.clinic.writing import new, references, save_for
from services.shared.errors import BadRequest, NotFound
from services.shared.pages import Pages

DISCLOSURES = f"{PEOPLE}/disclosures"
ELSEWHERE = "elsewhere"
"""In the audit log, a recipient who has no record here: the name that somebody typed stays out of it."""

NOW, LATER = "now", "later"
LONGEST = 500


class Typed(BaseModel):
    """The fields of the form, as they were sent."""

    model_config = ConfigDict(frozen=True)

    person: str = ""
    kind: str = ""
    basis: str = ""
    law: str = ""
    recipient: str = ""
    recipient_name: str = ""
    sent: list[str] = []
    told: str = ""
    why: str = ""
    tell_by: str = ""


class Refused(Exception):
    """A disclosure may not be made so. Nothing was written."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__()
        self.refusal = refusal


@dataclass(frozen=True)
class MadeLine:
    """A disclosure that was made. Words wait for their translation; the law, names and references are as written."""

    id: str
    basis: str
    law: str
    recipient: str
    decided_by: str
    disclosure: Disclosure
    sent: tuple[tuple[str, str], ...]
    """Of each record that went, its type in words, and what it says where that is among what is offered."""
    why_not: str
    tell_by: date | None
    """By when the person is to be told; None once they were."""
    overdue: bool


@dataclass(frozen=True)
class DisclosurePage:
    """The form, and what was disclosed before."""

    patient: str
    identity: Identity
    made: tuple[MadeLine, ...]
    bases: tuple[Choice, ...]
    whys: tuple[Choice, ...]
    types: tuple[Choice, ...]
    recipients: tuple[tuple[str, str], ...]
    items: tuple[tuple[str, RecordEntry], ...]
    more: int
    """How many records there are besides those that are offered."""
    typed: Typed
    wrong: str = ""


def disclosure_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=DISCLOSURES, include_in_schema=False)

    @router.post("")
    def disclosures(request: Request, asking: Clinician, person: Field = "", kind: Field = "") -> Response:
        return _page(pages, asking, Typed(person=person, kind=kind), "")

    @router.post("/record")
    def record(request: Request, asking: Clinician, typed: Annotated[Typed, Form()]) -> Response:
        try:
            asking.database.run(lambda connection: _record(asking, connection, typed))
        except Refused as refused:
            return _page(pages, asking, typed, REFUSALS[refused.refusal])
        return _page(pages, asking, Typed(person=typed.person), "")

    @router.post("/told")
    def told(request: Request, asking: Clinician, person: Field = "", disclosure: Field = "") -> Response:
        asking.database.run(lambda connection: _tell(asking, connection, person, disclosure))
        return _page(pages, asking, Typed(person=person), "")

    return router


def _page(pages: Pages, asking: Asking, typed: Typed, wrong: str) -> Response:
    with asking.snapshot() as (connection, cursor):
        patient = _somebody(asking, connection, typed.person)
        was_made = made(asking, cursor, patient)
        lines, total = offered(asking, cursor, patient, typed.kind)
        recipients = places(asking, cursor, patient)
        names = {**dict(recipients), **_deciders(cursor, was_made)}
    page = DisclosurePage(
        typed.person,
        patient.identity,
        tuple(_line(one, names, dict(lines), asking.day) for one in was_made),
        tuple(Choice(code, words) for code, words in BASES.items()),
        tuple(Choice(code, words) for code, words in WHY_NOT_TOLD.items()),
        tuple(Choice(code, TYPES.get(code, code)) for code in TYPES_SENT),
        tuple(recipients),
        tuple((reference, entry_of(line)) for reference, line in lines),
        total - len(lines),
        typed,
        wrong,
    )
    log_shown(asking, patient, "$disclosures", len(lines))
    return pages.render(asking.request, "clinic/disclosure.html", page, status=422 if wrong else 200)


def _record(asking: Asking, connection: Connection, typed: Typed) -> None:
    """Make the record of a disclosure, with its events. Raises Refused, BadRequest."""
    cursor = raw_cursor(connection)
    patient = _somebody(asking, connection, typed.person)
    disclosure = _filled(asking, typed, patient, practitioner(asking, connection))
    if refusal := refusal_of(disclosure, all_of_person(cursor, patient.id)):
        raise Refused(refusal)
    if not seen_of(asking, cursor, patient).issuperset(disclosure.sent):
        raise BadRequest
    name = " ".join(typed.recipient_name.split())
    saved = save_for(asking, connection, patient, [new(communication_of(disclosure, name))])
    to = ELSEWHERE if disclosure.recipient == CONTAINED_RECIPIENT else disclosure.recipient
    types = sorted({one.partition("/")[0] for one in disclosure.sent})
    about = Subjects(people([patient.id]), [*disclosure.sent, *references(saved)])
    at = asking.circumstances(patient.purpose)
    asking.log_with(connection, kinds.disclosure(at, to, disclosure.basis.value, types, about))


def _filled(asking: Asking, typed: Typed, patient: Patient, decided_by: str) -> Disclosure:
    """The disclosure as it was filled in. Raises Refused, BadRequest."""
    if len(typed.law) > LONGEST or len(typed.recipient_name) > LONGEST:
        raise BadRequest
    try:
        basis = Basis(typed.basis)
    except ValueError:
        raise Refused(Refusal.NO_LEGAL_BASIS) from None
    return Disclosure(
        patient=f"Patient/{patient.id}",
        basis=basis,
        law=" ".join(typed.law.split()),
        recipient=_recipient(asking, typed),
        sent=tuple(dict.fromkeys(typed.sent)),
        decided_by=decided_by,
        at=asking.at,
        told=_told(asking, typed),
    )


def _recipient(asking: Asking, typed: Typed) -> str:
    if typed.recipient_name.strip():
        return CONTAINED_RECIPIENT
    if typed.recipient and not typed.recipient.startswith("Organization/"):
        raise BadRequest
    return typed.recipient


def _told(asking: Asking, typed: Typed) -> Told | NotYet | None:
    if typed.told == NOW:
        return Told(asking.at)
    try:
        return (
            NotYet(WhyNotTold(typed.why), date.fromisoformat(typed.tell_by)) if typed.told == LATER else None
        )
    except ValueError:
        return None


def _tell(asking: Asking, connection: Connection, id_: str, disclosure: str) -> None:
    """Record that the person was told of a disclosure just now. Raises NotFound."""
    patient = _somebody(asking, connection, id_)
    found = [one for one in made(asking, raw_cursor(connection), patient) if one.id == disclosure]
    if not found:
        raise NotFound
    (one,) = found
    if isinstance(one.disclosure.told, NotYet):
        save_for(asking, connection, patient, [told_version(one, now_told(one.resource, asking.at))])


def _somebody(asking: Asking, connection: Connection, id_: str) -> Patient:
    """Somebody in the reader's care of whom they may disclose. Raises NobodyHere, Forbidden."""
    patient = somebody(asking, connection, id_)
    require(asking, raw_cursor(connection), patient, LEGAL_DISCLOSURE)
    return patient


def _deciders(cursor: psycopg.Cursor[Any], was_made: Sequence[Made]) -> Mapping[str, str]:
    """How those are called who decided."""
    ids = {one.disclosure.decided_by.partition("/")[2] for one in was_made}
    cursor.execute(
        "SELECT id::text, display_name FROM access.account WHERE id::text = ANY(%s)", (sorted(ids),)
    )
    return {f"Practitioner/{id_}": str(name) for id_, name in cursor.fetchall()}


def _item(reference: str, shown: Mapping[str, RecordLine]) -> tuple[str, str]:
    type_ = reference.partition("/")[0]
    return TYPES.get(type_, type_), shown[reference].text if reference in shown else ""


def _line(one: Made, names: Mapping[str, str], shown: Mapping[str, RecordLine], on: date) -> MadeLine:
    told = one.disclosure.told
    later = told if isinstance(told, NotYet) else None
    return MadeLine(
        one.id,
        BASES[one.disclosure.basis],
        one.disclosure.law,
        one.recipient_name or names.get(one.disclosure.recipient, "?"),
        names.get(one.disclosure.decided_by, "?"),
        one.disclosure,
        tuple(_item(reference, shown) for reference in one.disclosure.sent),
        WHY_NOT_TOLD[later.why] if later else "",
        later.tell_by if later else None,
        later is not None and later.tell_by <= on,
    )
