"""One row per Organization: a prison, a treatment centre, or what they belong to."""

from cascade.views import CODINGS, REFERENCE, View, reference_id

view = View(
    table="organization",
    resource_type="Organization",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "name": "VARCHAR",
        "type": [{"coding": CODINGS}],
        "partOf": REFERENCE,
    },
    select=f"""
        id,
        name,
        flatten(list_transform("type", lambda kind: kind.coding)) AS type_codings,
        {reference_id("partOf.reference", "Organization")} AS part_of_id,
        meta.lastUpdated AS last_updated
    """,
)
