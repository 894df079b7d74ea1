"""The movement list through HTTP: who sees it, what is on it, and what never is."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from movements import (
    NORTH,
    SOUTH,
    Prison,
    a_call,
    a_fitness,
    a_room,
    a_stay_until,
    lead,
    officer,
    put,
    weeks_of_calls,
)
from people_pages import PlainBrowser, Someone, someone

from services.access.audit.log.about import about
from services.access.audit.log.audit_log import AuditLog
from services.access.people.grant_rules import Wanted
from services.access.people.grants import record_grant

SignedIn = Callable[[Someone], PlainBrowser]


def lines(browser: PlainBrowser, path: str = "/custody") -> list[list[str]]:
    """The cells of the list, day after day."""
    browser.open(path)
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", browser.page.text, re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows if "<td" in row]
    return [[unescape(" ".join(re.sub(r"<[^>]+>", " ", cell).split())) for cell in row] for row in cells]


@pytest.fixture
def ivo(north: Prison) -> Someone:
    return officer(north.desk)


def test_who_has_to_be_where_at_what_time(north: Prison, signed_in: SignedIn, ivo: Someone) -> None:
    put(
        north.database,
        [
            a_call("a1", "p1", room="r2"),
            a_call("a2", "p2"),
            a_call("a3", "p3", "2026-03-02T09:30:00+01:00"),
            a_call("a4", "p3", "2026-03-03T00:00:00+01:00"),
            a_call("a5", "p3", "2026-03-04T00:00:00+01:00"),
            a_call("a6", "p3", "2026-03-01T23:59:00+01:00"),
            a_fitness("f1", "p2", "escort"),
            a_fitness("f2", "p3", "yes"),
        ],
    )
    browser = signed_in(ivo)
    assert lines(browser) == [
        ["09:30", "9 Givenp3 Familyp3", "Medical room A", "Yes"],
        ["10:00", "112 Givenp2 Familyp2", "Medical room A", "With escort"],
        ["10:00", "77 Givenp1 Familyp1", "Medical room 2", "Ask the medical team"],
        ["00:00", "9 Givenp3 Familyp3", "Medical room A", "Yes"],
    ]
    assert "2 March 2026" in browser.page.text
    assert "DEMO Prison North" in browser.page.text
    assert browser.page.headers["cache-control"] == "no-store"
    assert [row[0] for row in lines(browser, "/custody?by=room")] == ["10:00", "09:30", "10:00", "00:00"]


def test_one_label_and_one_line_whatever_somebody_is_called_for(
    north: Prison, signed_in: SignedIn, ivo: Someone
) -> None:
    kinds = [{"serviceType": [{"text": kind}]} for kind in ("methadone", "ART", "ordinary medicine")]
    called = [a_call(f"{kind}{one}", one, **what) for kind, what in enumerate(kinds) for one in ("p1", "p2")]
    # Another room of the same name for custody is the same door to whoever reads the list.
    also = [a_room("r3", "Medical room A", name="ART"), a_call("art", "p1", room="r3")]
    put(north.database, [*called, *also])
    both = ["Medical room A", "Ask the medical team"]
    assert lines(signed_in(ivo)) == [
        ["10:00", "112 Givenp2 Familyp2", *both],
        ["10:00", "77 Givenp1 Familyp1", *both],
    ]


def test_a_room_without_a_name_for_custody_has_a_number_and_one_elsewhere_is_outside(
    north: Prison, signed_in: SignedIn, ivo: Someone
) -> None:
    put(
        north.database,
        [
            a_call("a1", "p1", "2026-03-02T10:00:00+01:00", "elsewhere"),
            a_call("a2", "p1", "2026-03-02T11:00:00+01:00", "r2"),
            a_call("a3", "p1", "2026-03-02T12:00:00+01:00", None),
            a_call("a4", "p1", "2026-03-02T13:00:00+01:00", "unheard-of"),
            a_room("a-room-written-later"),
        ],
    )
    rooms = [row[2] for row in lines(signed_in(ivo))]
    assert rooms == ["Outside the facility", "Medical room 2", "Medical department", "Medical department"]


def test_nobody_is_told_who_came_and_who_refused(north: Prison, signed_in: SignedIn, ivo: Someone) -> None:
    over = "2026-03-02T06:00:00+01:00"
    put(
        north.database,
        [
            a_call("a1", "p1", over, status="fulfilled"),
            a_call("a2", "p2", over, status="noshow"),
            a_call("a3", "p3", over, status="cancelled"),
            a_call("a4", "p1", status="cancelled"),
            a_call("a5", "p2", status="booked"),
            a_call("a6", "p3", status="proposed"),
        ],
    )
    assert [row[:2] for row in lines(signed_in(ivo))] == [
        ["06:00", "112 Givenp2 Familyp2"],
        ["06:00", "77 Givenp1 Familyp1"],
        ["06:00", "9 Givenp3 Familyp3"],
        ["10:00", "112 Givenp2 Familyp2"],
        ["10:00 called off", "77 Givenp1 Familyp1"],
    ]


def test_one_of_two_calls_to_the_same_place_that_is_called_off_changes_nothing(
    north: Prison, signed_in: SignedIn, ivo: Someone
) -> None:
    put(north.database, [a_call("a1", "p1", status="cancelled"), a_call("a2", "p1")])
    assert [row[0] for row in lines(signed_in(ivo))] == ["10:00"]


def test_only_those_who_are_held_here_on_that_day(north: Prison, signed_in: SignedIn, ivo: Someone) -> None:
    put(
        north.database,
        [
            a_call("a1", "p9"),
            a_call("a2", "p1"),
            a_call("a3", "p1", "2026-03-03T10:00:00+01:00"),
            a_stay_until("p1", "2026-03-02T18:00:00+01:00"),
        ],
    )
    assert [row[1] for row in lines(signed_in(ivo))] == ["77 Givenp1 Familyp1"]


def test_an_empty_list_says_so(signed_in: SignedIn, ivo: Someone) -> None:
    browser = signed_in(ivo)
    assert lines(browser) == []
    assert browser.page.text.count("Nobody is called.") == 2


def test_a_grant_opens_its_facility_and_no_other(north: Prison, signed_in: SignedIn) -> None:
    put(north.database, [a_call("a1", "p1"), a_call("a9", "p9", room=None)])
    south = signed_in(officer(north.desk, "sara", SOUTH))
    assert [row[1] for row in lines(south)] == ["900 Givenp9 Familyp9"]
    assert south.open("/custody?facility=north").status_code == 403
    assert south.open("/custody?facility=nowhere").status_code == 403
    assert south.open("/custody/person?facility=north").status_code == 403


def test_who_has_two_facilities_chooses(north: Prison, signed_in: SignedIn) -> None:
    put(north.database, [a_call("a1", "p1"), a_call("a9", "p9", room=None)])
    both = officer(north.desk, "bora", NORTH)
    at = north.desk.now()
    with north.database.transaction() as connection:
        wanted = Wanted("custody_officer", SOUTH, at, at + timedelta(days=1))
        record_grant(connection, both.account, wanted, None, at, needs=False)
    browser = signed_in(both)
    assert [row[1] for row in lines(browser)] == ["77 Givenp1 Familyp1"]
    assert [row[1] for row in lines(browser, "/custody?facility=south&by=room")] == ["900 Givenp9 Familyp9"]
    assert 'href="/custody?facility=south"' in browser.page.text


def test_nobody_else_sees_it(north: Prison, signed_in: SignedIn) -> None:
    others: list[dict[str, str | None]] = [
        {"custody_officer": None},
        {"custody_officer": "Location/north"},
        {"nurse": NORTH, "doctor": NORTH},
        {"administrator": None},
        {"administrator": NORTH, "inspector": NORTH},
        {"medical_lead": NORTH},
        {},
    ]
    for nth, roles in enumerate(others):
        browser = signed_in(someone(north.desk, f"other{nth}", **roles))
        assert browser.open("/custody").status_code == 403, roles
        assert browser.open("/custody/person").status_code == 403, roles


def test_who_is_not_signed_in_is_led_to_the_sign_in(north: Prison) -> None:
    browser = north.browser()
    with browser.http:
        assert browser.open("/custody").url.path == "/sign-in"
        assert browser.open("/custody/inference").url.path == "/sign-in"


def test_a_look_is_logged_with_everyone_on_the_list_before_it_is_answered(
    north: Prison, signed_in: SignedIn, ivo: Someone
) -> None:
    put(north.database, [a_call("a1", "p1"), a_call("a2", "p2")])
    browser = signed_in(ivo)
    browser.open("/custody")
    audit: AuditLog = north.application.state.audit
    with north.database.cursor() as cursor:
        (seen,) = about(cursor, "Patient/p1", audit.keys.subject)
        assert [*about(cursor, "Patient/p3", audit.keys.subject)] == []
    said = seen.event.body.decode()
    assert f'"actor":{{"kind":"account","name":"{ivo.account}","role":"custody_officer"}}' in said
    assert '"facility":"north"' in said
    assert '"results":2' in said


@pytest.mark.parametrize("path", ["/custody", "/custody/inference"])
def test_without_the_log_there_is_no_list(north: Prison, signed_in: SignedIn, path: str) -> None:
    put(north.database, [a_call("a1", "p1"), *weeks_of_calls("p1", 6)])
    browser = signed_in(someone(north.desk, "ivo", custody_officer=NORTH, medical_lead=NORTH))
    state = north.application.state
    running, state.audit = state.audit, AuditLog(north.database, state.settings.home)
    try:
        answer = browser.open(path)
    finally:
        state.audit = running
    assert answer.status_code == 503
    assert "Givenp1" not in answer.text


def test_a_demo_shows_it_to_anybody(north: Prison) -> None:
    put(north.database, [a_call("a1", "p1")])
    north.application.state.demo = True
    browser = north.browser()
    with browser.http:
        assert [row[1] for row in lines(browser)] == ["77 Givenp1 Familyp1"]
        assert browser.open("/custody?facility=south").status_code == 200
        assert browser.open("/custody?facility=nowhere").status_code == 403
        assert browser.open("/custody/inference").status_code == 200


def test_the_account_page_leads_there(north: Prison, signed_in: SignedIn, ivo: Someone) -> None:
    assert 'href="/custody"' in signed_in(ivo).open("/account").text
    assert 'href="/custody/inference"' in signed_in(lead(north.desk)).open("/account").text
