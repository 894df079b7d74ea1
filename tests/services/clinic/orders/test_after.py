"""After a lockdown: everybody who missed for the institution's reason, decided person by person and signed once."""

from datetime import timedelta

import pytest
from meanwhile import sent_and_overtaken
from oat import DAY, METHADONE, SIX, a_happened, an_order, on
from order_pages import OrderPages
from people_pages import PASSWORD, Someone, someone
from round_prison import a_person, put
from round_tablets import HERE, SignIn
from stored import records

from clinical.oat.happened import Kind, Reason
from clinical.oat.happened_resource import resource_of
from clinical.oat.order_resource import request_of
from fhir_store.store import Store
from services.access.pages.desk import Desk

PEOPLE = ("m1", "m2", "m3", "m4")


@pytest.fixture
def doctor(sign_in: SignIn) -> OrderPages:
    return OrderPages(sign_in("doctor"))


@pytest.fixture
def doctor2(desk: Desk) -> Someone:
    """The second prescriber."""
    return someone(desk, "doctor2", "doctor2 of the tests", doctor=HERE)


@pytest.fixture(autouse=True)
def locked_down(desk: Desk, store: Store) -> None:
    """Four people whose last dose was four days ago, since when the wing was locked."""
    for person in PEOPLE:
        days = [
            a_happened(
                Kind.GIVEN if back == 4 else Kind.NOT_AVAILABLE,
                SIX - timedelta(days=back),
                id=f"{person}-{back}", patient=person, order=f"{person}-order", slot_day=on(-back), part=1,
                **({} if back == 4 else {"reason": Reason.LOCKDOWN, "mg": None}),
            )
            for back in (4, 3, 2, 1)
        ]  # fmt: skip
        put(desk.database, store, [*a_person(person, dosed=False), *map(resource_of, days)])


def test_each_is_decided_apart_all_are_shown_and_one_signature_is_enough(
    doctor: OrderPages, doctor2: Someone, desk: Desk, store: Store
) -> None:
    doctor.open("/orders/after")
    assert "3 days missed" in doctor.main
    assert "3 of them the institution" in doctor.main
    assert "p1" not in doctor.main  # had a dose yesterday
    doctor.fills("/orders/after/review")
    assert "Decide for at least one person." in doctor.main
    doctor.fills(
        "/orders/after/review",
        **{
            "decision.m1": "continue", "decision.m2": "reduce", "reduce.m2": "30",
            "decision.m3": "re-titrate", "re-titrate.m3": "20", "decision.m4": "hold",
        },
    )  # fmt: skip
    for told in (
        "4 decisions",
        "Continue as ordered",
        "Reduce to 30 mg",
        "Begin anew from 20 mg",
        "Hold until seen",
    ):
        assert told in doctor.main
    assert records(desk, store, "MedicationRequest", "m2")[0]["id"] == "m2-order"
    second = {"second": str(doctor2.account), "pin": PASSWORD}
    form = {**doctor.fields("/orders/after/sign"), "reason": "seen one by one after the lockdown", **second}
    for _ in range(2):
        doctor.page = doctor.http.post("/orders/after/sign", data=form)
        assert "Signed: all of these decisions." in doctor.main, doctor.main
    assert doctor.main.count("decided today") == 3  # who begins anew has nothing behind them
    rows = doctor.tablet.rows()
    assert {one: rows[one]["mg"] for one in PEOPLE} == {"m1": "60", "m2": "30", "m3": "20", "m4": "60"}
    assert {one: [stop["code"] for stop in rows[one]["stops"]] for one in PEOPLE} == {
        "m1": [], "m2": [], "m3": [], "m4": ["held", "missed-days"],
    }  # fmt: skip
    assert rows["m3"]["induction_day"] == 1
    assert len(records(desk, store, "MedicationRequest", "m2")) == 2
    kept = [
        one["implicated"][0]["reference"]
        for one in records(desk, store, "DetectedIssue", "m1")
        if "implicated" in one
    ]
    assert kept == ["MedicationRequest/m1-order"]  # that it continues as ordered is weighed as well
    (flag,) = records(desk, store, "Flag", "m4")
    assert flag["code"]["coding"][0]["code"] == "missed-doses"


def test_nothing_is_signed_if_the_order_of_one_changed_meanwhile(
    doctor: OrderPages, doctor2: Someone, desk: Desk, store: Store
) -> None:
    doctor.open("/orders/after")
    doctor.fills(
        "/orders/after/review", **{"decision.m1": "hold", "decision.m2": "reduce", "reduce.m2": "30"}
    )
    put(desk.database, store, [request_of(an_order(50, id="m2-order", patient="m2", product=METHADONE))])
    second = {"second": str(doctor2.account), "pin": PASSWORD}
    doctor.fills("/orders/after/sign", reason="seen", **second)
    assert doctor.page.status_code == 409
    assert "Somebody else changed the orders" in doctor.main
    assert records(desk, store, "Flag", "m1") == []
    doctor.fills("/orders/after/sign", reason="seen", **second)
    assert "Signed: all of these decisions." in doctor.main
    assert records(desk, store, "Flag", "m1")[0]["period"]["start"] == f"{DAY}"


def test_who_is_overtaken_at_the_last_moment_is_told_too(
    doctor: OrderPages, desk: Desk, store: Store
) -> None:
    doctor.open("/orders/after")
    doctor.fills("/orders/after/review", **{"decision.m1": "hold"})
    form = doctor.fields("/orders/after/sign")
    answer = sent_and_overtaken(
        desk,
        "m1",
        lambda: doctor.http.post("/orders/after/sign", data=form),
        lambda: put(desk.database, store, [request_of(an_order(50, id="m1-order", patient="m1"))]),
    )
    assert answer.status_code == 409
    assert records(desk, store, "Flag", "m1") == []


def test_a_dose_that_is_no_reduction_cannot_be_signed(doctor: OrderPages) -> None:
    doctor.open("/orders/after")
    doctor.fills("/orders/after/review", **{"decision.m1": "reduce", "reduce.m1": "60"})
    assert "less than was ordered" in doctor.main
    assert not doctor.fields("/orders/after/sign")


def test_a_nurse_does_not_decide(sign_in: SignIn) -> None:
    assert OrderPages(sign_in("nurse")).open("/orders/after").status_code == 403
