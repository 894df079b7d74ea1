"""A cup that nobody had."""

from sqlalchemy import Connection

from clinical.register.cups import CupBack, put_back
from clinical.register.entering import Entered, Entering
from clinical.register.two_people import Act as Signing
from services.register.acts.about import about_cup
from services.register.acts.act import About, Act, Asked, Input
from services.register.typed import Typed
from services.register.words import CUPS_BACK, Choice, choices
from services.shared.languages import N_

DESTROYED = (Choice("yes", N_("Destroy it")), Choice("no", N_("Back into the safe")))


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """Why, and what becomes of it."""
    return (
        Input("reason", N_("Why"), "choice", choices(CUPS_BACK)),
        Input("destroyed", N_("What becomes of it"), "choice", DESTROYED),
    )


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """The cup is empty."""
    why = typed.word("reason", CupBack)
    return put_back(connection, entering, typed.id("cup"), why, destroyed=typed.yes("destroyed"))


ACT = Act(
    "cup-back",
    N_("A cup that nobody had"),
    N_("Two return or destroy what was refused or not needed."),
    Signing.CUP_BACK,
    about_cup,
    inputs,
    enter,
)
