"""The kinds of search parameters: one module for each, named as FHIR names the kind.

Each has the name of its ``TABLE`` of the index, the columns that ``ORDER`` it with their types (a
composite and a special one have no order), and ``WAYS``: how it is searched by
with each modifier, and with none.
"""

from collections.abc import Mapping
from types import ModuleType

from fhir_store.search import composite, date, number, quantity, reference, special, string, token, uri

KINDS: Mapping[str, ModuleType] = {
    "composite": composite,
    "date": date,
    "number": number,
    "quantity": quantity,
    "reference": reference,
    "special": special,
    "string": string,
    "token": token,
    "uri": uri,
}
