"""Rules of Bundle."""

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_store.gate.invariants.presence import has, has_any
from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]

REQUESTED = {"batch", "transaction", "history"}
ANSWERED = {"batch-response", "transaction-response", "history"}


@invariant("bdl-1", "Bundle", "total is for a searchset or a history.")
def total_only_where_counted(bundle: Json) -> bool:
    return not has(bundle, "total") or bundle.get("type") in ("searchset", "history")


@invariant("bdl-2", "Bundle", "entry.search is for a searchset.")
def search_only_in_searchset(bundle: Json) -> bool:
    return bundle.get("type") == "searchset" or not any(has(one, "search") for one in _entries(bundle))


@invariant("bdl-3", "Bundle", "each entry of a batch, transaction or history has a request; no other has.")
def requests_where_requested(bundle: Json) -> bool:
    return all(has(one, "request") == (bundle.get("type") in REQUESTED) for one in _entries(bundle))


@invariant("bdl-4", "Bundle", "each entry of an answer or a history has a response; no other has.")
def responses_where_answered(bundle: Json) -> bool:
    return all(has(one, "response") == (bundle.get("type") in ANSWERED) for one in _entries(bundle))


@invariant("bdl-5", "Bundle.entry", "an entry has a resource, a request or a response.")
def entry_says_something(entry: Json) -> bool:
    return has_any(entry, "resource", "request", "response")


@invariant("bdl-8", "Bundle.entry", "fullUrl names a resource, not one of its versions.")
def address_has_no_version(entry: Json) -> bool:
    return "/_history/" not in entry.get("fullUrl", "")


@invariant("bdl-9", "Bundle", "a document has an identifier with a system and a value.")
def document_has_identifier(bundle: Json) -> bool:
    identifier = bundle.get("identifier", {})
    return bundle.get("type") != "document" or (has(identifier, "system") and has(identifier, "value"))


@invariant("bdl-10", "Bundle", "a document has a timestamp.")
def document_has_timestamp(bundle: Json) -> bool:
    return bundle.get("type") != "document" or "timestamp" in bundle


@invariant("bdl-11", "Bundle", "the first resource of a document is a Composition.")
def document_begins_with_composition(bundle: Json) -> bool:
    return bundle.get("type") != "document" or _first_type(bundle) == "Composition"


@invariant("bdl-12", "Bundle", "the first resource of a message is a MessageHeader.")
def message_begins_with_header(bundle: Json) -> bool:
    return bundle.get("type") != "message" or _first_type(bundle) == "MessageHeader"


def _entries(bundle: Json) -> Iterator[Json]:
    yield from bundle.get("entry", ())


def _first_type(bundle: Json) -> str | None:
    first: Json = next(_entries(bundle), {})
    type_: str | None = first.get("resource", {}).get("resourceType")
    return type_
