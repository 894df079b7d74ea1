"""transaction: all entries of a Bundle, or none of them. http://hl7.org/fhir/R4/http.html#trules

The order of the entries means nothing: everything is written together, reads come last. References among the
entries are resolved by ``fullUrl``; conditional references (``Type?criteria``) as soon as what they may find has been
saved.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import Connection

from fhir_store import conditional, locks
from fhir_store.conditional import Condition
from fhir_store.errors import BadTransaction, Issue, NotFound, Refused, SameResourceTwice, StoreError
from fhir_store.gate import check
from fhir_store.json_text import BundleEntry, ResourceText, with_references
from fhir_store.references import references
from fhir_store.write import Change, Deletion, Saved, Write, instant
from services.access.audit.kinds import AuditEvent
from services.exchange.auditing import shown
from services.exchange.conditional_update import id_of_update
from services.exchange.conditions import only_if_absent, version_seen
from services.exchange.entries import EntryRequest, entry_request
from services.exchange.identities import id_here, localized
from services.exchange.interaction import Answer, Asked
from services.exchange.patch import patch_in, patch_write
from services.exchange.response import informed
from services.exchange.saving import in_transaction, save_and_follow
from services.shared.errors import FhirIssue, ServiceError

PERMISSIONS = {
    "create": ("create",),
    "update": ("update",),
    "conditional-update": ("update", "search"),
    "patch": ("update",),
    "conditional-patch": ("update", "search"),
    "delete": ("delete",),
    "conditional-delete": ("delete", "search"),
}
DELETIONS = {"delete", "conditional-delete"}
READS = {
    "read",
    "vread",
    "search-type",
    "search-system",
    "history-instance",
    "history-type",
    "history-system",
}

CONDITIONAL_REFERENCE = re.compile(r"(?P<type>[A-Z][A-Za-z]+)\?(?P<query>.+)")
RESTFUL = re.compile(r"https?://.+/(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})")


@dataclass(frozen=True)
class _Target:
    """The resource that an entry is about. ``there``: a conditional create found it, so nothing is to be written.

    ``found`` is false where a conditional update found none, so none may be overwritten. ``is_new``: its id was just drawn.
    """

    type: str
    id: str
    there: bool = False
    found: bool = True
    is_new: bool = False

    @property
    def reference(self) -> str:
        return f"{self.type}/{self.id}"


def transaction(asked: Asked, entries: Sequence[BundleEntry]) -> Answer:
    """Do every entry, or none."""
    requests = [_request(asked, place, entry) for place, entry in enumerate(entries)]
    return in_transaction(asked, lambda connection: _done(connection, asked, requests))


def _request(asked: Asked, place: int, entry: BundleEntry) -> EntryRequest:
    with _at(place):
        request = entry_request(asked, place, entry)
        _refuse_what_cannot_be_done(request)
        return request


def _refuse_what_cannot_be_done(request: EntryRequest) -> None:
    code = request.asked.interaction.code
    if code not in PERMISSIONS and code not in READS:
        raise BadTransaction(
            request.place, "A transaction can create, update, patch, delete, read and search."
        )
    for permission in PERMISSIONS.get(code, ()):
        request.asked.require(permission)
    if code in ("create", "update", "patch", "delete"):
        request.asked.refuse_parameters()
    if code in ("create", "update", "conditional-update"):
        _refuse_misplaced(request)


def _refuse_misplaced(request: EntryRequest) -> None:
    assert request.entry.resource is not None
    resource = request.entry.resource.value
    named = request.asked.segments.get("id")
    if resource.get("resourceType") != request.asked.type or (named and named != resource.get("id")):
        raise BadTransaction(request.place, "The resource's type and id must be those in request.url.")


def _done(connection: Connection, asked: Asked, requests: Sequence[EntryRequest]) -> Answer:
    asked = asked.within(connection)
    inside = [replace(one, asked=one.asked.within(connection)) for one in requests]
    conditions = _conditions(inside)
    _lock_all(asked.cursor, inside, conditions)
    # What is deleted is gone before the conditions of the others are asked.
    deletions = [one for one in inside if one.asked.interaction.code in DELETIONS]
    others = [one for one in inside if one.asked.interaction.code not in DELETIONS]
    deleted = _targets(deletions, conditions)
    saved = _saved_together(connection, asked, dict(_changes(connection, deletions, deleted)))
    targets = {**deleted, **_targets(others, conditions)}
    _refuse_same_resource(targets)
    saved |= _saved_in_rounds(connection, asked, dict(_changes(connection, others, targets)))
    answered = [_answered(asked, one, targets, saved) for one in inside]
    events = tuple(event for _, some in answered for event in some)
    return Answer(200, _bundle([text for text, _ in answered]), events=events)


def _bundle(entries: Sequence[str]) -> str:
    listed = f',"entry":[{",".join(entries)}]' if entries else ""
    return f'{{"resourceType":"Bundle","type":"transaction-response"{listed}}}'


# --- what each entry is about


def _targets(requests: Sequence[EntryRequest], conditions: Mapping[int, Condition]) -> dict[int, _Target]:
    """By place, the resource that each entry writes; those of conditional deletions that find nothing are absent."""
    return {
        one.place: target
        for one in requests
        if one.asked.interaction.code in PERMISSIONS and (target := _target(one, conditions))
    }


def _refuse_same_resource(targets: Mapping[int, _Target]) -> None:
    seen: set[str] = set()
    for place, target in targets.items():
        if target.reference in seen and not target.there:
            with _at(place):
                raise SameResourceTwice
        if not target.there:
            seen.add(target.reference)


def _conditions(requests: Sequence[EntryRequest]) -> dict[int, Condition]:
    """By place, the conditions of the entries that have one."""
    conditions = {one.place: condition for one in requests if (condition := _condition(one))}
    _refuse_same_condition(conditions)
    return conditions


def _condition(request: EntryRequest) -> Condition | None:
    asked = request.asked
    with _at(request.place):
        if asked.interaction.code == "create" and request.entry.if_none_exist is not None:
            asked.require("search")
            return conditional.condition_of(asked.type, request.entry.if_none_exist)
        if asked.interaction.code.startswith("conditional-"):
            return asked.condition()
    return None


def _refuse_same_condition(conditions: Mapping[int, Condition]) -> None:
    seen: set[Condition] = set()
    for place, condition in conditions.items():
        if condition in seen:
            raise BadTransaction(
                place, "Another entry has the same condition, so both may mean one resource."
            )
        seen.add(condition)


def _lock_all(
    cursor: psycopg.Cursor[Any], requests: Sequence[EntryRequest], conditions: Mapping[int, Condition]
) -> None:
    """All locks of the transaction at once and in order, so that two transactions do not wait for each other."""
    if not conditions and not any(_conditional_references(one) for one in requests):
        return
    carried = [
        locks.identifier_locks(one.entry.resource.value)
        for one in requests
        if one.entry.resource is not None and "resourceType" in one.entry.resource.value
    ]
    conditional.lock(cursor, conditions.values(), set[int]().union(*carried))


def _target(request: EntryRequest, conditions: Mapping[int, Condition]) -> _Target | None:
    asked = request.asked
    if request.place not in conditions:
        if asked.interaction.code == "create":
            return _Target(asked.type, str(uuid4()), is_new=True)
        return _Target(asked.type, id_here(asked))
    with _at(request.place):
        there = asked.record.the_match(conditions[request.place], asked.context)
        return _conditional_target(request, there)


def _conditional_target(request: EntryRequest, there: str | None) -> _Target | None:
    type_ = request.asked.type
    match request.asked.interaction.code:
        case "create":
            return _Target(type_, there or str(uuid4()), there=there is not None, is_new=there is None)
        case "conditional-update":
            assert request.entry.resource is not None
            own = id_of_update(request.asked, request.entry.resource, there)
            return _Target(type_, own or str(uuid4()), found=there is not None, is_new=own is None)
        case "conditional-patch" if there is None:
            raise NotFound
    return _Target(type_, there) if there else None


# --- what is to be written


def _changes(
    connection: Connection, requests: Sequence[EntryRequest], targets: Mapping[int, _Target]
) -> Iterator[tuple[int, Change]]:
    names = _names(requests, targets)
    for request in requests:
        target = targets.get(request.place)
        if target and not target.there:
            with _at(request.place):
                yield request.place, _change(connection, request, target, names)


def _names(requests: Sequence[EntryRequest], targets: Mapping[int, _Target]) -> dict[str, str]:
    """What the entries call each other, and what that means: ``fullUrl``, and the address of a new resource."""
    names: dict[str, str] = {}
    for request in requests:
        target, full_url = targets.get(request.place), request.entry.full_url
        if target is None or full_url is None or request.entry.resource is None:
            continue
        names[full_url] = target.reference
        if request.asked.interaction.code == "create" and (found := RESTFUL.fullmatch(full_url)):
            names.setdefault(f"{found['type']}/{found['id']}", target.reference)
    return names


def _change(
    connection: Connection, request: EntryRequest, target: _Target, names: Mapping[str, str]
) -> Change:
    asked = request.asked
    if_match = version_seen(asked.headers.get("if-match"))
    match asked.interaction.code:
        case "delete" | "conditional-delete":
            return Deletion(target.type, target.id, if_match=if_match)
        case "patch" | "conditional-patch":
            write = patch_write(connection, asked, target.id, patch_in(asked), names)
            _refuse_urn(request.place, write.body)
            return write
    body = _body(request, names)
    check(body.value)
    absent = not target.found or only_if_absent(asked.headers.get("if-none-match"))
    return Write(body, id=target.id, if_match=if_match, if_none_match=absent, is_new=target.is_new)


def _body(request: EntryRequest, names: Mapping[str, str]) -> ResourceText:
    assert request.entry.resource is not None
    body = localized(request.asked, request.entry.resource, names)
    _refuse_urn(request.place, body)
    return body


def _refuse_urn(place: int, body: ResourceText) -> None:
    if any(reference.startswith("urn:") for reference in references(body.value)):
        raise BadTransaction(place, "A urn: reference names no entry of this transaction.")


# --- conditional references


def _conditional_references(request: EntryRequest) -> set[str]:
    resource = request.entry.resource
    return _open_references(resource) if resource else set()


def _open_references(resource: ResourceText) -> set[str]:
    return {one for one in references(resource.value) if CONDITIONAL_REFERENCE.fullmatch(one)}


def _saved_in_rounds(connection: Connection, asked: Asked, changes: Mapping[int, Change]) -> dict[int, Saved]:
    """Save first what refers to nothing by condition, then whatever can now be resolved, until all is saved."""
    saved: dict[int, Saved] = {}
    waiting = dict(changes)
    while waiting:
        ready = _ready(connection, asked, waiting)
        if not ready:
            place = next(iter(waiting))
            raise BadTransaction(place, "A conditional reference finds no resource.")
        saved |= _saved_together(connection, asked, ready)
        waiting = {place: one for place, one in waiting.items() if place not in saved}
    return saved


def _ready(connection: Connection, asked: Asked, waiting: Mapping[int, Change]) -> dict[int, Change]:
    """Those of the changes all of whose conditional references can be resolved by now."""
    ready: dict[int, Change] = {}
    for place, change in waiting.items():
        with _at(place):
            if resolved := _resolved(connection, asked, change):
                ready[place] = resolved
    return ready


def _saved_together(connection: Connection, asked: Asked, ready: Mapping[int, Change]) -> dict[int, Saved]:
    try:
        saved = save_and_follow(connection, asked, list(ready.values()))
        return dict(zip(ready, saved, strict=True))
    except StoreError as refusal:
        if refusal.place is not None:
            refusal.issues = located(list(ready)[refusal.place], refusal)
        raise


def _resolved(connection: Connection, asked: Asked, change: Change) -> Change | None:
    """The change with its conditional references resolved; None if one of them finds nothing yet."""
    wanted = _open_references(change.body) if isinstance(change, Write) else set()
    if not wanted:
        return change
    assert isinstance(change, Write)
    found = {reference: _found(connection, asked, reference) for reference in wanted}
    mapping = {reference: target for reference, target in found.items() if target}
    if len(mapping) < len(wanted):
        return None
    return replace(change, body=with_references(change.body, mapping))


def _found(connection: Connection, asked: Asked, reference: str) -> str | None:
    written = CONDITIONAL_REFERENCE.fullmatch(reference)
    assert written
    asked.require("search", written["type"])
    condition = conditional.condition_of(written["type"], written["query"])
    id_ = asked.record.the_match(condition, asked.context)
    return f"{written['type']}/{id_}" if id_ else None


# --- what is answered

_Answered = tuple[str, tuple[AuditEvent, ...]]
"""An entry of the answer, and what is to be logged of it."""


def _answered(
    asked: Asked,
    request: EntryRequest,
    targets: Mapping[int, _Target],
    saved: Mapping[int, Saved],
) -> _Answered:
    with _at(request.place):
        return _response(asked, request, targets, saved)


def _response(
    asked: Asked,
    request: EntryRequest,
    targets: Mapping[int, _Target],
    saved: Mapping[int, Saved],
) -> _Answered:
    if request.asked.interaction.code in READS:
        return _read_response(request)
    if request.place in saved:
        done = saved[request.place]
        return _saved_response(asked, done, asked.record.saved(done)), ()
    target = targets.get(request.place)
    if target is None:
        return _entry(HTTPStatus.NO_CONTENT, {}), ()
    there = asked.record.read(target.type, target.id)
    unchanged = Saved(there.type, there.id, there.version, there.last_updated, "unchanged", None)
    return _saved_response(asked, unchanged, there.text), shown(request.asked, there)


def _read_response(request: EntryRequest) -> _Answered:
    answer = request.asked.interaction.answer(request.asked)
    etag = {"etag": answer.headers["ETag"]} if "ETag" in answer.headers else {}
    return _entry(HTTPStatus(answer.status), etag, answer.text), answer.events


STATUS = {
    "create": HTTPStatus.CREATED,
    "update": HTTPStatus.OK,
    "unchanged": HTTPStatus.OK,
    "delete": HTTPStatus.NO_CONTENT,
}


def _saved_response(asked: Asked, saved: Saved, text: str | None) -> str:
    if saved.version == 0:
        return _entry(HTTPStatus.NO_CONTENT, {})
    response: dict[str, Any] = {"etag": f'W/"{saved.version}"', "lastModified": instant(saved.last_updated)}
    wanted = asked.preference("return")
    if saved.interaction != "delete":
        response["location"] = f"{saved.type}/{saved.id}/_history/{saved.version}"
    if wanted == "OperationOutcome":
        response["outcome"] = json.loads(informed("Saved."))
    return _entry(STATUS[saved.interaction], response, text if wanted == "representation" else None)


def _entry(status: HTTPStatus, response: Mapping[str, Any], resource: str | None = None) -> str:
    written = json.dumps({"status": f"{status.value} {status.phrase}", **response})
    return f'{{"resource":{resource},"response":{written}}}' if resource else f'{{"response":{written}}}'


# --- where an entry is wrong


@contextmanager
def _at(place: int) -> Iterator[None]:
    """What is refused in here is said of this entry."""
    try:
        yield
    except StoreError as refusal:
        refusal.issues = located(place, refusal)
        raise
    except ServiceError as refusal:
        problem = refusal.problem
        issues = problem.issues or (FhirIssue(problem.code, f"Bundle.entry[{place}]", problem.message),)
        refusal.problem = replace(problem, issues=issues)
        raise


def located(place: int, refusal: StoreError) -> tuple[Issue, ...]:
    """The issues of a refusal as those of an entry of the Bundle."""
    where = f"Bundle.entry[{place}]"
    if isinstance(refusal, Refused):
        return tuple(_in_resource(f"{where}.resource", issue) for issue in refusal.issues)
    if any(issue.expression.startswith("Bundle.") for issue in refusal.issues):
        return refusal.issues
    return (Issue(refusal.code, where, refusal.message),)


def _in_resource(where: str, issue: Issue) -> Issue:
    _, dot, rest = issue.expression.partition(".")
    return replace(issue, expression=f"{where}{dot}{rest}")
