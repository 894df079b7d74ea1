"""A line that was wrong."""

from sqlalchemy import Connection

from clinical.register.correction import CorrectionReason, correct
from clinical.register.entering import Entered, Entering
from clinical.register.kind import Kind
from services.register.acts.about import about_line
from services.register.acts.act import About, Act, Asked, Input
from services.register.typed import Typed
from services.register.words import CORRECTIONS, choices
from services.shared.languages import N_


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """What was wrong."""
    return (Input("reason", N_("What was wrong"), "choice", choices(CORRECTIONS)),)


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """What the line did is undone."""
    why = typed.word("reason", CorrectionReason)
    return correct(connection, entering, typed.id("book"), typed.number("number"), why)


ACT = Act(
    "correct",
    N_("Correct a line"),
    N_(
        "A new line undoes what this one did. This one stays readable. Then enter what should have stood there."
    ),
    Kind.CORRECTION,
    about_line,
    inputs,
    enter,
)
