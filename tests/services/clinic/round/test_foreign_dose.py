"""A dose that another system writes through the FHIR API is checked like one of a tablet, and asks for the same."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from resources import a_dose, post, transaction
from round_online import Online
from round_tablets import Tablet

from services.access.clients import add_client, issue_token
from services.access.pages.desk import Desk

Json = dict[str, Any]
SAME_DAY, DAY_AFTER = "2026-03-10T09:30:00+01:00", "2026-03-11T06:00:00+01:00"


@pytest.fixture
def page(nurse: Tablet) -> Online:
    return Online(nurse)


@pytest.fixture
def fhir(kept: tuple[FastAPI, str], desk: Desk) -> Iterator[httpx.Client]:
    """Another system, that of a hospital."""
    with desk.database.transaction() as connection:
        add_client(connection, "hospital", "system/*.cruds", None)
        token = issue_token(connection, "hospital")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    with httpx.Client(base_url=f"{kept[1]}/fhir", headers=headers, timeout=30) as client:
        yield client


def created(fhir: httpx.Client, **elements: Any) -> Json:
    answer = fhir.post("/MedicationAdministration", json=a_dose(**elements))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def put_again(fhir: httpx.Client, dose: Json, **elements: Any) -> None:
    changed = {name: value for name, value in dose.items() if name != "meta"} | elements
    assert fhir.put(f"/MedicationAdministration/{dose['id']}", json=changed).status_code == 200


def tasks(desk: Desk) -> list[tuple[str, bool]]:
    with desk.database.cursor() as cursor:
        return cursor.execute("SELECT what, done FROM clinical.round_task ORDER BY what").fetchall()


BOTH = [("dosing-error", False), ("possible-double-dose", False)]


def by_create(fhir: httpx.Client) -> None:
    created(fhir, at=SAME_DAY)


def by_create_with_key(fhir: httpx.Client) -> None:
    answer = fhir.post(
        "/MedicationAdministration", json=a_dose(at=SAME_DAY), headers={"Idempotency-Key": '"1"'}
    )
    assert answer.status_code == 201, answer.text


def by_condition(fhir: httpx.Client) -> None:
    answer = fhir.post("/MedicationAdministration", json=a_dose(at=SAME_DAY), headers={"If-None-Exist": "identifier=urn:n|7"})  # fmt: skip
    assert answer.status_code == 201, answer.text


def by_update(fhir: httpx.Client) -> None:
    answer = fhir.put("/MedicationAdministration/theirs", json=a_dose("theirs", at=SAME_DAY))
    assert answer.status_code == 201, answer.text


def by_change_of_day(fhir: httpx.Client) -> None:
    dose = created(fhir, at=DAY_AFTER)
    put_again(fhir, dose, effectiveDateTime=SAME_DAY)


def by_transaction(fhir: httpx.Client) -> None:
    answer = fhir.post("", json=transaction(post(a_dose(at=SAME_DAY))))
    assert answer.status_code == 200, answer.text


def by_patch(fhir: httpx.Client) -> None:
    dose = created(fhir, at=DAY_AFTER)
    change = [{"op": "replace", "path": "/effectiveDateTime", "value": SAME_DAY}]
    kind = {"Content-Type": "application/json-patch+json"}
    answer = fhir.patch(f"/MedicationAdministration/{dose['id']}", json=change, headers=kind)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "way",
    [by_create, by_create_with_key, by_condition, by_update, by_change_of_day, by_transaction, by_patch],
)
def test_a_second_dose_of_the_day_by_another_system_is_a_possible_double_dose(
    page: Online, fhir: httpx.Client, desk: Desk, way: Callable[[httpx.Client], None]
) -> None:
    page.give()
    way(fhir)
    assert tasks(desk) == BOTH
    page.open("/round/conflicts")
    assert "Possible double dose" in page.main
    page.card()
    assert "mistake: steps open" in page.open().text


def test_it_is_worked_off_on_the_page_and_asked_for_once(
    page: Online, fhir: httpx.Client, desk: Desk
) -> None:
    page.give()
    dose = created(fhir, at=SAME_DAY)
    page.open("/round/conflicts")
    for _ in range(5):
        page.send("/round/conflicts/tick")
    assert "Nothing is to be done." in page.main
    put_again(fhir, dose, note=[{"text": "seen"}])
    assert [done for _, done in tasks(desk)] == [True, True]


def test_what_the_other_system_takes_back_is_not_to_be_done_any_more(
    page: Online, fhir: httpx.Client, desk: Desk
) -> None:
    page.give()
    put_again(fhir, created(fhir, at=SAME_DAY), status="entered-in-error")
    assert ("dosing-error", True) in tasks(desk)


@pytest.mark.parametrize(
    "elements",
    [
        {"at": DAY_AFTER},
        {"at": SAME_DAY, "patient": "p2"},
        {"at": SAME_DAY, "status": "not-done", "dosage": None},
        {"at": SAME_DAY, "status": "entered-in-error"},
        {"at": SAME_DAY, "medicationCodeableConcept": {"text": "Paracetamol"}},
    ],
)
def test_what_is_no_second_dose_asks_for_nothing(
    page: Online, fhir: httpx.Client, desk: Desk, elements: Json
) -> None:
    page.give()
    dose = {name: value for name, value in a_dose(**elements).items() if value is not None}
    assert fhir.post("/MedicationAdministration", json=dose).status_code == 201
    assert tasks(desk) == []
