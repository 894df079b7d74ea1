"""The worklists: whom each finds, below, at and above its limit, and nobody of another facility."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from oat import DAY, ONE_DAY, SIX, ZONE, an_order, on
from resources import a_patient, a_stay
from round_prison import OTHER_PRISON, PRISON, PROTOCOL, a_person, an_absence, put, the_prison
from stores import store_on

from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.order import OrderStatus, Signature, TelephoneOrder
from clinical.oat.order_resource import request_of
from clinical.oat.product import medication_of
from clinical.oat.round.reading import Reader
from clinical.worklists.lists.orders_ending import last_day
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import Line, by_urgency, worklists
from fhir_store.write import raw_cursor
from services.shared.database import Database

Find = Callable[..., list[Line]]
ZONE_NAME = "Europe/Podgorica"


@pytest.fixture
def find(database: Database) -> Find:
    """The lines of a list, seen from a prison at an instant, of some records."""

    def found(code: str, *records: dict[str, Any], at: datetime = SIX, facility: str = PRISON) -> list[Line]:
        store = store_on(database, ZONE_NAME)
        put(database, store, [*the_prison(), *records])
        with database.snapshot() as connection:
            ward = Ward(Reader(raw_cursor(connection), store.keyring, ZONE), facility, at, PROTOCOL)
            return by_urgency(worklists()[code].find(ward))

    return found


def who(lines: list[Line]) -> list[str]:
    return [one.patient for one in lines]


@pytest.mark.parametrize(
    ("code", "expected"), [("missed-1", ["one"]), ("missed-2", ["two"]), ("missed-3", ["four", "three"])]
)
def test_missed_days_are_counted_to_the_last_that_closed(find: Find, code: str, expected: list[str]) -> None:
    began = {"none": 0, "one": 1, "two": 2, "three": 3, "four": 4}
    people = [a_person(name, dosed=False, start=DAY - days * ONE_DAY) for name, days in began.items()]
    elsewhere = a_person("elsewhere", prison=OTHER_PRISON, dosed=False, start=DAY - 3 * ONE_DAY)
    assert who(find(code, *(one for each in (*people, elsewhere) for one in each))) == expected


def test_orders_that_end_within_a_week_are_listed_and_what_goes_on_is_not(find: Find) -> None:
    ends = {"six": 6, "seven": 7, "eight": 8}
    people = [one for name, days in ends.items() for one in a_person(name, end=on(days))]
    follows = request_of(an_order(id="follows", patient="goes-on", facility=PRISON, start=on(4), end=on(40)))
    draft = request_of(
        an_order(
            id="draft",
            patient="drafted",
            facility=PRISON,
            start=on(4),
            status=OrderStatus.DRAFT,
            signature=Signature.UNSIGNED,
        )
    )
    lines = find(
        "orders-ending", *people, *a_person("goes-on", end=on(3)), follows, *a_person("drafted", end=on(3)), draft,
        *a_person("elsewhere", prison=OTHER_PRISON, end=on(1)),
    )  # fmt: skip
    assert who(lines) == ["drafted", "six", "seven"]
    assert [len(one.says) for one in lines] == [2, 1, 1]


@pytest.mark.parametrize(
    ("orders", "last"),
    [
        ([(on(-3), on(2))], on(2)),
        ([(on(-3), on(2)), (on(3), on(9))], on(9)),
        ([(on(-3), on(2)), (on(4), on(9))], on(2)),
        ([(on(-3), on(2)), (on(1), None)], None),
        ([(on(1), on(9))], on(-1)),
        ([(on(0), on(9))], on(9)),
    ],
)
def test_the_last_day_is_the_last_without_a_gap(
    orders: list[tuple[date, date | None]], last: date | None
) -> None:
    assert last_day(orders, DAY) == last


def test_a_telephone_order_is_listed_until_it_is_countersigned(find: Find) -> None:
    spoken = TelephoneOrder(SIX - ONE_DAY, on(-1), 1, read_back=True)
    signed = TelephoneOrder(SIX - ONE_DAY, on(-1), 1, read_back=True, countersigned_at=SIX)

    def order(patient: str, said: TelephoneOrder) -> dict[str, Any]:
        return request_of(
            an_order(
                id=f"{patient}-by-phone",
                patient=patient,
                facility=PRISON,
                start=on(-1),
                end=on(-1),
                signature=Signature.TELEPHONE,
                telephone=said,
                prescriber="d",
            )
        )

    lines = find(
        "telephone-orders",
        *a_person("open"),
        order("open", spoken),
        *a_person("done"),
        order("done", signed),
    )
    assert who(lines) == ["open"]


def test_open_this_afternoon_is_what_the_morning_left_and_what_was_not_taken(find: Find) -> None:
    records = [*a_person("p1"), *a_person("p2", prison=OTHER_PRISON)]
    assert who(find("open-today", *records)) == []
    assert who(find("open-today", at=SIX + timedelta(hours=5, minutes=59))) == []
    assert who(find("open-today", at=SIX + timedelta(hours=6))) == ["p1"]


def test_court_is_listed_today_and_tomorrow_and_undecided_first(find: Find) -> None:
    def court(patient: str, at: datetime, **more: Any) -> dict[str, Any]:
        return an_absence(patient, status="planned", period={"start": at.isoformat()}, **more)

    midnight = datetime.combine(on(2), datetime.min.time(), ZONE)
    plan = [{"url": "urn:throughcare:extension:dose-plan", "valueCode": "late-round"}]
    lines = find(
        "court", *a_person("decided"), court("decided", SIX, extension=plan), *a_person("tomorrow"),
        court("tomorrow", midnight - timedelta(minutes=1)), *a_person("later"), court("later", midnight),
    )  # fmt: skip
    assert who(lines) == ["tomorrow", "decided"]


def test_reviews_are_those_who_are_held_today(find: Find) -> None:
    def hold(patient: str, start: date, end: date | None) -> dict[str, Any]:
        return flag_of(Hold(f"{patient}-hold", patient, HoldReason.QTC, start, end))

    held = {
        "held": (on(-2), None),
        "today": (on(-2), on(0)),
        "over": (on(-2), on(-1)),
        "ahead": (on(1), None),
    }
    records = [
        one for name, (start, end) in held.items() for one in (*a_person(name), hold(name, start, end))
    ]
    assert sorted(who(find("reviews", *records))) == ["held", "today"]


def test_take_home_bottles_are_out_until_their_last_day(find: Find) -> None:
    def supply(patient: str, days: int) -> dict[str, Any]:
        return {
            "resourceType": "MedicationDispense", "id": f"{patient}-supply", "status": "completed",
            "medicationCodeableConcept": medication_of(an_order().product), "subject": {"reference": f"Patient/{patient}"},
            "whenHandedOver": on(-3).isoformat(), "daysSupply": {"value": days, "unit": "d"},
        }  # fmt: skip

    days = {"over": 2, "today": 3, "tomorrow": 4}
    records = [one for name, n in days.items() for one in (*a_person(name), supply(name, n))]
    assert who(find("take-home", *records)) == ["today", "tomorrow"]


def test_every_list_has_words_and_a_code_of_its_own_and_finds_nobody_where_nobody_is(find: Find) -> None:
    assert len(worklists()) >= 17
    for code, one in worklists().items():
        assert one.code == code
        assert all((one.title, one.to_do))
        assert find(code, a_patient("free"), a_stay("free-stay", patient="free", prison=OTHER_PRISON)) == []
