"""Medicines that make sleepy, prescribed or not: beside an opioid they kill, and stopped at once they cause seizures."""

from clinical.reception.finding import each_taken
from clinical.reception.question import Choice, Kind, Known, Part, Question, Recorded
from clinical.words import N_

CODE = "sedatives"
NONE = "none"
LISTED = (
    ("benzodiazepines", "N05BA", "benzodiazepines"),
    ("sleeping-pills", "N05CF", "sleeping pills (Z-drugs)"),
    ("gabapentinoids", "N02BF", "pregabalin or gabapentin"),
)
ACT = N_("Do not stop them at once. The first dose of an opioid agonist is a lower one: tell the prescriber.")


def records(known: Known) -> Recorded:
    """Each as a medicine that is taken."""
    return each_taken(known, known.answers.get(CODE), LISTED)


QUESTIONS = (
    Question(
        code=CODE,
        place=31,
        part=Part.SAFETY,
        ask=N_("Which sedatives in the last two weeks?"),
        kind=Kind.MANY,
        hint=N_("Prescribed or not."),
        choices=(
            Choice("benzodiazepines", N_("Benzodiazepines, such as diazepam or alprazolam"), act=ACT),
            Choice("sleeping-pills", N_("Sleeping pills, such as zolpidem"), act=ACT),
            Choice("gabapentinoids", N_("Pregabalin or gabapentin"), act=ACT),
            Choice(NONE, N_("None"), alone=True),
        ),
        keys=tuple(f"takes-{choice}" for choice, _, _ in LISTED),
        records=records,
    ),
)
