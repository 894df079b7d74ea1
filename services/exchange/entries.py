"""The entries of a batch or transaction as requests of their own. http://hl7.org/fhir/R4/http.html#transaction"""

from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Mapping
from dataclasses import dataclass, replace

from fhir_store.errors import BadTransaction
from fhir_store.json_text import BundleEntry
from services.exchange.content import without_formatting
from services.exchange.forms import decoded
from services.exchange.interaction import FHIR_JSON, Asked
from services.exchange.patch import JSON_PATCH

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
CONDITIONS = {
    "if-none-exist": "if_none_exist",
    "if-match": "if_match",
    "if-none-match": "if_none_match",
    "if-modified-since": "if_modified_since",
}


@dataclass(frozen=True)
class EntryRequest:
    """What one entry asks: ``asked`` is it as a request; ``place`` counts from 0."""

    place: int
    entry: BundleEntry
    method: str
    asked: Asked


def entry_request(asked: Asked, place: int, entry: BundleEntry) -> EntryRequest:
    """The request that an entry is. Raises BadTransaction, NotFound, MethodNotAllowed, NotServed."""
    method, url = entry.method, entry.url
    if method not in METHODS or url is None:
        raise BadTransaction(
            place, "An entry needs request.method (GET, POST, PUT, PATCH, DELETE) and request.url."
        )
    path, _, query = url.removeprefix(asked.exchange.base).partition("?")
    segments = [part for part in path.strip("/").split("/") if part]
    found = asked.exchange.catalogue.find("GET" if method == "HEAD" else method, segments)
    body, kind = _body(place, method, entry)
    one = replace(
        asked,
        interaction=found.interaction,
        segments=found.segments,
        parameters=without_formatting(decoded(query)),
        headers=_headers(asked, place, entry, kind),
        body=body,
    )
    return EntryRequest(place, entry, method, one)


def _headers(asked: Asked, place: int, entry: BundleEntry, kind: str) -> Mapping[str, str]:
    conditions = {
        name: value for name, member in CONDITIONS.items() if (value := getattr(entry, member)) is not None
    }
    prefer = {"prefer": asked.headers["prefer"]} if "prefer" in asked.headers else {}
    key = asked.headers.get("idempotency-key")
    idempotency = {} if key is None else {"idempotency-key": f"{place}/{key}"}
    return {"content-type": kind, **prefer, **idempotency, **conditions}


def _body(place: int, method: str, entry: BundleEntry) -> tuple[bytes, str]:
    """The body and its media type; a JSON Patch travels in a Binary."""
    if entry.resource is None:
        if method in ("POST", "PUT", "PATCH"):
            raise BadTransaction(place, "The entry has no resource.")
        return b"", FHIR_JSON
    resource = entry.resource.value
    if method == "PATCH" and resource.get("resourceType") == "Binary":
        try:
            return b64decode(str(resource.get("data", "")), validate=True), str(
                resource.get("contentType", JSON_PATCH)
            )
        except (BadBase64, ValueError):
            raise BadTransaction(place, "The data of the Binary is not base64.") from None
    return entry.resource.text.encode(), FHIR_JSON
