"""Whose records must be derived again when some changed: the people whose rows can depend on one another.

Patient records of one human belong together, before and after the change; and so do two people of whom a record of one
names a record of the other, mistaken as that is. Everybody else's rows stay as they are.
"""

from duckdb import DuckDBPyConnection

from cascade.views import View, views

REFERENCES = (
    ("condition", "context_id", "encounter"),
    ("encounter", "part_of_id", "encounter"),
    ("medication_administration", "context_id", "encounter"),
    ("medication_administration", "context_id", "episode_of_care"),
    ("medication_administration", "request_id", "medication_request"),
    ("medication_dispense", "context_id", "encounter"),
    ("medication_dispense", "context_id", "episode_of_care"),
    ("medication_dispense", "unnest(prescription_ids)", "medication_request"),
    ("medication_request", "encounter_id", "encounter"),
    ("medication_statement", "context_id", "encounter"),
    ("medication_statement", "context_id", "episode_of_care"),
    ("observation", "context_id", "encounter"),
)
"""Flat table, column, and the flat table of people's records that it names."""

# Of whom the changed records are, or were; and whose records name them.
OF_CHANGED = """
    INSERT INTO affected
    SELECT patient_id FROM {old} SEMI JOIN changed ON resource_type = '{resource_type}' AND changed.id = {old}.id
    UNION SELECT patient_id FROM new_{table}
"""
NAMING_CHANGED = """
    INSERT INTO affected
    SELECT patient_id FROM (SELECT patient_id, {column} AS named_id FROM now_{table})
    SEMI JOIN changed ON resource_type = '{resource_type}' AND changed.id = named_id
"""

HUMANS = """
    SELECT human.patient_id FROM {humans} AS human
    WHERE first_id IN (SELECT first_id FROM {humans} WHERE patient_id IN (FROM affected))
    UNION SELECT unnest(linked_ids) FROM now_patient WHERE id IN (FROM affected)
    UNION SELECT id FROM (SELECT id, unnest(linked_ids) AS linked_id FROM now_patient)
        WHERE linked_id IN (FROM affected)
    UNION SELECT other.id
        FROM (SELECT unnest(national_ids) AS national_id FROM now_patient WHERE id IN (FROM affected))
        JOIN (SELECT id, unnest(national_ids) AS national_id FROM now_patient) AS other USING (national_id)
"""
NAMED = """
    SELECT other.patient_id
    FROM (SELECT patient_id, {column} AS named_id FROM now_{table}) AS one
    JOIN now_{target} AS other ON other.id = named_id WHERE one.patient_id IN (FROM affected)
    UNION SELECT one.patient_id
    FROM (SELECT patient_id, {column} AS named_id FROM now_{table}) AS one
    JOIN now_{target} AS other ON other.id = named_id WHERE other.patient_id IN (FROM affected)
"""


def find_affected(connection: DuckDBPyConnection, flat: str, humans: str) -> None:
    """Make the table ``affected`` (patient_id): everybody whose records must be derived again.

    Args:
        connection: holds ``changed`` (resource_type, id), and for each view the changed rows ``new_<table>`` and all rows
            as they are now, ``now_<table>``.
        flat: the schema of the flat tables before the change.
        humans: the table of which Patient records were one human before it.
    """
    connection.execute("CREATE TABLE affected (patient_id VARCHAR)")
    for view in of_people():
        names = {"old": f"{flat}.{view.table}", "table": view.table, "resource_type": view.resource_type}
        connection.execute(OF_CHANGED.format(**names))
    types = {view.table: view.resource_type for view in views()}
    for table, column, target in REFERENCES:
        connection.execute(NAMING_CHANGED.format(table=table, column=column, resource_type=types[target]))
    connection.execute("DELETE FROM affected WHERE patient_id IS NULL")
    while _spread(connection, humans):
        pass


def of_people() -> tuple[View, ...]:
    """The views whose rows are people's."""
    return tuple(view for view in views() if " AS patient_id" in view.select)


def _spread(connection: DuckDBPyConnection, humans: str) -> bool:
    """Add who belongs to those affected; whether anybody was added."""
    named = (NAMED.format(table=table, column=column, target=target) for table, column, target in REFERENCES)
    everybody = " UNION ".join((HUMANS.format(humans=humans), *named))
    added = connection.execute(f"""
        INSERT INTO affected
        SELECT DISTINCT patient_id FROM ({everybody})
        WHERE patient_id IS NOT NULL AND patient_id NOT IN (FROM affected)
    """).fetchone()  # noqa: S608 - our own names
    return bool(added and added[0])
