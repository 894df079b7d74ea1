"""Episodes of opioid agonist treatment: coverage without more uncovered days in a row than a profile allows.

An episode ends at its last covered day, and says by what: death, having left the data, or a gap. Its place is that of its
first day.
"""

from duckdb import DuckDBPyConnection

from cascade.derive.covered import COVERED, IS_GIVEN
from cascade.derive.cut import Cut
from cascade.tables import UNKNOWN_FACILITY

GAPS = {"gap_7": 7, "gap_28": 28}
"""Uncovered days in a row that do not yet end an episode, by profile. Proposed: a new induction is asked for after some
days without a dose, and a month is what is taken for antiretrovirals."""

RUNS = """
    CREATE TABLE run AS
    WITH stretch AS (
        SELECT coverage.*, profile, gap,
            lag(to_on) OVER (PARTITION BY person_key, profile ORDER BY from_on) AS before
        FROM coverage, (SELECT unnest($profiles) AS profile, unnest($gaps) AS gap)
        WHERE line = 'oat'
    ), numbered AS (
        SELECT *, count_if(before IS NULL OR from_on - before - 1 > gap)
            OVER (PARTITION BY person_key, profile ORDER BY from_on ROWS UNBOUNDED PRECEDING) AS episode
        FROM stretch
    ), one AS (
        SELECT person_key, profile, gap, episode, min(from_on) AS first_on, max(to_on) AS last_on
        FROM numbered GROUP BY person_key, profile, gap, episode
    )
    SELECT *, lead(first_on) OVER (PARTITION BY person_key, profile ORDER BY episode) IS NULL AS is_last FROM one
"""

# A death ends the last episode only: who was covered later was alive.
DEATHS = """
    CREATE TABLE death_in_run AS
    SELECT person_key, profile, episode, died_hi
    FROM run JOIN person USING (person_key)
    WHERE is_last AND died_lo <= last_on + gap AND died_hi >= first_on
"""

# To have left the data within the gap: emigrated, deported, or transferred to nowhere in the data while no other OAT
# programme had the person. Medicine taken along may last longer; but who was given some after leaving had not left.
LEFT = f"""
    CREATE TABLE left_in_run AS
    WITH open AS (
        SELECT * FROM treatment WHERE line = 'oat'
    ), gone AS (
        SELECT person_key, moved_on AS left_lo, moved_on AS left_hi, NULL AS record_key
        FROM transition WHERE exit_reason = 'deported'
        UNION ALL
        SELECT person_key, stop_lo, stop_hi, NULL FROM treatment WHERE stop_reason = 'emigrated'
        UNION ALL
        SELECT person_key, stop_lo, stop_hi, record_key
        FROM open WHERE stop_reason = 'transferred_out' AND to_facility_key IS NULL
    ), giving AS (
        SELECT person_key, given_on AS on_day FROM dose WHERE {IS_GIVEN} AND given_on <= $cut_day
        UNION ALL
        SELECT person_key, supplied_on FROM supply
        WHERE line = 'oat' AND kind IN ('dispensed', 'release_supply') AND supplied_on <= $cut_day
    ), within AS (
        SELECT run.person_key, profile, episode, last_on, gap, left_hi, record_key
        FROM run JOIN gone USING (person_key) WHERE left_hi >= first_on AND left_lo <= last_on + gap
    )
    SELECT DISTINCT person_key, profile, episode
    FROM within
    ANTI JOIN giving
        ON giving.person_key = within.person_key AND giving.on_day > left_hi AND giving.on_day <= last_on
    ANTI JOIN open
        ON open.person_key = within.person_key AND open.record_key <> within.record_key
        AND coalesce(open.start_lo <= last_on + gap, true) AND coalesce(open.stop_lo > left_hi, true)
"""  # noqa: S608 - our own text

# Of what covers from the first day on what was given first by the hour, then at a facility that is known, then the first by key.
FIRST_GIVERS = f"""
    CREATE TABLE first_giver AS
    SELECT covered.person_key, from_on AS first_on, min({{
        'moment': coalesce(moment, 'infinity'::TIMESTAMPTZ), 'is_unknown': covered.facility_key = $unknown,
        'key': covered.facility_key}}).key AS facility_key
    FROM ({COVERED}) AS covered SEMI JOIN run ON run.person_key = covered.person_key AND run.first_on = from_on
    WHERE line = 'oat' GROUP BY ALL
"""  # noqa: S608 - our own text

OAT_EPISODE = """
    CREATE TABLE oat_episode AS
    WITH placed AS (
        SELECT run.*, first_giver.facility_key, timezone($zone, (first_on + 1)::TIMESTAMP) AS day_ends
        FROM run JOIN first_giver USING (person_key, first_on)
    )
    SELECT placed.person_key, placed.profile, placed.episode::BIGINT AS episode, first_on,
        CASE WHEN died_hi IS NULL THEN last_on ELSE least(last_on, died_hi) END AS last_covered_on,
        CASE WHEN died_hi IS NOT NULL THEN 'death' WHEN gone.episode IS NOT NULL THEN 'left_data'
            WHEN last_on + gap >= $cut_day THEN 'open' ELSE 'gap' END AS ended_by,
        coalesce(stay.setting, facility.setting, 'unknown') AS setting_at_start,
        placed.facility_key, stay.legal_status
    FROM placed
    LEFT JOIN death_in_run USING (person_key, profile, episode)
    LEFT JOIN left_in_run AS gone
        ON gone.person_key = placed.person_key AND gone.profile = placed.profile AND gone.episode = placed.episode
    LEFT JOIN facility ON facility.facility_key = placed.facility_key
    LEFT JOIN setting_at AS stay
        ON stay.person_key = placed.person_key AND stay.from_at < day_ends AND coalesce(stay.to_at >= day_ends, true)
"""


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `oat_episode` from coverage, what gives it, deaths, programmes, moves and `setting_at`."""
    connection.execute(RUNS, {"profiles": list(GAPS), "gaps": list(GAPS.values())})
    connection.execute(DEATHS)
    connection.execute(LEFT, {"cut_day": cut.day})
    connection.execute(FIRST_GIVERS, {"cut_day": cut.day, "unknown": UNKNOWN_FACILITY})
    connection.execute(OAT_EPISODE, {"cut_day": cut.day, "zone": cut.zone})
