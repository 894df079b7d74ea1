"""What is destroyed out of the safe."""

from sqlalchemy import Connection

from clinical.register.destroy import DestroyReason, destroy
from clinical.register.entering import Entered, Entering
from clinical.register.kind import Kind
from services.register.acts.about import about_batch
from services.register.acts.act import About, Act, Asked, Input
from services.register.acts.units import unit_of
from services.register.typed import Typed
from services.register.words import DESTROYED, choices
from services.shared.languages import N_


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """How much, why, and under which record."""
    return (
        Input("amount", N_("Amount"), "amount", unit=unit_of(about)),
        Input("reason", N_("Why"), "choice", choices(DESTROYED)),
        Input("reference", N_("Number of the record of destruction")),
    )


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """It is gone."""
    why = typed.word("reason", DestroyReason)
    return destroy(
        connection, entering, typed.id("batch"), typed.amount("amount"), why, typed.text("reference")
    )


ACT = Act(
    "destroy",
    N_("Destroy"),
    N_("It leaves the book for good."),
    Kind.DESTROY,
    about_batch,
    inputs,
    enter,
)
