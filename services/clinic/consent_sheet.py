"""One question on one sheet of A4: read aloud, answered with a signature or a mark, with the answer that counts or blank."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from clinical.consent import Answer, Decider, Purpose
from clinical.people import Identity
from services.clinic.consent_lines import ANY_CENTRE_WORDS, AnswerLine
from services.clinic.consent_words import ANSWERS, DECIDERS, LABELS, NOBODY_GETS_IT, PURPOSES, QUESTIONS
from services.clinic.openings import NOBODY
from services.shared.formats import moments_in
from services.shared.languages import N_, Language, current_language, gettext, in_language
from services.shared.typesetting import pdf

TEMPLATE = Path(__file__).parent / "sheets" / "consent.typ"

WORDS: Mapping[str, str] = {
    "name": N_("Name"),
    "number": N_("Number"),
    "who-gets-what": N_("Who gets what"),
    "gets": N_("Gets it:"),
    "what": N_("What:"),
    "any-centre": ANY_CENTRE_WORDS,
    "this-centre": N_("only this centre:"),
    "answer": N_("Answer"),
    "until": N_("Until (leave empty: until it is taken back)"),
    "who-decides": N_("Who decides"),
    "decider-name": N_("Name of the guardian, or court with the number of its decision"),
    "how": N_("How it was given"),
    "read-aloud": N_("This page was read aloud, and the person could ask questions."),
    "signature": N_("Signature"),
    "mark": N_("Mark in place of a signature (fingerprint, cross): with a witness"),
    "witness": N_("Witness (no officer, no prisoner)"),
    "interpreter": N_("Interpreter (professional only)"),
    "asked-by": N_("Asked by"),
    "day": N_("Day"),
    "foot": N_(
        "Saying no, or taking it back, changes nothing in the rest of your care. You may have a copy of this page."
    ),
}
"""What stands on every sheet."""

UTC = ZoneInfo("UTC")
TICKED = (Answer.GRANTED, Answer.REFUSED)


def sheet(
    purpose: Purpose,
    identity: Identity = NOBODY,
    answer: AnswerLine | None = None,
    language: Language | None = None,
    zone: ZoneInfo = UTC,
) -> bytes:
    """The sheet as PDF, in a language; blank where nothing is known yet."""
    with in_language(language or current_language()):
        return pdf(TEMPLATE, _values(purpose, identity, answer, zone))


def _values(
    purpose: Purpose, identity: Identity, answer: AnswerLine | None, zone: ZoneInfo
) -> dict[str, Any]:
    language = current_language()
    moment = moments_in(zone)
    deciders = dict(answer.deciders) if answer else {}
    return {
        "lang": language.locale.language,
        "rtl": language.locale.text_direction == "rtl",
        "title": gettext(PURPOSES[purpose]),
        "question": [gettext(one) for one in QUESTIONS[purpose]],
        "person": {"name": identity.name, "number": identity.number},
        "hand-over": _hand_over(answer) if purpose is Purpose.HAND_OVER else None,
        "answers": [
            {"words": gettext(_answer_words(purpose, one)), "on": bool(answer) and one is Answer.GRANTED}
            for one in TICKED
        ],
        "until": (moment(answer.ends) if answer and answer.ends else "")
        if purpose is Purpose.HAND_OVER
        else None,
        "deciders": [{"words": gettext(DECIDERS[one]), "on": DECIDERS[one] in deciders} for one in Decider],
        "decider-name": ", ".join(name for name in deciders.values() if name),
        "read-aloud": bool(answer and answer.read_aloud),
        "witness": gettext(answer.witness) if answer and answer.witness else "",
        "interpreter": gettext(answer.interpreter) if answer and answer.interpreter else "",
        "asked-by": answer.stands_for_it if answer else "",
        "day": moment(answer.at) if answer and answer.at else "",
        "words": {name: gettext(words) for name, words in WORDS.items()},
    }


def _answer_words(purpose: Purpose, answer: Answer) -> str:
    is_nobody = purpose is Purpose.HAND_OVER and answer is Answer.REFUSED
    return NOBODY_GETS_IT if is_nobody else ANSWERS[answer]


def _hand_over(answer: AnswerLine | None) -> dict[str, list[str]]:
    recipients = answer.recipients if answer else ()
    return {
        "recipients": [gettext(name) if ours else name for name, ours in recipients],
        "labels": [gettext(words) for words in answer.labels] if answer else [],
        "offered": [gettext(words) for words, _ in LABELS.values()],
    }
