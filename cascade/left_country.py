"""Who has left the country: said once, for every measure of people who are in it.

A person leaves by deportation, or when a programme is closed because they emigrated. Who was received into custody,
joined a programme, was tested, or was given medicine here on a later day is back.
"""

from datetime import date

import ibis.expr.types as ir

from cascade.tables import GIVEN, Tables


def departures(tables: Tables) -> ir.Table:
    """Each departure: person_key, left_lo, left_hi (the first and the last day it can have been)."""
    move = tables.transition
    deported = move.filter(move.kind == "release", move.exit_reason == "deported")
    closed = tables.treatment.filter(tables.treatment.stop_reason == "emigrated")
    return deported.select("person_key", left_lo="moved_on", left_hi="moved_on").union(
        closed.select("person_key", left_lo="stop_lo", left_hi="stop_hi")
    )


def left_country(tables: Tables, day: date) -> ir.Table:
    """The person_key of everybody who surely left by the end of a day, and since then surely did nothing here by it."""
    gone = departures(tables)
    gone = gone.filter(gone.left_hi <= day).group_by(gone_key="person_key").agg(left_hi=gone.left_hi.max())
    seen = _seen(tables)
    seen = seen.filter(seen.seen_hi <= day)
    return gone.anti_join(seen, [gone.gone_key == seen.person_key, seen.seen_lo > gone.left_hi]).select(
        person_key="gone_key"
    )


def _seen(tables: Tables) -> ir.Table:
    """Each act that took place here: person_key, seen_lo, seen_hi."""
    received = tables.transition.filter(tables.transition.kind == "reception")
    supplied = tables.supply.filter(tables.supply.kind != "stated")
    dosed = tables.dose.filter(tables.dose.status.isin(GIVEN))
    return received.select("person_key", seen_lo="moved_on", seen_hi="moved_on").union(
        tables.treatment.select("person_key", seen_lo="start_lo", seen_hi="start_hi"),
        supplied.select("person_key", seen_lo="supplied_lo", seen_hi="supplied_hi"),
        dosed.select("person_key", seen_lo="given_lo", seen_hi="given_hi"),
        tables.hiv_test.select("person_key", seen_lo="performed_lo", seen_hi="performed_hi"),
        tables.laboratory.select("person_key", seen_lo="collected_lo", seen_hi="collected_hi"),
    )
