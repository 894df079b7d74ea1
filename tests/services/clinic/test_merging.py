"""Two records of one person: seen side by side, signed by who may, read as one, and taken apart again."""

import json
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from people_pages import Clock, PlainBrowser
from resources import a_dose, a_patient, a_stay, text_of
from stores import store_on
from ward import INSIDE, OTHER, OUTSIDE

from clinical.custody.dosing_sites import dosing_sites
from clinical.people.same_person import named_by_one, records_of, records_of_all
from clinical.protocols import NO_PROTOCOL
from fhir_store.read import read
from fhir_store.search import Context
from fhir_store.store import Author
from fhir_store.write import Write, raw_cursor, save
from services.access.pages.desk import Desk
from services.clinic.people_here import two_people_marks

SignIn = Callable[[str], PlainBrowser]
Log = Callable[[], list[dict[str, Any]]]

TWIN = "twin"


def put(desk: Desk, *resources: dict[str, Any], facility: str = "north") -> None:
    store = store_on(desk.database)
    writes = [Write(text_of(one), id=one["id"]) for one in resources]
    author = Author("ward", steward=True, facility=facility)
    desk.database.run(lambda connection: save(connection, store, writes, author))


@pytest.fixture
def twin(desk: Desk, clock: Clock) -> str:
    """A second record of the person in the north, who has doses of the last days in both."""
    today = clock.at

    def dose(id_: str, patient: str, back: int, **more: Any) -> dict[str, Any]:
        return a_dose(id_, patient=patient, at=(today - timedelta(days=back)).isoformat(), **more)

    put(
        desk,
        a_patient(TWIN, name=[{"family": "DEMO", "given": ["Амина"]}], birthDate="1984-03-02", identifier=[{"system": "urn:x", "value": "N-200"}]),
        a_stay(f"{TWIN}-stay", patient=TWIN, prison="north"),
        dose("one-1", INSIDE, 1), dose("one-2", INSIDE, 2),
        dose("two-2", TWIN, 2), dose("two-3", TWIN, 3, status="not-done"),
    )  # fmt: skip
    return TWIN


def start(browser: PlainBrowser, number: str = "N-100") -> str:
    browser.open("/people")
    browser.send("/people/find", sought=number)
    browser.send("/people/identity")
    browser.send("/people/merge")
    return unescape(browser.main)


def patient(desk: Desk, id_: str) -> dict[str, Any]:
    with desk.database.snapshot() as connection:
        found: dict[str, Any] = json.loads(
            read(raw_cursor(connection), store_on(desk.database).keyring, "Patient", id_).text
        )
        return found


def joined(desk: Desk, id_: str) -> frozenset[str]:
    with desk.database.snapshot() as connection:
        return records_of(raw_cursor(connection), id_)


def sign(browser: PlainBrowser, number: str = "N-100") -> None:
    start(browser, number)
    browser.send("/people/merge/compare")
    browser.send("/people/merge/sign")
    assert "Signed." in browser.main


def test_dose_days_of_both_are_seen_before_anybody_can_sign(
    sign_in: SignIn, twin: str, desk: Desk, log: Log
) -> None:
    doctor = sign_in("doctor")
    assert "Амина DEMO" in start(doctor)
    assert "/people/merge/sign" not in doctor.page.text
    doctor.send("/people/merge/compare")
    said = unescape(doctor.main)
    assert "Doses of the last 28 days" in said
    assert "On 1 day both say that a dose was given" in said
    assert said.count("60 mg") == 3
    assert joined(desk, INSIDE) == {INSIDE}
    looked = [one["subjects"] for one in log() if one.get("interaction") == "$merge"]
    assert sorted(looked) == [[f"Patient/{INSIDE}"], [f"Patient/{TWIN}"]]


