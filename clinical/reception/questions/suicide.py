"""Suicide and self-harm: most deaths of this kind are in the first days.

The watch does not end because an answer is changed: a prescriber ends it. Its Flag has no label of mental health, since
whoever watches must see it; it is restricted, and stays in the house.
"""

from clinical.labels.label import CONFIDENTIALITY, Label
from clinical.oat.shapes import ours, reference, written
from clinical.reception.question import Choice, Known, Part, Question, Recorded
from clinical.words import N_

FLAG = "suicide-watch"
RISK = ("thoughts", "plan")
ACT = N_("Do not leave the person alone. Call the doctor on call now. The watch is recorded.")


def records(known: Known) -> Recorded:
    """A watch that begins."""
    answer = known.answers.get("suicide")
    if answer is None or FLAG in known.before or not any(answer.says(code) for code in RISK):
        return
    yield (
        FLAG,
        {
            "resourceType": "Flag",
            "meta": {"security": [{"system": CONFIDENTIALITY, "code": Label.R.value}]},
            "status": "active",
            "code": ours("flag", FLAG),
            "subject": reference("Patient", known.patient),
            "period": {"start": written(known.at)},
            "author": reference("Practitioner", known.by),
        },
    )


QUESTIONS = (
    Question(
        code="suicide",
        place=50,
        part=Part.SAFETY,
        ask=N_("Thoughts of suicide or of harming oneself?"),
        hint=N_("Ask it in these words. Asking makes nobody do it."),
        choices=(
            Choice("none", N_("No")),
            Choice("earlier", N_("Not now, but has tried before"), act=N_("Tell the doctor today.")),
            Choice("thoughts", N_("Thoughts of it now"), act=ACT),
            Choice("plan", N_("A plan, or an attempt in the last days"), act=ACT),
        ),
        keys=(FLAG,),
        records=records,
    ),
)
