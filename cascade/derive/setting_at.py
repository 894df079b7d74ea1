"""Where each person is at each instant: death goes before custody, custody before the community.

Stays claim a person; at each point at which a claim begins or ends the one that began last is taken, and what is the same
on both sides of a point is no point. Absences are not looked at: who is away at court is in the prison.
"""

from duckdb import DuckDBPyConnection

from cascade.derive.custody import BEGAN, CUSTODY, DEATHS, ENDED
from cascade.derive.cut import Cut

HELD = f"CREATE TABLE held_in_custody AS {CUSTODY}"

# Custody and community are two layers. A stay claims by its rows, so that each legal status holds for its time.
CLAIMS = f"""
    CREATE TABLE claim AS
    WITH said AS (
        SELECT 'prison' AS setting, stay.person_key, {BEGAN} AS began, least({ENDED}, held.ended) AS ended,
            held.began AS joined, stay.record_key, kind, facility_key, legal_status
        FROM stay JOIN held_in_custody AS held
            ON held.person_key = stay.person_key AND held.record_key = stay.record_key
        WHERE kind = 'custody'
        UNION ALL
        SELECT 'community', person_key, {BEGAN}, least({ENDED}, dead_from), {BEGAN}, record_key, kind, facility_key, NULL
        FROM stay LEFT JOIN ({DEATHS}) USING (person_key) WHERE kind IN ('community_oat', 'community_hiv')
    )
    SELECT * FROM said WHERE began < ended AND began <= $data_as_of
"""  # noqa: S608 - our own text

# Claims that do not meet, not through others either, are in different clusters: a point is compared with those of its own
# cluster only. Of several that hold the one joined last counts, then the last by key.
HOLDERS = """
    CREATE TABLE holder AS
    WITH apart AS (
        SELECT *, coalesce(began >= max(ended) OVER (PARTITION BY setting, person_key ORDER BY began, ended
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS is_apart
        FROM claim
    ), clustered AS (
        SELECT *, count_if(is_apart) OVER (PARTITION BY setting, person_key ORDER BY began, ended
            ROWS UNBOUNDED PRECEDING) AS cluster
        FROM apart
    ), point AS (
        SELECT DISTINCT setting, person_key, cluster, unnest([began, ended]) AS instant FROM clustered
    )
    SELECT setting, person_key, instant, {'claim': max(CASE WHEN instant < ended THEN {'joined': joined, 'record_key': record_key,
        'kind': kind, 'facility_key': facility_key, 'legal_status': legal_status} END)} AS holder
    FROM point JOIN clustered USING (setting, person_key, cluster)
    WHERE instant BETWEEN began AND ended
    GROUP BY setting, person_key, instant
"""

# What each layer said last goes on until it says otherwise; it says that nobody holds by a holder of NULL.
SETTING_AT = """
    CREATE TABLE setting_at AS
    WITH claims AS (
        SELECT person_key, instant, sum(sum(change)) OVER (PARTITION BY person_key ORDER BY instant) AS stays
        FROM (
            SELECT person_key, began AS instant, 1 AS change FROM held_in_custody
            UNION ALL
            SELECT person_key, claimed_until, -1 FROM held_in_custody
        ) GROUP BY person_key, instant
    ), moment AS (
        SELECT person_key, instant, any_value(holder) FILTER (setting = 'prison') AS prison,
            any_value(holder) FILTER (setting = 'community') AS community, any_value(stays) AS stays
        FROM (FROM holder UNION ALL BY NAME FROM claims) GROUP BY person_key, instant
    ), lasting AS (
        SELECT person_key, instant, last_value(prison IGNORE NULLS) OVER so_far AS prison,
            last_value(community IGNORE NULLS) OVER so_far AS community, last_value(stays IGNORE NULLS) OVER so_far AS stays
        FROM moment WINDOW so_far AS (PARTITION BY person_key ORDER BY instant ROWS UNBOUNDED PRECEDING)
    ), placed AS (
        SELECT person_key, instant, CASE
            WHEN prison.claim IS NOT NULL THEN {'setting': 'prison', 'facility_key': prison.claim.facility_key,
                'legal_status': prison.claim.legal_status, 'conflict': stays > 1}
            WHEN community.claim IS NOT NULL THEN {'setting': 'community', 'facility_key': community.claim.facility_key,
                'legal_status': NULL, 'conflict': false}
            END AS place
        FROM lasting
    ), changed AS (
        SELECT * FROM placed
        QUALIFY place IS DISTINCT FROM lag(place) OVER (PARTITION BY person_key ORDER BY instant)
    ), bounded AS (
        SELECT *, lead(instant) OVER (PARTITION BY person_key ORDER BY instant) AS until FROM changed
    )
    SELECT person_key, instant AS from_at, CASE WHEN until <= $data_as_of THEN until END AS to_at,
        place.setting, place.facility_key, place.legal_status, place.conflict
    FROM bounded WHERE place IS NOT NULL AND instant <= $data_as_of
"""


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `setting_at` from `stay` and the deaths in `person`."""
    parameters = {"zone": cut.zone, "data_as_of": cut.data_as_of}
    connection.execute(HELD, parameters)
    connection.execute(CLAIMS, parameters)
    connection.execute(HOLDERS)
    connection.execute(SETTING_AT, {"data_as_of": cut.data_as_of})
