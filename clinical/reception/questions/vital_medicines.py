"""Medicines that nobody may miss for a day. Of one that whoever asks may not know about only that there is one is written."""

from clinical.reception.finding import each_taken
from clinical.reception.question import Choice, Kind, Known, Part, Question, Recorded
from clinical.words import N_

CODE = "vital-medicines"
LISTED = (
    ("insulin", "A10A", "insulin"),
    ("epilepsy", "N03A", "medicine against epilepsy"),
)
ACT = N_("The next dose is due today. Tell the doctor now what is taken and when the last dose was.")


def records(known: Known) -> Recorded:
    """Each as a medicine that is taken."""
    return each_taken(known, known.answers.get(CODE), LISTED)


QUESTIONS = (
    Question(
        code=CODE,
        place=60,
        part=Part.SAFETY,
        ask=N_("Medicines that must not be missed, even for a day?"),
        kind=Kind.MANY,
        hint=N_("Of another medicine do not ask here what it is for: the doctor asks."),
        choices=(
            Choice(
                "insulin",
                N_("Insulin"),
                act=N_("Measure the blood sugar now. The next insulin is due today."),
            ),
            Choice("epilepsy", N_("Medicine against epilepsy"), act=ACT),
            Choice("another", N_("Another one that is taken every day"), act=ACT),
            Choice("none", N_("None"), alone=True),
        ),
        keys=tuple(f"takes-{choice}" for choice, _, _ in LISTED),
        records=records,
    ),
)
