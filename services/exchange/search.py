"""search: GET [base]/[type]?..., or POST [base]/[type]/_search; also over all types, and in a person's compartment.

Identifiers belong in the POST form: a URL ends up in logs that are not ours. The links of its pages therefore carry
the parameters sealed. http://hl7.org/fhir/R4/http.html#search
"""

import json
from dataclasses import replace
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from fhir_store.gate import served_types
from fhir_store.read import Stored
from fhir_store.search import Page, Position, Query, parse_query
from services.access.decision import may, may_in_part
from services.exchange.auditing import found
from services.exchange.forms import form_parameters
from services.exchange.identities import id_here
from services.exchange.interaction import Answer, Asked, Interaction, Parameters
from services.exchange.paging import CURSOR, linked, opened
from services.exchange.shape import Shape

LENGTHENING = {"_count", "_elements", "_summary", "_pretty"}
"""Parameters that may make an answer long, or each of its resources dear."""


def search(asked: Asked) -> Answer:
    """A page of the resources of a type that match every parameter."""
    return _answer(asked, asked.parameters)


def search_by_post(asked: Asked) -> Answer:
    """The same with the parameters in a form, where no log keeps them."""
    return _answer(asked, form_parameters(asked), private=True)


def search_system(asked: Asked) -> Answer:
    """A page of the resources of all types, or of those in _type, that match every parameter."""
    return _answer(asked, asked.parameters)


def search_system_by_post(asked: Asked) -> Answer:
    """The same with the parameters in a form."""
    return _answer(asked, form_parameters(asked), private=True)


def search_compartment(asked: Asked) -> Answer:
    """A page of what belongs to one patient: Patient/[id]/[type]?..."""
    return _answer(asked, asked.parameters)


def _answer(asked: Asked, parameters: Parameters, *, private: bool = False) -> Answer:
    position = opened(asked, dict(parameters).get(CURSOR)) or {}
    private = private or "asked" in position
    wanted = [(name, value) for name, value in position.get("asked", parameters) if name != CURSOR]
    wanted = _in_scope(asked, wanted)
    query = _query(asked, wanted, lenient=asked.preference("handling") == "lenient")
    if "after" in position:
        query = replace(query, after=Position.from_json(position["after"]))
    page = asked.record.search(query)
    resources = (*page.matches, *page.included)
    results = page.total or 0 if query.counts_only else len(resources)
    return Answer(
        200,
        searchset(asked, query, page, ignored=len(wanted) - len(query.used), private=private),
        events=found(asked, list(query.used), resources, results=results),
    )


def _in_scope(asked: Asked, wanted: Parameters) -> Parameters:
    """The same; a search of all types names those that the client may search. Raises Forbidden."""
    named = asked.segments.get("member") or asked.segments.get("type") or dict(wanted).get("_type")
    if named is None:
        allowed = [type_ for type_ in served_types() if may_in_part(asked.client, "search", type_)]
        if len(allowed) == len(served_types()):
            return wanted
        named = ",".join(allowed)
        wanted = [*wanted, ("_type", named)]
    for type_ in named.split(","):
        asked.require_in_part("search", type_)
    return wanted


def _query(asked: Asked, wanted: Parameters, *, lenient: bool) -> Query:
    type_ = asked.segments.get("member") or asked.segments.get("type")
    patient = id_here(asked) if "member" in asked.segments else None
    query = parse_query(type_, wanted, context=asked.context, lenient=lenient, patient=patient)
    if all(may(asked.client, "search", one) for one in query.types):
        return query
    seen = asked.scopes_show("search")
    return query if seen is None else replace(query, where=query.where & seen)


def searchset(asked: Asked, query: Query, page: Page, *, ignored: int, private: bool) -> str:
    """The Bundle as text: the resources in it are exactly what is stored."""
    shape = Shape(query.summary, tuple(query.elements))
    entries = [
        *(_entry(asked, stored, shape, "match") for stored in page.matches),
        *(_entry(asked, stored, shape, "include") for stored in page.included),
        *([_outcome(ignored)] if ignored else []),
    ]
    head = {"resourceType": "Bundle", "type": "searchset"}
    total = {} if page.total is None else {"total": page.total}
    links = _links(asked, query, page, private=private)
    written = json.dumps({**head, **total, "link": links}, separators=(",", ":"))
    return f'{written[:-1]},"entry":[{",".join(entries)}]}}' if entries else written


def _links(asked: Asked, query: Query, page: Page, *, private: bool) -> list[dict[str, str]]:
    used = list(query.used)
    sealed: dict[str, Any] = {"asked": used} if private else {}
    here = {**sealed, **_position(query.after)}
    following = {**sealed, **_position(page.after)} if page.after else None
    return linked(asked, [] if private else used, here or None, following)


def _position(after: Position | None) -> dict[str, Any]:
    return {"after": after.to_json()} if after else {}


def _entry(asked: Asked, stored: Stored, shape: Shape, mode: str) -> str:
    # A type and an id need no quoting; the base is whatever the client called us.
    base = quoted(asked.exchange.base)[:-1]
    url = f'{base}/{stored.type}/{stored.id}"'
    return f'{{"fullUrl":{url},"resource":{shape.applied(stored.text)},"search":{{"mode":"{mode}"}}}}'


def _outcome(ignored: int) -> str:
    """What the client asked to be lenient about is told all the same."""
    issue = {
        "severity": "warning",
        "code": "not-supported",
        "diagnostics": f"{ignored} parameters are not supported here and were left out; the self link has the others.",
    }
    outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
    return json.dumps({"resource": outcome, "search": {"mode": "outcome"}})


def _is_brief(parameters: Parameters) -> bool:
    return not any(
        name in LENGTHENING or name.startswith(("_include", "_revinclude")) for name, _ in parameters
    )


INTERACTIONS = (
    Interaction("search-type", "GET", "{type}", search, brief=_is_brief),
    Interaction("search-type", "POST", "{type}/_search", search_by_post),
    Interaction("search-system", "GET", "", search_system),
    Interaction("search-system", "POST", "_search", search_system_by_post),
    Interaction("search-type", "GET", "{type}/{id}/{member}", search_compartment, types=("Patient",)),
)
