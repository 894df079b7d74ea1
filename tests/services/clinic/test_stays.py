"""Where somebody is, as the pages record it: every movement with what follows, who gives the doses, taking it back."""

import json
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from at_stays import move, put, records, stays
from people_pages import PASSWORD, Clock, PlainBrowser, Someone, someone
from resources import a_dose, a_stay, an_organization
from stores import store_on
from ward import INSIDE

from clinical.custody.dosing_sites import dosing_sites
from fhir_store.json_text import parse
from fhir_store.search import Context, parse_query, search
from fhir_store.store import Author
from fhir_store.write import Write, raw_cursor, save
from services.access.pages.desk import Desk

SignIn = Callable[[str], PlainBrowser]
Log = Callable[[], list[dict[str, Any]]]


def sites(desk: Desk, patient: str = INSIDE) -> str | None:
    with desk.database.snapshot() as connection:
        return dosing_sites(raw_cursor(connection), [patient])[patient]


def the_stay(desk: Desk) -> dict[str, Any]:
    return next(one for one in records(desk, "Encounter") if one["id"] == f"{INSIDE}-stay")


def test_the_page_says_where_somebody_is_and_who_gives_the_doses(sign_in: SignIn, log: Log) -> None:
    nurse = sign_in("nurse")
    said = stays(nurse)
    assert "DEMO Prison North" in said
    assert "held here now" in said
    assert "5 Jan 2026" in said
    assert [one["interaction"] for one in log() if one["kind"] == "read"] == ["$photos", "$stays"]


def test_what_follows_is_shown_before_anything_is_recorded(sign_in: SignIn, desk: Desk) -> None:
    nurse, before = sign_in("nurse"), records(desk, "Encounter")
    stays(nurse)
    nurse.send("/people/move", movement="release-unplanned")
    for told in (
        "Orders stay valid",
        "Poured doses go back to the stock, by two",
        "Naloxone to take along",
        "Follow up after release",
    ):
        assert told in unescape(nurse.main)
    assert records(desk, "Encounter") == before


def test_a_release_without_notice_ends_the_stay_and_leaves_things_to_be_done(
    sign_in: SignIn, desk: Desk, log: Log
) -> None:
    nurse = sign_in("nurse")
    stays(nurse)
    said = move(nurse, "release-unplanned")
    assert "released without notice" in said
    assert "Follow up after release" in said
    assert the_stay(desk)["status"] == "finished"
    assert len(records(desk, "Task")) == 3 + 2 + 1 + 5
    assert {one["status"] for one in records(desk, "MedicationRequest")} == {"active"}
    assert sites(desk) is None
    written = [(one["interaction"], one["type"]) for one in log() if one["kind"] == "write"]
    assert written.count(("create", "Task")) == 11
    assert written.count(("update", "Encounter")) == 1


def test_a_release_on_a_day_that_was_known_leaves_as_much_to_be_made_sure_of(
    sign_in: SignIn, desk: Desk
) -> None:
    nurse = sign_in("nurse")
    stays(nurse)
    said = move(nurse, "release-planned")
    for words in (
        "Naloxone to take along",
        "Prescription until the community centre takes over",
        "Call the community centre",
        "Hand over to the receiving health service",
        "Follow up after release",
    ):
        assert words in said


def test_what_was_just_recorded_is_taken_back_and_both_stay_to_be_seen(sign_in: SignIn, desk: Desk) -> None:
    nurse, before = sign_in("nurse"), the_stay(desk)
    stays(nurse)
    move(nurse, "release-unplanned")
    nurse.send("/people/undo")
    assert "Taken back." in nurse.main
    now = the_stay(desk)
    assert {**now, "meta": None} == {**before, "meta": None}
    assert now["meta"]["versionId"] == "3"
    assert {one["status"] for one in records(desk, "Task")} == {"entered-in-error"}
    assert "To be done" not in nurse.main


def test_what_somebody_else_has_gone_on_with_is_not_taken_back_by_one_tap(
    sign_in: SignIn, desk: Desk
) -> None:
    nurse, other = sign_in("nurse"), sign_in("doctor")
    stays(nurse)
    move(nurse, "court")
    undo = nurse.fields("/people/undo")
    stays(other)
    move(other, "court-return")
    nurse.page = nurse.http.post("/people/undo", data=undo)
    assert nurse.page.status_code == 409
    assert "cannot be taken back by one tap" in nurse.main


