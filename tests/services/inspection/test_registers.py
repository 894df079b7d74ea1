"""What inspectors see: figures of their facilities, nobody's name, and each look in the audit log."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from audit_events import log_closed, said
from fastapi import FastAPI
from people_pages import Clock, PlainBrowser, someone, with_cheap_desk

from clinical.injuries.form import CONSISTENCIES, Consistency, InjuryForm, Statement
from clinical.injuries.resource import resource_of
from services.access.pages.desk import Desk
from services.inspection.page import NoPeriod, period_of
from services.shared.installation import Urls

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Podgorica")
OURS = "urn:throughcare:code-system:"
PERIOD = "/inspection?since=2026-01-01&until=2026-03-31"


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def desk(application: FastAPI, clock: Clock) -> Desk:
    return with_cheap_desk(application, clock)


@pytest.fixture
def browser(desk: Desk, served: str, application: FastAPI) -> Iterator[PlainBrowser]:
    made = PlainBrowser(served, application.state.settings.base_url)
    with made.http:
        yield made


def put(fhir: httpx.Client, type_: str, id_: str, **said: Any) -> None:
    answer = fhir.put(f"/{type_}/{id_}", json={"resourceType": type_, "id": id_, **said})
    assert answer.status_code == 201, answer.text


def concept(name: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": OURS + name, "code": code}]}


@pytest.fixture
def prisons(fhir: httpx.Client) -> None:
    """Amina in the north all the time; Brian in the south until he died in March; Cvita in no prison."""
    for id_, name in (("north", "North prison"), ("south", "South prison")):
        put(fhir, "Organization", id_, name=name)
    put(fhir, "Patient", "amina", name=[{"family": "Hoxha"}])
    put(fhir, "Patient", "brian", name=[{"family": "Smith"}], deceasedDateTime="2026-03-05")
    put(fhir, "Patient", "cvita", name=[{"family": "Perić"}], deceasedDateTime="2026-02-05T10:00:00Z")
    stay(fhir, "amina", "north", start="2025-06-01")
    stay(fhir, "brian", "south", start="2025-06-01", end="2026-03-05")


def stay(fhir: httpx.Client, who: str, where: str, **period: str) -> None:
    put(
        fhir,
        "Encounter",
        f"stay-{who}",
        status="finished" if "end" in period else "in-progress",
        **{"class": {"system": OURS + "encounter-class", "code": "custody"}},
        subject={"reference": f"Patient/{who}"},
        serviceProvider={"reference": f"Organization/{where}"},
        period=period,
    )


def omission(
    fhir: httpx.Client, id_: str, who: str, on: str, reason: str | None, status: str = "not-done"
) -> None:
    put(
        fhir,
        "MedicationAdministration",
        id_,
        status=status,
        **({"statusReason": [concept("dose-reason", reason)]} if reason else {}),
        medicationCodeableConcept={"coding": [{"system": "http://www.whocc.no/atc", "code": "N07BC02"}]},
        subject={"reference": f"Patient/{who}"},
        effectiveDateTime=on,
    )


def hold(
    fhir: httpx.Client, id_: str, who: str, start: str, system: str = "hold", status: str = "active"
) -> None:
    put(
        fhir,
        "Flag",
        id_,
        status=status,
        code=concept(system, "sedation"),
        subject={"reference": f"Patient/{who}"},
        period={"start": start},
    )


def inspects(browser: PlainBrowser, desk: Desk, facility: str | None) -> PlainBrowser:
    browser.sign_in(someone(desk, "ines", "Ines Marić", inspector=facility), desk.now())
    return browser


def register(browser: PlainBrowser, code: str) -> list[tuple[str, str, str]]:
    section = re.search(rf'aria-labelledby="{code}">(.*?)</section>', browser.page.text, re.DOTALL)
    assert section is not None
    cells = re.findall(
        r'<tr><th scope="row"[^>]*>(.*?)</th><td>(.*?)</td><td class="number">(.*?)</td>', section[1]
    )
    return [(one, two, three) for one, two, three in cells]


def test_omissions_holds_and_deaths_where_people_were_at_the_time(
    fhir: httpx.Client, prisons: None, browser: PlainBrowser, desk: Desk
) -> None:
    omission(fhir, "a1", "amina", "2026-01-01T06:00:00+01:00", "refused")
    omission(fhir, "a2", "amina", "2026-03-31T20:00:00+02:00", "refused")
    omission(fhir, "a3", "amina", "2026-02-01T06:00:00+01:00", None)
    omission(fhir, "given", "amina", "2026-02-02T06:00:00+01:00", None, status="completed")
    omission(fhir, "early", "amina", "2025-12-31T06:00:00+01:00", "refused")
    omission(fhir, "late", "amina", "2026-04-01T06:00:00+02:00", "refused")
    omission(fhir, "b1", "brian", "2026-02-01T06:00:00+01:00", "no-stock")
    omission(fhir, "c1", "cvita", "2026-02-01T06:00:00+01:00", "absent")
    hold(fhir, "h1", "amina", "2026-01-01")
    hold(fhir, "h2", "brian", "2026-03-01")
    hold(fhir, "wrong", "amina", "2026-02-01", status="entered-in-error")
    hold(fhir, "other", "amina", "2026-02-01", system="something-else")
    hold(fhir, "before", "amina", "2025-12-31")
    hold(fhir, "after", "amina", "2026-04-01")
    inspects(browser, desk, None).open(PERIOD)
    assert register(browser, "omissions") == [
        ("In no prison at the time", "The person was absent", "1"),
        ("North prison", "Refused by the person", "2"),
        ("North prison", "No reason recorded", "1"),
        ("South prison", "No stock", "1"),
    ]
    assert register(browser, "holds") == [
        ("North prison", "Another reason: sedation", "1"),
        ("South prison", "Another reason: sedation", "1"),
    ]
    assert register(browser, "deaths") == [("In no prison at the time", "–", "1"), ("South prison", "–", "1")]
    for name in ("Hoxha", "Smith", "Perić", "amina", "brian", "cvita"):
        assert name not in browser.page.text


def injuries(fhir: httpx.Client, id_: str, who: str, form: InjuryForm, **changes: Any) -> None:
    made = resource_of(replace(form, id=id_, patient=who), "2026-01-01T00:00:00Z")
    put(fhir, "QuestionnaireResponse", id_, **{**made, "author": {"reference": "Practitioner/x"}, **changes})


def test_each_form_on_injuries_is_counted_once_where_the_person_was_by_its_newest_opinion(
    fhir: httpx.Client, prisons: None, browser: PlainBrowser, desk: Desk
) -> None:
    def at(day: str) -> datetime:
        return datetime.fromisoformat(f"{day}T10:00:00+00:00")

    form = InjuryForm(
        "", "a", statement=Statement.NONE, nothing_found=True, consistency=Consistency.CONSISTENT
    )
    injuries(fhir, "first", "amina", replace(form, signed_at=at("2026-01-01")))
    later = replace(form, corrects="first", reason="x", consistency=Consistency.TYPICAL)
    injuries(fhir, "second", "amina", replace(later, signed_at=at("2026-04-02")))
    injuries(fhir, "south", "brian", replace(form, chain="b", signed_at=at("2026-02-01")))
    injuries(fhir, "draft", "brian", replace(form, chain="c"))
    injuries(
        fhir,
        "wrong",
        "brian",
        replace(form, chain="d", signed_at=at("2026-02-01")),
        status="entered-in-error",
    )
    injuries(fhir, "before", "amina", replace(form, chain="e", signed_at=at("2025-12-31")))
    injuries(fhir, "of-before", "amina", replace(later, chain="e", signed_at=at("2026-02-01")))
    injuries(fhir, "after", "amina", replace(form, chain="f", signed_at=at("2026-04-01")))
    inspects(browser, desk, None).open(PERIOD)
    assert register(browser, "injuries") == [
        ("North prison", CONSISTENCIES[Consistency.TYPICAL], "1"),
        ("South prison", CONSISTENCIES[Consistency.CONSISTENT], "1"),
    ]
    for name in ("Hoxha", "Smith", "amina", "brian"):
        assert name not in browser.page.text


def test_of_one_facility_only_that_is_seen(
    fhir: httpx.Client, prisons: None, browser: PlainBrowser, desk: Desk
) -> None:
    for nth, who in enumerate(("amina", "brian", "cvita")):
        omission(fhir, f"d{nth}", who, "2026-02-01T06:00:00+01:00", "refused")
    inspects(browser, desk, "Organization/north").open(PERIOD)
    assert register(browser, "omissions") == [("North prison", "Refused by the person", "1")]
    assert register(browser, "deaths") == []
    assert "South" not in browser.page.text


def test_what_is_not_recorded_yet_is_said(browser: PlainBrowser, desk: Desk) -> None:
    inspects(browser, desk, None).open("/inspection")
    assert browser.page.text.count("None is recorded in this time.") == 4
    assert "Injuries that nobody wrote down" in browser.page.text
    assert 'value="2026-01-01"' in browser.page.text, "the last 90 days"


def test_it_is_for_inspectors_and_logged_before_it_is_shown(
    browser: PlainBrowser, desk: Desk, clock: Clock, urls: Urls
) -> None:
    assert browser.open("/inspection").url.path == "/sign-in"
    inspects(browser, desk, None).open(PERIOD)
    (view,) = said(desk.database, "view")
    assert (view["page"], view["purpose"], view["actor"]["role"]) == ("registers", "HCOMPL", "inspector")
    with log_closed(urls.owner):
        assert browser.open(PERIOD).status_code == 503
    assert "Doses not given" not in browser.page.text
    clock.goes_on(minutes=1)
    browser.open("/account")
    assert 'href="/inspection"' in browser.page.text
    browser.send("/sign-out")
    browser.sign_in(someone(desk, "drita", nurse="Organization/north"), clock())
    assert browser.open("/inspection").status_code == 403
    assert [one["why"] for one in said(desk.database, "refusal")] == ["role"]


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("", "", 90),
        ("2026-03-31", "2026-03-31", 1),
        ("2025-03-31", "2026-03-31", 366),
        ("2025-03-30", "2026-03-31", None),
        ("2026-03-31", "2026-03-30", None),
        ("2026-02-30", "", None),
        ("2026-03-01", "2026-05-01", None),
    ],
)
def test_a_period_is_at_most_a_year(since: str, until: str, days: int | None) -> None:
    if days is None:
        with pytest.raises(NoPeriod):
            period_of(since, until, NOW, ZONE)
        return
    period = period_of(since, until, NOW, ZONE)
    assert (period.last - period.first).days + 1 == days
    assert period.last == date(2026, 3, 31)


def test_what_is_no_period_says_what_to_do(browser: PlainBrowser, desk: Desk) -> None:
    inspects(browser, desk, None)
    assert browser.open("/inspection?since=2026-03-02&until=2026-03-01").status_code == 422
    assert "at most a year apart" in browser.page.text
