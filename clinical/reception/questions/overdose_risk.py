"""What makes an overdose likely, here and after release."""

from clinical.reception.question import Choice, Kind, Part, Question
from clinical.words import N_

QUESTIONS = (
    Question(
        code="overdose-risk",
        place=150,
        part=Part.REST,
        ask=N_("What makes an overdose likely?"),
        kind=Kind.MANY,
        system="overdose-risk",
        hint=N_("Tolerance falls within days. Who opens the cell needs naloxone at hand."),
        choices=(
            Choice("overdosed-before", N_("Has overdosed before")),
            Choice("overdosed-this-year", N_("Has overdosed in the last 12 months")),
            Choice("injects", N_("Injects")),
            Choice("uses-alone", N_("Uses alone")),
            Choice("abstinent", N_("Has not used for a week or more: tolerance is lost")),
            Choice("mixes", N_("Mixes with alcohol or sedatives")),
            Choice("none", N_("None of these"), alone=True),
        ),
    ),
)
