"""Withdrawal by the COWS: eleven findings, one a page, and the score as soon as all are there.

The score is as old as its oldest finding. The words for the findings are our own (``clinical/oat/cows.py``).
"""

from collections.abc import Mapping

from clinical.oat.cows import POINTS, WORDS, Cows, Item, observation_of
from clinical.oat.shapes import reference
from clinical.reception.question import Answers, Choice, Known, Part, Question, Recorded, says
from clinical.words import N_

KEY = "cows"

FINDINGS: Mapping[Item, tuple[str, ...]] = {
    Item.PULSE: (N_("80 or slower"), N_("81 to 100"), N_("101 to 120"), N_("Faster than 120")),
    Item.SWEATING: (
        N_("None"),
        N_("Says they sweat; nothing to be seen"),
        N_("Face flushed or moist"),
        N_("Beads of sweat on the face"),
        N_("Sweat runs down the face"),
    ),
    Item.RESTLESSNESS: (
        N_("Sits still"),
        N_("Says it is hard to sit still, and does"),
        N_("Shifts often, moves arms and legs"),
        N_("Cannot stay seated for more than seconds"),
    ),
    Item.PUPILS: (
        N_("As the light explains"),
        N_("Perhaps wider"),
        N_("Clearly wider"),
        N_("Hardly any iris left"),
    ),
    Item.ACHES: (
        N_("None, or none that is new"),
        N_("Mild, here and there"),
        N_("Strong, in many places"),
        N_("Rubs the places and cannot sit for pain"),
    ),
    Item.NOSE_AND_EYES: (
        N_("Neither, and no cold"),
        N_("Stuffy nose or moist eyes"),
        N_("Nose runs or eyes water"),
        N_("Runs all the time, tears on the cheeks"),
    ),
    Item.STOMACH: (
        N_("Nothing in the last half hour"),
        N_("Cramps"),
        N_("Nausea, or loose stools"),
        N_("Vomiting or diarrhoea"),
        N_("Vomiting or diarrhoea more than once"),
    ),
    Item.TREMOR: (N_("None"), N_("Felt, not seen"), N_("Slight, seen"), N_("Strong, or muscles twitch")),
    Item.YAWNING: (
        N_("Not at all"),
        N_("Once or twice"),
        N_("Three times or more"),
        N_("Several times a minute"),
    ),
    Item.ANXIETY: (
        N_("Neither"),
        N_("Says it is getting worse"),
        N_("To be seen"),
        N_("So much that it is hard to go on with this"),
    ),
    Item.GOOSEFLESH: (N_("Smooth skin"), N_("To be felt, hair stands on the arms"), N_("To be seen clearly")),
}
"""What is found, for each number of points of ``POINTS``, in its order."""


_no_opioid, _no_treatment = says("opioid", "none"), says("oat", "none")


def may_withdraw(answers: Answers) -> bool:
    """Whether withdrawal is looked for: unless the person says that there was no opioid and no treatment."""
    return not (_no_opioid(answers) and _no_treatment(answers))


def question_of(item: Item) -> str:
    """The code of the question of a finding."""
    return f"cows-{item}"


def points_in(answers: Answers) -> dict[Item, int]:
    """The points of each finding that was looked at."""
    found = {item: answers.get(question_of(item)) for item in Item}
    return {item: int(answer.codes[0]) for item, answer in found.items() if answer and answer.codes}


def score(answers: Answers, patient: str = "", by: str | None = None) -> Cows | None:
    """The score so far; None: no finding was looked at."""
    points = points_in(answers)
    if not points:
        return None
    return Cows("", patient, min(answers[question_of(item)].at for item in points), points, by)


def records(known: Known) -> Recorded:
    """The score, once every finding is there; an incomplete one looks milder than the person is."""
    found = score(known.answers, known.patient, known.by)
    if found is None or found.total is None:
        yield KEY, None
        return
    made = observation_of(found)
    here = reference("Organization", known.facility)
    yield KEY, {**made, "performer": [*made.get("performer", ()), here]}


def _question(nth: int, item: Item) -> Question:
    return Question(
        code=question_of(item),
        place=100 + nth,
        part=Part.REST,
        ask=WORDS[item],
        system="cows-points",
        hint=N_("What you see now. The score is there as soon as every finding is."),
        group=N_("Withdrawal"),
        choices=tuple(
            Choice(str(points), words) for points, words in zip(POINTS[item], FINDINGS[item], strict=True)
        ),
        follows=may_withdraw,
        keys=(KEY,),
        records=records,
    )


QUESTIONS = tuple(_question(nth, item) for nth, item in enumerate(Item))
