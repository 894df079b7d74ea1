"""The resources in a batch: lines of NDJSON, the entries of a Bundle, or one resource."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from fhir_store.errors import Issue, Refused, Unreadable
from fhir_store.json_text import BundleEntry, ResourceText, bundle_entries, parse
from fhir_store.open_references import Identifier, identifier_of
from fhir_store.write import ID
from services.exchange.load.batches import Batch
from services.exchange.load.outcome import Reject

URN_UUID = "urn:uuid:"

ONLY_IDENTIFIERS = "A condition that is loaded from a file names one identifier: identifier=system|value."
NO_RESOURCE = "The entry has no resource. Nothing is read or deleted by loading a file."
NOT_THIS_METHOD = "Files are loaded by POST and PUT entries only; nothing is deleted or patched."


@dataclass(frozen=True, slots=True)
class Found:
    """A resource with its place in the file, the id it has there, and its name in its Bundle.

    ``condition``: if a resource carries this identifier, that one is meant. An ``is_update`` is then written there,
    anything else is not written. ``is_closed``: its ``urn:`` references name entries of its Bundle.
    """

    place: int
    resource: ResourceText
    id: str | None
    full_url: str | None = None
    condition: Identifier | None = None
    is_update: bool = False
    is_closed: bool = False

    @property
    def type(self) -> object:
        return self.resource.value.get("resourceType")


def found_in(batch: Batch) -> Iterator[Found | Reject]:
    """Every resource of a batch, or why there is none."""
    match batch.document:
        case None:
            for place, line in batch.lines:
                yield line_at(place, line)
        case bytes() as raw:
            yield from _document(raw)
        case issue:
            yield Reject(1, (issue,))


def line_at(place: int, line: bytes | Issue) -> Found | Reject:
    """The resource that a line is."""
    if isinstance(line, Issue):
        return Reject(place, (line,))
    try:
        return _alone(place, parse(line))
    except Refused as refusal:
        return Reject(place, refusal.issues)


def _alone(place: int, resource: ResourceText) -> Found:
    id_ = resource.value.get("id")
    return Found(place, resource, id_ if isinstance(id_, str) else None)


def _document(raw: bytes) -> Iterator[Found | Reject]:
    """A Bundle's entries, or the single resource that the document is."""
    try:
        bundle = bundle_entries(raw)
    except Unreadable as refusal:
        yield Reject(1, refusal.issues)
    except Refused as refusal:
        alone = _alone(1, parse(raw))
        yield Reject(1, refusal.issues) if alone.type == "Bundle" else alone
    else:
        digest = sha256(raw).hexdigest()
        entries = enumerate(bundle.entries, start=1)
        for place, entry in _newest(entries) if bundle.type == "history" else entries:
            yield _entry(place, entry, digest, bundle.type)


def _entry(place: int, entry: BundleEntry, digest: str, kind: str | None) -> Found | Reject:
    is_request = kind in ("transaction", "batch", "history")
    if is_request and entry.method not in ("POST", "PUT", None):
        return _reject(place, "not-supported", NOT_THIS_METHOD)
    if entry.resource is None:
        return _reject(place, "required", NO_RESOURCE)
    criteria = _criteria(entry) if is_request else None
    condition = identifier_of(str(entry.resource_type), criteria) if criteria else None
    if criteria and condition is None:
        return _reject(place, "not-supported", ONLY_IDENTIFIERS)
    return Found(
        place,
        entry.resource,
        _id(place, entry, digest),
        entry.full_url,
        condition,
        is_update=entry.method == "PUT",
        is_closed=kind == "transaction",
    )


def _criteria(entry: BundleEntry) -> str | None:
    """What is to be asked before writing: ifNoneExist of a create, or the search of an update."""
    if entry.method == "PUT":
        return (entry.url or "").partition("?")[2] or None
    return entry.if_none_exist


def _id(place: int, entry: BundleEntry, digest: str) -> str:
    """The resource's own id, else the one in its fullUrl; without either one that the same Bundle gives again."""
    assert entry.resource is not None
    id_ = entry.resource.value.get("id")
    if isinstance(id_, str):
        return id_
    full_url = entry.full_url or ""
    named = full_url.removeprefix(URN_UUID) if full_url.startswith(URN_UUID) else full_url.rpartition("/")[2]
    return named if ID.fullmatch(named) else str(UUID(sha256(f"{digest} {place}".encode()).hexdigest()[:32]))


def _newest(entries: Iterable[tuple[int, BundleEntry]]) -> Iterator[tuple[int, BundleEntry]]:
    """Of a history, which lists the newest version first, that of each resource."""
    seen: set[str | None] = set()
    for place, entry in entries:
        name = _name(entry)
        if name not in seen:
            seen.add(name)
            yield place, entry


def _name(entry: BundleEntry) -> str | None:
    if entry.resource is None:
        return "/".join((entry.url or "").split("/")[-2:])
    return f"{entry.resource_type}/{entry.resource.value.get('id')}"


def _reject(place: int, code: str, message: str) -> Reject:
    return Reject(place, (Issue(code, "", message),))
