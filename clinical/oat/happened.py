"""What happened with a slot: given, refused, withheld, spilled and the rest. A dose in fact taken is never turned away.

``happened_resource.py`` reads it from a MedicationAdministration, or from the Observation about one, and writes it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from clinical.oat.product import Product
from clinical.words import N_


class Kind(StrEnum):
    """What happened."""

    GIVEN = "given"
    PARTIAL = "partial"
    """Begun: some of it was taken."""
    REFUSED = "refused"
    ABSENT = "absent"
    WITHHELD = "withheld"
    """A clinician did not give it."""
    NOT_AVAILABLE = "not-available"
    """The institution had a reason: court, lockdown, no stock and the like."""
    SPILLED = "spilled"
    """Lost before it was taken; a dose that replaces it is its own record."""
    MOUTH_CHECK_FAILED = "mouth-check-failed"
    """Counts as given; whether it was kept back is for the prescriber to ask."""
    RE_DOSE = "re-dose"
    """Given again after another was vomited or spilled."""
    VOMITED = "vomited"
    """About a dose, which stays given."""
    ENTERED_IN_ERROR = "entered-in-error"


TAKEN = frozenset({Kind.GIVEN, Kind.PARTIAL, Kind.MOUTH_CHECK_FAILED, Kind.RE_DOSE})
"""Some of the medicine is in the body."""

NOT_TAKEN = frozenset({Kind.REFUSED, Kind.ABSENT, Kind.WITHHELD, Kind.NOT_AVAILABLE})
"""The slot was gone through, and nothing was taken."""


class Whose(StrEnum):
    """Whose reason it was that a dose was not taken. All count for tolerance, only the institution's is an omission."""

    PATIENT = "patient"
    INSTITUTION = "institution"
    CLINICIAN = "clinician"


class Reason(StrEnum):
    """Why a dose was not given. The list is closed, and no reason in it is disciplinary."""

    REFUSED = "refused"
    ABSENT = "absent"
    COURT = "court"
    HOSPITAL = "hospital"
    RELEASED = "released"
    LOCKDOWN = "lockdown"
    NO_STOCK = "no-stock"
    NO_NURSE = "no-nurse"
    NO_ORDER = "no-order"
    SPILLED = "spilled"
    CLINICAL = "clinical"

    @property
    def whose(self) -> Whose:
        """Whose reason it is."""
        if self in _PATIENTS:
            return Whose.PATIENT
        return Whose.CLINICIAN if self is Reason.CLINICAL else Whose.INSTITUTION


_PATIENTS = frozenset({Reason.REFUSED, Reason.ABSENT})

OF_KIND = {
    Kind.REFUSED: frozenset({Reason.REFUSED}),
    Kind.ABSENT: frozenset({Reason.ABSENT}),
    Kind.WITHHELD: frozenset({Reason.CLINICAL}),
    Kind.SPILLED: frozenset({Reason.SPILLED}),
    Kind.NOT_AVAILABLE: frozenset(
        {
            Reason.COURT, Reason.HOSPITAL, Reason.RELEASED, Reason.LOCKDOWN,
            Reason.NO_STOCK, Reason.NO_NURSE, Reason.NO_ORDER,
        }
    ),
}  # fmt: skip
"""The reasons that each kind may have; the others have none."""

REASON_WORDS = {
    Reason.REFUSED: N_("Refused by the person"),
    Reason.ABSENT: N_("The person did not come"),
    Reason.COURT: N_("At court"),
    Reason.HOSPITAL: N_("In hospital"),
    Reason.RELEASED: N_("Released"),
    Reason.LOCKDOWN: N_("Lockdown"),
    Reason.NO_STOCK: N_("No stock"),
    Reason.NO_NURSE: N_("No nurse"),
    Reason.NO_ORDER: N_("No valid order"),
    Reason.SPILLED: N_("Spilled"),
    Reason.CLINICAL: N_("Withheld by a clinician"),
}

