"""The person's own file: whole, of nobody else, read over first, logged before it leaves, and never for whoever is not asked."""

import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from asking_consent import ask, save
from fastapi import FastAPI
from fhir.resources.R4B.bundle import Bundle
from people_pages import Clock, PlainBrowser
from resources import an_observation
from stores import store_on
from ward import INSIDE, OTHER, OUTSIDE

from clinical.protocols import NO_PROTOCOL, protocol_of
from fhir_store.gate import served
from fhir_store.write import raw_cursor
from services.access.pages.desk import Desk
from services.clinic.own_file import Sources, persons_file
from services.demo.country.resources import resources
from services.demo.country.simulation import simulated

SignIn = Callable[[str], PlainBrowser]
Log = Callable[[], list[dict[str, Any]]]
WORDS = "The sister of the man in cell 12 brings food."


@pytest.fixture(autouse=True)
def country(kept: tuple[FastAPI, str], desk: Desk) -> Iterator[None]:
    """The law of the demonstration country; a note of a nurse; a mother."""
    me = {"reference": f"Patient/{INSIDE}"}
    save(
        desk,
        an_observation("noted", patient=INSIDE, note=[{"text": WORDS}]),
        {"resourceType": "RelatedPerson", "id": "mother", "patient": me, "name": [{"text": "Mara SECRET"}]},
        author="ward",
    )
    state = kept[0].state
    state.law = protocol_of("demonstration")
    yield
    state.law = NO_PROTOCOL


def own_file(browser: PlainBrowser) -> int:
    browser.open("/people")
    browser.send("/people/find", sought="N-100")
    browser.send("/people/record")
    browser.send("/people/own-file")
    return browser.page.status_code


def bundle(browser: PlainBrowser) -> dict[str, Any]:
    assert own_file(browser) == 200
    browser.send("/people/own-file/fhir", read_over="yes")
    assert browser.page.status_code == 200
    return json.loads(browser.page.text)


def test_all_of_the_person_is_in_it_and_nothing_of_anybody_else(sign_in: SignIn) -> None:
    doctor = sign_in("doctor")
    found = bundle(doctor)
    Bundle.model_validate(found)
    ids = {(one["resource"]["resourceType"], one["resource"]["id"]) for one in found["entry"]}
    assert ids >= {
        ("Patient", INSIDE),
        ("Condition", "inside-hiv"),
        ("MedicationRequest", "inside-art"),
        ("Encounter", "inside-stay"),
        ("RelatedPerson", "mother"),
        ("Organization", "north"),
    }
    for secret in ("SECRET", f'"Patient/{OTHER}', f'"Patient/{OUTSIDE}', "Bojan", "Ceca", "S-200"):
        assert secret not in doctor.page.text
    assert doctor.page.headers["cache-control"] == "no-store"
    assert INSIDE not in doctor.page.headers["content-disposition"]


def test_what_is_in_words_is_to_be_read_first(sign_in: SignIn, log: Log) -> None:
    doctor = sign_in("doctor")
    own_file(doctor)
    first = doctor.main.partition('id="first"')[2]
    assert "The sister of the man in cell 12" in first
    log()
    for way in ("pdf", "fhir"):
        doctor.send(f"/people/own-file/{way}")
        assert doctor.page.status_code == 400
        own_file(doctor)
    assert "export" not in {one["kind"] for one in log()}


def test_it_is_logged_before_it_leaves_and_without_a_log_it_does_not(
    sign_in: SignIn, log: Log, shut_log: Callable[[], None]
) -> None:
    doctor = sign_in("doctor")
    own_file(doctor)
    log()
    doctor.send("/people/own-file/pdf", read_over="yes")
    assert doctor.page.content.startswith(b"%PDF")
    (event,) = log()
    assert (event["kind"], event["purpose"], event["subjects"]) == ("export", "PATRQT", [f"Patient/{INSIDE}"])
    assert event["results"] >= 10
    own_file(doctor)
    shut_log()
    for way in ("", "/read", "/pdf", "/fhir"):
        fields = {**doctor.fields("/people/own-file/fhir"), "read_over": "yes"}
        answer = doctor.http.post(f"/people/own-file{way}", data=fields)
        assert answer.status_code >= 500
        assert "inside-hiv" not in answer.text


