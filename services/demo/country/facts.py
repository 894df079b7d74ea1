"""What the state is made of. A fact has an id and the moment somebody wrote it down; a correction is a second fact
with the same id, written later. ``void`` takes it back: it was entered in error.

``patient`` is the id of a Patient record; whose record it is, the state says. Facilities are named by their id.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from services.demo.country.days import When


@dataclass(frozen=True)
class Facility:
    """A place; ``kind`` and ``services`` are codes of ours (facility-kind, facility-service)."""

    id: str
    name: str
    kind: str
    part_of: str | None = None
    services: tuple[str, ...] = ()

    @property
    def setting(self) -> str:
        """prison, community, or unknown (an authority)."""
        if self.kind in ("prison", "pretrial-unit"):
            return "prison"
        return "unknown" if self.kind == "authority" else "community"


@dataclass(frozen=True)
class Human:
    """A human of the country. ``birth`` is what is true; a record of them may know less."""

    id: str
    sex: str
    birth: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something about the person of one Patient record."""

    id: str
    patient: str
    recorded_at: datetime
    void: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientRecord(Fact):
    """What a system knows of who somebody is. ``id`` and ``patient`` are the same.

    ``links``: (other Patient id, seealso or replaced-by); ``dead_of_unknown_day``: known to have died, not when.
    """

    given: str
    family: str
    sex: str
    birth: When | None
    national_id: str | None = None
    prison_number: str | None = None
    died: When | None = None
    dead_of_unknown_day: bool = False
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay(Fact):
    """A stay in one prison; ``legal``: each legal status with the moment it began."""

    prison: str
    start: datetime
    end: datetime | None = None
    legal: tuple[tuple[str, datetime], ...] = ()
    entry: str = "liberty"
    exit: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence(Fact):
    """An absence from a stay: court or hospital."""

    stay: str
    prison: str
    kind: str
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening(Fact):
    """A screening at reception."""

    facility: str
    on: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme(Fact):
    """On the list of a centre; ``line``: oat or art."""

    line: str
    centre: str
    start: When
    end: When | None = None
    exit: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Fact):
    """An order of OAT: ``times`` doses on one day in ``interval_days``, from ``start`` to ``end`` (both included)."""

    facility: str
    drug: str
    mg: int
    interval_days: int
    start: date
    end: date | None = None
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Fact):
    """Days (both included) on which the order was held: clinical, or missed-doses."""

    start: date
    end: date | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose(Fact):
    """A dose of OAT given (``given``), begun (``partial``) or not given (``not-given`` with a reason).

    ``context``: the id of the stay or programme within which it was given; None: the record does not say.
    """

    facility: str | None
    context: str | None
    drug: str
    on: When
    mg: int | None = None
    status: str = "given"
    reason: str | None = None
    order: str | None = None
    redose_of: str | None = None
    covers_days: int | None = None
    number: str | None = None
    """The sending system's own number of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply(Fact):
    """Medicine that went to the person: ``line`` oat (take-home), art, pep, prep.

    ``kind``: dispensed, release-supply, administered (watched), stated. ``until``: of a statement.
    """

    facility: str
    line: str
    drug: str
    kind: str
    on: When
    days: int | None = None
    until: date | None = None
    context: str | None = None
    """The stay within which it was watched."""
    prescription: str | None = None
    """What says why it was dispensed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription(Fact):
    """What antiretrovirals are for: ``reason`` art, pep, prep."""

    facility: str
    drug: str
    reason: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HivTest(Fact):
    """One run of the testing algorithm; ``returned`` None: the person has not got the result."""

    facility: str
    performed: When
    outcome: str
    returned: datetime | None = None
    purpose: str = "diagnostic"
    self_test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Assay(Fact):
    """A single assay: never a test by itself."""

    facility: str
    on: datetime
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Fact):
    """An HIV test was offered, and taken or refused."""

    facility: str
    on: datetime
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis(Fact):
    """``condition``: hiv or opioid-dependence; ``certainty``: confirmed, provisional, refuted."""

    facility: str
    condition: str
    on: When
    certainty: str = "confirmed"
    refuted: date | None = None
    abroad: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ViralLoad(Fact):
    """A viral load: a number of copies/mL (or, if ``log10``, its logarithm), a text, or a word.

    ``word``: not-detected, detected, invalid. ``status``: final, amended, corrected.
    """

    facility: str
    collected: datetime
    resulted: datetime
    value: float | None = None
    comparator: str | None = None
    log10: bool = False
    text: str | None = None
    word: str | None = None
    status: str = "final"


@dataclass(frozen=True)
class Size:
    """A size that somebody states: ``kind`` custody-census, plhiv-estimate, opioid-dependence-estimate."""

    id: str
    kind: str
    on: date
    n: int
    recorded_at: datetime
    facility: str | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Tag:
    """A case made by hand: the situation, what is to be known of it, and whose it is."""

    family: str
    name: str
    says: str
    humans: tuple[str, ...]
    days: dict[str, date] = field(default_factory=dict)
    """The days on which the case turns, by name, for whoever wants to look at it."""
