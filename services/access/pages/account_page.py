"""One's own account: where one is signed in, the roles one has, and the code that shows one's presence."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.access.decision.people import organizations
from services.access.emergency import to_review
from services.access.pages.forms import Field, answered
from services.access.pages.notes import note
from services.access.pages.signed_in import Present, SignedIn, desk_of
from services.access.people.holdings import ADMINISTRATOR, MEDICAL_LEAD, Holding
from services.access.people.own_sessions import OwnSession, end_own, sessions_of
from services.access.people.presence import LIFETIME, presence_code
from services.access.people.sessions import end_all
from services.access.roles import ROLES
from services.shared.pages import Pages

ACCOUNT = "/account"
GROUP = 4
KEEPERS = (ADMINISTRATOR, MEDICAL_LEAD)
"""Who sees to the tablets."""


OPENS = {"custody_officer": "/custody", "medical_lead": "/custody/inference"}
"""Pages of other services that one role alone opens."""


@dataclass(frozen=True)
class HeldRole:
    """A role of the person, and where."""

    title: str
    facility: str | None
    opens: str | None
    """The address of the page that the role opens at this facility, if it has one of its own."""


@dataclass(frozen=True)
class AccountPage:
    """The page."""

    login: str
    roles: tuple[HeldRole, ...]
    sessions: tuple[OwnSession, ...]
    this: UUID
    on_tablet: bool
    keeps_tablets: bool
    """Whether the person may shut out tablets of a facility."""
    reviews: bool
    """Whether the person reviews emergency access."""
    to_review: int
    """How many wait for it."""


@dataclass(frozen=True)
class HerePage:
    """The code that the holder reads out."""

    code: tuple[str, ...]
    minutes: int


def account_router(pages: Pages) -> APIRouter:
    """The addresses. All of them work without scripts."""
    router = APIRouter(prefix=ACCOUNT, include_in_schema=False)

    @router.get("")
    def account(request: Request, who: SignedIn) -> Response:
        return answered(pages, request, "account", _account(request, who), None)

    @router.post("/sessions/end")
    def end_one(request: Request, who: SignedIn, session: Field = "") -> Response:
        with desk_of(request).database.transaction() as connection:
            ended = _is_id(session) and end_own(connection, who.account.id, UUID(session))
        if ended:
            note("a session was ended by its holder", account=who.account.id, session=session)
        return RedirectResponse(ACCOUNT, 303)

    @router.post("/sessions/end-others")
    def end_others(request: Request, who: SignedIn) -> Response:
        with desk_of(request).database.transaction() as connection:
            end_all(connection, who.account.id, but=who.session.id)
        note("every other session was ended by its holder", account=who.account.id)
        return RedirectResponse(ACCOUNT, 303)

    @router.get("/here")
    def here(request: Request, who: SignedIn) -> Response:
        desk = desk_of(request)
        code = presence_code(desk.keys, who.account.id, desk.now())
        parts = tuple(code[start : start + GROUP] for start in range(0, len(code), GROUP))
        return answered(pages, request, "here", HerePage(parts, int(LIFETIME.total_seconds() // 60)), None)

    return router


def _account(request: Request, who: Present) -> AccountPage:
    desk = desk_of(request)
    with desk.database.transaction() as connection:
        sessions = sessions_of(connection, who.account.id, desk.now())
        waiting = to_review(connection, who.person)
    held = sorted(who.person.holds_now, key=lambda one: (one.role, one.facility or ""))
    return AccountPage(
        who.account.login,
        tuple(_role(one) for one in held if one.role in ROLES),
        tuple(sessions),
        who.session.id,
        who.session.device is not None,
        any(who.person.holds(role) for role in KEEPERS),
        bool(organizations(who.person, MEDICAL_LEAD)),
        waiting,
    )


def _role(held: Holding) -> HeldRole:
    at_a_facility = held.facility is not None and held.facility.startswith("Organization/")
    return HeldRole(ROLES[held.role].title, held.facility, OPENS.get(held.role) if at_a_facility else None)


def _is_id(typed: str) -> bool:
    try:
        UUID(typed)
    except ValueError:
        return False
    return True
