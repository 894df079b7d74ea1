"""Symptoms of tuberculosis, asked of everybody who comes: cough, fever, night sweats, loss of weight, and contact."""

from clinical.oat.shapes import ours
from clinical.reception.finding import observation
from clinical.reception.question import Choice, Kind, Known, Part, Question, Recorded
from clinical.words import N_

CODE = "tb-symptoms"
SYMPTOMS = ("cough", "fever", "night-sweats", "weight-loss", "contact")
ACT = N_(
    "A mask, a room of their own, and the doctor today. It is no reason to wait with any other treatment."
)


def records(known: Known) -> Recorded:
    """What was found, each symptom as a component."""
    answer = known.answers.get(CODE)
    if answer is None or not answer.codes:
        yield CODE, None
        return
    found = [one for one in SYMPTOMS if answer.says(one)]
    yield (
        CODE,
        observation(
            known,
            ours("observation", "tb-symptom-screen"),
            valueCodeableConcept=ours("tb-screen", "symptoms" if found else "none"),
            component=[{"code": ours("tb-symptom", one), "valueBoolean": True} for one in found],
        ),
    )


QUESTIONS = (
    Question(
        code=CODE,
        place=120,
        part=Part.REST,
        ask=N_("Symptoms of tuberculosis?"),
        kind=Kind.MANY,
        system="tb-symptom",
        choices=(
            Choice("cough", N_("Cough"), act=ACT),
            Choice("fever", N_("Fever"), act=ACT),
            Choice("night-sweats", N_("Sweats at night"), act=ACT),
            Choice("weight-loss", N_("Lost weight without wanting to"), act=ACT),
            Choice("contact", N_("Lived with somebody who had tuberculosis"), act=ACT),
            Choice("none", N_("None of these"), alone=True),
        ),
        keys=(CODE,),
        records=records,
    ),
)
