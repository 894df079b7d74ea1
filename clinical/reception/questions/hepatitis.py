"""Tests of hepatitis B and C: two offers, each with a no of its own."""

from functools import partial

from clinical.reception.offered import CHOICES, HINT, recorded
from clinical.reception.question import Part, Question
from clinical.words import N_

B, C = "hepatitis-b-offer", "hepatitis-c-offer"

QUESTIONS = (
    Question(
        code=B,
        place=141,
        part=Part.REST,
        ask=N_("A test of hepatitis B?"),
        hint=HINT,
        choices=CHOICES,
        system="offer",
        keys=(B,),
        records=partial(recorded, question=B, code="hepatitis-b-test-offer"),
    ),
    Question(
        code=C,
        place=142,
        part=Part.REST,
        ask=N_("A test of hepatitis C?"),
        hint=HINT,
        choices=CHOICES,
        system="offer",
        keys=(C,),
        records=partial(recorded, question=C, code="hepatitis-c-test-offer"),
    ),
)
