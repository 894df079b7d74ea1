"""What each dose and each supply covers, in SQL: what coverage, due days and episodes are made of.

Days are civil days. The texts are relations, to be put in brackets after FROM; they need the prepared parameter
``$cut_day``, the last civil day that had begun at the data cut: what is dated later is a slip of the pen.
"""

from cascade.tables import GIVEN

IS_GIVEN = f"status IN {GIVEN}"
"""SQL: the person received some of the medicine."""

MOST_DAYS_IN_HAND = 366
"""Days of one supply beyond which no more is counted: a slip of the pen. Proposed; WHO asks for ART for up to 6 months."""

# Supplies of one medicine are used up one after the other. With n days of each, the end after a supply is the latest of
# the ends that come about if the supply before some one of them had left nothing: its first day plus all days since.
# Take-home doses begin on the day after, because the dose of the day is taken at the counter.
IN_HAND = f"""
    SELECT person_key, line, facility_key, supplied_on AS given_on,
        DATE '1970-01-01' + (after_last - days)::INTEGER AS from_on,
        DATE '1970-01-01' + (after_last - 1)::INTEGER AS to_on
    FROM (
        SELECT *, total + max(earliest - total + days) OVER one_after_the_other AS after_last
        FROM (
            SELECT *, sum(days) OVER one_after_the_other AS total
            FROM (
                SELECT record_key, person_key, line, atc, facility_key, supplied_on,
                    least(floor(coalesce(days, days_assumed)), {MOST_DAYS_IN_HAND})::BIGINT AS days,
                    date_diff('day', DATE '1970-01-01', supplied_on) + (line = 'oat')::BIGINT AS earliest
                FROM supply
                WHERE kind IN ('dispensed', 'release_supply') AND supplied_on <= $cut_day
                    AND coalesce(days, days_assumed) >= 1
            )
            WINDOW one_after_the_other AS (
                PARTITION BY person_key, line, atc ORDER BY supplied_on, record_key ROWS UNBOUNDED PRECEDING)
        )
        WINDOW one_after_the_other AS (
            PARTITION BY person_key, line, atc ORDER BY supplied_on, record_key ROWS UNBOUNDED PRECEDING)
    )
"""  # noqa: S608 - our own text

COVERED = f"""
    SELECT person_key, 'oat' AS line, facility_key, given_at AS moment, given_on, given_on AS from_on,
        given_on + (greatest(covers_days, 1) - 1)::INTEGER AS to_on
    FROM dose WHERE {IS_GIVEN} AND given_on <= $cut_day
    UNION ALL
    SELECT person_key, line, facility_key, NULL, given_on, from_on, to_on FROM ({IN_HAND})
    UNION ALL
    SELECT person_key, line, facility_key, NULL, supplied_on, supplied_on, supplied_on
    FROM supply WHERE kind = 'administered' AND supplied_on <= $cut_day
    UNION ALL
    SELECT person_key, line, facility_key, NULL, supplied_hi, supplied_hi, coalesce(until_on, $cut_day)
    FROM supply WHERE kind = 'stated' AND supplied_hi <= $cut_day AND coalesce(until_on, $cut_day) >= supplied_hi
"""  # noqa: S608 - our own text
"""One row per dose and supply: person_key, line, facility_key, moment (or NULL), given_on, from_on, to_on.

``given_on`` is the day on which it was given or handed over, of a statement the first sure day; never after ``from_on``.

A dose covers its day, a depot its days. Medicine handed over covers its days from the day after what is still in hand of the
same medicine, and never before the day of supply. A statement covers its period from the first day that is sure, an open
one up to the cut. What has no sure day covers none.
"""
