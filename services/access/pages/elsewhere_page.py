"""Signing in by way of the organisation's identity provider, and linking one's account to it.

The provider's page leads back here, and with that request a browser sends neither session nor tablet: it is another
site that leads. So what comes back is only looked at, and a page of ours leads on.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.access.pages.account_page import account_answer
from services.access.pages.arrival import let_in, source_of, where_to
from services.access.pages.browser import browser_of
from services.access.pages.forms import Field, answered
from services.access.pages.fresh import ACCOUNT, FreshlyProved
from services.access.pages.said import BUSY, Said, not_done, refused_elsewhere, too_soon
from services.access.pages.sign_in_page import SignInPages
from services.access.pages.signed_in import SIGN_IN, SignedIn, desk_of
from services.access.people.errors import LinkRefused, ProviderUnreachable
from services.access.people.oidc.client import CALLBACK
from services.access.people.oidc.links import unlink
from services.access.people.oidc.provider import Provider
from services.access.people.oidc.steps import Answer, Heard, SignInElsewhere
from services.access.people.outcomes import Refused, SecondFactorNeeded, TryLater, Why
from services.access.people.request_journal import journal_of
from services.shared.actors import Public
from services.shared.errors import NotFound
from services.shared.languages import gettext as _
from services.shared.own_paths import own_path
from services.shared.pages import Pages

ELSEWHERE = f"{SIGN_IN}/elsewhere"
FINISH = f"{ELSEWHERE}/finish"
LINK = f"{ACCOUNT}/elsewhere"

PROVIDER = "identity provider"
"""As the log names a sign-in that was refused."""

Given = Annotated[str, Query()]


@dataclass(frozen=True)
class LedOnPage:
    """Leads on by itself, and by a link."""

    to: str
    leaves: bool
    """Whether to the provider, and not to a page of ours."""


@dataclass(frozen=True)
class LinkPage:
    """Asks whether to link the account."""

    login: str


def offered(request: Request) -> Provider:
    """The identity provider. Raises NotFound where sign-ins by way of one are off."""
    provider = desk_of(request).provider
    if provider is None:
        raise NotFound
    return provider


Offered = Annotated[Provider, Depends(offered)]


def elsewhere_router(pages: Pages) -> APIRouter:
    """The addresses. All of them work without scripts."""
    # Before who it is: where it is off, nothing is there for anybody.
    router = APIRouter(include_in_schema=False, dependencies=[Depends(offered)])
    page = ElsewherePages(pages)

    @router.post(ELSEWHERE)
    def begin(request: Request, public: Public, provider: Offered, to: Field = "/") -> Response:
        return page.begin(request, provider, to)

    @router.get(CALLBACK)
    def back(
        request: Request,
        public: Public,
        provider: Offered,
        state: Given = "",
        code: Given = "",
        iss: Given = "",
    ) -> Response:
        return page.back(request, provider, Answer(state, code, iss))

    @router.get(FINISH)
    def finish(request: Request, public: Public, provider: Offered) -> Response:
        return page.finish(request, provider)

    @router.post(LINK)
    def begin_link(request: Request, who: FreshlyProved, provider: Offered) -> Response:
        return page.begin_link(request, provider, who)

    @router.get(LINK)
    def link_form(request: Request, who: SignedIn, provider: Offered) -> Response:
        return page.link_form(request, provider, who)

    @router.post(f"{LINK}/link")
    def link(request: Request, who: FreshlyProved, provider: Offered) -> Response:
        return page.link(request, provider, who)

    @router.post(f"{LINK}/unlink")
    def end_link(request: Request, who: FreshlyProved, provider: Offered) -> Response:
        desk, account = desk_of(request), who.account.id
        with desk.database.transaction() as connection:
            if unlink(connection, provider.client.issuer, account):
                journal_of(request).changed(connection, "provider-unlinked", account, desk.now())
        return RedirectResponse(ACCOUNT, 303)

    return router


class ElsewherePages:
    """The answers."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._sign_in = SignInPages(pages)

    def begin(self, request: Request, provider: Provider, to: str) -> Response:
        """Lead to the provider."""
        if not browser_of(request).is_encrypted:
            return self._sign_in.first(request, to)
        try:
            leaving = _steps(request, provider).begin(own_path(to), desk_of(request).now())
        except ProviderUnreachable as unreachable:
            return self._sign_in.first(request, to, _unreachable(unreachable))
        browser_of(request).give_handle_elsewhere(leaving.handle)
        return self._led_on(request, leaving.address, leaves=True)

    def back(self, request: Request, provider: Provider, answer: Answer) -> Response:
        """Look at what the provider has sent the browser back with."""
        handle, desk = browser_of(request).handle_elsewhere, desk_of(request)
        if handle is None:
            return self._refused(request, Refused(Why.NOT_BEGUN_HERE))
        try:
            outcome = _steps(request, provider).hear(source_of(request), handle, answer, desk.now())
        except ProviderUnreachable as unreachable:
            return self._sign_in.first(request, "/", _unreachable(unreachable))
        if isinstance(outcome, TryLater):
            journal_of(request).throttled(desk.database, PROVIDER, desk.now())
            return self._sign_in.first(request, "/", too_soon(outcome))
        if isinstance(outcome, Refused):
            return self._refused(request, outcome)
        return self._led_on(request, _onward(outcome), leaves=False)

    def finish(self, request: Request, provider: Provider) -> Response:
        """A session, or the question for the second factor."""
        browser, desk = browser_of(request), desk_of(request)
        handle, source = browser.handle_elsewhere, source_of(request)
        if handle is None:
            return self._refused(request, Refused(Why.NOT_BEGUN_HERE))
        outcome = _steps(request, provider).finish(source, handle, desk.now())
        if isinstance(outcome, Refused):
            return self._refused(request, outcome)
        browser.forget_elsewhere()
        found, to = outcome
        if isinstance(found, SecondFactorNeeded):
            return self._sign_in.second(request, to, found.ticket, found.security_keys)
        let_in(request, found)
        return RedirectResponse(where_to(desk, source, found, to), 303)

    def begin_link(self, request: Request, provider: Provider, who: SignedIn) -> Response:
        """Lead to the provider, to come back and link the account."""
        steps, desk = _steps(request, provider), desk_of(request)
        try:
            leaving = steps.begin(ACCOUNT, desk.now(), linking=who.account.id)
        except ProviderUnreachable as unreachable:
            return account_answer(self._pages, request, who, _unreachable(unreachable))
        browser_of(request).give_handle_elsewhere(leaving.handle)
        return self._led_on(request, leaving.address, leaves=True)

    def link_form(self, request: Request, provider: Provider, who: SignedIn) -> Response:
        """Ask whether to link."""
        handle, desk = browser_of(request).handle_elsewhere, desk_of(request)
        if handle is None or not _steps(request, provider).to_be_linked(handle, who.account.id, desk.now()):
            return account_answer(self._pages, request, who, not_done(LinkRefused()))
        return answered(self._pages, request, "link", LinkPage(who.account.login), None)

    def link(self, request: Request, provider: Provider, who: FreshlyProved) -> Response:
        """Link."""
        browser, desk = browser_of(request), desk_of(request)
        try:
            _steps(request, provider).link(browser.handle_elsewhere or "", who.account.id, desk.now())
        except LinkRefused as refused:
            return account_answer(self._pages, request, who, not_done(refused))
        browser.forget_elsewhere()
        return RedirectResponse(ACCOUNT, 303)

    def _refused(self, request: Request, outcome: Refused) -> HTMLResponse:
        desk = desk_of(request)
        journal_of(request).refused(desk.database, PROVIDER, outcome, desk.now())
        return self._sign_in.first(request, "/", refused_elsewhere())

    def _led_on(self, request: Request, to: str, *, leaves: bool) -> HTMLResponse:
        return answered(self._pages, request, "led_on", LedOnPage(to, leaves), None)


def _steps(request: Request, provider: Provider) -> SignInElsewhere:
    return desk_of(request).sign_in_elsewhere(provider, journal_of(request))


def _onward(heard: Heard) -> str:
    return LINK if heard.linking else FINISH


def _unreachable(error: ProviderUnreachable) -> Said:
    return Said(_(str(error)), BUSY)
