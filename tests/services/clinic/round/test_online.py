"""The pages of the round without a script: what is tapped is recorded, whatever stands against it, and can be taken back."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from audit_events import Logged, fresh_events
from dispensary import Dispensary
from fastapi import FastAPI
from oat import DAY, SIX, a_law, an_order
from people_pages import PASSWORD, PIN, Clock, Someone, someone
from round_online import Online
from round_prison import PRISON, a_person, an_absence, goes_to_court, put
from round_tablets import HERE, SEVEN, SignIn, Tablet
from sqlalchemy import text
from stored import records

from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.order_resource import request_of
from clinical.oat.round.kept import body_of
from clinical.people.code import code_from
from clinical.people.numbers import Number, NumberKind, identifier_of
from clinical.protocols import Protocol
from fhir_store.store import Store
from services.access.pages.desk import Desk
from services.access.people.devices import Registered
from services.clinic.round.marks import MARKS_LAST
from services.shared.installation import Urls

Json = dict[str, Any]
Register = Callable[[str], Registered]


@pytest.fixture
def page(nurse: Tablet) -> Online:
    """The nurse's tablet on the pages."""
    return Online(nurse)


@pytest.fixture
def doctor(sign_in: SignIn) -> Online:
    return Online(sign_in("doctor"))


@pytest.fixture
def under(kept: tuple[FastAPI, str]) -> Iterator[Callable[[Protocol], None]]:
    """Another law, for one test."""
    state = kept[0].state
    before = state.law
    yield lambda law: setattr(state, "law", law)
    state.law = before


@pytest.fixture
def log(urls: Urls) -> Callable[[], list[Logged]]:
    """What was logged since it was last asked."""
    return fresh_events(urls.owner)


# --- the list


def test_the_list_shows_cells_and_initials_and_no_name_and_no_medicine(page: Online) -> None:
    text = page.open().text
    assert "2 still to come, 0 done" in page.main
    assert len(page.forms("/round/online/card")) == 2
    for never in ("DEMO-p1", "Ana", "N-p1", "1984", "ethadon"):
        assert never not in text
    assert "<title>List · Throughcare</title>" in text


def test_who_goes_to_court_stands_first_with_when_they_leave_and_which_round(
    page: Online, desk: Desk, store: Store
) -> None:
    put(desk.database, store, [goes_to_court("p2"), goes_to_court("p1", "late-round")])
    page.open()
    assert [one["person"] for one in page.forms("/round/online/card")] == ["p2", "p1"]
    assert "leaves 07:45: dose first" in page.main
    assert "leaves 07:45: late round" in page.main
    page.card("p2")
    assert "leaves 07:45: dose first" in page.main


def test_no_address_and_no_cache_holds_anything_of_a_person(page: Online) -> None:
    for answer in (page.open(), page.card(), page.give()):
        assert "p1" not in str(answer.url)
        assert answer.headers["cache-control"] == "no-store"


def test_a_dose_is_two_taps(page: Online) -> None:
    said = page.give()
    assert said.status_code == 200
    assert "1 still to come, 1 done" in page.main
    assert page.tablet.rows()["p1"]["state"] == "done"


def test_the_card_shows_who_it_is_and_how_much(page: Online) -> None:
    page.card()
    for said in ("Ana DEMO-p1", "N-p1", "2 March 1984", "60 mg", "Last dose", "awake, not intoxicated"):
        assert said in page.main
    assert "<title>Card · Throughcare</title>" in page.page.text


def test_of_several_bottles_that_are_out_none_is_taken_by_itself(page: Online, desk: Desk) -> None:
    safe = Dispensary(desk.database, PRISON, day=DAY, at=SEVEN)
    batch = safe.receives(1000)
    bottle = safe.issues(batch, 100, "B1")
    page.card()
    (give,) = page.forms("/round/online/record", kind="given")
    assert give["container"] == str(bottle), "the only one is"
    safe.issues(batch, 100, "B2")
    page.card()
    asked = re.search(r'<select id="container-give" name="container" required>(.*?)</select>', page.page.text)
    assert asked is not None
    assert asked[1].startswith('<option value="">Choose</option>')
    assert "selected" not in asked[1]
    assert "B1 · 10 mg/mL" in asked[1]


