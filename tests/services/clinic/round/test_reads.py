"""What was opened on a tablet is logged as read by whoever opened it, when they did."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from audit_events import Logged, fresh_events
from round_tablets import MINUTE, SEVEN, SignIn, Tablet
from sealed_events import seal

from services.clinic.round.facility_key import FacilityKey
from services.shared.installation import Urls

Log = Callable[[], list[Logged]]


@pytest.fixture
def log(urls: Urls) -> Log:
    """What was logged since it was last asked."""
    return fresh_events(urls.owner)


def a_read(key: FacilityKey, tablet: Tablet, *people: str, **changes: Any) -> dict[str, Any]:
    """Somebody opened a card five minutes ago."""
    said = {
        "what": "card", "people": list(people), "account": str(tablet.who.account), "device": str(tablet.device),
        "at": (SEVEN - 5 * MINUTE).isoformat(), "clock": None, **changes,
    }  # fmt: skip
    return seal(key.public, json.dumps(said).encode())


def cards(log: Log) -> list[Logged]:
    return [one for one in log() if one.get("interaction") == "$round-card"]


def test_a_card_that_was_opened_is_logged_with_its_person_and_its_time(
    nurse: Tablet, key: FacilityKey, log: Log
) -> None:
    log()
    answer = nurse.post("/round/reads", {"reads": [a_read(key, nurse, "p1")]})
    assert (answer.status_code, answer.json()) == (200, {"logged": 1, "not_opened": 0})
    (event,) = cards(log)
    assert event["subjects"] == ["Patient/p1"]
    assert event["kind"] == "read"
    assert str(event["at"]).startswith("2026-03-10T05:55:00")
    assert event["actor"]["name"] == str(nurse.who.account)


def test_a_clock_that_is_a_day_ahead_is_put_right(nurse: Tablet, key: FacilityKey, log: Log) -> None:
    log()
    ahead = timedelta(days=1)
    clock = {"server_at": SEVEN.isoformat(), "device_at": (SEVEN + ahead).isoformat()}
    read = a_read(key, nurse, "p1", at=(SEVEN - 5 * MINUTE + ahead).isoformat(), clock=clock)
    nurse.post("/round/reads", {"reads": [read]})
    assert str(cards(log)[0]["at"]).startswith("2026-03-10T05:55:00")


def test_what_a_colleague_opened_is_logged_as_theirs_and_names_who_sent_it(
    nurse: Tablet, sign_in: SignIn, key: FacilityKey, log: Log
) -> None:
    second = sign_in("nurse2")
    log()
    second.post("/round/reads", {"reads": [a_read(key, nurse, "p2")]})
    (event,) = cards(log)
    assert event["actor"]["name"] == str(nurse.who.account)
    assert f"account/{second.who.account}" in json.dumps(event)


def test_what_cannot_be_opened_is_counted_and_the_rest_is_logged(
    nurse: Tablet, key: FacilityKey, log: Log
) -> None:
    log()
    spoiled = {**a_read(key, nurse, "p1"), "sealed": "AAAA"}
    answer = nurse.post("/round/reads", {"reads": [spoiled, "x", a_read(key, nurse, "p1")]})
    assert answer.json() == {"logged": 1, "not_opened": 2}
    assert len(cards(log)) == 1


def test_too_many_at_once_are_refused(nurse: Tablet) -> None:
    assert nurse.post("/round/reads", {"reads": [{}] * 501}).status_code == 422
