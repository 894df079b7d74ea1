"""What can be wrong with a FHIR request, and the status that says so. http://hl7.org/fhir/R4/http.html#Status-Codes"""

from collections.abc import Callable, Iterable
from typing import ClassVar

from fastapi import Request
from fhir_store import errors as store
from fhir_store.json_text import ResourceText

from services.shared.errors import FhirIssue, ServiceError


class FhirError(ServiceError):
    """A request that the FHIR API refuses."""


class NotServed(FhirError):
    status: ClassVar[int] = 404
    code: ClassVar[str] = "not-supported"
    message = "This server does not hold resources of that type. GET /fhir/metadata lists those it holds."


class NotAcceptable(FhirError):
    status: ClassVar[int] = 406
    code: ClassVar[str] = "not-supported"
    message = "This server answers application/fhir+json only."


class UnsupportedMediaType(FhirError):
    status: ClassVar[int] = 415
    code: ClassVar[str] = "not-supported"
    message = "Send application/fhir+json (a search form: application/x-www-form-urlencoded)."


class BadRequest(FhirError):
    status: ClassVar[int] = 400
    code: ClassVar[str] = "invalid"


class BadIfMatch(BadRequest):
    message = 'Write If-Match as W/"1".'


class OnlyTransactions(BadRequest):
    code: ClassVar[str] = "not-supported"
    message = "Post a Bundle of type transaction here; other Bundles are not supported yet."


class OtherType(BadRequest):
    message = "The resource is not of the type in the address."


class OtherId(BadRequest):
    message = "The resource's id must be the id in the address."


class ConditionalNotSupported(FhirError):
    """A condition that was ignored would do what the client asked not to be done."""

    status: ClassVar[int] = 412
    code: ClassVar[str] = "not-supported"
    message = "This condition header is not supported here, so nothing was done."


def refuse_condition(request: Request, header: str) -> None:
    """Refuse a condition that this interaction does not honour."""
    if header in request.headers:
        raise ConditionalNotSupported


def refuse_other_type(resource: ResourceText, type_: str) -> None:
    """Refuse a resource of another type than the address names."""
    if resource.value.get("resourceType") != type_:
        raise OtherType


def refuse_other_id(resource: ResourceText, id_: str) -> None:
    """Refuse a resource with another id than the address names."""
    if resource.value.get("id") != id_:
        raise OtherId


def translated(error: store.StoreError) -> ServiceError:
    """An error of the record store as this API tells it."""
    return FhirError(status=STATUS[type(error)], code=error.code, message=error.message, issues=_issues(error))


def _issues(error: store.StoreError) -> Iterable[FhirIssue]:
    return [FhirIssue(issue.code, issue.expression, issue.message) for issue in getattr(error, "issues", ())]


STATUS: dict[type[store.StoreError], int] = {}
Translate = Callable[[store.StoreError], ServiceError]
