"""People tested for HIV who got a result, and how many of them were positive."""

import ibis
import ibis.expr.types as ir

from cascade.measures import Figure
from cascade.placing import at_event
from cascade.returned_tests import returned_tests
from cascade.tables import Period, Tables

title = "People tested for HIV"
source = "WHO consolidated HIV strategic information guidelines, HTS.3 (HIV.IND.20)"
status = "proposed"
version = "1"
kind = "flow"
population = "Everyone tested, in prison and in the community."
unit = "people"
members = (
    "Each person with at least one run of the testing algorithm whose result was given to them in the period; a date known"
    " only to a part of the period counts when all of it lies in the period. A person is on one line. Positive goes before"
    " negative, negative before inconclusive, and these three before the lines apart; of those, known HIV goes before"
    " verification, and verification before self-tests. So a positive test of the period stands whatever was tested later."
    " The person is placed at the first test of their line, by the day and hour it was performed; negative and"
    " inconclusive are one line in this: the first counted test of the period. `event_key` is that test."
)
statuses = {
    "negative": "at least one negative test, none positive",
    "positive": "at least one positive test",
    "inconclusive": "only tests that were inconclusive or have no readable result",
    "known_positive": "only tests of a person whose HIV was known before the test, or said to be known",
    "verification": "only tests to verify a diagnosis before ART, and perhaps self-tests",
    "self_test": "only tests done by the person on themselves",
}
TESTED = ("negative", "positive", "inconclusive")
figures = {
    "tested": Figure("People tested", TESTED),
    "positive": Figure("Positive among people tested", ("positive",), TESTED),
    "inconclusive": Figure("No more than inconclusive", ("inconclusive",), TESTED),
    "known_positive": Figure("People with known HIV tested again", ("known_positive",)),
    "verification": Figure("People only verified before ART", ("verification",)),
    "self_tests": Figure("People who only tested themselves", ("self_test",)),
}
profiles = {"who": "Result returned in the period, for numerator and denominator alike."}
look_back = "None for the test; a confirmed diagnosis of any day before the test makes the person known."
exclusions = (
    "People whose results were all never given to them, or given outside of the period.",
    "Single assays: only the outcome of the whole algorithm is a test, so a lone reactive assay is never positive.",
    "Tests entered in error, cancelled or preliminary.",
)
variants = (
    (
        "IND.20 as printed also takes into the numerator people whose diagnosis, not result, is dated in the period; they"
        " need not be in its denominator. Here the numerator is a part of the denominator."
    ),
    "IND.20 as printed asks that the test too was performed in the period; here only the return has to be.",
    "HTS.2 (HIV.IND.19) counts tests, not people.",
    "New diagnoses: a positive test is not yet a confirmed diagnosis, and one refuted later stays positive here.",
)

LINES = {
    "positive": 0,
    "negative": 1,
    "inconclusive": 1,
    "known_positive": 2,
    "verification": 3,
    "self_test": 4,
}
"""Which tests of a person go first: the least number says what the person is counted as, and where."""


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """People with a result returned in the period; `event_key` is the test they are placed at."""
    test = returned_tests(tables, period)
    test = test.mutate(line=test.status.cases(*LINES.items()))
    whose = test.group_by("person_key").mutate(any_negative=(test.status == "negative").any())
    in_turn = ibis.window(
        group_by=whose.person_key,
        order_by=[whose.line, whose.on_day, ibis.asc(whose.at, nulls_first=False), whose.record_key],
    )
    first = whose.mutate(nth=ibis.row_number().over(in_turn)).filter(lambda one: one.nth == 0)
    negative = (first.line == LINES["negative"]) & first.any_negative
    events = first.select(
        "person_key",
        "facility_key",
        "at",
        "on_day",
        event_key="record_key",
        status=ibis.cases((negative, "negative"), else_=first.status),
    )
    return at_event(events, tables)
