"""An overdose: recorded from the lock screen by whoever's session it is, without a name; signed afterwards."""

from collections.abc import Callable

import pytest
from audit_events import Logged, fresh_events
from people_pages import Clock
from round_online import Online
from round_tablets import SignIn, Tablet

from services.access.pages.desk import Desk
from services.access.people.sessions import lock
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
