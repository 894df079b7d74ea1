"""A telephone order: written down by who heard it, for one dose, signed afterwards by who said it; none where law is silent."""

from decimal import Decimal
from typing import Any

import pytest
from fastapi import FastAPI
from oat import DAY, METHADONE, a_happened, a_law
from order_pages import OrderPages
from people_pages import Clock, Someone
from round_prison import PRISON, put
from round_tablets import SignIn
from stored import records

from clinical.oat.happened_resource import resource_of
from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.order_resource import order_of
from fhir_store.store import Store
from services.access.pages.desk import Desk


@pytest.fixture
def nurse_pages(sign_in: SignIn) -> OrderPages:
    return OrderPages(sign_in("nurse"))


@pytest.fixture
def law(kept: tuple[FastAPI, str]) -> Any:
    """Set what the country's law says, for one test."""
    state = kept[0].state
    before = state.law

    def set_to(**values: object) -> None:
        state.law = a_law(**values)

    set_to(oat__law__telephone_orders=True)
    yield set_to
    state.law = before


def heard(pages: OrderPages, people: dict[str, Someone], **typed: str) -> str:
    """From the orders to the page that is read out."""
    pages.orders()
    pages.fills("/people/orders/telephone")
    said = {"prescriber": str(people["doctor"].account), "mg": "40", "read_back": "yes"}
    pages.fills("/people/orders/telephone/review", **{**said, **typed})
    return pages.main


def test_it_is_written_down_read_back_given_and_countersigned(
    nurse_pages: OrderPages,
    sign_in: SignIn,
    people: dict[str, Someone],
    desk: Desk,
    store: Store,
    law: Any,
    clock: Clock,
) -> None:
    said = heard(nurse_pages, people, listener=str(people["nurse2"].account))
    assert "Read this to the prescriber" in said
    assert "40 mg" in said
    assert "for one dose on Tuesday 10 March" in said
    nurse_pages.fills("/people/orders/telephone/record")
    assert "write down why the dose is ordered" in nurse_pages.main
    form = {**nurse_pages.fields("/people/orders/telephone/record"), "reason": "seen yesterday"}
    for _ in range(2):
        nurse_pages.page = nurse_pages.http.post("/people/orders/telephone/record", data=form)
        assert "The telephone order is written down." in nurse_pages.main
    spoken = [one for one in records(desk, store, "MedicationRequest") if one["id"] == form["token"]]
    order = order_of(spoken[0], store.zone)
    assert order is not None
    assert order.telephone is not None
    assert order.telephone.heard_by == str(people["nurse"].account)
    assert order.telephone.listener == str(people["nurse2"].account)
    assert order.facility == PRISON
    assert order.product == METHADONE
    row = nurse_pages.tablet.rows()["p1"]
    assert (row["mg"], row["stops"]) == ("40", [])
    # The prescriber, later than the protocol has it.
    clock.goes_on(hours=80)
    other = OrderPages(sign_in("doctor"))
    other.open("/orders/countersign")
    assert "late" in other.main
    assert "also heard by nurse2" in other.main
    other.fills("/orders/countersign")
    assert "0 telephone orders wait" in other.main
    other.orders()
    assert "countersigned" in other.main


def test_nobody_signs_what_another_said_and_the_nurse_does_not_see_the_list(
    nurse_pages: OrderPages, sign_in: SignIn, people: dict[str, Someone], desk: Desk, law: Any
) -> None:
    from people_pages import someone
    from round_tablets import HERE

    people["doctor2"] = someone(desk, "doctor2", "doctor2 of the tests", doctor=HERE)
    heard(nurse_pages, people)
    nurse_pages.fills("/people/orders/telephone/record", reason="known")
    order = nurse_pages.fields("/people/orders/telephone/record") or {}
    assert not order
    assert nurse_pages.open("/orders/countersign").status_code == 403
    other = OrderPages(sign_in("doctor2"))
    other.open("/orders/countersign")
    assert "1 telephone order waits" in other.main
    assert not other.fields("/orders/countersign")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"read_back": ""}, "The dose was not read back to the prescriber"),
        ({"prescriber": ""}, "Choose the prescriber who said it"),
        ({"mg": "0"}, "more than 0"),
        ({"mg": "400"}, "two prescribers sign this"),
        ({"said_at": "2026-03-09T10:00"}, "today, and not later than now"),
        ({"listener": "x"}, "who else heard it"),
    ],
)
def test_what_cannot_be_one_comes_back_with_what_to_do(
    nurse_pages: OrderPages, people: dict[str, Someone], law: Any, typed: dict[str, str], told: str
) -> None:
    said = heard(nurse_pages, people, **typed)
    assert nurse_pages.page.status_code == 422
    assert told in said


def test_two_of_one_dose_are_refused(nurse_pages: OrderPages, people: dict[str, Someone], law: Any) -> None:
    heard(nurse_pages, people)
    nurse_pages.fills("/people/orders/telephone/record", reason="known")
    assert "There is a telephone order for this dose already" in heard(nurse_pages, people, mg="30")


