"""$everything: all that belongs to a patient, page by page. http://hl7.org/fhir/R4/patient-operation-everything.html

What lies in the patient's compartment, and what that refers to: who treated, where, with which medicine, down to the
organization of the practitioner of a dose. It never leads over into another patient's record.
"""

import json
from collections.abc import Iterable
from datetime import datetime

from fhir_store.dates import date_bounds
from fhir_store.everything import Wanted
from fhir_store.gate import served_types
from fhir_store.read import Stored
from fhir_store.sql import EVERYTHING
from services.access.decision import may_in_part
from services.exchange.auditing import shown_of
from services.exchange.identities import id_here
from services.exchange.interaction import Answer, Asked, Interaction
from services.exchange.paging import CURSOR, count_in, linked, opened
from services.exchange.problems import BadRequest

TAKES = {"start", "end", "_since", "_type", "_count", CURSOR}


def everything(asked: Asked) -> Answer:
    """A page of everything that belongs to a patient; start and end bound the dates of care."""
    patient = id_here(asked)
    asked.require_read(patient)
    given = _given(asked)
    asked.record.read("Patient", patient)
    position = opened(asked, given.pop(CURSOR, None))
    count = count_in(given.get("_count"))
    page = asked.record.everything_of(patient, _wanted(asked, given), count, position)
    links = linked(asked, list(given.items()), position, page.after)
    events = shown_of(asked, page.resources, patient)
    return Answer(200, _bundle(asked, links, page.resources), events=events)


def _given(asked: Asked) -> dict[str, str]:
    given = dict(asked.parameters)
    if given.keys() - TAKES or len(given) < len(asked.parameters):
        raise BadRequest(
            "$everything takes start, end, _since, _type and _count, each once.", code="not-supported"
        )
    return given


def _wanted(asked: Asked, given: dict[str, str]) -> Wanted:
    return Wanted(
        types=_types(asked, given.get("_type")),
        start=_bound(asked, given.get("start"), 0),
        end=_bound(asked, given.get("end"), 1),
        since=_bound(asked, given.get("_since"), 0),
        seen=asked.seen_by("read") or EVERYTHING,
    )


def _types(asked: Asked, written: str | None) -> list[str]:
    """The types that are wanted, of those that the client may read. Raises BadRequest."""
    wanted = set(served_types()) if written is None else set(written.split(","))
    if not wanted <= set(served_types()):
        raise BadRequest("_type names resource types that are held here, with commas between them.")
    return sorted(type_ for type_ in wanted if may_in_part(asked.client, "read", type_))


def _bound(asked: Asked, written: str | None, end: int) -> datetime | None:
    try:
        return date_bounds(written, asked.exchange.store.zone)[end] if written else None
    except ValueError:
        raise BadRequest("start, end and _since take a date, or a date and time with its zone.") from None


def _bundle(asked: Asked, links: list[dict[str, str]], found: Iterable[Stored]) -> str:
    entries = ",".join(
        f'{{"fullUrl":{json.dumps(f"{asked.exchange.base}/{one.type}/{one.id}")},"resource":{one.text},'
        '"search":{"mode":"match"}}'
        for one in found
    )
    head = f'{{"resourceType":"Bundle","type":"searchset","link":{json.dumps(links)}'
    return head + (f',"entry":[{entries}]}}' if entries else "}")


INTERACTIONS = (Interaction("$everything", "GET", "{type}/{id}/$everything", everything, types=("Patient",)),)
