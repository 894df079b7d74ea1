"""The kinds of search parameters: one module for each, named as FHIR names the kind.

Each has the name of its ``TABLE`` of the index, the columns that ``ORDER`` it with their types (a
composite has no order), and ``WAYS``: how it is searched by
with each modifier, and with none.
"""

from collections.abc import Mapping
from types import ModuleType

from fhir_store.search import composite, date, number, quantity, reference, string, token, uri

KINDS: Mapping[str, ModuleType] = {
    "composite": composite,
    "date": date,
    "number": number,
    "quantity": quantity,
    "reference": reference,
    "string": string,
    "token": token,
    "uri": uri,
}
