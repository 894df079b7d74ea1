"""The pages of the clinic as a browser without scripts sees them: who finds whom, what is opened, and what is logged."""

import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from audit_events import plain
from fastapi import FastAPI
from people_pages import Clock, PlainBrowser, Someone
from resources import a_stay, text_of
from stores import store_on
from ward import INSIDE, OTHER, OUTSIDE

from fhir_store.bulk import save_many
from fhir_store.store import Author
from fhir_store.write import Write
from services.access.audit.fhir import audit_event
from services.access.audit.log.about import about
from services.access.emergency import errors
from services.access.pages.desk import Desk
from services.clinic.fishing import NUMBERS
from services.shared.installation import Urls

SignIn = Callable[[str], PlainBrowser]
Log = Callable[[], list[dict[str, Any]]]
HIV = ("a disease that has a label", "TLD tablets")


def find(browser: PlainBrowser, sought: str) -> str:
    browser.open("/people")
    browser.send("/people/find", sought=sought)
    return browser.main


def post(browser: PlainBrowser, path: str, **typed: str) -> int:
    """Send a form that the page does not have, as somebody who tries would."""
    browser.open("/account")
    token = re.search(r'name="csrf" value="([^"]+)"', browser.page.text)
    assert token is not None
    browser.page = browser.http.post(path, data={"csrf": token[1], **typed})
    return browser.page.status_code


def open_card(browser: PlainBrowser, number: str = "S-200") -> None:
    find(browser, number)
    browser.send("/people/emergency")
    assert browser.page.status_code == 200


def open_record(browser: PlainBrowser, number: str = "S-200") -> None:
    open_card(browser, number)
    browser.send("/people/open")
    assert browser.page.status_code == 200


def test_whoever_is_in_care_is_found_by_number_and_by_the_beginning_of_a_name(sign_in: SignIn) -> None:
    nurse = sign_in("nurse")
    for sought in ("N-100", "n-100", "ami", "DEMO ami"):
        assert "Amina DEMO" in find(nurse, sought)
        assert "N-100" in nurse.main
        assert "1984" in nurse.main
    for sought in ("Bojan", "a", "N-10", "%", "\0", "|,$", ""):
        assert "Bojan" not in find(nurse, sought)
        assert "Amina" not in nurse.main


def test_of_a_number_outside_care_only_that_it_exists_is_told(sign_in: SignIn, log: Log) -> None:
    nurse = sign_in("nurse")
    assert "This number exists" in find(nurse, "S-200")
    for told in ("Bojan", "1984", "DEMO Prison South", "south", f'"{OUTSIDE}"'):
        assert told not in nurse.page.text
    *_, search, refusal = log()
    assert (search["kind"], search["results"], search["subjects"]) == ("search", 0, [])
    assert "S-200" not in str(search)
    assert (refusal["kind"], refusal["why"], refusal["subjects"]) == (
        "refusal",
        "not-in-care",
        [f"Patient/{OUTSIDE}"],
    )
    assert "This number exists" not in find(nurse, "S-999")


def test_who_also_guards_gets_the_answer_of_a_number_that_does_not_exist(
    sign_in: SignIn, people: dict[str, Someone]
) -> None:
    both = sign_in("both")
    answers = [re.sub(r"S-\d+", "", find(both, number)) for number in ("S-200", "S-999")]
    assert answers[0] == answers[1]


def test_numbers_outside_care_are_slowed_down_and_those_in_care_never(
    sign_in: SignIn, clock: Clock, log: Log
) -> None:
    nurse = sign_in("nurse")
    for number in range(NUMBERS.free + 1):
        find(nurse, f"S-9{number:02}")
        assert nurse.page.status_code == 200
    find(nurse, "S-200")
    assert nurse.page.status_code == 429
    assert nurse.page.headers["retry-after"] == "5"
    assert "This number exists" not in nurse.main
    assert log()[-1]["why"] == "too-many"
    assert "Amina" in find(nurse, "N-100")
    clock.goes_on(seconds=6)
    assert "This number exists" in find(nurse, "S-200")


