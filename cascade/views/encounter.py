"""One row per Encounter: a stay in custody, an absence from it, or a visit."""

from cascade.views import CODINGS, REFERENCE, View, reference_id

LEGAL_STATUS = "urn:throughcare:extension:legal-status"

view = View(
    table="encounter",
    resource_type="Encounter",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "modifierExtension": [{"url": "VARCHAR"}],
        "identifier": [{"system": "VARCHAR", "value": "VARCHAR"}],
        "extension": [
            {
                "url": "VARCHAR",
                "extension": [{"url": "VARCHAR", "valueCode": "VARCHAR", "valueDateTime": "VARCHAR"}],
            }
        ],
        "status": "VARCHAR",
        "class": {"system": "VARCHAR", "code": "VARCHAR"},
        "type": [{"coding": CODINGS}],
        "subject": REFERENCE,
        "partOf": REFERENCE,
        "serviceProvider": REFERENCE,
        "location": [{"location": REFERENCE}],
        "period": {"start": "VARCHAR", "end": "VARCHAR"},
        "hospitalization": {
            "admitSource": {"coding": CODINGS},
            "dischargeDisposition": {"coding": CODINGS},
            "destination": REFERENCE,
        },
    },
    select=f"""
        id,
        {reference_id("subject.reference", "Patient")} AS patient_id,
        status,
        "class"."system" AS class_system,
        "class".code AS class_code,
        flatten(list_transform("type", lambda kind: kind.coding)) AS type_codings,
        {reference_id("partOf.reference", "Encounter")} AS part_of_id,
        {reference_id("serviceProvider.reference", "Organization")} AS service_provider_id,
        list_transform(location, lambda place: {reference_id("place.location.reference", "Location")})
            AS location_ids,
        period."start" AS period_start,
        period."end" AS period_end,
        hospitalization.admitSource.coding AS admit_source,
        hospitalization.dischargeDisposition.coding AS discharge_disposition,
        {reference_id("hospitalization.destination.reference", "Organization")} AS destination_id,
        list_transform(list_filter(extension, lambda one: one.url = '{LEGAL_STATUS}'), lambda one: {{
            'status': list_filter(one.extension, lambda part: part.url = 'status')[1].valueCode,
            'from': list_filter(one.extension, lambda part: part.url = 'from')[1].valueDateTime
        }}) AS legal_statuses,
        identifier AS identifiers,
        coalesce(len(modifierExtension), 0) AS modifier_extensions,
        meta.lastUpdated AS last_updated
    """,
)
