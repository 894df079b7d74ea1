"""What runs out of a container."""

from sqlalchemy import Connection

from clinical.register.cups import cups_of
from clinical.register.entering import Entered, Entering
from clinical.register.kind import Kind
from clinical.register.spill import SpillReason, spill
from clinical.register.stock import book_with, issue_with
from services.register.acts.about import about_issue
from services.register.acts.act import About, Act, Asked, Input
from services.register.acts.units import unit_of
from services.register.naming import measured
from services.register.typed import Typed
from services.register.words import SPILLS, Choice, choices
from services.shared.languages import N_
from services.shared.languages import gettext as _

NO_CUP = N_("Leave it empty if it was in no cup.")
ALL_OF_IT = N_("Of a cup: leave it empty if all of it is gone.")


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """Of which cup, if some stand poured of it; how much, and how."""
    cups = _cups(asked)
    return (
        *([Input("cup", _("Cup"), "choice", cups, hint=NO_CUP, optional=True, ours=False)] if cups else []),
        Input(
            "amount",
            N_("Amount"),
            "amount",
            unit=unit_of(about),
            hint=ALL_OF_IT if cups else "",
            optional=bool(cups),
        ),
        Input("reason", N_("How"), "choice", choices(SPILLS)),
    )


def _cups(asked: Asked) -> tuple[Choice, ...]:
    issue = issue_with(asked.connection, asked.typed.id("issue"))
    unit = book_with(asked.connection, issue.book).product.unit
    standing = [one for one in cups_of(asked.connection, issue.id) if one.left > 0]
    return tuple(
        Choice(str(one.id), f"{issue.container}-{one.number} · {measured(one.left, unit)}")
        for one in standing
    )


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """It is gone."""
    why = typed.word("reason", SpillReason)
    cup = typed.id("cup") if "cup" in typed else None
    # All that was in the cup, if nobody writes how much.
    amount = typed.amount("amount") if "amount" in typed or cup is None else None
    return spill(connection, entering, typed.id("issue"), amount, why, cup)


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
