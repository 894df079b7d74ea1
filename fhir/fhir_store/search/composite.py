"""Composite parameters: ``code$value``, both true of the same element. http://hl7.org/fhir/R4/search.html#composite"""

from collections.abc import Callable, Mapping

from fhir_store.errors import BadSearchValue
from fhir_store.search import date, number, quantity, reference, string, token
from fhir_store.search.context import Context
from fhir_store.search.parameters import Sought, Way
from fhir_store.search.written import alternatives, components
from fhir_store.sql import Sql, any_of

TABLE = "index_composite"

Beside = Callable[[str, Context], Sql]


QUANTITY = quantity.Columns(
    "i.value_system", "i.value_code", "i.value_unit", number.Columns("i.value_low", "i.value_high")
)
DATE = date.Columns("i.value_since", "i.value_until")
TOKEN = token.Columns("i.value_system", "i.value_code")
REFERENCE = reference.Columns("i.value_target_type", "i.value_target_id", "i.value_url")

# By the kind of what stands beside the code.
BESIDE: Mapping[str, Beside] = {
    "date": lambda value, context: date.condition([value], context, DATE),
    "quantity": lambda value, context: quantity.condition([value], context, QUANTITY),
    "reference": lambda value, context: reference.condition([value], context, REFERENCE),
    "string": lambda value, context: string.condition([value], context, "i.value_text"),
    "token": lambda value, context: token.condition([value], context, TOKEN),
}


def _plain(sought: Sought, value: str, context: Context) -> Sql:
    return sought.found(TABLE, any_of(_one(sought, one, context) for one in alternatives(value)))


def _one(sought: Sought, value: str, context: Context) -> Sql:
    match components(value):
        case [code, beside]:
            return token.condition([code], context) & BESIDE[sought.components[1]](beside, context)
    raise BadSearchValue("Write a composite as its two parts with a dollar sign between them.")


WAYS: Mapping[str, Way] = {"": _plain}
