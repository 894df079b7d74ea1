"""A sanction that custody told of marks what was stopped near it, decides nothing, and is nobody's in custody to read."""

import pytest
from oat import DAY, on
from order_pages import OrderPages
from people_pages import Someone
from round_prison import put
from round_tablets import SignIn
from stored import records

from clinical.oat.hold import Hold, HoldReason, flag_of
from fhir_store.store import Store
from services.access.pages.desk import Desk


@pytest.fixture
def pages(sign_in: SignIn, desk: Desk, store: Store, people: dict[str, Someone]) -> OrderPages:
    """A hold was set today."""
    put(desk.database, store, [flag_of(Hold("h1", "p1", HoldReason.CLINICAL, DAY))])
    found = OrderPages(sign_in("nurse"))
    found.orders()
    return found


def test_what_was_stopped_near_one_is_marked_and_one_in_error_marks_nothing(pages: OrderPages) -> None:
    assert "Near the sanction" not in pages.main
    pages.fills("/people/orders/sanction", first=on(-3).isoformat(), last="")
    assert "The sanction is written down." in pages.main
    assert "Near the sanction of 7 March 2026" in pages.main
    row = pages.tablet.rows()["p1"]
    assert [one["code"] for one in row["stops"]] == ["held"]
    pages.orders()
    pages.fills("/people/orders/sanction/take-back")
    assert "Near the sanction" not in pages.main


def test_sent_twice_it_is_one(pages: OrderPages, desk: Desk, store: Store) -> None:
    form = pages.fields("/people/orders/sanction")
    for _ in range(2):
        pages.http.post(
            "/people/orders/sanction", data={**form, "first": DAY.isoformat(), "last": on(3).isoformat()}
        )
    flags = [one for one in records(desk, store, "Flag") if one["id"] != "h1"]
    assert [one["period"] for one in flags] == [{"start": DAY.isoformat(), "end": on(3).isoformat()}]


@pytest.mark.parametrize(
    ("first", "last"),
    [("", ""), ("soon", ""), (on(1).isoformat(), ""), (DAY.isoformat(), on(-1).isoformat())],
)
def test_days_that_cannot_be_are_told(pages: OrderPages, first: str, last: str) -> None:
    pages.fills("/people/orders/sanction", first=first, last=last)
    assert pages.page.status_code == 422
    assert "Say from which day the sanction is" in pages.main


def test_only_who_wrote_it_down_takes_it_back(pages: OrderPages, sign_in: SignIn) -> None:
    pages.fills("/people/orders/sanction", first=DAY.isoformat())
    entry = pages.fields("/people/orders/sanction/take-back")["entry"]
    doctor = OrderPages(sign_in("doctor"))
    doctor.orders()
    assert not doctor.fields("/people/orders/sanction/take-back")
    answer = doctor.post("/people/orders/sanction/take-back", person="p1", entry=entry)
    assert answer.status_code == 403
