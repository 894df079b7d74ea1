"""Tests whose result was given in the period."""

from collections.abc import Iterator

from services.demo.country.days import first_day, last_day
from services.demo.country.facts import Diagnosis, HivTest
from services.demo.country.truth.known import Known, Someone
from services.demo.country.truth.members import Member, Span, at_event

PROFILES = ("who",)


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Each test, placed where and when it was performed."""
    for person in known.people:
        for test in person.of(HivTest):
            if test.returned and span.first <= test.returned.date() <= span.last:
                day = last_day(test.performed)
                yield at_event(
                    known, person, test.id, test.performed, day, test.facility, _status(person, test)
                )


def _status(person: Someone, test: HivTest) -> str:
    if test.self_test:
        return "self_test"
    if test.purpose == "verification":
        return "verification"
    known_before = any(last_day(one.on) < first_day(test.performed) for one in confirmed(person))
    return "known_positive" if test.purpose == "known-positive" or known_before else test.outcome


def confirmed(person: Someone) -> list[Diagnosis]:
    """The confirmed diagnoses of HIV."""
    return [one for one in person.of(Diagnosis) if (one.condition, one.certainty) == ("hiv", "confirmed")]
