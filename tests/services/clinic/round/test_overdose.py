"""An overdose: recorded from the lock screen by whoever's session it is, without a name; signed afterwards."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from audit_events import Logged, fresh_events
from people_pages import Clock
from round_online import Online
from round_prison import put
from round_tablets import MINUTE, SEVEN, SignIn, Tablet
from sealed_events import seal

from clinical.oat.hold import Hold, HoldReason, flag_of
from fhir_store.store import Store
from services.access.pages.desk import Desk
from services.access.people.sessions import lock
from services.clinic.round.facility_key import FacilityKey
from services.shared.installation import Urls


@pytest.fixture
def page(nurse: Tablet) -> Online:
    return Online(nurse)


@pytest.fixture
def locked(page: Online, desk: Desk) -> Online:
    """The nurse's tablet, locked."""
    with desk.database.transaction() as connection:
        lock(connection, page.tablet.browser.token or "", desk.now())
    return page


@pytest.fixture
def log(urls: Urls) -> Callable[[], list[Logged]]:
    return fresh_events(urls.owner)


def test_one_tap_from_the_lock_screen_records_it_and_says_when_to_look_again(locked: Online) -> None:
    locked.open("/unlock")
    assert 'href="/round/emergency"' in locked.page.text
    locked.open("/round/emergency")
    locked.send("/round/emergency")
    assert locked.page.status_code == 200
    assert "Look again by" in locked.main
    assert "Found" in locked.main


def test_nobody_is_named_on_it(locked: Online) -> None:
    locked.open("/round/emergency")
    locked.send(
        "/round/emergency", breathing="slow", naloxone="2", ambulance="called", where="Cell 4", found="06:50"
    )
    for said in ("Slowly, or too little", "2 doses of naloxone", "Called", "Cell 4"):
        assert said in locked.main
    for never in ("DEMO", "nurse", "N-p1"):
        assert never not in locked.page.text


def test_the_rest_stays_locked(locked: Online) -> None:
    locked.open("/round/emergency")
    locked.send("/round/emergency")
    for path in ("/round/online", "/round/conflicts", "/round/emergency/sign", "/round/paper"):
        assert "Locked" in locked.open(path).text


def test_a_guard_records_none(sign_in: SignIn) -> None:
    guard = Online(sign_in("guard"))
    assert guard.open("/round/emergency").status_code == 403


def test_sent_twice_it_is_one_and_each_look_is_added(page: Online, clock: Clock) -> None:
    page.open("/round/emergency")
    form = page.forms("/round/emergency")[0]
    for _ in range(2):
        page.page = page.http.post("/round/emergency", data=form)
    assert page.main.count("Look again by") == 1
    clock.goes_on(minutes=3)
    began = form["id"]
    page.open("/round/emergency")
    page.send("/round/emergency", {"began": began}, breathing="normal", naloxone="1")
    assert page.main.count("Look again by") == 1
    assert "1 dose of naloxone" in page.main
    page.send("/round/emergency", {"began": began}, over="yes")
    assert "Look again by" not in page.main


def test_a_look_at_none_that_is_known_is_refused(page: Online) -> None:
    page.open("/round/emergency")
    unknown = "00000000-0000-0000-0000-000000000009"
    assert page.send("/round/emergency", began=unknown).status_code == 400


@pytest.mark.parametrize("wrong", [{"naloxone": "x"}, {"breathing": "x"}, {"found": "x"}, {"ambulance": "x"}, {"where": "\0" * 50}])  # fmt: skip
def test_what_is_not_understood_does_not_keep_it_from_being_recorded(
    page: Online, wrong: dict[str, str]
) -> None:
    page.open("/round/emergency")
    assert page.send("/round/emergency", **wrong).status_code == 200
    assert "Look again by" in page.main


@pytest.mark.parametrize(("typed", "shown"), [("06:50", "10 Mar 2026, 06:50"), ("07:04", "10 Mar 2026, 07:04"), ("23:50", "9 Mar 2026, 23:50")])  # fmt: skip
def test_the_time_is_the_one_on_the_clock_of_the_wall(page: Online, typed: str, shown: str) -> None:
    page.open("/round/emergency")
    page.send("/round/emergency", found=typed)
    assert f"Found {shown} Look again by" in page.main