def test_what_one_recorded_another_does_not_take_back(sign_in: SignIn) -> None:
    nurse, other = sign_in("nurse"), sign_in("doctor")
    stays(nurse)
    move(nurse, "court")
    undo = nurse.fields("/people/undo")["undo"]
    stays(other)
    move(other, "court-return")
    other.send("/people/undo", undo=undo)
    assert other.page.status_code == 404


@pytest.mark.parametrize("kind", ["court", "hospital", "police", "home-leave"])
def test_who_is_away_comes_back_and_only_from_there(sign_in: SignIn, desk: Desk, kind: str) -> None:
    nurse = sign_in("nurse")
    stays(nurse)
    assert "away now" in move(nurse, kind)
    assert 'value="court"' not in nurse.page.text
    assert f'value="{kind}-return"' in nurse.page.text
    said = move(nurse, f"{kind}-return")
    assert "away now" not in said
    assert the_stay(desk)["status"] == "in-progress"


def test_a_move_goes_to_a_cell_that_was_never_named_before_and_to_no_second_one_of_that_name(
    sign_in: SignIn, desk: Desk
) -> None:
    nurse = sign_in("nurse")
    stays(nurse)
    assert "B / 12" in move(nurse, "room", wing="B", cell="12")
    assert "B / 14" in move(nurse, "room", wing="b", cell="14")
    assert "B / 12" in move(nurse, "room", wing=" B ", cell="12")
    with desk.database.snapshot() as connection:
        rows = (
            raw_cursor(connection).execute("SELECT kind, name FROM clinical.place ORDER BY 1, 2").fetchall()
        )
    assert rows == [("cell", "12"), ("cell", "14"), ("wing", "B")]
    nurse.send("/people/move", movement="room")
    nurse.send("/people/moved", wing="", cell=" ")
    assert "Write the wing, the cell, or both" in nurse.main


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2999-01-01T10:00", "ahead of now"),
        ("2020-01-01T10:00", "before the stay"),
        ("yesterday", "cannot be read"),
    ],
)
def test_what_cannot_be_is_said_with_what_to_do(sign_in: SignIn, desk: Desk, at: str, why: str) -> None:
    nurse = sign_in("nurse")
    stays(nurse)
    assert why in move(nurse, "escape", at=at)
    assert nurse.page.status_code == 422
    assert the_stay(desk)["status"] == "in-progress"


def test_a_transfer_asks_where_to_and_the_site_stays_until_the_other_takes_over(
    sign_in: SignIn, desk: Desk
) -> None:
    nurse = sign_in("nurse")
    stays(nurse)
    assert "Say where to." in move(nurse, "transfer")
    nurse.send("/people/moved", destination="Organization/south")
    assert the_stay(desk)["hospitalization"]["destination"] == {"reference": "Organization/south"}
    assert sites(desk) == "north"


def test_two_stays_may_be_open_and_one_of_them_is_the_dosing_site_until_the_other_takes_over(
    sign_in: SignIn, desk: Desk
) -> None:
    put(
        desk,
        a_stay("second", patient=INSIDE, prison="south", period={"start": "2026-02-01T10:00:00+01:00"}),
        facility="south",
    )
    assert sites(desk) == "north"
    lead = sign_in("leadsouth")
    said = stays(lead)
    assert "DEMO Prison North" in said
    assert "Take over: last dose verified" in said
    lead.send("/people/dosing-site", verified="no")
    assert "Doses are given here from now on." in lead.main
    assert sites(desk) == "south"
    (task,) = records(desk, "Task")
    assert task["requester"] == {"reference": "Organization/north"}
    with desk.database.snapshot() as connection:
        rows = (
            raw_cursor(connection)
            .execute("SELECT facility_id, last_dose_verified FROM clinical.dosing_hand_over")
            .fetchall()
        )
    assert rows == [("south", False)]
    lead.send("/people/undo")
    assert sites(desk) == "north"


def test_nobody_takes_over_the_doses_of_who_is_not_held_here_or_died(sign_in: SignIn, desk: Desk) -> None:
    nurse = sign_in("nurse")
    stays(nurse)
    typed = nurse.fields("/people/move")
    for movement in ("release-planned", "death"):
        move(nurse, movement)
        assert "/people/dosing-site" not in nurse.page.text
        answer = nurse.http.post("/people/dosing-site", data={**typed, "verified": "yes"})
        assert answer.status_code == 400
        assert "Record the arrival first" in answer.text
        assert sites(desk) is None
        stays(nurse)


