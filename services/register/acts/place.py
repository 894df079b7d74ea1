"""A dose of which nobody knew from where it was."""

from sqlalchemy import Connection

from clinical.oat.round.session import WORDS as SESSIONS
from clinical.register.discrepancy import discrepancy_with
from clinical.register.entering import Entered, Entering
from clinical.register.placing import Place, place
from clinical.register.reading import places_of
from clinical.register.stock import issue_with
from clinical.register.two_people import Act as Signing
from services.access.decision import Interaction
from services.register.acts.about import about_discrepancy
from services.register.acts.act import About, Act, Asked, Input
from services.register.acts.settle import NO_NAMES
from services.register.typed import LONGEST_NOTE, Typed, Unfit, id_in
from services.register.words import Choice
from services.shared.formats import day
from services.shared.languages import N_
from services.shared.languages import gettext as _

ISSUE, BATCH = "issue.", "batch."
OUT = N_("Container %(container)s, %(day)s, %(session)s")
SAFE = N_("The safe, lot %(lot)s")
NOT_CHOSEN = N_("Choose from where the dose was.")


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """The containers of the last days, and the batches of the book."""
    found = discrepancy_with(asked.connection, asked.typed.id("discrepancy"))
    issues, batches = places_of(asked.connection, found.book)
    named = [
        *(
            Choice(
                f"{ISSUE}{one.id}",
                _(OUT)
                % {
                    "container": one.container,
                    "day": day(one.round_on),
                    "session": _(SESSIONS.get(one.session, one.session)),
                },
            )
            for one in issues
        ),
        *(Choice(f"{BATCH}{one.id}", _(SAFE) % {"lot": one.lot}) for one in batches),
    ]
    return (
        Input("from", N_("From where the dose was"), "choice", tuple(named), ours=False),
        Input("note", N_("Note"), "note", hint=NO_NAMES),
    )


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """The dose has its line."""
    note = typed.text("note", LONGEST_NOTE)
    where = _place(connection, typed.fields.get("from", ""))
    return place(connection, entering, typed.id("discrepancy"), where, note)


def _place(connection: Connection, chosen: str) -> Place:
    if chosen.startswith(ISSUE):
        out = id_in(chosen.removeprefix(ISSUE))
        return Place(issue_with(connection, out).batch, out)
    if chosen.startswith(BATCH):
        return Place(id_in(chosen.removeprefix(BATCH)))
    raise Unfit(NOT_CHOSEN)


ACT = Act(
    "place",
    N_("Say from where a dose was"),
    N_("The dose gets its line, at the time at which it was given, and the discrepancy is closed."),
    Signing.SETTLE,
    about_discrepancy,
    inputs,
    enter,
    needs=Interaction.UPDATE,
)
