"""No request may be longer than the installation allows, whether it says its length or not."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.shared.errors import PayloadTooLarge

BYTES_PER_MB = 1_000_000


class BodyLimit:
    """Refuses a body by its stated length before reading it, else as soon as it has become too long."""

    def __init__(self, app: ASGIApp, *, megabytes: int) -> None:
        self.app = app
        self.limit = megabytes * BYTES_PER_MB

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if _stated_length(scope) > self.limit:
            raise PayloadTooLarge
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit:
                # The framework lets its own exception through where it takes any other for a bad body.
                raise HTTPException(PayloadTooLarge.status)
            return message

        await self.app(scope, counted, send)


def _stated_length(scope: Scope) -> int:
    stated = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(stated) if stated.isdigit() else 0
