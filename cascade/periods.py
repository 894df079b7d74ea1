"""Quarters and years of the civil calendar, and a period that is only named: for SQL that is written once.

A cube asks the same measure for many periods. A measure speaks of one; its SQL is written once over a period that is
only named, and DuckDB runs it for each row of the table ``asked`` in one statement.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import ibis
import ibis.expr.types as ir
from duckdb import DuckDBPyConnection

from cascade.errors import WrongWindow
from cascade.tables import Period

MONTHS = {"month": 1, "quarter": 3, "year": 12}
"""Months in each kind of period."""


def period_ending(last: date, every: str, *, data_as_of: datetime, zone: str) -> Period:
    """The month, quarter or year that ends on a day.

    Raises:
        WrongWindow: none ends on that day.
        UnknownZone: the zone is not an IANA time zone.
    """
    months = MONTHS[every]
    if last.day != monthrange(last.year, last.month)[1] or last.month % months:
        raise WrongWindow(f"No {every} ends on that day. Give the last day of one, for example 2025-12-31.")
    first = date(last.year, last.month - months + 1, 1)
    return Period(first, last, data_as_of, zone)


def last_whole(every: str, day: date) -> date:
    """The last day of the last month, quarter or year that was over before a day."""
    months = MONTHS[every]
    return date(day.year, (day.month - 1) // months * months + 1, 1) - timedelta(days=1)


def periods_until(
    last: date, every: str, count: int, *, data_as_of: datetime, zone: str
) -> tuple[Period, ...]:
    """So many periods of a kind, oldest first, the last of which ends on a day. Raises as ``period_ending``."""
    return tuple(reversed(list(_backwards(last, every, count, data_as_of=data_as_of, zone=zone))))


def _backwards(last: date, every: str, count: int, *, data_as_of: datetime, zone: str) -> Iterator[Period]:
    for _ in range(count):
        period = period_ending(last, every, data_as_of=data_as_of, zone=zone)
        yield period
        last = period.first - timedelta(days=1)


def scalar(value: date | datetime | ir.Scalar, kind: str | None = None) -> ir.Scalar:
    """A day or instant of a period as an expression: that of a named period is one already."""
    return value if isinstance(value, ir.Scalar) else ibis.literal(value, kind)


@dataclass(frozen=True)
class NamedPeriod:
    """A period whose days are those of a row of ``asked``: what a measure asks of a ``Period``, without its values."""

    first: ir.DateScalar
    last: ir.DateScalar
    end: ir.TimestampScalar
    cut_day: ir.DateScalar
    data_as_of: ir.TimestampScalar


SQL_TYPES = {
    "first": "DATE",
    "last": "DATE",
    "end": "TIMESTAMPTZ",
    "cut_day": "DATE",
    "data_as_of": "TIMESTAMPTZ",
}
IBIS_TYPES = {"DATE": "date", "TIMESTAMPTZ": "timestamp('UTC')"}
ASKED = "CREATE OR REPLACE TEMP TABLE asked AS SELECT {}".format(
    ", ".join(f'unnest(${name}::{kind}[]) AS "{name}"' for name, kind in SQL_TYPES.items())
)


def named_period() -> NamedPeriod:
    """The period of a row of ``asked``, for an expression whose SQL is given to ``over_each_asked``."""
    return NamedPeriod(**{name: _named(name, IBIS_TYPES[kind]) for name, kind in SQL_TYPES.items()})


def over_each_asked(expression: ir.Table) -> str:
    """The SQL of an expression over the named period, run for each row of ``asked``: its columns after first and last."""
    written = str(ibis.to_sql(expression, dialect="duckdb"))
    for name in SQL_TYPES:
        written = written.replace(f"{_call(name).upper()}()", f'asked."{name}"')
    return f'SELECT asked."first", asked."last", of_period.* FROM asked, LATERAL ({written}) AS of_period'  # noqa: S608


def ask(connection: DuckDBPyConnection, periods: Sequence[Period]) -> None:
    """Make the temporary table ``asked`` of these periods."""
    connection.execute(ASKED, {name: [getattr(one, name) for one in periods] for name in SQL_TYPES})


# Ibis has no name for a column of a query around this one: a function without arguments stands for it.
def _named(name: str, kind: str) -> ir.Scalar:
    def value() -> None: ...

    return ibis.udf.scalar.builtin(value, name=_call(name), signature=((), kind))()


def _call(name: str) -> str:
    return f"asked_{name}"
