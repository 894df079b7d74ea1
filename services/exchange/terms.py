"""What may go with each interaction and what it answers: the words of the documentation, for people and programs.

The interactions themselves decide; this page of tables only tells. A test sends what is listed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fhir_store.search.controls import CONTROLS, INCLUDES
from services.exchange.forms import FORM
from services.exchange.idempotency import KEPT, LONGEST_KEY
from services.exchange.interaction import FHIR_JSON, Interaction
from services.exchange.paging import CURSOR, DEFAULT_COUNT, MOST
from services.exchange.patch import JSON_PATCH

CRITERIA = "criteria"
"""Stands for the search parameters of a type, which are too many to list beside each interaction."""

QUERY: Mapping[str, str] = {
    CRITERIA: "Search parameters of the type, any number of them: GET /fhir/metadata lists them.",
    "_format": "json or application/fhir+json; outranks Accept.",
    "_pretty": "true sets the JSON out for a person.",
    "_summary": "true, text, data or false; count too in a search. Shortened resources are tagged SUBSETTED.",
    "_elements": "Names of elements, with commas between them: only these and the mandatory ones are answered.",
    "_count": f"Resources on a page: {DEFAULT_COUNT} unless said, at most {MOST:,}.",
    "_sort": "Indexed parameters, with commas between them; a minus sign in front is descending.",
    "_total": "none, estimate or accurate.",
    "_contained": "Only false: contained resources are not found by themselves.",
    "_include": "TYPE:PARAMETER or TYPE:PARAMETER:TARGET: what the matches refer to comes along.",
    "_revinclude": "TYPE:PARAMETER: what refers to the matches comes along.",
    "_type": "Resource types, with commas between them.",
    "_since": "Only what was written at or after this date or instant.",
    "_at": "Only versions that were the newest at some time in this date or instant.",
    "url": "Canonical URL of the value set or code system.",
    "valueSetVersion": "Version of the value set, if not the newest.",
    "filter": "Words that a code's name must have.",
    "offset": "How many codes to leave out at the beginning.",
    "count": "How many codes to answer.",
    "includeDesignations": "true: with names in other languages.",
    "displayLanguage": "The language of the names, such as sr-Latn.",
    "activeOnly": "true: without codes that are inactive.",
    "code": "The code that is asked about.",
    "system": "The code system that the code is from.",
    "display": "The name that the code is thought to have.",
    "start": "First day of care.",
    "end": "Last day of care.",
    "mode": "create, update, delete or profile.",
    "profile": "A profile's URL. Profiles that a resource claims are checked in any case.",
    CURSOR: "Part of a page's next link. Follow the link as it is.",
}

HEADERS: Mapping[str, str] = {
    "If-Match": 'W/"3": write only if 3 is the newest version, else 412.',
    "If-None-Match": "* with a write: only if there is no such resource. With a read: the ETag you have; 304 if it is the newest.",
    "If-Modified-Since": "304 if nothing was written since this HTTP date.",
    "If-None-Exist": "Search parameters: create only if they find nothing; what they find is answered with 200.",
    "Idempotency-Key": (
        f"A text of your choice, at most {LONGEST_KEY} characters: sent again within {KEPT.days} days,"
        " the same request gets the first answer again and does nothing twice."
    ),
    "Prefer": "return=minimal, representation or OperationOutcome; handling=lenient lets a search leave out what is not supported.",
}

STATUSES: Mapping[int, str] = {
    200: "Done; what is written is durable.",
    201: "Created, and durable. Location names the version.",
    204: "Deleted, or not there; the deletion is durable.",
    304: "You have the newest version.",
    400: "The request cannot be read, or asks for something that is not supported. Nothing was done.",
    401: "No token, or one that is not valid any more.",
    403: "The client's scopes do not allow this.",
    404: "No such resource, or not a type that is held here.",
    405: "The address does not answer to this method; Allow lists those it does.",
    406: "Only FHIR JSON in UTF-8 can be answered.",
    409: "Another client first wrote this id; or others wrote the same records again and again: send it once more.",
    410: "The resource was deleted. Earlier versions can be read.",
    412: "A condition does not hold: another version, there already, or several matches. Nothing was done.",
    413: "The body is larger than this installation takes. Send smaller parts.",
    415: "The Content-Type is not one of those listed.",
    422: "The resource is not valid FHIR R4 or a rule forbids it; each issue names an element. Nothing was stored.",
    500: "A mistake of the server. Its reference is in the outcome's id.",
    503: "The database does not answer. Retry-After says when to try again.",
}

PATCHES = (JSON_PATCH, FHIR_JSON)
WRITES = (403, 409)
SHORTENING = ("_summary", "_elements")
SEARCHED = (CRITERIA, *CONTROLS, *INCLUDES)


@dataclass(frozen=True)
class Terms:
    """``query`` and ``headers`` are names; ``statuses`` those beside what any request can be answered."""

    statuses: tuple[int, ...]
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    answered_as: str = FHIR_JSON
    """The media type of what is answered, errors aside."""


TERMS: Mapping[str, Terms] = {
    "capabilities": Terms((200,)),
    "smart-configuration": Terms((200,), answered_as="application/json"),
    "read": Terms((200, 304, 403, 404, 410), SHORTENING, ("If-None-Match", "If-Modified-Since")),
    "vread": Terms((200, 403, 404, 410), SHORTENING),
    "create": Terms(
        (200, 201, *WRITES, 404, 412, 422),
        headers=("If-None-Exist", "Idempotency-Key", "Prefer"),
        bodies=(FHIR_JSON,),
    ),
    "update": Terms(
        (200, 201, *WRITES, 404, 412, 422),
        headers=("If-Match", "If-None-Match", "Prefer"),
        bodies=(FHIR_JSON,),
    ),
    "conditional-update": Terms(
        (200, 201, *WRITES, 404, 412, 422),
        (CRITERIA,),
        ("If-Match", "Prefer"),
        (FHIR_JSON,),
    ),
    "patch": Terms(
        (200, *WRITES, 404, 410, 412, 422),
        headers=("If-Match", "Prefer"),
        bodies=PATCHES,
    ),
    "conditional-patch": Terms(
        (200, *WRITES, 404, 410, 412, 422), (CRITERIA,), ("If-Match", "Prefer"), PATCHES
    ),
    "delete": Terms((204, *WRITES, 404, 412), headers=("If-Match",)),
    "conditional-delete": Terms((204, *WRITES, 404, 412), (CRITERIA,), ("If-Match",)),
    "history-instance": Terms((200, 403, 404), ("_since", "_at", "_count")),
    "history-type": Terms((200, 403, 404), ("_since", "_at", "_count")),
    "history-system": Terms((200,), ("_since", "_at", "_count")),
    "search-type": Terms((200, 403, 404), SEARCHED, ("Prefer",)),
    "search-system": Terms((200, 403), (*SEARCHED, "_type"), ("Prefer",)),
    "batch-or-transaction": Terms(
        (200, *WRITES, 404, 410, 412, 422), headers=("Idempotency-Key", "Prefer"), bodies=(FHIR_JSON,)
    ),
    "$everything": Terms((200, 403, 404, 410), ("start", "end", "_since", "_type", "_count")),
    "$expand": Terms(
        (200, 403, 404, 410, 422),
        (
            "url",
            "valueSetVersion",
            "filter",
            "offset",
            "count",
            "includeDesignations",
            "displayLanguage",
            "activeOnly",
        ),
        bodies=(FHIR_JSON,),
    ),
    "$validate-code": Terms(
        (200, 403, 404, 410, 422), ("url", "code", "system", "display"), bodies=(FHIR_JSON,)
    ),
    "$validate": Terms((200, 403, 404, 410, 422), ("mode", "profile"), bodies=(FHIR_JSON,)),
}

ANY_OPERATION = Terms((200, 403, 404, 410, 422), (CRITERIA,), bodies=(FHIR_JSON,))
HAVE_BODIES = ("POST", "PUT", "PATCH")


def terms_of(one: Interaction) -> Terms:
    """What may go with an interaction, with the statuses that it can be answered with."""
    terms = TERMS.get(one.code, ANY_OPERATION)
    is_form = one.path.endswith("_search")
    has_body = one.method in HAVE_BODIES
    bodies = ((FORM,) if is_form else terms.bodies) if has_body else ()
    query = dict.fromkeys([*(() if is_form else terms.query), "_format", "_pretty"])
    statuses = {*terms.statuses, *_of_any_request(one), *((413, 415) if has_body else ())}
    return replace(terms, statuses=tuple(sorted(statuses)), query=tuple(query), bodies=bodies)


def _of_any_request(one: Interaction) -> tuple[int, ...]:
    return (400, 406, 503) if one.public else (400, 401, 406, 503)