def test_the_card_shows_the_safety_set_at_once_and_without_hiv(sign_in: SignIn, log: Log) -> None:
    nurse = sign_in("nurse")
    find(nurse, "N-100")
    log()
    nurse.send("/people/card")
    assert nurse.page.status_code == 200
    for told in ("HOLD", "penicillin", "high risk", "60 mg", "1 dose not taken since", "1 Mar 2026, 06:10"):
        assert told in nurse.main
    assert "other medicine: ask the prescriber" in nurse.main
    assert not any(secret in nurse.page.text for secret in HIV)
    (event,) = log()
    assert (event["kind"], event["interaction"], event["subjects"]) == (
        "read",
        "$emergency-card",
        [f"Patient/{INSIDE}"],
    )
    assert (event["purpose"], event["actor"]["role"], event["facility"]) == ("TREAT", "nurse", "north")
    assert event["request"] == nurse.page.headers["x-request-id"]
    assert event["results"] > 3


@pytest.mark.parametrize(
    "path", ["/people/card", "/people/record", "/people/purpose", "/people/emergency-access"]
)
def test_what_is_not_in_care_is_not_there_and_that_is_logged(sign_in: SignIn, log: Log, path: str) -> None:
    doctor = sign_in("doctor")
    more = {"purpose": "TREAT"} if path.endswith("purpose") else {}
    assert post(doctor, path, person=OUTSIDE, **more) == 404
    assert [(one["why"], one["subjects"]) for one in log() if one["kind"] == "refusal"] == [
        ("not-in-care", [f"Patient/{OUTSIDE}"])
    ]
    hidden = re.sub(r"<code.*?</code>", "", doctor.main)
    assert post(doctor, path, person="nobody-at-all", **more) == 404
    assert re.sub(r"<code.*?</code>", "", doctor.main) == hidden


def test_an_emergency_opens_the_card_first_then_the_whole_record_for_two_hours(
    sign_in: SignIn, clock: Clock, log: Log
) -> None:
    nurse = sign_in("nurse")
    open_card(nurse)
    assert "Bojan DEMO" in nurse.main
    assert "penicillin" in nurse.main
    assert "Why was it opened?" in nurse.main
    assert post(nurse, "/people/record", person=OUTSIDE) == 404
    open_card(nurse)
    nurse.send("/people/open")
    assert "Dose" in nurse.main
    assert "60 mg" in nurse.main
    assert post(nurse, "/people/record", person=OTHER) == 404
    assert post(nurse, "/people/card", person=OTHER) == 404
    opened = [one for one in log() if one["kind"] == "break-glass"]
    assert [(one["reason"], one["subjects"], one["purpose"]) for one in opened] == [
        ("not-given", [f"Patient/{OUTSIDE}"], "ETREAT")
    ] * 2
    clock.goes_on(hours=1, minutes=59, seconds=50)
    # The session locks meanwhile; whoever signs in anew has what they opened.
    again = sign_in("nurse")
    assert post(again, "/people/record", person=OUTSIDE) == 200
    clock.goes_on(seconds=11)
    assert post(again, "/people/record", person=OUTSIDE) == 404
    assert post(again, "/people/card", person=OUTSIDE) == 404


def test_opening_again_lasts_no_longer(sign_in: SignIn, clock: Clock, log: Log) -> None:
    open_record(sign_in("nurse"))
    clock.goes_on(hours=1)
    nurse = sign_in("nurse")
    open_card(nurse)
    assert "Open the record" in nurse.main
    assert post(nurse, "/people/open", person=OUTSIDE) == 200
    assert len([one for one in log() if one["kind"] == "break-glass"]) == 2
    clock.goes_on(hours=1)
    nurse = sign_in("nurse")
    assert post(nurse, "/people/record", person=OUTSIDE) == 404
    open_card(nurse)
    assert "Open the whole record in an emergency" in nurse.main
    assert len([one for one in log() if one["kind"] == "break-glass"]) == 1


def test_what_one_opened_is_open_to_nobody_else(sign_in: SignIn) -> None:
    open_record(sign_in("nurse"))
    assert post(sign_in("doctor"), "/people/record", person=OUTSIDE) == 404