def test_signed_both_are_kept_and_each_names_the_other(
    sign_in: SignIn, twin: str, desk: Desk, log: Log
) -> None:
    doctor = sign_in("doctor")
    before = {one: patient(desk, one) for one in (INSIDE, TWIN)}
    sign(doctor)
    assert joined(desk, INSIDE) == joined(desk, TWIN) == {INSIDE, TWIN}
    for one, type_, other in ((INSIDE, "replaces", TWIN), (TWIN, "replaced-by", INSIDE)):
        now = patient(desk, one)
        assert now["link"] == [{"other": {"reference": f"Patient/{other}"}, "type": type_}]
        kept = {name: value for name, value in now.items() if name not in ("link", "active", "meta")}
        assert kept == {name: value for name, value in before[one].items() if name != "meta"}
    assert "Further records of this person" in doctor.main
    written = [(one["interaction"], one["type"]) for one in log() if one["kind"] == "write"]
    assert written == [("update", "Patient"), ("update", "Patient"), ("create", "Provenance")]


def test_the_reading_of_one_shows_both(sign_in: SignIn, twin: str) -> None:
    doctor = sign_in("doctor")
    sign(doctor)
    for number in ("N-100", "N-200"):
        doctor.open("/people")
        doctor.send("/people/find", sought=number)
        doctor.send("/people/record")
        # Four doses of the last days, two of the ward, and what else the first record has.
        assert doctor.main.count(">Dose<") == 6
        assert doctor.main.count(">Stay or visit<") == 2
        assert "penicillin" in doctor.main
    doctor.send("/people/card")
    assert "penicillin" in doctor.main


def test_taken_apart_each_is_read_by_itself_again_and_nothing_was_rewritten(
    sign_in: SignIn, twin: str, desk: Desk
) -> None:
    doctor = sign_in("doctor")
    sign(doctor)
    doctor.send("/people/merge/part")
    assert "Taken apart." in doctor.main
    assert joined(desk, INSIDE) == {INSIDE}
    for one in (INSIDE, TWIN):
        now = patient(desk, one)
        assert "link" not in now
        assert (now["active"], now["meta"]["versionId"]) == (True, "3")
    doctor.open("/people")
    doctor.send("/people/find", sought="N-200")
    doctor.send("/people/record")
    assert doctor.main.count(">Dose<") == 2


