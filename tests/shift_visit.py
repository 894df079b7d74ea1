"""A visit in a browser to the start page of a shift, the worklists, and the page of a person with a year of treatment."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from oat import a_happened, an_order, mg
from people_visit import _find, _send
from resources import a_patient, a_stay, an_organization
from round_prison import an_absence, put
from stores import store_on

from clinical.chart.note import Note, observation_of
from clinical.custody.consequences import Duty
from clinical.oat.happened import Kind, Reason
from clinical.oat.happened_resource import resource_of
from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.order import Step
from clinical.oat.order_resource import request_of
from services.access.pages.desk import Desk

ZONE = ZoneInfo("Europe/Podgorica")
NORTH = "north"
DAYS = 400
RISES = ((0, 30), (4, 40), (8, 50), (12, 60), (40, 80), (200, 70))
"""From which day of the treatment on, how many mg."""
MISSED = {
    12: Reason.REFUSED, 30: Reason.LOCKDOWN, 31: Reason.LOCKDOWN, 55: Reason.ABSENT, 150: Reason.COURT,
    340: Reason.REFUSED, 352: Reason.LOCKDOWN, 353: Reason.LOCKDOWN, 371: Reason.COURT, 390: Reason.CLINICAL,
}  # fmt: skip
SILENT = frozenset({100, 101, 345})
"""Days of which nobody knows."""

Json = dict[str, Any]


def treated(desk: Desk) -> None:
    """People in the north: one with a year of doses, one who missed four days, one whose order ends, duties, court."""
    put(desk.database, store_on(desk.database), [
        an_organization("centre", name="DEMO treatment centre"),
        *_long(desk.now()), *_short(desk.now(), "n-331", "Besa", 4, dosed=False), *_short(desk.now(), "n-332", "Edin", 30, ends=2),
        *_short(desk.now(), "n-333", "Nada", 20, ends=6), an_absence("n-333", prison=NORTH, status="planned",
            period={"start": (desk.now() + timedelta(hours=20)).isoformat()}),
        _duty("n-332", Duty.RECEPTION_SCREEN, desk.now()), _duty("n-333", Duty.NALOXONE, desk.now()),
    ])  # fmt: skip


def _who(patient: str, given: str, **elements: Any) -> Json:
    number = {"system": "urn:throughcare:demo:prison-number", "value": patient.upper()}
    name = {"family": "DEMO", "given": [given]}
    return a_patient(patient, name=[name], birthDate="1986-07-01", identifier=[number], **elements)


def _long(now: datetime) -> Iterator[Json]:
    """A year of treatment, with what goes wrong in one."""
    patient, today = "n-330", now.astimezone(ZONE).date()
    start = today - timedelta(days=DAYS)
    steps = tuple(
        Step(start + timedelta(days=day), start + timedelta(days=then - 1) if then else None, mg(dose))
        for (day, dose), then in zip(RISES, [day for day, _ in RISES[1:]] + [0], strict=True)
    )
    order = an_order(
        id="n-330-order",
        patient=patient,
        facility=NORTH,
        start=start,
        end=today + timedelta(days=40),
        steps=steps,
    )
    yield _who(patient, "Petar")
    yield a_stay(
        f"{patient}-stay",
        patient=patient,
        prison=NORTH,
        period={"start": (start - timedelta(days=3)).isoformat()},
    )
    yield request_of(order)
    for n in range(DAYS):
        day = start + timedelta(days=n)
        at = datetime.combine(day, time(6, 10), ZONE)
        about = {
            "patient": patient,
            "order": order.id,
            "slot_day": day,
            "part": 1,
            "id": f"n-330-{n}",
            "day": day,
        }
        if n in SILENT:
            continue
        if reason := MISSED.get(n):
            kind = {Reason.REFUSED: Kind.REFUSED, Reason.ABSENT: Kind.ABSENT, Reason.CLINICAL: Kind.WITHHELD}
            yield resource_of(a_happened(kind.get(reason, Kind.NOT_AVAILABLE), at, reason=reason, **about))
        else:
            yield resource_of(a_happened(Kind.GIVEN, at, **{**about, "mg": order.mg_on(day)}))
    vomited = datetime.combine(today - timedelta(days=22), time(6, 30), ZONE)
    yield resource_of(a_happened(Kind.VOMITED, vomited, patient=patient, about=f"n-330-{DAYS - 22}", id="n-330-vomited", product=None, mg=None, day=vomited.date()))  # fmt: skip
    held = today - timedelta(days=11)
    yield flag_of(Hold("n-330-hold", patient, HoldReason.QTC, held, held + timedelta(days=2)))
    away = datetime.combine(today - timedelta(days=29), time(5), ZONE)
    yield {**an_absence(patient, prison=NORTH, status="finished", period={"start": away.isoformat(), "end": (away + timedelta(hours=10)).isoformat()})}  # fmt: skip
    text = "Sleeps badly, asks for a rise. Agreed: 10 mg more next week if no sedation.\nKnows how to use naloxone."
    yield observation_of(Note("n-330-note", patient, text, now - timedelta(days=2), "somebody"))


def _short(
    now: datetime, patient: str, given: str, began: int, *, dosed: bool = True, ends: int = 30
) -> Iterator[Json]:
    """Some weeks of treatment."""
    today = now.astimezone(ZONE).date()
    start = today - timedelta(days=began)
    order = an_order(
        40,
        id=f"{patient}-order",
        patient=patient,
        facility=NORTH,
        start=start,
        end=today + timedelta(days=ends),
    )
    yield _who(patient, given)
    yield a_stay(f"{patient}-stay", patient=patient, prison=NORTH)
    yield request_of(order)
    for n in range(1, began if dosed else 1):
        day = today - timedelta(days=n)
        at = datetime.combine(day, time(6, 20), ZONE)
        yield resource_of(a_happened(Kind.GIVEN, at, patient=patient, order=order.id, slot_day=day, part=1, id=f"{patient}-{n}", mg=Decimal(40), day=day))  # fmt: skip


def _duty(patient: str, duty: Duty, now: datetime) -> Json:
    return {
        "resourceType": "Task", "id": f"{patient}-{duty}", "status": "requested", "intent": "order",
        "meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]},
        "code": {"coding": [{"system": "urn:throughcare:code-system:duty", "code": duty.value}]},
        "for": {"reference": f"Patient/{patient}"}, "owner": {"reference": f"Organization/{NORTH}"},
        "restriction": {"period": {"end": (now - timedelta(hours=1)).isoformat()}},
    }  # fmt: skip


def shift_pages(page: Any, address: str) -> Iterator[str]:
    """The name of each page."""
    page.goto(f"{address}/shift")
    yield "shift"
    page.goto(f"{address}/worklists")
    yield "worklists"
    page.goto(f"{address}/worklists/orders-ending")
    yield "worklist"
    page.locator("#sought").fill("nobody")
    _send(page, "/worklists/orders-ending")
    yield "worklist-sought"
    page.goto(f"{address}/worklists/take-home")
    yield "worklist-empty"
    _find(page, address, "N-330")
    _send(page, "/people/chart")
    yield "chart"
    page.locator("main textarea").first.fill("Seen today.")
    _send(page, "/people/chart/note")
    yield "chart-note"
    _send(page, "/people/chart/naloxone")
    page.locator("#ecg-qtc").fill("455")
    _send(page, "/people/chart/ecg")
    yield "chart-naloxone"
    _send(page, "/people/withdrawal")
    for fieldset in page.locator("form.withdrawal fieldset").all():
        fieldset.locator("input[type=radio]").nth(1).check()
    yield "withdrawal"
    _send(page, "/people/withdrawal/keep")
    yield "withdrawal-scored"
    _send(page, "/people/chart")
    page.locator("button[name=span][value=all]").click()
    page.locator("button[value=all][aria-pressed=true]").wait_for()
    page.locator("details summary").first.click()
    yield "chart-whole"
    _send(page, "/people/chart/letter")
    _send(page, "/people/chart/letter")
    yield "letter"
    page.locator("#to").select_option("Organization/centre")
    _send(page, "/people/chart/letter")
    yield "letter-not"
