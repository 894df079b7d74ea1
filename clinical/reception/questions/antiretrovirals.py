"""Antiretroviral treatment. Asked by whoever may know of HIV, and kept apart from the form, as a stated medicine."""

from datetime import UTC
from zoneinfo import ZoneInfo

from clinical.labels import Label
from clinical.oat.shapes import Json, ours
from clinical.reception.answer import Answer
from clinical.reception.finding import taken
from clinical.reception.form import answered, said_by
from clinical.reception.question import Choice, Kept, Known, Part, Question
from clinical.words import N_

CODE = "antiretrovirals"
REASON = "medication-reason"
ATC_GROUP = "J05AR"
STATUS = {"taken": "active", "not-taken": "not-taken"}


def resource(known: Known, answer: Answer) -> Json:
    """What the person says; of no answer that it is not known."""
    status = "unknown" if answer.silence else STATUS[answer.codes[0]]
    made = taken(known, ATC_GROUP, "antiretroviral treatment", status)
    return {
        **made,
        "extension": [*made["extension"], *answered(answer)],
        "reasonCode": [ours(REASON, "art")],
    }


def answer(statement: Json) -> Answer | None:
    """The answer that a statement is."""
    said = said_by(statement, ZoneInfo("UTC"))
    if said is None:
        return None
    at, by, silence = said
    codes = tuple(code for code, status in STATUS.items() if statement.get("status") == status)
    return Answer(CODE, at.astimezone(UTC), by, codes, silence=silence)


QUESTIONS = (
    Question(
        code=CODE,
        place=61,
        part=Part.SAFETY,
        ask=N_("Takes antiretroviral treatment?"),
        hint=N_("Nobody has to say it. What is said here is seen only by who may know of HIV."),
        choices=(
            Choice(
                "taken",
                N_("Yes"),
                act=N_(
                    "The next dose is due within a day. Order it today, and ask the centre for the regimen."
                ),
            ),
            Choice("not-taken", N_("No")),
        ),
        keys=(CODE,),
        kept=Kept("MedicationStatement", frozenset({Label.HIV}), resource, answer),
    ),
)