def test_who_signs_says_who_it_was_and_nothing_is_given_before_a_prescriber_has_seen_them(
    page: Online, log: Callable[[], list[Logged]]
) -> None:
    page.open("/round/emergency")
    page.send("/round/emergency", breathing="none", naloxone="3")
    page.open("/round/conflicts")
    assert "1 emergency waits for a signature" in page.main
    page.open("/round/emergency/sign")
    assert "nurse of the tests" in page.main
    page.send("/round/emergency/find", sought="N-p1")
    assert "DEMO-p1" in page.main
    log()
    page.send("/round/emergency/sign", {"person": "p1"})
    assert "Nothing waits for a signature." in page.main
    written = sorted(one["type"] for one in log() if one["kind"] == "write")
    assert written == ["Flag", "Observation", "round-emergency"]
    (stop,) = [one for one in page.tablet.rows()["p1"]["stops"] if one["code"] == "held"]
    assert "After an overdose" in stop["words"]


def test_nobody_knows_who_it_was_and_it_is_signed_all_the_same(page: Online) -> None:
    page.open("/round/emergency")
    page.send("/round/emergency")
    page.open("/round/emergency/sign")
    form = page.forms("/round/emergency/sign")[0]
    page.send("/round/emergency/sign")
    assert "Nothing waits for a signature." in page.main
    assert page.http.post("/round/emergency/sign", data=form).status_code == 409


def test_it_is_signed_for_nobody_out_of_care(page: Online) -> None:
    page.open("/round/emergency")
    page.send("/round/emergency")
    page.open("/round/emergency/sign")
    assert page.send("/round/emergency/sign", person="q1").status_code == 403
    page.open("/round/emergency/sign")
    assert "Nothing waits" not in page.main


# --- recorded on a tablet without a network


HELD = "SELECT source_id FROM clinical.oat_hold WHERE patient_id = %s AND reason = 'overdose'"

FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))


class AtTheLock:
    """A tablet that was out of reach: what it recorded is sent when it is back, from the lock screen."""

    def __init__(self, http: Any, key: FacilityKey) -> None:
        self.http, self.key = http, key
        self.csrf = http.get("/round/emergency/here", headers=JSON).json()["csrf"]

    def sends(self, *said: dict[str, Any]) -> list[dict[str, Any]]:
        events = [seal(self.key.public, json.dumps(one).encode()) for one in said]
        return self.sends_sealed(*events)

    def sends_sealed(self, *events: Any) -> list[dict[str, Any]]:
        headers = {"X-CSRF-Token": self.csrf, **JSON}
        answer = self.http.post("/round/emergency/sealed", json={"events": list(events)}, headers=headers)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["answers"])


JSON = {"Accept": "application/json"}


def tapped(id_: UUID = FIRST, at: datetime = SEVEN - 20 * MINUTE, **said: Any) -> dict[str, Any]:
    """What a button recorded."""
    return {"what": "overdose", "id": str(id_), "began": str(FIRST), "at": at.isoformat(), **said}


@pytest.fixture
def back(locked: Online, key: FacilityKey) -> AtTheLock:
    return AtTheLock(locked.http, key)


def test_what_a_tablet_recorded_is_sent_from_the_lock_screen_once_and_signed_with_its_times(
    back: AtTheLock, locked: Online, sign_in: SignIn, log: Callable[[], list[Logged]]
) -> None:
    again = SEVEN - 18 * MINUTE
    events = [
        tapped(),
        tapped(SECOND, again, naloxone=1, where="Cell 4"),
        tapped(THIRD, SEVEN - MINUTE, breathing="slow"),
    ]
    log()
    assert [one["status"] for one in back.sends(*events)] == [201, 201, 201]
    assert [one["type"] for one in log() if one["kind"] == "write"] == ["round-emergency"] * 3
    assert [one["status"] for one in back.sends(*events)] == [200, 200, 200]
    locked.open("/round/emergency")
    assert "Found 10 Mar 2026, 06:40" in locked.main
    assert "Look again by 10 Mar 2026, 07:04" in locked.main
    assert "10 Mar 2026, 06:42 · 1 dose of naloxone · Cell 4" in locked.main
    colleague = Online(sign_in("nurse2"))
    colleague.open("/round/emergency/sign")
    colleague.send("/round/emergency/find", sought="N-p1")
    colleague.send("/round/emergency/sign", {"person": "p1"})
    assert [one["code"] for one in colleague.tablet.rows()["p1"]["stops"]] == ["held"]


