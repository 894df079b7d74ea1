"""One row per Encounter: a stay in custody, an absence from it, or a visit."""

from cascade.views import REFERENCE, View, reference_id

view = View(
    table="encounter",
    resource_type="Encounter",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "class": {"system": "VARCHAR", "code": "VARCHAR"},
        "subject": REFERENCE,
        "serviceProvider": REFERENCE,
        "location": [{"location": REFERENCE}],
        "period": {"start": "VARCHAR", "end": "VARCHAR"},
    },
    select=f"""
        id,
        {reference_id("subject.reference", "Patient")} AS patient_id,
        "class".code AS class_code,
        {reference_id("serviceProvider.reference", "Organization")} AS service_provider_id,
        list_transform(location, lambda place: {reference_id("place.location.reference", "Location")})
            AS location_ids,
        period."start" AS period_start,
        period."end" AS period_end,
        meta.lastUpdated AS last_updated
    """,
)
