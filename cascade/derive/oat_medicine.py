"""Which medicines are opioid agonist treatment: looked up once for each distinct list of codings."""

from duckdb import DuckDBPyConnection

# Of two medicines in one list, one that needs no reason goes first, then the first by code.
OAT_MEDICINES = """
    CREATE TABLE {name} AS
    WITH listed AS (
        SELECT DISTINCT medication_codings AS codings FROM {relation}
        UNION SELECT DISTINCT codings FROM medication
    ), one AS (
        SELECT codings, unnest(codings) AS coding FROM listed
    )
    SELECT codings, min({{'needs_reason': only_for_opioid_dependence, 'atc': atc}}) AS medicine
    FROM one JOIN oat_medication_code AS known
        ON known."system" = one.coding."system" AND known.code = one.coding.code
    GROUP BY codings
"""

MAY_BE_DEPOT = "N07BC01"
"""Buprenorphine, the one medicine of OAT that is also given as a depot. ATC has one code for both."""


def look_up_oat_medicines(connection: DuckDBPyConnection, name: str, relation: str) -> None:
    """Make a table of the lists of codings that name a medicine of OAT: `codings`, `medicine` (`needs_reason`, `atc`).

    Args:
        connection: holds the codes and the flat table `medication`.
        name: of the table made.
        relation: a flat table with `medication_codings`.
    """
    connection.execute(OAT_MEDICINES.format(name=name, relation=relation))
