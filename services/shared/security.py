"""What every answer tells the browser: run only our own files, tell nobody where you were, keep nothing."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = "/static/"

DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
POLICY = "; ".join(DIRECTIVES)

# Plotly inserts one empty <style> element and fills it by script, rule by rule. The hash is that of the
# empty text: the element is let in, any text in it is not.
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
POLICY_WITH_PLOTLY = POLICY.replace("style-src 'self'", f"style-src 'self' {EMPTY_STYLE}")

UNUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)

HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
}

ONE_YEAR_S = 365 * 24 * 3600


class SecurityHeaders:
    """Sets the headers above on every answer, whoever made it."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.headers = {**HEADERS}
        if https:
            self.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR_S}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_static = scope["path"].startswith(STATIC)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._guard(MutableHeaders(scope=message), is_static=is_static)
            await send(message)

        await self.app(scope, receive, guarded)

    def _guard(self, headers: MutableHeaders, *, is_static: bool) -> None:
        headers.update(self.headers)
        # A page may ask for the one other policy; nothing else is accepted.
        if headers.get("Content-Security-Policy") != POLICY_WITH_PLOTLY:
            headers["Content-Security-Policy"] = POLICY
        # Only a static file may be kept, and it says so itself; an error in its place may not.
        if not (is_static and "Cache-Control" in headers):
            headers["Cache-Control"] = "no-store"
