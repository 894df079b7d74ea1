"""Who is on opioid agonist treatment at the end of a day: said once, for every measure that takes stock of it.

On OAT is who is covered on the day, or was last covered at most LATE_DAYS days before it and has not left treatment
since: medicine is late, not stopped. An order alone is no treatment.
"""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from cascade.periods import scalar
from cascade.tables import Tables

LATE_DAYS = 7
"""Days since the last covered day within which treatment is late, not ended: the uncovered days that do not yet end
an episode (profile gap_7). Proposed; guidelines ask for a new induction after 3 to 5 missed days, not for a new start."""


def on_oat(tables: Tables, day: date) -> ir.Table:
    """People on OAT at the end of the day.

    Who surely died by then is not on OAT, whatever supply is left. Who is late has left treatment if deported, or if
    an OAT programme of theirs was closed, from the last covered day to the day asked about. A closed programme says
    nothing if it hands over to a centre in the data, or if another OAT programme of the person is open. Dates that are
    not known to the day count only when every day they can have been counts.

    Returns:
        person_key, facility_key (who gave the last medicine up to the day), last_covered_on, late (not covered on the day).
    """
    last = _last_covered(tables, day)
    dead = tables.person.filter(tables.person.died_hi <= day).select(dead_key="person_key")
    living = last.anti_join(dead, last.person_key == dead.dead_key)
    exits = _exits(tables, day)
    left = [
        living.person_key == exits.exit_key,
        living.last_covered_on < day,
        exits.exit_lo >= living.last_covered_on,
    ]
    # Nobody drops out of the count for want of a giver.
    treated, givers = living.anti_join(exits, left), _last_givers(tables, day)
    known = treated.left_join(givers, treated.person_key == givers.given_key).drop("given_key")
    return known.mutate(late=known.last_covered_on < day)


def _last_covered(tables: Tables, day: date) -> ir.Table:
    """Whose last covered day up to the day is not too long ago."""
    coverage = tables.coverage
    begun = coverage.filter(coverage.line == "oat", coverage.from_on <= day)
    last = begun.group_by("person_key").agg(last_covered_on=ibis.least(begun.to_on.max(), scalar(day)))
    return last.filter(last.last_covered_on >= day - timedelta(days=LATE_DAYS))


def _last_givers(tables: Tables, day: date) -> ir.Table:
    """Who gave each person the last medicine up to the day."""
    giver = tables.last_giver
    given = giver.filter(giver.line == "oat", giver.from_on <= day)
    return given.group_by(given_key="person_key").agg(facility_key=given.facility_key.argmax(given.from_on))


def _exits(tables: Tables, day: date) -> ir.Table:
    """Days, surely not after the day asked about, on which people were deported or their OAT was closed."""
    moved = tables.transition
    deported = moved.filter(moved.kind == "release", moved.exit_reason == "deported", moved.moved_on <= day)
    programme = tables.treatment.filter(tables.treatment.line == "oat")
    handed_over = (programme.stop_reason == "transferred_out") & programme.to_facility_key.notnull()
    closed = programme.filter(programme.stop_hi <= day, ~handed_over.fill_null(ibis.literal(value=False)))
    still_open = programme.filter(
        programme.start_hi <= day, programme.stop_lo.isnull() | (programme.stop_lo > day)
    ).select(open_key="person_key")
    stopped = closed.anti_join(still_open, closed.person_key == still_open.open_key)
    return deported.select(exit_key="person_key", exit_lo="moved_on").union(
        stopped.select(exit_key="person_key", exit_lo="stop_lo")
    )
