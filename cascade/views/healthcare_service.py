"""One row per HealthcareService: what a facility offers."""

from cascade.views import CODINGS, REFERENCE, View, reference_id

view = View(
    table="healthcare_service",
    resource_type="HealthcareService",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "active": "BOOLEAN",
        "providedBy": REFERENCE,
        "type": [{"coding": CODINGS}],
    },
    select=f"""
        id,
        {reference_id("providedBy.reference", "Organization")} AS organization_id,
        coalesce(active, true) AS active,
        flatten(list_transform("type", lambda one: one.coding)) AS type_codings,
        meta.lastUpdated AS last_updated
    """,
)
