"""One row per MeasureReport: a size that somebody states."""

from cascade.views import CODINGS, View, reference_id

view = View(
    table="measure_report",
    resource_type="MeasureReport",
    structure={
        "id": "VARCHAR",
        "meta": {"lastUpdated": "VARCHAR"},
        "status": "VARCHAR",
        "type": "VARCHAR",
        "measure": "VARCHAR",
        "reporter": {"reference": "VARCHAR", "display": "VARCHAR"},
        "period": {"end": "VARCHAR"},
        "group": [{"population": [{"code": {"coding": CODINGS}, "count": "DOUBLE"}]}],
    },
    select=f"""
        id,
        status,
        "type" AS report_type,
        measure,
        {reference_id("reporter.reference", "Organization")} AS reporter_id,
        reporter.display AS reporter_name,
        period."end" AS period_end,
        list_transform("group"[1].population, lambda one: {{'code': one.code.coding[1].code, 'count': one."count"}})
            AS populations,
        meta.lastUpdated AS last_updated
    """,
)
