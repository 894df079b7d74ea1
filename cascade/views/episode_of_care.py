"""One row per EpisodeOfCare: a time on a treatment programme's list."""

from cascade.views import CODINGS, EXTENSION, REFERENCE, View, extension_value, reference_id

view = View(
    table="episode_of_care",
    resource_type="EpisodeOfCare",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "modifierExtension": [{"url": "VARCHAR"}],
        "extension": EXTENSION,
        "status": "VARCHAR",
        "type": [{"coding": CODINGS}],
        "patient": REFERENCE,
        "managingOrganization": REFERENCE,
        "period": {"start": "VARCHAR", "end": "VARCHAR"},
    },
    select=f"""
        id,
        {reference_id("patient.reference", "Patient")} AS patient_id,
        {reference_id("managingOrganization.reference", "Organization")} AS managing_organization_id,
        status,
        flatten(list_transform("type", lambda one: one.coding)) AS type_codings,
        period."start" AS period_start,
        period."end" AS period_end,
        {extension_value("exit-reason", "valueCode")} AS exit_reason,
        {reference_id(extension_value("transferred-to", "valueReference.reference"), "Organization")}
            AS transferred_to_id,
        coalesce(len(modifierExtension), 0) AS modifier_extensions,
        meta.lastUpdated AS last_updated
    """,
)
