"""People given OAT: who received at least one dose of opioid agonist treatment in a month, and where."""

from datetime import UTC

import ibis
import ibis.expr.types as ir

from cascade.tables import ALL_FACILITIES, GIVEN, Tables, Window

title = "People given OAT per month, by facility"
source = "Throughcare's own definition"
status = "proposed"
version = "1"
population = "Everyone with a dose of opioid agonist treatment in the record, in prison and in the community."
unit = "people"
numerator = (
    "People who received at least one dose at the facility on a civil day of the month, in the facility's time"
    " zone: a dose given in full, in part, or again after a vomited one. A date known only to the month counts in"
    " that month. A person counts once in a month at each facility that gave them a dose. The national line counts a person once, however many facilities did, so it"
    " is at most the sum of the facilities and often less."
)
denominator = "None: this is a count, not a proportion."
look_back = "None: only doses of the month itself count."
rows = (
    "A facility has a line from its first to its last month in the window with any dose in the record, given or"
    " not; a month between them without a dose given is 0. Outside of them nothing is known, and there is no row."
    " The national line has the months in which any facility has a row."
    " A dose whose month is not known is never guessed: the people given one are counted in a row without a"
    " month, beside the months. Doses at a place that the record does not say are a line of their own."
)
exclusions = (
    "Doses refused, missed or withheld, entered in error, still in progress, on hold, or of an amount of zero.",
    "Take-home doses and other supply: only what was recorded as administered counts.",
    "A second record of one event: same person and business identifier.",
    "A second record of one event without an identifier: same person, medicine, instant and amount.",
    "Morphine, unless the administration says that it treats opioid dependence (ICD-10 F11.2).",
    "Records the source wrote after the data cut. A record without a time of writing is always visible.",
)
variants = (
    "WHO PRV.11, people on OAMT on a census date: a stock on one day; this is a flow over a month.",
    "The Treatment Demand Indicator (TDI): people who entered treatment in a year, not those treated.",
    "Coverage and retention: here one dose in a month is enough.",
)


def expression(tables: Tables, window: Window) -> ir.Table:
    """Columns month, facility_key, facility_name, people, complete.

    `month` is the first day of the month, or NULL for doses whose month is not known. `facility_key` is
    'all' on the national line. `complete` says that the month had ended at the data cut.
    """
    dose = _visible(tables.dose, window)
    counts = ibis.union(_known_months(dose, window), _unknown_months(dose, window))
    facility = tables.facility.select("facility_key", facility_name="name")
    named = counts.left_join(facility, "facility_key").select(
        "month", "facility_key", "facility_name", "people"
    )
    return named.mutate(complete=named.month.isin(window.complete).fill_null(False))


def _visible(dose: ir.Table, window: Window) -> ir.Table:
    cut = ibis.literal(window.data_as_of.astimezone(UTC), "timestamp('UTC')")
    seen = dose.filter(dose.recorded_at.isnull() | (dose.recorded_at <= cut))
    return seen.mutate(month=_month(seen), given=seen.status.isin(GIVEN))


def _month(dose: ir.Table) -> ir.Value:
    """The month that a dose surely belongs to, else NULL."""
    first, last = dose.given_lo.truncate("M"), dose.given_hi.truncate("M")
    return ibis.cases((first == last, first))


def _known_months(dose: ir.Table, window: Window) -> ir.Table:
    inside = dose.filter(dose.month.isin(window.first_days))
    seen = inside.select("month", "facility_key", "person_key", "given").distinct()
    people = _people(_with_national(seen.filter(seen.given)), "month", "facility_key")
    lines = _with_national(_lines(seen, window)).distinct()
    counted = lines.left_join(people, ["month", "facility_key"])
    return counted.select("month", "facility_key", people=counted.people.fill_null(0))


def _lines(seen: ir.Table, window: Window) -> ir.Table:
    """Each facility's months from its first to its last with any dose in the record."""
    reported = seen.group_by("facility_key").agg(first=seen.month.min(), last=seen.month.max())
    months = ibis.array([ibis.literal(day) for day in window.first_days]).unnest().name("month").as_table()
    within = [reported.first <= months.month, months.month <= reported.last]
    return reported.join(months, within).select("month", "facility_key")


def _unknown_months(dose: ir.Table, window: Window) -> ir.Table:
    may_be_inside = (dose.given_lo <= window.period_end) & (dose.given_hi >= window.first_days[0])
    unsure = dose.filter(dose.given, dose.month.isnull(), dose.given_lo.isnull() | may_be_inside)
    people = _people(_with_national(unsure.select("month", "facility_key", "person_key")), "facility_key")
    return people.select(month=ibis.null("date"), facility_key="facility_key", people="people")


def _with_national(rows: ir.Table) -> ir.Table:
    """The rows twice: at their facility, and at all of them together."""
    return ibis.union(rows, rows.mutate(facility_key=ibis.literal(ALL_FACILITIES)))


def _people(rows: ir.Table, *by: str) -> ir.Table:
    return rows.group_by(*by).agg(people=rows.person_key.nunique())
