"""Build consents for tests; only what matters is named."""

from datetime import UTC, datetime
from typing import Any

import psycopg
from audit_events import plain

from clinical.consent import EVERYTHING, Answer, Consent, Decider, Purpose

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CENTRE = "Organization/centre"
BY_PATIENT = ((Decider.PATIENT, "Patient/a"),)
BY_GUARDIAN = ((Decider.GUARDIAN, "RelatedPerson/g"),)
BY_COURT = ((Decider.COURT, "Organization/court"),)


def a_consent(
    purpose: Purpose = Purpose.HAND_OVER,
    answer: Answer = Answer.GRANTED,
    at: datetime = NOON,
    **attributes: Any,
) -> Consent:
    """To a hand-over: of everything, to the centre."""
    to_whom = (
        {"recipients": frozenset({CENTRE}), "labels": EVERYTHING} if purpose is Purpose.HAND_OVER else {}
    )
    return Consent("Patient/a", purpose, answer, at, **{"decided_by": BY_PATIENT, **to_whom, **attributes})


STAND_FOR = """
INSERT INTO clinical.confirmed_consent (consent_id, version, account, at)
SELECT id, version, gen_random_uuid(), now() FROM fhir_store.current_resource
WHERE type = 'Consent' AND id NOT LIKE %s ON CONFLICT DO NOTHING
"""


def stand_for_all(url: str, but: str = "") -> None:
    """Somebody here stands for every Consent, as it is now, but those whose ids end so."""
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute(STAND_FOR, (f"%{but}" if but else "",))
