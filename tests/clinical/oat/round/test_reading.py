"""What the list reads of people: what a rule needs and no more, by the same few statements for one or for hundreds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from oat import COMBINED, DAY, SIX, WEEKLY, ZONE, a_happened, an_order
from resources import a_stay
from round_prison import ONE_DAY, OTHER_PRISON, PRISON, a_person, put, read, yesterday

from clinical.oat.attendance import Whereabouts
from clinical.oat.claim import Claim, observation_of
from clinical.oat.happened import Kind
from clinical.oat.happened_resource import resource_of
from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.order_resource import request_of
from clinical.oat.release import Release, Releaser, detected_issue_of
from clinical.oat.round.reading import LOOK_BACK, STAYS_ON_THE_LIST, Reader, who_is_on_the_list
from clinical.oat.round.situation import Unreadable
from fhir_store.store import Store
from fhir_store.write import raw_cursor
from services.shared.database import Database


def on_the_list(database: Database, store: Store, at: datetime = SIX) -> list[str]:
    with database.transaction() as connection:
        return list(who_is_on_the_list(Reader(raw_cursor(connection), store.keyring, ZONE), PRISON, at))


def test_everything_of_the_treatment_is_read_as_it_stands_in_the_record(
    database: Database, store: Store
) -> None:
    claim = Claim("c", "p1", SIX - ONE_DAY)
    hold = Hold("h", "p1", HoldReason.QTC, DAY)
    release = Release("held", Releaser.PRESCRIBER, SIX, DAY, who="d", patient="p1", id="r")
    supply = {
        "resourceType": "MedicationDispense", "id": "t", "status": "completed", "subject": {"reference": "Patient/p1"},
        "medicationCodeableConcept": request_of(an_order())["medicationCodeableConcept"], "whenHandedOver": "2026-03-01",
    }  # fmt: skip
    put(database, store, [*a_person("p1"), observation_of(claim), flag_of(hold), detected_issue_of(release), supply])  # fmt: skip
    (found,) = read(database, store, "p1").values()
    assert found.record.orders == (an_order(id="p1-order", patient="p1"),)
    assert found.record.happened == (yesterday("p1", "p1-order"),)
    assert found.record.holds == (hold,)
    assert found.record.claims == (claim,)
    assert found.releases == (release,)
    assert [one.days for one in found.record.take_home] == [1]
    assert found.presence.stay == "Encounter/p1-stay"
    assert found.presence.whereabouts is Whereabouts.HERE


@pytest.mark.parametrize(("days", "there"), [(-1, True), (0, True), (1, False)])
def test_an_order_that_ended_long_ago_is_not_read(
    database: Database, store: Store, days: int, there: bool
) -> None:
    end = DAY - LOOK_BACK - days * ONE_DAY
    put(database, store, a_person("p1", start=end - ONE_DAY, end=end, dosed=False))
    assert bool(read(database, store, "p1")["p1"].record.orders) is there
    assert on_the_list(database, store) == (["p1"] if there else [])


def test_an_order_that_cannot_be_read_is_told(database: Database, store: Store) -> None:
    request = request_of(an_order(id="r", patient="p1"))
    del request["dosageInstruction"][0]["doseAndRate"]
    put(database, store, [*a_person("p1"), request])
    assert read(database, store, "p1")["p1"].unreadable == (Unreadable("r", "dosageInstruction.doseAndRate"),)


def test_of_a_long_treatment_the_last_days_are_read(database: Database, store: Store) -> None:
    daily = [a_happened(id=f"d{n}", patient="p1", at=SIX - n * ONE_DAY) for n in range(1, 40)]
    put(database, store, [*a_person("p1", dosed=False), *map(resource_of, daily)])
    happened = read(database, store, "p1")["p1"].record.happened
    assert [one.id for one in happened] == ["d1"]


def test_who_comes_after_weeks_is_known_by_the_last_dose_before(database: Database, store: Store) -> None:
    before, today = a_happened(id="long-ago", patient="p1", at=SIX - 20 * ONE_DAY), a_happened(id="today", patient="p1")  # fmt: skip
    put(database, store, [*a_person("p1", dosed=False), resource_of(before), resource_of(today)])
    found = read(database, store, "p1", at=SIX + timedelta(hours=8))["p1"].record.happened
    assert {one.id for one in found} == {"long-ago", "today"}


def test_a_depot_of_weeks_ago_is_read_beside_the_tablets_since(database: Database, store: Store) -> None:
    depot = a_happened(id="depot", patient="p1", at=SIX - 25 * ONE_DAY, product=WEEKLY)
    tablets = [
        a_happened(id=f"t{n}", patient="p1", at=SIX - n * ONE_DAY, product=COMBINED) for n in range(1, 20)
    ]
    put(database, store, [*a_person("p1", dosed=False), resource_of(depot), *map(resource_of, tablets)])
    found = {one.id for one in read(database, store, "p1")["p1"].record.happened}
    assert found == {"depot", "t1"}


def test_what_was_entered_in_error_is_no_last_dose(database: Database, store: Store) -> None:
    wrong = {**resource_of(a_happened(id="wrong", patient="p1", at=SIX - ONE_DAY)), "status": "entered-in-error"}  # fmt: skip
    right = a_happened(id="right", patient="p1", at=SIX - 9 * ONE_DAY)
    put(database, store, [*a_person("p1", dosed=False), wrong, resource_of(right)])
    found = read(database, store, "p1")["p1"].record.happened
    assert {one.id: one.was_taken for one in found} == {"right": True, "wrong": False}


def test_nobody_without_an_order_is_on_the_list(database: Database, store: Store) -> None:
    put(database, store, [*a_person("p1"), a_stay("s2", patient="p2", prison=PRISON)])
    assert on_the_list(database, store) == ["p1"]


def test_another_prison_has_a_list_of_its_own(database: Database, store: Store) -> None:
    put(database, store, [*a_person("p1"), *a_person("p2", prison=OTHER_PRISON)])
    assert on_the_list(database, store) == ["p1"]


def test_who_got_a_dose_here_today_is_on_the_list_whatever_the_stays_say(
    database: Database, store: Store
) -> None:
    stranger = [*a_person("p2", prison=OTHER_PRISON), resource_of(a_happened(id="d", patient="p2"))]
    put(database, store, stranger)
    assert on_the_list(database, store) == ["p2"]


@pytest.mark.parametrize(
    ("gone", "there"),
    [
        (STAYS_ON_THE_LIST - timedelta(seconds=1), True),
        # What ended at a second ended with it.
        (STAYS_ON_THE_LIST, True),
        (STAYS_ON_THE_LIST + timedelta(seconds=1), False),
    ],
)
def test_who_left_is_on_the_list_for_a_while(
    database: Database, store: Store, gone: timedelta, there: bool
) -> None:
    left = a_stay(
        "p1-stay", patient="p1", prison=PRISON, status="finished",
        period={"start": "2026-01-05", "end": (SIX - gone).isoformat()},
    )  # fmt: skip
    put(database, store, a_person("p1"))
    put(database, store, [left])
    assert on_the_list(database, store) == (["p1"] if there else [])
    assert read(database, store, "p1")["p1"].presence.whereabouts is Whereabouts.RELEASED


def test_who_is_held_elsewhere_was_transferred(database: Database, store: Store) -> None:
    put(database, store, [*a_person("p1", prison=OTHER_PRISON)])
    presence = read(database, store, "p1")["p1"].presence
    assert (presence.whereabouts, presence.doses_here) == (Whereabouts.TRANSFERRED, False)


def _linked(person: str, other: str, type_: str) -> dict[str, Any]:
    return {**a_person(person)[0], "link": [{"other": {"reference": f"Patient/{other}"}, "type": type_}]}


def test_who_has_several_records_is_read_by_all_of_them(database: Database, store: Store) -> None:
    put(database, store, [*a_person("p1", dosed=False), *a_person("p2", dosed=True)])
    put(database, store, [_linked("p2", "p1", "replaced-by"), _linked("p1", "p2", "replaces")])
    assert on_the_list(database, store) == ["p1"], "one row for one person"
    (found,) = read(database, store, "p1").values()
    assert found.record.happened[0].id == "p2-before"
    assert {one.id for one in found.record.orders} == {"p1-order", "p2-order"}


def test_the_statements_are_as_many_for_one_as_for_many(
    database: Database, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(30):
        put(database, store, a_person(f"p{n}"))
    asked: list[str] = []

    def execute(cursor: psycopg.Cursor, statement: str, *args) -> psycopg.Cursor:
        asked.append(statement)
        return untouched(cursor, statement, *args)

    untouched = psycopg.Cursor.execute
    monkeypatch.setattr(psycopg.Cursor, "execute", execute)

    def statements(people: int) -> int:
        asked.clear()
        assert len(read(database, store, *(f"p{n}" for n in range(people)))) == people
        return sum(one.lstrip().startswith(("SELECT", "WITH")) for one in asked)

    assert statements(1) == statements(30) == 13


def test_a_day_is_a_day_of_the_facility(database: Database, store: Store) -> None:
    # Half past eleven in the evening in UTC is the next day here.
    late = a_happened(Kind.GIVEN, id="late", patient="p1", at=datetime(2026, 3, 9, 23, 30, tzinfo=UTC))
    put(database, store, [*a_person("p1", dosed=False), resource_of(late)])
    (found,) = read(database, store, "p1")["p1"].record.happened
    assert found.day == DAY
