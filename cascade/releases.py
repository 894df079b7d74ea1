"""Releases from prison to liberty, and whether anybody outside may have been heard of after them: the same for OAT and ART."""

import ibis
import ibis.expr.types as ir

from cascade.tables import UNKNOWN_FACILITY, Period, Tables

RELEASE = ("person_key", "moved_at")
"""What tells one release from another."""

NOBODY_IS_SEEN_AFTER = ("deported", "death", "transfer")


def releases(tables: Tables, period: Period, window_days: int) -> ir.Table:
    """Releases to liberty in the period.

    Args:
        tables: the contract.
        period: the days of release.
        window_days: how long after the release people are followed.

    Returns:
        RELEASE, moved_on, legal_status, next_custody_on, facility_key (the prison left), window_to (the last day of it).
    """
    move = tables.transition
    freed = move.filter(
        move.kind == "release",
        move.exit_reason.fill_null("unknown").notin(NOBODY_IS_SEEN_AFTER),
        move.moved_on.between(period.first, period.last),
    )
    return freed.select(
        *RELEASE,
        "moved_on",
        "legal_status",
        "next_custody_on",
        facility_key=freed.from_facility_key.fill_null(UNKNOWN_FACILITY),
        window_to=(freed.moved_on + ibis.interval(days=window_days)).cast("date"),
    )


def with_heard(release: ir.Table, centres: ir.Table) -> ir.Table:
    """`heard`: one of these facilities may have reported in the window of the release; else NULL."""
    centre = centres.select("first_report_on", "last_report_on")
    heard = release.inner_join(
        centre,
        [centre.last_report_on > release.moved_on, centre.first_report_on <= release.window_to],
    )
    return with_mark(release, heard, "heard")


def with_mark(release: ir.Table, found: ir.Table, mark: str) -> ir.Table:
    """A column that is true of the releases that are found, however often, and NULL of the others."""
    marked = found.select(*RELEASE, **{mark: ibis.literal(value=True)}).distinct()
    return with_found(release, marked)


def with_found(release: ir.Table, found: ir.Table) -> ir.Table:
    """The further columns of what was found, a row for a release; NULL of those that it has not."""
    return release.left_join(found, RELEASE).drop(*(f"{key}_right" for key in RELEASE))
