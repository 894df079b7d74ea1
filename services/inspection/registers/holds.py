"""Holds of a treatment that were begun."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import psycopg

from fhir_store.search import Context, parse_query, search
from fhir_store.search_values import period_bounds
from services.inspection.registers.register import Line, Period, Register
from services.inspection.registers.where import STAY
from services.shared.languages import N_

HOLD = "urn:throughcare:code-system:hold"
PAGE = "1000"

WHERE = """
SELECT w.nth, s.facility_id
FROM unnest(%s::text[], %s::timestamptz[]) WITH ORDINALITY AS g (patient, at, nth)
CROSS JOIN LATERAL (SELECT g.nth, g.patient, g.at AS since, g.at AS until) w {stay}
"""


def count(cursor: psycopg.Cursor[Any], period: Period, context: Context) -> Iterator[Line]:
    """Each hold that began in the period, where the person was when it began.

    What a Flag is about is no search parameter of FHIR, so the Flags that began in the period are read, and no others.
    """
    begun = list(_begun(cursor, period, context))
    if not begun:
        return
    patients, starts = [one[0] for one in begun], [one[1] for one in begun]
    cursor.execute(WHERE.format(stay=STAY), (patients, starts))
    facilities = dict(cursor.fetchall())
    counted = Counter((facilities.get(nth), reason) for nth, (_, _, reason) in enumerate(begun, start=1))
    yield from (Line(facility, reason, number) for (facility, reason), number in counted.items())


def _begun(
    cursor: psycopg.Cursor[Any], period: Period, context: Context
) -> Iterator[tuple[str, datetime, str]]:
    """Patient, start and reason of each."""
    # It begins after the day before, and not after the last day.
    criteria = [
        ("date", f"sa{period.first - timedelta(days=1)}"),
        ("date", f"lt{period.last + timedelta(days=1)}"),
        ("_count", PAGE),
    ]
    query = parse_query("Flag", criteria, context=context)
    while True:
        page = search(cursor, query)
        for stored in page.matches:
            yield from _hold(json.loads(stored.text), period)
        if page.after is None:
            return
        query = replace(query, after=page.after)


def _hold(flag: Mapping[str, Any], period: Period) -> Iterator[tuple[str, datetime, str]]:
    """A wrong entry is none."""
    reasons = [
        one.get("code", "") for one in flag.get("code", {}).get("coding", []) if one.get("system") == HOLD
    ]
    started_at, _ = period_bounds(flag.get("period", {}), period.zone)
    type_, _, patient = flag.get("subject", {}).get("reference", "").partition("/")
    if flag.get("status") != "entered-in-error" and reasons and started_at and type_ == "Patient":
        yield patient, started_at, reasons[0]


REGISTER = Register(
    "holds",
    N_("Holds"),
    N_("Holds of opioid agonist treatment that a clinician or a rule began, by their first day."),
    N_("Flag with a code of urn:throughcare:code-system:hold and period.start"),
    {},
    count,
)
