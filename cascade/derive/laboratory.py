"""Viral loads, as the interval of copies/mL in which the result says that they lie.

A logarithm is made copies by 10**x and rounded to whole copies, because copies are counted: 2.3 is 200, not 199.53, and
3 is 1000. What can be read in two ways is not read: "10,000" (ten thousand, or ten with decimals), or a logarithm by its
code that is in copies/mL by its unit.
"""

from duckdb import DuckDBPyConnection

from cascade.derive import dates
from cascade.derive.cut import Cut
from cascade.derive.records import look_up

COPIES = ("{copies}/ml", "[copies]/ml", "copies/ml", "copies per ml", "cp/ml", "c/ml", "1/ml", "/ml")
"""Units of copies/mL, lower case. A result in any other unit, IU/mL for one, has no readable value."""

NOT_DETECTED = ("not detected", "target not detected")
"""Texts for "nothing found". Proposed. "Undetectable" is not among them: below which limit, it does not say."""

# Comparator, number and unit. Groups of three digits after a space are one number; after one point or comma they may be
# decimals as well, so only one or two decimals are read, or more of a logarithm.
TEXT = r"^(<=|>=|<|>|≤|≥)?\s*(log10|log)?\s*([0-9]{1,3}(?: [0-9]{3})+|[0-9]+(?:[.,][0-9]+)?)\s*(.*)$"
LOGARITHM = r"^\s*\{?log"
MOST_LOG10 = 12
"""A larger logarithm is no viral load, but a number of copies under the wrong code."""

LABORATORY = rf"""
    CREATE TABLE laboratory AS
    WITH viral_load AS (
        SELECT *, lower(trim(replace(value_string, chr(160), ' '))) AS said
        FROM observed WHERE meaning = 'hiv_viral_load'
    ), parts AS (
        SELECT *, regexp_extract(said, $text, ['comparator', 'log', 'number', 'unit']) AS part FROM viral_load
    ), written AS (
        SELECT parts.*, word.meaning AS word,
            coalesce(value_number, CASE WHEN log10.codings IS NOT NULL OR part.log <> ''
                    OR regexp_matches(part.unit, $logarithm) OR NOT regexp_matches(part.number, '[.,][0-9]{{3}}')
                THEN try_cast(replace(replace(part.number, ' ', ''), ',', '.') AS DOUBLE) END) AS number,
            CASE WHEN value_number IS NOT NULL THEN coalesce(value_comparator, '')
                ELSE replace(replace(part.comparator, '≤', '<='), '≥', '>=') END AS comparator,
            lower(trim(CASE WHEN value_number IS NOT NULL THEN coalesce(value_unit, '') ELSE part.unit END)) AS unit,
            log10.codings IS NOT NULL OR (value_number IS NULL AND part.log <> '') AS of_log_code
        FROM parts
        LEFT JOIN log10_observation AS log10 ON log10.codings = parts.codings
        LEFT JOIN word_of_result AS word ON word.codings = value_codings
    ), scaled AS (
        SELECT *, of_log_code OR regexp_matches(unit, $logarithm) AS is_log10 FROM written
    ), copied AS (
        SELECT *, CASE
            WHEN number < 0 OR NOT isfinite(number) THEN NULL
            WHEN comparator NOT IN ('', '<', '<=', '>', '>=') THEN NULL
            WHEN of_log_code AND list_contains($copies, unit) THEN NULL
            WHEN is_log10 THEN CASE WHEN number <= {MOST_LOG10} THEN round(pow(10, number)) END
            WHEN unit = '' OR list_contains($copies, unit) THEN number END AS copies
        FROM scaled
    )
    SELECT pseudonym('Observation/' || id) AS record_key, person_key, facility_key, 'hiv_viral_load' AS analyte,
        {dates.columns("effective_text", "collected", with_instant=True)},
        {dates.day("issued_text")} AS result_on,
        CASE WHEN word = 'invalid' THEN NULL
            WHEN copies IS NOT NULL THEN CASE WHEN comparator IN ('<', '<=') THEN 0 ELSE copies END
            WHEN nothing OR something THEN 0
        END::DOUBLE AS value_lo,
        CASE WHEN word = 'invalid' THEN NULL
            WHEN copies IS NOT NULL THEN CASE WHEN comparator IN ('>', '>=') THEN 'infinity' ELSE copies END
            WHEN nothing THEN 0 WHEN something THEN 'infinity'
        END::DOUBLE AS value_hi,
        value_lo IS NOT NULL AND copies IS NOT NULL AND comparator = '<' AS value_hi_open
    FROM (
        SELECT *, word = 'not_detected' OR list_contains($not_detected, said) AS nothing,
            word = 'detected' OR said = 'detected' AS something
        FROM copied
    )
"""  # noqa: S608 - our own text


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `laboratory` from `observed`."""
    look_up(connection, "log10_observation", "log10", "observed", "codings")
    look_up(connection, "word_of_result", "laboratory_result", "observed", "value_codings")
    parameters = {
        "zone": cut.zone,
        "text": TEXT,
        "logarithm": LOGARITHM,
        "copies": list(COPIES),
        "not_detected": list(NOT_DETECTED),
    }
    connection.execute(LABORATORY, parameters)
