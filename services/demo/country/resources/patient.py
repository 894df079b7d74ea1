"""Patient: what a system knows of who somebody is."""

from services.demo.country.days import text
from services.demo.country.facts import PatientRecord
from services.demo.country.names import FAMILY_CYRILLIC
from services.demo.country.resources.codes import Json, concept, reference
from services.demo.country.resources.marks import resource

KINDS = "http://terminology.hl7.org/CodeSystem/v2-0203"


def patient(record: PatientRecord) -> Json:
    """The Patient of a record."""
    language = {"language": "sr-Cyrl"} if record.family == FAMILY_CYRILLIC else {}
    return resource(
        "Patient",
        record.id,
        record.recorded_at,
        **language,
        identifier=_identifiers(record) or None,
        active=not record.void,
        name=[{"family": record.family, "given": [record.given]}],
        gender=record.sex,
        birthDate=None if record.birth is None else text(record.birth),
        deceasedDateTime=None if record.died is None else text(record.died),
        deceasedBoolean=record.dead_of_unknown_day or None,
        link=[{"other": reference("Patient", other), "type": kind} for other, kind in record.links] or None,
    )


def _identifiers(record: PatientRecord) -> list[Json]:
    known = (("national-id", "NI", record.national_id), ("prison-number", "PRN", record.prison_number))
    return [
        {"type": concept((KINDS, code)), "system": f"urn:throughcare:demo:{name}", "value": value}
        for name, code, value in known
        if value
    ]
