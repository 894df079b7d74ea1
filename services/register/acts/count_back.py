"""The end of a round for one container."""

from sqlalchemy import Connection

from clinical.register.counting_back import count_back
from clinical.register.entering import Entered, Entering
from clinical.register.kind import Kind
from services.register.acts.about import about_issue
from services.register.acts.act import About, Act, Asked, Input
from services.register.acts.units import unit_of
from services.register.typed import Typed
from services.shared.languages import N_


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """What the book says is not shown beforehand: it is to be measured, and not to be read off."""
    hint = N_("Measure it first. The page then says what the book expects. Put cups back before, one by one.")
    return (Input("residue", N_("What is left in it"), "amount", unit=unit_of(about), hint=hint),)


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """It is back in the safe."""
    return count_back(connection, entering, typed.id("issue"), typed.amount("residue"))


ACT = Act(
    "count-back",
    N_("Count a container back"),
    N_(
        "What is left goes back into the safe. A difference within the tolerance is accepted, one beyond it is looked into."
    ),
    Kind.CLOSE,
    about_issue,
    inputs,
    enter,
)
