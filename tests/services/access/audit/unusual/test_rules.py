"""What is out of the ordinary, at the edge of each number."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.access.audit.unusual import (
    RULES,
    break_glass_without_reason,
    many_people,
    off_shift,
    outside_facility,
    repeated_refusals,
)
from services.access.audit.unusual.rule import Find
from services.access.audit.unusual.seen import Known, Seen

ZONE = ZoneInfo("Europe/Podgorica")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""13:00 at the facility."""
NURSE = Known(is_person=True)
SYSTEM = Known(is_person=False)
AMINA = frozenset({"Patient/amina"})


def at(seq: int, seconds: float, kind: str = "read", *patients: str, **said: str) -> Seen:
    return Seen(seq, NOON + timedelta(seconds=seconds), kind, frozenset(patients), **said)


def seqs(find: Find, events: Sequence[Seen], known: Known = NURSE) -> list[list[int]]:
    return [[one.seq for one in group.events] for group in find(events, known, ZONE)]


def opened(people: int, every_s: float) -> list[Seen]:
    return [at(nth, nth * every_s, "read", f"Patient/{nth}") for nth in range(people)]


@pytest.mark.parametrize(
    ("people", "every_s", "unusual"),
    [(29, 1, False), (30, 1, True), (31, 1, True), (30, 20.6, True), (30, 20.7, False)],
)
def test_thirty_people_within_ten_minutes(people: int, every_s: float, unusual: bool) -> None:
    found = seqs(many_people.found, opened(people, every_s))
    assert found == ([list(range(people))] if unusual else [])


def test_one_person_seen_a_hundred_times_and_one_list_of_a_hundred_are_as_usual() -> None:
    again = [at(nth, nth, "read", "Patient/amina") for nth in range(100)]
    everybody = [at(200, 100, "search", *(f"Patient/{nth}" for nth in range(100)))]
    assert seqs(many_people.found, [*again, *everybody]) == []


def test_two_bursts_are_two_findings_and_a_system_has_none() -> None:
    later = [at(100 + nth, 7200 + nth, "read", f"Patient/{nth}") for nth in range(30)]
    events = [*opened(30, 1), *later]
    assert [len(one) for one in seqs(many_people.found, events)] == [30, 30]
    assert seqs(many_people.found, events, SYSTEM) == []


@pytest.mark.parametrize(
    ("refusals", "every_s", "unusual"), [(9, 1, False), (10, 1, True), (10, 66.6, True), (10, 66.7, False)]
)
@pytest.mark.parametrize("known", [NURSE, SYSTEM])
def test_ten_refusals_within_ten_minutes(refusals: int, every_s: float, unusual: bool, known: Known) -> None:
    events = [at(nth, nth * every_s, "refusal") for nth in range(refusals)]
    assert bool(seqs(repeated_refusals.found, events, known)) is unusual
    assert seqs(repeated_refusals.found, [at(nth, nth, "read") for nth in range(50)], known) == []


@pytest.mark.parametrize(("hour", "unusual"), [(5, True), (6, False), (21, False), (22, True), (3, True)])
def test_of_whom_too_little_is_known_the_shift_counts(hour: int, unusual: bool) -> None:
    moment = datetime(2026, 3, 1, hour, 30, tzinfo=ZONE)
    events = [Seen(1, moment, "read", AMINA)]
    for known in (NURSE, Known(True, {hour: 9}, 9)):
        assert bool(seqs(off_shift.found, events, known)) is unusual


@pytest.mark.parametrize(
    ("days", "hour", "unusual"),
    [(2, 3, True), (3, 3, False), (3, 4, False), (3, 2, False), (3, 5, True), (3, 12, True)],
)
def test_whose_hours_are_known_is_measured_by_them(days: int, hour: int, unusual: bool) -> None:
    night = Known(True, {3: days}, 10)
    events = [Seen(1, datetime(2026, 3, 1, hour, 30, tzinfo=ZONE), "read", AMINA)]
    assert bool(seqs(off_shift.found, events, night)) is unusual


def test_midnight_is_beside_eleven_at_night() -> None:
    assert off_shift.is_usual(0, Known(True, {23: 3}, 10))


def test_off_shift_is_about_records_of_patients_one_finding_a_day() -> None:
    nights = [Seen(nth, datetime(2026, 3, nth, 3, tzinfo=ZONE), "read", AMINA) for nth in (1, 2)]
    assert seqs(off_shift.found, nights) == [[1], [2]]
    assert seqs(off_shift.found, [Seen(1, nights[0].at, "sign-in")]) == []
    assert seqs(off_shift.found, nights, SYSTEM) == []


def test_people_who_are_treated_elsewhere() -> None:
    known = Known(True, treated_elsewhere=AMINA)
    events = [
        at(1, 0, "read", "Patient/amina"),
        at(2, 1, "read", "Patient/brian"),
        at(3, 2, "read", "Patient/amina", purpose="ETREAT"),
        at(4, 3, "search", "Patient/amina"),
        at(5, 4, "write", "Patient/amina"),
        at(6, 5, "read", "Patient/amina", "Patient/brian", purpose="TREAT"),
    ]
    assert seqs(outside_facility.found, events, known) == [[1, 6]]
    (group,) = outside_facility.found(events, known, ZONE)
    assert group.patients == AMINA, "and nobody else is said to be one of them"
    assert seqs(outside_facility.found, events, Known(False, treated_elsewhere=AMINA)) == []


def glass(seq: int, hours: float, reason: str, patient: str = "Patient/amina") -> Seen:
    return at(seq, hours * 3600, "break-glass", patient, reason=reason)


@pytest.mark.parametrize(("hours", "unusual"), [(11.9, False), (12, False), (12.1, True)])
def test_a_reason_is_given_within_the_shift(hours: float, unusual: bool) -> None:
    events = [glass(1, 0, "not-given"), glass(2, hours, "unconscious")]
    assert seqs(break_glass_without_reason.found, events) == ([[1]] if unusual else [])


def test_a_reason_given_for_somebody_else_is_none() -> None:
    events = [glass(1, 0, "not-given"), glass(2, 1, "unconscious", "Patient/brian"), glass(3, 2, "not-given")]
    assert seqs(break_glass_without_reason.found, events) == [[1], [3]]


def test_a_finding_of_a_missing_reason_waits_until_the_shift_is_over() -> None:
    (group,) = break_glass_without_reason.found([glass(1, 0, "not-given")], NURSE, ZONE)
    assert group.due_at == NOON + timedelta(hours=12)
    assert seqs(break_glass_without_reason.found, [glass(1, 0, "overdose")]) == []


def test_every_rule_has_a_code_of_its_own_and_says_what_it_looks_for() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.title and rule.words.endswith(".") for rule in RULES)
