"""Days on which a person should have had a dose of opioid agonist treatment, and what became of each.

Without an order nothing is due: a source that sends only the doses given has no due days.
"""

from duckdb import DuckDBPyConnection

from cascade.derive.covered import IN_HAND, IS_GIVEN
from cascade.derive.cut import Cut
from cascade.derive.parts import OF_PART, make_in_parts

REASONS = (
    "clinical",
    "court",
    "hospital",
    "released",
    "lockdown",
    "no_stock",
    "no_nurse",
    "no_order",
    "other",
    "refused",
    "absent",
)
"""Of several reasons on one day the first in this list counts: the patient's go last, so that none is laid at the
patient's door while the institution had one of its own. A dose that a clinician withheld was not due.
One recorded as not given without a reason is missed for another."""

# The day of death is not due: nobody knows whether it came before the dose. Of two orders on one day the later counts:
# a number says which, since so many days are compared by it.
ORDERS = """
    CREATE TABLE due_order AS
    SELECT treatment_order.*, least(valid_to, $cut_day, died_hi - 1) AS last_on,
        row_number() OVER (PARTITION BY person_key ORDER BY valid_from, treatment_order.record_key) AS nth
    FROM treatment_order LEFT JOIN person USING (person_key)
"""

# Of several depots on one day the one that lasts longest counts.
DEPOTS = f"""
    CREATE TABLE depot AS
    SELECT person_key, given_on, max(given_on + covers_days::INTEGER) AS lasts_until
    FROM dose WHERE {IS_GIVEN} AND covers_days > 1 AND given_on <= $cut_day
    GROUP BY person_key, given_on
"""  # noqa: S608 - our own text

# A depot falls due on the order's first day, or when one given before has run out; and then, until the next is given, by
# the interval, again and again: who does not come stays due.
DUE_BY_ORDER = f"""
    WITH ordered AS (
        FROM due_order WHERE {OF_PART}
    ), daily AS (
        SELECT person_key, nth, valid_from AS from_on, last_on, 1 AS step
        FROM ordered WHERE interval_days = 1
    ), rarer AS (
        SELECT * FROM ordered WHERE interval_days > 1
    ), in_hand AS (
        SELECT record_key, max(lasts_until) AS lasts_until
        FROM rarer JOIN depot USING (person_key) WHERE given_on < valid_from GROUP BY record_key
    ), anchor AS (
        SELECT rarer.*, valid_from AS on_day, greatest(valid_from, lasts_until) AS from_on, 0 AS is_depot
        FROM rarer LEFT JOIN in_hand USING (record_key)
        UNION ALL
        SELECT rarer.*, given_on, lasts_until, 1
        FROM rarer JOIN depot USING (person_key) WHERE given_on BETWEEN valid_from AND last_on
    ), until_next AS (
        SELECT *, lead(on_day) OVER (PARTITION BY record_key ORDER BY on_day, is_depot) AS next_on FROM anchor
    ), span AS (
        FROM daily
        UNION ALL
        SELECT person_key, nth, from_on, least(last_on, next_on), interval_days
        FROM until_next
    ), day AS (
        SELECT person_key, nth,
            from_on + unnest(range(0, date_diff('day', from_on, last_on) + 1, step))::INTEGER AS due_on
        FROM span WHERE from_on <= last_on
    ), last_order AS (
        SELECT person_key, due_on, max(nth) AS nth FROM day GROUP BY person_key, due_on
    )
    SELECT person_key, due_on, facility_key FROM last_order JOIN ordered USING (person_key, nth)
"""  # noqa: S608 - our own text

WHAT_HAPPENED = f"""
    SELECT person_key, given_on AS due_on, bool_or({IS_GIVEN}) AS is_given,
        min(list_position($reasons, coalesce(reason, 'other'))) FILTER (NOT ({IS_GIVEN})) AS nth_reason
    FROM dose WHERE given_on IS NOT NULL AND {OF_PART} GROUP BY person_key, given_on
"""  # noqa: S608 - our own text

TAKE_HOME = f"CREATE TABLE take_home AS SELECT * FROM ({IN_HAND}) WHERE line = 'oat'"  # noqa: S608 - our own text

DUE_DAY = f"""
    WITH due AS (
        FROM ({DUE_BY_ORDER}) AS due
        ANTI JOIN (FROM hold WHERE reason = 'clinical') AS held
            ON held.person_key = due.person_key AND held.from_on <= due.due_on
            AND coalesce(held.to_on, $cut_day) >= due.due_on
        ANTI JOIN take_home
            ON take_home.person_key = due.person_key AND due.due_on BETWEEN take_home.from_on AND take_home.to_on
        ANTI JOIN depot
            ON depot.person_key = due.person_key AND depot.given_on < due.due_on AND due.due_on < depot.lasts_until
    ), outcome AS (
        SELECT due.person_key, due.due_on, due.facility_key,
            CASE WHEN is_given THEN 'given' ELSE coalesce($reasons[nth_reason], 'not_recorded') END AS outcome,
            timezone($zone, due.due_on + TIME '12:00') AS noon
        FROM due LEFT JOIN ({WHAT_HAPPENED}) AS dose_of_day USING (person_key, due_on)
    )
    SELECT outcome.person_key, due_on, noon AS noon_at, coalesce(stay.facility_key, outcome.facility_key) AS facility_key, outcome
    FROM outcome LEFT JOIN setting_at AS stay
        ON stay.person_key = outcome.person_key AND stay.setting = 'prison'
        AND stay.from_at <= noon AND coalesce(noon < stay.to_at, true)
    WHERE outcome <> 'clinical'
"""  # noqa: S608 - our own text

DAYS_ORDERED = "SELECT coalesce(sum(last_on - valid_from + 1), 0) FROM due_order WHERE valid_from <= last_on"


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `due_day` from orders, holds, doses, supply, deaths and `setting_at`."""
    connection.execute(ORDERS, {"cut_day": cut.day})
    connection.execute(DEPOTS, {"cut_day": cut.day})
    connection.execute(TAKE_HOME, {"cut_day": cut.day})
    days = connection.execute(DAYS_ORDERED).fetchall()[0][0]
    parameters = {"reasons": list(REASONS), "zone": cut.zone, "cut_day": cut.day}
    make_in_parts(connection, "due_day", DUE_DAY, parameters, rows=int(days))
