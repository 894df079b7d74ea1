"""Being somebody in the demo, and nowhere else."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from demo_installation import demo_installation
from fastapi import FastAPI
from people_pages import Clock, PlainBrowser, with_cheap_desk
from serving import serving

from services.access.audit.log.sequencing import sequence_all
from services.access.people.devices import list_devices
from services.access.people.grants import list_grants
from services.demo.accounts import accounts, keep_accounts, roles_of_people
from services.shared.embedded_postgres import EmbeddedPostgres

NOW = datetime.now(UTC)


@pytest.fixture(scope="module", name="demo")
def _demo(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[FastAPI]:
    home = tmp_path_factory.mktemp("demo")
    with demo_installation(postgres, f"try_as_{worker_id}", home, examples=False) as application:
        with_cheap_desk(application, Clock())
        yield application


@pytest.fixture(scope="module", name="address")
def _address(demo: FastAPI) -> Iterator[str]:
    with serving(demo) as address:
        yield address


@pytest.fixture(name="browser")
def _browser(demo: FastAPI, address: str) -> Iterator[PlainBrowser]:
    with demo.state.database.transaction() as connection:
        keep_accounts(connection, "north", NOW)
    made = PlainBrowser(address, demo.state.settings.base_url)
    with made.http:
        yield made


def test_one_tap_makes_one_the_nurse_of_the_prison(browser: PlainBrowser) -> None:
    page = browser.open("/demo").text
    assert all(f'value="{role.code}"' in page for role in roles_of_people())
    browser.send("/demo", role="nurse")
    assert browser.page.url.path == "/shift"
    assert "DEMO Nurse" in browser.page.text


@pytest.mark.parametrize("role", [one.code for one in roles_of_people()])
def test_each_role_begins_at_a_page_that_opens(browser: PlainBrowser, role: str) -> None:
    browser.open("/demo")
    assert browser.send("/demo", role=role).status_code == 200


def logged(demo: FastAPI) -> list[str]:
    sequence_all(demo.state.database)
    with demo.state.database.cursor() as cursor:
        return [bytes(body).decode() for (body,) in cursor.execute("SELECT body FROM access.audit_event")]


def set_up(demo: FastAPI) -> int:
    """How many tablets the log says were set up."""
    return sum("tablet-set-up" in body for body in logged(demo))


def test_it_is_logged_as_what_it_is(browser: PlainBrowser, demo: FastAPI) -> None:
    browser.open("/demo")
    browser.send("/demo", role="auditor")
    assert any("demonstration: nothing was asked" in body for body in logged(demo))


@pytest.mark.parametrize("role", [one.code for one in roles_of_people() if one.may_dose])
def test_who_gives_doses_is_led_to_the_round_on_a_tablet(
    browser: PlainBrowser, demo: FastAPI, role: str
) -> None:
    before = set_up(demo)
    browser.open("/demo")
    browser.send("/demo/tablet", role=role)
    assert browser.page.url.path == "/round"
    first = browser.http.get("/round/here").json()["device"]
    assert first is not None
    browser.open("/demo")
    browser.send("/demo/tablet", role=role)
    assert browser.http.get("/round/here").json()["device"] == first, (
        "the browser stays the tablet that it is"
    )
    with demo.state.database.transaction() as connection:
        names = {str(one.id): (one.name, one.facility) for one in list_devices(connection)}
    assert names[first] == ("DEMO tablet", "Organization/north")
    assert set_up(demo) == before + 1


@pytest.mark.parametrize("role", [one.code for one in roles_of_people() if not one.may_dose] + ["king", ""])
def test_nobody_else_keeps_a_round(browser: PlainBrowser, role: str) -> None:
    browser.open("/demo")
    assert browser.send("/demo/tablet", role=role).status_code == 422
    assert browser.token is None


@pytest.mark.parametrize("role", ["treatment_centre_system", "king", ""])
def test_whom_nobody_can_be_is_refused(browser: PlainBrowser, role: str) -> None:
    browser.open("/demo")
    assert browser.send("/demo", role=role).status_code == 422
    assert browser.token is None


def test_another_site_cannot_make_somebody_of_a_visitor(browser: PlainBrowser) -> None:
    """What it cannot do is send the page's own proof, or say that it is this page."""
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert browser.http.post("/demo", data={"role": "nurse"}, headers=elsewhere).status_code == 403
    assert browser.token is None


def test_accounts_are_made_once_and_only_where_there_is_a_place(browser: PlainBrowser, demo: FastAPI) -> None:
    with demo.state.database.transaction() as connection:
        keep_accounts(connection, "south", NOW)
        held = {one.id: one.role.code for one in accounts(connection)}
        grants = [(held[one.account], one.facility) for one in list_grants(connection)]
    assert len(grants) == len(held) == len(roles_of_people())
    assert {facility for role, facility in grants if role in ("nurse", "custody_officer")} == {
        "Organization/north"
    }


def test_an_installation_with_records_has_no_such_page(served: str) -> None:
    with PlainBrowser(served, served).http as http:
        assert http.get("/demo").status_code == 404
        assert http.post("/demo", data={"role": "nurse"}).status_code == 404
        assert http.post("/demo/tablet", data={"role": "nurse"}).status_code == 404
