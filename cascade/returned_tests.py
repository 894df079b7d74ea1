"""Tests whose result was returned in the period, and as what each counts: said once, for tests and for people tested."""

import ibis
import ibis.expr.types as ir

from cascade.first_diagnosis import first_diagnoses
from cascade.tables import Period, Tables


def returned_tests(tables: Tables, period: Period) -> ir.Table:
    """Each run of the testing algorithm whose result the person surely got in the period.

    Returns:
        person_key, record_key, facility_key, at (instant of the test or NULL), on_day (of the test), status: negative,
        positive, inconclusive; known_positive, verification, self_test whatever the result.
    """
    test = tables.hiv_test
    returned = test.filter(test.returned_lo >= period.first, test.returned_hi <= period.last)
    known = first_diagnoses(tables).select(known_key="person_key", known_since="diagnosed_hi")
    joined = returned.left_join(known, returned.person_key == known.known_key)
    before = joined.known_since.notnull() & (joined.known_since < joined.performed_lo)
    return joined.select(
        "person_key",
        "record_key",
        "facility_key",
        at="performed_at",
        on_day=ibis.coalesce(joined.performed_on, joined.performed_hi, joined.returned_hi),
        status=ibis.cases(
            (joined.self_test, "self_test"),
            (joined.purpose == "verification", "verification"),
            ((joined.purpose == "known_positive") | before, "known_positive"),
            (joined.outcome.isin(["negative", "positive"]), joined.outcome),
            else_="inconclusive",
        ),
    )
