"""Deaths of people who were in prison on the day."""

from collections.abc import Iterator
from typing import Any

import psycopg

from fhir_store.search import Context, parse_query
from fhir_store.search_values import param_id
from services.inspection.registers.register import Line, Period, Register
from services.inspection.registers.where import STAY
from services.shared.languages import N_

COUNT = """
SELECT s.facility_id, '', count(*) FROM (
    SELECT c.id AS patient, min(d.low) AS since, min(d.high) AS until
    FROM fhir_store.current_resource c
    JOIN fhir_store.index_date d ON d.key = c.key AND d.param = %s
    WHERE {found} GROUP BY c.id
) w {stay} GROUP BY 1
"""


def count(cursor: psycopg.Cursor[Any], period: Period, context: Context) -> Iterator[Line]:
    """Each person with a day of death, in the prison where they were on that day."""
    criteria = [("death-date", f"ge{period.first}"), ("death-date", f"le{period.last}")]
    found = parse_query("Patient", criteria, context=context).where
    arguments = (param_id("Patient", "death-date"), *found.args)
    cursor.execute(COUNT.format(found=found.text, stay=STAY), arguments)
    yield from (Line(*row) for row in cursor.fetchall())


REGISTER = Register(
    "deaths",
    N_("Deaths"),
    N_("People with a day of death. Who died on a day that is not known is not counted."),
    N_("Patient.deceasedDateTime, and the stay in custody on that day"),
    {},
    count,
)
