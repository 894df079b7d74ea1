"""The measures and their twins in plain Python agree on worlds that nobody chose."""

import os
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spec import world

from cascade import monthly_reference as reference
from cascade.tables import Dose, Window

EXAMPLES = int(os.environ.get("THROUGHCARE_EXAMPLES", "50"))
FACILITIES = ("north", "south", "east", "unknown")
CUTS = [datetime(2025, 3, 31, 22, tzinfo=UTC) + timedelta(seconds=second) for second in (-1, 0, 1)]

edges = st.sampled_from(
    [
        date(2024, 12, 31),
        date(2025, 1, 1),
        date(2025, 1, 31),
        date(2025, 2, 28),
        date(2025, 3, 1),
        date(2025, 3, 31),
    ]
)
days = edges | st.dates(date(2024, 11, 1), date(2025, 5, 31))
texts = (
    days.map(date.isoformat)
    | st.sampled_from(["2024-12", "2025-01", "2025-03", "2025-04", "2024", "2025", "2026"])
    | st.none()
)
# A day, a month, a year or nothing as FHIR writes it, or any two days: the contract allows every span.
spans = texts.map(world.span) | st.tuples(edges, edges).map(lambda two: (min(two), max(two)))


@st.composite
def doses(draw: st.DrawFn) -> list[Dose]:
    """Up to 25 doses, some of them twice, of four people at three facilities and at nobody knows which."""
    drawn = [draw(_dose(number)) for number in range(draw(st.integers(0, 20)))]
    return drawn + draw(st.lists(st.sampled_from(drawn), max_size=5) if drawn else st.just([]))


@st.composite
def _dose(draw: st.DrawFn, number: int) -> Dose:
    first, last = draw(spans)
    return Dose(
        record_key=f"record {number}",
        person_key=draw(st.sampled_from("abcd")),
        facility_key=draw(st.sampled_from(FACILITIES)),
        business_id=None,
        recorded_at=draw(st.none() | st.sampled_from(CUTS)),
        atc="N07BC02",
        status=draw(st.sampled_from(["given", "given", "partial", "redose", "not_given"])),
        reason=None,
        given_at=None,
        given_on=first if first == last else None,
        given_lo=first,
        given_hi=last,
        given_mg=None,
    )


windows = st.builds(
    Window,
    st.sampled_from([date(2025, 1, 31), date(2025, 3, 31), date(2025, 4, 30)]),
    st.integers(1, 5),
    st.sampled_from(CUTS),
    st.just(world.ZONE),
)
NAMES = [world.facility(key, f"DEMO {key}") for key in FACILITIES[:3]] + [world.facility("unknown", None)]


@settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(doses(), windows)
def test_people_given_oat_agrees_with_its_twin_and_no_person_is_counted_twice(given_doses, window):
    result = world.run("people_given_oat", given_doses, NAMES, window)
    twin = reference.people_given_oat(given_doses, NAMES, window)
    assert {reference.PeopleGiven(**row) for row in result} == twin
    assert len(result) == len(twin)
    people = world.by_facility(result)
    for (month, facility), national in people.items():
        if facility == "all":
            here = [count for (when, where), count in people.items() if when == month and where != "all"]
            assert max(here) <= national <= sum(here)