def test_the_glass_lifts_no_label(sign_in: SignIn) -> None:
    nurse, doctor = sign_in("nurse"), sign_in("doctor")
    open_record(nurse)
    assert not any(secret in nurse.page.text for secret in HIV)
    open_record(doctor)
    assert all(secret in doctor.page.text for secret in HIV)
    assert "what do you need it for?" not in doctor.main


def test_it_is_closed_before_its_time(sign_in: SignIn, log: Log) -> None:
    nurse = sign_in("nurse")
    open_record(nurse)
    log()
    nurse.send("/people/close")
    assert "Bojan" not in nurse.main
    assert "Why was it opened?" in nurse.main
    assert [(one["kind"], one["type"]) for one in log()] == [("write", "emergency access")]
    assert post(nurse, "/people/record", person=OUTSIDE) == 404
    open_card(nurse)
    assert [one["kind"] for one in log()].count("break-glass") == 1


def test_the_log_of_a_person_has_every_look_and_says_it_as_fhir(
    sign_in: SignIn, kept: tuple[FastAPI, str]
) -> None:
    nurse, lead = sign_in("nurse"), sign_in("lead")
    open_record(nurse)
    nurse.send("/people/reason", reason="danger")
    nurse.send("/people/close")
    lead.open("/break-glass")
    lead.send("/break-glass/review", verdict="justified")
    application = kept[0]
    with application.state.database.cursor() as cursor:
        events = list(about(cursor, f"Patient/{OUTSIDE}", application.state.audit.keys.subject))
    shown = [audit_event(one.event, site="prison") for one in events]
    assert len(shown) >= 9
    assert all(one["agent"][-1]["who"]["type"] == "Practitioner" for one in shown)
    reasons = [one["purposeOfEvent"][1]["coding"][0]["code"] for one in shown if "purposeOfEvent" in one]
    assert reasons == ["danger", "not-given", "not-given"]


def test_the_reason_is_one_tap_and_said_once(sign_in: SignIn, desk: Desk, log: Log) -> None:
    nurse = sign_in("nurse")
    open_card(nurse)
    log()
    opening = nurse.fields("/people/reason")["opening"]
    assert post(sign_in("doctor"), "/people/reason", opening=opening, reason="other") == 403
    nurse.send("/people/reason", reason="overdose")
    assert nurse.page.status_code == 200
    assert "Overdose or sedation" in nurse.main
    assert "Why was it opened?" not in nurse.main
    (event,) = [one for one in log() if one["kind"] == "break-glass"]
    assert event["reason"] == "overdose"
    assert post(nurse, "/people/reason", opening=opening, reason="other") == 403
    assert post(nurse, "/people/reason", opening=opening, reason="because of Bojan") == 400
    assert post(nurse, "/people/reason", opening="x", reason="other") == 403
    assert post(sign_in("doctor"), "/people/close", opening=opening) == 403


@pytest.mark.parametrize("login", ["guard", "admin"])
def test_who_guards_or_administers_gets_nowhere(sign_in: SignIn, log: Log, login: str) -> None:
    browser = sign_in(login)
    for path in ("/people", "/break-glass"):
        assert browser.open(path).status_code == 403
    for path in ("/people/find", "/people/card", "/people/open", "/people/emergency", "/people/record"):
        assert post(browser, path, person=OUTSIDE, sought="S-200", ticket="x") == 403
    assert {(one["kind"], one["why"]) for one in log()} == {("refusal", "role")}


def test_a_ticket_counts_for_its_session_alone_and_not_for_who_also_guards(sign_in: SignIn, log: Log) -> None:
    nurse, doctor = sign_in("nurse"), sign_in("doctor")
    find(nurse, "S-200")
    ticket = nurse.fields("/people/emergency")["ticket"]
    for wrong in (ticket, ticket[:-4] + "AAAA", "", "ä", OUTSIDE):
        assert post(doctor, "/people/emergency", ticket=wrong) == 404
    assert [one for one in log() if one["kind"] == "break-glass"] == []
    assert post(nurse, "/people/emergency", ticket=ticket) == 200


def test_a_role_at_a_location_opens_nothing_and_says_what_to_do(sign_in: SignIn) -> None:
    assert sign_in("somewhere").open("/people").status_code == 403


