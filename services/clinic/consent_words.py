"""Consent as the pages and sheets say it: in short sentences that can be read aloud.

Proposed: nobody has approved a word of the questions.
"""

from collections.abc import Mapping

from clinical.consent import (
    EVERYTHING,
    Answer,
    AssentMissing,
    ConsentError,
    Decider,
    Form,
    Helper,
    InterpreterNotAllowed,
    NotConfirmed,
    NotTheDecider,
    Purpose,
    RecipientMissing,
    WitnessMissing,
)
from clinical.labels import Label
from services.shared.languages import N_

PURPOSES: Mapping[Purpose, str] = {
    Purpose.TREATMENT: N_("Treatment"),
    Purpose.HIV_TEST: N_("HIV test"),
    Purpose.HEPATITIS_B_TEST: N_("Hepatitis B test"),
    Purpose.HEPATITIS_C_TEST: N_("Hepatitis C test"),
    Purpose.HAND_OVER: N_("Hand-over to a treatment centre outside"),
    Purpose.PROGRAMME_DATA: N_("Data for the programme"),
}

QUESTIONS: Mapping[Purpose, tuple[str, ...]] = {
    Purpose.TREATMENT: (
        N_("We offer you treatment."),
        N_("We have told you what it does, what it can do wrong, and what else there is."),
        N_("You may stop at any time. We then help you to stop safely."),
        N_("If you say no, you get all other care as before."),
    ),
    Purpose.HIV_TEST: (
        N_("We offer you a test for HIV. We need a little blood."),
        N_("Only those who treat you learn the result. Officers do not."),
        N_("If you have HIV, there is good treatment, and you get it here."),
        N_("If you say no, nothing changes for you."),
    ),
    Purpose.HEPATITIS_B_TEST: (
        N_("We offer you a test for hepatitis B. We need a little blood."),
        N_("Only those who treat you learn the result. Officers do not."),
        N_("If you do not have it, we can vaccinate you."),
        N_("If you say no, nothing changes for you."),
    ),
    Purpose.HEPATITIS_C_TEST: (
        N_("We offer you a test for hepatitis C. We need a little blood."),
        N_("Only those who treat you learn the result. Officers do not."),
        N_("If you have it, tablets can cure it."),
        N_("If you say no, nothing changes for you."),
    ),
    Purpose.HAND_OVER: (
        N_("One day you leave prison, perhaps suddenly."),
        N_("A treatment centre outside can go on with your treatment if it knows about it."),
        N_("You decide which centre gets something from us, and what."),
        N_("What it gets names no prison."),
        N_("Only letters and notes may speak of prison. They go if you want to give everything."),
        N_("You may take this back at any time. From then on it gets nothing more."),
        N_("If you say no, we give you a sealed letter, if you want one."),
    ),
    Purpose.PROGRAMME_DATA: (
        N_("We want to use what we know of your treatment to make the programme better."),
        N_("Your name, your number and your date of birth are not in it."),
        N_("You may take this back at any time."),
        N_("If you say no, nothing changes for you."),
    ),
}
"""What is read to the person before they answer."""

ANSWERS: Mapping[Answer, str] = {
    Answer.GRANTED: N_("Yes, agrees"),
    Answer.REFUSED: N_("No, refuses"),
    Answer.WITHDRAWN: N_("Taken back"),
    Answer.LACKS_CAPACITY: N_("Cannot decide now, and nobody has yet in their place"),
}
ASKED = (Answer.GRANTED, Answer.REFUSED, Answer.LACKS_CAPACITY)
"""What can be answered to a question; what was agreed to is taken back by a tap of its own."""

NOBODY_GETS_IT = N_("No: nobody gets it")
"""The refusal of a hand-over."""

FORMS: Mapping[Form, str] = {
    Form.SIGNATURE: N_("Signature"),
    Form.MARK: N_("Mark in place of a signature (fingerprint, cross)"),
    Form.SPOKEN: N_("Spoken"),
}

HELPERS: Mapping[Helper, str] = {
    Helper.PROFESSIONAL_INTERPRETER: N_("Professional interpreter"),
    Helper.HEALTH_WORKER: N_("Health worker"),
    Helper.LAWYER: N_("Lawyer"),
    Helper.RELATIVE: N_("Relative"),
    Helper.PRISONER: N_("Prisoner"),
    Helper.OFFICER: N_("Officer"),
}

DECIDERS: Mapping[Decider, str] = {
    Decider.PATIENT: N_("the person"),
    Decider.GUARDIAN: N_("the guardian"),
    Decider.COURT: N_("the court"),
}

LABELS: Mapping[str, tuple[str, frozenset[Label]]] = {
    "HIV": (N_("HIV"), frozenset({Label.HIV})),
    "ETH": (N_("Drugs and alcohol"), frozenset({Label.ETH})),
    "PSY": (N_("Mental health"), frozenset({Label.PSY})),
    "SDV": (N_("Sexual violence and abuse"), frozenset({Label.SDV})),
    "R": (N_("Other findings and medicines"), frozenset({Label.R})),
    "everything": (N_("Everything, also letters and notes"), EVERYTHING),
}
"""What of the record may go, by the code that the form sends."""

NARROWER: Mapping[Label, str] = {
    Label.ETHUD: N_("Alcohol"),
    Label.OPIOIDUD: N_("Opioids and their treatment"),
}
"""What another maker's Consent may name by itself."""

FLAWS: Mapping[type[ConsentError], str] = {
    InterpreterNotAllowed: N_(
        "Only a professional interpreter may interpret, never a prisoner or an officer. Ask again with one."
    ),
    WitnessMissing: N_(
        "A mark needs a witness who is no officer and no prisoner. Ask again with one, and say who it was."
    ),
    NotTheDecider: N_("By the law somebody else has to decide, or decide too. Ask whom the law names."),
    AssentMissing: N_("The young person has to agree too. Ask them."),
    RecipientMissing: N_("It must say which centre gets it, and what of the record."),
    NotConfirmed: N_(
        "It was written by another system, and nobody here has confirmed that whom the law asks has decided."
    ),
}
"""Why an agreement does not count, or is not written down, and what to do."""

NOT_SET: Mapping[str, str] = {
    "consent.age-to-decide": N_("from which age somebody decides alone"),
    "consent.age-of-assent": N_("from which age a minor is asked too"),
    "consent.decides-for-minor": N_("who decides for a minor"),
    "consent.decides-without-capacity": N_("who decides for somebody who cannot"),
}
"""What of the law nobody has set, by the beginning of its parameter."""


def label_words(labels: frozenset[Label]) -> tuple[str, ...]:
    """A set of labels in plain words, which wait for their translation."""
    if labels >= EVERYTHING:
        return (LABELS["everything"][0],)
    plain = [words for words, meant in LABELS.values() if len(meant) == 1 and meant <= labels]
    return (*plain, *(words for label, words in NARROWER.items() if label in labels))


def not_set_words(parameters: tuple[str, ...]) -> tuple[str, ...]:
    """What the law says nothing of, in words which wait for their translation."""
    return tuple(words for name, words in NOT_SET.items() if any(one.startswith(name) for one in parameters))
