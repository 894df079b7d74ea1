"""One row of the round's list."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from clinical.oat.happened import Happened
from clinical.oat.round.situation import Presence, Unreadable
from clinical.oat.slot import Slot
from clinical.oat.stop import Stop


class State(StrEnum):
    """Where the row stands."""

    TO_COME = "to-come"
    AGAIN = "again"
    """It was gone through and nothing was taken; until the day closes it is open."""
    DONE = "done"


@dataclass(frozen=True)
class Row:
    """A planned dose of one person; or that there is none, of somebody about whom somebody has to do something.

    Attributes:
        patient: the id of the Patient.
        presence: where they are.
        slot: the planned dose; None: no order gives one.
        session: the name of the round in which it is planned.
        due_at: when; None: in the round.
        day: the civil day of the list.
        last: the last dose in fact taken before this one, at whatever facility.
        changed_mg: by how much the dose differs from that of the day before; None: there was none, or it does not differ.
        induction_day: its number; None: no induction, or it is over.
        missed: days in a row without a dose; ``missed_by_institution``: of them those for a reason of the institution.
        stops: why the Given button does not work now.
        done: what happened last with this dose; None: nothing yet.
        about: what happened with what was done: vomited.
        recorded: everything that is recorded of the dose in the order in which it happened, each with what is about it.
        state: where it stands.
        unverified: whether the last dose is one that the person claims and nobody has confirmed.
        unreadable: orders that somebody has to look at.
    """

    patient: str
    presence: Presence
    slot: Slot | None
    session: str
    day: date
    due_at: datetime | None = None
    last: Happened | None = None
    changed_mg: Decimal | None = None
    induction_day: int | None = None
    missed: int = 0
    missed_by_institution: int = 0
    stops: tuple[Stop, ...] = ()
    done: Happened | None = None
    about: tuple[Happened, ...] = ()
    recorded: tuple[Happened, ...] = ()
    state: State = State.TO_COME
    sedatives: bool = False
    allergies: tuple[str, ...] = ()
    pregnant: bool = False
    unverified: bool = False
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def is_in_induction(self) -> bool:
        """Whether the day is one of induction, so that the stricter table counts."""
        return self.induction_day is not None

    @property
    def key(self) -> tuple[str, str, int]:
        """By which a row is told on one list: the person, the order, the number of the dose."""
        return (self.patient, self.slot.order.id, self.slot.part) if self.slot else (self.patient, "", 0)
