"""The contract between what is derived and what is measured: one class per table, one line per column.

A measure sees these tables and nothing else. A column is declared only when something fills it.
Keys are text pseudonyms (cascade.derive.pseudonym): equal keys mean the same thing, and nothing can be read
from one. `X | None` means the column may be absent, and its line says what absence means.

Every row is what was known at the data cut: derivation drops what was written later and takes of each record the
version that held then, so that no measure can forget to. A date is three columns: `x_on`, the civil day in the
facility's zone (NULL unless the record says the very day), and `x_lo`, `x_hi`, the first and last day it can have been
(NULL: no readable date at all).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import ibis.expr.types as ir

from cascade.errors import UnknownZone, WrongWindow

UNKNOWN_FACILITY = "unknown"
"""facility_key of everything whose place the record does not say. It is shown, never dropped."""

ALL_FACILITIES = "all"
"""facility_key of the national line of a result."""

GIVEN = ("given", "partial", "redose")
"""The statuses of a dose in which the person received some of the medicine."""

# --- people and places


@dataclass(frozen=True)
class Person:
    """A human being, however many Patient records there are of them."""

    person_key: Annotated[str, "the human; records linked at the data cut share it"]
    sex: Annotated[str, "female, male, other, unknown; the records disagree: unknown"]
    birth_on: Annotated[date | None, "civil day of birth; NULL: not known to the day"]
    birth_lo: Annotated[date | None, "first day it can have been; NULL: no date"]
    birth_hi: Annotated[date | None, "last day it can have been; NULL: no date"]
    died_on: Annotated[date | None, "civil day of death; NULL: alive, or not known to the day"]
    died_lo: Annotated[date | None, "first day it can have been; NULL: not known to have died"]
    died_hi: Annotated[date | None, "last day it can have been; NULL: not known to have died"]
    records: Annotated[int, "how many Patient records"]
    link_basis: Annotated[str, "single, confirmed_link (Patient.link), national_id"]


@dataclass(frozen=True)
class PersonSource:
    """Which Patient record belongs to which person at the data cut."""

    record_key: Annotated[str, "the Patient record"]
    person_key: Annotated[str, "the person it is of"]


@dataclass(frozen=True)
class Facility:
    """A place that gives treatment or holds people: every Organization read or pointed at, and 'unknown'."""

    facility_key: Annotated[str, "the Organization, or 'unknown'"]
    name: Annotated[
        str | None, "as the source writes it; NULL: the Organization itself was not in the source"
    ]
    kind: Annotated[str | None, "first type as system|code; NULL: none recorded"]
    setting: Annotated[str, "prison, community, unknown: by its type"]
    parent_key: Annotated[str | None, "the Organization it is part of; NULL: none"]
    oat: Annotated[
        str, "none, continue_only, initiate: what its HealthcareServices say; none if they say nothing"
    ]
    art: Annotated[bool, "offers ART"]
    hts: Annotated[bool, "offers HIV testing"]
    expected_reporter: Annotated[bool, "is to report; true unless it is said not to be"]
    has_given_oat: Annotated[bool, "a dose of OAT was received there up to the cut"]
    first_report_on: Annotated[date | None, "civil day of its first event of any kind; NULL: never any"]
    last_report_on: Annotated[
        date | None, "civil day of its last event of any kind up to the cut; NULL: never any"
    ]


@dataclass(frozen=True)
class Population:
    """A size that somebody states, not counted from the records."""

    facility_key: Annotated[str, "of which facility, or 'all' for the country"]
    on_day: Annotated[date, "the day it holds for"]
    kind: Annotated[str, "custody_census, plhiv_estimate, opioid_dependence_estimate"]
    n: Annotated[float, "people"]
    low: Annotated[float | None, "lower bound; NULL: none stated"]
    high: Annotated[float | None, "upper bound; NULL: none stated"]
    source: Annotated[str | None, "who states it; NULL: not said"]


# --- where people are


@dataclass(frozen=True)
class Stay:
    """A period in a prison, an absence from it, or on the list of a community programme. As recorded."""

    record_key: Annotated[str, "the Encounter or EpisodeOfCare"]
    person_key: Annotated[str, "the person"]
    facility_key: Annotated[str, "the prison or centre; of an absence, the prison it is from"]
    kind: Annotated[
        str,
        "custody, absence_court, absence_hospital, absence_police, absence_home_leave, community_oat, community_hiv",
    ]
    parent_key: Annotated[str | None, "record_key of the stay an absence belongs to; NULL: none"]
    start_at: Annotated[datetime | None, "instant of the start; NULL: a day or less is known"]
    start_on: Annotated[date | None, "civil day of the start"]
    start_lo: Annotated[date | None, "first day it can have been"]
    start_hi: Annotated[date | None, "last day it can have been"]
    end_at: Annotated[datetime | None, "instant of the end; NULL: open, or a day or less is known"]
    end_on: Annotated[date | None, "civil day of the end; NULL: open, or not known to the day"]
    end_lo: Annotated[date | None, "first day it can have been; NULL: open"]
    end_hi: Annotated[date | None, "last day it can have been; NULL: open"]
    legal_status: Annotated[
        str | None, "pretrial, sentenced, other; at the end of this row; NULL: not custody, or not said"
    ]
    entry_reason: Annotated[str | None, "liberty, transfer, court_return, recall, enrolment; NULL: not said"]
    exit_reason: Annotated[
        str | None,
        "transfer, release_planned, release_unplanned, escape, death, deported, programme_exit, unknown; NULL: open",
    ]
    to_facility_key: Annotated[str | None, "where to; NULL: not said"]


@dataclass(frozen=True)
class SettingAt:
    """Derived: where a person is at each instant. Intervals of one person never overlap and may leave gaps.

    Death ends everything; custody goes before community; absences keep the prison; of two open custody stays the one
    that started later holds (`conflict`). Where no stay says anything, there is no row.
    """

    person_key: Annotated[str, "the person"]
    from_at: Annotated[datetime, "instant from which on, inclusive"]
    to_at: Annotated[datetime | None, "instant up to which, exclusive; NULL: still so at the data cut"]
    setting: Annotated[str, "prison, community"]
    facility_key: Annotated[str, "the prison, or the community programme joined last"]
    legal_status: Annotated[str | None, "pretrial, sentenced, other; NULL: not in custody, or not said"]
    conflict: Annotated[bool, "two custody stays claim this time"]


@dataclass(frozen=True)
class Transition:
    """Derived: a move through the gate."""

    person_key: Annotated[str, "the person"]
    kind: Annotated[
        str, "reception (from liberty), transfer (prison to prison, within a day), release (to liberty)"
    ]
    moved_at: Annotated[datetime, "instant"]
    moved_on: Annotated[date, "civil day"]
    from_facility_key: Annotated[str | None, "the prison left; NULL: a reception"]
    to_facility_key: Annotated[str | None, "the prison entered; NULL: a release"]
    exit_reason: Annotated[str | None, "of a release or transfer, as in Stay; NULL: a reception"]
    legal_status: Annotated[str | None, "before a release or transfer, after a reception; NULL: not said"]
    next_custody_on: Annotated[date | None, "of a release: when custody began again; NULL: not yet"]


# --- HIV


@dataclass(frozen=True)
class HivTest:
    """One run of the testing algorithm. A single assay is none."""

    record_key: Annotated[str, "the Observation"]
    person_key: Annotated[str, "the person"]
    facility_key: Annotated[str, "where it was done"]
    performed_on: Annotated[date | None, "civil day of the test"]
    performed_lo: Annotated[date | None, "first day it can have been"]
    performed_hi: Annotated[date | None, "last day it can have been"]
    performed_at: Annotated[datetime | None, "instant of the test; NULL: a day or less is known"]
    returned_on: Annotated[
        date | None, "civil day the person got the result; NULL: never, or not known to the day"
    ]
    returned_lo: Annotated[date | None, "first day it can have been; NULL: never returned"]
    returned_hi: Annotated[date | None, "last day it can have been; NULL: never returned"]
    outcome: Annotated[str, "negative, positive, inconclusive, unknown (no readable result)"]
    purpose: Annotated[str, "diagnostic, retest, verification, known_positive; diagnostic if not said"]
    self_test: Annotated[bool, "done by the person on themselves"]


@dataclass(frozen=True)
class TestOffer:
    """HIV testing was offered, and taken or refused."""

    record_key: Annotated[str, "the Observation"]
    person_key: Annotated[str, "the person"]
    facility_key: Annotated[str, "where"]
    offered_on: Annotated[date | None, "civil day"]
    offered_lo: Annotated[date | None, "first day it can have been"]
    offered_hi: Annotated[date | None, "last day it can have been"]
    accepted: Annotated[bool, "taken; false: refused"]


@dataclass(frozen=True)
class Diagnosis:
    """A diagnosis as recorded, the refuted ones too. One person may have several rows for one condition."""

    record_key: Annotated[str, "the Condition"]
    person_key: Annotated[str, "the person"]
    facility_key: Annotated[str, "who recorded it"]
    condition: Annotated[str, "hiv, opioid_dependence"]
    diagnosed_on: Annotated[date | None, "civil day of the diagnosis, here or abroad"]
    diagnosed_lo: Annotated[date | None, "first day it can have been"]
    diagnosed_hi: Annotated[date | None, "last day it can have been"]
    certainty: Annotated[str, "confirmed, provisional, refuted"]
    refuted_on: Annotated[date | None, "civil day it was refuted; NULL: it was not, or not known to the day"]
    place: Annotated[str, "here, abroad, unknown"]


@dataclass(frozen=True)
class Supply:
    """Medicine that went to the person, other than a dose watched: dispensed, given at release, or stated."""

    record_key: Annotated[str, "the MedicationDispense, MedicationStatement or MedicationAdministration"]
    person_key: Annotated[str, "the person"]
    facility_key: Annotated[str, "who gave or recorded it"]
    line: Annotated[str, "art, pep, prep, oat"]
    atc: Annotated[str, "the medicine, as an ATC code"]
    kind: Annotated[str, "dispensed, release_supply, administered (ART watched), stated"]
    supplied_on: Annotated[date | None, "civil day; of a statement, its first day"]
    supplied_lo: Annotated[date | None, "first day it can have been"]
    supplied_hi: Annotated[date | None, "last day it can have been"]
    days: Annotated[float | None, "days of medicine; NULL: not said"]
    days_assumed: Annotated[float | None, "days taken where none are said; NULL: said, or nothing to take"]
    until_on: Annotated[date | None, "of a statement: last day; NULL: open, or no statement"]


@dataclass(frozen=True)
class Treatment:
    """Membership of a programme, from its EpisodeOfCare."""

    record_key: Annotated[str, "the EpisodeOfCare"]
    person_key: Annotated[str, "the person"]
    facility_key: Annotated[str, "the centre"]
    line: Annotated[str, "art, oat"]
    start_on: Annotated[date | None, "civil day"]
    start_lo: Annotated[date | None, "first day it can have been"]
    start_hi: Annotated[date | None, "last day it can have been"]
    stop_on: Annotated[date | None, "civil day; NULL: open, or not known to the day"]
    stop_lo: Annotated[date | None, "first day it can have been; NULL: open"]
    stop_hi: Annotated[date | None, "last day it can have been; NULL: open"]
    stop_reason: Annotated[
        str | None,
        "transferred_out, emigrated, stopped, refused, recorded_ltfu, completed, died, unknown; NULL: open",
    ]
    to_facility_key: Annotated[
        str | None, "of a transfer: where to; NULL: nobody says, or outside of the data"
    ]


@dataclass(frozen=True)
class Laboratory:
    """A laboratory result about HIV treatment. Of an amended one only what held at the data cut."""

    record_key: Annotated[str, "the Observation"]
    person_key: Annotated[str, "the person"]
    facility_key: Annotated[str, "who recorded it"]
    analyte: Annotated[str, "hiv_viral_load"]
    collected_on: Annotated[date | None, "civil day the specimen was taken"]
    collected_lo: Annotated[date | None, "first day it can have been"]
    collected_hi: Annotated[date | None, "last day it can have been"]
    collected_at: Annotated[datetime | None, "instant; NULL: a day or less is known"]
    result_on: Annotated[date | None, "civil day of the result; NULL: not said"]
    value_lo: Annotated[float | None, "copies/mL, least it can be; NULL: no readable result"]
    value_hi: Annotated[
        float | None, "copies/mL, most it can be; infinity: above a limit; NULL: no readable result"
    ]
    value_hi_open: Annotated[bool, "the value is below value_hi, not equal to it ('<40')"]


# --- opioid agonist treatment


@dataclass(frozen=True)
class TreatmentOrder:
    """An order of OAT. An order alone never counts as treatment."""

    record_key: Annotated[str, "the MedicationRequest"]
    person_key: Annotated[str, "the person"]
    facility_key: Annotated[str, "who ordered"]
    atc: Annotated[str, "the medicine, as an ATC code"]
    interval_days: Annotated[int, "whole days from one dose to the next: 1; of a depot 7 or 28; as ordered"]
    times: Annotated[int, "doses on a day of dosing: 1; of a split dose 2 or more"]
    valid_from: Annotated[date, "first civil day"]
    valid_to: Annotated[date | None, "last civil day; NULL: open"]


@dataclass(frozen=True)
class Hold:
    """Days on which an order was held."""

    record_key: Annotated[str, "the Flag"]
    person_key: Annotated[str, "the person"]
    from_on: Annotated[date, "first civil day"]
    to_on: Annotated[date | None, "last civil day; NULL: open"]
    reason: Annotated[str, "clinical, missed_doses (these days stay due)"]


@dataclass(frozen=True)
class Dose:
    """A dose of opioid agonist treatment: given, or recorded as not given. One row per event."""

    record_key: Annotated[str, "the MedicationAdministration"]
    person_key: Annotated[str, "the person"]
    facility_key: Annotated[str, "where it was done; 'unknown' when the record does not say"]
    business_id: Annotated[str | None, "the sender's own identifier of the event, hashed; NULL: it sent none"]
    recorded_at: Annotated[datetime | None, "when the source last wrote it; NULL: unknown"]
    atc: Annotated[str, "the medicine, as an ATC code"]
    status: Annotated[str, "given, partial (begun and stopped), redose (after a vomited one), not_given"]
    reason: Annotated[
        str | None,
        "why not given: refused, absent, court, hospital, released, lockdown, no_stock, no_nurse, clinical, no_order, other;"
        " NULL: given, or no reason recorded",
    ]
    given_at: Annotated[datetime | None, "instant, or begin of a period; NULL: a day or less is known"]
    given_on: Annotated[date | None, "civil day in the facility's zone; NULL: the day is not known"]
    given_lo: Annotated[date | None, "first day it can have been; NULL: no readable date at all"]
    given_hi: Annotated[date | None, "last day it can have been; NULL: no readable date at all"]
    given_mg: Annotated[float | None, "amount received in mg; NULL: not given, or not recorded as a mass"]
    covers_days: Annotated[
        int, "days of medicine in it: what the record says, else of a depot what its order says, else 1"
    ] = 1


@dataclass(frozen=True)
class DueDay:
    """Derived: a day on which a person should have had a dose, and what became of it.

    A day of a valid daily order, or the day a depot falls due; not while a clinical hold, take-home doses or a depot cover
    it, not when a clinician withheld the dose, and not from the day of death on. Holds because of missed doses stay due.
    Two orders on one day are one due day.
    """

    person_key: Annotated[str, "the person"]
    due_on: Annotated[date, "the civil day"]
    noon_at: Annotated[datetime, "noon of that day in the facilities' zone: where the person is then counts"]
    facility_key: Annotated[
        str, "where the person was due: the prison they are in, else the centre of the order"
    ]
    outcome: Annotated[
        str,
        "given (at any site), refused, absent, court, hospital, released, lockdown, no_stock, no_nurse, no_order, other (or missed without"
        " a reason), not_recorded (neither given nor missed)",
    ]


@dataclass(frozen=True)
class Coverage:
    """Derived: days on which a person had medicine. Intervals of one person and line never overlap or touch.

    A dose covers its days; take-home and dispensed supply covers its days from the day after what is still in hand
    (carry-over) ; a statement covers its period. For ART a pick-up before the last supply ended adds to its end.
    """

    person_key: Annotated[str, "the person"]
    line: Annotated[str, "art, oat, pep, prep"]
    from_on: Annotated[date, "first civil day"]
    to_on: Annotated[date, "last civil day"]


@dataclass(frozen=True)
class LastGiver:
    """Derived: from a day on, the facility that gave the last of a person's medicine of a line, until the next row.

    Of what covers days only. One row per change: of two rows that follow one another the facilities differ. Whom something
    covers has a row of that day or before. Of what was given on one day the last by the hour counts, where an hour is known;
    then a facility that is known, then the last by its key. What is given later changes no earlier row.
    """

    person_key: Annotated[str, "the person"]
    line: Annotated[str, "art, oat, pep, prep"]
    from_on: Annotated[
        date, "civil day on which it was given or handed over; of a statement, the first sure day"
    ]
    facility_key: Annotated[str, "who gave it; 'unknown' when the record does not say"]


@dataclass(frozen=True)
class OatEpisode:
    """Derived: OAT without more than the profile's uncovered days in a row. One row per profile and episode.

    Transfers, the gate and a change of drug do not end it. It ends at its last covered day.
    """

    person_key: Annotated[str, "the person"]
    profile: Annotated[str, "gap_7, gap_28: uncovered days that do not yet end it"]
    episode: Annotated[int, "1 for the person's first"]
    first_on: Annotated[date, "first covered civil day"]
    last_covered_on: Annotated[date, "last covered civil day"]
    ended_by: Annotated[
        str, "open (within the gap at the cut), gap, death, left_data (emigrated, deported, to outside)"
    ]
    setting_at_start: Annotated[str, "prison, community, unknown: at the end of the first day"]
    facility_key: Annotated[str, "who gave the first dose"]
    legal_status: Annotated[str | None, "at the end of the first day; NULL: not in custody"]


# --- what a measure is asked


@dataclass(frozen=True)
class Tables:
    """The contract as Ibis tables that belong to no engine: what a measure is written over."""

    person: ir.Table
    person_source: ir.Table
    facility: ir.Table
    population: ir.Table
    stay: ir.Table
    setting_at: ir.Table
    transition: ir.Table
    hiv_test: ir.Table
    test_offer: ir.Table
    diagnosis: ir.Table
    supply: ir.Table
    treatment: ir.Table
    laboratory: ir.Table
    treatment_order: ir.Table
    hold: ir.Table
    dose: ir.Table
    due_day: ir.Table
    coverage: ir.Table
    last_giver: ir.Table
    oat_episode: ir.Table


@dataclass(frozen=True)
class Period:
    """The civil days that are counted, from what was known when, and in whose calendar.

    Raises:
        WrongWindow: it ends before it begins, or `data_as_of` has no zone.
        UnknownZone: `zone` is not an IANA time zone.
    """

    first: date
    last: date
    data_as_of: datetime
    zone: str

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise WrongWindow("A period ends on or after the day it begins.")
        if self.data_as_of.tzinfo is None:
            raise WrongWindow("data_as_of must be an instant with a zone, for example in UTC.")
        _check_zone(self.zone)

    @cached_property
    def end(self) -> datetime:
        """24:00 on the last day, as an instant: the first one that is not in the period."""
        after = self.last + timedelta(days=1)
        return datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    @cached_property
    def cut_day(self) -> date:
        """The last civil day that had begun at the data cut: what is after it nobody can know."""
        return self.data_as_of.astimezone(ZoneInfo(self.zone)).date()


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise UnknownZone(
            "Give the facility time zone as an IANA name, for example Europe/Tirane."
        ) from unknown
