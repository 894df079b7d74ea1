"""Something that somebody noticed."""

from sqlalchemy import Connection

from clinical.register.discrepancy import report
from clinical.register.entering import Entered, Entering
from clinical.register.two_people import Act as Signing
from services.register.acts.about import about_batch
from services.register.acts.act import About, Act, Asked, Input
from services.register.acts.units import unit_of
from services.register.typed import Typed
from services.register.words import Choice
from services.shared.languages import N_

WAYS = (
    Choice("no", N_("Less is there than the book says")),
    Choice("yes", N_("More is there than the book says")),
)


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """How much is too much, or missing."""
    return (
        Input("more", N_("What is it"), "choice", WAYS),
        Input("amount", N_("By how much"), "amount", unit=unit_of(about)),
    )


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """It is looked into."""
    off = typed.amount("amount") * (1 if typed.yes("more") else -1)
    return report(connection, entering, typed.id("batch"), off)


ACT = Act(
    "report",
    N_("Report a discrepancy"),
    N_("The book stays as it is. What you noticed is looked into, and closed by two."),
    Signing.REPORT,
    about_batch,
    inputs,
    enter,
)
