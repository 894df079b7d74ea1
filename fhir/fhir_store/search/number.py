"""Number parameters with their prefixes; a sought number is as precise as it is written.

``100`` is everything from 99.5 to before 100.5, ``100.00`` from 99.995, ``1e2`` from 95, for ``eq`` and ``ne``; with
another prefix it is that very number. What is stored is a stretch from low to high, both included.
http://hl7.org/fhir/R4/search.html#number
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from fhir_store.errors import BadSearchValue
from fhir_store.search.context import Context
from fhir_store.search.parameters import Sought, Way
from fhir_store.search.prefixes import NEARLY, prefixed
from fhir_store.search.written import alternatives, unescape
from fhir_store.sql import Sql, any_of

TABLE = "index_quantity"
ORDER = {"low": "numeric", "high": "numeric"}

NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?", re.ASCII)


class Columns(NamedTuple):
    """Where a stretch of numbers lies in the rows of the index."""

    low: str = "i.low"
    high: str = "i.high"


OWN = Columns()

# {low} and {high} are the columns; V is the number, L and H the bounds of what it may stand for.
FORMS = {
    "eq": "{low} >= L AND {low} < H AND {high} < H",
    "ne": "({low} < L OR {high} >= H)",
    "gt": "{high} > V",
    "lt": "{low} < V",
    "ge": "{high} >= V",
    "le": "{low} <= V",
    "sa": "{low} > V",
    "eb": "{low} < V AND {high} < V",
    "ap": "{low} <= H AND {high} >= L",
}


def condition(values: Sequence[str], context: Context, columns: Columns = OWN) -> Sql:
    """What the index rows of one of the numbers satisfy. Raises BadSearchValue."""
    return any_of(compared(unescape(value), columns) for value in values)


def compared(value: str, columns: Columns = OWN) -> Sql:
    """The comparison that one number with its prefix asks for. Raises BadSearchValue."""
    prefix, written = prefixed(value)
    if not NUMBER.fullmatch(written):
        raise BadSearchValue(
            "Write a number as 5.4 or 5.4e3, with eq, ne, gt, lt, ge, le, sa, eb or ap before it."
        )
    number = Decimal(written)
    margin = abs(number) * Decimal(NEARLY) if prefix == "ap" else _half_of_last_place(number)
    numbers = {"V": number, "L": number - margin, "H": number + margin}
    text, places = _form(FORMS[prefix], columns)
    return Sql(text, tuple(numbers[place] for place in places))


def _half_of_last_place(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(5).scaleb(exponent - 1)


@cache
def _form(form: str, columns: Columns) -> tuple[str, str]:
    """The text with its places for arguments, and which number belongs in each."""
    places = "".join(letter for letter in form if letter in "VLH")
    text = re.sub("[VLH]", "%s", form)
    return f"({text.format(**columns._asdict())})", places


def _plain(sought: Sought, value: str, context: Context) -> Sql:
    return sought.found(TABLE, condition(alternatives(value), context))


WAYS: Mapping[str, Way] = {"": _plain}
