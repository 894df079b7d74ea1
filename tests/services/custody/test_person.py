"""Fit for transfer by prison number: exactly this number, held here, and never why."""

from collections.abc import Callable

import pytest
from log_capture import Log
from movements import Prison, a_fitness, a_person, a_stay_until, officer, put
from people_pages import PlainBrowser, Someone

from services.access.audit.log.about import about
from services.shared.logs import configure_logging

SignedIn = Callable[[Someone], PlainBrowser]


@pytest.fixture
def ask(north: Prison, signed_in: SignedIn) -> Callable[[str], str]:
    """What the page of an officer in the north says of a number."""
    browser = signed_in(officer(north.desk))

    def asked(number: str) -> str:
        browser.open("/custody/person")
        browser.send("/custody/person", number=number)
        return browser.main

    return asked


def test_what_is_stated_counts_and_else_the_medical_team_is_asked(
    north: Prison, ask: Callable[[str], str]
) -> None:
    put(
        north.database,
        [
            a_fitness("f1", "p1", "yes"),
            a_fitness("f2", "p2", "no"),
            a_fitness("f3", "p3", "yes", "2026-02-20T12:00:00+01:00"),
        ],
    )
    assert "Givenp1" in ask("77")
    assert ">Yes<" in ask("77")
    assert ">No<" in ask(" 112 ")
    assert ">Ask the medical team<" in ask("9")
    put(north.database, [{**a_fitness("f1", "p1", "yes"), "status": "entered-in-error"}])
    assert ">Ask the medical team<" in ask("77")


def test_another_prisons_number_a_part_of_one_and_none_are_answered_alike(ask: Callable[[str], str]) -> None:
    numbers = [
        "900",
        "7",
        "777",
        "7%",
        "77|",
        "p1",
        "urn:n|77",
        "77,112",
        "\\",
        "Familyp1",
        "Patient/p1",
        "112 "[:2],
    ]
    (said,) = {ask(number) for number in numbers}
    assert "Nobody who is held here has exactly this number." in said
    assert "Given" not in said


def test_who_has_left_is_nobody_here(north: Prison, ask: Callable[[str], str]) -> None:
    put(north.database, [a_stay_until("p1", "2026-03-02T06:59:00+01:00")])
    assert "Nobody who is held here" in ask("77")


def test_a_number_with_signs_of_a_search_in_it_is_found(north: Prison, ask: Callable[[str], str]) -> None:
    put(north.database, [a_person("p1", "7|7,8$\\9")])
    assert "Givenp1" in ask("7|7,8$\\9")


def test_what_can_be_no_number_is_refused_without_repeating_it(ask: Callable[[str], str]) -> None:
    (said,) = {ask(number) for number in ("", "  ", "7\t7", "7" * 65)}
    assert "Type the whole prison number" in said


def test_a_look_up_is_logged_also_of_nobody_and_the_number_stands_nowhere(
    north: Prison, ask: Callable[[str], str]
) -> None:
    log = Log()
    configure_logging("DEBUG", log.stream)
    ask("112")
    ask("5550123")
    configure_logging("INFO")
    with north.database.cursor() as cursor:
        seen = [*about(cursor, "Patient/p2", north.application.state.audit.keys.subject)]
        cursor.execute("SELECT body FROM access.audit_event")
        bodies = [bytes(body).decode() for (body,) in cursor.fetchall()]
    assert len(seen) == 1
    searches = [body for body in bodies if '"kind":"search"' in body]
    assert sorted('"results":0' in body for body in searches) == [False, True]
    assert not any("5550123" in body for body in bodies)
    assert "5550123" not in log.stream.getvalue()
