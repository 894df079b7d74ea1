"""What every answer tells the browser: run only our own files, tell nobody where you were, keep nothing."""

from collections.abc import Iterable, Mapping

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
    # With no-referrer a browser would also state no origin with our own forms, and they could not be told from others'.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
}

ONE_YEAR_S = 365 * 24 * 3600
STRICT_TRANSPORT = "Strict-Transport-Security"
NO_STORE = b"no-store"

OURS = frozenset(
    name.lower().encode() for name in (*HEADERS, STRICT_TRANSPORT, "Content-Security-Policy", "Cache-Control")
)
"""What no route decides by itself."""

RawHeader = tuple[bytes, bytes]


class SecurityHeaders:
    """Sets the headers above on every answer, whoever made it."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        with_https = {STRICT_TRANSPORT: f"max-age={ONE_YEAR_S}"} if https else {}
        self.headers = [
            (name.lower().encode(), value.encode()) for name, value in {**HEADERS, **with_https}.items()
        ]
        self.usual = [
            *self.headers,
            (b"content-security-policy", POLICY.encode()),
            (b"cache-control", NO_STORE),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_static = scope["path"].startswith(STATIC)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._guarded(message["headers"], is_static=is_static)
            await send(message)

        await self.app(scope, receive, guarded)

    def _guarded(self, headers: Iterable[RawHeader], *, is_static: bool) -> list[RawHeader]:
        given = {name.lower(): value for name, value in headers if name.lower() in OURS}
        if not given and not is_static:
            return [*headers, *self.usual]
        # A page may ask for the one other policy; nothing else is accepted.
        asked = given.get(b"content-security-policy")
        policy = asked if asked == POLICY_WITH_PLOTLY.encode() else POLICY.encode()
        # Only a static file may be kept, and it says so itself; an error in its place may not.
        keeping = given.get(b"cache-control", NO_STORE) if is_static else NO_STORE
        others = [header for header in headers if header[0].lower() not in OURS]
        return [*others, *self.headers, (b"content-security-policy", policy), (b"cache-control", keeping)]
