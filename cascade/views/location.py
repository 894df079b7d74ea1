"""One row per Location: a building, a wing, a room."""

from cascade.views import REFERENCE, View, reference_id

view = View(
    table="location",
    resource_type="Location",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "name": "VARCHAR",
        "managingOrganization": REFERENCE,
    },
    select=f"""
        id,
        name,
        {reference_id("managingOrganization.reference", "Organization")} AS managing_organization_id,
        meta.lastUpdated AS last_updated
    """,
)
