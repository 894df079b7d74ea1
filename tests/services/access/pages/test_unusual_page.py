"""Unusual access as a worklist: handled with a code, by somebody whom it is not about, and logged."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from audit_events import said
from fastapi import FastAPI
from people_pages import Clock, PlainBrowser, Someone, someone

from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Actor, Circumstances, Subjects
from services.access.audit.log.record import record
from services.access.audit.log.sequencing import sequence_all
from services.access.audit.log.unusual import look_all
from services.access.auditor.search_page import zone_of
from services.access.pages.desk import Desk

NewBrowser = Callable[[], PlainBrowser]
Refused = Callable[..., None]


@pytest.fixture
def besa(desk: Desk) -> Someone:
    return someone(desk, "besa", "Besa Hoxha", auditor=None)


@pytest.fixture
def auditing(browser: PlainBrowser, besa: Someone, clock: Clock) -> PlainBrowser:
    browser.sign_in(besa, clock())
    return browser


@pytest.fixture
def tries_out(application: FastAPI, desk: Desk) -> Refused:
    """Somebody is refused ten times, and the log is looked at."""

    class Request:
        app = application

    def refuse(person: Someone, facility: str = "north") -> None:
        at = Circumstances(
            Actor("account", str(person.account)), desk.now() - timedelta(hours=1), facility=facility
        )
        events = [kinds.refusal(at, "read", "Condition", "not-found", Subjects()) for _ in range(10)]
        with desk.database.transaction() as connection:
            record(raw_cursor(connection), events, application.state.audit.keys.subject)
        sequence_all(desk.database)
        look_all(desk.database, zone_of(Request()))  # type: ignore[arg-type]

    return refuse


def titles(browser: PlainBrowser) -> list[str]:
    found = re.findall(r'<h2 id="finding-[0-9]+">(.*?)</h2>', browser.page.text)
    return [re.sub(r"<[^>]+>", "", one) for one in found]


def test_where_nothing_waits_the_page_says_so(auditing: PlainBrowser) -> None:
    assert "Nothing waits" in auditing.open("/audit/unusual").text
    assert "not thereby wrong" in auditing.page.text
    assert "nobody has approved them yet" in auditing.page.text


def test_a_finding_has_its_events_and_is_handled_with_a_code(
    auditing: PlainBrowser,
    ana: Someone,
    besa: Someone,
    desk: Desk,
    tries_out: Refused,
    rows: Callable[[str], Any],
) -> None:
    tries_out(ana)
    assert "Unusual access: 1 waits" in auditing.open("/audit").text
    auditing.open("/audit/unusual")
    assert titles(auditing) == ["Refused again and again: Ana Kovač"]
    assert auditing.page.text.count("asked for a diagnosis and was refused") == 10
    assert [one["subjects"] for one in said(desk.database, "audit-read")][-1] == [f"account/{ana.account}"]
    auditing.send("/audit/unusual", outcome="explained.duty")
    assert titles(auditing) == []
    assert "Explained: On duty, on call or standing in for somebody" in auditing.page.text
    assert rows("SELECT result, reason, handled_by FROM access.unusual_access") == [
        ("explained", "duty", besa.account)
    ]
    (review,) = said(desk.database, "audit-review")
    assert (review["result"], review["reason"], review["subjects"]) == (
        "explained",
        "duty",
        [f"account/{ana.account}"],
    )


@pytest.mark.parametrize(
    "outcome", ["", "explained", "explained.medical-lead", "resolved.duty", "explained.because he is ill"]
)
def test_it_is_handled_with_a_code_of_the_list_or_not_at_all(
    auditing: PlainBrowser, ana: Someone, desk: Desk, tries_out: Refused, outcome: str
) -> None:
    tries_out(ana)
    auditing.open("/audit/unusual")
    assert auditing.send("/audit/unusual", outcome=outcome).status_code == 422
    assert "Choose what came of it" in auditing.page.text
    assert len(titles(auditing)) == 1
    assert said(desk.database, "audit-review") == []


def test_nobody_sees_or_handles_what_is_about_themselves(
    auditing: PlainBrowser,
    besa: Someone,
    desk: Desk,
    clock: Clock,
    new_browser: NewBrowser,
    tries_out: Refused,
    rows: Callable[[str], Any],
) -> None:
    tries_out(besa)
    auditing.open("/audit/unusual")
    assert titles(auditing) == []
    assert "Unusual access: 0 wait" in auditing.open("/audit").text
    (number,) = rows("SELECT number FROM access.unusual_access")[0]
    csrf = re.findall(r'name="csrf" value="([^"]+)"', auditing.page.text)[0]
    sent = {"csrf": csrf, "finding": str(number), "outcome": "explained.duty"}
    assert auditing.http.post("/audit/unusual", data=sent).status_code == 422
    assert rows("SELECT count(*) FROM access.unusual_access WHERE handled_at IS NULL") == [(1,)]
    other = new_browser()
    other.sign_in(someone(desk, "mira", auditor=None), clock())
    other.open("/audit/unusual")
    assert titles(other) == ["Refused again and again: Besa Hoxha"]


def test_an_auditor_of_one_facility_handles_no_other(
    browser: PlainBrowser,
    desk: Desk,
    clock: Clock,
    ana: Someone,
    tries_out: Refused,
    rows: Callable[[str], Any],
) -> None:
    tries_out(ana, "south")
    browser.sign_in(someone(desk, "mira", auditor="Organization/north"), clock())
    browser.open("/audit/unusual")
    assert titles(browser) == []
    (number,) = rows("SELECT number FROM access.unusual_access")[0]
    csrf = re.findall(r'name="csrf" value="([^"]+)"', browser.page.text)[0]
    sent = {"csrf": csrf, "finding": str(number), "outcome": "explained.duty"}
    assert browser.http.post("/audit/unusual", data=sent).status_code == 422
    assert rows("SELECT count(*) FROM access.unusual_access WHERE handled_at IS NULL") == [(1,)]
