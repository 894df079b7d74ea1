"""history of a resource, a type, or everything. http://hl7.org/fhir/R4/http.html#history"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from fhir_store.dates import date_bounds
from fhir_store.gate import served_types
from fhir_store.history import HistoryPage, Past, Position, Span
from fhir_store.write import instant
from services.access.decision import may
from services.exchange.auditing import shown_of
from services.exchange.identities import id_here
from services.exchange.interaction import Answer, Asked, Interaction
from services.exchange.paging import CURSOR, count_in, linked, opened
from services.exchange.problems import BadRequest
from services.exchange.record import past_as_stored

VERBS = {"create": ("POST", "201"), "update": ("PUT", "200"), "delete": ("DELETE", "204")}

Ask = Callable[[Span, int, Position | None], HistoryPage]


def history(asked: Asked) -> Answer:
    """Every version of a resource, newest first."""
    asked.require("read")
    id_ = id_here(asked)
    return _answer(
        asked,
        lambda span, count, after: asked.record.history_of(
            asked.type, id_, span, count, after, asked.role_sees
        ),
    )


def type_history(asked: Asked) -> Answer:
    """Every version of every resource of a type, newest first."""
    asked.require("read")
    return _answer(
        asked,
        lambda span, count, after: asked.record.history_of_types(
            [asked.type], span, count, after, asked.role_sees
        ),
    )


def system_history(asked: Asked) -> Answer:
    """Every version of every resource that the client may read, newest first."""
    types = [type_ for type_ in served_types() if may(asked.client, "read", type_)]
    return _answer(
        asked,
        lambda span, count, after: asked.record.history_of_types(types, span, count, after, asked.role_sees),
    )


def _answer(asked: Asked, ask: Ask) -> Answer:
    given = dict(asked.parameters)
    unknown = given.keys() - {"_since", "_at", "_count", CURSOR}
    if unknown or len(given) < len(asked.parameters):
        raise BadRequest("A history takes _since, _at and _count, each once.", code="not-supported")
    position = opened(asked, given.pop(CURSOR, None))
    after = Position(datetime.fromisoformat(position[0]), position[1]) if position else None
    page = ask(_span(asked, given), count_in(given.get("_count")), after)
    next_ = [page.after.last_updated.isoformat(), page.after.seq] if page.after else None
    entries = [_entry(asked.exchange.base, past) for past in page.versions]
    links = linked(asked, list(given.items()), position, next_)
    head = f'{{"resourceType":"Bundle","type":"history","link":{json.dumps(links)}'
    text = head + (f',"entry":[{",".join(entries)}]}}' if entries else "}")
    return Answer(200, text, events=shown_of(asked, [past_as_stored(one) for one in page.versions]))


def _span(asked: Asked, given: dict[str, str]) -> Span:
    zone = asked.exchange.store.zone
    try:
        since = date_bounds(given["_since"], zone)[0] if "_since" in given else None
        return Span(since, date_bounds(given["_at"], zone) if "_at" in given else None)
    except ValueError:
        raise BadRequest("_since and _at take a date, or a date and time with its zone.") from None


def _entry(base: str, past: Past) -> str:
    verb, status = VERBS[past.interaction]
    url = past.type if verb == "POST" else f"{past.type}/{past.id}"
    response: dict[str, Any] = {
        "status": status,
        "etag": f'W/"{past.version}"',
        "lastModified": instant(past.last_updated),
    }
    resource = f'"resource":{past.text},' if past.text else ""
    return (
        f'{{"fullUrl":{json.dumps(f"{base}/{past.type}/{past.id}")},{resource}'
        f'"request":{json.dumps({"method": verb, "url": url})},"response":{json.dumps(response)}}}'
    )


INTERACTIONS = (
    Interaction("history-instance", "GET", "{type}/{id}/_history", history),
    Interaction("history-type", "GET", "{type}/_history", type_history),
    Interaction("history-system", "GET", "_history", system_history),
)
