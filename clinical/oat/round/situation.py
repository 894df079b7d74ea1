"""What is known of one person for the round: the treatment everywhere, where they are, and what has to be known beside it."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from clinical.oat.attendance import Whereabouts
from clinical.oat.record import TreatmentRecord
from clinical.oat.release import Release
from clinical.oat.round.cautions import Caution, Found, intoxicated_at, is_pregnant


@dataclass(frozen=True)
class Leaving:
    """An absence that is planned: to court and the like, when, and whether the dose is before it or in the late round."""

    kind: str
    at: datetime
    plan: str | None


@dataclass(frozen=True)
class Presence:
    """Where somebody is, as the stays say.

    Attributes:
        whereabouts: seen from the facility of the round.
        wing: the name; empty: not said.
        cell: the name; empty: not said.
        stay: the literal reference to the stay here, or to what else the dose belongs to; None: none is open.
        doses_here: whether this facility gives the doses.
        leaving: the next absence that is planned.
    """

    whereabouts: Whereabouts = Whereabouts.HERE
    wing: str = ""
    cell: str = ""
    stay: str | None = None
    doses_here: bool = True
    leaving: Leaving | None = None


@dataclass(frozen=True)
class Unreadable:
    """An order that does not say what a rule has to know: its id, and the element."""

    order: str
    element: str


@dataclass(frozen=True)
class Situation:
    """One person.

    Attributes:
        patient: the id of the Patient.
        record: of the treatment, at whatever facility.
        presence: where they are.
        cautions: that there is an allergy, a sedative, a pregnancy.
        releases: of stops, of the day and the days around it.
        unreadable: orders that somebody has to look at.
    """

    patient: str
    record: TreatmentRecord
    presence: Presence
    cautions: tuple[Found, ...] = ()
    releases: tuple[Release, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()

    @cached_property
    def rows_by_day(self) -> dict[Hashable, tuple[Any, tuple[Any, ...]]]:
        """What the list made of this for a day, with the protocol by which it did."""
        return {}

    @cached_property
    def pregnant(self) -> bool:
        """As far as anybody knows."""
        return is_pregnant(self.cautions)

    @property
    def intoxicated_at(self) -> datetime | None:
        """When they were last found intoxicated at reception."""
        return intoxicated_at(self.cautions)

    @property
    def sedatives(self) -> bool:
        """Whether another medicine makes sleepy."""
        return any(one.caution is Caution.SEDATIVE for one in self.cautions)

    @property
    def allergies(self) -> tuple[str, ...]:
        """The ids of the AllergyIntolerances."""
        return tuple(one.id for one in self.cautions if one.caution is Caution.ALLERGY)
