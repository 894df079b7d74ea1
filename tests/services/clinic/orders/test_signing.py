"""A new order from form to signature: what the checks find is shown, weighed and kept, and nothing is written twice."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from audit_events import Logged, fresh_events
from meanwhile import sent_and_overtaken
from oat import DAY, METHADONE, SUBLINGUAL, ZONE, an_order, on
from order_pages import OrderPages
from people_pages import PASSWORD, Someone, someone
from resources import ATC
from round_prison import put
from round_tablets import HERE, SignIn
from stored import records

from clinical.oat.order_resource import order_of, request_of
from fhir_store.store import Store
from services.access.pages.desk import Desk
from services.shared.installation import Urls

FIXED = {"set": "fixed", "product": METHADONE.code, "start": f"{on(1)}", "end": f"{on(30)}", "mg": "60"}
EFAVIRENZ = {
    "resourceType": "MedicationRequest", "id": "efv", "status": "active", "intent": "order",
    "subject": {"reference": "Patient/p1"}, "authoredOn": f"{on(-3)}",
    "medicationCodeableConcept": {"coding": [{"system": ATC, "code": "J05AG03"}]},
}  # fmt: skip


@pytest.fixture
def doctor(sign_in: SignIn) -> OrderPages:
    return OrderPages(sign_in("doctor"))


@pytest.fixture
def nurse_pages(sign_in: SignIn) -> OrderPages:
    return OrderPages(sign_in("nurse"))


@pytest.fixture
def log(urls: Urls) -> Callable[[], list[Logged]]:
    return fresh_events(urls.owner)


def to_review(pages: OrderPages, **typed: Any) -> str:
    pages.orders()
    pages.fills("/people/orders/new")
    pages.fills("/people/orders/review", **{**FIXED, **typed})
    return pages.main


def test_the_days_before_a_depot_are_those_of_the_protocol(doctor: OrderPages) -> None:
    said = to_review(doctor, set="before-depot", product=SUBLINGUAL.code, mg="8")
    assert "to 17 March 2026" in " ".join(said.split())


def test_a_change_from_a_date_ends_the_order_before_and_is_signed_once(
    doctor: OrderPages, desk: Desk, store: Store, people: dict[str, Someone], log: Callable[[], list[Logged]]
) -> None:
    doctor.orders()
    assert "60 mg" in doctor.main
    doctor.fills("/people/orders/new", {"prior": "p1-order"})
    assert doctor.fields("/people/orders/review")["mg"] == "60"
    doctor.fills("/people/orders/review", mg="65")
    for told in ("Before you sign", "Wednesday 11 March", "takes the place of", "mL"):
        assert told in doctor.main
    doctor.fills("/people/orders/sign")
    assert doctor.page.status_code == 422
    assert "Write why it is signed in spite of what was found" in doctor.main
    form = {**doctor.fields("/people/orders/sign"), "reason": "no ECG here, one is booked"}
    log()
    answers = [doctor.http.post("/people/orders/sign", data=form) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert all("Signed." in one.text for one in answers)
    found = {one["id"]: one for one in records(desk, store, "MedicationRequest")}
    assert set(found) == {"p1-order", form["token"]}
    assert found["p1-order"]["dispenseRequest"]["validityPeriod"]["end"] == f"{DAY}"
    signed = found[form["token"]]
    assert signed["priorPrescription"] == {"reference": "MedicationRequest/p1-order"}
    assert f"Practitioner/{people['doctor'].account}" in json.dumps(signed["extension"])
    written = [(one["interaction"], one["type"]) for one in log() if one["kind"] == "write"]
    assert written.count(("create", "MedicationRequest")) == 1
    assert written.count(("update", "MedicationRequest")) == 1


def test_what_was_overridden_is_kept_with_its_reason_and_asks_a_second_prescriber(
    doctor: OrderPages, desk: Desk, store: Store, people: dict[str, Someone]
) -> None:
    someone(desk, "doctor2", "doctor2 of the tests", doctor=HERE)
    said = to_review(doctor, mg="400", prior="p1-order")
    assert "The dose is more than the protocol's most" in said
    assert "proposed, nobody has approved it" in said
    assert "A second prescriber signs too." in said
    doctor.fills("/people/orders/sign")
    assert doctor.page.status_code == 422
    assert "Nothing was recorded." in doctor.main
    second = str(account_of(desk, "doctor2"))
    doctor.fills("/people/orders/sign", reason="seen today", second=second, pin="wrong")
    assert doctor.page.status_code == 422
    assert doctor.fields("/people/orders/sign")["reason"] == "seen today"
    nurse = str(people["nurse"].account)
    doctor.fills("/people/orders/sign", reason="seen today", second=nurse, pin=PASSWORD)
    assert "Only another prescriber" in doctor.main
    assert records(desk, store, "DetectedIssue") == []
    doctor.fills("/people/orders/sign", reason="seen today", second=second, pin=PASSWORD)
    assert "Signed." in doctor.main
    ceiling = next(
        one for one in records(desk, store, "DetectedIssue") if "ceiling" in json.dumps(one["code"])
    )
    assert [one["action"].get("text") for one in ceiling["mitigation"]] == ["seen today", "seen today"]
    assert {one["author"]["reference"] for one in ceiling["mitigation"]} == {
        f"Practitioner/{people['doctor'].account}", f"Practitioner/{second}",
    }  # fmt: skip
    assert "seen today" in doctor.main


def account_of(desk: Desk, login: str) -> Any:
    with desk.database.transaction() as connection:
        return connection.exec_driver_sql("SELECT id FROM access.account WHERE login = %s", (login,)).scalar()


def test_what_somebody_else_changed_meanwhile_is_shown_and_nothing_typed_is_lost(
    doctor: OrderPages, sign_in: SignIn, desk: Desk, store: Store
) -> None:
    to_review(doctor, mg="66", prior="p1-order", start=f"{on(4)}")
    other = OrderPages(sign_in("doctor"))
    to_review(other, mg="64", prior="p1-order")
    other.fills("/people/orders/sign", reason="agreed")
    assert "Signed." in other.main
    doctor.fills("/people/orders/sign")
    assert doctor.page.status_code == 409
    assert "Somebody else changed the orders" in doctor.main
    assert doctor.fields("/people/orders/sign")["mg"] == "66"
    assert len(records(desk, store, "MedicationRequest")) == 2
    doctor.fills("/people/orders/sign", reason="agreed")
    assert "Signed." in doctor.main


def test_a_change_in_an_induction_goes_on_with_it(doctor: OrderPages, desk: Desk, store: Store) -> None:
    begun = an_order(60, id="p1-order", patient="p1", start=on(-3), induction_start=on(-3))
    put(desk.database, store, [request_of(begun)])
    to_review(doctor, prior="p1-order")
    doctor.fills("/people/orders/sign", reason="agreed")
    assert "Signed." in doctor.main
    orders = [order_of(one, ZONE) for one in records(desk, store, "MedicationRequest")]
    assert {one.induction_start for one in orders if one} == {on(-3)}
    assert len(orders) == 2


def test_who_is_overtaken_at_the_last_moment_is_told_too(
    doctor: OrderPages, desk: Desk, store: Store
) -> None:
    to_review(doctor, mg="66", prior="p1-order")
    form = {**doctor.fields("/people/orders/sign"), "reason": "agreed"}
    answer = sent_and_overtaken(
        desk,
        "p1",
        lambda: doctor.http.post("/people/orders/sign", data=form),
        lambda: put(
            desk.database, store, [request_of(an_order(60, id="p1-order", patient="p1", end=on(29)))]
        ),
    )
    assert answer.status_code == 409
    assert len(records(desk, store, "MedicationRequest")) == 1


def test_a_nurse_sees_the_orders_and_what_to_do_and_never_why(
    nurse_pages: OrderPages, doctor: OrderPages, desk: Desk, store: Store
) -> None:
    put(desk.database, store, [EFAVIRENZ])
    nurse_pages.orders()
    assert "Ask about withdrawal before each dose" in nurse_pages.main
    assert "New order" not in nurse_pages.main
    assert "favirenz" not in nurse_pages.page.text
    nurse_pages.post("/people/orders/new", person="p1")
    assert nurse_pages.page.status_code == 403
    # The prescriber is told what comes of it all the same, and of what once the record is asked for it.
    assert "Another medicine in the record" in to_review(doctor, prior="p1-order")
    assert "favirenz" not in doctor.page.text
    someone(desk, "doctor2", "doctor2 of the tests", doctor=HERE)
    to_review(doctor, prior="p1-order")
    second = str(account_of(desk, "doctor2"))
    doctor.fills("/people/orders/sign", reason="dose watched", second=second, pin=PASSWORD)
    assert "Signed." in doctor.main
    kept = [one["detail"] for one in records(desk, store, "DetectedIssue")]
    assert any("favirenz" in one for one in kept)
    nurse_pages.orders()
    assert "favirenz" not in nurse_pages.page.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"mg": "0"}, "more than 0"),
        ({"mg": "x"}, "A dose is a number of mg"),
        ({"start": f"{on(-1)}"}, "An order begins today or later"),
        ({"end": f"{DAY}"}, "ends before it begins"),
        ({"set": "depot"}, "not given in this way"),
        ({"set": "titration", "to_mg": "80"}, "by how much the dose changes"),
        ({"product": ""}, "Choose an order set and a medicine"),
    ],
)
def test_what_makes_no_order_comes_back_with_what_to_do(
    doctor: OrderPages, typed: dict[str, str], told: str
) -> None:
    said = to_review(doctor, **typed)
    assert doctor.page.status_code == 422
    assert told in said
