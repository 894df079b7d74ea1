"""The end of a discrepancy."""

from sqlalchemy import Connection

from clinical.register.entering import Entered, Entering
from clinical.register.investigation import Cause, Settlement, settle
from clinical.register.two_people import Act as Signing
from services.access.decision import Interaction
from services.register.acts.about import about_discrepancy
from services.register.acts.act import About, Act, Asked, Input
from services.register.typed import LONGEST_NOTE, Typed
from services.register.words import CAUSES, Choice, choices
from services.shared.languages import N_

WAYS = (
    Choice("no", N_("It is explained: the book stays as it is")),
    Choice("yes", N_("Accept the difference: an entry brings the book to what there is")),
)
NO_NAMES = N_("What was found out. Write nobody's name: inspectors read it.")


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """What it was, and what becomes of the book."""
    return (
        Input("cause", N_("What it was"), "choice", choices(CAUSES)),
        Input("accepts", N_("The book"), "choice", WAYS),
        Input("note", N_("Note"), "note", hint=NO_NAMES),
    )


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """It is closed."""
    settlement = Settlement(
        typed.word("cause", Cause), typed.text("note", LONGEST_NOTE), typed.yes("accepts")
    )
    return settle(connection, entering, typed.id("discrepancy"), settlement)


ACT = Act(
    "settle",
    N_("Close a discrepancy"),
    N_("Two say what it was. A closed discrepancy stays closed, and no line is changed."),
    Signing.SETTLE,
    about_discrepancy,
    inputs,
    enter,
    needs=Interaction.UPDATE,
)