def test_the_card_shows_a_letter_and_what_it_stands_for_only_when_asked(page: Online) -> None:
    text = page.card().text
    assert '<strong class="round-letter" translate="no">A</strong>' in text
    closed = re.sub(r'<details class="round-what">.*?</details>', "", text)
    named = [one for one in (text, closed) if "Methadone" in re.sub(r"<option.*?</option>", "", one)]
    assert named == [text]


def test_pressed_twice_it_is_one_dose(page: Online) -> None:
    page.card()
    form = page.forms("/round/online/record", kind="given")[0]
    answers = [page.http.post("/round/online/record", data={**form, "alone": "yes"}) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert all("Given" in one.text and "Nothing is recorded yet" not in one.text for one in answers)
    assert page.tablet.rows()["p1"]["done"]["event"] == form["event"]


@pytest.mark.parametrize(("kind", "words"), [("refused", "Refused"), ("absent", "Not here")])
def test_who_did_not_take_it_is_one_tap_and_comes_back(page: Online, kind: str, words: str) -> None:
    page.card()
    page.send("/round/online/record", {"kind": kind})
    assert words in page.main
    row = page.tablet.rows()["p1"]
    assert (row["state"], row["done"]["kind"]) == ("again", kind)
    page.give()
    assert page.tablet.rows()["p1"]["state"] == "done"


def test_a_wrong_tap_is_taken_back_at_once(page: Online) -> None:
    page.give()
    page.send("/round/online/record", {"kind": "entered-in-error"})
    assert "2 still to come, 0 done" in page.main
    assert page.tablet.rows()["p1"]["state"] == "to-come"


def test_a_wrong_tap_is_taken_back_from_the_card_later(page: Online) -> None:
    page.give()
    page.card()
    page.send("/round/online/record", {"kind": "entered-in-error"}, alone="yes")
    assert page.tablet.rows()["p1"]["state"] == "to-come"


def test_vomited_asks_the_prescriber_and_nothing_is_given_again_by_itself(page: Online) -> None:
    page.give()
    page.card()
    page.send("/round/online/record", {"kind": "vomited"}, ml="30")
    row = page.tablet.rows()["p1"]
    assert (row["state"], row["done"]["vomited"]) == ("done", True)
    page.open("/round/conflicts")
    assert "Vomited: decide whether a dose is given again" in page.main
    assert "A prescriber decides this." in page.main


@pytest.mark.parametrize("kind", ["vomited", "mouth-check-failed"])
def test_what_is_about_a_dose_is_taken_back_by_itself_and_the_dose_stands(page: Online, kind: str) -> None:
    page.give()
    page.card()
    page.send("/round/online/record", {"kind": kind})
    page.card()
    dose, about = page.forms("/round/online/record", kind="entered-in-error")
    row = page.tablet.rows()["p1"]
    assert [one["event"] for one in row["recorded"]] == [dose["of"], about["of"]]
    page.send("/round/online/record", {"kind": "entered-in-error", "of": about["of"]}, alone="yes")
    row = page.tablet.rows()["p1"]
    assert (row["state"], row["done"]["kind"], row["done"]["vomited"]) == ("done", "given", False)
    assert [one["event"] for one in row["recorded"]] == [dose["of"]]


# --- what stands against it


def test_a_stop_that_came_up_meanwhile_is_shown_before_anything_is_recorded(
    page: Online, desk: Desk, store: Store
) -> None:
    page.card()
    put(desk.database, store, [flag_of(Hold("h", "p1", HoldReason.CLINICAL, DAY))])
    answer = page.send("/round/online/record", {"kind": "given"}, alone="yes")
    assert answer.status_code == 409
    assert "Nothing is recorded yet" in page.main
    assert page.tablet.rows()["p1"]["state"] == "to-come"
    assert page.forms("/round/online/record", kind="given") == []
    answer = page.send("/round/online/record", {"happened": "yes"}, kind="given", alone="yes")
    assert answer.status_code == 200
    assert "Given in spite of a stop" in page.main
    assert page.tablet.rows()["p1"]["state"] == "done"


def test_who_is_stopped_has_no_button_to_give_and_what_to_do_now(
    page: Online, desk: Desk, store: Store
) -> None:
    put(desk.database, store, [flag_of(Hold("h", "p1", HoldReason.CLINICAL, DAY))])
    page.card()
    assert page.forms("/round/online/record", kind="given") == []
    assert "A prescriber can release this" in page.main
    assert "Call the prescriber on call" in page.main
    assert page.forms("/round/stops/release") == [], "a nurse does not release what a prescriber does"


def test_a_prescriber_releases_and_then_it_is_given(
    page: Online, doctor: Online, desk: Desk, store: Store
) -> None:
    put(desk.database, store, [flag_of(Hold("h", "p1", HoldReason.CLINICAL, DAY))])
    doctor.open("/round/stops")
    assert "A clinician decided that no dose is given" in doctor.main
    assert doctor.send("/round/stops/release", {"stop": "held"}).status_code == 200
    assert doctor.forms("/round/stops/release") == []
    page.give()
    row = page.tablet.rows()["p1"]
    assert row["state"] == "done"
    assert "Given in spite of a stop" not in page.main


def test_a_nurse_who_tries_to_release_it_all_the_same_is_refused(
    page: Online, desk: Desk, store: Store
) -> None:
    put(desk.database, store, [flag_of(Hold("h", "p1", HoldReason.CLINICAL, DAY))])
    page.card()
    form = page.forms("/round/online/record", kind="refused")[0]
    answer = page.http.post("/round/stops/release", data={**form, "stop": "held", "why": "back"})
    assert answer.status_code == 403
    assert page.tablet.rows()["p1"]["stops"]


def test_what_nobody_can_release_nobody_releases(page: Online, doctor: Online) -> None:
    page.give()
    doctor.card()
    form = doctor.forms("/round/online/record", kind="entered-in-error")[0]
    for stop in ("already-recorded", "too-soon"):
        assert doctor.http.post("/round/stops/release", data={**form, "stop": stop}).status_code == 403
    assert doctor.http.post("/round/stops/release", data={**form, "stop": "none"}).status_code == 400


def test_somebody_away_by_the_record_is_given_with_the_nurses_reason(
    page: Online, desk: Desk, store: Store
) -> None:
    put(desk.database, store, [an_absence("p1")])
    page.card()
    assert "A nurse can release this with a reason" in page.main
    page.send("/round/stops/release", {"stop": "elsewhere"}, why="not-left-yet")
    page.give()
    assert page.tablet.rows()["p1"]["state"] == "done"


def test_a_dose_in_fact_given_before_a_death_is_recorded_and_nobody_waits_for_another(
    page: Online, desk: Desk, store: Store
) -> None:
    died = {**a_person("p1")[0], "deceasedDateTime": (SIX + timedelta(minutes=5)).isoformat()}
    put(desk.database, store, [died])
    page.open()
    assert "p1" not in page.tablet.rows()
    assert page.tablet.rows()
    page.send("/round/online/find", sought="N-p1")
    page.send("/round/online/card", {"person": "p1"})
    assert "has died" in page.main
    page.send("/round/online/record", {"happened": "yes"}, kind="given", mg="60", product="methadone-oral-solution",
        occurred_at="2026-03-10T06:02", alone="yes", awake="yes", identity="name-birth number")  # fmt: skip
    assert page.tablet.rows()["p1"]["state"] == "done"


# --- conflicts


def test_two_browsers_the_same_dose_are_both_kept_and_settled(
    page: Online, sign_in: SignIn, device: Register
) -> None:
    other = Online(sign_in("nurse2", device("Round 2")))
    page.card()
    other.card()
    for one in (page, other):
        one.page = one.http.post(
            "/round/online/record",
            data={
                **one.forms("/round/online/record", kind="given")[0],
                "alone": "yes",
                "happened": "yes" if one is other else "",
            },
        )
    assert "Both are kept." in other.main
    assert "nurse of the tests" in other.main
    page.open("/round/conflicts")
    assert "Possible double dose" in page.main
    assert "This one" in page.main
    page.send("/round/conflicts/settle", how="this-wrong")
    assert "conflict" not in page.main
    assert "Possible double dose" not in page.main, "what asked for it is done with it"
    assert page.tablet.rows()["p1"]["state"] == "done"


def test_what_a_tablet_sent_that_was_shut_out_is_accepted_once(
    page: Online, nurse: Tablet, sign_in: SignIn, shut_out: Callable[..., None]
) -> None:
    event = nurse.event()
    shut_out(nurse.device)
    other = sign_in("nurse2")
    assert other.post("/round/events", event).json()["outcome"] == "quarantined"
    looked = Online(other)
    looked.open("/round/conflicts")
    assert "From a tablet that was shut out" in looked.main
    form = looked.forms("/round/conflicts/settle")[0]
    looked.send("/round/conflicts/settle", how="accepted")
    assert other.rows()["p1"]["done"]["event"] == event["id"]
    again = looked.http.post("/round/conflicts/settle", data={**form, "how": "accepted"})
    assert again.status_code == 409


def test_a_settling_that_does_not_fit_is_refused(page: Online) -> None:
    page.give(identity="")
    page.open("/round/conflicts")
    assert "Fewer than two identifiers were checked" in page.main
    for how in ("accepted", "both-taken", "x"):
        form = page.forms("/round/conflicts/settle")[0]
        assert page.http.post("/round/conflicts/settle", data={**form, "how": how}).status_code == 400
    page.send("/round/conflicts/settle", how="looked-at")
    assert "Nothing waits." in page.main


# --- what is to be done


def test_the_steps_after_a_dosing_error_are_ticked_off_one_by_one(page: Online) -> None:
    page.card()
    page.send(
        "/round/online/record",
        {"happened": "yes"},
        kind="given",
        mistake="wrong-amount",
        product="methadone-oral-solution",
        alone="yes",
    )
    page.open("/round/conflicts")
    assert "Dosing error" in page.main
    for left in (4, 3, 2, 1):
        assert len(page.forms("/round/conflicts/tick")) == left
        page.send("/round/conflicts/tick")
    assert "Dosing error" not in page.main


def test_after_a_mistake_the_row_is_marked_and_the_card_shows_the_steps_until_they_are_done(
    page: Online,
) -> None:
    page.card()
    page.send(
        "/round/online/record",
        {"happened": "yes"},
        kind="given",
        mistake="double",
        product="methadone-oral-solution",
        mg="60",
        alone="yes",
    )
    assert "mistake: steps open" in page.main
    for left in (4, 3, 2, 1):
        page.card()
        assert "Somebody watches this person until" in page.main
        assert len(page.forms("/round/conflicts/tick")) == left
        page.send("/round/conflicts/tick")
    page.card()
    assert "do this now" not in page.main


def test_who_waits_after_a_dose_is_told_on_every_list_until_somebody_looked(page: Online) -> None:
    page.give()
    page.card()
    page.send("/round/online/record", {"kind": "look-again"}, minutes="10")
    assert "look again at" in page.main
    (waiting,) = page.tablet.rows()["p1"]["to_do"]
    assert (waiting["what"], waiting["due_at"]) == ("look-again", "2026-03-10T06:10:00+00:00")
    page.card()
    page.send("/round/conflicts/tick")
    assert page.tablet.rows()["p1"]["to_do"] == []


@pytest.fixture
def above(desk: Desk) -> dict[str, str]:
    """What is typed above what the protocol has: nobody saw that it was vomited, so that it has nothing."""
    second = someone(desk, "doctor2", "doctor2 of the tests", doctor=HERE)
    return {"reason": "seen by the nurse", "second": str(second.account), "pin": PASSWORD}


def test_more_than_the_protocol_has_is_decided_with_a_reason_and_by_two(
    page: Online, doctor: Online, above: dict[str, str], desk: Desk, store: Store
) -> None:
    page.give()
    page.card()
    page.send("/round/online/record", {"kind": "vomited"})
    doctor.open("/round/conflicts")
    task = doctor.forms("/round/conflicts/tick")[0]
    for missing in ("reason", "second", "pin"):
        typed = {**task, "mg": "0.5", **above, missing: ""}
        assert doctor.http.post("/round/conflicts/tick", data=typed).status_code == 400
    for wrong in ({"pin": "wrong"}, {"second": task["task"]}, {"reason": "x" * 501}):
        typed = {**task, "mg": "0.5", **above, **wrong}
        assert doctor.http.post("/round/conflicts/tick", data=typed).status_code == 400
    assert records(desk, store, "DetectedIssue") == []
    doctor.send("/round/conflicts/tick", mg="0.5", **above)
    assert "give again at most 0.5 mg" in doctor.main
    (kept,) = records(desk, store, "DetectedIssue")
    assert kept["code"]["coding"][0]["code"] == "re-dose"
    assert [one["reference"] for one in kept["implicated"]] == [
        "MedicationRequest/p1-order", f"Task/{task['task']}",
    ]  # fmt: skip
    assert [one["action"]["text"] for one in kept["mitigation"]] == [above["reason"]] * 2
    assert kept["mitigation"][1]["author"]["reference"] == f"Practitioner/{above['second']}"


def test_to_give_nothing_again_asks_for_no_reason(
    page: Online, doctor: Online, desk: Desk, store: Store
) -> None:
    page.give()
    page.card()
    page.send("/round/online/record", {"kind": "vomited"})
    doctor.open("/round/conflicts")
    doctor.send("/round/conflicts/tick", mg="0")
    assert "Nothing is to be done." in doctor.main
    assert records(desk, store, "DetectedIssue") == []


def test_what_is_given_again_is_a_prescribers_decision(
    page: Online, doctor: Online, above: dict[str, str]
) -> None:
    page.give()
    page.card()
    page.send("/round/online/record", {"kind": "vomited"})
    page.open("/round/conflicts")
    assert page.forms("/round/conflicts/tick") == []
    doctor.open("/round/conflicts")
    task = doctor.forms("/round/conflicts/tick")[0]
    assert page.http.post("/round/conflicts/tick", data={**task, "csrf": page.tablet.csrf, "mg": "30"}).status_code == 403  # fmt: skip
    for amount in ("", "x", "-1", "1001", "NaN"):
        assert doctor.http.post("/round/conflicts/tick", data={**task, "mg": amount}).status_code == 400
    doctor.send("/round/conflicts/tick", mg="30,5", **above)
    page.open("/round/conflicts")
    assert "give again at most 30.5 mg" in page.main
    page.card()
    page.send("/round/online/record", {"kind": "re-dose"}, mg="30", alone="yes")
    assert "before a prescriber decided" not in page.main
    page.open("/round/conflicts")
    page.send("/round/conflicts/tick")
    assert "Nothing is to be done." in page.main


@pytest.mark.parametrize(("decided", "mg", "flagged"), [(None, "30", True), ("30", "30", False), ("30", "30.01", True)])  # fmt: skip
def test_what_is_given_again_without_a_decision_or_above_it_is_flagged(
    page: Online, doctor: Online, above: dict[str, str], decided: str | None, mg: str, flagged: bool
) -> None:
    page.give()
    page.card()
    page.send("/round/online/record", {"kind": "vomited"})
    if decided:
        doctor.open("/round/conflicts")
        doctor.send("/round/conflicts/tick", mg=decided, **above)
    page.card()
    page.send("/round/online/record", {"kind": "re-dose"}, mg=mg, alone="yes")
    assert ("before a prescriber decided it, or more than that" in page.main) is flagged


# --- who could be taken for another


CODE = code_from(7)


@pytest.fixture
def alike(desk: Desk, store: Store, clock: Clock) -> None:
    """Two of one name, of whom one has a card; whoever was compared before is compared again."""
    clock.at += 2 * MARKS_LAST
    name = [{"family": "DEMO-alike", "given": ["Ana"]}]
    one, other = (next(iter(a_person(id_))) for id_ in ("p1", "p2"))
    card = identifier_of(Number(NumberKind.CODE, CODE))
    put(desk.database, store, [
        {**one, "name": name, "identifier": [*one["identifier"], card]}, {**other, "name": name},
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "status", "found"),
    [
        ({"identity": "read", "code_read": CODE}, 200, "qr name-birth"),
        ({"identity": "read", "code_read": "n-p1"}, 200, "number name-birth"),
        ({"identity": "read", "code_read": "N-p2"}, 409, None),
        ({"identity": "read", "code_read": ""}, 409, None),
        ({"identity": "name-birth", "code_read": CODE[:-1]}, 409, None),
        ({"identity": "name-birth"}, 200, "name-birth"),
    ],
)
def test_who_could_be_taken_for_another_is_told_by_what_was_in_fact_read(
    page: Online, desk: Desk, store: Store, alike: None, typed: dict[str, str], status: int, found: str | None
) -> None:  # fmt: skip
    page.card()
    assert "Code and number" not in page.main
    assert page.send("/round/online/record", {"kind": "given"}, alone="yes", **typed).status_code == status
    if found:
        with desk.database.cursor() as cursor:
            ((event,),) = cursor.execute("SELECT id FROM clinical.round_event").fetchall()
            sent = json.loads(body_of(cursor, store.keyring, event) or "{}")
        assert " ".join(sent["identity_by"]) == found
    assert ("Fewer than two identifiers" in page.main) is (found == "name-birth")


# --- the second person


def signs_in_beside(page: Online, wing: str = "") -> str:
    """The second nurse; her account."""
    page.open()
    account = next(value for value, name in re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)<', page.page.text) if name.startswith("nurse2"))  # fmt: skip
    page.send("/round/online/witness", account=account, pin=PIN, wing=wing)
    return account


def witnesses(desk: Desk) -> list[str | None]:
    """Who is named beside what was given to p1."""
    with desk.database.cursor() as cursor:
        asked = "SELECT witness FROM clinical.oat_event WHERE patient_id = 'p1' AND event IS NOT NULL"
        return [one for (one,) in cursor.execute(asked).fetchall()]


@pytest.mark.parametrize(
    ("per", "wing", "asks"),
    [("round", "", True), ("dose", "", True), ("wing", "", True), ("wing", "B", False)],
)
def test_who_signed_in_beside_taps_on_the_card_and_stands_in_the_record(
    under: Callable[[Protocol], None], page: Online, desk: Desk, with_pin: Callable[[str, Tablet], None],
    per: str, wing: str, asks: bool,
) -> None:  # fmt: skip
    """People of these tests have no wing."""
    under(a_law(oat__witness_per=per))
    with_pin("nurse2", page.tablet)
    account = signs_in_beside(page, wing)
    assert "nurse2 of the tests" in page.main
    page.card()
    assert ("nurse2 of the tests stands beside and saw it" in page.main) is asks
    if asks:
        assert page.send("/round/online/record", {"kind": "given"}).status_code == 409
        assert "whoever stands beside taps first" in page.main
        page.send("/round/online/record", {"kind": "given"}, beside=account)
    else:
        page.send("/round/online/record", {"kind": "given"}, alone="yes")
    assert witnesses(desk) == [account if asks else None]
    assert ("Single-handed" in page.main) is not asks


def test_who_signed_in_beside_and_went_away_is_not_named(
    page: Online, desk: Desk, with_pin: Callable[[str, Tablet], None]
) -> None:
    with_pin("nurse2", page.tablet)
    signs_in_beside(page)
    page.give(beside="nobody", alone="")
    assert witnesses(desk) == [None]
    assert "Single-handed" in page.main


def test_a_wrong_tap_is_taken_back_by_two_where_there_are_two(
    page: Online, with_pin: Callable[[str, Tablet], None]
) -> None:
    with_pin("nurse2", page.tablet)
    account = signs_in_beside(page)
    page.give(beside=account, alone="")
    assert "nurse2 of the tests stands beside and agrees" in page.main
    (form,) = page.forms("/round/online/record", kind="entered-in-error")
    page.page = page.http.post("/round/online/record", data=form)
    assert "whoever stands beside taps first" in page.main
    assert page.tablet.rows()["p1"]["state"] == "done"
    page.page = page.http.post("/round/online/record", data={**form, "beside": account})
    assert page.tablet.rows()["p1"]["state"] == "to-come"


def test_a_second_person_whom_only_a_tablet_proved_is_told_on_the_list(
    page: Online, people: dict[str, Someone]
) -> None:
    second = str(people["nurse2"].account)
    page.tablet.gives("p1", witness=second, witness_offline=True, single_handed=False)
    page.tablet.gives("p2", witness=second, single_handed=False)
    page.open()
    assert "nurse2 of the tests is named beside 1 dose of today, proved by the tablet alone" in page.main


def test_a_wrong_pin_signs_nobody_in(page: Online, with_pin: Callable[[str, Tablet], None]) -> None:
    with_pin("nurse2", page.tablet)
    page.open()
    account = next(value for value, name in re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)<', page.page.text) if name.startswith("nurse2"))  # fmt: skip
    assert page.send("/round/online/witness", account=account, pin="000000").status_code == 422
    page.open()
    assert "Nobody has signed in beside." in page.main


def test_a_round_is_not_closed_without_a_word_while_something_of_it_is_out(page: Online, desk: Desk) -> None:
    safe = Dispensary(desk.database, PRISON, day=DAY, at=SEVEN)
    batch = safe.receives(1000)
    bottle = safe.issues(batch, 100, "B1")
    safe.issues(batch, 100, "B2", session="afternoon")
    page.open()
    assert page.send("/round/online/close").status_code == 409
    assert "count back first what is out" in page.main
    assert "this round is closed" not in page.main
    assert f"/register/enter/count-back?issue={bottle}" in page.page.text
    page.send("/round/online/close", left_out="yes")
    assert "this round is closed" in page.main
    assert "1 container is not counted back" in page.main
    assert "B1" in page.main
    assert "B2" not in page.main.partition("Out for the round")[0], "it is for a later round"
    safe.counts_back(bottle, 100)
    page.open()
    assert "not counted back" not in page.main


def test_one_that_was_counted_back_is_closed_without_being_asked(page: Online, desk: Desk) -> None:
    safe = Dispensary(desk.database, PRISON, day=DAY, at=SEVEN)
    safe.counts_back(safe.issues(safe.receives(1000), 100, "B1"), 100)
    page.open()
    page.send("/round/online/close")
    assert "this round is closed" in page.main


def test_the_round_is_closed_and_what_is_open_stays(page: Online) -> None:
    page.give()
    page.send("/round/online/close")
    assert "this round is closed" in page.main
    assert "1 still to come, 1 done" in page.main
    page.give("p2")
    assert page.tablet.rows()["p2"]["state"] == "done"


# --- somebody who is not on the list


def test_what_was_given_to_somebody_without_an_order_is_recorded(
    page: Online, desk: Desk, store: Store
) -> None:
    put(desk.database, store, [one for one in a_person("p3", dosed=False) if one["resourceType"] != "MedicationRequest"])  # fmt: skip
    page.open()
    page.send("/round/online/find", sought="N-p3")
    assert "DEMO-p3" in page.main
    page.send("/round/online/card", {"person": "p3"})
    assert "No planned dose" in page.main
    page.send(
        "/round/online/record", {"happened": "yes"},
        kind="given", mg="40", product="methadone-oral-solution", mistake="wrong-person", alone="yes",
    )  # fmt: skip
    assert "Recorded as a mistake by who gave it" in page.main
    page.open("/round/conflicts")
    assert "Dosing error" in page.main


def test_after_a_mistake_the_record_says_what_was_taken_and_not_what_was_ordered(
    page: Online, desk: Desk, store: Store
) -> None:
    page.card()
    mistaken = {"mistake": "wrong-medicine", "kind": "given", "mg": "8", "alone": "yes"}
    answer = page.send("/round/online/record", {"happened": "yes"}, **mistaken)
    assert answer.status_code == 409
    assert "say which medicine was in fact taken" in page.main
    page.send("/round/online/record", {"happened": "yes"}, **mistaken, product="buprenorphine-sublingual")
    with desk.database.transaction() as connection:
        (taken,) = connection.execute(text("SELECT product, mg FROM clinical.oat_event WHERE patient_id = 'p1' AND day = '2026-03-10'")).all()  # fmt: skip
    assert (taken.product, taken.mg) == ("buprenorphine-sublingual", 8)


def test_of_the_wrong_strength_the_volume_and_the_strength_are_recorded(page: Online, desk: Desk) -> None:
    page.card()
    page.send(
        "/round/online/record", {"happened": "yes"},
        mistake="wrong-strength", kind="given", product="methadone-oral-solution", mg="120", ml="12", strength="10", alone="yes",
    )  # fmt: skip
    with desk.database.transaction() as connection:
        (taken,) = connection.execute(text("SELECT mg, ml FROM clinical.oat_event WHERE patient_id = 'p1' AND day = '2026-03-10'")).all()  # fmt: skip
    assert (taken.mg, taken.ml) == (120, 12)


def test_what_was_given_before_is_entered_with_its_time(page: Online) -> None:
    page.card()
    page.send("/round/online/record", {"happened": "yes"}, kind="given", occurred_at="2026-03-10T06:10", alone="yes", awake="yes", identity="name-birth number")  # fmt: skip
    assert "Entered afterwards, from paper" in page.main
    assert page.tablet.rows()["p1"]["done"]["at"] == "2026-03-10T05:10:00+00:00"


def test_a_card_of_nobody_in_care_is_not_shown(page: Online) -> None:
    page.card()
    form = {**page.forms("/round/online/record", kind="refused")[0], "person": "q1"}
    answer = page.http.post("/round/online/card", data=form)
    assert answer.status_code == 404
    assert "DEMO-q1" not in answer.text


# --- who looked


def test_cards_and_lists_are_logged_before_they_are_shown(page: Online, log: Callable[[], list[Logged]]) -> None:  # fmt: skip
    page.open()
    log()
    page.send("/round/online/card", {"person": "p1"})
    reads = [one for one in log() if one["kind"] == "read"]
    assert {one["interaction"] for one in reads} == {"$round", "$round-photos"}
    assert all(set(one["subjects"]) == {"Patient/p1"} for one in reads)


def test_an_order_changed_after_the_card_was_opened_is_told(page: Online, desk: Desk, store: Store) -> None:
    page.card()
    put(desk.database, store, [request_of(an_order(50, id="p1-order", patient="p1"))])
    page.send("/round/online/record", {"kind": "given"}, alone="yes")
    assert "The order was changed after the list was fetched" in page.main
