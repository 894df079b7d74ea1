"""What can go wrong between a request and its answer.

ServiceError                 500 exception
├── BadRequest               400 invalid
├── Unauthorized             401 login
├── Forbidden                403 forbidden
├── NotFound                 404 not-found
├── MethodNotAllowed         405 not-supported
├── Conflict                 409 conflict
├── PayloadTooLarge          413 too-long
├── UnsupportedMediaType     415 not-supported
├── Unprocessable            422 invalid
├── Unexpected               500 exception
└── Unavailable              503 transient

The code is one of http://hl7.org/fhir/R4/valueset-issue-type.html. A message says what happened and what
to do; it never carries anything that was sent.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import psycopg
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from services.shared.database import LostEveryTime, NotReady, sqlstate
from services.shared.hsm.errors import TokenUnusable
from services.shared.languages import N_


@dataclass(frozen=True)
class FhirIssue:
    """One thing that is wrong, and the element it is about (a FHIRPath, or "query.limit")."""

    code: str
    expression: str | None = None
    message: str | None = None


class ServiceError(Exception):
    """A refusal or failure that has an answer of its own. Each class is one status."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "exception"
    title: ClassVar[str] = N_("That did not work")
    message: ClassVar[str] = N_("The server could not do this.")
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self,
        message: str | None = None,
        *,
        status: int | None = None,
        code: str | None = None,
        issues: Iterable[FhirIssue] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.problem = Problem(
            status=status or self.status,
            code=code or self.code,
            title=self.title,
            message=message or self.message,
            issues=tuple(issues),
            headers={**self.headers, **(headers or {})},
        )


@dataclass(frozen=True)
class Problem:
    """An error as it is answered, whatever the shape: the texts still wait for their translation."""

    status: int
    code: str
    title: str
    message: str
    issues: tuple[FhirIssue, ...]
    headers: Mapping[str, str]


class BadRequest(ServiceError):
    status = 400
    code = "invalid"
    title = N_("This request cannot be read")
    message = N_("Check how the request is written, then send it again.")


class Unauthorized(ServiceError):
    status = 401
    code = "login"
    title = N_("Please sign in")
    message = N_("This needs a sign-in or a token.")
    headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": "Bearer"}


class Forbidden(ServiceError):
    status = 403
    code = "forbidden"
    title = N_("This is not open to you")
    message = N_("Ask the person who runs this installation for access.")


class NotFound(ServiceError):
    status = 404
    code = "not-found"
    title = N_("There is no such page")
    message = N_("Nothing is kept at this address. Check it, or begin at the front page.")


class MethodNotAllowed(ServiceError):
    status = 405
    code = "not-supported"
    title = N_("This address does not do that")
    message = N_(
        "This address exists but does not answer to that method. The Allow header lists those it does."
    )


class Conflict(ServiceError):
    status = 409
    code = "conflict"
    title = N_("Somebody else was writing")
    message = N_("Others were writing the same records, so nothing was saved. Send it again.")


class PayloadTooLarge(ServiceError):
    status = 413
    code = "too-long"
    title = N_("That is too much at once")
    message = N_("The request is larger than this server takes. Send it in smaller parts.")


class UnsupportedMediaType(ServiceError):
    status = 415
    code = "not-supported"
    title = N_("This kind of content is not understood")
    message = N_("Check the Content-Type header; the API documentation names the types.")


class Unprocessable(ServiceError):
    status = 422
    code = "invalid"
    title = N_("Some of this cannot be used")
    message = N_("Part of the request is missing or not of the right kind. Correct it, then send it again.")


class Unexpected(ServiceError):
    title = N_("The server made a mistake")
    message = N_("This is our fault, not yours. Try again; if it stays, give the reference to your support.")


class Unavailable(ServiceError):
    status = 503
    code = "transient"
    title = N_("Not available just now")
    message = N_("The database does not answer. Try again in a minute.")
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "30"}


BY_STATUS: Mapping[int, type[ServiceError]] = {
    error.status: error
    for error in (
        BadRequest,
        Unauthorized,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        PayloadTooLarge,
        UnsupportedMediaType,
        Unprocessable,
        Unavailable,
    )
}

# Of the headers the framework puts on its errors, those that hold none of the caller's words.
KEPT_HEADERS = {"allow", "retry-after", "www-authenticate"}

# https://www.postgresql.org/docs/current/errcodes-appendix.html
DISK_FULL = "53100"
DISK_FULL_MESSAGE = N_(
    "The disk of the database is full; nothing was saved. Free some space, then send it again."
)

TOKEN_SILENT = N_(
    "The key that opens this record cannot be reached. Try again in a minute; if it stays, tell whoever runs this server."
)

Translate = Callable[[Exception], ServiceError]


def service_error(error: Exception, translations: Mapping[type[Exception], Translate]) -> ServiceError:
    """The one answer to any exception. What nobody knows is ``Unexpected``."""
    if isinstance(error, ServiceError):
        return error
    known = {**FRAMEWORK, **translations}
    translate = next((known[kind] for kind in type(error).__mro__ if kind in known), None)
    return translate(error) if translate else Unexpected()


def _of_http(error: Exception) -> ServiceError:
    assert isinstance(error, HTTPException)
    headers = {name: text for name, text in (error.headers or {}).items() if name.lower() in KEPT_HEADERS}
    kind = BY_STATUS.get(error.status_code)
    return kind(headers=headers) if kind else ServiceError(status=error.status_code, headers=headers)


def invalid_input(error: RequestValidationError, declared: Container[str]) -> Unprocessable:
    """What is wrong with a request's parts: where and of what kind, never the input itself.

    A location can hold keys that the caller chose, so only the ``declared`` names are repeated.
    """
    found = error.errors()
    return Unprocessable(
        issues=[FhirIssue("invalid", _place(one["loc"], declared), one["type"]) for one in found]
    )


def _place(location: Iterable[str | int], declared: Container[str]) -> str:
    return ".".join(str(part) if isinstance(part, int) or part in declared else "*" for part in location)


def _conflict(error: Exception) -> ServiceError:
    return Conflict()


def _unavailable(error: Exception) -> ServiceError:
    return Unavailable(DISK_FULL_MESSAGE if sqlstate(error) == DISK_FULL else None)


def _without_keys(error: Exception) -> ServiceError:
    return Unavailable(TOKEN_SILENT)


FRAMEWORK: Mapping[type[Exception], Translate] = {
    HTTPException: _of_http,
    LostEveryTime: _conflict,
    NotReady: _unavailable,
    psycopg.OperationalError: _unavailable,
    OperationalError: _unavailable,
    # The connection died within a transaction, and whoever was in it went on: nothing of it is kept.
    PendingRollbackError: _unavailable,
    PoolTimeout: _unavailable,
    TokenUnusable: _without_keys,
}
