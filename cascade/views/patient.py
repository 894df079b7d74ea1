"""One row per Patient. No name, address or identifier is read: nothing that is counted needs one."""

from cascade.views import View

view = View(
    table="patient",
    resource_type="Patient",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "gender": "VARCHAR",
        "birthDate": "VARCHAR",
        "deceasedBoolean": "BOOLEAN",
        "deceasedDateTime": "VARCHAR",
    },
    select="""
        id,
        gender,
        birthDate AS birth_date,
        deceasedBoolean AS deceased,
        deceasedDateTime AS deceased_date_time,
        meta.lastUpdated AS last_updated
    """,
)
