"""The viral load that counts for whoever has been on ART long enough to be asked for one: said once, for every measure of it.

Months end at 24:00 on the day asked about. Of 31 March the last 6 months begin on 1 October, the last 12 on 1 April.
"""

from datetime import date

import ibis
import ibis.expr.types as ir

from cascade.on_art import on_art
from cascade.tables import Tables

LEAST_MONTHS = 6
"""Months on ART after which a viral load is expected (WHO ART.3, ART.6). Counted from the first covered day in the data,
whatever was interrupted since."""

WINDOW_MONTHS = 12
"""Months within which a viral load has been collected to count (WHO: the reporting period; PEPFAR: 12 months)."""


def latest_viral_loads(tables: Tables, day: ir.DateScalar | date) -> ir.Table:
    """People on ART at the end of the day for more than LEAST_MONTHS, each with the latest valid viral load.

    Valid is a result that says anything of copies/mL. It counts if its specimen was surely taken in the WINDOW_MONTHS up to
    the day, and after the person's first day of ART: what was taken before is a baseline. The latest is that of the last day,
    and on one day of the last hour; an hour that is not known is the first. Of what remains equal the highest counts.

    Returns:
        person_key, facility_key (who gave the last medicine up to the day), value_lo, value_hi, value_hi_open; NULL: no such result.
    """
    people = on_art(tables, day)
    people = people.filter(people.first_covered_on < _begin(people.day, LEAST_MONTHS))
    load = tables.laboratory
    valid = load.filter(load.analyte == "hiv_viral_load", load.value_lo.notnull(), load.value_hi.notnull())
    valid = valid.select(
        "collected_lo",
        "collected_hi",
        "collected_at",
        "value_lo",
        "value_hi",
        "value_hi_open",
        load_key="person_key",
    )
    within = [
        people.person_key == valid.load_key,
        valid.collected_lo > people.first_covered_on,
        valid.collected_lo >= _begin(people.day, WINDOW_MONTHS),
        valid.collected_hi <= people.day,
    ]
    return _latest(people.left_join(valid, within)).select(
        "person_key", "facility_key", "value_lo", "value_hi", "value_hi_open"
    )


def _begin(day: ir.DateColumn, months: int) -> ir.DateColumn:
    """The first of the days that make up so many months up to the end of a day."""
    return (day + ibis.interval(days=1) - ibis.interval(months=months)).cast("date")


def _latest(loads: ir.Table) -> ir.Table:
    order = [
        ibis.desc("collected_hi", nulls_first=False),
        ibis.desc("collected_at", nulls_first=False),
        ibis.desc("value_hi"),
        ibis.desc("value_lo"),
        ibis.asc("value_hi_open"),
    ]
    numbered = loads.mutate(nth=ibis.row_number().over(group_by="person_key", order_by=order))
    return numbered.filter(numbered.nth == 0)
