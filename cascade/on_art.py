"""Who is on antiretroviral treatment at the end of a day: said once, for every measure that asks.

On ART is whom medicine covers on the day, or covered at most LATE_DAYS days before it, and who has not left treatment since
the last medicine. ART is the coverage line art: what is given before or after an exposure is none. Whether HIV was diagnosed
is not asked.
"""

from datetime import date

import ibis
import ibis.expr.types as ir

from cascade.tables import Tables

LATE_DAYS = 28
"""Days since the last covered day within which treatment is late, not interrupted. WHO ART.2 and PEPFAR TX_CURR: more than
28 days after the missed pick-up are an interruption."""

LEFT = ("stopped", "refused", "emigrated")
"""Reasons of a closed programme that end treatment. Completed, lost or unknown end none: only days without medicine do. A
death is the person's, whoever tells of it."""

ASKED = ("person_key", "day")


def on_art(tables: Tables, day: ir.DateScalar | date, late_days: int = LATE_DAYS) -> ir.Table:
    """People on ART at the end of a day: ``on_art_then`` asked of everybody."""
    art = tables.coverage.filter(tables.coverage.line == "art")
    return on_art_then(art.select("person_key").distinct().mutate(day=day), tables, late_days)


def on_art_then(asked: ir.Table, tables: Tables, late_days: int = LATE_DAYS) -> ir.Table:
    """Of people and days, those on which the person was on ART at the end of the day.

    Who surely died by then is not on ART, whatever medicine is left. Nor is who was deported, or whose programme was closed
    for one of the reasons LEFT, and got no medicine on a later day. A transfer to a centre that nobody names, or that is not
    in the data, ends treatment only once medicine no longer covers the person; one to a centre in the data never. A closed
    programme says nothing if another ART programme of the person is open. Dates that are not known to the day count only
    when every day they can have been counts.

    Args:
        asked: person_key, day; no pair twice.

    Returns:
        person_key, day, facility_key (who gave the last medicine up to the day), first_covered_on (the first in the data),
        last_covered_on, late (not covered on the day).
    """
    covered = _covered(asked, tables, late_days)
    dead = tables.person.filter(tables.person.died_hi.notnull()).select("died_hi", dead_key="person_key")
    living = covered.anti_join(dead, [covered.person_key == dead.dead_key, dead.died_hi <= covered.day])
    # Named, so that the statement holds it once.
    known = living.alias("covered_by_art")
    for found in (_last_givers(known, tables), _open(known, tables), _last_received(known, tables)):
        known = known.left_join(found, ASKED).drop(*(f"{key}_right" for key in ASKED))
    exits = _exits(tables)
    left = [
        known.person_key == exits.exit_key,
        exits.exit_hi <= known.day,
        known.received_on.isnull() | (exits.exit_lo >= known.received_on),
        exits.abroad | known.open.isnull(),
        ~exits.unnamed | known.late,
    ]
    return known.anti_join(exits, left).drop("received_on", "open")


def _covered(asked: ir.Table, tables: Tables, late_days: int) -> ir.Table:
    """Those whose last covered day up to the day is not too long ago."""
    coverage = tables.coverage.filter(tables.coverage.line == "art")
    coverage = coverage.select("from_on", "to_on", covered_key="person_key")
    begun = asked.join(coverage, [asked.person_key == coverage.covered_key, coverage.from_on <= asked.day])
    last = begun.group_by(ASKED).agg(
        first_covered_on=begun.from_on.min(),
        last_covered_on=ibis.least(begun.to_on, begun.day).max(),
    )
    last = last.filter(last.last_covered_on >= last.day - ibis.interval(days=late_days))
    return last.mutate(late=last.last_covered_on < last.day)


def _last_givers(asked: ir.Table, tables: Tables) -> ir.Table:
    """`facility_key`, who gave the last medicine up to the day."""
    giver = tables.last_giver.filter(tables.last_giver.line == "art")
    giver = giver.select("from_on", "facility_key", given_key="person_key")
    given = asked.join(giver, [asked.person_key == giver.given_key, giver.from_on <= asked.day])
    return given.group_by(ASKED).agg(facility_key=given.facility_key.argmax(given.from_on))


def _open(asked: ir.Table, tables: Tables) -> ir.Table:
    """`open`, true of those with an ART programme that is open at the end of the day."""
    programme = tables.treatment.filter(tables.treatment.line == "art")
    programme = programme.select("start_hi", "stop_lo", open_key="person_key")
    still_open = asked.join(
        programme,
        [
            asked.person_key == programme.open_key,
            programme.start_hi <= asked.day,
            programme.stop_lo.isnull() | (programme.stop_lo > asked.day),
        ],
    )
    return still_open.select(*ASKED, open=ibis.literal(value=True)).distinct()


def _last_received(asked: ir.Table, tables: Tables) -> ir.Table:
    """`received_on`, the day of the last medicine surely received by the end of the day."""
    supply = tables.supply.filter(tables.supply.line == "art").select(
        "supplied_hi", supplied_key="person_key"
    )
    received = asked.join(supply, [asked.person_key == supply.supplied_key, supply.supplied_hi <= asked.day])
    return received.group_by(ASKED).agg(received_on=received.supplied_hi.max())


def _exits(tables: Tables) -> ir.Table:
    """Deportations (`abroad`) and closed programmes; `unnamed`: transferred to nobody knows where."""
    moved = tables.transition
    deported = moved.filter(moved.kind == "release", moved.exit_reason == "deported")
    programme = tables.treatment
    transferred = (programme.stop_reason == "transferred_out") & programme.to_facility_key.isnull()
    closed = programme.filter(programme.line == "art", programme.stop_reason.isin(LEFT) | transferred)
    return deported.select(
        exit_key="person_key",
        exit_lo="moved_on",
        exit_hi="moved_on",
        abroad=ibis.literal(value=True),
        unnamed=ibis.literal(value=False),
    ).union(
        closed.select(
            exit_key="person_key",
            exit_lo="stop_lo",
            exit_hi="stop_hi",
            abroad=ibis.literal(value=False),
            unnamed=closed.stop_reason == "transferred_out",
        )
    )
