"""Consent on the pages: who decides, how it is given, what counts, and that nothing counts for which nobody stands."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from asking_consent import CENTRE, HIV_CLINIC, ask, consents, hand_over, said_of, save
from audit_events import plain, rows
from fastapi import FastAPI
from people_pages import Clock, PlainBrowser
from resources import a_patient, an_organization
from ward import INSIDE, OUTSIDE

from clinical.consent import EVERYTHING, Answer, Consent, Decider, Given, Helper, Purpose, resource_of
from clinical.protocols import NO_PROTOCOL, protocol_of
from fhir_store.sql import Sql
from services.access.decision.agreed import agreed_at
from services.access.pages.desk import Desk
from services.shared.installation import Urls

SignIn = Callable[[str], PlainBrowser]
Log = Callable[[], list[dict[str, Any]]]
SETTING = "urn:throughcare:code-system:setting"
COUNT = "SELECT count(*) FROM fhir_store.current_resource WHERE type = 'Consent'"


def a_place(id_: str, name: str, setting: str) -> dict[str, Any]:
    return an_organization(id_, name=name, type=[{"coding": [{"system": SETTING, "code": setting}]}])


@pytest.fixture(autouse=True)
def country(kept: tuple[FastAPI, str], desk: Desk) -> Iterator[None]:
    """The law of the demonstration country, two centres outside, and a prison."""
    save(
        desk,
        a_place("centre", "DEMO OAT Centre", "community"),
        a_place("hivclinic", "DEMO HIV Clinic", "community"),
        a_place("east", "DEMO Prison East", "prison"),
    )
    state = kept[0].state
    state.law = protocol_of("demonstration")
    yield
    state.law = NO_PROTOCOL


def gets(desk: Desk, centre: str = "centre") -> set[str]:
    """Of whom a centre gets a plain observation, by the condition that its searches have."""
    agreed = agreed_at(Sql("%s::timestamptz", (desk.now(),)))(frozenset({centre}))
    statement = f"SELECT m.patient FROM fhir_store.compartment m JOIN fhir_store.current_resource c USING (key) WHERE c.type = 'Observation' AND {agreed.text}"  # fmt: skip
    with desk.database.cursor() as cursor:
        return {patient for (patient,) in cursor.execute(statement, agreed.args).fetchall()}


def number(urls: Urls) -> int:
    return rows(urls.owner, COUNT)[0][0]


def foreign(desk: Desk, id_: str = "theirs", patient: str = INSIDE, **said: Any) -> None:
    """Another system writes that the person agreed to a hand-over."""
    how = {
        "decided_by": ((Decider.PATIENT, f"Patient/{patient}"),),
        "recipients": frozenset({CENTRE}),
        "labels": EVERYTHING,
    }
    consent = Consent(
        f"Patient/{patient}", Purpose.HAND_OVER, **{"answer": Answer.GRANTED, "at": desk.now(), **how, **said}
    )
    save(desk, {**resource_of(consent), "id": id_})


def test_each_question_is_shown_with_what_counts_and_nothing_was_asked_yet(sign_in: SignIn) -> None:
    doctor = sign_in("doctor")
    told = consents(doctor)
    for question in ("Treatment", "HIV test", "Hepatitis C test", "Hand-over", "Data for the programme"):
        assert question in told
    assert told.count("Not asked yet") == len(Purpose) - 1
    assert "first say on the record what you need it for" in said_of(doctor, "hiv-test")


def test_what_was_agreed_to_is_shown_with_who_decided_how_and_who_gets_what(
    sign_in: SignIn, desk: Desk, log: Log
) -> None:
    doctor = sign_in("doctor")
    assert gets(desk) == set()
    log()
    assert hand_over(doctor, label=["HIV", "ETH", "R"], recipient=[CENTRE, HIV_CLINIC]) == 200
    told = said_of(doctor, "hand-over")
    for words in (
        "Agreed",
        "the person",
        "Signature",
        "read aloud",
        "DEMO OAT Centre",
        "DEMO HIV Clinic",
        "HIV",
        "Drugs and alcohol",
        "doctor of the tests",
    ):
        assert words in told
    assert "Mental health" not in told
    events = log()
    (write,) = [one for one in events if one["kind"] == "write"]
    assert (write["interaction"], write["type"], write["subjects"][0]) == (
        "create",
        "Consent",
        f"Patient/{INSIDE}",
    )
    decided = [one for one in events if one["kind"] == "consent"]
    assert [(one["recipient"], one["decision"]) for one in decided] == [
        (CENTRE, "permit"),
        (HIV_CLINIC, "permit"),
    ]
    assert decided[0]["subjects"] == [f"Patient/{INSIDE}", write["subjects"][1]]
    assert events[-1]["interaction"] == "$consent"


def test_a_centre_gets_it_from_then_on_and_a_withdrawal_counts_at_once(
    sign_in: SignIn, desk: Desk, clock: Clock, log: Log
) -> None:
    doctor = sign_in("doctor")
    hand_over(doctor)
    assert gets(desk) == {INSIDE}
    assert gets(desk, "hivclinic") == set()
    clock.goes_on(minutes=1)
    doctor.send("/people/consent/withdraw", purpose="hand-over")
    assert "It counts at once" in doctor.main
    assert gets(desk) == {INSIDE}
    log()
    doctor.send("/people/consent/withdrawn")
    assert "Taken back" in said_of(doctor, "hand-over")
    assert gets(desk) == set()
    assert [(one["recipient"], one["decision"]) for one in log() if one["kind"] == "consent"] == [
        (CENTRE, "deny")
    ]


def test_nobody_gets_it_is_a_refusal(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    doctor = sign_in("doctor")
    hand_over(doctor)
    clock.goes_on(minutes=1)
    assert hand_over(doctor, answer="refused") == 200
    assert "Refused" in said_of(doctor, "hand-over")
    assert gets(desk) == set()
    assert "2 answers so far" in said_of(doctor, "hand-over")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"interpreter": "prisoner"}, "Only a professional interpreter"),
        ({"interpreter": "officer"}, "Only a professional interpreter"),
        ({"interpreter": "relative"}, "Only a professional interpreter"),
        ({"form": "mark"}, "A mark needs a witness"),
        ({"form": "mark", "witness": "officer"}, "A mark needs a witness"),
        ({"patient": ""}, "somebody else has to decide"),
        ({"capable": "no"}, "somebody else has to decide"),
        ({"capable": "no", "guardian": "G. DEMO"}, "somebody else has to decide"),
        ({"label": []}, "which centre gets it"),
        ({"recipient": []}, "which centre gets it"),
        ({"recipient": ["Organization/east"]}, "Choose the centres from the list"),
        ({"recipient": ["Organization/north"]}, "Choose the centres from the list"),
        ({"answer": ""}, "Say what the answer is"),
        ({"capable": ""}, "Say whether the person can decide"),
        ({"on_paper": "2999-01-01"}, "cannot be after today"),
        ({"last_day": "2020-01-01"}, "cannot be before today"),
        ({"last_day": "tomorrow"}, "year-month-day"),
    ],
)  # fmt: skip
def test_what_the_law_or_the_form_refuses_is_not_recorded_and_says_why(
    sign_in: SignIn, desk: Desk, urls: Urls, typed: dict[str, Any], why: str
) -> None:
    doctor = sign_in("doctor")
    assert hand_over(doctor, **typed) == 422
    assert "Nothing was recorded" in doctor.main
    assert why in doctor.main
    assert number(urls) == 0
    assert gets(desk) == set()


def test_what_was_typed_is_still_there_when_something_has_to_be_put_right(sign_in: SignIn) -> None:
    doctor = sign_in("doctor")
    hand_over(doctor, form="mark", guardian="G. DEMO", label=["HIV", "PSY"], last_day="2999-12-31")
    for kept in (
        'value="G. DEMO"',
        'value="HIV" checked',
        'value="PSY" checked',
        'value="mark" checked',
        'value="2999-12-31"',
    ):
        assert kept in doctor.main
    assert 'value="ETH" checked' not in doctor.main


def test_a_mark_with_a_witness_and_a_court_in_place_of_who_cannot_decide(sign_in: SignIn, desk: Desk) -> None:
    doctor = sign_in("doctor")
    given = {
        "capable": "no",
        "patient": "",
        "court": "Court of the North, 12/26",
        "form": "mark",
        "witness": "lawyer",
    }
    assert hand_over(doctor, **given, interpreter="professional-interpreter") == 200
    told = said_of(doctor, "hand-over")
    for words in (
        "the court",
        "Court of the North, 12/26",
        "the person could not decide",
        "Lawyer",
        "Professional interpreter",
    ):
        assert words in told
    assert gets(desk) == {INSIDE}


MINOR = {"capable": "yes", "patient": "", "guardian": "G. DEMO"}


@pytest.mark.parametrize(
    ("typed", "status", "why"),
    [
        ({}, 422, "somebody else has to decide"),
        (MINOR, 422, "The young person has to agree too"),
        ({**MINOR, "assented": "no"}, 422, "The young person has to agree too"),
        ({**MINOR, "assented": "yes"}, 200, ""),
    ],
)
def test_of_a_minor_the_guardian_decides_and_the_minor_agrees_too(
    sign_in: SignIn, desk: Desk, clock: Clock, typed: dict[str, Any], status: int, why: str
) -> None:
    born = (clock.at - timedelta(days=17 * 365)).date().isoformat()
    save(
        desk,
        a_patient(
            INSIDE,
            birthDate=born,
            name=[{"given": ["Amina"]}],
            identifier=[{"system": "urn:x", "value": "N-100"}],
        ),
        author="ward",
    )
    doctor = sign_in("doctor")
    assert hand_over(doctor, **typed) == status
    assert why in doctor.main
    assert gets(desk) == ({INSIDE} if status == 200 else set())
    # By the law of the country the same person decides on a test alone.
    assert ask(doctor, "hepatitis-c-test") == 200


def test_where_the_law_is_not_set_the_stricter_path_is_taken_and_said(
    sign_in: SignIn, kept: tuple[FastAPI, str]
) -> None:
    kept[0].state.law = NO_PROTOCOL
    doctor = sign_in("doctor")
    consents(doctor)
    doctor.send("/people/consent/ask", purpose="treatment")
    assert "The law is not set here" in doctor.main
    assert "who decides for somebody who cannot" in doctor.main
    court = {"capable": "no", "patient": "", "court": "A court"}
    assert ask(doctor, "treatment", **court) == 422
    assert ask(doctor, "treatment", **court, guardian="G. DEMO") == 200


def test_what_another_system_wrote_counts_once_somebody_here_confirmed_it(
    sign_in: SignIn, desk: Desk, clock: Clock, log: Log
) -> None:
    foreign(desk)
    clock.goes_on(minutes=1)
    assert gets(desk) == set()
    doctor = sign_in("doctor")
    consents(doctor)
    told = said_of(doctor, "hand-over")
    assert "An agreement that does not count" in told
    assert "written by another system" in told
    log()
    doctor.send("/people/consent/confirm")
    assert doctor.page.status_code == 200
    assert "Agreed" in said_of(doctor, "hand-over")
    assert gets(desk) == {INSIDE}
    kinds = [(one["kind"], one.get("decision")) for one in log()]
    assert kinds == [("write", None), ("consent", "permit"), ("read", None)]


def test_a_new_version_has_to_be_confirmed_anew(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    foreign(desk, labels=frozenset(list(EVERYTHING)[:1]))
    doctor = sign_in("doctor")
    consents(doctor)
    stale = doctor.fields("/people/consent/confirm")
    foreign(desk)
    doctor.page = doctor.http.post("/people/consent/confirm", data=stale)
    assert doctor.page.status_code == 409
    assert gets(desk) == set()
    consents(doctor)
    doctor.send("/people/consent/confirm")
    clock.goes_on(minutes=1)
    assert gets(desk) == {INSIDE}
    foreign(desk, at=clock.at)
    assert gets(desk) == set()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"given": Given(interpreter=Helper.PRISONER)}, "Only a professional interpreter"),
        ({"capable": False}, "somebody else has to decide"),
        ({"decided_by": ((Decider.COURT, "Organization/court"),)}, "somebody else has to decide"),
    ],
)
def test_what_another_system_wrote_against_the_law_cannot_be_confirmed_and_says_why(
    sign_in: SignIn, desk: Desk, said: dict[str, Any], why: str
) -> None:
    foreign(desk, **said)
    doctor = sign_in("doctor")
    consents(doctor)
    assert why in said_of(doctor, "hand-over")
    assert "/people/consent/confirm" not in doctor.page.text
    doctor.send("/people/consent/ask", purpose="hand-over")
    token = doctor.fields("/people/consent/record")["csrf"]
    doctor.page = doctor.http.post(
        "/people/consent/confirm", data={"csrf": token, "person": INSIDE, "consent": "theirs", "version": "1"}
    )
    assert doctor.page.status_code == 400
    assert gets(desk) == set()


def test_a_refusal_of_another_system_counts_without_anybody(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    hand_over(sign_in("doctor"))
    assert gets(desk) == {INSIDE}
    clock.goes_on(minutes=1)
    foreign(desk, answer=Answer.REFUSED)
    assert gets(desk) == set()


def test_a_paper_of_an_earlier_day_does_not_outdo_what_was_said_since(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    doctor = sign_in("doctor")
    hand_over(doctor, answer="refused")
    clock.goes_on(minutes=1)
    yesterday = (clock.at - timedelta(days=1)).date().isoformat()
    assert hand_over(doctor, on_paper=yesterday) == 200
    assert "Refused" in said_of(doctor, "hand-over")
    assert gets(desk) == set()


def test_a_nurse_asks_all_but_what_tells_of_hiv(sign_in: SignIn, urls: Urls) -> None:
    nurse = sign_in("nurse")
    assert ask(nurse, "treatment") == 200
    assert "Your role does not show" in said_of(nurse, "hiv-test")
    fields = {**nurse.fields("/people/consent/ask"), "purpose": "hiv-test"}
    nurse.page = nurse.http.post("/people/consent/ask", data=fields)
    assert nurse.page.status_code == 403
    nurse.page = nurse.http.post(
        "/people/consent/record", data={**fields, "answer": "granted", "capable": "yes", "patient": "yes"}
    )
    assert nurse.page.status_code == 403
    assert number(urls) == 1


def test_a_doctor_asks_about_the_hiv_test_after_saying_what_for(sign_in: SignIn) -> None:
    doctor = sign_in("doctor")
    consents(doctor)
    doctor.send("/people/record")
    doctor.send("/people/purpose", purpose="TREAT")
    assert ask(doctor, "hiv-test") == 200
    assert "Agreed" in said_of(doctor, "hiv-test")
    nurse = sign_in("nurse")
    consents(nurse)
    assert "Agreed" not in nurse.main


def test_in_an_emergency_consents_are_read_and_not_written(sign_in: SignIn, urls: Urls) -> None:
    nurse = sign_in("nurse")
    nurse.open("/people")
    nurse.send("/people/find", sought="S-200")
    nurse.send("/people/emergency")
    nurse.send("/people/open")
    nurse.send("/people/consent")
    assert nurse.page.status_code == 200
    assert "/people/consent/ask" not in nurse.page.text
    token = nurse.fields("/people/record")["csrf"]
    typed = {
        "csrf": token,
        "person": OUTSIDE,
        "purpose": "treatment",
        "answer": "granted",
        "capable": "yes",
        "patient": "yes",
    }
    nurse.page = nurse.http.post("/people/consent/record", data=typed)
    assert nurse.page.status_code == 403
    assert "An emergency opens it for reading" in nurse.main
    assert number(urls) == 0


@pytest.mark.parametrize("path", ["", "/ask", "/record", "/withdraw", "/withdrawn", "/confirm", "/sheet"])
def test_who_is_not_in_care_is_not_there(sign_in: SignIn, log: Log, path: str) -> None:
    doctor = sign_in("doctor")
    consents(doctor)
    token = doctor.fields("/people/record")["csrf"]
    typed = {
        "csrf": token,
        "person": OUTSIDE,
        "purpose": "treatment",
        "answer": "granted",
        "capable": "yes",
        "version": "1",
    }
    log()
    doctor.page = doctor.http.post(f"/people/consent{path}", data=typed)
    assert doctor.page.status_code == 404
    assert [one["why"] for one in log() if one["kind"] == "refusal"] == ["not-in-care"]


@pytest.mark.parametrize("who", ["guard", "admin"])
def test_neither_custody_nor_administration_opens_it(sign_in: SignIn, who: str) -> None:
    browser = sign_in(who)
    for path in ("/people/consent/blank/treatment",):
        assert browser.open(path).status_code == 403


def test_without_a_log_nothing_is_recorded(
    sign_in: SignIn, desk: Desk, urls: Urls, shut_log: Callable[[], None]
) -> None:
    doctor = sign_in("doctor")
    consents(doctor)
    doctor.send("/people/consent/ask", purpose="treatment")
    fields = doctor.fields("/people/consent/record")
    shut_log()
    doctor.page = doctor.http.post(
        "/people/consent/record", data={**fields, "answer": "granted", "capable": "yes", "patient": "yes"}
    )
    assert doctor.page.status_code >= 500
    assert number(urls) == 0
    with psycopg.connect(plain(urls.owner)) as connection:
        assert connection.execute("SELECT count(*) FROM clinical.confirmed_consent").fetchone() == (0,)


def test_one_sheet_for_each_question_with_the_answer_or_blank(sign_in: SignIn) -> None:
    doctor = sign_in("doctor")
    hand_over(doctor)
    for fetch in (
        lambda: doctor.send("/people/consent/sheet", purpose="hand-over"),
        lambda: doctor.open("/people/consent/blank/hand-over"),
    ):
        answer = fetch() or doctor.page
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.content.startswith(b"%PDF")
        consents(doctor)
