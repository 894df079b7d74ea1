"""What waits for somebody at the start of a shift, and the worklists behind it: of their facility and their role alone."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI
from oat import DAY, ONE_DAY, SIX, an_order
from people_pages import Clock, PlainBrowser, Someone
from resources import a_patient, a_stay
from round_prison import a_person, an_absence, put
from round_tablets import SEVEN
from stores import store_on

from clinical.custody.consequences import Duty
from clinical.oat.order import Signature, TelephoneOrder
from clinical.oat.order_resource import request_of
from clinical.protocols import protocol_of
from services.access.pages.desk import Desk

SignIn = Callable[[str], PlainBrowser]
Log = Callable[[], list[dict[str, Any]]]
NORTH, SOUTH = "north", "south"


@pytest.fixture
def clock() -> Clock:
    return Clock(SEVEN)


@pytest.fixture
def prison(desk: Desk) -> Desk:
    """Of four people in the north one has missed three days, one goes to court, one's order ends, one was ordered for by
    telephone; of one in the south everything is the matter too."""
    spoken = TelephoneOrder(SIX - ONE_DAY, DAY - ONE_DAY, 1, read_back=True)
    put(desk.database, store_on(desk.database), [
        *a_person("missing", prison=NORTH, dosed=False, start=DAY - 3 * ONE_DAY),
        *a_person("leaving", prison=NORTH),
        a_court("leaving", NORTH),
        *a_person("ending", prison=NORTH, end=DAY + 7 * ONE_DAY),
        *a_person("spoken", prison=NORTH),
        request_of(an_order(id="by-phone", patient="spoken", facility=NORTH, start=DAY - ONE_DAY, end=DAY - ONE_DAY,
            signature=Signature.TELEPHONE, telephone=spoken, prescriber="d")),
        a_duty("spoken", Duty.RECEPTION_SCREEN, NORTH),
        *a_person("elsewhere", prison=SOUTH, dosed=False, start=DAY - 3 * ONE_DAY, end=DAY + ONE_DAY),
        a_court("elsewhere", SOUTH),
        a_duty("elsewhere", Duty.RECEPTION_SCREEN, SOUTH),
    ])  # fmt: skip
    return desk


def a_court(patient: str, prison: str) -> dict[str, Any]:
    """Somebody goes to court tomorrow."""
    leaves = {"start": (SIX + ONE_DAY).isoformat()}
    return an_absence(patient, prison=prison, status="planned", period=leaves)


def a_duty(patient: str, duty: Duty, facility: str) -> dict[str, Any]:
    """Something that a movement left to be done, an hour ago."""
    return {
        "resourceType": "Task", "id": f"{patient}-{duty}", "status": "requested", "intent": "order",
        "meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]},
        "code": {"coding": [{"system": "urn:throughcare:code-system:duty", "code": duty.value}]},
        "for": {"reference": f"Patient/{patient}"}, "owner": {"reference": f"Organization/{facility}"},
        "restriction": {"period": {"end": (SEVEN - timedelta(hours=1)).isoformat()}},
    }  # fmt: skip


DEAD = "2026-03-10T06:30:00+01:00"


@pytest.mark.parametrize(
    ("patient", "code"),
    [("missing", "missed-3"), ("leaving", "court"), ("ending", "orders-ending"), ("spoken", "reception"),
     ("missing", "stops")],
)  # fmt: skip
def test_no_list_of_what_is_to_be_given_has_somebody_who_died(
    prison: Desk, sign_in: SignIn, patient: str, code: str
) -> None:
    nurse = sign_in("nurse")
    shown = said(nurse, f"/worklists/{code}")
    assert ("AD 60 mg" if code == "stops" else f"DEMO-{patient}") in shown
    died = {**a_person(patient)[0], "deceasedDateTime": DEAD}
    put(prison.database, store_on(prison.database), [died])
    shown = said(nurse, f"/worklists/{code}")
    assert ("AD 60 mg" if code == "stops" else f"DEMO-{patient}") not in shown


def said(browser: PlainBrowser, path: str) -> str:
    """What a page says, without its markup."""
    browser.open(path)
    assert browser.page.status_code == 200, path
    return plain(browser)


def plain(browser: PlainBrowser) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.main)))


def counted(browser: PlainBrowser, path: str) -> dict[str, int]:
    """The counts of a page, by the address to which each leads."""
    browser.open(path)
    found = re.findall(r'<a href="([^"?]+)[^>]*><span class="count-number">(\d+)</span>', browser.main)
    return {address.rpartition("/")[2]: int(count) for address, count in found}


def test_the_start_page_counts_what_waits_here_and_names_nobody(
    prison: Desk, sign_in: SignIn, log: Log
) -> None:
    nurse = sign_in("nurse")
    text = said(nurse, "/shift")
    assert "Round: Morning not begun" in text
    assert "4 still to come" in text
    assert counted(nurse, "/shift") == {
        "stops": 1, "telephone-orders": 1, "court": 1, "reception": 1, "orders-ending": 1, "missed-3": 1, "paper": 1,
    }  # fmt: skip
    for never in ("DEMO-", "Ana", "N-missing", "1984"):
        assert never not in nurse.page.text
    assert [(one["kind"], one.get("page")) for one in log()][-1] == ("view", "shift")


@pytest.mark.parametrize(
    ("login", "asked", "led"),
    [("nurse", "/", "/shift"), ("nurse", "/people", "/people"), ("guard", "/", "/")],
)
def test_who_treats_and_asked_for_no_page_begins_here(
    kept: tuple[FastAPI, str],
    sign_in: SignIn,
    people: dict[str, Someone],
    clock: Clock,
    login: str,
    asked: str,
    led: str,
) -> None:
    sign_in(login)
    browser = PlainBrowser(kept[1], kept[0].state.settings.base_url)
    with browser.http:
        assert browser.sign_in(people[login], clock(), asked).url.path == led


def test_in_the_evening_the_sheet_of_tomorrow_is_asked_for_until_it_is_printed(
    kept: tuple[FastAPI, str], prison: Desk, sign_in: SignIn, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(kept[0].state._state, "law", protocol_of("demonstration"))
    clock.at = SEVEN.replace(hour=16, minute=59)  # a minute to six on the wall
    assert "is not printed" not in said(sign_in("nurse"), "/shift")
    clock.at += timedelta(minutes=1)
    nurse = sign_in("nurse")
    assert "The sheet for a day without network is not printed" in said(nurse, "/shift")
    assert 'href="/round/paper?facility=' in nurse.page.text
    nurse.open(f"/round/paper?facility={NORTH}")
    nurse.send("/round/sheet", session="morning")
    assert "is not printed" not in said(nurse, "/shift")


def test_where_nothing_waits_the_start_page_says_so(desk: Desk, sign_in: SignIn) -> None:
    assert "Nothing waits for you" in said(sign_in("nurse"), "/shift")


def test_a_list_has_the_people_of_the_facility_the_most_urgent_first_and_logs_whom_it_names(
    prison: Desk, sign_in: SignIn, log: Log
) -> None:
    nurse = sign_in("nurse")
    text = said(nurse, "/worklists/orders-ending")
    assert "DEMO-ending" in text
    assert "the last order ends on 17 March 2026" in text
    assert "DEMO-elsewhere" not in text
    (event,) = [one for one in log() if one.get("interaction") == "$worklist"]
    assert event["subjects"] == ["Patient/ending"]
    assert "DEMO-missing" in said(nurse, "/worklists/missed-3")
    assert "3 days in a row without a dose" in plain(nurse)


def test_within_a_list_a_name_is_sought_and_stands_in_no_address(prison: Desk, sign_in: SignIn) -> None:
    nurse = sign_in("nurse")
    nurse.open("/worklists/orders-ending")
    nurse.send("/worklists/orders-ending", sought="demo-END")
    assert "DEMO-ending" in plain(nurse)
    assert "sought" not in str(nurse.page.url)
    nurse.send("/worklists/orders-ending", sought="nobody")
    assert "DEMO-ending" not in plain(nurse)
    assert "Nobody on this list fits" in plain(nurse)


def test_a_list_that_is_worked_off_elsewhere_leads_there(prison: Desk, sign_in: SignIn) -> None:
    nurse = sign_in("nurse")
    nurse.http.follow_redirects = False
    assert nurse.open("/worklists/court").headers["location"] == "/people/court"
    assert nurse.open("/worklists/stops").headers["location"] == f"/round/stops?facility={NORTH}"
    assert nurse.open("/worklists/none-such").status_code == 404


def test_whoever_does_not_see_orders_is_not_told_how_many_there_are(prison: Desk, sign_in: SignIn) -> None:
    counsellor = sign_in("counsellor")
    lists = counted(counsellor, "/worklists")
    assert not {"orders-ending", "missed-1", "missed-3", "stops", "telephone-orders"} & lists.keys()
    assert "Round" not in said(counsellor, "/shift")
    assert counsellor.open("/worklists/orders-ending").status_code == 403


def test_a_facility_of_somebody_else_is_not_there(prison: Desk, sign_in: SignIn) -> None:
    assert sign_in("nurse").open(f"/shift?facility={SOUTH}").status_code == 404
    assert sign_in("nurse").open(f"/worklists/court?facility={SOUTH}").status_code == 404


def test_who_is_released_soon_is_listed_with_what_is_missing(prison: Desk, sign_in: SignIn) -> None:
    ahead = {"start": "2026-01-05", "end": (SEVEN + 30 * ONE_DAY).isoformat()}
    later = {"start": "2026-01-05", "end": (SEVEN + 31 * ONE_DAY).isoformat()}
    put(prison.database, store_on(prison.database), [
        a_patient("soon", name=[{"family": "DEMO-soon"}]),
        a_stay("soon-stay", patient="soon", prison=NORTH, status="in-progress", period=ahead),
        a_patient("later", name=[{"family": "DEMO-later"}]),
        a_stay("later-stay", patient="later", prison=NORTH, status="in-progress", period=later),
        a_dispense("soon", "V03AB15"),
    ])  # fmt: skip
    text = said(sign_in("nurse"), "/worklists/releases")
    assert "DEMO-soon" in text
    assert "not asked to whom the record may go" in text
    assert "no appointment after the release" in text
    assert "no naloxone" not in text
    assert "DEMO-later" not in text


@pytest.mark.parametrize(
    ("naloxone", "appointment", "prepared"),
    [("completed", "booked", True), ("entered-in-error", "booked", False), ("completed", "cancelled", False)],
)
def test_what_was_taken_back_or_cancelled_prepares_no_release(
    prison: Desk, sign_in: SignIn, naloxone: str, appointment: str, prepared: bool
) -> None:
    at, subject = (SEVEN + 12 * ONE_DAY).isoformat(), {"reference": "Patient/soon"}
    put(prison.database, store_on(prison.database), [
        a_patient("soon", name=[{"family": "DEMO-soon"}]),
        a_stay("soon-stay", patient="soon", prison=NORTH, status="in-progress",
            period={"start": "2026-01-05", "end": (SEVEN + 10 * ONE_DAY).isoformat()}),
        {**a_dispense("soon", "V03AB15"), "status": naloxone},
        {"resourceType": "Appointment", "id": "visit", "status": appointment, "start": at, "end": at,
            "participant": [{"actor": subject, "status": "accepted"}]},
    ])  # fmt: skip
    text = said(sign_in("nurse"), "/worklists/releases")
    assert ("no naloxone" in text) is (naloxone != "completed")
    assert ("no appointment after the release" in text) is (appointment != "booked")
    assert ("no naloxone" in text or "no appointment" in text) is not prepared


def a_dispense(patient: str, atc: str) -> dict[str, Any]:
    return {
        "resourceType": "MedicationDispense", "id": f"{patient}-{atc.lower()}", "status": "completed",
        "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": atc}]},
        "subject": {"reference": f"Patient/{patient}"}, "whenHandedOver": "2026-03-09",
    }  # fmt: skip


def test_the_number_of_the_prescriber_on_call_is_set_here_and_stands_beside_each_stop(
    prison: Desk, sign_in: SignIn, log: Log
) -> None:
    nurse = sign_in("nurse")
    assert "No number is set" in said(nurse, "/shift")
    assert "No number is set here: it is set on the page of the shift" in said(nurse, "/round/stops")
    nurse.open("/shift")
    nurse.send(f"/shift/on-call?facility={NORTH}", telephone="+381 11 123 4567")
    assert "+381 11 123 4567" in plain(nurse)
    assert 'href="tel:+381111234567"' in nurse.page.text
    assert "Call the prescriber on call: +381 11 123 4567" in said(nurse, "/round/stops")
    assert [one.get("type") for one in log() if one["kind"] == "write"] == ["on-call"]
    nurse.open("/shift")
    nurse.send(f"/shift/on-call?facility={NORTH}", telephone="ask Vera")
    assert nurse.page.status_code == 422
    assert "+381 11 123 4567" in said(nurse, "/shift")


def test_who_gives_no_doses_sets_no_number(prison: Desk, sign_in: SignIn) -> None:
    counsellor = sign_in("counsellor")
    said(counsellor, "/shift")
    assert "/shift/on-call" not in counsellor.page.text
