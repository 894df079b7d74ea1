"""The medical lead's report on the movement list through HTTP."""

from collections.abc import Callable
from datetime import date, time

import pytest
from movements import NORTH, SOUTH, Prison, lead, officer, put, weeks_of_calls
from people_pages import PlainBrowser, Someone, someone
from resources import a_dose

from clinical.custody.inference import Call
from services.access.audit.log.about import about
from services.custody.inference_report import Slot, inference_report, slots
from services.custody.people import Held, held_from

SignedIn = Callable[[Someone], PlainBrowser]


def test_who_comes_at_six_alone_with_methadone_stands_out(north: Prison, signed_in: SignedIn) -> None:
    put(
        north.database,
        [
            *weeks_of_calls("p1", 6),
            *weeks_of_calls("p2", 8),
            *weeks_of_calls("p3", 8),
            a_dose("d1", patient="p1"),
        ],
    )
    browser = signed_in(lead(north.desk))
    browser.open("/custody/inference")
    main = browser.main
    assert "Of 3 people called, 1 could be guessed." in main
    guessed = main.partition("Could be guessed")[2].partition("How to mix")[0]
    assert "Givenp1" in guessed
    assert "Givenp2" not in guessed
    assert "Medical room A</span> · 06:00–06:30 · most days" in main
    assert "Call 4 other people" in main
    assert "Proposed thresholds" in main
    with north.database.cursor() as cursor:
        (seen,) = about(cursor, "Patient/p2", north.application.state.audit.keys.subject)
    assert '"role":"medical_lead"' in seen.event.body.decode()


def test_without_calls_there_is_nothing_to_see(north: Prison, signed_in: SignedIn) -> None:
    assert "Nobody was called" in signed_in(lead(north.desk)).open("/custody/inference").text


def test_who_has_nothing_private_does_not_stand_out(north: Prison, signed_in: SignedIn) -> None:
    put(north.database, weeks_of_calls("p1", 6))
    page = signed_in(lead(north.desk)).open("/custody/inference").text
    assert "Nobody stands out" in page
    assert "Givenp1" not in page


def test_it_is_the_medical_leads_alone(north: Prison, signed_in: SignedIn) -> None:
    put(north.database, [*weeks_of_calls("p1", 6), a_dose("d1", patient="p1")])
    for roles in (
        {"custody_officer": NORTH},
        {"doctor": NORTH, "nurse": NORTH},
        {"administrator": None, "inspector": NORTH, "auditor": NORTH},
    ):
        browser = signed_in(someone(north.desk, next(iter(roles)), **roles))
        answer = browser.open("/custody/inference")
        assert answer.status_code == 403, roles
        assert "Givenp1" not in answer.text


def test_a_lead_sees_the_own_facility_only(north: Prison, signed_in: SignedIn) -> None:
    browser = signed_in(lead(north.desk, "sola", SOUTH))
    assert browser.open("/custody/inference?facility=north").status_code == 403
    assert browser.open("/custody/inference").status_code == 200


def test_a_page_of_custody_does_not_lead_there(north: Prison, signed_in: SignedIn) -> None:
    browser = signed_in(officer(north.desk))
    assert "inference" not in browser.open("/custody").text + browser.open("/account").text


def test_the_half_hours_count_people_and_not_calls() -> None:

    called = [Call("a", "A", date(2026, 3, day), time(6, minute)) for day in (1, 2) for minute in (0, 29)] + [
        Call("b", "B", date(2026, 3, 1), time(6, 10)),
        Call("b", "A", date(2026, 3, 1), time(6, 30)),
    ]
    assert slots(called, {"a"}) == [Slot("06:00", 1, 1), Slot("06:30", 0, 1)]
    assert inference_report([], set(), {}).most == 1


@pytest.mark.parametrize(
    ("patient", "held"),
    [
        ({}, Held("", "")),
        ({"name": [{"text": "Ana K."}]}, Held("Ana K.", "")),
        (
            {"name": [{"use": "old", "family": "B"}, {"family": "K", "given": ["Ana", "Ema"]}]},
            Held("Ana Ema K", ""),
        ),
        ({"name": [{"family": "A"}, {"use": "official", "family": "B"}]}, Held("B", "")),
        (
            {"identifier": [{"value": "1"}, {"type": {"coding": [{"code": "PRN"}]}, "value": "7"}]},
            Held("", "7"),
        ),
        (
            {
                "identifier": [
                    {"use": "old", "type": {"coding": [{"code": "PRN"}]}, "value": "7"},
                    {"type": {"coding": [{"code": "PRN"}]}, "value": "8"},
                ]
            },
            Held("", "8"),
        ),
    ],
)
def test_the_name_and_number_that_somebody_is_shown_by(patient: dict[str, object], held: Held) -> None:
    assert held_from(patient) == held
