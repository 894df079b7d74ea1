"""batch and transaction: POST [base] with a Bundle. http://hl7.org/fhir/R4/http.html#transaction

The entries of a batch are requests of their own, each with its own outcome; a transaction is one (``transaction``).
"""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import structlog

from fhir_store.json_text import BundleEntry, bundle_entries
from services.access.audit.kinds import AuditEvent
from services.exchange.auditing import refused
from services.exchange.entries import entry_request
from services.exchange.interaction import Answer, Asked, Interaction, refuse_other_content
from services.exchange.problems import BadRequest, OnlyBundles, problem_of
from services.exchange.transaction import transaction
from services.shared.outcomes import operation_outcome

log = structlog.get_logger()


def batch_or_transaction(asked: Asked) -> Answer:
    """Do every entry, or none of a transaction; one by one of a batch."""
    refuse_other_content(asked.headers)
    asked.refuse_parameters()
    bundle = bundle_entries(asked.body)
    entries = list(bundle.entries)  # each pass over the Bundle's own entries would read them again
    if bundle.type == "transaction":
        return transaction(asked, entries)
    if "idempotency-key" in asked.headers:
        raise BadRequest(
            "An Idempotency-Key goes with a transaction or one create; a batch has many outcomes."
        )
    if bundle.type == "batch":
        outcomes = [_outcome(asked, place, entry) for place, entry in enumerate(entries)]
        events = tuple(event for _, some in outcomes for event in some)
        return Answer(200, _response_bundle(text for text, _ in outcomes), events=events)
    raise OnlyBundles


def _response_bundle(entries: Iterable[str]) -> str:
    written = ",".join(entries)
    return '{"resourceType":"Bundle","type":"batch-response"' + (
        f',"entry":[{written}]}}' if written else "}"
    )


def _outcome(asked: Asked, place: int, entry: BundleEntry) -> tuple[str, tuple[AuditEvent, ...]]:
    """What became of one entry, as the response says it, and what is to be logged of it."""
    try:
        asked = entry_request(asked, place, entry).asked
        answer = asked.interaction.answer(asked)
        return response_entry(answer), answer.events
    except Exception as error:
        problem = problem_of(error)
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("an entry of a batch failed", exc_info=error)
        response = {"status": _status(problem.status), "outcome": operation_outcome(problem)}
        return json.dumps({"response": response}), refused(asked, error)


def response_entry(answer: Answer) -> str:
    """An answer as an entry of the response Bundle."""
    response: dict[str, Any] = {"status": _status(answer.status)}
    for member, header in (("location", "Location"), ("etag", "ETag")):
        if header in answer.headers:
            response[member] = answer.headers[header]
    resource = f'"resource":{answer.text},' if answer.text else ""
    return f'{{{resource}"response":{json.dumps(response)}}}'


def _status(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"


INTERACTIONS = (Interaction("batch-or-transaction", "POST", "", batch_or_transaction),)
