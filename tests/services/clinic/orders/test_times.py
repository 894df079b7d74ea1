"""Dose times of a group moved by a prescriber: edges are shown, all is signed once, the usual times come back."""

from datetime import time

import pytest
from oat import an_order, on
from order_pages import OrderPages
from round_prison import a_person, put
from round_tablets import SignIn
from stored import records

from clinical.oat.order_resource import order_of, request_of
from fhir_store.store import Store
from services.access.pages.desk import Desk

RAMADAN = {"why": "ramadan", "first": f"{on(1)}", "last": f"{on(3)}", "at": "20:00"}


@pytest.fixture
def doctor(sign_in: SignIn) -> OrderPages:
    return OrderPages(sign_in("doctor"))


def test_the_doses_of_a_group_are_due_at_other_times_and_then_at_the_usual_ones(
    doctor: OrderPages, desk: Desk, store: Store
) -> None:
    doctor.open("/orders/times")
    doctor.fills("/orders/times/review", **{**RAMADAN, "person": ["p1"]})
    assert "From Wednesday 11 March to Friday 13 March" in doctor.main
    assert "the dose comes too soon" in doctor.main
    form = {**doctor.fields("/orders/times/sign"), "person": ["p1"]}
    for _ in range(2):
        doctor.page = doctor.http.post("/orders/times/sign", data=form)
        assert "Signed: the doses are due at the new times" in doctor.main
    (request,) = records(desk, store, "MedicationRequest")
    assert request["meta"]["versionId"] == "2"
    order = order_of(request, store.zone)
    assert order is not None
    times = {nth: [part.at for part in order.parts_on(on(nth))] for nth in (0, 1, 3, 4)}
    assert times == {0: [None], 1: [time(20)], 3: [time(20)], 4: [None]}
    assert {order.mg_on(on(nth)) for nth in range(6)} == {60}
    (other,) = records(desk, store, "MedicationRequest", "p2")
    assert other["meta"]["versionId"] == "1"


def test_nothing_is_moved_if_an_order_of_one_changed_meanwhile(
    doctor: OrderPages, desk: Desk, store: Store
) -> None:
    put(desk.database, store, a_person("p5"))
    doctor.open("/orders/times")
    doctor.fills("/orders/times/review", **{**RAMADAN, "person": ["p1", "p5"]})
    form = {**doctor.fields("/orders/times/sign"), "person": ["p1", "p5"], "seen": doctor.all("seen")}
    put(desk.database, store, [request_of(an_order(50, id="p5-order", patient="p5"))])
    doctor.page = doctor.http.post("/orders/times/sign", data=form)
    assert doctor.page.status_code == 409
    assert "Somebody else changed the orders" in doctor.main
    (request,) = records(desk, store, "MedicationRequest")
    assert request["meta"]["versionId"] == "1"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"why": ""}, "why the times are moved"),
        ({"person": []}, "at least one person"),
        ({"first": f"{on(-1)}"}, "today or later"),
        ({"last": f"{on(61)}"}, "at most 60 days"),
        ({"at": ""}, "time of the first dose"),
        ({"second_at": "19:00"}, "time of the first dose"),
    ],
)
def test_what_is_missing_comes_back_with_what_to_do(
    doctor: OrderPages, typed: dict[str, object], told: str
) -> None:
    doctor.open("/orders/times")
    doctor.fills("/orders/times/review", **{**RAMADAN, "person": ["p1"], **typed})
    assert doctor.page.status_code == 422
    assert told in doctor.main
    assert "sanction" not in doctor.page.text


def test_a_nurse_moves_no_times(sign_in: SignIn) -> None:
    assert OrderPages(sign_in("nurse")).open("/orders/times").status_code == 403
