"""Naloxone and the ECG: recorded on the person's page once, due again by the protocol, taken back by who recorded it."""

import re
from collections.abc import Callable, Iterator

import pytest
from at_stays import move, stays
from at_stays import records as of_person
from fastapi import FastAPI
from oat import DAY, ONE_DAY, a_law
from people_pages import Clock, PlainBrowser
from round_prison import a_person, put
from round_tablets import SEVEN
from stored import records
from stores import store_on
from ward import INSIDE

from clinical.custody.consequences import Duty
from clinical.oat.naloxone import HandedOver, dispense_of
from services.access.pages.desk import Desk

SignIn = Callable[[str], PlainBrowser]


@pytest.fixture
def clock() -> Clock:
    return Clock(SEVEN)


@pytest.fixture
def prison(desk: Desk) -> Desk:
    put(desk.database, store_on(desk.database), a_person("p1", prison="north"))
    return desk


@pytest.fixture
def law(kept: tuple[FastAPI, str]) -> Iterator[None]:
    """Naloxone is renewed after thirty days."""
    state = kept[0].state
    before, state.law = state.law, a_law(oat__naloxone_renew_after="30 d")
    yield
    state.law = before


def chart(browser: PlainBrowser, person: str = "p1") -> str:
    browser.open("/people")
    csrf = re.search(r'name="csrf" value="([^"]+)"', browser.page.text)
    assert csrf
    browser.page = browser.http.post("/people/chart", data={"csrf": csrf[1], "person": person})
    return said(browser)


def said(browser: PlainBrowser) -> str:
    found = re.search(
        r'<section class="card" aria-labelledby="periodic">.*?</section>', browser.page.text, re.DOTALL
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""


def statuses(prison: Desk, type_: str) -> list[str]:
    return [one["status"] for one in records(prison, store_on(prison.database), type_)]


def test_naloxone_is_handed_over_once_and_due_again_by_the_protocol(
    sign_in: SignIn, prison: Desk, law: None
) -> None:
    nurse = sign_in("nurse")
    assert "Naloxone, last handed over None is known." in chart(nurse)
    before = dispense_of(HandedOver("long-ago", "p1", DAY - 30 * ONE_DAY))
    put(prison.database, store_on(prison.database), [before])
    assert "8 February 2026 due again" in chart(nurse)
    form = nurse.fields("/people/chart/naloxone")
    for _ in range(2):
        nurse.page = nurse.http.post("/people/chart/naloxone", data=form)
    assert "Naloxone is recorded as handed over." in nurse.main
    assert "10 March 2026 enough until 9 April 2026" in said(nurse)
    assert "due again" not in said(nurse)
    assert statuses(prison, "MedicationDispense") == ["completed", "completed"]


def test_naloxone_that_was_due_at_a_release_is_done_by_recording_it_and_due_again_if_that_was_wrong(
    sign_in: SignIn, desk: Desk
) -> None:
    def on_the_list() -> bool:
        nurse.open("/worklists/naloxone")
        return "for a release" in nurse.main

    nurse = sign_in("nurse")
    stays(nurse)
    move(nurse, "release-planned")
    assert on_the_list()
    chart(nurse, INSIDE)
    nurse.send("/people/chart/naloxone")
    assert not on_the_list()
    chart(nurse, INSIDE)
    nurse.send("/people/chart/take-back")
    assert on_the_list()
    tasks = of_person(desk, "Task")
    (due,) = (one for one in tasks if one["code"]["coding"][0]["code"] == Duty.NALOXONE)
    assert due["status"] == "requested"
    assert "output" not in due


def test_an_ecg_is_recorded_with_its_day_and_one_in_error_taken_back(sign_in: SignIn, prison: Desk) -> None:
    nurse = sign_in("nurse")
    chart(nurse)
    nurse.send("/people/chart/ecg", day=(DAY - ONE_DAY).isoformat(), qtc="455")
    assert "QTc 455 ms , 9 March 2026" in said(nurse)
    nurse.send("/people/chart/take-back")
    assert "Taken back" in nurse.main
    assert "ECG, the last None is known." in said(nurse)
    assert "entered-in-error" in statuses(prison, "Observation")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"qtc": "45", "day": DAY.isoformat()}, "from 200 to 800"),
        ({"qtc": "4.5e2", "day": DAY.isoformat()}, "from 200 to 800"),
        ({"qtc": "450", "day": (DAY + ONE_DAY).isoformat()}, "today or earlier"),
        ({"qtc": "450", "day": "soon"}, "today or earlier"),
    ],
)
def test_a_slip_of_the_pen_is_told_and_nothing_is_recorded(
    sign_in: SignIn, prison: Desk, typed: dict[str, str], told: str
) -> None:
    nurse = sign_in("nurse")
    chart(nurse)
    nurse.send("/people/chart/ecg", **typed)
    assert nurse.page.status_code == 400
    assert told in nurse.page.text
    assert statuses(prison, "Observation") == []


def test_nobody_takes_back_what_another_recorded(sign_in: SignIn, prison: Desk) -> None:
    nurse, doctor = sign_in("nurse"), sign_in("doctor")
    chart(nurse)
    nurse.send("/people/chart/ecg", qtc="455", day=DAY.isoformat())
    form = nurse.fields("/people/chart/take-back")
    chart(doctor)
    assert "QTc 455 ms" in said(doctor)
    assert "take it back" not in said(doctor)
    doctor.page = doctor.http.post(
        "/people/chart/take-back", data={**form, "csrf": doctor.fields("/people/chart/ecg")["csrf"]}
    )
    assert doctor.page.status_code == 403
    assert statuses(prison, "Observation") == ["final"]