def test_in_care_nothing_is_opened(sign_in: SignIn, desk: Desk) -> None:
    nurse = sign_in("nurse")
    assert post(nurse, "/people/open", person=INSIDE) == 403
    assert post(nurse, "/people/record", person=INSIDE) == 200
    with desk.database.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM access.break_glass").fetchone() == (0,)


def test_who_came_into_care_meanwhile_is_not_opened_in_an_emergency(sign_in: SignIn, desk: Desk) -> None:
    nurse = sign_in("nurse")
    find(nurse, "S-200")
    arrival = Write(text_of(a_stay("arrived", patient=OUTSIDE, prison="north")), id="arrived")
    desk.database.run(lambda c: save_many(c, store_on(desk.database), [arrival], Author("ward")))
    nurse.send("/people/emergency")
    assert "Bojan DEMO" in nurse.main
    assert "Open in an emergency" not in nurse.main
    with desk.database.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM access.break_glass").fetchone() == (0,)


def test_hiv_data_is_folded_until_a_purpose_is_given_once_in_the_session(
    sign_in: SignIn, log: Log, desk: Desk
) -> None:
    doctor = sign_in("doctor")
    find(doctor, "N-100")
    doctor.send("/people/record")
    before = re.search(r"(\d+) entries", doctor.main)
    assert not any(secret in doctor.page.text for secret in HIV)
    assert "what do you need it for?" in doctor.main
    log()
    doctor.send("/people/purpose", purpose="TREAT")
    assert all(secret in doctor.page.text for secret in HIV)
    after = re.search(r"(\d+) entries", doctor.main)
    assert before is not None
    assert after is not None
    assert int(after[1]) == int(before[1]) + 2
    assert "what do you need it for?" not in doctor.main
    assert [(one["kind"], one["purpose"]) for one in log()] == [("write", "TREAT"), ("read", "TREAT")]
    assert post(doctor, "/people/record", person=INSIDE) == 200
    assert all(secret in doctor.page.text for secret in HIV)
    # Guards stand at the bed too: the card is reduced whoever reads it.
    assert post(doctor, "/people/card", person=INSIDE) == 200
    assert not any(secret in doctor.page.text for secret in HIV)
    assert "other medicine: ask the prescriber" in doctor.main
    another = sign_in("doctor")
    assert post(another, "/people/record", person=INSIDE) == 200
    assert not any(secret in another.page.text for secret in HIV)
    assert post(another, "/people/purpose", person=INSIDE, purpose="HSYSADMIN") == 400
    assert post(doctor, "/sign-out") == 200
    with desk.database.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM access.purpose_given").fetchone() == (0,)


def test_who_sees_no_hiv_data_is_asked_nothing_and_counts_nothing_of_it(sign_in: SignIn) -> None:
    nurse = sign_in("nurse")
    assert post(nurse, "/people/record", person=INSIDE) == 200
    assert "what do you need it for?" not in nurse.main
    assert "6 entries" in nurse.main
    assert post(nurse, "/people/purpose", person=INSIDE, purpose="TREAT") == 200
    assert not any(secret in nurse.page.text for secret in HIV)


def test_the_medical_lead_reviews_what_others_opened(
    sign_in: SignIn, clock: Clock, log: Log, desk: Desk
) -> None:
    open_record(sign_in("nurse"))
    lead = sign_in("lead")
    open_card(lead, "S-300")
    assert "1 opening waits" in lead.open("/account").text
    lead.open("/break-glass")
    log()
    lead.open("/break-glass")
    (event,) = log()
    assert event["subjects"] == [f"Patient/{OTHER}", f"Patient/{OUTSIDE}"]
    assert "nurse of the tests" in lead.main
    assert "Bojan DEMO" in lead.main
    assert "No reason given yet" in lead.main
    assert "Another medical lead of the facility reviews these" in lead.main
    assert lead.main.count("/break-glass/review") == 1
    opening = lead.fields("/break-glass/review")["opening"]
    lead.send("/break-glass/review", verdict="to-be-talked-about")
    assert "To be talked about" in lead.main
    lead.send("/break-glass/review", verdict="justified")
    assert "Nothing waits for your review" in lead.main
    assert post(lead, "/break-glass/review", opening=opening, verdict="not-justified") == 403
    assert log()[-1]["why"] == "review"
    clock.goes_on(hours=13)
    late = sign_in("lead2")
    assert "No reason given, and the shift is over" in late.open("/break-glass").text


