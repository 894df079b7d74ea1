"""From the members of a measure to its figures: how many of which status, out of how many."""

from collections.abc import Sequence
from functools import reduce

import ibis
import ibis.expr.types as ir

from cascade.measures import Figure, Measure

AGE_BANDS = ((0, 4), (5, 9), (10, 14), (15, 19), (20, 24), (25, 49), (50, None))
"""First and last whole year of each band, as UNAIDS' Global AIDS Monitoring asks for them."""

UNKNOWN_AGE = "unknown"


def figures(measure: Measure, members: ir.Table, by: Sequence[str]) -> ir.Table:
    """Every figure of a measure, for each value of the dimensions it is cut by.

    Args:
        measure: whose members they are.
        members: columns MEMBER_COLUMNS.
        by: columns of the members, or ``age_band``; none for one line in all.

    Returns:
        The columns of ``by``, then figure, numerator, denominator (missing where the figure is a count). Without a
        dimension there is one row a figure even if nobody is a member; with one, a row for each value that has members.
    """
    banded = members.mutate(age_band=age_band(members.age))
    counted = banded.aggregate(_counts(measure, banded), by=list(by))
    return reduce(ir.Table.union, [_line(counted, name, by) for name in measure.figures])


def age_band(age: ir.IntegerValue) -> ir.StringValue:
    """The name of the band a whole number of years is in, as ``25-49``, ``50+`` or ``unknown``."""
    first = [(age <= last, age_band_name(start, last)) for start, last in AGE_BANDS if last is not None]
    return ibis.cases(*first, (age.notnull(), age_band_name(*AGE_BANDS[-1])), else_=UNKNOWN_AGE)


def age_band_name(first: int, last: int | None) -> str:
    """What a band is called: ``25-49``, or ``50+``."""
    return f"{first}+" if last is None else f"{first}-{last}"


def _counts(measure: Measure, members: ir.Table) -> dict[str, ir.IntegerScalar]:
    counts = {}
    for name, figure in measure.figures.items():
        counts[f"{name}_numerator"] = _among(members, figure.counted)
        counts[f"{name}_denominator"] = _denominator(measure, figure, members)
    return counts


def _denominator(measure: Measure, figure: Figure, members: ir.Table) -> ir.IntegerScalar:
    return ibis.null("int64") if figure.among is None else _among(members, figure.among)


def _among(members: ir.Table, statuses: Sequence[str]) -> ir.IntegerScalar:
    return members.status.isin(list(statuses)).sum().fill_null(0)


def _line(counted: ir.Table, name: str, by: Sequence[str]) -> ir.Table:
    return counted.select(
        *by,
        figure=ibis.literal(name),
        numerator=counted[f"{name}_numerator"].cast("int64"),
        denominator=counted[f"{name}_denominator"].cast("int64"),
    )
