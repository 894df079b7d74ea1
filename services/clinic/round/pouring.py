"""Cups that are to be poured of what is out for them: who still needs one, how much, and the pouring itself."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from sqlalchemy import Connection

from clinical.oat.round.cup_check import Checked, good, wanted
from clinical.oat.round.row import Row, State
from clinical.oat.round.session import sessions
from clinical.register.amount import NOTHING
from clinical.register.cup import Cup, Poured
from clinical.register.entering import Entering
from clinical.register.errors import NotThere
from clinical.register.expiry import is_over
from clinical.register.pouring import Pour, pour_each
from clinical.register.product import StockProduct
from clinical.register.stock import HeldIn, Issue, batch_with, book_with, issue_with
from clinical.register.tray import Standing
from clinical.register.two_people import Hands
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.people.journal import account
from services.access.roles.types import STOCK
from services.clinic.reading import people
from services.clinic.round.actors import OnRound, law_of
from services.clinic.round.shown import RoundShown, round_shown
from services.clinic.round.typed import uuid_in
from services.shared.errors import NotFound


@dataclass(frozen=True)
class Needed:
    """A planned dose without a cup.

    Attributes:
        poured: what would be in it; None: it cannot be measured of this strength.
        stopped: whether the dose may not be given now.
    """

    row: Row
    poured: Poured | None
    stopped: bool

    def id_in(self, form: UUID) -> UUID | None:
        """The number of the cup that a form pours for it: sent twice it is one. Another order's version is another cup."""
        if self.poured is None:
            return None
        one = self.poured
        return uuid5(form, f"{one.patient}|{one.slot}|{one.version}|{one.amount}")


@dataclass(frozen=True)
class Tray:
    """What is out for cups, and the list of its round.

    Attributes:
        left: what is in it and not poured.
        expired: whether its last day is over.
    """

    issue: Issue
    product: StockProduct
    expires_on: date
    left: Decimal
    expired: bool
    shown: RoundShown

    @property
    def standing(self) -> tuple[Standing, ...]:
        """The cups that were poured of it and that nobody had."""
        return tuple(one for one in self.shown.cups if one.cup.issue == self.issue.id)

    @property
    def needed(self) -> tuple[Needed, ...]:
        """The doses of its round that have no cup."""
        return tuple(_needed(self))


def tray(on: OnRound, written: str) -> Tray:
    """What is out at the facility under a number, with the list; logged before anybody sees it. Raises NotFound."""
    with on.asking.snapshot() as (connection, _):
        issue = _issue(connection, on, written)
        product = book_with(connection, issue.book).product
        expires_on = batch_with(connection, issue.batch).expires_on
    shown = round_shown(on, issue.session, _begins(on, issue))
    standing = sum((one.cup.left for one in shown.cups if one.cup.issue == issue.id), NOTHING)
    left = issue.in_it - standing
    return Tray(issue, product, expires_on, left, is_over(expires_on, on.asking.day), shown)


def pour_cups(on: OnRound, found: Tray, form: UUID, chosen: Collection[str], hands: Hands) -> list[Cup]:
    """Pour what was ticked, all or nothing. Raises RegisterError."""
    wanted = [
        Pour(id_, one.poured)
        for one in found.needed
        if one.poured is not None and (id_ := one.id_in(form)) is not None and str(id_) in chosen
    ]
    asking = on.asking
    entering = Entering(on.facility, form, asking.at, asking.day, hands, law_of(asking))

    def once(connection: Connection) -> list[Cup]:
        cups = pour_each(connection, entering, found.issue.id, wanted)
        second = [account(hands.second)] if hands.second else []
        about = Subjects(people({one.poured.patient for one in wanted}), targets=second)
        asking.log_with(
            connection, kinds.write(asking.circumstances(asking.purpose.value), "create", STOCK, about)
        )
        return cups

    return asking.database.run(once) if wanted else []


def _issue(connection: Connection, on: OnRound, written: str) -> Issue:
    try:
        found = issue_with(connection, uuid_in(written))
    except NotThere:
        raise NotFound from None
    if found.facility != on.facility or found.held_in is not HeldIn.CUPS or found.closed_by is not None:
        raise NotFound
    return found


def _begins(on: OnRound, issue: Issue) -> datetime:
    """Now, or once the day of its round begins."""
    begins = datetime.combine(issue.round_on, datetime.min.time(), on.asking.zone)
    return max(begins, on.asking.at)


def _needed(found: Tray) -> Iterator[Needed]:
    shown, issue = found.shown, found.issue
    named = {one.name for one in sessions(shown.now.protocol)}
    container = next((one for one in shown.containers if one.id == issue.id), None)
    for row in shown.rows:
        slot = row.slot
        if slot is None or row.state is State.DONE or slot.take_home or slot.day != issue.round_on:
            continue
        if issue.session in named and row.session != issue.session:
            continue
        if container is not None and container.serves(slot.order.product) and not _has_one(shown, row):
            yield Needed(row, wanted(row, found.product), bool(row.stops))


def _has_one(shown: RoundShown, row: Row) -> bool:
    cups: tuple[Checked, ...] = shown.cups_of(row)
    return bool(good(cups))
