"""Forms on injuries that were signed, by the opinion in the version that counts."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg

from clinical.injuries.form import CONSISTENCIES, InjuryForm, versions
from clinical.injuries.resource import QUESTIONNAIRE, form_of
from fhir_store.search import Context, parse_query, search
from services.inspection.registers.register import Line, Period, Register
from services.inspection.registers.where import STAY
from services.shared.languages import N_

PAGE = "500"

WHERE = """
SELECT w.nth, s.facility_id
FROM unnest(%s::text[], %s::timestamptz[]) WITH ORDINALITY AS g (patient, at, nth)
CROSS JOIN LATERAL (SELECT g.nth, g.patient, g.at AS since, g.at AS until) w {stay}
"""


def count(cursor: psycopg.Cursor[Any], period: Period, context: Context) -> Iterator[Line]:
    """Each form once, where the person was when its first version was signed; a later version is no other injury."""
    forms = [
        (found[-1], found[0])
        for found in versions(_signed(cursor, period, context))
        if not found[-1].corrects and _is_in(found[-1], period)
    ]
    if not forms:
        return
    patients, signed = [first.patient for first, _ in forms], [first.signed_at for first, _ in forms]
    cursor.execute(WHERE.format(stay=STAY), (patients, signed))
    facilities = dict(cursor.fetchall())
    counted = Counter(
        (facilities.get(nth), str(last.consistency or "")) for nth, (_, last) in enumerate(forms, start=1)
    )
    yield from (Line(facility, opinion, number) for (facility, opinion), number in counted.items())


def _is_in(form: InjuryForm, period: Period) -> bool:
    assert form.signed_at is not None, "only signed forms have versions"
    return period.begins <= form.signed_at < period.ends


def _signed(cursor: psycopg.Cursor[Any], period: Period, context: Context) -> Iterator[InjuryForm]:
    """The forms that were signed since the period began: a version of later says how it is seen now."""
    criteria = [
        ("questionnaire", QUESTIONNAIRE),
        ("status", "completed"),
        ("authored", f"ge{period.first}"),
        ("_count", PAGE),
    ]
    query = parse_query("QuestionnaireResponse", criteria, context=context)
    while True:
        page = search(cursor, query)
        for stored in page.matches:
            form = form_of(json.loads(stored.text), period.zone)
            if form is not None and form.is_signed:
                yield form
        if page.after is None:
            return
        query = replace(query, after=page.after)


REGISTER = Register(
    "injuries",
    N_("Injuries"),
    N_(
        "Forms on injuries that health staff signed, also those that found none, by the opinion on how what was found fits what was said."
    ),
    N_(
        "QuestionnaireResponse of urn:throughcare:questionnaire:injuries with status completed, its newest version"
    ),
    {str(code): words for code, words in CONSISTENCIES.items()},
    count,
)
