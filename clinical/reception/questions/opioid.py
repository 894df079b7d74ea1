"""Which opioids, and when the last one: what withdrawal and the first dose are reckoned from."""

from clinical.oat.shapes import ours, without_none
from clinical.reception.finding import observation
from clinical.reception.opioid_use import CODE, OPIOIDS
from clinical.reception.question import Choice, Kind, Known, Part, Question, Recorded, says
from clinical.words import N_

SYSTEM = "opioid-used"
NONE = "none"


def records(known: Known) -> Recorded:
    """One finding of both answers: what was used, and when last."""
    used, last = known.answers.get("opioid"), known.answers.get("opioid-last")
    codes = [code for code in OPIOIDS if used is not None and used.says(code)]
    if not codes:
        yield "opioid-use", None
        return
    parts = [{"code": ours(SYSTEM, code), "valueBoolean": True} for code in codes]
    # When it was is not when it was said: of a day that is not known nothing is said.
    found = observation(known, ours("observation", CODE), component=parts)
    yield "opioid-use", without_none({**found, "effectiveDateTime": last.when if last else None})


QUESTIONS = (
    Question(
        code="opioid",
        place=10,
        part=Part.SAFETY,
        ask=N_("Which opioids in the last two weeks?"),
        kind=Kind.MANY,
        system=SYSTEM,
        choices=(
            *(Choice(code, words) for code, words in OPIOIDS.items()),
            Choice(NONE, N_("None"), alone=True),
        ),
        hint=N_("Street and prescribed, whatever the way it was taken."),
        keys=("opioid-use",),
        records=records,
    ),
    Question(
        code="opioid-last",
        place=11,
        part=Part.SAFETY,
        ask=N_("When was the last opioid?"),
        kind=Kind.WHEN,
        follows=says("opioid", *OPIOIDS),
        keys=("opioid-use",),
        records=records,
    ),
)
