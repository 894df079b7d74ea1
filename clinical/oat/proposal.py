"""An order that a prescriber is about to sign, with all that is known of the person, for the checks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from clinical.oat.alcohol import AlcoholUse
from clinical.oat.cows import Cows
from clinical.oat.ecg import Ecg
from clinical.oat.happened import Happened
from clinical.oat.interaction import Hit, hits_of, hits_over
from clinical.oat.medicine import Medicine
from clinical.oat.order import WAS_VALID, OatOrder, OrderStatus, Signature
from clinical.oat.product import Agonist
from clinical.oat.record import TreatmentRecord
from clinical.oat.slot import leading

LIVE = frozenset({OrderStatus.ACTIVE, OrderStatus.ON_HOLD})


class OpioidKind(StrEnum):
    """An opioid that somebody says they took, by how long it works."""

    SHORT_ACTING = "short-acting"
    LONG_ACTING = "long-acting"
    METHADONE = "methadone"


@dataclass(frozen=True)
class OtherOpioid:
    """One such opioid: of which kind, and when it was taken last."""

    kind: OpioidKind
    at: datetime


@dataclass(frozen=True)
class Proposal:
    """What is about to be signed.

    Attributes:
        order: the order.
        record: of the person's treatment, everywhere, without the order.
        at: now.
        zone: the facility's.
        closed: the last civil day that has closed.
        medicines: what else is taken.
        ecgs: every ECG with a QTc.
        scores: every scoring of withdrawal.
        alcohol: what was said of alcohol at reception.
        other_opioids: what the person says they took.
        pregnant: whether the person is, as far as anybody knows.
        female: whether limits of the QTc are those of women.
        low_tolerance: whether tolerance is low or not known, as the prescriber judges.
    """

    order: OatOrder
    record: TreatmentRecord
    at: datetime
    zone: ZoneInfo
    closed: date
    medicines: tuple[Medicine, ...] = ()
    ecgs: tuple[Ecg, ...] = ()
    scores: tuple[Cows, ...] = ()
    alcohol: tuple[AlcoholUse, ...] = ()
    other_opioids: tuple[OtherOpioid, ...] = ()
    pregnant: bool = False
    female: bool = False
    low_tolerance: bool = False

    @property
    def day(self) -> date:
        """The civil day of signing."""
        return self.at.astimezone(self.zone).date()

    @property
    def others(self) -> tuple[OatOrder, ...]:
        """The signed orders that are not over and stand beside it, in the order of their beginning.

        One that it goes on from is among them; a telephone order is for one slot only, and is not.
        """
        standing = (
            one
            for one in self.record.orders
            if one.id != self.order.id and one.status in LIVE and one.signature is Signature.SIGNED
        )
        return tuple(sorted(standing, key=lambda one: (one.start, one.id)))

    @property
    def first_mg(self) -> Decimal:
        """Of its first day with a dose, the whole day."""
        return next((mg for mg in self._doses() if mg), Decimal())

    @property
    def highest_mg(self) -> Decimal:
        """The most of a day."""
        return max(self._doses())

    def _doses(self) -> tuple[Decimal, ...]:
        """Of each day from which on the dose may be another, the whole day."""
        start = self.order.start
        days = {start, *(max(step.first, start) for step in self.order.steps)}
        return tuple(self.order.mg_on(day) for day in sorted(days))

    @property
    def last_dose(self) -> Happened | None:
        """The last dose that is known to have been taken of a medicine that is known."""
        return max(
            (one for one in self.record.known_doses if one.product),
            key=lambda one: (one.occurred_at, one.id),
            default=None,
        )

    @property
    def last_agonist(self) -> Agonist | None:
        """What the person had last; None: nothing is known."""
        dose = self.last_dose
        return dose.product.agonist if dose and dose.product else None

    @property
    def previous_mg(self) -> Decimal | None:
        """Of the day before, as it was ordered: what the new dose is compared with; None: no order was valid then."""
        before = self.order.start - timedelta(days=1)
        valid = (one for one in self.record.orders if one.id != self.order.id and one.is_valid_on(before))
        order = leading(one for one in valid if one.status in WAS_VALID and one.signature is Signature.SIGNED)
        return (order.mg_on(before) or None) if order else None

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The interactions on any day of the order that is still to come: also of what begins or ends under it."""
        return hits_over(self.order.product.agonist, self.medicines, self._from, self.order.end)

    @property
    def hits_at_first(self) -> tuple[Hit, ...]:
        """The interactions on the first day of the order, or today if it has begun already."""
        return hits_of(self.order.product.agonist, self.medicines, self._from)

    @property
    def _from(self) -> date:
        return max(self.order.start, self.day)
