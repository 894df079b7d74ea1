"""A dose of which nobody knew from where it was."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from clinical.oat.round.session import WORDS as SESSIONS
from clinical.register.discrepancy import discrepancy_with
from clinical.register.entering import Entered, Entering
from clinical.register.placing import Place, Undrawn, may_be_of, place, undrawn
from clinical.register.reading import places_of
from clinical.register.stock import Issue, book_with, issue_with
from clinical.register.two_people import Act as Signing
from services.access.decision import Interaction
from services.register.acts.about import about_discrepancy
from services.register.acts.act import About, Act, Asked, Fact, Input
from services.register.acts.settle import NO_NAMES
from services.register.acts.units import unit_of
from services.register.naming import as_said, strength
from services.register.typed import LONGEST_NOTE, Typed, Unfit, id_in
from services.register.words import Choice
from services.shared.formats import day
from services.shared.languages import N_
from services.shared.languages import gettext as _

ISSUE, BATCH = "issue.", "batch."
OUT = N_("Container %(container)s, %(strength)s, %(day)s, %(session)s")
SAFE = N_("The safe, lot %(lot)s, %(strength)s")
NOT_CHOSEN = N_("Choose from where the dose was.")
HOW_MUCH = N_("Leave it empty where it follows from the dose and the strength.")


def about(asked: Asked) -> About:
    """The discrepancy, and the dose as it was said."""
    found = about_discrepancy(asked)
    dose = undrawn(asked.connection, discrepancy_with(asked.connection, asked.typed.id("discrepancy")))
    said = as_said(dose.mg, dose.ml) if dose else ""
    return replace(found, facts=(*found.facts, Fact(N_("Dose"), said))) if said else found


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """The containers of the last days, the batches, and how much it was where what was said does not tell."""
    found = discrepancy_with(asked.connection, asked.typed.id("discrepancy"))
    dose = undrawn(asked.connection, found)
    books = may_be_of(asked.connection, dose) if dose else [found.book]
    strengths = {one: strength(book_with(asked.connection, one).product) for one in books}
    issues, batches = places_of(asked.connection, books)
    named = [
        *(Choice(f"{ISSUE}{one.id}", _container(one, strengths)) for one in issues),
        *(Choice(f"{BATCH}{one.id}", _(SAFE) % {"lot": one.lot, "strength": strengths[one.book]}) for one in batches),
    ]  # fmt: skip
    value = f"{ISSUE}{dose.issue}" if dose and dose.issue else ""
    return (
        Input("from", _("From where the dose was"), "choice", tuple(named), value, ours=False),
        *_how_much(dose, about),
        Input("note", N_("Note"), "note", hint=NO_NAMES),
    )


def _container(one: Issue, strengths: Mapping[UUID, str]) -> str:
    return _(OUT) % {
        "container": one.container,
        "strength": strengths[one.book],
        "day": day(one.round_on),
        "session": _(SESSIONS.get(one.session, one.session)),
    }


def _how_much(dose: Undrawn | None, about: About) -> tuple[Input, ...]:
    if dose is None or dose.amount is not None:
        return ()
    return (Input("amount", N_("Amount"), "amount", unit=unit_of(about), hint=HOW_MUCH, optional=True),)


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """The dose has its line."""
    note = typed.text("note", LONGEST_NOTE)
    amount = typed.amount("amount") if "amount" in typed else None
    where = _place(connection, typed.fields.get("from", ""), amount)
    return place(connection, entering, typed.id("discrepancy"), where, note)


def _place(connection: Connection, chosen: str, amount: Decimal | None) -> Place:
    if chosen.startswith(ISSUE):
        out = id_in(chosen.removeprefix(ISSUE))
        return Place(issue_with(connection, out).batch, out, amount)
    if chosen.startswith(BATCH):
        return Place(id_in(chosen.removeprefix(BATCH)), amount=amount)
    raise Unfit(NOT_CHOSEN)


ACT = Act(
    "place",
    N_("Say from where a dose was"),
    N_("The dose gets its line, at the time at which it was given, and the discrepancy is closed."),
    Signing.SETTLE,
    about,
    inputs,
    enter,
    needs=Interaction.UPDATE,
)