def test_nobody_reviews_their_own_or_that_of_another_facility(
    sign_in: SignIn, desk: Desk, urls: Urls, people: dict[str, Someone]
) -> None:
    lead = sign_in("lead")
    open_card(lead)
    with desk.database.cursor() as cursor:
        ((opening,),) = cursor.execute("SELECT id FROM access.break_glass").fetchall()
    assert post(lead, "/break-glass/review", opening=str(opening), verdict="justified") == 403
    assert errors.NotToReview.message[:30] in lead.page.text
    south = sign_in("leadsouth")
    assert "Nothing waits" in south.open("/break-glass").text
    assert post(south, "/break-glass/review", opening=str(opening), verdict="justified") == 403
    nurse = sign_in("nurse")
    assert post(nurse, "/break-glass/review", opening=str(opening), verdict="justified") == 403
    assert post(sign_in("lead2"), "/break-glass/review", opening=str(opening), verdict="justified") == 200
    with desk.database.cursor() as cursor:
        assert cursor.execute("SELECT outcome FROM access.break_glass").fetchone() == ("justified",)


def test_the_list_for_the_patient_names_who_looked_when_and_why(sign_in: SignIn) -> None:
    nurse = sign_in("nurse")
    open_card(nurse)
    nurse.send("/people/reason", reason="withdrawal")
    assert post(nurse, "/people/emergency-access", person=OUTSIDE) == 404
    south = sign_in("leadsouth")
    assert post(south, "/people/emergency-access", person=OUTSIDE) == 200
    for told in ("nurse of the tests", "Nurse", "DEMO Prison North", "emergency card only", "Withdrawal"):
        assert told in south.main
    assert post(south, "/people/emergency-access", person=OTHER) == 200
    assert "Nobody opened this record in an emergency" in south.main


def test_nothing_is_shown_or_opened_that_cannot_be_logged(
    sign_in: SignIn, shut_log: Callable[[], None], desk: Desk
) -> None:
    nurse, doctor, lead = sign_in("nurse"), sign_in("doctor"), sign_in("lead")
    open_record(nurse)
    find(doctor, "S-200")
    ticket = doctor.fields("/people/emergency")["ticket"]
    shut_log()
    for browser, path, typed in (
        (nurse, "/people/find", {"sought": "N-100"}),
        (nurse, "/people/find", {"sought": "ami"}),
        (nurse, "/people/find", {"sought": "S-200"}),
        (nurse, "/people/card", {"person": INSIDE}),
        (nurse, "/people/record", {"person": INSIDE}),
        (nurse, "/people/record", {"person": OUTSIDE}),
        (nurse, "/people/emergency-access", {"person": INSIDE}),
        (doctor, "/people/emergency", {"ticket": ticket}),
        (doctor, "/people/purpose", {"person": INSIDE, "purpose": "TREAT"}),
        (doctor, "/people/card", {"person": OUTSIDE}),
    ):
        assert post(browser, path, **typed) in (500, 503), path
        for told in ("Amina", "Bojan", "penicillin"):
            assert told not in browser.page.text
    assert lead.open("/break-glass").status_code == 503
    assert nurse.open("/people").status_code == 503
    with desk.database.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM access.break_glass").fetchone() == (1,)
        assert cursor.execute("SELECT count(*) FROM access.purpose_given").fetchone() == (0,)


CHANGES = {
    "another's review": "UPDATE access.break_glass SET reviewed_by = opened_by, reviewed_at = now(), outcome = 'justified'",
    "longer": "UPDATE access.break_glass SET ends_at = opened_at + interval '3 hours'",
    "another person": "UPDATE access.break_glass SET patient = 'other'",
    "gone": "DELETE FROM access.break_glass",
    "reason again": "UPDATE access.break_glass SET reason = 'other', reason_at = reason_at",
    "opened again": "UPDATE access.break_glass SET whole_at = whole_at + interval '1 second'",
    "no such reason": "UPDATE access.break_glass SET reason = 'because', reason_at = now()",
}


