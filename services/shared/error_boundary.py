"""The one place where an exception becomes an answer, in the shape its reader understands.

Under ``/fhir`` an OperationOutcome (http://hl7.org/fhir/R4/operationoutcome.html), for a browser a page,
else problem details (RFC 9457). All three carry the same status, code, message and reference.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.shared.errors import Problem, ServiceError, Translate, Unexpected, invalid_input, service_error
from services.shared.languages import gettext as _
from services.shared.outcomes import operation_outcome
from services.shared.pages import Pages

log = structlog.get_logger()

FHIR = "/fhir"
FHIR_JSON = "application/fhir+json"
PROBLEM_JSON = "application/problem+json"


class ErrorAnswers:
    """Answers any exception raised while a request was served."""

    def __init__(self, app: FastAPI, pages: Pages, translations: Mapping[type[Exception], Translate]) -> None:
        self.app = app
        self.pages = pages
        self.translations = translations

    def answer(self, request: Request, error: Exception) -> Response:
        """The answer; a mistake of our own is also written to the log."""
        known = self._known(error)
        if known.problem.status >= Unexpected.status:
            log.error("a request failed", exc_info=error)
        return _shaped(request, known.problem, self.pages)

    async def answer_framework(self, request: Request, error: Exception) -> Response:
        """``answer`` as the framework calls it for the exceptions it would otherwise answer itself."""
        return self.answer(request, error)

    def _known(self, error: Exception) -> ServiceError:
        if isinstance(error, RequestValidationError):
            return invalid_input(error, self._declared)
        return service_error(error, self.translations)

    @cached_property
    def _declared(self) -> frozenset[str]:
        return frozenset({"path", "query", "header", "cookie", "body"}) | _names(self.app.openapi())


class ErrorBoundary:
    """Nothing that a route raises gets past here: the server would write it out with its message."""

    def __init__(self, app: ASGIApp, *, answers: ErrorAnswers) -> None:
        self.app = app
        self.answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = False

        async def watched(message: Message) -> None:
            nonlocal began
            began = began or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except ClientDisconnect:
            log.info("the client went away")
        except Exception as error:
            if began:
                # Too late for another answer; the server closes the connection, so the client sees a cut one.
                log.error("an answer broke off", exc_info=error)
            else:
                await self.answers.answer(Request(scope, receive), error)(scope, receive, send)


def answer_errors(app: FastAPI, answers: ErrorAnswers) -> None:
    """Take over the exceptions that the framework answers by itself."""
    app.add_exception_handler(HTTPException, answers.answer_framework)
    app.add_exception_handler(RequestValidationError, answers.answer_framework)


def _shaped(request: Request, problem: Problem, pages: Pages) -> Response:
    path = request.scope["path"]
    if path == FHIR or path.startswith(f"{FHIR}/"):
        return _operation_outcome(request, problem)
    if _prefers_html(request.headers.get("accept", "")):
        return pages.error(request, problem)
    return _problem_details(request, problem)


def _prefers_html(accept: str) -> bool:
    kinds = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    html = kinds.index("text/html") if "text/html" in kinds else len(kinds)
    json = next((i for i, kind in enumerate(kinds) if kind.endswith("json")), len(kinds))
    return html < json


def _operation_outcome(request: Request, problem: Problem) -> Response:
    outcome = {**operation_outcome(problem), "id": request.state.request_id}
    return JSONResponse(outcome, problem.status, headers=dict(problem.headers), media_type=FHIR_JSON)


def _problem_details(request: Request, problem: Problem) -> Response:
    details: dict[str, Any] = {
        "type": f"urn:throughcare:problem:{problem.code}",
        "title": _(problem.title),
        "status": problem.status,
        "detail": _(problem.message),
        "instance": f"urn:uuid:{request.state.request_id}",
    }
    if problem.issues:
        details["issues"] = [{"at": issue.expression, "kind": issue.message} for issue in problem.issues]
    return JSONResponse(details, problem.status, headers=dict(problem.headers), media_type=PROBLEM_JSON)


def _names(part: Any) -> frozenset[str]:
    """Every parameter and property that the OpenAPI document declares."""
    if isinstance(part, list):
        return frozenset().union(*map(_names, part))
    if not isinstance(part, dict):
        return frozenset()
    named = {part["name"]} if isinstance(part.get("name"), str) and "in" in part else set()
    properties = part.get("properties")
    declared = set(properties) if isinstance(properties, dict) else set()
    return frozenset(named | declared).union(*map(_names, part.values()))
