"""One row per Flag: what whoever treats the person must see, such as a hold on an order."""

from cascade.views import CODINGS, REFERENCE, View, reference_id

view = View(
    table="flag",
    resource_type="Flag",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "modifierExtension": [{"url": "VARCHAR"}],
        "status": "VARCHAR",
        "code": {"coding": CODINGS},
        "subject": REFERENCE,
        "period": {"start": "VARCHAR", "end": "VARCHAR"},
    },
    select=f"""
        id,
        {reference_id("subject.reference", "Patient")} AS patient_id,
        status,
        code.coding AS code_codings,
        period."start" AS period_start,
        period."end" AS period_end,
        coalesce(len(modifierExtension), 0) AS modifier_extensions,
        meta.lastUpdated AS last_updated
    """,
)
