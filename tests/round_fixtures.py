"""A prison whose round is served, and tablets on which somebody who works there is signed in."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import UUID

import pytest
from fastapi import FastAPI
from people_pages import PIN, Clock, PlainBrowser, Someone, cheap_hashing, someone, with_cheap_desk
from round_prison import OTHER_PRISON, a_person, put, the_prison
from round_tablets import ELSEWHERE, HERE, SEVEN, ZONE, SignIn, Tablet
from serving import serving
from stores import store_on

from fhir_store.store import Store
from services.access.pages.desk import Desk
from services.access.people.devices import Registered, record_device, revoke_device
from services.access.people.pins import keyed_pin
from services.access.people.sessions import begin
from services.app import create_app
from services.clinic.round.facility_key import FacilityKey, facility_key
from services.settings import Settings
from services.shared.database import Database
from services.shared.installation import Urls

WORK: dict[str, dict[str, str | None]] = {
    "nurse": {"nurse": HERE},
    "nurse2": {"nurse": HERE},
    "doctor": {"doctor": HERE},
    "pharmacist": {"pharmacist": HERE},
    "counsellor": {"hiv_counsellor": HERE},
    "elsewhere": {"nurse": ELSEWHERE},
    "guard": {"custody_officer": HERE},
    "admin": {"administrator": None},
    "both": {"nurse": HERE, "custody_officer": "Location/gate"},
}


@pytest.fixture(scope="module")
def kept(known_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, str]]:
    """The application, made and served once for the tests of a file, under the law of the country that does not exist."""
    settings = Settings(
        home=tmp_path_factory.mktemp("home"), facility_zone=ZONE, language="en", country="demonstration"
    )
    application = create_app(settings, known_database)
    with serving(application) as address:
        yield application, address


@pytest.fixture
def clock() -> Clock:
    return Clock(SEVEN)


@pytest.fixture
def desk(kept: tuple[FastAPI, str], urls: Urls, clock: Clock) -> Desk:
    """Two people are in the prison, one in the other, and nobody works here yet."""
    made = with_cheap_desk(kept[0], clock)
    people = [*a_person("p1"), *a_person("p2"), *a_person("q1", prison=OTHER_PRISON)]
    put(made.database, store_on(made.database, ZONE), [*the_prison(), *people])
    return made


@pytest.fixture
def store(desk: Desk) -> Store:
    return store_on(desk.database, ZONE)


@pytest.fixture
def key(kept: tuple[FastAPI, str]) -> FacilityKey:
    return facility_key(kept[0].state.settings.home)


@pytest.fixture
def people(desk: Desk) -> dict[str, Someone]:
    """Whoever works here, by login name."""
    return {login: someone(desk, login, f"{login} of the tests", **roles) for login, roles in WORK.items()}


@pytest.fixture
def device(desk: Desk, people: dict[str, Someone]) -> Callable[[str], Registered]:
    """Register a tablet of the prison."""

    def register(name: str = "Round 1") -> Registered:
        with desk.database.transaction() as connection:
            return record_device(connection, name, HERE, people["admin"].account, desk.now())

    return register


@pytest.fixture
def sign_in(kept: tuple[FastAPI, str], desk: Desk, people: dict[str, Someone]) -> Iterator[SignIn]:
    """Somebody signed in, on a tablet if one is named."""
    with ExitStack() as opened:

        def signed_in(login: str, on: Registered | None = None) -> Tablet:
            browser = PlainBrowser(kept[1], kept[0].state.settings.base_url)
            opened.enter_context(browser.http)
            with desk.database.transaction() as connection:
                token = begin(connection, people[login].account, on.id if on else None, desk.now()).token
            browser.http.cookies.set("throughcare-session", token)
            if on:
                browser.http.cookies.set("throughcare-device", on.token)
            return Tablet(browser, people[login], on.id if on else None)

        yield signed_in


@pytest.fixture
def nurse(sign_in: SignIn, device: Callable[[str], Registered]) -> Tablet:
    """The nurse on a tablet."""
    return sign_in("nurse", device("Round 1"))


@pytest.fixture
def with_pin(desk: Desk, people: dict[str, Someone]) -> Callable[[str, Tablet], None]:
    """Somebody has chosen a PIN on a tablet before."""

    def chosen(login: str, tablet: Tablet) -> None:
        assert tablet.device is not None
        account = people[login].account
        hash_ = cheap_hashing().hash(keyed_pin(desk.keys, account, tablet.device, PIN))
        with desk.database.transaction() as connection:
            connection.exec_driver_sql(
                "INSERT INTO access.pin (account, device, hash, set_at) VALUES (%s, %s, %s, %s)",
                (account, tablet.device, hash_, desk.now()),
            )

    return chosen


@pytest.fixture
def shut_out(desk: Desk, people: dict[str, Someone]) -> Callable[[UUID], None]:
    """A tablet is shut out."""

    def revoke(device: UUID) -> None:
        with desk.database.transaction() as connection:
            revoke_device(connection, device, people["admin"].account, desk.now())

    return revoke
