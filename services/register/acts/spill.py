"""What runs out of a container."""

from sqlalchemy import Connection

from clinical.register.entering import Entered, Entering
from clinical.register.kind import Kind
from clinical.register.spill import SpillReason, spill
from services.register.acts.about import about_issue
from services.register.acts.act import About, Act, Asked, Input
from services.register.acts.units import unit_of
from services.register.typed import Typed
from services.register.words import SPILLS, choices
from services.shared.languages import N_


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """How much, and how."""
    return (
        Input("amount", N_("Amount"), "amount", unit=unit_of(about)),
        Input("reason", N_("How"), "choice", choices(SPILLS)),
    )


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """It is gone."""
    why = typed.word("reason", SpillReason)
    return spill(connection, entering, typed.id("issue"), typed.amount("amount"), why)


ACT = Act(
    "spill",
    N_("Spilled before anybody had it"),
    N_(
        "It is gone, and does not return to the safe. A dose that was recorded is taken back where it was recorded."
    ),
    Kind.SPILL,
    about_issue,
    inputs,
    enter,
)
