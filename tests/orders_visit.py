"""A visit in a browser to the prescriber's pages: a person's orders, signing, ending, telephone orders, after a lockdown, times."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from oat import METHADONE, SUBLINGUAL, ZONE, a_happened, an_order
from people_pages import Someone, someone
from resources import ATC, a_patient, a_stay
from round_prison import put, the_prison
from round_tablets import HERE
from stores import store_on

from clinical.oat.happened import Happened, Kind, Reason
from clinical.oat.happened_resource import resource_of
from clinical.oat.order import OatOrder, Signature, TelephoneOrder
from clinical.oat.order_resource import request_of
from clinical.oat.orders.changing import decided, stopped
from clinical.oat.orders.stop_reason import StopReason
from services.access.pages.desk import Desk

ONE_DAY = timedelta(days=1)
EFAVIRENZ = {"coding": [{"system": ATC, "code": "J05AG03"}]}
PEOPLE = (("v1", "Ana"), ("v2", "Bojan"), ("v3", "Ceca"), ("v4", "Drita"))


def prescribers(desk: Desk) -> dict[str, Someone]:
    """Who works there."""
    names = {"vera": "Vera Ilić", "luka": "Luka Babić", "nada": "Nada Kos"}
    found = {login: someone(desk, login, names[login], doctor=HERE) for login in ("vera", "luka")}
    return {**found, "nada": someone(desk, "nada", names["nada"], nurse=HERE)}


def ordered(desk: Desk, prescriber: str, nurse: str) -> None:
    """People with orders of every kind; two of them missed doses in a lockdown."""
    day = desk.now().astimezone(ZONE).date()
    records = [*the_prison()]
    for id_, given in PEOPLE:
        records += _person(id_, given, day, prescriber)
    records += _lockdown("v3", day) + _lockdown("v4", day)
    records += _history("v1", day, prescriber, desk.now())
    records.append(_spoken("v2", day, prescriber, nurse, desk.now()))
    put(desk.database, store_on(desk.database, "Europe/Podgorica"), records)


def _person(id_: str, given: str, day: date, prescriber: str) -> list[dict[str, Any]]:
    doses = 0 if id_ in ("v3", "v4") else 3
    order = _order(id_, day, prescriber)
    return [
        a_patient(
            id_,
            name=[{"family": "DEMO", "given": [given]}],
            birthDate=f"198{id_[-1]}-03-02",
            identifier=[{"system": "urn:throughcare:demo:prison-number", "value": f"N-30{id_[-1]}"}],
        ),
        a_stay(f"{id_}-stay", patient=id_, prison="prison"),
        request_of(order),
        *(resource_of(_given(id_, day - nth * ONE_DAY, order)) for nth in range(1, doses + 1)),
    ]


def _order(id_: str, day: date, prescriber: str) -> OatOrder:
    end = day + timedelta(days=7 if id_ == "v1" else 40)
    signed = datetime.combine(day - 20 * ONE_DAY, time(9), ZONE)
    return an_order(
        80, id=f"{id_}-order", patient=id_, start=day - 20 * ONE_DAY, end=end, prescriber=prescriber, signed_at=signed
    )  # fmt: skip


def _given(id_: str, day: date, order: OatOrder, kind: Kind = Kind.GIVEN, **changes: Any) -> Happened:
    at = datetime.combine(day, time(6), ZONE)
    base: dict[str, Any] = {
        "id": f"{id_}-{day}",
        "patient": id_,
        "order": order.id,
        "slot_day": day,
        "part": 1,
    }
    return a_happened(kind, at, **{**base, "mg": order.mg_on(day), **changes})


def _lockdown(id_: str, day: date) -> list[dict[str, Any]]:
    order = _order(id_, day, "x")
    missed = (
        _given(id_, day - nth * ONE_DAY, order, Kind.NOT_AVAILABLE, reason=Reason.LOCKDOWN, mg=None)
        for nth in (1, 2, 3)
    )
    return [resource_of(_given(id_, day - 4 * ONE_DAY, order)), *map(resource_of, missed)]


def _history(id_: str, day: date, prescriber: str, at: datetime) -> list[dict[str, Any]]:
    before = an_order(
        16, id=f"{id_}-before", patient=id_, product=SUBLINGUAL, start=day - 90 * ONE_DAY, end=day - 20 * ONE_DAY,
        prescriber=prescriber,
    )  # fmt: skip
    later = an_order(85, id=f"{id_}-later", patient=id_, start=day + 9 * ONE_DAY, end=day + 30 * ONE_DAY, prescriber=prescriber)  # fmt: skip
    efavirenz = {
        "resourceType": "MedicationRequest", "id": f"{id_}-efv", "status": "active", "intent": "order",
        "subject": {"reference": f"Patient/{id_}"}, "authoredOn": f"{day - 5 * ONE_DAY}",
        "medicationCodeableConcept": EFAVIRENZ,
    }  # fmt: skip
    ended = decided(stopped(request_of(before), before, StopReason.SWITCHED, day), prescriber, at)
    return [dict(ended), request_of(later), efavirenz]


def _spoken(id_: str, day: date, prescriber: str, nurse: str, at: datetime) -> dict[str, Any]:
    said = TelephoneOrder(at - timedelta(hours=1), day, 1, True, nurse)
    order = an_order(
        40, id=f"{id_}-spoken", patient=id_, product=METHADONE, start=day, end=day, prescriber=prescriber,
        signature=Signature.TELEPHONE, telephone=said,
    )  # fmt: skip
    return request_of(order)


def orders_pages(page: Any, address: str) -> Iterator[str]:
    """The name of each page, as a prescriber comes by it. Nothing is signed, so that it can be walked again."""
    _orders(page, address, "N-301")
    yield "orders"
    _go(page, "main .page-head form[action='/people/orders/new'] button")
    yield "order-form"
    _send(page, "/people/orders/review")
    yield "order-form-wrong"
    page.locator("input[name=set][value=titration]").check()
    page.locator("#product").select_option("methadone-oral-solution")
    for name, typed in (("mg", "130"), ("change_mg", "30"), ("every_days", "1"), ("to_mg", "220")):
        page.locator(f"#{name}").fill(typed)
    _send(page, "/people/orders/review")
    yield "order-review"
    page.locator("#reason").fill("seen today")
    _send(page, "/people/orders/sign")
    yield "order-review-wrong"
    _orders(page, address, "N-301")
    _go(page, "main form[action='/people/orders/act']:has(input[value=stop]) button")
    yield "order-end"
    _orders(page, address, "N-301")
    _go(page, "main form[action='/people/orders/act']:has(input[value=hold]) button")
    yield "order-hold"
    page.goto(f"{address}/orders/countersign")
    yield "countersign"
    page.goto(f"{address}/orders/after")
    yield "after-lockdown"
    page.locator("input[name='decision.v3'][value=reduce]").check()
    page.locator("input[name='reduce.v3']").fill("40")
    page.locator("input[name='decision.v4'][value=re-titrate]").check()
    page.locator("input[name='re-titrate.v4']").fill("20")
    _send(page, "/orders/after/review")
    yield "after-lockdown-review"
    page.goto(f"{address}/orders/times")
    yield "dose-times"
    page.locator("input[name=why]").first.check()
    day = page.locator("#first")
    today = page.evaluate("new Date().toISOString().slice(0, 10)")
    day.fill(today)
    page.locator("#last").fill(today)
    page.locator("#at").fill("20:00")
    page.locator("input[name=person]").first.check()
    _send(page, "/orders/times/review")
    yield "dose-times-review"


def telephone_pages(page: Any, address: str) -> Iterator[str]:
    """The pages of the nurse who hears an order."""
    _orders(page, address, "N-301")
    yield "orders-nurse"
    _send(page, "/people/orders/telephone")
    yield "telephone"
    _orders(page, address, "N-302")
    _go(page, "main form[action='/people/orders/act']:has(input[value=take-back]) button")
    yield "order-take-back"


def _orders(page: Any, address: str, number: str) -> None:
    page.goto(f"{address}/people")
    page.locator("#sought").fill(number)
    _send(page, "/people/find")
    _send(page, "/people/record")
    _send(page, "/people/orders")


def _send(page: Any, action: str, having: str = "") -> None:
    button = f"button[type=submit]{':' + having if having else ''}"
    _go(page, f"main form[action='{action}'] {button}")


def _go(page: Any, selector: str) -> None:
    with page.expect_navigation(wait_until="load"):
        page.locator(selector).first.click()