def test_the_clock_of_the_tablet_is_put_right(back: AtTheLock, locked: Online) -> None:
    ahead = timedelta(days=1)
    clock = {
        "server_at": (SEVEN - 60 * MINUTE).isoformat(),
        "device_at": (SEVEN - 60 * MINUTE + ahead).isoformat(),
    }
    back.sends(tapped(at=SEVEN - 20 * MINUTE + ahead, clock=clock))
    assert "Found 10 Mar 2026, 06:40" in locked.open("/round/emergency").text


def test_what_was_tapped_by_mistake_is_shown_as_that_and_not_counted(
    back: AtTheLock, locked: Online, page: Online, sign_in: SignIn, log: Callable[[], list[Logged]]
) -> None:
    over = tapped(SECOND, SEVEN - 19 * MINUTE, over=True)
    back.sends(tapped(), over)
    assert "Look again by" not in locked.open("/round/emergency").text
    back.sends(tapped(THIRD, SEVEN - 18 * MINUTE, mistake=str(SECOND)))
    assert "Look again by" in locked.open("/round/emergency").text
    assert "tapped by mistake 10 Mar 2026, 06:41 · awake, or handed over" in locked.main
    colleague = Online(sign_in("nurse2"))
    colleague.open("/round/emergency/sign")
    colleague.send("/round/emergency/find", sought="N-p1")
    log()
    colleague.send("/round/emergency/sign", {"person": "p1"})
    assert sorted(one["type"] for one in log() if one["kind"] == "write") == [
        "Flag",
        "Observation",
        "round-emergency",
    ]


def test_what_comes_after_it_was_signed_is_signed_for_itself(back: AtTheLock, sign_in: SignIn) -> None:
    back.sends(tapped())
    colleague = Online(sign_in("nurse2"))
    colleague.open("/round/emergency/sign")
    colleague.send("/round/emergency/sign")
    assert "Nothing waits for a signature." in colleague.main
    assert back.sends(tapped(SECOND, naloxone=2))[0]["status"] == 201
    colleague.open("/round/emergency/sign")
    assert "2 doses of naloxone" in colleague.main


def sign_for(page: Online, person: str) -> None:
    page.open("/round/emergency/sign")
    page.send("/round/emergency/find", sought=f"N-{person}")
    page.send("/round/emergency/sign", {"person": person})


def holds_of(desk: Desk, person: str) -> list[str]:
    with desk.database.transaction() as connection:
        return list(connection.exec_driver_sql(HELD, (person,)).scalars())


def test_a_look_that_came_late_sets_no_second_hold(back: AtTheLock, sign_in: SignIn, desk: Desk) -> None:
    colleague = Online(sign_in("nurse2"))
    for number, one in enumerate((FIRST, SECOND), start=1):
        assert back.sends(tapped(one, naloxone=number))[0]["status"] == 201
        sign_for(colleague, "p1")
        assert "Nothing waits for a signature." in colleague.main
        assert len(holds_of(desk, "p1")) == 1


@pytest.mark.parametrize(
    "before",
    [
        Hold("h", "p1", HoldReason.OVERDOSE, SEVEN.date(), SEVEN.date()),
        Hold("h", "p1", HoldReason.CLINICAL, SEVEN.date()),
        Hold("h", "p2", HoldReason.OVERDOSE, SEVEN.date()),
    ],
    ids=["lifted", "another reason", "somebody else"],
)
def test_no_other_hold_stands_for_it(page: Online, desk: Desk, store: Store, before: Hold) -> None:
    put(desk.database, store, [flag_of(before)])
    known = holds_of(desk, "p1")
    page.open("/round/emergency")
    page.send("/round/emergency")
    sign_for(page, "p1")
    assert len(holds_of(desk, "p1")) == len(known) + 1


def test_what_cannot_be_opened_stays_with_the_tablet_and_the_rest_is_kept(
    back: AtTheLock, key: FacilityKey
) -> None:
    spoiled = {**seal(key.public, b"{}"), "sealed": "AAAA"}
    no_number = seal(key.public, b'{"what": "overdose"}')
    kept = seal(key.public, json.dumps(tapped(breathing="?", naloxone=99, ambulance="?")).encode())
    found = back.sends_sealed("x", spoiled, no_number, kept)
    assert [one["status"] for one in found] == [422, 422, 422, 201]


def test_a_guard_sends_none(sign_in: SignIn) -> None:
    guard = sign_in("guard")
    assert guard.browser.http.get("/round/emergency/here", headers=JSON).status_code == 403
