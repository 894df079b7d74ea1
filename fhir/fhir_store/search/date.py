"""Date parameters with their prefixes: both the sought and the stored value are stretches of time.

FHIR R4, 3.1.1.4.5 "Prefixes": ``eq`` means that the stored stretch lies inside the sought one.
"""

import re
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, not_, or_

from fhir_store import schema
from fhir_store.errors import BadSearchValue
from fhir_store.search_values import date_bounds

TABLE = schema.metadata.tables["fhir_store.index_date"]

WRITTEN = re.compile(r"(?P<prefix>eq|ne|gt|lt|ge|le|sa|eb)?(?P<date>\d.*)")


def condition(value: str, zone: ZoneInfo) -> ColumnElement[bool]:
    """What the index rows of one sought date satisfy. Raises BadSearchValue."""
    written = WRITTEN.fullmatch(value)
    if written is None:
        raise BadSearchValue("Write a date as YYYY-MM-DD, with eq, ne, gt, lt, ge, le, sa or eb before it.")
    try:
        low, high = date_bounds(written["date"], zone)
    except ValueError:
        raise BadSearchValue(
            "Write a date as YYYY, YYYY-MM, YYYY-MM-DD or a date and time with its zone."
        ) from None
    inside = and_(TABLE.c.low >= low, TABLE.c.high <= high)
    conditions = {
        "eq": inside,
        "ne": not_(inside),
        "gt": TABLE.c.high > high,
        "lt": TABLE.c.low < low,
        "ge": or_(TABLE.c.high > high, inside),
        "le": or_(TABLE.c.low < low, inside),
        "sa": TABLE.c.low >= high,
        "eb": TABLE.c.high <= low,
    }
    return conditions[written["prefix"] or "eq"]
