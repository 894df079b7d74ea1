"""What the browser of a request carries, and what its answer gives it: the cookies of session and tablet."""

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.access.people.cookies import (
    Cookie,
    NotEncrypted,
    device_cookie,
    elsewhere_cookie,
    session_cookie,
)

STATE = "browser"


class Browser:
    """One for each request. Where the installation is reached unencrypted it carries nothing and is given nothing."""

    def __init__(self, carried: dict[str, str], base_url: str) -> None:
        self.is_encrypted = True
        self.session_token: str | None = None
        self.device_token: str | None = None
        self.handle_elsewhere: str | None = None
        """Of a sign-in by way of the identity provider that this browser has begun."""
        self._given: dict[str, tuple[Cookie, str | None]] = {}
        try:
            self._session, self._device = session_cookie(base_url), device_cookie(base_url)
            self._elsewhere = elsewhere_cookie(base_url)
        except NotEncrypted:
            self.is_encrypted = False
            return
        self.session_token = carried.get(self._session.key) or None
        self.device_token = carried.get(self._device.key) or None
        self.handle_elsewhere = carried.get(self._elsewhere.key) or None

    def give_session(self, token: str) -> None:
        """From this answer on the browser holds this session; a tablet's own cookie lasts anew."""
        self.session_token = token
        self._give(self._session, token)
        if self.device_token is not None:
            self._give(self._device, self.device_token)

    def forget_session(self) -> None:
        """The browser holds no session any more."""
        self.session_token = None
        if self.is_encrypted:
            self._give(self._session, None)

    def give_device(self, token: str) -> None:
        """From now on the browser is this tablet."""
        self.device_token = token
        self._give(self._device, token)

    def give_handle_elsewhere(self, handle: str) -> None:
        """From now on the browser is the one that has begun this sign-in by way of the identity provider."""
        self.handle_elsewhere = handle
        self._give(self._elsewhere, handle)

    def forget_elsewhere(self) -> None:
        """That sign-in is over."""
        self.handle_elsewhere = None
        self._give(self._elsewhere, None)

    def _give(self, cookie: Cookie, value: str | None) -> None:
        self._given[cookie.key] = cookie, value

    def set_cookies(self) -> list[tuple[bytes, bytes]]:
        """The headers of the answer."""
        made = Response()
        for cookie, value in self._given.values():
            if value is None:
                made.delete_cookie(
                    cookie.key, cookie.path, secure=cookie.secure, httponly=True, samesite=cookie.samesite
                )
            else:
                made.set_cookie(value=value, **vars(cookie))
        return [header for header in made.raw_headers if header[0] == b"set-cookie"]


def browser_of(request: HTTPConnection) -> Browser:
    """The browser of a request."""
    if not hasattr(request.state, STATE):
        setattr(request.state, STATE, Browser(request.cookies, request.app.state.settings.base_url))
    found: Browser = getattr(request.state, STATE)
    return found


class Cookies:
    """Sets on every answer, an error too, what the request's browser was given."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_cookies(message: Message) -> None:
            browser = scope.get("state", {}).get(STATE)
            if message["type"] == "http.response.start" and browser is not None:
                message["headers"] = [*message["headers"], *browser.set_cookies()]
            await send(message)

        await self.app(scope, receive, with_cookies)
