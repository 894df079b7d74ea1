"""Stays in custody, one interval each, in SQL: what `setting_at` and `transition` are made of.

A day stands for all of it: a stay begins at its 00:00 and ends at its 24:00. Of a date of which less is known only what is
sure counts: a stay begins on the last day it can have begun and ends on the first it can have ended. The texts are
relations, to be put in brackets after FROM, and parts of one; they need the prepared parameters ``$zone`` and
``$data_as_of``.
"""

BEGAN = "coalesce(start_at, timezone($zone, start_hi::TIMESTAMP))"
"""SQL for the instant from which on a row of `stay` surely holds; NULL if no date can be read."""

ENDED = "coalesce(end_at, timezone($zone, (end_lo + 1)::TIMESTAMP), 'infinity'::TIMESTAMPTZ)"
"""SQL for the instant up to which a row of `stay` surely holds; infinity while it is open."""

DEATHS = """
    SELECT person_key, timezone($zone, (died_hi + 1)::TIMESTAMP) AS dead_from FROM person WHERE died_hi IS NOT NULL
"""
"""Who died, and the midnight from which on they were surely dead."""

CUSTODY = f"""
    WITH part AS (
        SELECT *, {BEGAN} AS part_began, {ENDED} AS part_ended FROM stay WHERE kind = 'custody'
    ), whole AS (
        SELECT person_key, record_key, min(part_began) AS began, max(part_ended) AS written_end,
            arg_min(part, part_began) AS entry, arg_max(part, part_began) AS "exit"
        FROM part WHERE part_began IS NOT NULL GROUP BY person_key, record_key
    ), alive AS (
        SELECT whole.*, dead_from,
            first_value(began) OVER (PARTITION BY person_key ORDER BY began
                RANGE BETWEEN INTERVAL 1 MICROSECOND FOLLOWING AND UNBOUNDED FOLLOWING) AS next_began
        FROM whole LEFT JOIN ({DEATHS}) USING (person_key)
        WHERE began <= $data_as_of AND coalesce(began < dead_from, true)
    ), told AS (
        SELECT *, CASE
            WHEN "exit".end_at IS NULL AND next_began < written_end
                AND next_began >= timezone($zone, "exit".end_on::TIMESTAMP) THEN next_began
            ELSE written_end END AS said_end
        FROM alive
    ), closed AS (
        SELECT *, CASE WHEN isfinite(said_end) THEN said_end ELSE coalesce(next_began, said_end) END AS held_until
        FROM told
    )
    SELECT person_key, record_key, entry, "exit", began,
        greatest(began, least(said_end, dead_from)) AS claimed_until,
        greatest(began, least(held_until, dead_from)) AS ended,
        coalesce(held_until > dead_from, false) AS died_in
    FROM closed
"""  # noqa: S608 - our own text
"""One row per stay that had begun at the cut, of a person who was alive: `began`; `ended`; `claimed_until`, the end as
recorded; `died_in`, death ended it; and the first and the last of its rows of `stay`, as `entry` and `exit`.

A stay that nobody closed ends when a later one begins, but goes on claiming the person. Of a stay whose end is known to the
day, and which is followed on that day by another, the end is the beginning of that.
"""
