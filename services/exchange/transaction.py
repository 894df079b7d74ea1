"""transaction: POST [base] with a Bundle of creates and updates. http://hl7.org/fhir/R4/http.html#transaction"""

import json
from collections.abc import Sequence

from fastapi import APIRouter, Response

from fhir_store.json_text import bundle_entries
from fhir_store.transactions import writes_of
from fhir_store.write import Saved, instant, save
from services.access.actors import Caller, require
from services.exchange.problems import OnlyTransactions
from services.exchange.request import Body, Store_, author
from services.exchange.response import FHIR_JSON

router = APIRouter()

OUTCOMES = {"create": "201 Created", "update": "200 OK"}


@router.post("/", include_in_schema=False)
@router.post("", summary="transaction")
def transaction(client: Caller, exchange: Store_, body: Body) -> Response:
    """Save every entry, or none."""
    bundle = bundle_entries(body)
    if bundle.type != "transaction":
        raise OnlyTransactions
    entries = list(bundle.entries)  # each pass over the Bundle's own entries would read them again
    for entry in entries:
        if entry.resource_type is not None:
            require(client, "create" if entry.method == "POST" else "update", entry.resource_type)
    writes = writes_of(entries)
    saved = exchange.database.run(lambda connection: save(connection, exchange.store, writes, author(client)))
    return Response(transaction_response(saved), media_type=FHIR_JSON)


def transaction_response(saved: Sequence[Saved]) -> str:
    """One entry for each entry of the request, in its order."""
    entries = [{"response": _response(one)} for one in saved]
    return json.dumps({"resourceType": "Bundle", "type": "transaction-response", "entry": entries})


def _response(saved: Saved) -> dict[str, str]:
    return {
        "status": OUTCOMES[saved.interaction],
        "location": f"{saved.type}/{saved.id}/_history/{saved.version}",
        "etag": f'W/"{saved.version}"',
        "lastModified": instant(saved.last_updated),
    }
