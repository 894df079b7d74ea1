"""The count of a shift."""

from sqlalchemy import Connection

from clinical.register.count import count
from clinical.register.entering import Entered, Entering
from clinical.register.kind import Kind
from clinical.register.reading import batches_to_count
from clinical.register.stock import book_with
from services.register.acts.about import about_book
from services.register.acts.act import About, Act, Asked, Input
from services.register.acts.units import unit_of
from services.register.typed import Typed
from services.shared.formats import day
from services.shared.languages import N_
from services.shared.languages import gettext as _

BATCH = "batch-"
LABEL = N_("Lot %(lot)s, last day %(day)s")


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """A field for each batch. What the book says is not shown beforehand."""
    found = batches_to_count(asked.connection, asked.typed.id("book"))
    return tuple(
        Input(
            f"{BATCH}{one.id}",
            _(LABEL) % {"lot": one.lot, "day": day(one.expires_on)},
            "amount",
            unit=unit_of(about),
            ours=False,
        )
        for one in found
    )


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """What lies in the safe; what is out on a round is not in it."""
    book = book_with(connection, typed.id("book"))
    wanted = [one.id for one in batches_to_count(connection, book.id)]
    return count(connection, entering, book.id, {one: typed.amount(f"{BATCH}{one}") for one in wanted})


ACT = Act(
    "count",
    N_("Count the safe"),
    N_(
        "Two count what lies in the safe, batch by batch. What is out on a round is not in it. Nothing changes; a difference is looked into."
    ),
    Kind.COUNT,
    about_book,
    inputs,
    enter,
)
