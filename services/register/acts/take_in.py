"""What another site sent."""

from sqlalchemy import Connection

from clinical.register.entering import Entered, Entering
from clinical.register.errors import NotThere
from clinical.register.kind import Kind
from clinical.register.ledger import lines_of
from clinical.register.stock import batch_with, book_with
from clinical.register.transfer import transfer_in
from fhir_store.write import raw_cursor
from services.access.auditor.names import facility_name
from services.register.acts.about import LAST_DAY, LOT, medicine
from services.register.acts.act import About, Act, Asked, Fact, Input
from services.register.acts.units import unit_of
from services.register.typed import Typed
from services.shared.formats import day
from services.shared.languages import N_


def about(asked: Asked) -> About:
    """What is on its way here."""
    sent = next(iter(lines_of(asked.connection, asked.typed.id("transfer"))), None)
    if sent is None or sent.party is None:
        raise NotThere
    site = asked.keeper.site(sent.party)
    book, batch = book_with(asked.connection, sent.book), batch_with(asked.connection, sent.batch)
    facts = (
        Fact(N_("From"), facility_name(raw_cursor(asked.connection), asked.keyring, book.facility)),
        medicine(book.product),
        Fact(LOT, batch.lot),
        Fact(LAST_DAY, day(batch.expires_on)),
    )
    return About(site, facts, {"transfer": str(sent.event)}, book.product)


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """What was sent is not shown beforehand: it is to be counted."""
    hint = N_("Count it first. The page then says whether it is what was sent.")
    return (Input("amount", N_("What has arrived"), "amount", unit=unit_of(about), hint=hint),)


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """Into the safe."""
    return transfer_in(connection, entering, typed.id("transfer"), typed.amount("amount"))


ACT = Act(
    "take-in",
    N_("Take in from another site"),
    N_("As much as has arrived enters the book. If something else was sent, a discrepancy is opened."),
    Kind.TRANSFER_IN,
    about,
    inputs,
    enter,
)
