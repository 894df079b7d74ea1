"""The addresses of a tablet: who may ask, what is answered, and what is logged before."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from audit_events import Logged, fresh_events
from fastapi import FastAPI
from oat import DAY, an_order, on
from people_pages import PIN, Clock, Someone
from resources import a_stay
from round_prison import OTHER_PRISON, PRISON, put
from round_tablets import HOUR, MINUTE, SEVEN, SignIn, Tablet
from sealed_events import seal

from clinical.oat.order_resource import request_of
from fhir_store.store import Store
from services.access.pages.desk import Desk
from services.access.people.devices import Registered, list_devices
from services.clinic.round.facility_key import FacilityKey
from services.clinic.round.keeping import SILENT_AFTER
from services.shared.installation import Urls

Json = dict[str, Any]
Register = Callable[[str], Registered]
"""Registers a tablet."""


@pytest.fixture
def log(urls: Urls) -> Callable[[], list[Logged]]:
    """What was logged since it was last asked."""
    return fresh_events(urls.owner)


# --- who is there


@pytest.mark.parametrize(
    ("unsent", "persisted", "told"),
    [
        ("3", "yes", (3, True)),
        ("0", "no", (0, False)),
        ("x", "yes", (None, None)),
        ("1234567", "yes", (None, None)),
    ],
)
def test_a_tablet_tells_what_waits_on_it(
    nurse: Tablet, desk: Desk, unsent: str, persisted: str, told: tuple[int | None, bool | None]
) -> None:
    headers = {"X-Tablet-Unsent": unsent, "X-Tablet-Persisted": persisted}
    assert nurse.browser.http.get("/round/here", headers=headers).status_code == 200
    with desk.database.transaction() as connection:
        (found,) = (one for one in list_devices(connection) if one.id == nurse.device)
    assert (found.unsent, found.persisted) == told


def test_a_browser_that_is_no_tablet_tells_nothing(sign_in: SignIn) -> None:
    answer = sign_in("nurse").browser.http.get("/round/here", headers={"X-Tablet-Unsent": "3"})
    assert answer.status_code == 200


# --- the list


def test_the_list_has_who_is_to_get_what(nurse: Tablet) -> None:
    listed = nurse.list()
    (row, other) = listed["rows"]
    assert (row["person"], other["person"]) == ("p1", "p2")
    assert row["slot"] == {"order": "p1-order", "day": "2026-03-10", "part": 1}
    assert (row["mg"], row["order_version"], row["product"]) == ("60", "1", "methadone-oral-solution")
    assert (row["name"], row["number"], row["born"]) == ("Ana DEMO-p1", "N-p1", "1984-03-02")
    assert (row["initials"], row["state"], row["stops"], row["done"]) == ("AD", "to-come", [], None)
    assert row["last"] == {
        "at": "2026-03-09T05:00:00+00:00", "mg": "60", "where": "DEMO Prison", "foreign": False, "only_day": False,
        "checked_at": SEVEN.isoformat(),
    }  # fmt: skip
    assert listed["round"]["session"] == "morning"
    assert listed["expires_at"] == (SEVEN + 12 * HOUR).isoformat()
    assert listed["protocol"]["not_approved"] is True


def test_nothing_of_hiv_is_on_the_list(nurse: Tablet, desk: Desk, store: Store) -> None:
    subject = {"subject": {"reference": "Patient/p1"}}
    art = {
        "resourceType": "MedicationRequest", "id": "art", "status": "active", "intent": "order", **subject,
        "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "J05AR27", "display": "TLD tablets"}]},
    }  # fmt: skip
    allergy = {
        "resourceType": "AllergyIntolerance", "id": "abc", "patient": subject["subject"],
        "code": {"coding": [{"system": "http://www.whocc.no/atc", "code": "J05AF06", "display": "abacavir"}]},
    }  # fmt: skip
    put(desk.database, store, [art, allergy])
    text = nurse.post("/round/list").text
    assert "TLD" not in text
    assert "abacavir" not in text
    assert nurse.rows()["p1"]["allergies"] == ["other substance: ask the prescriber"]


def test_an_allergy_is_on_the_list_in_words(nurse: Tablet, desk: Desk, store: Store) -> None:
    allergy = {
        "resourceType": "AllergyIntolerance", "id": "pen", "patient": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": "urn:x", "code": "penicillin", "display": "penicillin"}]},
    }  # fmt: skip
    put(desk.database, store, [allergy])
    assert nurse.rows()["p1"]["allergies"] == ["penicillin"]


def test_the_list_is_logged_once_with_everybody_on_it(nurse: Tablet, log: Callable[[], list[Logged]]) -> None:
    log()
    nurse.list()
    (event,) = [one for one in log() if one["kind"] == "read"]
    assert event["interaction"] == "$round"
    assert event["results"] == 2
    assert set(event["subjects"]) == {"Patient/p1", "Patient/p2"}


def test_another_prison_is_another_list(sign_in: SignIn) -> None:
    assert list(sign_in("elsewhere").rows()) == ["q1"]


def test_whose_care_has_ended_long_ago_is_not_shown(nurse: Tablet, desk: Desk, store: Store) -> None:
    gone = a_stay("p2-stay", patient="p2", prison=PRISON, status="finished", period={"start": "2025-01-05", "end": "2025-12-01"})  # fmt: skip
    put(desk.database, store, [gone, a_stay("s", patient="p2", prison=OTHER_PRISON)])
    assert list(nurse.rows()) == ["p1"]


def test_a_browser_that_is_no_tablet_keeps_nothing(sign_in: SignIn, nurse: Tablet) -> None:
    assert sign_in("nurse").list()["device"] is None
    device = nurse.list()["device"]
    assert device["id"] == str(nurse.device)
    assert nurse.list()["device"] == device
    assert len(device["secret"]) == 44


def test_each_tablet_has_a_secret_of_its_own(nurse: Tablet, sign_in: SignIn, device: Register) -> None:
    other = sign_in("nurse2", device("Round 2"))
    assert nurse.list()["device"]["secret"] != other.list()["device"]["secret"]


def test_a_pharmacist_sees_the_list_and_records_nothing(sign_in: SignIn) -> None:
    pharmacist = sign_in("pharmacist")
    assert set(pharmacist.rows()) == {"p1", "p2"}
    assert pharmacist.list()["device"] is None
    assert pharmacist.gives().status_code == 403


@pytest.mark.parametrize("login", ["guard", "admin", "counsellor"])
def test_others_see_nothing_of_it(sign_in: SignIn, login: str, log: Callable[[], list[Logged]]) -> None:
    somebody = sign_in(login)
    for path in ("/round/list", "/round/events", "/round/sealed", "/round/parts/take", "/round/witness", "/round/close"):  # fmt: skip
        answer = somebody.post(path, {"person": "p1"}, **{"X-CSRF-Token": _csrf(somebody)})
        assert (answer.status_code, "p1" in answer.text) == (403, False)
    assert somebody.browser.http.get("/round/here").status_code == 403
    assert {one["kind"] for one in log()} == {"refusal"}


def _csrf(tablet: Tablet) -> str:
    from services.access.people.csrf import csrf_token

    return csrf_token(tablet.browser.token or "")


def test_who_asks_for_another_facility_than_their_own_is_refused(nurse: Tablet) -> None:
    assert nurse.browser.http.get(f"/round/here?facility={OTHER_PRISON}").status_code == 403


def test_without_the_token_of_the_session_nothing_is_done(nurse: Tablet) -> None:
    assert nurse.post("/round/events", nurse.event(), **{"X-CSRF-Token": "wrong"}).status_code == 403
    assert nurse.rows()["p1"]["state"] == "to-come"


def test_nothing_is_kept_by_the_browser(nurse: Tablet) -> None:
    for answer in (nurse.here(), nurse.post("/round/list"), nurse.gives()):
        assert answer.headers["cache-control"] == "no-store"


def test_where_nothing_can_be_logged_nothing_is_shown(
    nurse: Tablet, kept: tuple[FastAPI, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.access.audit.errors import AuditError

    class Shut(AuditError):
        pass

    nurse.here()
    monkeypatch.setattr(kept[0].state.audit, "record_read", _raise(Shut()))
    answer = nurse.post("/round/list")
    assert answer.status_code >= 500
    assert "DEMO-p1" not in answer.text


def _raise(error: Exception) -> Callable[..., None]:
    def raising(*_: object) -> None:
        raise error

    return raising


# --- events


def test_a_dose_is_answered_with_what_became_of_it_and_the_row(nurse: Tablet) -> None:
    event = nurse.event()
    answer = nurse.post("/round/events", event)
    assert answer.status_code == 201
    said = answer.json()
    assert (said["event"], said["outcome"], said["again"]) == (event["id"], "stored", False)
    assert [one["code"] for one in said["flags"]] == ["single-handed"]
    (row,) = said["rows"]
    assert (row["state"], row["done"]["kind"], row["done"]["by"]) == ("done", "given", "nurse of the tests")
    assert [one["code"] for one in row["stops"]] == ["already-recorded", "too-soon"]
    assert [one["group"] for one in row["stops"]] == ["a", "a"]


def test_the_same_again_is_answered_the_same(nurse: Tablet) -> None:
    event = nurse.event()
    nurse.post("/round/events", event)
    answer = nurse.post("/round/events", {name: event[name] for name in reversed(event)})
    assert (answer.status_code, answer.json()["again"], answer.json()["outcome"]) == (200, True, "stored")


def test_the_same_number_with_another_content_is_refused(nurse: Tablet) -> None:
    event = nurse.event()
    nurse.post("/round/events", event)
    answer = nurse.post("/round/events", {**event, "mg": "61"})
    assert answer.status_code == 422
    assert "another content" in answer.json()["detail"]


def test_two_tablets_the_same_slot_is_a_conflict_with_the_other_one(
    nurse: Tablet, sign_in: SignIn, device: Register
) -> None:
    other = sign_in("nurse2", device("Round 2"))
    first, second = nurse.event(), other.event(occurred_at=(SEVEN - 10 * MINUTE).isoformat())
    nurse.post("/round/events", first)
    answer = other.post("/round/events", second)
    assert (answer.status_code, answer.json()["outcome"]) == (409, "conflict")
    assert answer.json()["other"]["event"] == first["id"]
    assert answer.json()["other"]["by"] == "nurse of the tests"
    assert "DEMO" not in answer.text
    again = other.post("/round/events", second)
    assert (again.status_code, again.json()["other"]["event"]) == (409, first["id"])


@pytest.mark.parametrize("sent", [b"", b"[]", b"{}", b'{"id": "x"}', b"\xff", b"{" * 100_000])
def test_what_is_no_event_is_told_so(nurse: Tablet, sent: bytes) -> None:
    nurse.here()
    headers = {"X-CSRF-Token": nurse.csrf, "Content-Type": "application/json"}
    assert nurse.browser.http.post("/round/events", content=sent, headers=headers).status_code in (400, 422)


def test_what_is_not_understood_is_kept_all_the_same(nurse: Tablet) -> None:
    answer = nurse.gives(kind="licked")
    assert (answer.status_code, answer.json()["outcome"], answer.json()["rows"]) == (201, "quarantined", [])


def test_who_is_of_no_care_here_is_recorded_and_not_shown(nurse: Tablet) -> None:
    answer = nurse.gives("q1")
    assert (answer.status_code, answer.json()["outcome"]) == (201, "flagged")
    assert answer.json()["rows"] == []
    assert "DEMO-q1" not in answer.text


def test_a_guard_who_is_also_a_nurse_records_as_a_nurse(sign_in: SignIn) -> None:
    assert sign_in("both").gives().status_code == 201


def test_what_a_role_may_not_write_is_kept_apart(nurse: Tablet) -> None:
    # What is vomited is an Observation, which is written of people in care only.
    answer = nurse.gives("q1", kind="vomited", of=str(uuid4()), mg=None)
    assert (answer.status_code, answer.json()["outcome"]) == (201, "quarantined")
    assert [one["code"] for one in answer.json()["flags"]] == ["not-permitted"]
    again = nurse.post("/round/events", {**_last(nurse), "id": answer.json()["event"]})
    assert again.status_code == 422, "another content"


def _last(nurse: Tablet) -> Json:
    return nurse.event("q1")


def test_a_tablet_that_was_shut_out_is_quarantined(
    nurse: Tablet, sign_in: SignIn, shut_out: Callable[[UUID], None]
) -> None:
    event = nurse.event()
    assert nurse.device is not None
    shut_out(nurse.device)
    assert nurse.post("/round/events", event).status_code in (401, 403)
    answer = sign_in("nurse").post("/round/events", event)
    assert (answer.status_code, answer.json()["outcome"]) == (201, "quarantined")


def test_a_dose_is_logged_with_the_record_that_was_made_of_it(
    nurse: Tablet, log: Callable[[], list[Logged]]
) -> None:
    nurse.here()
    log()
    event = nurse.event()
    nurse.post("/round/events", event)
    written = [one for one in log() if one["kind"] == "write"]
    assert [(one["interaction"], one["type"]) for one in written] == [("create", "MedicationAdministration")]
    assert set(written[0]["subjects"]) == {"Patient/p1", f"MedicationAdministration/{event['id']}"}
    nurse.post("/round/events", event)
    assert [one for one in log() if one["kind"] == "write"] == []


def test_what_was_given_is_known_to_the_other_tablet(nurse: Tablet, sign_in: SignIn) -> None:
    nurse.gives()
    row = sign_in("nurse2").rows()["p1"]
    assert (row["state"], row["done"]["words"]) == ("done", "Given")


def test_an_order_that_was_changed_after_the_list_is_told(nurse: Tablet, desk: Desk, store: Store) -> None:
    nurse.list()
    put(desk.database, store, [request_of(an_order(50, id="p1-order", patient="p1"))])
    answer = nurse.gives()
    assert {"order-changed", "other-amount"} <= {one["code"] for one in answer.json()["flags"]}
    assert all(one["words"] for one in answer.json()["flags"])


# --- sealed, sent by anybody


def _sealed(key: FacilityKey, *events: Json) -> Json:
    import json

    return {"events": [seal(key.public, json.dumps(one).encode()) for one in events]}


def test_what_is_sealed_is_sent_unread_by_a_colleague(
    nurse: Tablet, sign_in: SignIn, key: FacilityKey
) -> None:
    event, other = nurse.event(), nurse.event("p2")
    answer = sign_in("nurse2").post("/round/sealed", _sealed(key, event, other))
    assert answer.status_code == 200
    assert [(one["status"], one["event"], one["outcome"]) for one in answer.json()["answers"]] == [
        (201, event["id"], "stored"), (201, other["id"], "stored"),
    ]  # fmt: skip
    assert "DEMO" not in answer.text
    rows = nurse.rows()
    assert rows["p1"]["done"]["by"] == "nurse of the tests", "it is hers, whoever sent it"


def test_sent_openly_and_sealed_it_is_one_dose(nurse: Tablet, sign_in: SignIn, key: FacilityKey) -> None:
    event = nurse.event()
    nurse.post("/round/events", event)
    answer = sign_in("nurse2").post("/round/sealed", _sealed(key, event))
    assert answer.json()["answers"][0] == {"status": 200, "event": event["id"], "outcome": "stored", "again": True}  # fmt: skip


def test_what_cannot_be_opened_stays_with_the_sender_and_the_rest_is_kept(
    nurse: Tablet, key: FacilityKey
) -> None:
    sent = _sealed(key, nurse.event(), nurse.event("p2"))
    sent["events"][0]["sealed"] = sent["events"][1]["sealed"]
    answers = nurse.post("/round/sealed", {"events": ["x", *sent["events"]]}).json()["answers"]
    assert [one["outcome"] for one in answers] == ["not-opened", "not-opened", "stored"]


def test_the_key_on_the_list_is_the_one_that_opens(nurse: Tablet, key: FacilityKey) -> None:
    import base64

    said = nurse.list()["facility_key"]
    assert (base64.b64decode(said["spki"]), said["name"]) == (key.public, key.name)


# --- wings, witnesses, the end


def test_a_wing_is_held_by_the_tablet_that_fetches_it_first(
    nurse: Tablet, sign_in: SignIn, device: Register
) -> None:
    other = sign_in("nurse2", device("Round 2"))
    assert [one["mine"] for one in nurse.list("")["parts"]] == [True]
    listed = other.list("")
    assert [(one["mine"], one["by"]) for one in listed["parts"]] == [(False, "nurse of the tests")]
    assert all(row["held_by_another"] for row in listed["rows"])
    assert not any(row["held_by_another"] for row in nurse.list()["rows"])


def test_a_wing_is_taken_over_if_its_holder_agrees_or_is_silent(
    nurse: Tablet, sign_in: SignIn, device: Register, clock: Clock
) -> None:
    other = sign_in("nurse2", device("Round 2"))
    nurse.list("")
    assert other.post("/round/parts/take", {"wing": ""}).status_code == 409
    assert other.post("/round/parts/take", {"wing": "", "agreed": True}).json() == {"taken": "agreed"}
    clock.at += SILENT_AFTER - MINUTE
    other.here()
    assert nurse.post("/round/parts/take", {"wing": ""}).status_code == 409
    clock.at += SILENT_AFTER
    assert nurse.post("/round/parts/take", {"wing": ""}).json() == {"taken": "silent"}
    assert nurse.post("/round/parts/take", {"wing": ""}).json() == {"taken": "silent"}, "it is theirs already"


def test_a_browser_that_is_no_tablet_holds_nothing(sign_in: SignIn) -> None:
    browser = sign_in("nurse")
    assert browser.list("")["parts"] == []
    assert browser.post("/round/parts/take", {"wing": ""}).status_code == 400


def test_a_second_person_signs_in_beside_by_their_own_pin(
    nurse: Tablet, people: dict[str, Someone], with_pin: Callable[[str, Tablet], None]
) -> None:
    with_pin("nurse2", nurse)
    account = str(people["nurse2"].account)
    assert {one["name"]: one["pin"] for one in nurse.list()["staff"]}["nurse2 of the tests"] is True
    assert nurse.post("/round/witness", {"account": account, "pin": "000000"}).status_code == 422
    assert nurse.list()["witnesses"] == []
    assert nurse.post("/round/witness", {"account": account, "pin": PIN}).status_code == 201
    assert [one["account"] for one in nurse.list()["witnesses"]] == [account]


@pytest.mark.parametrize("login", ["guard", "admin", "elsewhere", "nurse"])
def test_only_another_of_the_health_staff_stands_beside(
    nurse: Tablet, people: dict[str, Someone], with_pin: Callable[[str, Tablet], None], login: str
) -> None:
    with_pin(login, nurse)
    answer = nurse.post("/round/witness", {"account": str(people[login].account), "pin": PIN})
    assert answer.status_code == 422
    assert nurse.list()["witnesses"] == []
    names = [one["name"] for one in nurse.list()["staff"]]
    assert (f"{login} of the tests" in names) is (login == "nurse")


def test_the_round_is_closed_once_and_says_what_is_open(nurse: Tablet) -> None:
    nurse.gives()
    assert nurse.post("/round/close").json() == {"closed": True, "still_open": 1, "not_counted_back": []}
    assert nurse.post("/round/close").json() == {"closed": False, "still_open": 1, "not_counted_back": []}
    assert nurse.list()["round"]["closed_at"] == SEVEN.isoformat()
    assert nurse.gives("p2").status_code == 201, "what happens afterwards is recorded"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/round/list", {"session": "midnight"}), ("/round/list", {"wings": "A"}), ("/round/list", {"wings": [1]}), ("/round/list", []),
        ("/round/witness", {"account": "x"}), ("/round/sealed", {"events": "x"}), ("/round/parts/take", {"wing": 7}),
        ("/round/parts/take", {"wing": "x" * 101}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_so(nurse: Tablet, path: str, said: Any) -> None:
    assert nurse.post(path, said).status_code == 400


def test_the_afternoon_is_a_round_of_its_own(nurse: Tablet, desk: Desk, store: Store) -> None:
    put(desk.database, store, [request_of(an_order(40, 20, id="p1-order", patient="p1", start=on(-30)))])
    listed = nurse.post("/round/list", {"session": "late"}).json()
    assert listed["round"]["session"] == "late"
    assert [(row["person"], row["session"]) for row in listed["rows"]] == [("p1", "morning"), ("p1", "late"), ("p2", "morning")]  # fmt: skip
    assert DAY.isoformat() == listed["round"]["day"]
