"""Ending, suspending, resuming; holds set and released: what follows is shown, one reason is chosen, once is enough."""

import pytest
from oat import DAY, an_order, on
from order_pages import OrderPages
from resources import an_observation
from round_prison import put
from round_tablets import SignIn
from stored import records

from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.order_resource import request_of
from fhir_store.store import Store
from services.access.pages.desk import Desk


@pytest.fixture
def doctor(sign_in: SignIn) -> OrderPages:
    return OrderPages(sign_in("doctor"))


@pytest.fixture
def nurse_pages(sign_in: SignIn) -> OrderPages:
    return OrderPages(sign_in("nurse"))


def order(desk: Desk, store: Store) -> dict[str, object]:
    return next(one for one in records(desk, store, "MedicationRequest") if one["id"] == "p1-order")


def stops(pages: OrderPages) -> list[str]:
    """The stops of the person's row on the round."""
    return [one["code"] for one in pages.tablet.rows()["p1"]["stops"]]


def test_an_order_is_ended_with_a_reason_and_its_doses_stop_at_once(
    doctor: OrderPages, desk: Desk, store: Store
) -> None:
    doctor.orders()
    doctor.fills("/people/orders/act", {"act": "stop"})
    for told in (
        "cannot be undone",
        "Tolerance falls",
        "No valid order from 10 March 2026 on",
        "no disciplinary reason",
    ):
        assert told in doctor.main
    assert "sanction" not in doctor.page.text
    doctor.fills("/people/orders/do")
    assert doctor.page.status_code == 422
    assert "Choose a reason." in doctor.main
    form = {**doctor.fields("/people/orders/do"), "reason": "wish"}
    for _ in range(2):
        doctor.page = doctor.http.post("/people/orders/do", data=form)
        assert "The order is ended." in doctor.main
    assert order(desk, store)["status"] == "stopped"
    assert order(desk, store)["meta"]["versionId"] == "2"  # type: ignore[index]
    assert "The person asks to end it" in doctor.main
    assert "doctor of the tests" in doctor.main
    assert stops(doctor) == ["no-order"]


def test_an_order_is_suspended_and_resumed(doctor: OrderPages, desk: Desk, store: Store) -> None:
    doctor.orders()
    doctor.fills("/people/orders/act", {"act": "suspend"})
    doctor.fills("/people/orders/do", reason="qtc")
    assert "The QT interval is too long" in doctor.main
    assert stops(doctor) == ["held"]
    doctor.orders()
    doctor.fills("/people/orders/act", {"act": "resume"})
    doctor.fills("/people/orders/do")
    assert stops(doctor) == []
    assert "statusReason" not in order(desk, store)


def test_a_nurse_sets_a_hold_and_only_a_prescriber_releases_it(
    doctor: OrderPages, nurse_pages: OrderPages
) -> None:
    nurse_pages.orders()
    nurse_pages.fills("/people/orders/act", {"act": "hold"})
    form = {**nurse_pages.fields("/people/orders/do"), "reason": "clinical"}
    for _ in range(2):
        nurse_pages.page = nurse_pages.http.post("/people/orders/do", data=form)
        assert "The hold is set." in nurse_pages.main
    assert not nurse_pages.fields("/people/orders/act", act="lift")
    assert not nurse_pages.fields("/people/orders/act", act="stop")
    assert stops(doctor) == ["held"]
    doctor.orders()
    lift = doctor.fields("/people/orders/act", act="lift")
    nurse_pages.post("/people/orders/act", person="p1", act="lift", what=lift["what"])
    assert nurse_pages.page.status_code == 403
    doctor.fills("/people/orders/act", {"act": "lift"})
    doctor.fills("/people/orders/do")
    assert "The hold is released." in doctor.main
    assert stops(doctor) == []


def test_a_hold_of_an_earlier_day_ends_the_day_before(doctor: OrderPages, desk: Desk, store: Store) -> None:
    put(desk.database, store, [flag_of(Hold("h", "p1", HoldReason.CLINICAL, on(-3)))])
    doctor.orders()
    doctor.fills("/people/orders/act", {"act": "lift"})
    doctor.fills("/people/orders/do")
    (flag,) = records(desk, store, "Flag")
    assert flag["period"] == {"start": f"{on(-3)}", "end": f"{on(-1)}"}
    assert records(desk, store, "DetectedIssue") == []
    assert stops(doctor) == []


def test_an_order_that_has_not_begun_is_cancelled(doctor: OrderPages, desk: Desk, store: Store) -> None:
    put(desk.database, store, [request_of(an_order(id="later", patient="p1", start=on(3)))])
    doctor.orders()
    doctor.fills("/people/orders/act", {"act": "stop", "what": "later"})
    doctor.fills("/people/orders/do", reason="mistaken")
    later = next(one for one in records(desk, store, "MedicationRequest") if one["id"] == "later")
    assert later["status"] == "cancelled"


def test_what_another_changed_meanwhile_is_not_written_over(
    doctor: OrderPages, sign_in: SignIn, desk: Desk, store: Store
) -> None:
    doctor.orders()
    doctor.fills("/people/orders/act", {"act": "suspend"})
    put(desk.database, store, [request_of(an_order(50, id="p1-order", patient="p1"))])
    doctor.fills("/people/orders/do", reason="clinical")
    assert doctor.page.status_code == 409
    assert "Somebody else changed the orders" in doctor.main
    assert order(desk, store)["status"] == "active"
    assert doctor.fields("/people/orders/do")["reason"] == "clinical"


def test_ending_the_order_of_somebody_pregnant_tells_of_the_danger(
    doctor: OrderPages, desk: Desk, store: Store
) -> None:
    pregnancy = an_observation(
        "preg", patient="p1", effectiveDateTime=f"{DAY}",
        code={"coding": [{"system": "http://loinc.org", "code": "82810-3"}]},
        valueCodeableConcept={"coding": [{"system": "http://loinc.org", "code": "LA15173-0"}]},
    )  # fmt: skip
    put(desk.database, store, [pregnancy])
    doctor.orders()
    assert "Pregnant: nothing is suspended or tapered by itself" in doctor.main
    doctor.fills("/people/orders/act", {"act": "stop"})
    assert "Pregnant: withdrawal endangers the pregnancy" in doctor.main
