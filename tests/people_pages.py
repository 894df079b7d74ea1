"""People who use the pages of an installation: with cheap hashes, a clock of the test's own, and a browser without scripts."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import unescape
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI
from pwdlib.hashers.argon2 import Argon2Hasher

from services.access.pages.desk import Desk
from services.access.people.accounts import add_account
from services.access.people.activation_codes import new_activation_code
from services.access.people.devices import Registered, record_device
from services.access.people.grant_rules import Wanted
from services.access.people.grants import record_grant
from services.access.people.hashing import Hashing
from services.access.people.oath_tokens import add_token
from services.access.people.one_time_codes import Generator, code_at, step
from services.access.people.passwords import keep_password
from services.access.people.recovery_codes import new_recovery_codes

PASSWORD = "a long walk by the river"
PIN = "270914"
PAGE = "text/html,application/xhtml+xml,*/*;q=0.8"


@dataclass
class Clock:
    """The server's clock, as a test sets it."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at

    def day(self, zone: str) -> date:
        """The civil day: another one than in UTC for some hours of each night."""
        return self.at.astimezone(ZoneInfo(zone)).date()

    def goes_on(self, **by: float) -> None:
        """So much later."""
        self.at += timedelta(**by)


@dataclass
class Someone:
    """A person with a password, a token that shows codes, and recovery codes."""

    account: UUID
    login: str
    generator: Generator
    recovery_codes: list[str]

    def code(self, at: datetime) -> str:
        return code_at(self.generator, step(self.generator, at))


def cheap_hashing() -> Hashing:
    """argon2id with little memory."""
    return Hashing(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))


def with_cheap_desk(application: FastAPI, clock: Clock) -> Desk:
    """Give the application a desk whose hashes are cheap and whose clock is the test's."""
    state = application.state
    state.desk = Desk(state.database, state.settings, hashing=cheap_hashing, clock=clock)
    desk: Desk = state.desk
    return desk


def someone(desk: Desk, login: str, name: str | None = None, **roles: str | None) -> Someone:
    """Make a person, and grant the roles, each at a facility or everywhere."""
    generator, at = Generator("totp", secrets.token_bytes(20)), desk.now()
    with desk.database.transaction() as connection:
        account = add_account(connection, login, name or f"{login} of the tests", None, at).id
        keep_password(connection, account, desk.hashing.hash(PASSWORD), at)
        add_token(connection, desk.keys, generator, at, account=account)
        codes = new_recovery_codes(connection, account, at)
        for role, facility in roles.items():
            wanted = Wanted(role, facility, at, at + timedelta(days=30))
            record_grant(connection, account, wanted, None, at, needs=False)
    return Someone(account, login, generator, codes)


def newcomer(desk: Desk, login: str) -> tuple[UUID, str]:
    """Somebody who has not used the account yet, and the code on paper."""
    with desk.database.transaction() as connection:
        account = add_account(connection, login, f"{login} of the tests", None, desk.now()).id
        return account, new_activation_code(connection, account, desk.now())


def tablet(desk: Desk, by: UUID, name: str = "Round 1") -> Registered:
    """A registered tablet of the facility in the north."""
    with desk.database.transaction() as connection:
        return record_device(connection, name, "Location/north", by, desk.now())


class PlainBrowser:
    """A browser without scripts: it keeps cookies, and sends a form with all that the page has put into it."""

    def __init__(self, address: str, origin: str) -> None:
        self.http = httpx.Client(
            base_url=address, headers={"Accept": PAGE, "Origin": origin}, follow_redirects=True, timeout=30
        )
        self.page = httpx.Response(204)

    def open(self, path: str) -> httpx.Response:
        """Go to a page."""
        self.page = self.http.get(path)
        return self.page

    def send(self, action: str, **typed: str) -> httpx.Response:
        """Fill in the form of the page that leads there, and send it."""
        self.page = self.http.post(action, data={**self.fields(action), **typed})
        return self.page

    def fields(self, action: str) -> dict[str, str]:
        """What the page has put into the form."""
        form = re.search(rf'<form[^>]* action="{re.escape(action)}".*?</form>', self.page.text, re.DOTALL)
        assert form is not None, f"the page has no form to {action}"
        hidden = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?>', form[0])
        return {name: unescape(value) for name, value in hidden}

    def sign_in(self, person: Someone, at: datetime, to: str = "/") -> httpx.Response:
        """Sign in with password and code."""
        self.open(f"/sign-in?to={to}")
        self.send("/sign-in", login=person.login, password=PASSWORD)
        return self.send("/sign-in/code", code=person.code(at))

    @property
    def token(self) -> str | None:
        """What is in the session's cookie."""
        return self.http.cookies.get("throughcare-session")

    @property
    def main(self) -> str:
        """What the page says."""
        return re.sub(r"\s+", " ", self.page.text.partition("<main")[2].partition("</main>")[0])