@pytest.mark.parametrize("path", ["", "/read", "/pdf", "/fhir"])
def test_a_nurse_cannot_give_it_and_who_is_not_in_care_is_not_there(
    sign_in: SignIn, log: Log, path: str
) -> None:
    nurse = sign_in("nurse")
    nurse.open("/people")
    nurse.send("/people/find", sought="N-100")
    nurse.send("/people/record")
    assert "/people/own-file" not in nurse.page.text
    token = nurse.fields("/people/card")["csrf"]
    log()
    asked = {"csrf": token, "person": INSIDE, "read_over": "yes"}
    assert nurse.http.post(f"/people/own-file{path}", data=asked).status_code == 403
    assert [one["kind"] for one in log()] == ["refusal"]
    doctor = sign_in("doctor")
    own_file(doctor)
    token = doctor.fields("/people/record")["csrf"]
    asked = {"csrf": token, "person": OUTSIDE, "read_over": "yes"}
    assert doctor.http.post(f"/people/own-file{path}", data=asked).status_code == 404


def test_an_emergency_does_not_open_the_file(sign_in: SignIn) -> None:
    doctor = sign_in("doctor")
    doctor.open("/people")
    doctor.send("/people/find", sought="S-200")
    doctor.send("/people/emergency")
    doctor.send("/people/open")
    assert doctor.page.status_code == 200
    assert "/people/own-file" not in doctor.page.text
    asked = {"csrf": doctor.fields("/people/card")["csrf"], "person": OUTSIDE, "read_over": "yes"}
    assert doctor.http.post("/people/own-file/fhir", data=asked).status_code == 403


def test_who_looked_is_told_by_name_where_the_law_says_so_and_by_role_where_not(
    sign_in: SignIn, kept: tuple[FastAPI, str], clock: Clock
) -> None:
    nurse = sign_in("nurse")
    nurse.open("/people")
    nurse.send("/people/find", sought="N-100")
    nurse.send("/people/card")
    doctor = sign_in("doctor")
    own_file(doctor)
    doctor.send("/people/own-file/read")
    looked = doctor.main.partition('id="looked"')[2]
    for words in (
        "nurse of the tests",
        "Nurse",
        "DEMO Prison North",
        "The emergency card",
        "doctor of the tests",
        "Treatment",
    ):
        assert words in looked
    kept[0].state.law = NO_PROTOCOL
    doctor.send("/people/own-file")
    doctor.send("/people/own-file/read")
    looked = doctor.main.partition('id="looked"')[2]
    assert "of the tests" not in looked
    assert "Nurse" in looked


def test_break_glass_stands_in_the_list_with_its_reason(sign_in: SignIn) -> None:
    lead = sign_in("leadsouth")
    lead.open("/people")
    lead.send("/people/find", sought="N-100")
    lead.send("/people/emergency")
    lead.send("/people/reason", reason="overdose")
    doctor = sign_in("doctor")
    own_file(doctor)
    doctor.send("/people/own-file/read")
    looked = doctor.main.partition('id="looked"')[2]
    assert "Opened in an emergency" in looked
    assert "Overdose or sedation" in looked
    assert "DEMO Prison South" in looked


def test_read_in_the_clinic_is_in_the_order_in_which_it_happened(sign_in: SignIn) -> None:
    doctor = sign_in("doctor")
    assert ask(doctor, "treatment") == 200
    own_file(doctor)
    doctor.send("/people/own-file/read")
    told = doctor.main.partition('id="recorded"')[2].partition("</section>")[0]
    types = re.findall(r'entry-type">([^<]+)<', told)
    assert types.index("Diagnosis") < types.index("Dose") < types.index("Consent")
    assert "a disease that has a label" in told


def test_of_a_whole_country_no_other_person_is_named_in_it(desk: Desk, subtests: pytest.Subtests) -> None:
    newest = {
        (one["resourceType"], one["id"]): one for one in resources(simulated(1, 12, 7, desk.now().date()))
    }
    save(desk, *(json.loads(json.dumps(one)) for one in newest.values() if served(one["resourceType"])))
    people = {id_: _told_of(one) for (type_, id_), one in newest.items() if type_ == "Patient"}
    assert len(people) > 5
    for id_ in list(people)[:5]:
        with subtests.test(id_), desk.database.snapshot() as connection:
            written = io.StringIO()
            law = protocol_of("demonstration")
            sources = Sources(
                connection,
                raw_cursor(connection),
                store_on(desk.database).keyring,
                b"key",
                law,
                ZoneInfo("Europe/Podgorica"),
            )
            assert persons_file(sources, id_, written).count >= 5
            Bundle.model_validate(json.loads(written.getvalue()))
            others = {f"Patient/{other}" for other in people if other != id_}
            others |= {one for other in people if other != id_ for one in people[other] - people[id_]}
            said = set(re.findall(r'"((?:[^"\\\\]|\\\\.)*)"', written.getvalue()))
            assert people[id_] <= said
            assert not others & said


def _told_of(patient: dict[str, Any]) -> set[str]:
    """Whole values that tell who somebody is."""
    given = {one for name in patient.get("name", ()) for one in name.get("given", ())}
    return {one["value"] for one in patient.get("identifier", ())} | given
