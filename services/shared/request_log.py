"""One log line for each request: what was asked of which route, how it ended, how long it took."""

import time
import uuid
from collections.abc import Mapping
from http import HTTPMethod

import structlog
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

METHODS = {method.value for method in HTTPMethod}
UNMATCHED = "(no such route)"

# What an answer that never began is counted as: the connection was dropped.
NO_ANSWER = 0


class RequestLog:
    """Names each request, says so in ``X-Request-Id``, and writes its line when the answer has ended."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # Made here and not taken from the request: what a client sends could be about a person.
        request_id = uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        status, began = NO_ANSWER, time.perf_counter()

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        # Each request is a task of its own, and so has a context of its own: nothing has to be unbound.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self.app(scope, receive, named)
        finally:
            ms = round((time.perf_counter() - began) * 1000, 1)
            log.info("request", method=_method(scope), route=_route(scope), status=status, ms=ms)


def _method(scope: Scope) -> str:
    # The method is the client's free text, too.
    return scope["method"] if scope["method"] in METHODS else "(another)"


def _route(scope: Scope) -> str:
    if "path_template" in scope:
        return str(scope["path_template"])
    app, route = scope.get("app"), scope.get("route")
    if not isinstance(app, FastAPI) or route is None:
        return UNMATCHED
    return _templates(app).get(id(route), UNMATCHED)


def _templates(app: FastAPI) -> Mapping[int, str]:
    """The whole template of each route: a route itself does not know the prefix it was included under."""
    templates: dict[int, str] | None = getattr(app.state, "route_templates", None)
    if templates is None:
        contexts = list(iter_route_contexts(app.routes))
        templates = {id(context.original_route): context.path_format or UNMATCHED for context in contexts}
        app.state.route_templates = templates
    return templates
