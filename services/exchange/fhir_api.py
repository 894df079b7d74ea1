"""The FHIR API as an application of its own under ``/fhir``: find the interaction, ask it in a thread, answer.

It stands before the framework's router: an interaction needs none of what the framework does for a page, and that
would cost more than a read itself.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import psycopg
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from services.access.clients import Client
from services.access.decision import takes_by_consent
from services.access.known_callers import KnownCallers
from services.access.scopes import Scopes
from services.exchange.auditing import refused, unknown
from services.exchange.catalogue import Found
from services.exchange.content import in_form, refuse_unacceptable, refuse_unclear, without_formatting
from services.exchange.forms import decoded
from services.exchange.interaction import Answer, Asked, Exchange, Parameters
from services.shared.errors import Unauthorized
from services.shared.lent_connections import NoneRests
from services.shared.yielding import in_loop

BASE = "/fhir"

HAVE_BODIES = {"POST", "PUT", "PATCH"}

WITHOUT_BODY = {204, 304}
"""These say no length either. RFC 9110, 8.6."""

MOST_NAMES = 8

NOBODY = Client("", Scopes())
"""Who asks for what is public."""


class NotBrief(Exception):
    """Of what a system outside is told, each resource is gone through: that is not for the event loop."""


class FhirApi:
    """Answers what is asked under ``/fhir`` and hands everything else on."""

    def __init__(
        self, app: ASGIApp, *, exchange: Exchange, callers: KnownCallers, public_url: str, threads: int
    ) -> None:
        self.app = app
        self.exchange = exchange
        self.callers = callers
        self.public_url = public_url
        self._by_base: dict[str, Exchange] = {}
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="fhir")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_fhir(scope["path"]):
            await self.app(scope, receive, send)
            return
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        found = self.exchange.catalogue.find(method, _address(scope))
        # The log names the form of an address, never the address.
        scope["path_template"] = f"{BASE}/{found.interaction.path}".rstrip("/")
        body = await _body(receive) if method in HAVE_BODIES else b""
        asked = found, _parameters(scope), _headers(scope), body, self._base(scope)
        answer = await self._answered(*asked, _request_id(scope), _network_address(scope))
        await _send(answer, send, with_body=scope["method"] != "HEAD")

    async def _answered(self, found: Found, parameters: Parameters, *asked: Any) -> Answer:
        database = self.exchange.database
        if found.interaction.brief(parameters):
            try:
                return await in_loop(self._brief_answer, database.cursor_at_once, found, parameters, *asked)
            except (NoneRests, NotBrief):
                pass  # a thread can wait for one, or make it, or take its time
        return await asyncio.get_running_loop().run_in_executor(
            self.threads, self._answer, database.cursor, found, parameters, *asked
        )

    def _brief_answer(self, *asked: Any) -> Answer:
        """The answer to whom it costs little. Raises NotBrief."""
        return self._answer_of(False, *asked)

    def _answer(self, *asked: Any) -> Answer:
        return self._answer_of(True, *asked)

    def _answer_of(
        self,
        in_thread: bool,
        lent: Callable[[], AbstractContextManager[psycopg.Cursor[Any]]],
        found: Found,
        parameters: Parameters,
        headers: Mapping[str, str],
        body: bytes,
        base: str,
        request_id: str | None,
        address: str | None,
    ) -> Answer:
        refuse_unacceptable(parameters, headers)
        refuse_unclear(parameters, headers)
        with lent() as cursor:
            asked = Asked(
                exchange=self._reached_by(base),
                interaction=found.interaction,
                client=NOBODY,
                cursor=cursor,
                segments=found.segments,
                parameters=without_formatting(parameters),
                headers=headers,
                body=body,
                request_id=request_id,
                address=address,
            )
            if not found.interaction.public:
                asked = replace(asked, client=self._caller(asked))
                if not in_thread and takes_by_consent(asked.client):
                    raise NotBrief
            return in_form(_logged(asked), parameters)

    def _caller(self, asked: Asked) -> Client:
        """Who asks. Raises Unauthorized."""
        try:
            return self.callers.caller(asked.cursor, asked.headers.get("authorization", ""))
        except Unauthorized:
            asked.exchange.audit.record_stranger(asked.cursor, unknown(asked))
            raise

    def _reached_by(self, base: str) -> Exchange:
        # A server is called by few names; more than these are made anew each time.
        if base not in self._by_base and len(self._by_base) < MOST_NAMES:
            self._by_base[base] = replace(self.exchange, base=base)
        return self._by_base.get(base) or replace(self.exchange, base=base)

    def _base(self, scope: Scope) -> str:
        if self.public_url:
            return self.public_url + BASE
        host = next(
            (value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "localhost"
        )
        return f"{scope['scheme']}://{host}{BASE}"


def _logged(asked: Asked) -> Answer:
    """The answer, once what it shows is logged durably; or what refuses it, once that is."""
    audit = asked.exchange.audit
    try:
        answer = asked.interaction.answer(asked)
    except Exception as error:
        audit.record_read(asked.cursor, refused(asked, error))
        raise
    audit.record_read(asked.cursor, answer.events)
    return answer


def _request_id(scope: Scope) -> str | None:
    name: str | None = scope.get("state", {}).get("request_id")
    return name


def _network_address(scope: Scope) -> str | None:
    client = scope.get("client")
    return str(client[0]) if client else None


def _is_fhir(path: str) -> bool:
    return path == BASE or path.startswith(f"{BASE}/")


def _address(scope: Scope) -> list[str]:
    """The segments behind the base; a slash at the end means nothing."""
    return [part for part in scope["path"].removeprefix(BASE).strip("/").split("/") if part]


def _parameters(scope: Scope) -> Parameters:
    return decoded(scope["query_string"].decode("latin-1"))


def _headers(scope: Scope) -> dict[str, str]:
    """The headers by their names in lower case; one that was sent twice is one list. RFC 9110, 5.3."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def _send(answer: Answer, send: Send, *, with_body: bool) -> None:
    body = answer.text.encode() if answer.text else b""
    headers = [
        *([(b"content-type", answer.media_type.encode())] if body else []),
        *([] if answer.status in WITHOUT_BODY else [(b"content-length", str(len(body)).encode())]),
        *((name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers.items()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body if with_body else b""})
