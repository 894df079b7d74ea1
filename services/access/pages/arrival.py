"""The moment somebody is let in: another token for the browser, whatever it brought along, and where it is led."""

from urllib.parse import urlencode

from fastapi import Request
from sqlalchemy import Connection

from services.access.decision.people import organizations
from services.access.pages.browser import browser_of
from services.access.pages.desk import Desk
from services.access.pages.signed_in import desk_of
from services.access.people.devices import device_of
from services.access.people.grants import person_with
from services.access.people.holdings import is_clinical
from services.access.people.outcomes import SignedIn
from services.access.people.pins import has_pin
from services.access.people.request_journal import journal_of
from services.access.people.sessions import sign_out
from services.access.people.throttling import Source
from services.shared.own_paths import FRONT, own_path

PIN = "/account/pin"
SHIFT = "/shift"
NOWHERE = "unknown"


def source_of(request: Request) -> Source:
    """Where a try comes from: the network address, and the registered tablet, if the browser is one."""
    browser = browser_of(request)
    address = request.client.host if request.client else NOWHERE
    if browser.device_token is None:
        return Source(address)
    with desk_of(request).database.transaction() as connection:
        device = device_of(connection, browser.device_token)
    return Source(address, None if device is None else device.id)


def let_in(request: Request, outcome: SignedIn) -> None:
    """Give the browser its new session. One that it brought along ends, whoever's it was."""
    browser, desk = browser_of(request), desk_of(request)
    brought = browser.session_token
    if brought is not None:
        with desk.database.transaction() as connection:
            whose = sign_out(connection, brought)
            if whose is not None:
                journal_of(request).ended(connection, whose, "replaced by another sign-in", desk.now())
    browser.give_session(outcome.begun.token)
    # What was found of the session that was brought along is not true any more.
    request.state._state.pop("session", None)


def where_to(desk: Desk, source: Source, outcome: SignedIn, to: str) -> str:
    """Where somebody is led who was let in: on a tablet first to choosing a PIN, unless they have.

    Who treats and asked for no page begins with the start page of a shift.
    """
    with desk.database.transaction() as connection:
        onward = own_path(to)
        if onward == FRONT and _treats(connection, desk, outcome):
            onward = SHIFT
        chosen = source.device is None or has_pin(connection, outcome.account, source.device)
    return onward if chosen else f"{PIN}?{urlencode({'to': onward})}"


def _treats(connection: Connection, desk: Desk, outcome: SignedIn) -> bool:
    """Whether somebody has a clinical role at an Organization, whose people have records."""
    person = person_with(connection, outcome.account, desk.now())
    clinical = [one.role for one in person.holds_now if is_clinical(one.role)]
    return bool(clinical) and bool(organizations(person, *clinical))
