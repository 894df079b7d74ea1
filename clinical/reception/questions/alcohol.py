"""Alcohol: withdrawal from it can kill within days, and beside an opioid it slows the breath."""

from clinical.oat.alcohol import CODE as SYSTEM
from clinical.oat.alcohol import INTOXICATED, NONE
from clinical.oat.shapes import ours
from clinical.reception.finding import observation
from clinical.reception.question import Choice, Known, Part, Question, Recorded
from clinical.words import N_

WATCH = N_("Watch for withdrawal today. Call the doctor about a detoxification plan now.")


def records(known: Known) -> Recorded:
    """What was answered, as a finding."""
    answer = known.answers.get("alcohol")
    if answer is None or not answer.codes:
        yield SYSTEM, None
        return
    yield (
        SYSTEM,
        observation(known, ours("observation", SYSTEM), valueCodeableConcept=ours(SYSTEM, answer.codes[0])),
    )


QUESTIONS = (
    Question(
        code="alcohol",
        place=30,
        part=Part.SAFETY,
        ask=N_("How much alcohol in the last two weeks?"),
        system=SYSTEM,
        choices=(
            Choice(NONE, N_("None")),
            Choice("not-daily", N_("Not every day")),
            Choice("every-day", N_("Every day"), act=WATCH),
            Choice(
                "every-day-withdrawal",
                N_("Every day, and shaking, seizures or seeing things without it"),
                act=WATCH,
            ),
            Choice(
                INTOXICATED,
                N_("Is intoxicated now"),
                act=N_("No opioid agonist now. Look again within the hour."),
            ),
        ),
        keys=(SYSTEM,),
        records=records,
    ),
)
