"""People who got the result of a test in the period, each once."""

from collections.abc import Iterator

from services.demo.country.days import instant, last_day
from services.demo.country.facts import HivTest
from services.demo.country.truth.hiv_tests import as_test, returned, status
from services.demo.country.truth.known import Known
from services.demo.country.truth.members import Member, Span

PROFILES = ("who",)
LINES = (("positive",), ("negative", "inconclusive"), ("known_positive",), ("verification",), ("self_test",))
"""What a person is counted as: the first line of which they have a test."""


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Each person, placed at the first test of their line."""
    for person in known.people:
        told = [(status(person, test), test) for test in returned(person, span)]
        for line in LINES:
            of_line = [one for one in told if one[0] in line]
            if of_line:
                counted_as = "negative" if any(one == "negative" for one, _ in of_line) else of_line[0][0]
                first = min((test for _, test in of_line), key=_when)
                yield as_test(known, person, first, counted_as)
                break


def _when(test: HivTest) -> tuple[object, ...]:
    moment = instant(test.performed)
    return last_day(test.performed), moment.timestamp() if moment else float("inf"), test.id
