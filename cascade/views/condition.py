"""One row per Condition: a diagnosis, confirmed or not."""

from cascade.views import (
    CODINGS,
    EXTENSION,
    REFERENCE,
    View,
    extension_value,
    reference_id,
    reference_type,
)

view = View(
    table="condition",
    resource_type="Condition",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "modifierExtension": [{"url": "VARCHAR"}],
        "extension": EXTENSION,
        "identifier": [{"system": "VARCHAR", "value": "VARCHAR"}],
        "verificationStatus": {"coding": CODINGS},
        "code": {"coding": CODINGS},
        "subject": REFERENCE,
        "encounter": REFERENCE,
        "onsetDateTime": "VARCHAR",
        "onsetPeriod": {"start": "VARCHAR"},
        "abatementDateTime": "VARCHAR",
        "recordedDate": "VARCHAR",
    },
    select=f"""
        id,
        {reference_id("subject.reference", "Patient")} AS patient_id,
        {reference_type("encounter.reference", "Encounter")} AS context_type,
        {reference_id("encounter.reference", "Encounter")} AS context_id,
        {reference_id(extension_value("recorded-by", "valueReference.reference"), "Organization")}
            AS performer_organization_id,
        verificationStatus.coding AS verification_codings,
        code.coding AS code_codings,
        coalesce(onsetDateTime, onsetPeriod."start") AS onset_start,
        recordedDate AS recorded_date,
        abatementDateTime AS abatement_date_time,
        {extension_value("diagnosed-abroad", "valueBoolean")} AS diagnosed_abroad,
        identifier AS identifiers,
        coalesce(len(modifierExtension), 0) AS modifier_extensions,
        meta.lastUpdated AS last_updated
    """,
)