def test_who_treats_by_one_record_reads_the_other_and_no_more_once_they_are_apart(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    """The second record is of a stay in the south; both facilities treat the person while they are joined."""
    lead, doctor = sign_in("leadsouth"), sign_in("doctor")
    put(
        desk,
        a_stay(
            "came",
            patient=OUTSIDE,
            prison="north",
            period={
                "start": (clock.at - timedelta(days=80)).isoformat(),
                "end": (clock.at - timedelta(days=2)).isoformat(),
            },
            status="finished",
        ),
    )
    assert not find(lead, "N-100")
    start(doctor)
    doctor.send("/people/merge/compare", number="S-200", other="")
    doctor.send("/people/merge/sign")
    assert "Signed." in doctor.main
    assert find(lead, "N-100")
    assert not find(sign_in("leadsouth"), "N-1")
    doctor.send("/people/merge/part")
    assert not find(lead, "N-100")


def find(browser: PlainBrowser, number: str) -> bool:
    browser.open("/people")
    browser.send("/people/find", sought=number)
    return "Amina" in browser.main


def test_a_link_that_only_one_record_says_joins_nothing_and_is_offered(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    """Another system names somebody's record in one of its own: it gets nothing by that."""
    link = [{"other": {"reference": f"Patient/{INSIDE}"}, "type": "seealso"}]
    put(
        desk,
        a_patient("theirs", name=[{"family": "Else", "given": ["Somebody"]}], link=link),
        a_stay("theirs-stay", patient="theirs", prison="south"),
        a_stay("theirs-too", patient="theirs", prison="north"),
        facility="south",
    )
    assert joined(desk, INSIDE) == {INSIDE}
    assert not find(sign_in("leadsouth"), "N-100")
    said = start(sign_in("doctor"))
    assert "another system says that it is the same person" in said
    assert "Somebody Else" in said
    with desk.database.snapshot() as connection:
        assert named_by_one(raw_cursor(connection), INSIDE) == {"theirs"}
        assert records_of_all(raw_cursor(connection), [INSIDE, "theirs"]) == {
            INSIDE: {INSIDE},
            "theirs": {"theirs"},
        }


def test_nobody_joins_a_record_outside_their_care(sign_in: SignIn, twin: str, desk: Desk) -> None:
    doctor = sign_in("doctor")
    start(doctor)
    doctor.send("/people/merge/compare", number="S-200", other="")
    assert "Nobody in your care has this number." in unescape(doctor.main)
    start(doctor)
    typed = doctor.fields("/people/merge/compare")
    for other in (OUTSIDE, OTHER):
        for action in ("compare", "sign"):
            answer = doctor.http.post(f"/people/merge/{action}", data={**typed, "other": other})
            assert answer.status_code == 404
    assert joined(desk, INSIDE) == {INSIDE}


def test_a_nurse_neither_joins_nor_takes_apart(sign_in: SignIn, twin: str, desk: Desk) -> None:
    doctor, nurse = sign_in("doctor"), sign_in("nurse")
    nurse.open("/people")
    nurse.send("/people/find", sought="N-100")
    nurse.send("/people/identity")
    typed = nurse.fields("/people/details")
    for action in ("", "/compare", "/sign"):
        assert nurse.http.post(f"/people/merge{action}", data={**typed, "other": TWIN}).status_code == 403
    sign(doctor)
    assert nurse.http.post("/people/merge/part", data={**typed, "record": TWIN}).status_code == 403
    assert joined(desk, INSIDE) == {INSIDE, TWIN}


def test_the_same_record_and_one_that_is_joined_already_are_told(sign_in: SignIn, twin: str) -> None:
    doctor = sign_in("doctor")
    start(doctor)
    doctor.send("/people/merge/compare", number="N-100", other="")
    assert "This is the same record" in doctor.main
    sign(doctor)
    typed = doctor.fields("/people/merge/part")
    answer = doctor.http.post("/people/merge/sign", data={**typed, "other": TWIN})
    assert answer.status_code == 422
    assert doctor.http.post("/people/merge/part", data={**typed, "record": OTHER}).status_code == 404


def test_a_person_with_two_records_is_not_taken_for_themselves(
    sign_in: SignIn, twin: str, desk: Desk, clock: Clock
) -> None:
    put(
        desk,
        a_patient("third", name=[{"family": "DEMO", "given": ["Aminna"]}]),
        a_stay("third-stay", patient="third", prison="north"),
    )
    assert marked(desk, clock) == {INSIDE: 2, TWIN: 2, "third": 2}
    sign(sign_in("doctor"))
    assert marked(desk, clock) == {INSIDE: 1, TWIN: 1, "third": 1}


def marked(desk: Desk, clock: Clock) -> dict[str, int]:
    store = store_on(desk.database)
    with desk.database.snapshot() as connection:
        found = two_people_marks(
            raw_cursor(connection),
            Context(store.zone, store.keyring),
            ["north"],
            clock.day(store.zone.key),
            NO_PROTOCOL,
        )
        return {one: len(mark.others) for one, mark in found.items()}


def test_the_dosing_site_is_one_for_both_records(sign_in: SignIn, twin: str, desk: Desk) -> None:
    put(
        desk,
        a_stay(f"{TWIN}-stay", patient=TWIN, prison="south", period={"start": "2025-01-01T10:00:00+01:00"}),
    )
    assert sites(desk) == {INSIDE: "north", TWIN: "south"}
    put(desk, a_stay("back", patient=TWIN, prison="north", period={"start": "2025-06-01T10:00:00+01:00"}))
    sign(sign_in("doctor"))
    assert sites(desk) == {INSIDE: "south", TWIN: "south"}


def sites(desk: Desk) -> dict[str, str | None]:
    with desk.database.snapshot() as connection:
        return dosing_sites(raw_cursor(connection), [INSIDE, TWIN])
