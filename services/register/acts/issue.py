"""Out of the safe for a round."""

from sqlalchemy import Connection

from clinical.oat.round.session import WORDS as SESSIONS
from clinical.oat.round.session import sessions
from clinical.protocols import Protocol
from clinical.register.entering import Entered, Entering
from clinical.register.issue import Opening, issue
from clinical.register.kind import Kind
from clinical.register.stock import HeldIn
from services.register.acts.about import about_batch
from services.register.acts.act import About, Act, Asked, Input
from services.register.acts.units import unit_of
from services.register.typed import Typed
from services.register.words import HELD_IN, choices
from services.shared.languages import N_


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """How much goes out, in what, for which round."""
    return (
        Input("amount", N_("Amount"), "amount", unit=unit_of(about)),
        Input("container", N_("Container"), hint=N_("The name that stands on the bottle or tray.")),
        Input("held_in", N_("How it is given"), "choice", choices(HELD_IN)),
        Input("round_on", N_("Day of the round"), "date", value=str(asked.keeper.day)),
        Input("session", N_("Round"), "choice", choices(_rounds(asked.keeper.law))),
    )


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """It is out."""
    opening = Opening(
        typed.id("batch"), typed.amount("amount"), typed.text("container", 40), typed.word("held_in", HeldIn),
        typed.day("round_on"), typed.one_of("session", _rounds(entering.law)),
    )  # fmt: skip
    return issue(connection, entering, opening)


def _rounds(law: Protocol) -> dict[str, str]:
    """The rounds of a day, as the list of the round has them; each with its words."""
    return {one.name: SESSIONS.get(one.name, one.name) for one in sessions(law)}


ACT = Act(
    "issue",
    N_("Issue to a round"),
    N_("It leaves the safe. Each dose of the round is drawn from it, and what is left is counted back."),
    Kind.ISSUE,
    about_batch,
    inputs,
    enter,
)
