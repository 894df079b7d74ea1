"""A person's record with custody written all over it, and the same record without: what a system outside is told of them
has to be the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from resources import a_dose, a_patient, a_stay, an_observation, an_organization

from clinical.consent import EVERYTHING, Answer, Consent, Decider, Purpose, resource_of
from clinical.labels import Label

Json = dict[str, Any]

OURS = "urn:throughcare:code-system:"
ICD = "http://hl7.org/fhir/sid/icd-10"
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
CENTRE, HOSPITAL = "centre", "hospital"
PRISONS = ("north", "south")


@dataclass(frozen=True)
class Custody:
    """How somebody was in custody."""

    prison: str
    number: str
    why: str
    """Why a dose was missed."""
    legal: str
    stays: int = 1

    @property
    def name(self) -> str:
        return f"DEMO Gaol {self.prison.title()}"


FREE = None
NORTH = Custody("north", "GAOL-4711", "court", "pretrial")
SOUTH = Custody("south", "GAOL-0815", "lockdown", "sentenced", stays=3)

TELLING = (
    "Gaol", "GAOL-", "north", "south", '"court"', '"lockdown"', '"released"', "release-supply", "pretrial", "sentenced",
    "custody", "stay-", "Z65", "prison-number", "officer", "legal-status", "Old Bastion", "555-",
)  # fmt: skip
"""Words that nothing has in it which a system outside is told."""


def _code(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


def _to(reference: str) -> Json:
    return {"reference": reference}


def directory() -> Iterator[Json]:
    """Places and staff, the same whoever was where."""
    for one in PRISONS:
        prison = an_organization(
            f"gaol-{one}", name=f"DEMO Gaol {one.title()}", alias=[f"Old Bastion {one}"], type=[_code(f"{OURS}facility-kind", "prison")],
            telecom=[{"system": "phone", "value": f"555-{one}"}], address=[{"line": [f"1 {one} road"]}],
        )  # fmt: skip
        yield prison
        yield {"resourceType": "Location", "id": f"wing-{one}", "name": f"Wing of {one}", "managingOrganization": _to(f"Organization/gaol-{one}")}  # fmt: skip
        yield {"resourceType": "HealthcareService", "id": f"art-{one}", "providedBy": _to(f"Organization/gaol-{one}")}  # fmt: skip
        yield {"resourceType": "Practitioner", "id": f"warden-{one}", "name": [{"family": f"Warden-{one}"}]}
        yield {"resourceType": "PractitionerRole", "id": f"role-{one}", "practitioner": _to(f"Practitioner/warden-{one}"), "organization": _to(f"Organization/gaol-{one}")}  # fmt: skip
    yield an_organization(CENTRE, name="DEMO Centre")
    yield an_organization(HOSPITAL, name="DEMO Hospital")
    yield {"resourceType": "Practitioner", "id": "surgeon", "name": [{"family": "Surgeon"}]}
    yield {"resourceType": "Practitioner", "id": "writer", "name": [{"family": "Writer"}]}


def agreement(person: str, labels: frozenset[Label] = EVERYTHING) -> Json:
    """To a hand-over to the centre."""
    said = Consent(
        f"Patient/{person}", Purpose.HAND_OVER, Answer.GRANTED, LONG_AGO, decided_by=((Decider.PATIENT, f"Patient/{person}"),),
        recipients=frozenset({f"Organization/{CENTRE}"}), labels=labels,
    )  # fmt: skip
    return {**resource_of(said), "id": f"agreed-{person}"}


def treated(person: str) -> Json:
    """At the centre."""
    return {
        "resourceType": "EpisodeOfCare", "id": f"programme-{person}", "status": "active", "patient": _to(f"Patient/{person}"),
        "period": {"start": "2026-01-01"}, "managingOrganization": _to(f"Organization/{CENTRE}"),
    }  # fmt: skip


def record(person: str, custody: Custody | None) -> Iterator[Json]:
    """What the house keeps of a person and may go, each with all of custody in it that there was."""
    at = custody or NORTH
    patient, surgeon, stay = (
        _to(f"Patient/{person}"),
        _to("Practitioner/surgeon"),
        _to(f"Encounter/stay-{person}-0"),
    )
    prison, warden, wing = (
        _to(f"{one}-{at.prison}") for one in ("Organization/gaol", "Practitioner/warden", "Location/wing")
    )
    named = f"seen in {at.name}"
    prn = _code("http://terminology.hl7.org/CodeSystem/v2-0203", "PRN")

    def inside(**elements: Any) -> Json:
        return elements if custody else {}

    def also(*items: Json) -> tuple[Json, ...]:
        return items if custody else ()

    yield a_patient(
        person,
        identifier=[
            *also({"type": prn, "system": "urn:throughcare:demo:prison-number", "value": at.number}),
            {"system": "urn:national", "value": f"N-{person}"},
        ],
        name=[{"family": f"Demo{person}", "given": ["Ana", "Mia"]}],
        birthDate="1980-05-17",
        **inside(
            managingOrganization=prison,
            text={"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{named}</div>'},
            telecom=[{"system": "phone", "value": f"555-{at.prison}"}],
            address=[{"line": [f"1 {at.prison} road"]}],
            contact=[{"organization": prison}],
            extension=[{"url": "urn:throughcare:extension:legal-status", "valueCode": at.legal}],
        ),
    )
    yield a_dose(
        f"dose-{person}",
        patient=person,
        performer=[*also({"actor": prison}), {"actor": surgeon}],
        **inside(context=stay),
    )
    yield a_dose(
        f"missed-{person}", patient=person, status="not-done",
        **inside(statusReason=[_code(f"{OURS}dose-reason", at.why)], performer=[{"actor": prison}]),
    )  # fmt: skip
    yield an_observation(
        f"seen-{person}", patient=person, performer=[*also(prison, warden), surgeon],
        **inside(
            encounter=stay, note=[{"text": named}], valueString=named, specimen={"display": named},
            identifier=[{"system": "urn:lab", "value": "9", "assigner": prison}],
            contained=[an_organization("c", type=[_code(f"{OURS}facility-kind", "prison")])], focus=[_to("#c")],
            meta={"tag": [{"system": f"{OURS}exit-reason", "code": "escape"}], "source": "urn:gaol-server"},
        ),
    )  # fmt: skip
    yield {
        "resourceType": "Encounter", "id": f"visit-{person}", "status": "finished", "subject": patient, "period": {"start": "2026-02-01"},
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        **inside(
            serviceProvider=prison, partOf=stay, location=[{"location": wing}],
            hospitalization={"admitSource": _code(f"{OURS}entry-reason", "transfer"), "origin": prison},
        ),
    }  # fmt: skip
    yield {
        "resourceType": "Appointment", "id": f"check-{person}", "status": "booked", "start": "2026-03-01T06:00:00Z", "end": "2026-03-01T06:10:00Z",
        "participant": [{"actor": patient, "status": "accepted"}, *also({"actor": wing, "status": "accepted"})],
    }  # fmt: skip
    yield {
        "resourceType": "Task", "id": f"call-{person}", "status": "requested", "intent": "order", "for": patient,
        **inside(owner=prison, requester=warden, location=wing, description=named),
    }  # fmt: skip
    yield {
        "resourceType": "List", "id": f"list-{person}", "status": "current", "mode": "working", "subject": patient,
        "entry": [{"item": _to(f"Observation/seen-{person}")}, *also({"item": stay})], **inside(source=warden, title=named),
    }  # fmt: skip
    yield {
        "resourceType": "DocumentReference", "id": f"letter-{person}", "status": "current", "subject": patient,
        "content": [{"attachment": {"contentType": "text/plain"}}],
        **inside(custodian=prison, author=[warden], description=named, context={"encounter": [stay]}),
    }  # fmt: skip
    yield {
        "resourceType": "Composition", "id": f"summary-{person}", "status": "final", "subject": patient, "date": "2026-02-01",
        "type": _code("http://loinc.org", "18761-7"), "title": "Summary", "author": [_to("Practitioner/writer")],
        **inside(title=named, author=[warden], custodian=prison, encounter=stay),
    }  # fmt: skip
    yield {
        "resourceType": "MedicationDispense", "id": f"supply-{person}", "status": "completed", "subject": patient,
        "whenHandedOver": "2026-02-03", "medicationCodeableConcept": _code("http://www.whocc.no/atc", "J05AR27"),
        **inside(type=_code(f"{OURS}dispense-type", "release-supply"), destination=wing, context=stay),
    }  # fmt: skip
    yield {
        "resourceType": "EpisodeOfCare", "id": f"inside-{person}", "status": "finished", "patient": patient, "period": {"start": "2025-01-01"},
        "type": [_code(f"{OURS}programme", "oat")], **inside(managingOrganization=prison, careManager=warden),
    }  # fmt: skip
    yield {
        "resourceType": "Communication", "id": f"told-{person}", "status": "completed", "subject": patient, "sent": "2026-02-02T00:00:00Z",
        **inside(sender=prison, recipient=[warden], payload=[{"contentString": named}]),
    }  # fmt: skip


def custody_alone(person: str, custody: Custody) -> Iterator[Json]:
    """What is there only because somebody was in custody."""
    patient, prison = _to(f"Patient/{person}"), _to(f"Organization/gaol-{custody.prison}")
    for number in range(custody.stays):
        yield a_stay(f"stay-{person}-{number}", patient=person, prison=f"gaol-{custody.prison}")
    yield {"resourceType": "Condition", "id": f"problem-{person}", "subject": patient, "code": _code(ICD, "Z65.1")}  # fmt: skip
    yield an_observation(
        f"fit-{person}", patient=person, code=_code(f"{OURS}observation", "fit-for-transfer")
    )
    yield {
        "resourceType": "Appointment", "id": f"custody-call-{person}", "status": "booked", "meta": {"profile": ["urn:throughcare:profile:custody-call"]},
        "start": "2026-03-01T06:00:00Z", "end": "2026-03-01T06:10:00Z", "participant": [{"actor": patient, "status": "accepted"}],
    }  # fmt: skip
    yield {
        "resourceType": "Provenance", "id": f"by-{person}", "target": [patient, _to(f"MedicationAdministration/dose-{person}")],
        "recorded": "2026-02-01T00:00:00Z", "agent": [{"who": prison}],
    }  # fmt: skip
