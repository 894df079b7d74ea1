"""One row per Patient. No name or address is read; of the identifiers only the national one, to find one human twice."""

from cascade.views import CODINGS, REFERENCE, View, reference_id

IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203"

view = View(
    table="patient",
    resource_type="Patient",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "identifier": [{"type": {"coding": CODINGS}, "system": "VARCHAR", "value": "VARCHAR"}],
        "gender": "VARCHAR",
        "birthDate": "VARCHAR",
        "deceasedBoolean": "BOOLEAN",
        "deceasedDateTime": "VARCHAR",
        "link": [{"other": REFERENCE, "type": "VARCHAR"}],
    },
    select=f"""
        id,
        id AS patient_id,
        gender,
        birthDate AS birth_date,
        deceasedBoolean AS deceased,
        deceasedDateTime AS deceased_date_time,
        list_transform(link, lambda one: {reference_id("one.other.reference", "Patient")}) AS linked_ids,
        list_transform(list_filter(identifier, lambda one: one."system" <> '' AND one."value" <> ''
                AND len(list_filter(one."type".coding,
                    lambda kind: kind."system" = '{IDENTIFIER_TYPE}' AND kind.code = 'NI')) > 0),
            lambda one: one."system" || '|' || one."value") AS national_ids,
        meta.lastUpdated AS last_updated
    """,
)
