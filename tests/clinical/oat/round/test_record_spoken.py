"""A telephone order that a tablet wrote down becomes an order once, with what it was given in spite of, and what it released."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from at_the_window import ANOTHER, MINUTE, NURSE, SECOND, TABLET, Window, an_event
from oat import DAY, SIX, ZONE, a_law, on
from round_prison import PRISON, a_person, put

from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.order import OatOrder, Signature
from clinical.oat.order_resource import order_of
from clinical.oat.release import Release, Releaser, release_of
from clinical.oat.round.flags import Flag, Outcome
from fhir_store.store import Store
from services.shared.database import Database

Json = dict[str, Any]
DOCTOR = ANOTHER
ALLOWED = {"oat__law__telephone_orders": True}


@pytest.fixture
def window(database: Database, store: Store) -> Window:
    """Somebody whose order ended yesterday, and somebody whose goes on; the law allows telephone orders."""
    put(database, store, [*a_person("p1", end=on(-1)), *a_person("p2")])
    return Window(database, store, a_law(**ALLOWED))


def spoken(person: str = "p1", **changes: Any) -> Json:
    """Forty mg for today, read back, with everything that stood against it."""
    base: Json = {
        "id": str(uuid4()),
        "seq": 1,
        "person": person,
        "kind": "telephone-order",
        "slot": {"day": DAY.isoformat(), "part": 1},
        "prescriber": str(DOCTOR),
        "product": "methadone-oral-solution",
        "mg": "40",
        "read_back": True,
        "in_spite_of": ["no-order"],
        "reason": "seen yesterday",
        "recorded_by": str(NURSE),
        "occurred_at": SIX.isoformat(),
        "list_from": (SIX - 10 * MINUTE).isoformat(),
        "device": str(TABLET),
    }
    return {**base, **changes}


def made(window: Window, event: Json) -> OatOrder | None:
    found = window.resource("MedicationRequest", event["id"])
    return None if found is None else order_of(found, ZONE)


def by(event: Json, **changes: Any) -> Json:
    """The dose that is given by it."""
    slot = {"order": event["id"], **event["slot"]}
    return an_event(
        event["person"], slot=slot, mg=event["mg"], occurred_at=(SIX + MINUTE).isoformat(), **changes
    )


def releases(window: Window) -> list[Release]:
    return [found for one in window.of("DetectedIssue") if (found := release_of(one, ZONE))]


def test_it_is_an_order_for_one_dose_and_the_dose_by_it_is_like_any_other(window: Window) -> None:
    event = spoken(listener=str(SECOND))
    recorded = window.send(event)
    assert (recorded.kept.outcome, recorded.kept.flags) == (Outcome.STORED, ())
    order = made(window, event)
    assert order is not None
    assert (order.signature, order.prescriber, order.facility) == (Signature.TELEPHONE, str(DOCTOR), PRISON)
    assert (order.mg_on(DAY), order.start, order.end) == (40, DAY, DAY)
    assert order.telephone is not None
    assert (order.telephone.said_at, order.telephone.heard_by) == (SIX, str(NURSE))
    assert (order.telephone.listener, order.telephone.read_back) == (str(SECOND), True)
    assert window.send(by(event)).kept.flags == ()
    assert window.to_work_off() == []


def test_sent_twice_it_is_one_order(window: Window) -> None:
    event = spoken()
    assert [window.send(event).again for _ in range(2)] == [False, True]
    assert [one["id"] for one in window.of("MedicationRequest") if one["id"] == event["id"]] == [event["id"]]
    assert len(window.of("MedicationRequest")) == 3


def test_what_was_found_is_stored_with_the_reason(window: Window) -> None:
    window.send(spoken("p2", mg="45"))
    (issue, *_) = [one for one in window.of("DetectedIssue") if "implicated" in one]
    assert issue["mitigation"][0]["author"]["reference"] == f"Practitioner/{DOCTOR}"


def test_what_was_read_out_is_released_and_what_was_not_still_stops(
    window: Window, database: Database, store: Store
) -> None:
    put(database, store, [flag_of(Hold("h", "p2", HoldReason.CLINICAL, DAY))])
    read = spoken("p2", in_spite_of=["held", "already-recorded"])
    window.send(read)
    (release,) = releases(window)
    assert (release.stop, release.by, release.who) == ("held", Releaser.PRESCRIBER, str(DOCTOR))
    assert (release.day, release.part, release.at) == (DAY, 1, SIX)
    assert window.send(by(read)).kept.flags == ()


def test_a_stop_that_was_not_read_out_is_not_released(
    window: Window, database: Database, store: Store
) -> None:
    put(database, store, [flag_of(Hold("h", "p2", HoldReason.CLINICAL, DAY))])
    event = spoken("p2", in_spite_of=[])
    window.send(event)
    assert releases(window) == []
    assert set(window.send(by(event)).kept.flags) == {Flag.STOPPED}


def test_a_second_one_for_the_dose_is_kept_apart_until_somebody_decides(window: Window) -> None:
    window.send(spoken())
    other = spoken(mg="30")
    recorded = window.send(other)
    assert (recorded.kept.outcome, recorded.kept.flags) == (Outcome.QUARANTINED, (Flag.ORDERED_TWICE,))
    assert made(window, other) is None
    assert window.to_work_off() == [other["id"]]
    window.accept(other)
    assert made(window, other) is not None


def kept_apart(window: Window, event: Json) -> bool:
    """Whether no order was made of it, nothing released, and somebody has to look."""
    recorded = window.send(event)
    assert (recorded.kept.outcome, recorded.kept.flags) == (Outcome.QUARANTINED, (Flag.NOT_BY_TELEPHONE,))
    return made(window, event) is None and releases(window) == [] and event["id"] in window.to_work_off()


@pytest.mark.parametrize("said", [False, None])
def test_where_the_law_forbids_it_or_is_silent_it_is_kept_and_gives_nothing(
    window: Window, said: bool | None
) -> None:
    window = replace(window, law=a_law(oat__law__telephone_orders=said))
    event = spoken(in_spite_of=["no-order", "telephone-order"])
    assert kept_apart(window, event)
    window.accept(event)
    assert set(window.send(by(event)).kept.flags) == {Flag.STOPPED}


def test_not_read_back_it_gives_nothing(window: Window) -> None:
    assert kept_apart(window, spoken(read_back=False))


def test_what_two_prescribers_sign_makes_no_order_and_what_was_swallowed_by_it_is_kept(
    window: Window, database: Database, store: Store
) -> None:
    put(database, store, [flag_of(Hold("h", "p2", HoldReason.CLINICAL, DAY))])
    event = spoken("p2", mg="400", in_spite_of=["held"])
    assert kept_apart(window, event)
    given = by(event, product="methadone-oral-solution")
    assert Flag.ORDER_OVER in window.send(given).kept.flags
    assert window.happened(given["id"]) is not None
    window.accept(event)
    assert made(window, event) is not None
    assert releases(window) == [], "a clinician makes the record of it, and releases a stop by themselves"


def test_the_time_is_put_right(window: Window) -> None:
    ahead = timedelta(days=1)
    clock = {"server_at": SIX.isoformat(), "device_at": (SIX + ahead).isoformat()}
    event = spoken(occurred_at=(SIX + ahead).isoformat(), clock=clock)
    assert window.send(event).kept.flags == (Flag.CLOCK_CORRECTED,)
    order = made(window, event)
    assert order is not None
    assert order.telephone is not None
    assert order.telephone.said_at == SIX


@pytest.mark.parametrize(
    "wrong",
    [
        {"product": "buprenorphine-depot-weekly"},
        {"product": "water"},
        {"mg": "0"},
        {"mg": None},
        {"prescriber": None},
        {"slot": None},
        {"slot": {"day": "today", "part": 1}},
        {"in_spite_of": [7]},
        {"reason": "x" * 501},
    ],
)
def test_what_is_not_understood_is_kept_and_makes_no_order(window: Window, wrong: Json) -> None:
    event = spoken(**wrong)
    recorded = window.send(event)
    assert (recorded.kept.outcome, recorded.kept.flags) == (Outcome.QUARANTINED, (Flag.NOT_UNDERSTOOD,))
    assert window.body(event) is not None
    assert made(window, event) is None
