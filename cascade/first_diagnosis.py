"""The first confirmed diagnosis of HIV of each person: said once, for every measure that asks who was known, and since when."""

import ibis
import ibis.expr.types as ir

from cascade.tables import Tables


def first_diagnoses(tables: Tables) -> ir.Table:
    """One row of the table `diagnosis` for each person with a confirmed diagnosis of HIV that has a date.

    The first is the one that was surely made first: whose last possible day is the earliest; of two such the first by
    key. A refuted diagnosis is none, nor is a provisional one.
    """
    diagnosis = tables.diagnosis
    confirmed = diagnosis.filter(
        diagnosis.condition == "hiv", diagnosis.certainty == "confirmed", diagnosis.diagnosed_hi.notnull()
    )
    in_turn = ibis.window(
        group_by=confirmed.person_key, order_by=[confirmed.diagnosed_hi, confirmed.record_key]
    )
    return confirmed.mutate(nth=ibis.row_number().over(in_turn)).filter(lambda one: one.nth == 0).drop("nth")
