"""Sizes that somebody states, from MeasureReports."""

from duckdb import DuckDBPyConnection

from cascade.derive import dates
from cascade.derive.cut import Cut
from cascade.tables import ALL_FACILITIES

# A report of a facility that is not among the records is left out: it would be read as one of the country.
POPULATION = f"""
    CREATE TABLE population AS
    WITH stated AS (
        SELECT measure_report.*, {dates.day(dates.written("period_end"))} AS on_day,
            list_filter(populations, lambda one: one.code = 'n')[1]."count" AS n,
            list_filter(populations, lambda one: one.code = 'low')[1]."count" AS low,
            list_filter(populations, lambda one: one.code = 'high')[1]."count" AS high,
            replace(regexp_extract(split_part(measure, '|', 1), '^urn:throughcare:measure:(custody-census|plhiv-estimate'
                '|opioid-dependence-estimate)$', 1), '-', '_') AS kind
        FROM measure_report WHERE status = 'complete' AND report_type = 'summary'
    )
    SELECT coalesce(facility_key, $all) AS facility_key, on_day, kind, n, low, high, reporter_name AS source
    FROM stated LEFT JOIN facility_key ON facility_key.organization_id = reporter_id
    WHERE kind <> '' AND n IS NOT NULL AND on_day IS NOT NULL
        AND (reporter_id IS NULL OR facility_key IS NOT NULL)
"""  # noqa: S608 - our own text


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `population`."""
    connection.execute(POPULATION, {"zone": cut.zone, "all": ALL_FACILITIES})
