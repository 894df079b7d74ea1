"""Pregnancy: withdrawal harms the child, so nothing is stopped, and a prescriber is called at once."""

from clinical.oat.shapes import concept
from clinical.reception.finding import loinc, observation
from clinical.reception.question import Choice, Known, Part, Question, Recorded
from clinical.words import N_

LOINC = "http://loinc.org"
PREGNANT, NOT_PREGNANT, UNKNOWN = "LA15173-0", "LA26683-5", "LA4489-6"
"""LOINC's answers to 82810-3."""

STATUS = {"pregnant": PREGNANT, "possible": UNKNOWN, "not-pregnant": NOT_PREGNANT}


def records(known: Known) -> Recorded:
    """What was answered, as a finding. "Possible" is looked at by somebody as if it were a yes."""
    answer = known.answers.get("pregnancy")
    if answer is None or not answer.codes:
        yield "pregnancy", None
        return
    value = concept((LOINC, STATUS[answer.codes[0]]))
    yield "pregnancy", observation(known, loinc("82810-3"), valueCodeableConcept=value)


QUESTIONS = (
    Question(
        code="pregnancy",
        place=40,
        part=Part.SAFETY,
        ask=N_("Pregnant, or could be?"),
        hint=N_("She may leave it open. A test is offered, and never a condition of anything."),
        choices=(
            Choice(
                "pregnant",
                N_("Pregnant"),
                act=N_(
                    "Call the prescriber now. No treatment is stopped or reduced because of anything found here."
                ),
            ),
            Choice(
                "possible",
                N_("Could be: a test is wanted"),
                act=N_("Do the test today, before the first dose."),
            ),
            Choice("not-pregnant", N_("Not pregnant")),
        ),
        asked_of_men=False,
        keys=("pregnancy",),
        records=records,
    ),
)