def test_the_database_refuses_too(
    sign_in: SignIn, people: dict[str, Someone], desk: Desk, urls: Urls, subtests: pytest.Subtests
) -> None:
    nurse = sign_in("nurse")
    open_record(nurse)
    nurse.send("/people/reason", reason="acute")
    sign_in("both")
    sign_in("guard")
    with psycopg.connect(plain(urls.server), autocommit=True) as connection:
        for name, statement in CHANGES.items():
            with (
                subtests.test(name),
                pytest.raises((psycopg.IntegrityError, psycopg.errors.InsufficientPrivilege)),
            ):
                connection.execute(statement)
        copy = """
        INSERT INTO access.break_glass (id, opened_by, role, facility, patient, opened_at, ends_at, reason_due_at)
        SELECT gen_random_uuid(), %s, %s, %s, patient, opened_at, opened_at + %s::interval, reason_due_at
        FROM access.break_glass
        """
        account = {login: one.account for login, one in people.items()}
        for name, values in {
            "three hours": (account["nurse"], "nurse", "north", "3 hours"),
            "a guard": (account["guard"], "custody_officer", "north", "2 hours"),
            "who also guards": (account["both"], "nurse", "north", "2 hours"),
            "a role not held": (account["nurse"], "doctor", "north", "2 hours"),
            "elsewhere": (account["nurse"], "nurse", "south", "2 hours"),
        }.items():
            with subtests.test(name), pytest.raises(psycopg.IntegrityError):
                connection.execute(copy, values)
        connection.execute(copy, (account["nurse"], "nurse", "north", "2 hours"))


def test_a_long_record_goes_on_page_by_page(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.clinic.record_page.SHOWN", 4)
    nurse = sign_in("nurse")
    assert post(nurse, "/people/record", person=INSIDE) == 200
    first = re.findall(r'class="entry-when">([^<]*)<', nurse.main)
    nurse.page = nurse.http.post("/people/record", data=fields_of_the_last(nurse))
    second = re.findall(r'class="entry-when">([^<]*)<', nurse.main)
    assert (len(first), len(second)) == (4, 2)
    assert "6 entries" in nurse.main
    assert first[0].startswith("2 Mar 2026")
    for before in ("x", "infinity|1", "-infinity|" + "9" * 30, "2026-01-01 00:00:00|1", "-infinity|٣"):
        assert post(nurse, "/people/record", person=INSIDE, before=before) == 400


def fields_of_the_last(browser: PlainBrowser) -> dict[str, str]:
    """What the form to the earlier entries carries."""
    form = browser.main.partition('<ol class="entries">')[2].partition("</ol>")[2]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)[:3])


def test_an_inspector_reads_charts_of_their_prison_under_a_mandate_with_an_end(
    sign_in: SignIn, log: Log, clock: Clock
) -> None:
    inspector = sign_in("mandated")
    assert "Amina DEMO" in find(inspector, "N-100")
    assert log()[-1]["purpose"] == "HCOMPL"
    assert "Bojan" not in find(inspector, "S-200")
    assert "/people/card" not in inspector.page.text
    find(inspector, "N-100")
    log()
    inspector.send("/people/record")
    assert inspector.page.status_code == 200
    assert "entries" in inspector.main
    (event,) = log()
    assert (event["actor"]["role"], event["purpose"], event["subjects"][0]) == (
        "inspector",
        "HCOMPL",
        f"Patient/{INSIDE}",
    )
    for path in ("/people/card", "/people/open", "/people/emergency-access"):
        assert post(inspector, path, person=INSIDE) == 403
    clock.goes_on(hours=5 * 24 - 12)
    again = sign_in("mandated")
    assert again.open("/people").status_code == 200
    clock.goes_on(hours=12)
    assert sign_in("mandated").open("/people").status_code == 403


def test_an_inspector_without_a_mandate_reads_no_chart(sign_in: SignIn) -> None:
    inspector = sign_in("inspector")
    assert inspector.open("/people").status_code == 403
    assert post(inspector, "/people/record", person=INSIDE) == 403
