"""A civil day is closed once at each facility, and what is suspended by it is what the rule says."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from at_the_window import NURSE, TABLET, Window
from oat import DAY, HOUR, SIX, ZONE, a_happened, a_law, on
from round_prison import OTHER_PRISON, PRISON, PROTOCOL, a_person, put

from clinical.oat.closing import Closing, close_day
from clinical.oat.day_close import LONGEST
from clinical.oat.happened_resource import resource_of
from clinical.oat.order_resource import order_of
from clinical.oat.orders.changing import resumed
from clinical.oat.round import parts
from clinical.protocols import Protocol
from fhir_store.json_text import parse
from fhir_store.store import Store
from fhir_store.write import Saved, raw_cursor
from services.shared.database import Database

Close = Callable[..., list[str]]
ONE_DAY = timedelta(days=1)


def missed(patient: str, days: int, **changes: Any) -> list[dict[str, Any]]:
    """Somebody whose last dose was so many days before yesterday."""
    person = a_person(patient, dosed=False, **changes)
    at = SIX - (days + 1) * ONE_DAY
    last = a_happened(at=at, id=f"{patient}-last", patient=patient, order=f"{patient}-order", mg=Decimal(60))
    return [*person, resource_of(last)]


@pytest.fixture
def logged() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def close(database: Database, store: Store, logged: list[tuple[str, str]]) -> Close:
    def closed(at: datetime = SIX, facility: str = PRISON, law: Protocol = PROTOCOL) -> list[str]:
        def log(patient: str, saved: Saved) -> None:
            logged.append((patient, saved.interaction))

        saved = database.run(lambda c: close_day(Closing(c, store, law, at, log), facility))
        return [one.id for one in saved]

    return closed


def test_who_missed_too_many_days_is_suspended_until_a_prescriber_resumes_it(
    database: Database, store: Store, close: Close, logged: list[tuple[str, str]]
) -> None:
    put(database, store, [*a_person("had"), *missed("four", 4), *missed("five", 5)])
    assert close() == ["five-order"]
    assert logged == [("five", "update")]
    window = Window(database, store)
    request = window.resource("MedicationRequest", "five-order") or {}
    assert request["status"] == "on-hold"
    assert request["statusReason"]["coding"][0]["code"] == "missed-doses"
    assert (window.resource("MedicationRequest", "four-order") or {})["status"] == "active"


def test_what_was_resumed_on_that_day_stays_resumed_and_the_next_day_is_asked_anew(
    database: Database, store: Store, close: Close
) -> None:
    put(database, store, missed("five", 5))
    assert close() == ["five-order"]
    window = Window(database, store)
    put(database, store, [dict(resumed(window.resource("MedicationRequest", "five-order") or {}))])
    assert close() == []
    assert close(SIX + timedelta(hours=10)) == []
    assert close(SIX + ONE_DAY) == ["five-order"]


def test_two_servers_at_once_suspend_once(database: Database, store: Store, close: Close) -> None:
    put(database, store, [one for n in range(6) for one in missed(f"p{n}", 6)])
    with ThreadPoolExecutor(4) as pool:
        found = [id_ for ids in pool.map(lambda _: close(), range(4)) for id_ in ids]
    assert sorted(found) == [f"p{n}-order" for n in range(6)]


def test_of_a_pregnant_person_nothing_is_suspended(database: Database, store: Store, close: Close) -> None:
    test = {
        "resourceType": "Observation", "id": "pregnant", "status": "final", "subject": {"reference": "Patient/five"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "82810-3"}]}, "effectiveDateTime": on(-20).isoformat(),
        "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA15173-0"}]},
    }  # fmt: skip
    put(database, store, [*missed("five", 9), test])
    assert close() == []


def test_orders_of_another_facility_are_not_touched(database: Database, store: Store, close: Close) -> None:
    put(database, store, missed("five", 9, prison=OTHER_PRISON))
    assert close() == []
    assert close(facility=OTHER_PRISON) == ["five-order"]


@pytest.mark.parametrize(("said", "waits"), [("12 h", 12 * HOUR), ("3 h", 3 * HOUR), (None, LONGEST)])
def test_a_day_waits_for_a_tablet_that_may_hold_doses_of_it(
    database: Database, store: Store, close: Close, said: str | None, waits: timedelta
) -> None:
    law = a_law(oat__day_waits=said)
    put(database, store, missed("five", 5))

    def held(connection: Any) -> None:
        cursor = raw_cursor(connection)
        found = parts.round_of(cursor, PRISON, on(-1), "morning", SIX - ONE_DAY, NURSE)
        parts.take(cursor, found.id, parts.Part("A", TABLET, NURSE, SIX - ONE_DAY, "free"))

    database.run(held)
    ended = datetime.combine(DAY, datetime.min.time(), ZONE)
    assert close(ended + waits - timedelta(minutes=1), law=law) == []
    assert close(ended + waits, law=law) == ["five-order"]


def test_a_day_whose_round_was_closed_does_not_wait(database: Database, store: Store, close: Close) -> None:
    put(database, store, missed("five", 5))

    def over(connection: Any) -> None:
        cursor = raw_cursor(connection)
        found = parts.round_of(cursor, PRISON, on(-1), "morning", SIX - ONE_DAY, NURSE)
        parts.take(cursor, found.id, parts.Part("A", TABLET, NURSE, SIX - ONE_DAY, "free"))
        parts.close(cursor, found.id, SIX - ONE_DAY, NURSE, 0)

    database.run(over)
    assert close() == ["five-order"]


def test_an_order_that_is_suspended_is_read_back_as_it_was_but_for_that(
    database: Database, store: Store, close: Close
) -> None:
    put(database, store, missed("five", 5))
    before = order_of(parse(_text(Window(database, store), "five-order")).value, ZONE)
    close()
    after = order_of(parse(_text(Window(database, store), "five-order")).value, ZONE)
    assert before is not None
    assert after is not None
    assert (after.steps, after.start, after.end) == (before.steps, before.start, before.end)


def _text(window: Window, order: str) -> bytes:
    return json.dumps(window.resource("MedicationRequest", order), default=str).encode()
