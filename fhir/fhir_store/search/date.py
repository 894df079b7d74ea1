"""Date parameters with their prefixes: both the sought and the stored value are stretches of time.

``eq`` means that the stored stretch lies inside the sought one. Where a condition follows from another, it is said
all the same if the index can use it. http://hl7.org/fhir/R4/search.html#date
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from fhir_store.dates import date_bounds
from fhir_store.errors import BadSearchValue
from fhir_store.search.context import Context
from fhir_store.search.parameters import Sought, Way
from fhir_store.search.prefixes import NEARLY, prefixed
from fhir_store.search.written import alternatives, unescape
from fhir_store.sql import Sql, any_of

TABLE = "index_date"
ORDER = {"low": "timestamptz", "high": "timestamptz"}


class Columns(NamedTuple):
    """Where a stretch of time lies in the rows of the index."""

    low: str = "i.low"
    high: str = "i.high"


OWN = Columns()

# {low} and {high} are the columns; L and H the bounds of what is sought. What stands in `coalesce` is nearly always
# true: the planner is kept from multiplying its chances with those of the rest, which is not independent of it.
STRETCHES = {
    "eq": "{low} >= L AND {low} < H AND coalesce({high} <= H)",
    "ne": "({low} < L OR {high} > H)",
    "gt": "{high} > H",
    "lt": "{low} < L",
    "ge": "{high} > L AND coalesce({low} >= L OR {high} > H)",
    "le": "{low} < H AND coalesce({low} < L OR {high} <= H)",
    "sa": "{low} >= H",
    "eb": "{low} < L AND coalesce({high} <= L)",
    "ap": f"{{low}} < H + MARGIN * {NEARLY} AND {{high}} > L - MARGIN * {NEARLY}",
}
# The same for a stored moment, which has no length: {low} is its column.
MOMENTS = {
    "eq": "({low} >= L AND {low} < H)",
    "ne": "({low} < L OR {low} >= H)",
    "gt": "{low} >= H",
    "lt": "{low} < L",
    "ge": "{low} >= L",
    "le": "{low} < H",
    "sa": "{low} >= H",
    "eb": "{low} < L",
    "ap": f"({{low}} < H + MARGIN * {NEARLY} AND {{low}} >= L - MARGIN * {NEARLY})",
}
MARGIN = "greatest(now() - L, L - now())"


def condition(values: Sequence[str], context: Context, columns: Columns = OWN) -> Sql:
    """What the index rows of one of the dates satisfy. Raises BadSearchValue."""
    return compared(values, context, columns, STRETCHES)


def compared(values: Sequence[str], context: Context, columns: Columns, forms: Mapping[str, str]) -> Sql:
    """The comparisons of ``forms`` with one of the dates. Raises BadSearchValue."""
    return any_of(_one(unescape(value), context, columns, forms) for value in values)


def _one(value: str, context: Context, columns: Columns, forms: Mapping[str, str]) -> Sql:
    prefix, written = prefixed(value)
    try:
        low, high = date_bounds(written, context.zone)
    except ValueError:
        raise BadSearchValue(
            "Write a date as YYYY, YYYY-MM, YYYY-MM-DD or a date and time with its zone, "
            "with eq, ne, gt, lt, ge, le, sa, eb or ap before it."
        ) from None
    text, bounds = _form(forms[prefix], columns)
    return Sql(text, tuple(low if bound == "L" else high for bound in bounds))


@cache
def _form(form: str, columns: Columns) -> tuple[str, str]:
    """The text with its places for arguments, and which bound belongs in each: ``LHL``."""
    text = form.replace("MARGIN", MARGIN)
    bounds = "".join(letter for letter in text if letter in "LH")
    return text.replace("L", "%s").replace("H", "%s").format(**columns._asdict()), bounds


def _plain(sought: Sought, value: str, context: Context) -> Sql:
    return sought.found(TABLE, condition(alternatives(value), context))


WAYS: Mapping[str, Way] = {"": _plain}
