"""Transaction Bundles of creates and updates: from entries to writes that belong together.

FHIR R4, 3.1.0.11.2 "Transaction Processing Rules". What is not supported is refused, never passed over.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from fhir_store.errors import BadTransaction, Issue, Refused
from fhir_store.gate import check
from fhir_store.json_text import BundleEntry, with_references
from fhir_store.write import ID, Write

PUT_URL = re.compile(rf"(?P<type>[A-Z][A-Za-z]+)/(?P<id>{ID.pattern})")
ETAG = re.compile(r'W/"(\d{1,9})"')


def writes_of(entries: Sequence[BundleEntry]) -> list[Write]:
    """The writes of a transaction with every reference among its entries resolved, each checked by the gate.

    Raises BadTransaction, and Refused from the gate.
    """
    targets = [_target(n, entry) for n, entry in enumerate(entries)]
    ids = {entry.full_url: target for entry, target in zip(entries, targets, strict=True) if entry.full_url}
    return [
        _write(n, entry, target, ids) for n, (entry, target) in enumerate(zip(entries, targets, strict=True))
    ]


def _target(n: int, entry: BundleEntry) -> str:
    """``Type/id`` of what an entry writes; a create is given its id here, so that others can refer to it."""
    if entry.resource is None:
        raise BadTransaction(n, "The entry has no resource.")
    if entry.if_none_exist is not None:
        raise BadTransaction(n, "Conditional creates (ifNoneExist) are not supported.")
    type_ = str(entry.resource.value.get("resourceType"))
    if entry.method == "POST" and entry.url == type_:
        return f"{type_}/{uuid4()}"
    put = PUT_URL.fullmatch(entry.url or "") if entry.method == "PUT" else None
    if put and put["type"] == type_ and put["id"] == entry.resource.value.get("id"):
        return str(entry.url)
    raise BadTransaction(
        n, "An entry is either POST Type or PUT Type/id, with the resource's own type and id."
    )


def _write(n: int, entry: BundleEntry, target: str, ids: Mapping[str, str]) -> Write:
    assert entry.resource is not None
    body = with_references(entry.resource, ids)
    if any(reference.startswith("urn:") for reference in references(body.value)):
        raise BadTransaction(n, "A urn: reference names no entry of this transaction.")
    _check(n, body.value)
    return Write(body, id=target.partition("/")[2], if_match=_if_match(n, entry))


def _check(n: int, resource: Mapping[str, Any]) -> None:
    """The gate's refusal with the places as they are in the Bundle."""
    try:
        check(resource)
    except Refused as refusal:
        raise Refused(_in_entry(n, issue) for issue in refusal.issues) from None


def _in_entry(n: int, issue: Issue) -> Issue:
    _, dot, rest = issue.expression.partition(".")
    return replace(issue, expression=f"Bundle.entry[{n}].resource{dot}{rest}")


def _if_match(n: int, entry: BundleEntry) -> int | None:
    if entry.if_match is None:
        return None
    version = ETAG.fullmatch(entry.if_match)
    if version is None:
        raise BadTransaction(n, 'Write ifMatch as W/"1".')
    return int(version[1])


def references(value: Any) -> Iterator[str]:
    """Every literal reference in a resource, at any depth."""
    if isinstance(value, Mapping):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        yield from _references_of(value.values())
    elif isinstance(value, list):
        yield from _references_of(value)


def _references_of(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, (Mapping, list)):
            yield from references(value)
