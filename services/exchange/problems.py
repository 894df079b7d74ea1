"""What can be wrong with a FHIR request, and the status that says so. http://hl7.org/fhir/R4/http.html#Status-Codes"""

from collections.abc import Mapping
from typing import ClassVar

from fhir_store import errors as store
from fhir_store.json_text import ResourceText
from services.shared.errors import FhirIssue, Problem, ServiceError, service_error
from services.shared.languages import N_


class FhirError(ServiceError):
    """A request that the FHIR API refuses."""


class NotServed(FhirError):
    status: ClassVar[int] = 404
    code: ClassVar[str] = "not-supported"
    message: ClassVar[str] = N_(
        "This server does not hold resources of that type. GET /fhir/metadata lists those it holds."
    )


class NotAcceptable(FhirError):
    status: ClassVar[int] = 406
    code: ClassVar[str] = "not-supported"
    message: ClassVar[str] = N_("This server answers application/fhir+json only.")


class UnsupportedMediaType(FhirError):
    status: ClassVar[int] = 415
    code: ClassVar[str] = "not-supported"
    message: ClassVar[str] = N_(
        "Send application/fhir+json (a search form: application/x-www-form-urlencoded; a JSON Patch: "
        "application/json-patch+json)."
    )


class BadRequest(FhirError):
    status: ClassVar[int] = 400
    code: ClassVar[str] = "invalid"


class BadIfMatch(BadRequest):
    message: ClassVar[str] = N_('Write If-Match as W/"1".')


class OnlyBundles(BadRequest):
    code: ClassVar[str] = "not-supported"
    message: ClassVar[str] = N_("Post a Bundle of type transaction or batch here.")


class OtherType(BadRequest):
    message: ClassVar[str] = N_("The resource is not of the type in the address.")


class OtherId(BadRequest):
    message: ClassVar[str] = N_("The resource's id must be the id in the address.")


class KeyUsedDifferently(FhirError):
    status: ClassVar[int] = 422
    code: ClassVar[str] = "conflict"
    message: ClassVar[str] = N_(
        "This Idempotency-Key was used for another request. Use a new key for each new request."
    )


def refuse_other_type(resource: ResourceText, type_: str) -> None:
    """Refuse a resource of another type than the address names."""
    if resource.value.get("resourceType") != type_:
        raise OtherType


def refuse_other_id(resource: ResourceText, id_: str) -> None:
    """Refuse a resource with another id than the address names."""
    if resource.value.get("id") != id_:
        raise OtherId


# http://hl7.org/fhir/R4/http.html#Status-Codes
STATUS: Mapping[type[store.StoreError], int] = {
    store.StoreError: 500,
    store.Refused: 422,
    store.Unreadable: 400,
    store.InvalidId: 400,
    store.SameResourceTwice: 400,
    store.OwnedByAnother: 409,
    store.VersionConflict: 412,
    store.AlreadyThere: 412,
    store.SeveralMatches: 412,
    store.NotFound: 404,
    store.ResourceDeleted: 410,
    store.BadTransaction: 400,
    store.BadPatch: 422,
    store.TooManyIncluded: 400,
    store.UnsupportedParameter: 400,
    store.BadSearchValue: 400,
}


def translated(error: Exception) -> ServiceError:
    """An error of the record store as this API tells it."""
    assert isinstance(error, store.StoreError)
    issues = [FhirIssue(issue.code, issue.expression or None, issue.message) for issue in error.issues]
    headers = {"ETag": f'W/"{error.version}"'} if isinstance(error, store.ResourceDeleted) else {}
    return FhirError(
        error.message, status=_status(type(error)), code=error.code, issues=issues, headers=headers
    )


def problem_of(error: Exception) -> Problem:
    """Any error as this API answers it."""
    return service_error(error, {store.StoreError: translated}).problem


def _status(kind: type[Exception]) -> int:
    return next(STATUS[parent] for parent in kind.__mro__ if parent in STATUS)
