"""Stock that goes to another site."""

from sqlalchemy import Connection

from clinical.register.entering import Entered, Entering
from clinical.register.kind import Kind
from clinical.register.transfer import transfer_out
from fhir_store.write import raw_cursor
from services.access.auditor.names import facility_name
from services.access.people.staffed import staffed
from services.register.acts.about import about_batch
from services.register.acts.act import About, Act, Asked, Input
from services.register.acts.units import unit_of
from services.register.typed import Typed
from services.register.words import Choice
from services.shared.languages import N_


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """How much, and to whom."""
    cursor = raw_cursor(asked.connection)
    others = [one for one in staffed(asked.connection) if one != about.site]
    named = [Choice(one, facility_name(cursor, asked.keyring, one)) for one in others]
    return (
        Input("amount", N_("Amount"), "amount", unit=unit_of(about)),
        Input("to", N_("To"), "choice", tuple(sorted(named, key=lambda one: one.words)), ours=False),
    )


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """It is on its way."""
    among = dict.fromkeys(staffed(connection), "")
    to = typed.one_of("to", among)
    return transfer_out(connection, entering, typed.id("batch"), typed.amount("amount"), to)


ACT = Act(
    "send",
    N_("Send to another site"),
    N_("It leaves this book now, and enters that of the other site when they take it in."),
    Kind.TRANSFER_OUT,
    about_batch,
    inputs,
    enter,
)
