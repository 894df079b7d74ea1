"""One row per EpisodeOfCare: a time on a treatment programme's list."""

from cascade.views import REFERENCE, View, reference_id

view = View(
    table="episode_of_care",
    resource_type="EpisodeOfCare",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "patient": REFERENCE,
        "managingOrganization": REFERENCE,
    },
    select=f"""
        id,
        {reference_id("patient.reference", "Patient")} AS patient_id,
        {reference_id("managingOrganization.reference", "Organization")} AS managing_organization_id,
        meta.lastUpdated AS last_updated
    """,
)
