"""HIV tests: runs of the testing algorithm whose result the person got, and how many were positive."""

import ibis.expr.types as ir

from cascade.measures import Figure
from cascade.placing import at_event
from cascade.returned_tests import returned_tests
from cascade.tables import Period, Tables

title = "HIV tests with the result returned"
source = "WHO consolidated HIV strategic information guidelines, HTS.2 (HIV.IND.19); GAM 2.5"
status = "proposed"
version = "1"
kind = "flow"
population = "Everyone tested, in prison and in the community."
unit = "tests"
members = (
    "Each run of the testing algorithm whose result was given to the person in the period. A date known only to a part"
    " of the period counts when all of it lies in the period. The place is where and when it was performed."
)
statuses = {
    "negative": "negative",
    "positive": "positive",
    "inconclusive": "inconclusive, or no readable result",
    "known_positive": "any result of a person whose HIV was known before the test, or said to be known",
    "verification": "run to verify a diagnosis before ART, whatever its result",
    "self_test": "done by the person on themselves, whatever its result",
}
figures = {
    "tests": Figure("Tests", ("negative", "positive", "inconclusive")),
    "positive": Figure("Positive tests", ("positive",), ("negative", "positive", "inconclusive")),
    "known_positive": Figure("Tests of people with known HIV", ("known_positive",)),
    "verification": Figure("Verification before ART", ("verification",)),
    "self_tests": Figure("Self-tests", ("self_test",)),
}
profiles = {"who": "Result returned in the period."}
look_back = "None for the test; a confirmed diagnosis of any day before the test makes the person known."
exclusions = (
    "A result that the person never got, or got outside of the period.",
    "Single assays: only the outcome of the whole algorithm is a test.",
    "Tests entered in error, cancelled or preliminary.",
)
variants = (
    "IND.19's numerator also counts tests whose diagnosis, not return, is dated in the period.",
    "PEPFAR HTS_TST counts people, not tests.",
)


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """The tests returned in the period; `event_key` is the test."""
    return at_event(returned_tests(tables, period).rename(event_key="record_key"), tables)
