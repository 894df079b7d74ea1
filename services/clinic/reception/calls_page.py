"""The claimed dose and the calls by which it is verified: who was called, when, what they said, and what follows."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from clinical.custody.consequences import Duty
from clinical.labels import Label
from clinical.oat.claim import Call, Claim, Outcome, observation_of
from clinical.oat.product import products
from clinical.oat.shapes import EXTENSION, when
from clinical.people import Identity
from clinical.reception.claimed import TreatedAt
from fhir_store.locks import lock_of, take
from fhir_store.write import raw_cursor
from services.access.decision import decide
from services.access.decision.one_by_one import treating
from services.access.decision.subject import Subject
from services.access.roles.rule import Interaction
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.consent_form import Unfit
from services.clinic.consent_keeping import not_to_you, somebody
from services.clinic.consents import places
from services.clinic.disclosures import practitioner
from services.clinic.openings import Choice, choices
from services.clinic.reading import Json, Patient, log_shown, parsed
from services.clinic.reception.claim import (
    MEDICINES,
    OUTCOMES,
    CallSaid,
    CapSaid,
    Claimed,
    calls_said,
    cap_said,
    claimed_by,
)
from services.clinic.reception.keeping import done
from services.clinic.reception.paths import RECEPTION
from services.clinic.reception.typed import day_and_time, milligrams
from services.clinic.reception.who import names_of_writers
from services.clinic.sentences import amount
from services.clinic.stays_page import here
from services.clinic.writing import changed, save_at
from services.shared.errors import BadRequest
from services.shared.languages import N_
from services.shared.pages import Pages

WRITTEN_DOWN = N_("The call is written down.")
NOTHING_CLAIMED = N_("No dose elsewhere is claimed. Ask first whether the person was treated, then call.")
NO_OUTCOME = N_("Choose what came of the call.")
NO_PLACE = N_("Say who was called: choose the place, or write what it is called.")
NO_TIME = N_(
    "A dose is verified with its day and its amount. Write what the centre says, or choose another outcome."
)

LONGEST = 500
CLAIM_LABELS = frozenset({Label.ETH, Label.OPIOIDUD, Label.R})
OURS = frozenset({f"{EXTENSION}oat-product", f"{EXTENSION}verification-call"})
"""What a claim itself writes; the other extensions of its Observation are kept."""


class TypedCall(BaseModel):
    """The fields of the form, as they were sent."""

    model_config = ConfigDict(frozen=True)

    person: str = ""
    seen: str = ""
    """The version of the claim that stood on the page."""
    whom: str = ""
    place: str = ""
    spoke_with: str = ""
    said: str = ""
    outcome: str = ""
    product: str = ""
    mg: str = ""
    day: str = ""
    time: str = ""


@dataclass(frozen=True)
class CallsPage:
    """What is claimed, and what became of it."""

    patient: str
    identity: Identity
    claimed: bool
    unverified: bool
    verified: bool
    medicine: str
    mg: str
    when: str
    treated_at: str
    cap: CapSaid | None
    calls: tuple[CallSaid, ...]
    places: tuple[tuple[str, str], ...]
    outcomes: tuple[Choice, ...]
    medicines: tuple[Choice, ...]
    version: str
    typed: TypedCall
    said: str = ""
    wrong: str = ""


def calls_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=RECEPTION, include_in_schema=False)

    @router.post("/calls")
    def calls(request: Request, asking: Clinician, typed: Annotated[TypedCall, Form()]) -> Response:
        return _page(pages, asking, typed)

    @router.post("/called")
    def called(request: Request, asking: Clinician, typed: Annotated[TypedCall, Form()]) -> Response:
        try:
            asking.database.run(lambda connection: _keep(asking, connection, typed))
        except Unfit as unfit:
            return _page(pages, asking, typed, wrong=unfit.words)
        return _page(pages, asking, TypedCall(person=typed.person), said=WRITTEN_DOWN)

    return router


def _page(pages: Pages, asking: Asking, typed: TypedCall, said: str = "", wrong: str = "") -> Response:
    with asking.snapshot() as (connection, cursor):
        patient = _of_claim(asking, connection, typed.person)
        found = claimed_by(asking, cursor, patient, here(asking, cursor, patient))
        organizations = places(asking, cursor, patient)
        calls = found.claim.calls if found else ()
        writers = names_of_writers(cursor, (call.by for call in calls))
    page = _shown(asking, patient, found, dict(organizations), dict(writers), typed, said, wrong)
    log_shown(asking, patient, "$claim", len(calls))
    return pages.render(asking.request, "clinic/reception_calls.html", page, status=422 if wrong else 200)


def _shown(
    asking: Asking,
    patient: Patient,
    found: Claimed | None,
    organizations: dict[str, str],
    writers: dict[str, str],
    typed: TypedCall,
    said: str,
    wrong: str,
) -> CallsPage:
    claim = found.claim if found else None
    where = found.treated_at if found else TreatedAt()
    treated = f"Organization/{where.organization}" if where.organization else ""
    product = claim.product.code if claim and claim.product else ""
    return CallsPage(
        patient.id,
        patient.identity,
        claim is not None,
        found is not None and found.is_unverified,
        claim is not None and claim.is_verified,
        MEDICINES.get(product, ""),
        amount(claim.mg) if claim and claim.mg is not None else "",
        parsed(found.stored).get("effectiveDateTime", "") if found else "",
        organizations.get(treated) or where.words,
        cap_said(asking, claim) if claim else None,
        calls_said(claim, organizations, writers) if claim else (),
        tuple(organizations.items()),
        choices(OUTCOMES),
        choices(MEDICINES),
        str(found.stored.version) if found else "",
        _filled(typed, treated, where.words, product),
        said,
        wrong,
    )


def _filled(typed: TypedCall, treated: str, words: str, product: str) -> TypedCall:
    """The form, with whom the person named until somebody names another."""
    is_named = typed.whom or typed.place
    said = {} if is_named else {"whom": treated, "place": words}
    return typed.model_copy(update={**said, "product": typed.product or product})


def _keep(asking: Asking, connection: Connection, typed: TypedCall) -> None:
    """Write a call down. What was sent twice is written once. Raises Unfit, Forbidden, BadRequest."""
    cursor = raw_cursor(connection)
    patient = _of_claim(asking, connection, typed.person)
    facility = here(asking, cursor, patient)
    take(cursor, [lock_of("reception", patient.id)])
    found = claimed_by(asking, cursor, patient, facility)
    if found is None:
        raise BadRequest(NOTHING_CLAIMED)
    by = practitioner(asking, connection).partition("/")[2]
    call = _call(typed, asking.at, by)
    if str(found.stored.version) != typed.seen and _is_written(found.claim, call):
        return
    claim = _after(asking, found.claim, call, typed)
    writes = [changed(found.stored, _version(found, claim))]
    if claim.is_verified:
        writes += done(asking, cursor, patient, facility, Duty.VERIFY_LAST_DOSE)
    save_at(asking, connection, patient.id, facility, writes)


def _is_written(claim: Claim, call: Call) -> bool:
    """Whether it was sent before, and only the answer was lost."""
    return bool(claim.calls) and replace(claim.calls[-1], at=call.at) == call


def _version(found: Claimed, claim: Claim) -> Json:
    """The next version of the Observation, with what others have written into it."""
    before, made = parsed(found.stored), observation_of(claim)
    others = [one for one in before.get("extension", ()) if one["url"] not in OURS]
    return {**before, **made, "extension": [*made.get("extension", ()), *others]}


def _call(typed: TypedCall, at: datetime, by: str) -> Call:
    if max(map(len, (typed.place, typed.spoke_with, typed.said))) > LONGEST:
        raise BadRequest
    if typed.outcome not in list(Outcome):
        raise Unfit(NO_OUTCOME)
    type_, _, whom = typed.whom.partition("/")
    if typed.whom and (type_ != "Organization" or not whom):
        raise BadRequest
    place, spoke_with, said = (" ".join(one.split()) for one in (typed.place, typed.spoke_with, typed.said))
    if not whom and not place:
        raise Unfit(NO_PLACE)
    return Call(at, Outcome(typed.outcome), None if place else whom, by, place, spoke_with, said)


def _after(asking: Asking, claim: Claim, call: Call, typed: TypedCall) -> Claim:
    """The claim after a call. What the centre says in its place stands in it from then on. Raises Unfit."""
    after = replace(claim, calls=(*claim.calls, call))
    if call.outcome is Outcome.CORRECTED:
        after = _corrected(asking, after, typed)
    if call.outcome in (Outcome.CONFIRMED, Outcome.CORRECTED) and not after.is_verified:
        raise Unfit(NO_TIME)
    return after


def _corrected(asking: Asking, claim: Claim, typed: TypedCall) -> Claim:
    if typed.product not in products() or not typed.day or not typed.mg:
        raise Unfit(NO_TIME)
    taken = when(day_and_time(typed.day, typed.time, asking), asking.zone)
    return replace(
        claim,
        product=products()[typed.product],
        mg=milligrams(typed.mg),
        last_taken_at=taken.at,
        surely_by=taken.surely_by,
        last_taken_on=taken.day,
    )


def _of_claim(asking: Asking, connection: Connection, id_: str) -> Patient:
    """Somebody in care whose claimed dose the reader may read and change. Raises NobodyHere, Forbidden."""
    patient, cursor = somebody(asking, connection, id_), raw_cursor(connection)
    open_at = frozenset(treating(cursor, patient.actor, id_, asking.day))
    subjects = [Subject("Observation", CLAIM_LABELS, at, id_, open_at=open_at) for at in open_at]
    both = (Interaction.READ, Interaction.UPDATE)
    if not any(all(decide(patient.actor, one, subject).permitted for one in both) for subject in subjects):
        raise not_to_you(asking, id_)
    return patient
