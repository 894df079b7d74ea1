"""The test of HIV. That it was asked tells of HIV, whatever the answer: it is kept apart from the form."""

from clinical.labels import Label
from clinical.oat.shapes import Json
from clinical.reception.answer import Answer
from clinical.reception.offered import CHOICES, HINT, answer_of, offer
from clinical.reception.question import Kept, Known, Part, Question
from clinical.words import N_

CODE = "hiv-offer"


def resource(known: Known, answer: Answer) -> Json:
    """The offer, as the cascade counts it."""
    return offer(known, "hiv-test-offer", answer)


def answer(observation: Json) -> Answer | None:
    """The answer that an offer is."""
    return answer_of(observation, CODE)


QUESTIONS = (
    Question(
        code=CODE,
        place=140,
        part=Part.REST,
        ask=N_("A test of HIV?"),
        hint=HINT,
        choices=CHOICES,
        system="offer",
        keys=(CODE,),
        kept=Kept("Observation", frozenset({Label.HIV}), resource, answer),
    ),
)
