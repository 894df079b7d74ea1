"""What counts now of what somebody was asked, as far as the reader may know it."""

from collections.abc import Iterable

import psycopg
from sqlalchemy import Connection

from clinical.consent import Purpose
from services.clinic.asking import Asking
from services.clinic.consent_lines import PurposeLine, closed_line, purpose_line
from services.clinic.consents import answers_of, centres, decision_on, may_ask
from services.clinic.reading import Patient


def lines_shown(
    asking: Asking,
    connection: Connection,
    cursor: psycopg.Cursor[object],
    patient: Patient,
    purposes: Iterable[Purpose] = tuple(Purpose),
) -> tuple[PurposeLine, ...]:
    """A line for each question; of those that the reader may not ask nothing is told."""
    answers = answers_of(asking, connection, cursor, patient)
    names = dict(centres(asking, cursor, patient))
    return tuple(
        purpose_line(
            one, answers, asking.at, lambda consent: decision_on(asking, cursor, patient, consent), names
        )
        if may_ask(asking, cursor, patient, one)
        else closed_line(one)
        for one in purposes
    )
