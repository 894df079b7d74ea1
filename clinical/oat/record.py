"""What is known of one person's treatment, at whatever facility: what every rule is asked about."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from clinical.oat.claim import Claim
from clinical.oat.happened import Happened
from clinical.oat.hold import Hold
from clinical.oat.inherited import inherited
from clinical.oat.order import OatOrder
from clinical.oat.take_home import TakeHome

CLOCK_AHEAD = timedelta(hours=25)
"""A day, and an hour for the clock change. Proposed by Throughcare, no source."""


@dataclass(frozen=True)
class TreatmentRecord:
    """Of one person, across facilities, transfers and the community. Nothing in it has an order of its own."""

    orders: tuple[OatOrder, ...] = ()
    happened: tuple[Happened, ...] = ()
    take_home: tuple[TakeHome, ...] = ()
    holds: tuple[Hold, ...] = ()
    claims: tuple[Claim, ...] = ()

    def taken(self, now: datetime) -> tuple[Happened, ...]:
        """The doses in fact taken, also those that somebody claims to have taken elsewhere; the latest last.

        A clock may be wrong by a day, and what it recorded was taken all the same; beyond that it is a slip of the pen.
        """
        return tuple(one for one in self._taken if one.occurred_at <= now + CLOCK_AHEAD)

    @cached_property
    def known_events(self) -> tuple[Happened, ...]:
        """What is recorded, and the doses elsewhere that somebody there has confirmed."""
        confirmed = (claim.dose for claim in self.claims if claim.is_verified)
        return (*self.happened, *(one for one in confirmed if one))

    @cached_property
    def known_doses(self) -> tuple[Happened, ...]:
        """The doses in fact taken here, and those elsewhere that are recorded or confirmed."""
        return tuple(one for one in self.known_events if one.was_taken)

    def unverified(self, dose: Happened) -> bool:
        """Whether a dose is one that the person claims and nobody has confirmed."""
        return any(claim.id == dose.id and not claim.is_verified for claim in self.claims)

    def lasts_days(self, dose: Happened) -> int:
        """For how many days a dose is: as its record says, else by its order, else as its product is made.

        An order of a depot that is due more often than the depot lasts builds it up, and does not make it last less.
        """
        if dose.covers_days:
            return dose.covers_days
        made_for = dose.product.interval_days if dose.product else 1
        ordered = self._intervals.get(dose.order, 1)
        return ordered if ordered > 1 else made_for

    def runs_out(self) -> Mapping[date, date]:
        """Of each day on which a depot was given, the day on which it has run out; of several on one day the longest."""
        found: dict[date, date] = {}
        for dose in self.known_doses:
            days = self.lasts_days(dose)
            if dose.day and days > 1:
                found[dose.day] = max(found.get(dose.day, dose.day), dose.day + timedelta(days=days))
        return found

    def inducted(self, order: OatOrder) -> OatOrder:
        """An order with the induction that it goes on with, where it names none of its own."""
        if order.induction_start is not None:
            return order
        known = self._inductions
        start = known[order.id] if order.id in known else inherited(order, self.orders)
        return order if start is None else replace(order, induction_start=start)

    @cached_property
    def _inductions(self) -> Mapping[str, date | None]:
        return {one.id: inherited(one, self.orders) for one in self.orders}

    @cached_property
    def _taken(self) -> tuple[Happened, ...]:
        claimed = (claim.dose for claim in self.claims)
        taken = (one for one in (*self.happened, *claimed) if one and one.was_taken)
        return tuple(sorted(taken, key=lambda one: (one.occurred_at, one.id)))

    @cached_property
    def _intervals(self) -> Mapping[str | None, int]:
        return {one.id: one.interval_days for one in self.orders}
