"""Which questions there are, and which are asked of somebody after the answers so far."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from clinical.reception import questions as folder
from clinical.reception.question import Answers, Question

MALE = "male"


@cache
def questions() -> tuple[Question, ...]:
    """Every question, in the order in which they are asked."""
    modules = (import_module(f"{folder.__name__}.{one.name}") for one in iter_modules(folder.__path__))
    return tuple(sorted((one for module in modules for one in module.QUESTIONS), key=lambda one: one.place))


def question_called(code: str) -> Question | None:
    """The question with a code; None if there is none."""
    return next((one for one in questions() if one.code == code), None)


def asked(answers: Answers, sex: str) -> tuple[Question, ...]:
    """Those that are asked. ``sex``: as the Patient says it; empty: not said, which asks everything."""
    return tuple(one for one in questions() if one.follows(answers) and (one.asked_of_men or sex != MALE))
