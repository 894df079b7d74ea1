"""A telephone order from a tablet: who may send one, of whom, and what the tablet is told for it."""

import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from oat import DAY, ONE_DAY, SIX, a_happened, a_law, on
from people_pages import Someone
from round_prison import OTHER_PRISON, a_person, put
from round_tablets import SEVEN, SignIn, Tablet
from sealed_events import seal
from stored import records

from clinical.oat.happened_resource import resource_of
from fhir_store.store import Store
from services.access.pages.desk import Desk
from services.clinic.round.facility_key import FacilityKey

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def allowed(kept: tuple[FastAPI, str]) -> Any:
    """The law allows telephone orders."""
    state = kept[0].state
    before, state.law = state.law, a_law(oat__law__telephone_orders=True)
    yield
    state.law = before


def spoken(tablet: Tablet, prescriber: Someone, **changes: Any) -> Json:
    base = {
        "id": str(uuid4()), "seq": 1, "person": "p1", "kind": "telephone-order",
        "slot": {"day": DAY.isoformat(), "part": 1}, "prescriber": str(prescriber.account),
        "product": "methadone-oral-solution", "mg": "40", "read_back": True, "in_spite_of": [], "reason": "seen yesterday",
        "recorded_by": str(tablet.who.account), "occurred_at": SEVEN.isoformat(), "device": None,
    }  # fmt: skip
    return {**base, **changes}


def test_the_list_says_who_orders_what_and_how_much(nurse: Tablet, people: dict[str, Someone]) -> None:
    listed = nurse.list()
    assert [one["account"] for one in listed["prescribers"]] == [str(people["doctor"].account)]
    known = listed["protocol"]["by_telephone"]
    assert known["methadone-oral-solution"]["by_volume"] is True
    assert not [code for code in known if "depot" in code]


@pytest.mark.parametrize("said", [False, None])
def test_where_there_are_none_the_list_names_no_prescriber(
    nurse: Tablet, kept: tuple[FastAPI, str], said: bool | None
) -> None:
    kept[0].state.law = a_law(oat__law__telephone_orders=said)
    listed = nurse.list()
    assert (listed["prescribers"], listed["protocol"]["telephone_orders"]) == ([], False)


def test_the_row_is_of_that_order_and_says_who_said_it(nurse: Tablet, people: dict[str, Someone]) -> None:
    event = spoken(nurse, people["doctor"])
    answer = nurse.post("/round/events", event)
    assert (answer.status_code, answer.json()["outcome"]) == (201, "stored")
    (row,) = answer.json()["rows"]
    assert row["slot"] == {"order": event["id"], "day": DAY.isoformat(), "part": 1}
    assert (row["mg"], row["order_version"], row["stops"]) == ("40", "1", [])
    assert nurse.rows()["p1"]["by_telephone"] == "doctor of the tests"
    assert nurse.rows()["p2"]["by_telephone"] is None


@pytest.mark.parametrize("who", ["nurse2", "nurse"])
def test_of_somebody_who_signs_no_orders_or_heard_it_themselves_it_is_kept_apart(
    nurse: Tablet, people: dict[str, Someone], who: str
) -> None:
    answer = nurse.post("/round/events", spoken(nurse, people[who]))
    assert (answer.json()["outcome"], [one["code"] for one in answer.json()["flags"]]) == (
        "quarantined",
        ["not-permitted"],
    )
    assert nurse.rows()["p1"]["mg"] == "60"


def test_a_colleague_sends_it_unread(
    nurse: Tablet, sign_in: SignIn, people: dict[str, Someone], key: FacilityKey
) -> None:
    event = spoken(nurse, people["doctor"])
    answer = sign_in("nurse2").post(
        "/round/sealed", {"events": [seal(key.public, json.dumps(event).encode())]}
    )
    assert [(one["status"], one["outcome"]) for one in answer.json()["answers"]] == [(201, "stored")]
    assert nurse.rows()["p1"]["by_telephone"] == "doctor of the tests"


def test_for_somebody_who_is_not_in_care_here_it_is_kept_apart(
    nurse: Tablet, people: dict[str, Someone], desk: Desk, store: Store
) -> None:
    put(desk.database, store, a_person("p9", prison=OTHER_PRISON))
    answer = nurse.post("/round/events", spoken(nurse, people["doctor"], person="p9"))
    assert answer.json()["outcome"] == "quarantined"
    ordered = [one["id"] for one in records(desk, store, "MedicationRequest", "p9")]
    assert ordered == ["p9-order"]


@pytest.mark.parametrize(
    ("resources", "told"),
    [
        ([], {"product": "methadone-oral-solution", "most_mg": "60"}),
        (a_person("p1", 130)[2:3], {"product": "methadone-oral-solution", "most_mg": "120"}),
        (a_person("p1", end=on(-1))[2:3], {"product": "methadone-oral-solution", "most_mg": "60"}),
        (
            [
                {
                    "resourceType": "MedicationRequest", "id": "diazepam", "status": "active", "intent": "order",
                    "subject": {"reference": "Patient/p1"}, "authoredOn": on(-9).isoformat(),
                    "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "N05BA01"}]},
                }
            ],
            None,
        ),
    ],
)  # fmt: skip
def test_without_a_network_only_what_needs_no_weighing_is_offered(
    nurse: Tablet, desk: Desk, store: Store, resources: list[Json], told: Json | None
) -> None:
    put(desk.database, store, resources)
    assert nurse.rows()["p1"]["spoken"] == told


@pytest.mark.parametrize("end", [None, on(-5)])
def test_after_a_long_break_nothing_is_offered_without_a_network(
    nurse: Tablet, desk: Desk, store: Store, end: date | None
) -> None:
    """Whether the order goes on or has ended."""
    put(desk.database, store, [*a_person("p5", dosed=False, **({"end": end} if end else {}))])
    last = a_happened(at=SIX - 6 * ONE_DAY, id="p5-last", patient="p5", order="p5-order")
    put(desk.database, store, [resource_of(last)])
    assert nurse.rows()["p5"]["spoken"] is None