@pytest.mark.parametrize("said", [False, None])
def test_where_the_law_forbids_it_or_is_silent_there_is_none(
    nurse_pages: OrderPages, people: dict[str, Someone], desk: Desk, store: Store, law: Any, said: bool | None
) -> None:
    heard(nurse_pages, people)
    form = nurse_pages.fields("/people/orders/telephone/record")
    law(oat__law__telephone_orders=said)
    nurse_pages.page = nurse_pages.http.post(
        "/people/orders/telephone/record", data={**form, "reason": "known"}
    )
    assert "Telephone orders are not allowed here" in nurse_pages.main
    assert ("Nobody has set what the law" in nurse_pages.main) is (said is None)
    assert len(records(desk, store, "MedicationRequest")) == 1


def spoken(desk: Desk, store: Store) -> dict[str, Any]:
    """The telephone order as it is stored."""
    found = records(desk, store, "MedicationRequest")
    return next(one for one in found if one["id"] != "p1-order")


def test_who_wrote_it_down_wrongly_takes_it_back_with_a_reason(
    nurse_pages: OrderPages, people: dict[str, Someone], desk: Desk, store: Store, law: Any
) -> None:
    heard(nurse_pages, people)
    nurse_pages.fills("/people/orders/telephone/record", reason="known")
    nurse_pages.fills("/people/orders/act", {"act": "take-back"})
    assert "entered in error" in nurse_pages.main
    nurse_pages.fills("/people/orders/do")
    assert nurse_pages.page.status_code == 422
    assert "Choose a reason." in nurse_pages.main
    form = {**nurse_pages.fields("/people/orders/do"), "reason": "dose"}
    for _ in range(2):
        nurse_pages.page = nurse_pages.http.post("/people/orders/do", data=form)
        assert "The telephone order is taken back." in nurse_pages.main
    assert "Taken back: The dose was written down wrongly nurse of the tests" in " ".join(
        nurse_pages.main.split()
    )
    taken = spoken(desk, store)
    assert (taken["status"], taken["meta"]["versionId"]) == ("entered-in-error", "2")
    assert nurse_pages.tablet.rows()["p1"]["mg"] == "60"
    # The right one can be written down at once.
    heard(nurse_pages, people, mg="30")
    nurse_pages.fills("/people/orders/telephone/record", reason="known")
    assert nurse_pages.tablet.rows()["p1"]["mg"] == "30"


def test_only_who_wrote_it_down_or_said_it_takes_it_back(
    nurse_pages: OrderPages, sign_in: SignIn, people: dict[str, Someone], desk: Desk, store: Store, law: Any
) -> None:
    heard(nurse_pages, people)
    nurse_pages.fills("/people/orders/telephone/record", reason="known")
    form = nurse_pages.fields("/people/orders/act", act="take-back")
    other = OrderPages(sign_in("nurse2"))
    other.orders()
    assert not other.fields("/people/orders/act", act="take-back")
    other.page = other.http.post("/people/orders/act", data={**form, **other.csrf()})
    assert other.page.status_code == 403
    typed = {**form, "reason": "dose", "token": form["what"], **other.csrf()}
    assert other.http.post("/people/orders/do", data=typed).status_code == 403
    doctor = OrderPages(sign_in("doctor"))
    doctor.orders()
    doctor.fills("/people/orders/act", {"act": "take-back"})
    doctor.fills("/people/orders/do", reason="not-said")
    assert spoken(desk, store)["status"] == "entered-in-error"


def test_once_a_dose_was_given_by_it_the_page_says_what_to_do(
    nurse_pages: OrderPages, people: dict[str, Someone], desk: Desk, store: Store, law: Any
) -> None:
    heard(nurse_pages, people)
    nurse_pages.fills("/people/orders/telephone/record", reason="known")
    nurse_pages.fills("/people/orders/act", {"act": "take-back"})
    form = {**nurse_pages.fields("/people/orders/do"), "reason": "dose"}
    order = spoken(desk, store)["id"]
    dose = a_happened(patient="p1", order=order, facility=PRISON, mg=Decimal(40), id="by-phone")
    put(desk.database, store, [resource_of(dose)])
    nurse_pages.page = nurse_pages.http.post("/people/orders/do", data=form)
    assert nurse_pages.page.status_code == 422
    assert "A dose was given by this telephone order" in nurse_pages.main
    assert not nurse_pages.fields("/people/orders/do")
    assert spoken(desk, store)["status"] == "active"


def test_what_stands_against_it_is_read_out_and_released_with_a_reason(
    nurse_pages: OrderPages, people: dict[str, Someone], desk: Desk, store: Store, law: Any
) -> None:
    put(desk.database, store, [flag_of(Hold("h1", "p1", HoldReason.CLINICAL, DAY))])
    assert [one["code"] for one in nurse_pages.tablet.rows()["p1"]["stops"]] == ["held"]
    said = heard(nurse_pages, people)
    assert "The dose goes ahead in spite of" in said
    assert "On hold" in said
    nurse_pages.fills("/people/orders/telephone/record")
    assert "write down why the dose is ordered" in nurse_pages.main
    nurse_pages.fills("/people/orders/telephone/record", reason="seen yesterday")
    row = nurse_pages.tablet.rows()["p1"]
    assert (row["mg"], row["stops"]) == ("40", [])
