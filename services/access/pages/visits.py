"""Who has a page open, for its shell."""

from fastapi import Request

from services.access.pages.browser import browser_of
from services.access.pages.signed_in import desk_of, session_of
from services.access.people.accounts import account_with
from services.access.people.csrf import csrf_token
from services.access.people.grants import person_with
from services.access.people.holdings import Person, is_clinical
from services.access.people.session_state import HIDDEN_AFTER, State
from services.access.people.sessions import Session
from services.access.roles import ROLES
from services.access.roles.types import STOCK
from services.shared.visit import Visit

BEGINS = {"custody_officer": "custody", "auditor": "audit", "inspector": "inspection"}
"""Where the work of a role begins that sees no records of a clinic."""


def visit_of(request: Request) -> Visit:
    """Who has the page open. An error page that follows asks nothing again."""
    session = session_of(request)
    if session is None or session.state is State.LOCKED:
        return Visit(_csrf(request), locked=session is not None)
    desk = desk_of(request)
    with desk.database.transaction() as connection:
        name = account_with(connection, session.account).display_name
        person = person_with(connection, session.account, desk.now())
    return _open(request, session, name, person)


def known_visit(request: Request) -> Visit:
    """What its forms need, whoever it is: nothing is asked."""
    return Visit(_csrf(request))


def _open(request: Request, session: Session, name: str, person: Person) -> Visit:
    on_tablet = session.device is not None
    locks_after = desk_of(request).locks_after(on_tablet=on_tablet)
    return Visit(
        _csrf(request),
        name,
        any(is_clinical(one.role) for one in person.holds_now),
        any(_sees_stock(one.role) for one in person.holds_now),
        frozenset(BEGINS[one.role] for one in person.holds_now if one.role in BEGINS),
        hides_after_s=int(HIDDEN_AFTER.total_seconds()) if on_tablet else 0,
        locks_after_s=int(locks_after.total_seconds()),
    )


def _sees_stock(role: str) -> bool:
    return role in ROLES and any(STOCK in rule.on for rule in ROLES[role].rules)


def _csrf(request: Request) -> str:
    token = browser_of(request).session_token
    return "" if token is None else csrf_token(token)
