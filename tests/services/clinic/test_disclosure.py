"""Disclosure without consent: its record, with law, least content, who decided and whether the person was told; logged with it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from asking_consent import save
from audit_events import plain, rows
from people_pages import Clock, PlainBrowser
from resources import an_organization
from ward import INSIDE, OUTSIDE

from services.access.pages.desk import Desk
from services.shared.installation import Urls

SignIn = Callable[[str], PlainBrowser]
Log = Callable[[], list[dict[str, Any]]]
ZONE = "Europe/Podgorica"
MADE = "SELECT count(*) FROM fhir_store.current_resource WHERE type = 'Communication'"

ORDERED = {
    "basis": "court-order", "law": "Court of the North, 7/26", "recipient_name": "Court of the North",
    "sent": ["Observation/inside-cows"], "told": "now",
}  # fmt: skip


def page(browser: PlainBrowser) -> str:
    browser.open("/people")
    browser.send("/people/find", sought="N-100")
    browser.send("/people/record")
    browser.send("/people/disclosures")
    assert browser.page.status_code == 200
    return browser.main


def disclose(browser: PlainBrowser, **typed: Any) -> int:
    page(browser)
    browser.send("/people/disclosures/record", **{**ORDERED, **typed})
    return browser.page.status_code


def number(urls: Urls) -> int:
    return rows(urls.owner, MADE)[0][0]


def before(browser: PlainBrowser) -> str:
    return browser.main.partition('id="made"')[2].partition("</section>")[0]


def test_a_disclosure_is_its_own_record_and_stands_on_the_persons_page(
    sign_in: SignIn, desk: Desk, urls: Urls, log: Log
) -> None:
    doctor = sign_in("doctor")
    assert "Nothing was disclosed without consent" in page(doctor)
    log()
    assert disclose(doctor) == 200
    told = before(doctor)
    for words in ("A court orders it", "Court of the North, 7/26", "doctor of the tests", "Finding", "cows"):
        assert words in told
    assert number(urls) == 1
    events = log()
    (event,) = [one for one in events if one["kind"] == "disclosure"]
    assert (event["recipient"], event["basis"], event["types"]) == (
        "elsewhere",
        "court-order",
        ["Observation"],
    )
    communication = event["subjects"][2]
    assert event["subjects"] == [f"Patient/{INSIDE}", "Observation/inside-cows", communication]
    assert communication.startswith("Communication/")
    assert "Court of the North" not in str([{**one, "subjects": []} for one in events])
    (who, write) = [one for one in events if one["kind"] == "write"]
    assert who["type"] == "Practitioner"
    assert write["subjects"] == [f"Patient/{INSIDE}", communication]


def test_a_recipient_that_is_recorded_here_is_named_in_the_log(sign_in: SignIn, desk: Desk, log: Log) -> None:
    save(desk, an_organization("institute", name="DEMO Institute of Public Health"))
    doctor = sign_in("doctor")
    to = {"basis": "notification", "recipient": "Organization/institute", "recipient_name": ""}
    assert disclose(doctor, **to) == 200
    assert "DEMO Institute of Public Health" in before(doctor)
    (event,) = [one for one in log() if one["kind"] == "disclosure"]
    assert (event["recipient"], event["basis"]) == ("Organization/institute", "notification")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"basis": ""}, "Write the law"),
        ({"law": "  "}, "Write the law"),
        ({"recipient_name": ""}, "Say who gets it"),
        ({"sent": []}, "Choose each record"),
        ({"sent": ["Patient/inside"]}, "Choose the least that serves"),
        ({"told": ""}, "Say whether the person was told"),
        ({"told": "later"}, "Say whether the person was told"),
        ({"told": "later", "why": "court-forbids"}, "Say whether the person was told"),
        ({"told": "later", "why": "court-forbids", "tell_by": "2020-01-01"}, "cannot be before today"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_recorded(
    sign_in: SignIn, urls: Urls, typed: dict[str, Any], why: str
) -> None:
    doctor = sign_in("doctor")
    assert disclose(doctor, **typed) == 422
    assert why in doctor.main
    assert number(urls) == 0


def test_the_whole_file_is_refused(sign_in: SignIn, urls: Urls) -> None:
    lead = sign_in("lead")
    page(lead)
    lead.send("/people/record")
    lead.send("/people/purpose", purpose="TREAT")
    told = page(lead)
    every = [part.partition('"')[0] for part in told.split('name="sent" value="')[1:]]
    assert len(every) == 8
    assert disclose(lead, sent=every) == 422
    assert "not the whole file" in lead.main
    assert disclose(lead, sent=every[:-1]) == 200
    assert number(urls) == 1


@pytest.mark.parametrize("sent", ["Observation/other-cows", "Condition/inside-hiv", "Observation/nothing"])
def test_only_what_the_decider_sees_of_this_person_can_be_chosen(
    sign_in: SignIn, urls: Urls, sent: str
) -> None:
    doctor = sign_in("doctor")
    assert sent not in page(doctor)
    assert disclose(doctor, sent=[sent]) == 400
    assert number(urls) == 0


def test_who_is_not_told_yet_is_to_be_told_by_a_day_and_then_was(
    sign_in: SignIn, clock: Clock, log: Log
) -> None:
    doctor = sign_in("doctor")
    tomorrow = (clock.day(ZONE) + timedelta(days=1)).isoformat()
    later = {"told": "later", "why": "would-endanger-somebody", "tell_by": tomorrow}
    assert disclose(doctor, basis="imminent-threat", **later) == 200
    assert "to be told by" in before(doctor)
    assert "overdue" not in before(doctor)
    clock.goes_on(days=1)
    lead = sign_in("lead")
    page(lead)
    assert "overdue" in before(lead)
    log()
    lead.send("/people/disclosures/told")
    assert "to be told by" not in before(lead)
    (write,) = [one for one in log() if one["kind"] == "write"]
    assert (write["interaction"], write["type"]) == ("update", "Communication")


@pytest.mark.parametrize("path", ["", "/record", "/told"])
def test_a_nurse_may_not_and_who_is_not_in_care_is_not_there(
    sign_in: SignIn, urls: Urls, log: Log, path: str
) -> None:
    nurse = sign_in("nurse")
    nurse.open("/people")
    nurse.send("/people/find", sought="N-100")
    nurse.send("/people/record")
    assert "/people/disclosures" not in nurse.page.text
    token = nurse.fields("/people/card")["csrf"]
    log()
    typed = {"csrf": token, "person": INSIDE, **ORDERED}
    assert nurse.http.post(f"/people/disclosures{path}", data=typed).status_code == 403
    assert [one["kind"] for one in log()] == ["refusal"]
    doctor = sign_in("doctor")
    page(doctor)
    token = doctor.fields("/people/record")["csrf"]
    typed = {**typed, "csrf": token, "person": OUTSIDE}
    assert doctor.http.post(f"/people/disclosures{path}", data=typed).status_code == 404
    assert number(urls) == 0


def test_without_a_log_nothing_is_recorded(sign_in: SignIn, urls: Urls, shut_log: Callable[[], None]) -> None:
    doctor = sign_in("doctor")
    page(doctor)
    fields = doctor.fields("/people/disclosures/record")
    shut_log()
    answer = doctor.http.post("/people/disclosures/record", data={**fields, **ORDERED})
    assert answer.status_code >= 500
    with psycopg.connect(plain(urls.owner)) as connection:
        left = (
            "SELECT count(*) FROM fhir_store.current_resource WHERE type IN ('Communication', 'Practitioner')"
        )
        assert connection.execute(left).fetchone() == (0,)
