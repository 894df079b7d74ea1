"""What custody's file proposes: nothing of it holds before a nurse confirms it, nothing is lost, very many are held."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from people_pages import Clock, PlainBrowser
from resources import a_patient, a_stay, text_of
from stores import store_on
from ward import INSIDE

from clinical.custody.dosing_sites import dosing_sites
from clinical.custody.movement_file import movement_file
from clinical.protocols import NO_PROTOCOL
from fhir_store.search import Context, parse_query, search
from fhir_store.store import Author
from fhir_store.write import Write, raw_cursor, save
from services.access.pages.desk import Desk
from services.custody.proposing import NoSuchFacility, Proposed, Reading

SignIn = Callable[[str], PlainBrowser]
Log = Callable[[], list[dict[str, Any]]]
ZONE = ZoneInfo("Europe/Podgorica")
HEAD = "number;movement;at;to;wing;cell\n"


@pytest.fixture
def custody(desk: Desk, clock: Clock) -> Callable[..., Proposed]:
    """Read a file of custody, of lines such as ``N-100;transfer;-1`` (hours from now)."""

    def read(*lines: str, facility: str = "north", dry_run: bool = False) -> Proposed:
        text = HEAD + "\n".join(
            re.sub(r";(-?\d+)h", lambda found: f";{at(clock, int(found[1]))}", line) for line in lines
        )
        file = movement_file(text.encode(), ZONE)
        reading = Reading(store_on(desk.database), NO_PROTOCOL, facility, file, clock.at, dry_run)
        return desk.database.run(reading.propose)

    return read


def at(clock: Clock, hours: int) -> str:
    return (clock.at + timedelta(hours=hours)).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def put(desk: Desk, *resources: dict[str, Any]) -> None:
    writes = [Write(text_of(one), id=one["id"]) for one in resources]
    author = Author("ward", facility="north")
    desk.database.run(lambda connection: save(connection, store_on(desk.database), writes, author))


def somebody(number: str, *, held: bool = True) -> list[dict[str, Any]]:
    id_ = number.lower()
    patient = a_patient(
        id_,
        name=[{"family": "DEMO", "given": ["Somebody"]}],
        identifier=[{"system": "urn:x", "value": number}],
    )
    return [patient, *([a_stay(f"{id_}-stay", patient=id_, prison="north")] if held else [])]


def records(desk: Desk, type_: str) -> list[dict[str, Any]]:
    store = store_on(desk.database)
    with desk.database.snapshot() as connection:
        query = parse_query(type_, [("_count", "500")], context=Context(store.zone, store.keyring))
        return [json.loads(one.text) for one in search(raw_cursor(connection), query).matches]


def the_stay(desk: Desk) -> dict[str, Any]:
    return next(one for one in records(desk, "Encounter") if one["id"] == f"{INSIDE}-stay")


def page(browser: PlainBrowser) -> str:
    browser.open("/people/movements")
    return unescape(browser.main)


def test_a_number_of_the_file_is_known_in_whichever_letters_it_is_written(
    custody: Callable[..., Proposed], sign_in: SignIn, desk: Desk
) -> None:
    in_the_file, later = "\u0410-0471", "\u0412-0472"
    put(desk, *somebody("A-0471"))
    assert custody(f"{in_the_file};escape;-1h;;;", f"{later};reception;-1h;;;").unknown == (3,)
    put(desk, *somebody("B-0472", held=False))
    nurse = sign_in("nurse")
    nurse.open("/people/movements")
    assert "A-0471" in nurse.main
    assert "Nobody has this number" not in nurse.main


def test_an_empty_list_says_what_will_be_there(sign_in: SignIn) -> None:
    assert "Nothing waits." in page(sign_in("nurse"))


@pytest.mark.parametrize("movement", ["transfer", "release-unplanned", "death", "court", "hospital"])
def test_nothing_in_the_file_changes_a_stay_or_a_dosing_site_before_a_nurse_confirms_it(
    custody: Callable[..., Proposed], desk: Desk, movement: str
) -> None:
    before = {type_: records(desk, type_) for type_ in ("Encounter", "Patient", "MedicationRequest", "Flag")}
    assert custody(f"N-100;{movement};-1h;;;").new == 1
    assert {type_: records(desk, type_) for type_ in before} == before
    with desk.database.snapshot() as connection:
        cursor = raw_cursor(connection)
        assert dosing_sites(cursor, [INSIDE]) == {INSIDE: "north"}
        for table in ("absence", "duty", "record_seal"):
            assert cursor.execute(f"SELECT count(*) FROM clinical.{table}").fetchall() == [(0,)]


def test_a_nurse_confirms_and_the_movement_is_at_custodys_time(
    sign_in: SignIn, custody: Callable[..., Proposed], desk: Desk, clock: Clock, log: Log
) -> None:
    custody("N-100;transfer;-1h;DEMO Prison South;;")
    nurse = sign_in("nurse")
    said = page(nurse)
    assert "Amina DEMO" in said
    assert "Transferred to another prison" in said
    nurse.send("/people/movements/confirm")
    assert "Confirmed and recorded." in nurse.main
    stay = the_stay(desk)
    assert stay["status"] == "finished"
    assert stay["hospitalization"]["destination"] == {"reference": "Organization/south"}
    assert stay["period"]["end"].startswith(at(clock, -1).replace(" ", "T"))
    assert "Nothing waits." in nurse.main
    assert ("read", "$movements") in [(one["kind"], one.get("interaction")) for one in log()]


def test_what_was_confirmed_by_mistake_is_taken_back_and_waits_again(
    sign_in: SignIn, custody: Callable[..., Proposed], desk: Desk
) -> None:
    custody("N-100;release-unplanned;-1h;;;")
    nurse = sign_in("nurse")
    page(nurse)
    nurse.send("/people/movements/confirm")
    nurse.send("/people/undo")
    assert the_stay(desk)["status"] == "in-progress"
    assert "Released without notice" in page(nurse)


def test_a_nurse_refuses_and_nothing_is_changed_nor_proposed_again(
    sign_in: SignIn, custody: Callable[..., Proposed], desk: Desk
) -> None:
    custody("N-100;transfer;-1h;;;")
    nurse = sign_in("nurse")
    page(nurse)
    nurse.send("/people/movements/refuse")
    assert "Nothing was changed." in nurse.main
    assert the_stay(desk)["status"] == "in-progress"
    assert custody("N-100;transfer;-1h;;;").new == 0
    assert "Nothing waits." in page(nurse)


def test_reading_a_file_again_proposes_nothing_twice_and_a_dry_run_nothing_at_all(
    custody: Callable[..., Proposed], desk: Desk
) -> None:
    lines = ("N-100;transfer;-1h;;;", "N-100;nonsense;-1h;;;", "N-999;escape;-1h;;;")
    tried = custody(*lines, dry_run=True)
    assert (tried.rows, tried.new, tried.unknown, [one.line for one in tried.bad]) == (2, 3, (4,), [3])
    assert not records(desk, "Task")
    assert custody(*lines).new == 3
    assert custody(*lines).new == 0
    assert custody(*lines, "N-100;court;-1h;;;").new == 1
    assert len(records(desk, "Task")) == 4


def test_a_proposal_that_somebody_settled_is_not_settled_twice(
    sign_in: SignIn, custody: Callable[..., Proposed], desk: Desk
) -> None:
    custody("N-100;court;-1h;;;")
    nurse, doctor = sign_in("nurse"), sign_in("doctor")
    page(nurse)
    page(doctor)
    typed = doctor.fields("/people/movements/confirm")
    nurse.send("/people/movements/confirm")
    for action in ("confirm", "refuse"):
        doctor.page = doctor.http.post(f"/people/movements/{action}", data=typed)
        assert doctor.page.status_code == 409
        assert "Somebody has said already" in doctor.main
    assert len([one for one in records(desk, "Encounter") if one.get("partOf")]) == 1


def test_an_unknown_number_is_listed_and_found_once_the_person_is_registered(
    sign_in: SignIn, custody: Callable[..., Proposed], desk: Desk
) -> None:
    assert custody("N-777;reception;-1h;;;").unknown == (2,)
    nurse = sign_in("nurse")
    said = page(nurse)
    assert "N-777" in said
    assert "Nobody has this number, or several people do." in said
    assert "/people/movements/confirm" not in nurse.page.text
    put(desk, *somebody("N-777"))
    said = page(nurse)
    assert "Somebody DEMO" in said
    nurse.send("/people/movements/confirm")
    assert "Confirmed" in nurse.main


def test_what_is_of_somebody_who_cannot_be_shown_is_not_confirmed(
    sign_in: SignIn, custody: Callable[..., Proposed], desk: Desk
) -> None:
    put(desk, *somebody("N-777", held=False))
    custody("N-777;reception;-1h;;;")
    nurse = sign_in("nurse")
    said = page(nurse)
    assert "N-777" in said
    assert "Somebody" not in said
    assert "Whose number this is cannot be shown" in said
    assert "/people/movements/confirm" not in nurse.page.text
    (task,) = records(desk, "Task")
    csrf = nurse.fields("/people/movements/refuse")
    for person in ("n-777", INSIDE, ""):
        answer = nurse.http.post(
            "/people/movements/confirm", data={**csrf, "task": task["id"], "person": person}
        )
        assert answer.status_code == 422
    assert not [one for one in records(desk, "Encounter") if one["subject"] == {"reference": "Patient/n-777"}]
    put(desk, *somebody("N-777"))
    assert "Somebody DEMO" in page(nurse)


@pytest.mark.parametrize("kind", ["uic", "national", "temporary"])
def test_a_number_of_another_kind_is_not_what_custody_means(
    sign_in: SignIn, custody: Callable[..., Proposed], desk: Desk, kind: str
) -> None:
    patient, stay = somebody("4711")
    type_ = {"coding": [{"system": "urn:throughcare:code-system:identifier-type", "code": kind}]}
    put(desk, {**patient, "identifier": [{**patient["identifier"][0], "type": type_}]}, stay)
    assert custody("4711;escape;-1h;;;").unknown == (2,)
    assert "Nobody has this number, or several people do." in page(nurse := sign_in("nurse"))
    assert "/people/movements/confirm" not in nurse.page.text


def test_a_number_of_two_people_is_nobodys(
    sign_in: SignIn, custody: Callable[..., Proposed], desk: Desk
) -> None:
    put(desk, *somebody("N-777"), {**somebody("N-777")[0], "id": "twin"})
    assert custody("N-777;escape;-1h;;;").unknown == (2,)
    assert "several people do" in page(nurse := sign_in("nurse"))
    assert "/people/movements/confirm" not in nurse.page.text


def test_an_arrival_that_a_nurse_recorded_before_is_only_agreed_with(
    sign_in: SignIn, custody: Callable[..., Proposed], desk: Desk
) -> None:
    custody("N-100;reception;-1h;;;")
    nurse = sign_in("nurse")
    assert "The record says so already." in page(nurse)
    nurse.send("/people/movements/confirm")
    assert "Confirmed" in nurse.main
    stays = [
        one for one in records(desk, "Encounter") if one["subject"] == {"reference": f"Patient/{INSIDE}"}
    ]
    assert len(stays) == 1
    assert stays[0]["extension"] == [{"url": "urn:throughcare:extension:told-by", "valueCode": "custody"}]


def test_what_is_announced_is_confirmed_once_it_has_happened(
    sign_in: SignIn, custody: Callable[..., Proposed], desk: Desk, clock: Clock
) -> None:
    custody("N-100;transfer;1h;;;")
    nurse = sign_in("nurse")
    assert "Announced" in page(nurse)
    assert "/people/movements/confirm" not in nurse.page.text
    (task,) = records(desk, "Task")
    csrf = nurse.fields("/people/movements/refuse")
    nurse.page = nurse.http.post(
        "/people/movements/confirm", data={**csrf, "task": task["id"], "person": INSIDE}
    )
    assert nurse.page.status_code == 422
    assert "This is ahead" in unescape(nurse.main)
    assert the_stay(desk)["status"] == "in-progress"
    clock.goes_on(hours=2)
    nurse = sign_in("nurse")
    assert "To be confirmed" in page(nurse)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("N-100;court-return;-1h;;;", "No such absence is open."),
        ("N-100;escape;-9999999h;;;", "before the stay or absence began"),
        ("N-100;sacked;-1h;;;", "The movement is none that is known."),
        ("N-100;escape;soon;;;", "Day and time cannot be read."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_listed_with_why_and_stays_until_it_is_refused(
    sign_in: SignIn, custody: Callable[..., Proposed], line: str, why: str
) -> None:
    custody(line.replace("-9999999h", "2020-01-01 10:00"))
    nurse = sign_in("nurse")
    said = page(nurse)
    assert "Not clear" in said
    assert why in said
    assert "/people/movements/confirm" not in nurse.page.text
    nurse.send("/people/movements/refuse")
    assert "Nothing waits." in nurse.main


def test_lines_that_say_two_things_of_one_person_are_marked(
    sign_in: SignIn, custody: Callable[..., Proposed]
) -> None:
    custody("N-100;transfer;-1h;;;", "N-100;release-planned;-1h;;;")
    assert page(sign_in("nurse")).count("another line says something else of this person") == 2


def test_a_cell_of_the_file_is_where_the_row_of_the_round_goes(
    sign_in: SignIn, custody: Callable[..., Proposed], desk: Desk
) -> None:
    custody("N-100;room;-1h;;B;12")
    nurse = sign_in("nurse")
    assert "B / 12" in page(nurse)
    nurse.send("/people/movements/confirm")
    with desk.database.snapshot() as connection:
        rows = raw_cursor(connection).execute(
            "SELECT p.name FROM clinical.stay s JOIN clinical.place p ON p.source_id = s.place_id WHERE s.patient_id = %s",
            (INSIDE,),
        )
        assert rows.fetchall() == [("12",)]


# --- very many at once


def many(desk: Desk, count: int = 6) -> list[str]:
    numbers = [f"M-{nth}" for nth in range(count)]
    put(desk, *(one for number in numbers for one in somebody(number)))
    return numbers


def test_very_many_at_once_are_held_until_somebody_asked_custody_and_then_each_waits_for_its_word(
    sign_in: SignIn, custody: Callable[..., Proposed], desk: Desk
) -> None:
    numbers = many(desk)
    assert custody(*(f"{number};transfer;-1h;;;" for number in numbers)).held
    nurse = sign_in("nurse")
    said = page(nurse)
    assert "Held: 6 lines of one file" in said
    assert "/people/movements/confirm" not in nurse.page.text
    task = records(desk, "Task")[0]["id"]
    csrf = nurse.fields("/people/movements/release")
    assert nurse.http.post("/people/movements/confirm", data={**csrf, "task": task}).status_code == 400
    nurse.send("/people/movements/release")
    assert "Released." in nurse.main
    assert unescape(nurse.main).count('action="/people/movements/confirm"') == 6
    assert all(one["status"] == "in-progress" for one in records(desk, "Encounter"))


def test_many_small_files_are_one_large_one(custody: Callable[..., Proposed], desk: Desk) -> None:
    numbers = many(desk)
    held = [custody(f"{number};transfer;-1h;;;").held for number in numbers]
    assert held == [False] * 5 + [True]
    assert not custody(*(f"{number};transfer;-1h;;;" for number in numbers)).new


def test_many_who_only_change_their_cell_are_not_held(custody: Callable[..., Proposed], desk: Desk) -> None:
    assert not custody(*(f"{number};room;-1h;;B;{number}" for number in many(desk, 9))).held


# --- whose list it is


def test_another_prison_sees_and_settles_nothing_of_it(
    sign_in: SignIn, custody: Callable[..., Proposed], desk: Desk
) -> None:
    custody("N-100;transfer;-1h;;;")
    lead = sign_in("leadsouth")
    said = page(lead)
    assert "N-100" not in said
    assert "Amina" not in said
    (task,) = records(desk, "Task")
    lead.open("/account")
    token = re.search(r'name="csrf" value="([^"]+)"', lead.page.text)
    assert token is not None
    for action in ("confirm", "refuse"):
        answer = lead.http.post(f"/people/movements/{action}", data={"csrf": token[1], "task": task["id"]})
        assert answer.status_code == 403
    assert (
        lead.http.post(
            "/people/movements/release", data={"csrf": token[1], "file": task["groupIdentifier"]["value"]}
        ).status_code
        == 409
    )
    assert records(desk, "Task")[0]["status"] == "requested"


def test_a_file_is_of_a_facility_that_is_there(custody: Callable[..., Proposed]) -> None:
    with pytest.raises(NoSuchFacility):
        custody("N-100;transfer;-1h;;;", facility="nowhere")
