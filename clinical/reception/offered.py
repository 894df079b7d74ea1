"""Tests that are offered, each by itself: taken or refused, and never a condition of anything."""

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from clinical.oat.shapes import OURS, Json, code_in, ours
from clinical.reception.answer import Answer
from clinical.reception.finding import observation
from clinical.reception.form import answered, said_by
from clinical.reception.question import Choice, Known, Recorded
from clinical.words import N_

OFFER = "offer"
ACCEPTED, REFUSED = "accepted", "refused"
CHOICES = (
    Choice(ACCEPTED, N_("Wants the test"), act=N_("Ask for the consent to this test, on a page of its own.")),
    Choice(REFUSED, N_("Does not want it")),
)
HINT = N_(
    "Offered to everybody, for this test alone. A no changes nothing in the care, and may be taken back any time."
)


def offer(known: Known, code: str, answer: Answer) -> dict[str, Any]:
    """What became of an offer; registered only, if it was not made or answered."""
    made = observation(known, ours("observation", code), extension=answered(answer))
    if answer.silence:
        return {**made, "status": "registered"}
    return {**made, "valueCodeableConcept": ours(OFFER, answer.codes[0])}


def recorded(known: Known, question: str, code: str) -> Recorded:
    """The offer of a question whose answer stands in the form."""
    answer = known.answers.get(question)
    yield question, offer(known, code, answer) if answer and not answer.silence else None


def answer_of(observation: Json, question: str) -> Answer | None:
    """The answer that an offer is."""
    said = said_by(observation, ZoneInfo("UTC"))
    if said is None:
        return None
    at, by, silence = said
    code = code_in(observation.get("valueCodeableConcept", {}), OURS + OFFER)
    return Answer(question, at.astimezone(UTC), by, (code,) if code else (), silence=silence)
