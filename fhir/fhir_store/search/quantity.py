"""Quantity parameters: ``5.4``, ``5.4|system|code`` or ``5.4||code``, where the code may be the unit in words.

Units are compared and not converted. http://hl7.org/fhir/R4/search.html#quantity
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fhir_store import seal
from fhir_store.errors import BadSearchValue
from fhir_store.search import number
from fhir_store.search.context import Context
from fhir_store.search.parameters import Sought, Way
from fhir_store.search.written import alternatives, parts
from fhir_store.sql import Sql, any_of

TABLE = "index_quantity"
ORDER = {"low": "numeric", "high": "numeric"}


class Columns(NamedTuple):
    """Where a quantity lies in the rows of the index."""

    system: str = "i.system"
    code: str = "i.code"
    unit: str = "i.unit"
    numbers: number.Columns = number.OWN


OWN = Columns()


def condition(values: Sequence[str], context: Context, columns: Columns = OWN) -> Sql:
    """What the index rows of one of the quantities satisfy. Raises BadSearchValue."""
    return any_of(_one(value, columns) for value in values)


def _one(value: str, columns: Columns) -> Sql:
    match parts(value):
        case [written] | [written, "", ""]:
            return number.compared(written, columns.numbers)
        case [written, "", unit]:
            unit = seal.index_value(unit)
            in_unit = Sql(f"({columns.code} = %s OR {columns.unit} = %s)", (unit, unit))
            return number.compared(written, columns.numbers) & in_unit
        case [written, system, code] if code:
            arguments = seal.index_value(system), seal.index_value(code)
            in_unit = Sql(f"({columns.system} = %s AND {columns.code} = %s)", arguments)
            return number.compared(written, columns.numbers) & in_unit
    raise BadSearchValue("Write a quantity as number, number|system|code or number||unit.")


def _plain(sought: Sought, value: str, context: Context) -> Sql:
    return sought.found(TABLE, condition(alternatives(value), context))


WAYS: Mapping[str, Way] = {"": _plain}
