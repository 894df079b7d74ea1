"""Being somebody in the demo: one tap instead of a sign-in. An installation with real records has no such address."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection

from services.access.pages.arrival import let_in
from services.access.pages.browser import browser_of
from services.access.pages.signed_in import desk_of
from services.access.people.devices import device_of, record_device
from services.access.people.grants import person_with
from services.access.people.journal import device as device_named
from services.access.people.outcomes import Method, SignedIn
from services.access.people.request_journal import journal_of
from services.access.people.sessions import begin
from services.access.roles import ROLES
from services.access.roles.role import Role
from services.demo.accounts import DemoAccount, accounts
from services.shared.actors import Public
from services.shared.errors import Unprocessable
from services.shared.pages import Pages

TRY_AS = "/demo"
ON_TABLET = f"{TRY_AS}/tablet"
TABLET_NAME = "DEMO tablet"

BEGINS_AT = {
    "custody_officer": "/custody",
    "ministry_analyst": "/ministry",
    "confidential_recipient": "/ministry",
    "auditor": "/audit",
    "inspector": "/inspection",
    "medical_lead": "/break-glass",
    "administrator": "/account",
    "evaluator": "/account",
}
"""Where a role's work begins; whoever treats begins with what waits."""


@dataclass(frozen=True)
class TryAsPage:
    """Whom one can be."""

    roles: tuple[Role, ...]


def try_as_router(pages: Pages) -> APIRouter:
    """The addresses, which only a demo has."""
    router = APIRouter(include_in_schema=False)

    @router.get(TRY_AS)
    def whom(request: Request, public: Public) -> HTMLResponse:
        with desk_of(request).database.transaction() as connection:
            roles = tuple(one.role for one in accounts(connection))
        return pages.render(request, "demo/try_as.html", TryAsPage(roles))

    @router.post(TRY_AS)
    def be(request: Request, public: Public, role: Annotated[str, Form()]) -> RedirectResponse:
        let_in(request, _signed_in(request, role))
        return RedirectResponse(BEGINS_AT.get(role, "/shift"), 303)

    @router.post(ON_TABLET)
    def be_at_the_window(request: Request, public: Public, role: Annotated[str, Form()]) -> RedirectResponse:
        let_in(request, _signed_in(request, role, on_tablet=True))
        return RedirectResponse("/round", 303)

    return router


def _signed_in(request: Request, role: str, *, on_tablet: bool = False) -> SignedIn:
    desk, journal = desk_of(request), journal_of(request)
    with desk.database.transaction() as connection:
        account = next((one for one in accounts(connection) if one.role is ROLES.get(role)), None)
        if account is None:
            raise Unprocessable
        device = _tablet(request, connection, account) if on_tablet else None
        journal.signed_in(connection, account.id, Method.DEMO, device, desk.now())
        return SignedIn(account.id, Method.DEMO, begin(connection, account.id, device, desk.now()))


def _tablet(request: Request, connection: Connection, account: DemoAccount) -> UUID:
    """This browser as a tablet of the prison where somebody gives doses; it is made one if it is none yet."""
    browser, now = browser_of(request), desk_of(request).now()
    held = person_with(connection, account.id, now).holds_now
    facility = next((one.facility for one in held if one.role == account.role.code), None)
    if facility is None or not account.role.may_dose:
        raise Unprocessable
    known = device_of(connection, browser.device_token) if browser.device_token else None
    if known is not None and known.facility == facility:
        return known.id
    made = record_device(connection, TABLET_NAME, facility, account.id, now)
    journal_of(request).changed(connection, "tablet-set-up", account.id, now, device_named(made.id))
    browser.give_device(made.token)
    return made.id
