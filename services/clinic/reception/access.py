"""Which questions somebody may ask: those whose answers they may write and read, by the one decision function."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

import psycopg

from clinical.labels import Label
from clinical.reception.question import Question
from services.access.decision import Actor, Obligation, decide
from services.access.decision.one_by_one import treating
from services.access.decision.subject import Subject
from services.access.roles.rule import Interaction
from services.clinic.asking import Asking
from services.clinic.reading import Patient

FORM_LABELS = frozenset({Label.R, Label.V, Label.ETH, Label.ETHUD, Label.OPIOIDUD})
"""What a whole form tells."""


class Access(StrEnum):
    """Whether a question is asked by somebody."""

    OPEN = "open"
    PURPOSE = "purpose"
    """Once they have said what they need it for."""
    CLOSED = "closed"
    """Not by them. Nor do they learn whether somebody else has asked it."""


def access_to(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, questions: Iterable[Question]
) -> dict[str, Access]:
    """Of each question, by its code."""
    treated_at = treating(cursor, patient.actor, patient.id, asking.day)
    known: dict[tuple[str, frozenset[str]], Access] = {}
    found = {}
    for one in questions:
        kept = (one.kept.type, one.kept.labels) if one.kept else ("QuestionnaireResponse", FORM_LABELS)
        if kept not in known:
            known[kept] = _access(patient.actor, patient.id, treated_at, *kept)
        found[one.code] = known[kept]
    return found


def _access(
    actor: Actor, patient: str, treated_at: Sequence[str], type_: str, labels: Iterable[str]
) -> Access:
    open_at = frozenset(treated_at)
    every = frozenset(Label(one) for one in labels)
    subjects = [Subject(type_, every, at, patient, open_at=open_at) for at in treated_at]
    writing = [one for one in subjects if decide(actor, Interaction.CREATE, one).permitted]
    reading = [decide(actor, Interaction.READ, one) for one in writing]
    if any(one.permitted and Obligation.SAFETY_SET_ONLY not in one.obligations for one in reading):
        return Access.OPEN
    asks = any(Obligation.ASK_PURPOSE in one.obligations for one in reading)
    return Access.PURPOSE if asks else Access.CLOSED