KIND_WORDS = {
    Kind.GIVEN: N_("Given"),
    Kind.PARTIAL: N_("Given in part"),
    Kind.REFUSED: N_("Refused"),
    Kind.ABSENT: N_("Not here"),
    Kind.WITHHELD: N_("Withheld"),
    Kind.NOT_AVAILABLE: N_("Not available"),
    Kind.SPILLED: N_("Spilled"),
    Kind.MOUTH_CHECK_FAILED: N_("Given; mouth check failed"),
    Kind.RE_DOSE: N_("Given again"),
    Kind.VOMITED: N_("Vomited"),
    Kind.ENTERED_IN_ERROR: N_("Entered in error"),
}


class Finding(StrEnum):
    """How somebody was found who stood at the window; while it holds, nothing is given."""

    SEDATED = "sedated"
    INTOXICATED = "intoxicated"


class Entry(StrEnum):
    """How it was recorded."""

    LIVE = "live"
    PAPER = "paper"
    """Afterwards, from a sheet."""


class Source(StrEnum):
    """Where the record is from, seen from a facility."""

    OURS = "ours"
    OTHER_FACILITY = "other-facility"
    FHIR = "fhir"
    """Another system."""


@dataclass(frozen=True)
class Happened:
    """One thing that happened.

    Attributes:
        id: of the resource; empty if it is not stored yet.
        patient: the id of the Patient.
        kind: what.
        occurred_at: when, in UTC; where only a day or less is known its first moment.
        surely_by: where only a day or less is known, the first moment behind it.
        day: the civil day on which it happened; None: only a month or year is known.
        product: what of; None: the record does not say.
        reason: why it was not given; None: it was, or that is not said.
        finding: how the person was found.
        mg: taken, of a spill lost.
        ml: the same by volume; of what was vomited, how much about.
        concentration: of the container, in mg in each mL.
        container: what it came from, by the number in the register.
        order: the id of the order; None: it is not known to belong to one.
        order_version: of the order as it was when it was recorded.
        slot_day: the civil day of the slot.
        part: the number of the slot on its day.
        about: the id of the dose that was vomited or that is given again.
        covers_days: of a depot whose record says so.
        context: a literal reference to the stay or programme.
        facility: the id of the Organization where it was recorded with this system; None: by another system.
        given_by: the id of the Practitioner who gave it.
        recorded_by: of the one who wrote it down, not always the same.
        witness: of the second one.
        single_handed: whether nobody was there to witness, so that the next shift confirms the count.
        observed: whether it was seen to be swallowed, dissolved or vomited; None: not said.
        entry: how it was recorded.
        event: the number that the recording device gave it, the same each time it is sent.
    """

    id: str
    patient: str
    kind: Kind
    occurred_at: datetime
    surely_by: datetime | None = None
    day: date | None = None
    product: Product | None = None
    reason: Reason | None = None
    finding: Finding | None = None
    mg: Decimal | None = None
    ml: Decimal | None = None
    concentration: Decimal | None = None
    container: str | None = None
    order: str | None = None
    order_version: str | None = None
    slot_day: date | None = None
    part: int | None = None
    about: str | None = None
    covers_days: int | None = None
    context: str | None = None
    facility: str | None = None
    given_by: str | None = None
    recorded_by: str | None = None
    witness: str | None = None
    single_handed: bool = False
    observed: bool | None = None
    entry: Entry = Entry.LIVE
    event: str | None = None

    @property
    def was_taken(self) -> bool:
        """Whether some of the medicine is in the body."""
        return self.kind in TAKEN and (self.mg is None or self.mg > 0)

    @property
    def whose(self) -> Whose | None:
        """Whose reason it was that nothing was taken; None: it was taken, or no reason is said."""
        return self.reason.whose if self.reason else None

    @property
    def slot(self) -> tuple[str, date, int] | None:
        """The key of its slot; None: it is not known to belong to one."""
        if self.order is None or self.slot_day is None:
            return None
        return self.order, self.slot_day, self.part or 1

    @property
    def latest_at(self) -> datetime:
        """When it was at the latest."""
        return self.surely_by or self.occurred_at

    def source(self, here: str) -> Source:
        """Where the record is from, seen from the facility of that id."""
        if self.facility is None:
            return Source.FHIR
        return Source.OURS if self.facility == here else Source.OTHER_FACILITY
