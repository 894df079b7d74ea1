"""The staff of two sites who keep a register, and browsers of theirs on a tablet or at a desk."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import FastAPI
from people_pages import PIN, Clock, PlainBrowser, Someone, someone, tablet
from ward import NORTH, SOUTH

from services.access.audit.log.audit_log import AuditLog
from services.access.pages.desk import Desk
from services.access.people.devices import Registered
from services.access.people.journal import Journal
from services.access.people.sessions import begin

STAFF: Mapping[str, dict[str, str | None]] = {
    "nurse": {"nurse": NORTH},
    "nurse2": {"nurse": NORTH},
    "doctor": {"doctor": NORTH},
    "pharmacist": {"pharmacist": NORTH},
    "lead": {"medical_lead": NORTH},
    "counsellor": {"hiv_counsellor": NORTH},
    "guard": {"custody_officer": NORTH},
    "admin": {"administrator": None},
    "inspector": {"inspector": NORTH},
    "inspects-all": {"inspector": None},
    "south": {"nurse": SOUTH},
    "both": {"nurse": NORTH, "pharmacist": SOUTH},
}


@dataclass
class Shift:
    """Who works today. Somebody is made when first named."""

    application: FastAPI
    desk: Desk
    clock: Clock
    people: dict[str, Someone] = field(default_factory=dict)
    device: Registered | None = None

    def somebody(self, login: str) -> Someone:
        if login not in self.people:
            self.people[login] = someone(self.desk, login, f"{login} of the tests", **STAFF[login])
        return self.people[login]

    def on_tablet(self) -> Registered:
        """The tablet of the site."""
        if self.device is None:
            self.device = tablet(self.desk, self.somebody("lead").account)
        return self.device

    def token(self, login: str, *, on_tablet: bool = False) -> str:
        """A session of somebody."""
        device = self.on_tablet().id if on_tablet else None
        with self.desk.database.transaction() as connection:
            return begin(connection, self.somebody(login).account, device, self.desk.now()).token

    def chooses_pin(self, login: str) -> None:
        """A PIN of somebody on the tablet."""
        audit: AuditLog = self.application.state.audit
        pins = self.desk.pins(Journal(audit.keys))
        token = self.token(login, on_tablet=True)
        pins.choose(token, self.on_tablet().token, PIN, self.desk.now())

    def browser(self, address: str, login: str, *, on_tablet: bool = False) -> PlainBrowser:
        """A browser on which somebody is signed in."""
        made = PlainBrowser(address, self.application.state.settings.base_url)
        made.http.cookies.set("throughcare-session", self.token(login, on_tablet=on_tablet))
        if on_tablet:
            made.http.cookies.set("throughcare-device", self.on_tablet().token)
        return made
