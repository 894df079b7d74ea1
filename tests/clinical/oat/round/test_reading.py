"""What the list reads of people: what a rule needs and no more, by the same few statements for one or for hundreds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from oat import COMBINED, DAY, SIX, WEEKLY, ZONE, a_happened, an_order
from resources import a_stay
from round_prison import ONE_DAY, OTHER_PRISON, PRISON, a_person, put, read, rows, yesterday

from clinical.oat.attendance import Whereabouts
from clinical.oat.claim import Claim, observation_of
from clinical.oat.happened import Kind
from clinical.oat.happened_resource import resource_of
from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.order_resource import request_of
from clinical.oat.release import Release, Releaser, detected_issue_of
from clinical.oat.round.reader import Known, Reader
from clinical.oat.round.reading import LOOK_BACK, STAYS_ON_THE_LIST, situations, who_is_on_the_list
from clinical.oat.round.row import State
from clinical.oat.round.situation import Situation, Unreadable
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


DIED = SIX - timedelta(seconds=10)
HAS_DIED = {
    "at an hour": [{**a_person("p1")[0], "deceasedDateTime": DIED.isoformat()}],
    "on a day nobody knows": [{**a_person("p1")[0], "deceasedBoolean": True}],
    "as the stay says": [
        a_stay(
            "p1-stay", patient="p1", prison=PRISON, status="finished",
            period={"start": "2026-01-05", "end": DIED.isoformat()},
            hospitalization={"dischargeDisposition": {"coding": [
                {"system": "urn:throughcare:code-system:exit-reason", "code": "death"}]}},
        )
    ],
}  # fmt: skip


@pytest.mark.parametrize("died", HAS_DIED)
def test_nobody_waits_for_a_dose_of_somebody_who_died(database: Database, store: Store, died: str) -> None:
    put(database, store, a_person("p1"))
    assert [one.state for one in rows(database, store, "p1")] == [State.TO_COME]
    put(database, store, HAS_DIED[died])
    assert rows(database, store, "p1") == ()
    found = read(database, store, "p1")["p1"].presence
    assert (found.whereabouts, found.doses_here) == (Whereabouts.DEAD, False)
    before = rows(database, store, "p1", at=DIED - timedelta(seconds=1))
    assert bool(before) is (died != "on a day nobody knows")


@pytest.mark.parametrize("ordered", [True, False])
def test_what_was_given_on_the_day_of_a_death_stays(
    database: Database, store: Store, *, ordered: bool
) -> None:
    about = {"order": "p1-order", "slot_day": DAY, "part": 1} if ordered else {}
    given = a_happened(id="given", patient="p1", at=SIX - timedelta(minutes=10), **about)
    end = {} if ordered else {"end": DAY - ONE_DAY}
    put(database, store, [*a_person("p1", 60, 30, **end), resource_of(given)])
    put(database, store, HAS_DIED["at an hour"])
    (row,) = rows(database, store, "p1")
    assert (row.state, row.done and row.done.id) == (State.DONE, "given")
    assert on_the_list(database, store) == ["p1"]


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

    assert statements(1) == statements(30) == 14


def test_a_day_is_a_day_of_the_facility(database: Database, store: Store) -> None:
    # Half past eleven in the evening in UTC is the next day here.
    late = a_happened(Kind.GIVEN, id="late", patient="p1", at=datetime(2026, 3, 9, 23, 30, tzinfo=UTC))
    put(database, store, [*a_person("p1", dosed=False), resource_of(late)])
    (found,) = read(database, store, "p1")["p1"].record.happened
    assert found.day == DAY


# --- what is remembered


def _known(database: Database, store: Store, known: Known, *patients: str) -> dict[str, Situation]:
    with database.snapshot() as connection:
        return situations(Reader(raw_cursor(connection), store.keyring, ZONE, known), patients, PRISON, SIX)


def test_whose_rows_are_as_they_were_is_not_made_out_again(database: Database, store: Store) -> None:
    put(database, store, [*a_person("p1"), *a_person("p2")])
    known = Known()
    before = _known(database, store, known, "p1", "p2")
    put(database, store, [flag_of(Hold("h", "p2", HoldReason.QTC, DAY))])
    after = _known(database, store, known, "p1", "p2")
    assert after["p1"] is before["p1"]
    assert [one.id for one in after["p2"].record.holds] == ["h"]


CHANGES: dict[str, Callable[[], list[Any]]] = {
    "a dose": lambda: [resource_of(a_happened(at=SIX, id="today", patient="p1", order="p1-order", slot_day=DAY, part=1))],
    "an order that changed": lambda: [request_of(an_order(70, id="p1-order", patient="p1", facility=PRISON))],
    "another order": lambda: [request_of(an_order(5, id="more", patient="p1", product=COMBINED, facility=PRISON))],
    "an order that nobody can read": lambda: [
        {**request_of(an_order(id="p1-order", patient="p1", facility=PRISON)), "dosageInstruction": [{"text": "as before"}]}
    ],
    "a hold": lambda: [flag_of(Hold("h", "p1", HoldReason.QTC, DAY))],
    "a claim": lambda: [observation_of(Claim("c", "p1", SIX - ONE_DAY))],
    "a release": lambda: [
        detected_issue_of(Release("held", Releaser.PRESCRIBER, SIX, DAY, who="d", patient="p1", id="r"))
    ],
    "a stay that ended": lambda: [a_stay(
            "p1-stay", patient="p1", prison=PRISON, status="finished",
            period={"start": "2026-01-05", "end": (SIX - ONE_DAY).isoformat()},
        )],
    "another record of the same person": lambda: [*a_person("p9")[1:], *_joined("p1", "p9")],
}  # fmt: skip


def _joined(person: str, other: str) -> list[dict[str, Any]]:
    return [_linked(person, other, "seealso"), _linked(other, person, "seealso")]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_changed_is_known_as_if_nothing_were_remembered(
    database: Database, store: Store, change: Callable[[], list[Any]]
) -> None:
    known = Known()
    put(database, store, a_person("p1"))
    before = _known(database, store, known, "p1")
    put(database, store, change())
    after = _known(database, store, known, "p1")
    assert after != before
    assert after == _known(database, store, Known(), "p1")
    assert after == _known(database, store, known, "p1")


def test_a_claim_that_was_verified_is_known_at_once(database: Database, store: Store) -> None:
    claim, known = Claim("c", "p1", SIX - ONE_DAY), Known()
    put(database, store, [*a_person("p1"), observation_of(claim)])
    _known(database, store, known, "p1")
    said = replace(claim, mg=Decimal(30))
    put(database, store, [observation_of(said)])
    assert _known(database, store, known, "p1")["p1"].record.claims == (said,)
