"""One row per Medication: what an administration points at when it does not name the medicine itself."""

from cascade.views import CODINGS, View

view = View(
    table="medication",
    resource_type="Medication",
    structure={"id": "VARCHAR", "meta": {"lastUpdated": "VARCHAR"}, "code": {"coding": CODINGS}},
    select="id, code.coding AS codings, meta.lastUpdated AS last_updated",
)
