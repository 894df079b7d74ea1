"""The page of one person: who it is, the days of the treatment, the month, notes; to whom what is shown."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from oat import DAY, ONE_DAY, SIX, a_happened
from people_pages import Clock, PlainBrowser
from round_prison import a_person, put
from round_tablets import SEVEN
from stores import store_on
from ward import INSIDE

from clinical.chart.note import note_of, observation_of
from clinical.labels import Label, labels_of
from clinical.oat.happened import Kind, Reason
from clinical.oat.happened_resource import resource_of
from fhir_store.json_text import parse
from fhir_store.read import read
from fhir_store.write import raw_cursor
from services.access.pages.desk import Desk

SignIn = Callable[[str], PlainBrowser]
Log = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def clock() -> Clock:
    return Clock(SEVEN)


@pytest.fixture
def prison(desk: Desk) -> Desk:
    """Somebody with a dose yesterday who refused it the day before, and vomited."""
    refused = a_happened(
        Kind.REFUSED, SIX - 2 * ONE_DAY, id="p1-refused", patient="p1", reason=Reason.REFUSED, order="p1-order",
        slot_day=DAY - 2 * ONE_DAY, part=1,
    )  # fmt: skip
    locked = a_happened(
        Kind.NOT_AVAILABLE, SIX - 3 * ONE_DAY, id="p1-locked", patient="p1", reason=Reason.LOCKDOWN, order="p1-order",
        slot_day=DAY - 3 * ONE_DAY, part=1,
    )  # fmt: skip
    vomited = a_happened(
        Kind.VOMITED, SIX - ONE_DAY + timedelta(minutes=5), id="p1-vomited", patient="p1", about="p1-before",
        product=None, mg=None,
    )  # fmt: skip
    put(desk.database, store_on(desk.database), [
        *a_person("p1", prison="north"), *map(resource_of, (refused, locked, vomited)),
    ])  # fmt: skip
    return desk


def plain(browser: PlainBrowser) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.main)))


def chart(browser: PlainBrowser, person: str = "p1", **typed: str) -> str:
    """Open the page as from a list."""
    browser.open("/people")
    csrf = re.search(r'name="csrf" value="([^"]+)"', browser.page.text)
    assert csrf
    browser.page = browser.http.post("/people/chart", data={"csrf": csrf[1], "person": person, **typed})
    return plain(browser)


def test_the_page_shows_the_days_with_misses_by_reason_as_a_picture_and_a_table(
    prison: Desk, sign_in: SignIn, log: Log
) -> None:
    nurse = sign_in("nurse")
    text = chart(nurse)
    for said in ("Ana DEMO-p1", "N-p1", "None recorded. Ask.", "DEMO Prison North", "missed: the person's reason",
                 "missed: the institution's reason", "Lockdown", "Vomited", "March 2026"):  # fmt: skip
        assert said in text, said
    assert "t-missed-patient" in nurse.page.text
    assert "t-missed-institution" in nurse.page.text
    assert nurse.page.headers["cache-control"] == "no-store"
    assert "p1" not in str(nurse.page.url)
    assert [one["interaction"] for one in log() if one["kind"] == "read"] == ["$chart"]


def test_the_whole_time_is_one_tap_and_the_months_too(prison: Desk, sign_in: SignIn) -> None:
    nurse = sign_in("nurse")
    chart(nurse)
    nurse.send("/people/chart", span="all")
    assert re.search(r'value="all" aria-pressed="true"', nurse.page.text)
    nurse.send("/people/chart#mar", month="2026-02-01")
    assert "Doses : February 2026" in plain(nurse) or "Doses: February 2026" in plain(nurse)
    assert "400" in str(
        nurse.http.post("/people/chart", data={**nurse.fields("/people/chart"), "span": "7"}).status_code
    )


def test_nobody_elses_page_opens(prison: Desk, sign_in: SignIn) -> None:
    south = sign_in("leadsouth")
    assert "DEMO-p1" not in chart(south)
    assert south.page.status_code == 404


def test_whoever_does_not_see_the_treatment_sees_nothing_of_it(prison: Desk, sign_in: SignIn) -> None:
    counsellor = sign_in("counsellor")
    text = chart(counsellor)
    assert "No opioid agonist treatment that your role shows." in text
    for never in ("60 mg", "Vomited", "Lockdown", "t-taken", "Methadone"):
        assert never not in counsellor.page.text


def test_hiv_is_nowhere_on_the_page_whatever_is_in_the_record(prison: Desk, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    chart(lead, INSIDE)
    assert lead.page.status_code == 200
    for never in ("a disease that has a label", "TLD", "B24"):
        assert never not in lead.page.text


def test_a_note_is_added_corrected_by_its_author_and_what_stood_there_stays(
    prison: Desk, sign_in: SignIn, log: Log
) -> None:
    nurse, doctor = sign_in("nurse"), sign_in("doctor")
    chart(nurse)
    form = nurse.fields("/people/chart/note")
    for _ in range(2):
        nurse.page = nurse.http.post(
            "/people/chart/note", data={**form, "text": "Slept badly.\nAsks for more."}
        )
    assert plain(nurse).count("Slept badly.") == 2  # once as it reads, once in the form that corrects it
    assert "nurse of the tests" in plain(nurse)
    assert ("create", "Observation") in {(one.get("interaction"), one.get("type")) for one in log()}
    with prison.database.snapshot() as connection:
        stored = read(raw_cursor(connection), store_on(prison.database).keyring, "Observation", form["note"])
    assert labels_of(parse(stored.text.encode()).value) == {Label.R}

    assert "Slept badly." in chart(doctor)
    assert "/people/chart/note/correct" not in doctor.page.text
    theirs = {**doctor.fields("/people/chart"), "note": form["note"], "text": "Nothing of the kind."}
    answer = doctor.http.post("/people/chart/note/correct", data=theirs)
    assert "Only who wrote a note corrects it." in answer.text
    assert answer.status_code == 403

    nurse.send("/people/chart/note/correct", text="Slept well.")
    text = plain(nurse)
    assert "corrected" in text
    assert "Slept well." in text
    assert "Slept badly." in text
    empty = nurse.http.post("/people/chart/note", data={**form, "text": " \n "})
    assert empty.status_code == 400


def test_a_note_is_read_as_it_was_written() -> None:
    said = {
        "resourceType": "Observation", "id": "n", "status": "final", "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "urn:throughcare:code-system:observation", "code": "note"}]},
        "effectiveDateTime": "2026-03-10T06:00:00Z", "performer": [{"reference": "Practitioner/x"}], "valueString": "So.",
    }  # fmt: skip
    found = note_of(said, SEVEN.tzinfo)  # type: ignore[arg-type]
    assert found is not None
    assert observation_of(found) == said
    assert note_of({**said, "status": "entered-in-error"}, SEVEN.tzinfo) is None  # type: ignore[arg-type]
    assert note_of({**said, "code": {}}, SEVEN.tzinfo) is None  # type: ignore[arg-type]
