"""When each facility first and last reported an event of any kind, and whether it gives OAT: for `facility`, at the end, from all other tables.

An event counts on the civil day on which it is known to have happened at the facility, up to the data cut. Neither count
what a statement or a diagnosis made abroad says of earlier days, nor a size that somebody states.
"""

from duckdb import DuckDBPyConnection

from cascade.derive.covered import IS_GIVEN
from cascade.derive.cut import Cut

EVENT_DAYS = (
    ("stay", "start_on", "true"),
    ("stay", "end_on", "true"),
    ("hiv_test", "performed_on", "true"),
    ("hiv_test", "returned_on", "true"),
    ("test_offer", "offered_on", "true"),
    ("diagnosis", "diagnosed_on", "place <> 'abroad'"),
    ("supply", "supplied_on", "kind <> 'stated'"),
    ("treatment", "start_on", "true"),
    ("treatment", "stop_on", "true"),
    ("laboratory", "collected_on", "true"),
    ("laboratory", "result_on", "true"),
    ("treatment_order", "valid_from", "true"),
    ("dose", "given_on", "true"),
)
"""Table, column of the day, and which of the rows are events at their facility."""

REPORTED = """
    UPDATE facility SET first_report_on = reported.first_on, last_report_on = reported.last_on
    FROM (
        SELECT facility_key, min(on_day) AS first_on, max(on_day) AS last_on
        FROM ({events}) WHERE on_day <= $cut_day GROUP BY facility_key
    ) AS reported
    WHERE reported.facility_key = facility.facility_key
"""

GIVEN = f"""
    UPDATE facility SET has_given_oat = true
    WHERE facility_key IN (SELECT facility_key FROM dose WHERE {IS_GIVEN})
"""  # noqa: S608 - our own text


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Fill `first_report_on`, `last_report_on` and `has_given_oat` of the contract table `facility`."""
    events = " UNION ALL ".join(
        f"SELECT facility_key, {day} AS on_day FROM {table} WHERE {applies}"  # noqa: S608 - our own names
        for table, day, applies in EVENT_DAYS
    )
    connection.execute(REPORTED.format(events=events), {"cut_day": cut.day})
    connection.execute(GIVEN)
