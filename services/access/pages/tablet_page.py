"""Tablets: making this browser one, and shutting one out that is lost."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection

from services.access.audit.kinds import Subjects, access_change
from services.access.pages.account_page import ACCOUNT, KEEPERS
from services.access.pages.browser import browser_of
from services.access.pages.forms import Field, answered
from services.access.pages.said import UNUSABLE, Said, not_done
from services.access.pages.signed_in import Present, desk_of, signed_in
from services.access.people.administration import shut_device
from services.access.people.devices import Device, device_of, list_devices
from services.access.people.errors import PeopleError, UnknownDevice
from services.access.people.journal import NOBODY, facility_id
from services.access.people.journal import device as device_named
from services.access.people.request_journal import journal_of
from services.shared.actors import Public
from services.shared.languages import gettext as _
from services.shared.pages import Pages

TABLETS = f"{ACCOUNT}/tablets"


@dataclass(frozen=True)
class TabletPage:
    """Making this browser a tablet of a facility."""

    tablet: str | None
    """Its name, if it is one already."""
    encrypted: bool
    said: Said | None


@dataclass(frozen=True)
class TabletsPage:
    """The tablets that the person may shut out."""

    tablets: tuple[Device, ...]
    said: Said | None


def tablet_router(pages: Pages) -> APIRouter:
    """The addresses. All of them work without scripts."""
    router = APIRouter(include_in_schema=False)
    keeper = signed_in(*KEEPERS)

    @router.get("/tablet")
    def form(request: Request, public: Public) -> Response:
        return _tablet(pages, request, None)

    @router.post("/tablet")
    def register(request: Request, public: Public, token: Field = "") -> Response:
        browser = browser_of(request)
        if not browser.is_encrypted:
            return _tablet(pages, request, None)
        with desk_of(request).database.transaction() as connection:
            device = device_of(connection, token.strip())
            if device is not None:
                _log_set_up(request, connection, device)
        if device is None:
            return _tablet(
                pages,
                request,
                Said(_("This is not the token of a tablet in use. Copy it anew, whole."), UNUSABLE),
            )
        browser.give_device(token.strip())
        return RedirectResponse("/tablet", 303)

    @router.get(TABLETS)
    def tablets(request: Request, who: Annotated[Present, Depends(keeper)]) -> Response:
        return _tablets(pages, request, who, None)

    @router.post(f"{TABLETS}/shut")
    def shut(request: Request, who: Annotated[Present, Depends(keeper)], tablet: Field = "") -> Response:
        try:
            _shut(request, who, tablet)
        except PeopleError as error:
            return _tablets(pages, request, who, not_done(error))
        return RedirectResponse(TABLETS, 303)

    return router


def _tablet(pages: Pages, request: Request, said: Said | None) -> HTMLResponse:
    browser = browser_of(request)
    device = None
    if browser.device_token is not None:
        with desk_of(request).database.transaction() as connection:
            device = device_of(connection, browser.device_token)
    page = TabletPage(None if device is None else device.name, browser.is_encrypted, said)
    return answered(pages, request, "tablet", page, said)


def _tablets(pages: Pages, request: Request, who: Present, said: Said | None) -> HTMLResponse:
    with desk_of(request).database.transaction() as connection:
        devices = [one for one in list_devices(connection) if one.revoked_at is None]
    kept = tuple(one for one in devices if any(who.person.holds_at(role, one.facility) for role in KEEPERS))
    return answered(pages, request, "tablets", TabletsPage(kept, said), said)


def _shut(request: Request, who: Present, tablet: str) -> None:
    """Raises PeopleError."""
    desk = desk_of(request)
    try:
        id_ = UUID(tablet)
    except ValueError:
        raise UnknownDevice from None
    with desk.database.transaction() as connection:
        ended = shut_device(connection, who.account.id, id_, desk.now())
        journal_of(request).changed(
            connection, "tablet-shut-out", who.account.id, desk.now(), device_named(id_), sessions=ended
        )


def _log_set_up(request: Request, connection: Connection, device: Device) -> None:
    """Nobody is signed in where a browser becomes a tablet: who has the token on paper may do it."""
    at, journal = desk_of(request).now(), journal_of(request)
    where = journal.by(NOBODY, at, facility_id(device.facility))
    about = Subjects(targets=[device_named(device.id)])
    journal.record(connection, access_change(where, "tablet-set-up", about))
