"""Days on which an order was held, from Flags."""

from duckdb import DuckDBPyConnection

from cascade.derive import dates
from cascade.derive.cut import Cut
from cascade.derive.records import RECORDED_AT, account_for, gather, look_up, outcomes

FLAGGED = f"""
    SELECT 'Flag' AS resource_type, id, patient_id, NULL AS context_type, NULL AS context_id,
        NULL AS performer_organization_id, status, code_codings AS codings, reason.meaning,
        {dates.first_day("start_text")} AS from_on, end_text, {dates.last_day_of_period("end_text")} AS ended_on,
        timezone($zone, recorded_at)::DATE AS written_on, modifier_extensions
    FROM (SELECT *, {dates.written("period_start")} AS start_text, {dates.written("period_end")} AS end_text,
        {RECORDED_AT} AS recorded_at FROM flag) AS flag
    LEFT JOIN reason_of_hold AS reason ON reason.codings = code_codings
"""  # noqa: S608 - our own text

CASES = outcomes(
    ("active", "inactive"),
    ("entered-in-error",),
    """
        WHEN from_on IS NULL THEN 'begin_not_readable'
        WHEN end_text IS NOT NULL AND ended_on IS NULL THEN 'end_not_readable'
        WHEN ended_on < from_on THEN 'ends_before_it_begins'
    """,
)

# What is lifted without saying when was held up to the day on which that was written; if nobody knows when that was, on
# its first day only.
HOLD = """
    CREATE TABLE hold AS
    SELECT pseudonym('Flag/' || id) AS record_key, person_key, from_on,
        CASE status WHEN 'inactive' THEN greatest(from_on, coalesce(ended_on, written_on)) ELSE ended_on END AS to_on,
        meaning AS reason
    FROM flagged WHERE outcome = 'used'
"""


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `hold` from the flat table `flag`."""
    look_up(connection, "reason_of_hold", "hold", "flag", "code_codings")
    gather(connection, "flagged", FLAGGED, CASES, {"zone": cut.zone})
    account_for(connection, "flagged")
    connection.execute(HOLD)