def test_two_who_record_one_reception_at_once_leave_one_stay(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    put(
        desk,
        {
            **a_stay(f"{INSIDE}-stay", patient=INSIDE, prison="north"),
            "status": "finished",
            "period": {"start": "2026-01-05", "end": (clock.at - timedelta(days=2)).date().isoformat()},
        },
    )
    nurses = [sign_in("nurse"), sign_in("doctor")]
    for one in nurses:
        stays(one)
        one.send("/people/arrival")
    typed = [one.fields("/people/arrived") for one in nurses]
    answers: list[int] = []

    def send(browser: PlainBrowser, data: dict[str, str]) -> None:
        answers.append(browser.http.post("/people/arrived", data=data).status_code)

    threads = [Thread(target=send, args=one) for one in zip(nurses, typed, strict=True)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == [200, 422]
    assert len([one for one in records(desk, "Encounter") if one["status"] == "in-progress"]) == 1


def do(browser: PlainBrowser, desk: Desk, code: str, **typed: str) -> str:
    """Say of what is to be done that it is done; what the page says then."""
    (task,) = (one for one in records(desk, "Task") if one["code"]["coding"][0]["code"] == code)
    data = {**browser.fields("/people/duty"), "duty": task["id"], **typed}
    browser.page = browser.http.post("/people/duty", data=data)
    return unescape(browser.main)


def status_of(desk: Desk, code: str) -> str:
    return next(one["status"] for one in records(desk, "Task") if one["code"]["coding"][0]["code"] == code)


def test_what_is_to_be_done_is_done_by_one_tap(sign_in: SignIn, desk: Desk) -> None:
    nurse = sign_in("nurse")
    stays(nurse)
    said = move(nurse, "hospital")
    assert said.count('action="/people/duty"') == 2
    assert do(nurse, desk, "hand-over").count('action="/people/duty"') == 1
    assert (status_of(desk, "hand-over"), status_of(desk, "return-poured-doses")) == (
        "completed",
        "requested",
    )


@pytest.mark.parametrize("code", ["count-bottles-by-two", "return-poured-doses"])
def test_what_is_counted_by_two_is_not_done_by_one(
    sign_in: SignIn, desk: Desk, people: dict[str, Someone], code: str
) -> None:
    nurse = sign_in("nurse")
    sign_in("counsellor")
    die(nurse)
    own, beside = (str(people[one].account) for one in ("nurse", "counsellor"))
    for typed in (
        {},
        {"second": beside, "pin": "123456"},
        {"second": own, "pin": PASSWORD},
    ):
        said = do(nurse, desk, code, **typed)
        assert (nurse.page.status_code, "Nothing was recorded." in said) == (422, True), typed
        assert status_of(desk, code) == "requested"
    assert "Done." in do(nurse, desk, code, second=beside, pin=PASSWORD)
    (task,) = (one for one in records(desk, "Task") if one["code"]["coding"][0]["code"] == code)
    assert task["status"] == "completed"
    assert [(one["type"]["coding"][0]["code"], one["valueString"]) for one in task["output"]] == [
        ("first", own),
        ("second", beside),
    ]


def test_who_counts_alone_is_marked_and_somebody_else_confirms_it(
    sign_in: SignIn, desk: Desk, people: dict[str, Someone]
) -> None:
    nurse, lead = sign_in("nurse"), sign_in("lead")
    die(nurse)
    code = "count-bottles-by-two"
    said = do(nurse, desk, code, alone="yes")
    assert "done alone" in said
    assert status_of(desk, code) == "in-progress"
    assert "somebody else confirms it" in do(nurse, desk, code)
    assert status_of(desk, code) == "in-progress"
    stays(lead)
    assert "I counted it too" in unescape(lead.main)
    assert "Done." in do(lead, desk, code)
    (task,) = (one for one in records(desk, "Task") if one["code"]["coding"][0]["code"] == code)
    assert task["status"] == "completed"
    assert {one["type"]["coding"][0]["code"]: one["valueString"] for one in task["output"]} == {
        "first": str(people["nurse"].account), "second": str(people["lead"].account), "alone": str(people["nurse"].account),
    }  # fmt: skip


def test_a_task_of_somebody_else_is_none_of_this_person(sign_in: SignIn, desk: Desk) -> None:
    nurse = sign_in("nurse")
    stays(nurse)
    move(nurse, "hospital")
    typed = nurse.fields("/people/duty")
    other = {
        "resourceType": "Task",
        "id": "other",
        "status": "requested",
        "intent": "order",
        "for": {"reference": "Patient/other"},
    }
    put(desk, other)
    nurse.page = nurse.http.post("/people/duty", data={**typed, "duty": "other"})
    assert nurse.page.status_code == 400


def test_overdue_is_said(sign_in: SignIn, clock: Clock) -> None:
    stays(nurse := sign_in("nurse"))
    assert "overdue" not in move(nurse, "hospital")
    clock.goes_on(hours=5)
    assert "overdue" in stays(sign_in("nurse"))


# --- court


def local(clock: Clock, **ahead: float) -> str:
    return (clock.at + timedelta(**ahead)).astimezone(ZoneInfo("Europe/Podgorica")).strftime("%Y-%m-%dT%H:%M")


def test_court_is_listed_the_evening_before_with_when_the_dose_is_given(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    nurse = sign_in("nurse")
    assert "Nobody is known to go to court" in nurse.open("/people/court").text
    stays(nurse)
    assert "planned" in move(nurse, "court-planned", at=local(clock, hours=23), until=local(clock, hours=30))
    assert "away now" not in nurse.main
    said = nurse.open("/people/court").text
    assert "Amina DEMO" in said
    assert "dose not decided" in said
    assert "No dose is carried by an escort." in said
    nurse.send("/people/court/dose", plan="late-round")
    assert "Dose in the late round" in nurse.main
    assert "dose not decided" not in nurse.main
    (plan,) = (one for one in records(desk, "Encounter") if one["status"] == "planned")
    assert plan["extension"] == [{"url": "urn:throughcare:extension:dose-plan", "valueCode": "late-round"}]
    assert "Amina" not in sign_in("leadsouth").open("/people/court").text


def test_a_plan_of_somebody_else_is_not_changed_through_this_person(sign_in: SignIn, clock: Clock) -> None:
    nurse = sign_in("nurse")
    stays(nurse)
    move(nurse, "court-planned", at=local(clock, hours=23))
    nurse.open("/people/court")
    typed = nurse.fields("/people/court/dose")
    for wrong in (
        {"absence": "other-stay", "plan": "late-round"},
        {"plan": "carried"},
        {"absence": "nothing", "plan": "late-round"},
    ):
        assert nurse.http.post("/people/court/dose", data={**typed, **wrong}).status_code == 400


# --- death


def test_a_death_ends_orders_stops_messages_has_bottles_counted_by_two_and_closes_the_record(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    later = (clock.at + timedelta(days=3)).isoformat()
    subject = {"reference": f"Patient/{INSIDE}"}
    put(
        desk,
        {"resourceType": "Appointment", "id": "visit", "status": "booked", "start": later, "end": later, "participant": [{"actor": subject, "status": "accepted"}]},
        {"resourceType": "CommunicationRequest", "id": "text", "status": "active", "subject": subject},
        {"resourceType": "MedicationRequest", "id": "oat", "status": "active", "intent": "order", "subject": subject,
         "medicationCodeableConcept": a_dose("x")["medicationCodeableConcept"], "dosageInstruction": [{"doseAndRate": [{"doseQuantity": {"value": 60.50, "unit": "mg"}}]}]},
    )  # fmt: skip
    nurse = sign_in("nurse")
    stays(nurse)
    nurse.send("/people/move", movement="death")
    for told in (
        "Every order ends.",
        "Bottles are counted by two.",
        "no message is sent",
        "closed for the investigation",
    ):
        assert told in unescape(nurse.main)
    nurse.send("/people/moved")
    assert "This record is closed for an investigation" in nurse.main
    assert {one["status"] for one in records(desk, "MedicationRequest")} == {"stopped"}
    assert [one["status"] for one in records(desk, "Appointment")] == ["cancelled"]
    assert [one["status"] for one in records(desk, "CommunicationRequest")] == ["revoked"]
    assert "count-bottles-by-two" in str(records(desk, "Task"))
    assert sites(desk) is None
    (patient,) = (one for one in records(desk, "Patient") if one["id"] == INSIDE)
    assert "deceasedDateTime" in patient


def die(browser: PlainBrowser) -> None:
    stays(browser)
    move(browser, "death")


def test_who_still_reads_a_closed_record_is_in_the_roles(sign_in: SignIn) -> None:
    nurse, doctor, lead = sign_in("nurse"), sign_in("doctor"), sign_in("lead")
    die(nurse)
    for one, status in ((nurse, 403), (doctor, 403), (lead, 200)):
        stays(one)
        one.send("/people/record")
        assert one.page.status_code == status
    assert "This record is closed" in nurse.main


def test_in_a_closed_record_nothing_is_written_but_what_is_left_to_be_done(
    sign_in: SignIn, desk: Desk
) -> None:
    nurse = sign_in("nurse")
    stays(nurse)
    nurse.send("/people/identity")
    typed = nurse.fields("/people/details")
    die(nurse)
    said = unescape(nurse.main)
    assert 'action="/people/duty"' in said
    assert "Done." in do(nurse, desk, "return-poured-doses", alone="yes")
    data = {**typed, "doubt": "known", "given": "Anna", "family": "DEMO", "sex": "female"}
    answer = nurse.http.post("/people/correct", data=data)
    assert answer.status_code == 403
    assert "Anna" not in str(records(desk, "Patient"))


def test_a_lead_opens_the_record_again_and_nobody_else(sign_in: SignIn) -> None:
    nurse, lead = sign_in("nurse"), sign_in("lead")
    die(nurse)
    assert "open the record" not in nurse.main
    stays(lead)
    lead.send("/people/reopen")
    assert "The record is open again." in lead.main
    stays(nurse)
    nurse.send("/people/record")
    assert nurse.page.status_code == 200


def test_a_death_that_was_recorded_by_mistake_is_taken_back_whole(sign_in: SignIn, desk: Desk) -> None:
    nurse = sign_in("nurse")
    orders = [(one["id"], one["status"]) for one in records(desk, "MedicationRequest")]
    die(nurse)
    nurse.send("/people/undo")
    assert "closed for an investigation" not in nurse.main
    assert [(one["id"], one["status"]) for one in records(desk, "MedicationRequest")] == orders
    (patient,) = (one for one in records(desk, "Patient") if one["id"] == INSIDE)
    assert "deceasedDateTime" not in patient
    assert the_stay(desk)["status"] == "in-progress"


def test_a_number_is_written_again_as_it_was_written(sign_in: SignIn, desk: Desk) -> None:
    order = {
        "resourceType": "MedicationRequest", "id": "oat", "status": "active", "intent": "order", "subject": {"reference": f"Patient/{INSIDE}"},
        "medicationCodeableConcept": a_dose("x")["medicationCodeableConcept"], "dosageInstruction": [{"doseAndRate": [{"doseQuantity": {"value": 60, "unit": "mg"}}]}],
    }  # fmt: skip
    store = store_on(desk.database)
    text = json.dumps(order).replace('"value": 60', '"value": 60.50')
    desk.database.run(
        lambda c: save(c, store, [Write(parse(text.encode()), id="oat")], Author("ward", facility="north"))
    )
    die(sign_in("nurse"))
    with desk.database.snapshot() as connection:
        query = parse_query("MedicationRequest", [("_id", "oat")], context=Context(store.zone, store.keyring))
        (stored,) = search(raw_cursor(connection), query).matches
    assert '"value": 60.50' in stored.text
    assert '"stopped"' in stored.text


def test_nobody_who_died_goes_anywhere(sign_in: SignIn) -> None:
    nurse = sign_in("nurse")
    stays(nurse)
    typed = nurse.fields("/people/move")
    die(nurse)
    for movement in ("court", "death", "reception"):
        answer = nurse.http.post("/people/moved", data={**typed, "movement": movement})
        assert answer.status_code == 422
        assert "The person died." in answer.text


def test_a_centre_outside_records_a_visit_and_no_stay(
    sign_in: SignIn, desk: Desk, people: dict[str, Someone]
) -> None:
    centre = [{"coding": [{"system": "urn:throughcare:code-system:facility-kind", "code": "oat-centre"}]}]
    put(desk, an_organization("centre", name="DEMO Centre", type=centre))
    people["outside"] = someone(desk, "outside", nurse="Organization/centre")
    nurse = sign_in("outside")
    nurse.open("/people/new")
    nurse.send("/people/new", doubt="known", given="Zoran", family="Zorić", sex="male")
    nurse.send("/people/register")
    assert "Registered" in nurse.main
    person = nurse.fields("/people/stays")["person"]
    (visit,) = records(desk, "Encounter", person)
    assert (visit["class"]["code"], visit["status"]) == ("AMB", "finished")
    assert not records(desk, "Task", person)
