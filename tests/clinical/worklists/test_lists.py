"""The worklists: whom each finds, below, at and above its limit, and nobody of another facility."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from dispensary import Dispensary
from oat import DAY, ONE_DAY, SIX, SUBLINGUAL, ZONE, a_happened, a_law, an_order, on
from oat import mg as parts
from resources import a_patient, a_stay, an_observation
from round_prison import OTHER_PRISON, PRISON, PROTOCOL, a_person, an_absence, put, the_prison
from stores import store_on

from clinical.oat.ecg import LOINC, QTC
from clinical.oat.happened_resource import resource_of
from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.order import OrderStatus, Signature, Step, TelephoneOrder
from clinical.oat.order_resource import request_of
from clinical.oat.product import medication_of
from clinical.oat.round.parts import close, round_of
from clinical.oat.round.reader import Reader
from clinical.oat.shapes import ATC
from clinical.protocols import Protocol
from clinical.worklists.lists import naloxone, reviews
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

    def found(
        code: str,
        *records: dict[str, Any],
        at: datetime = SIX,
        facility: str = PRISON,
        law: Protocol = PROTOCOL,
    ) -> list[Line]:
        store = store_on(database, ZONE_NAME)
        put(database, store, [*the_prison(), *records])
        with database.snapshot() as connection:
            ward = Ward(Reader(raw_cursor(connection), store.keyring, ZONE), facility, at, law)
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


def an_ecg(patient: str, day: date, ms: int = 420) -> dict[str, Any]:
    """An ECG of somebody."""
    return an_observation(
        f"{patient}-ecg",
        patient=patient,
        code={"coding": [{"system": LOINC, "code": QTC}]},
        effectiveDateTime=day.isoformat(),
        valueQuantity={"value": ms, "system": "http://unitsofmeasure.org", "code": "ms", "unit": "ms"},
    )


def says(lines: list[Line]) -> list[tuple[str, str]]:
    """Of each line whom it is about, and the first that it says."""
    return [(one.patient, one.says[0].text) for one in lines]


def in_order(patient: str, **changes: Any) -> list[dict[str, Any]]:
    """Somebody of whom nothing is due: 60 mg, an ECG, and an order that was signed today."""
    return [*a_person(patient, signed_at=SIX, **changes), an_ecg(patient, on(-1))]


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
        one for name, (start, end) in held.items() for one in (*in_order(name), hold(name, start, end))
    ]
    assert sorted(who(find("reviews", *records))) == ["held", "today"]


def test_who_is_suspended_waits_for_a_prescriber(find: Find) -> None:
    status = {"status": OrderStatus.ON_HOLD, "held_because": HoldReason.MISSED_DOSES}
    over = in_order("over", **status, end=on(-1))
    lines = find("reviews", *in_order("valid"), *in_order("suspended", **status), *over)
    assert says(lines) == [("suspended", reviews.SUSPENDED)]
    assert len(lines[0].says) == 2


def a_medicine(patient: str, atc: str, start: date, end: date | None = None) -> dict[str, Any]:
    period = {"start": f"{start}", **({"end": f"{end}"} if end else {})}
    return {
        "resourceType": "MedicationStatement", "id": f"{patient}-{atc}".lower(), "status": "active",
        "subject": {"reference": f"Patient/{patient}"}, "effectivePeriod": period,
        "medicationCodeableConcept": {"coding": [{"system": ATC, "code": atc}]},
    }  # fmt: skip


def test_an_interaction_is_listed_while_its_window_runs_and_names_no_medicine(find: Find) -> None:
    taken = {
        "begun": ("J05AG03", on(-13), None),
        "long": ("J05AG03", on(-14), None),
        "ahead": ("J05AG03", on(1), None),
        "stopped": ("J04AB02", on(-90), on(-21)),
        "over": ("J04AB02", on(-90), on(-22)),
        "weighed": ("N05BA01", DAY, None),
        "harmless": ("J05AR27", on(-1), None),
    }
    records = [
        one for name, medicine in taken.items() for one in (*in_order(name), a_medicine(name, *medicine))
    ]
    since = [*a_person("since", signed_at=SIX - ONE_DAY), an_ecg("since", on(-1))]
    unseen = a_medicine("since", "N05BA01", DAY)
    elsewhere = [
        *a_person("elsewhere", prison=OTHER_PRISON, signed_at=SIX),
        a_medicine("elsewhere", "J05AG03", DAY),
    ]
    lines = find("reviews", *records, *since, unseen, *elsewhere)
    assert sorted(says(lines)) == [
        ("begun", reviews.INTERACTION_UNTIL), ("since", reviews.INTERACTION), ("stopped", reviews.INTERACTION_UNTIL),
    ]  # fmt: skip
    written = " ".join(str(one) for line in lines for one in line.says)
    assert "favirenz" not in written
    assert "ifampicin" not in written
    assert "ask about withdrawal" in written


def pregnant(patient: str) -> dict[str, Any]:
    return an_observation(
        f"{patient}-pregnancy",
        patient=patient,
        code={"coding": [{"system": LOINC, "code": "82810-3"}]},
        effectiveDateTime=f"{on(-2)}",
        valueCodeableConcept={"coding": [{"system": LOINC, "code": "LA15173-0"}]},
    )


@pytest.mark.parametrize(
    ("days_ago", "given", "told"),
    [
        (3, 60, (50, DAY, 60)),
        (4, 60, (50, on(-1), 60)),
        (2, 60, (50, on(1), 60)),
        (4, 50, (40, on(2), 50)),
        (7, 40, None),
    ],
)
@pytest.mark.parametrize("is_pregnant", [True, False])
def test_a_step_down_that_a_pregnancy_holds_up_waits_for_a_prescriber(
    find: Find, days_ago: int, given: int, told: tuple[int, date, int] | None, is_pregnant: bool
) -> None:
    start = on(-days_ago)
    first, second, third = start, start + 3 * ONE_DAY, start + 6 * ONE_DAY
    steps = (
        Step(first, second - ONE_DAY, parts(60)),
        Step(second, third - ONE_DAY, parts(50)),
        Step(third, None, parts(40)),
    )
    dose = a_happened(
        at=SIX - ONE_DAY, id="d", patient="p1", mg=Decimal(given), order="p1-order", slot_day=on(-1), part=1
    )
    records = [*in_order("p1", dosed=False, start=start, steps=steps, end=on(60)), dict(resource_of(dose))]
    lines = find("reviews", *records, *([pregnant("p1")] if is_pregnant else []))
    values = [dict(one.values) for line in lines for one in line.says if one.text == reviews.PREGNANT]
    expected = [dict(zip(("mg", "day", "stands"), told, strict=True))] if told and is_pregnant else []
    assert values == expected


@pytest.mark.parametrize(("mg", "taken", "told"), [
    (50, None, []),
    (51, None, [reviews.NO_ECG]),
    (51, -365, []),
    (51, -366, [reviews.OLD_ECG]),
    (51, 1, [reviews.NO_ECG]),
])  # fmt: skip
def test_an_ecg_is_due_above_the_dose_and_once_the_last_is_too_old(
    find: Find, mg: int, taken: int | None, told: list[str]
) -> None:
    ecg = [] if taken is None else [an_ecg("p1", on(taken))]
    elsewhere = a_person("elsewhere", prison=OTHER_PRISON, signed_at=SIX)
    lines = find("reviews", *a_person("p1", mg, signed_at=SIX), *ecg, *elsewhere)
    assert says(lines) == [("p1", one) for one in told]


def test_buprenorphine_asks_for_no_ecg(find: Find) -> None:
    assert find("reviews", *a_person("p1", 80, product=SUBLINGUAL, signed_at=SIX)) == []


@pytest.mark.parametrize(("days", "due"), [(83, False), (84, True)])
def test_a_treatment_is_looked_at_again_after_the_time_of_the_protocol(
    find: Find, days: int, due: bool
) -> None:
    signed = SIX - timedelta(days=days)
    person = [*a_person("p1", start=on(-days), signed_at=signed), an_ecg("p1", on(-1))]
    assert says(find("reviews", *person)) == ([("p1", reviews.AGAIN)] if due else [])
    silent = a_law(oat__review_every=None)
    assert [len(one.says) for one in find("reviews", *person, law=silent)] == [2]


@pytest.mark.parametrize(("hours", "late"), [(24, False), (25, True)])
def test_a_late_countersignature_is_due_to_be_looked_at(find: Find, hours: int, late: bool) -> None:
    said = TelephoneOrder(SIX - timedelta(hours=hours), on(-1), 1, read_back=True)
    order = an_order(
        id="by-phone", patient="p1", facility=PRISON, start=on(-1), end=on(-1), signature=Signature.TELEPHONE,
        telephone=said, prescriber="d",
    )  # fmt: skip
    lines = find("reviews", *in_order("p1"), request_of(order))
    assert says(lines) == ([("p1", reviews.NOT_COUNTERSIGNED)] if late else [])


@pytest.mark.parametrize(
    ("handed", "status", "told"),
    [
        (None, "completed", [naloxone.NEVER]),
        (-729, "completed", []),
        (-730, "completed", [naloxone.RENEW]),
        (-1, "cancelled", [naloxone.NEVER]),
    ],
)
def test_who_comes_for_doses_is_due_naloxone_once_it_has_to_be_renewed(
    find: Find, handed: int | None, status: str, told: list[str]
) -> None:
    dose = a_happened(at=SIX - ONE_DAY, id="came", patient="home", facility=PRISON)
    given = [] if handed is None else [{
        "resourceType": "MedicationDispense", "id": "kit", "status": status, "subject": {"reference": "Patient/home"},
        "medicationCodeableConcept": {"coding": [{"system": naloxone.ATC, "code": naloxone.NALOXONE}]},
        "whenHandedOver": on(handed).isoformat(),
    }]  # fmt: skip
    records = [*in_order("held"), a_patient("home"), resource_of(dose), *given]
    assert says(find("naloxone", *records)) == [("home", one) for one in told]
    silent = find("naloxone", *records, law=a_law(oat__naloxone_renew_after=None))
    assert len(silent) == 1


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


def test_what_is_out_of_a_round_that_is_over_is_listed_until_it_is_counted_back(
    find: Find, database: Database
) -> None:
    safe = Dispensary(database, PRISON, day=DAY, at=SIX)
    batch = safe.receives(1000)
    safe.issues(batch, 10, "today's")
    forgotten = safe.issues(batch, 10, "yesterday's", round_on=on(-1))
    closed = safe.issues(batch, 10, "noon's", session="noon")
    assert len(find("not-counted-back")) == 1
    with database.transaction() as connection:
        cursor = raw_cursor(connection)
        noon = round_of(cursor, PRISON, DAY, "noon", SIX, UUID(int=1))
        close(cursor, noon.id, SIX, UUID(int=1), 0)
    assert len(find("not-counted-back")) == 2
    for one in (forgotten, closed):
        safe.counts_back(one, 10)
    assert find("not-counted-back") == []


def test_every_list_has_words_and_a_code_of_its_own_and_finds_nobody_where_nobody_is(find: Find) -> None:
    assert len(worklists()) >= 17
    for code, one in worklists().items():
        assert one.code == code
        assert all((one.title, one.to_do))
        assert find(code, a_patient("free"), a_stay("free-stay", patient="free", prison=OTHER_PRISON)) == []
