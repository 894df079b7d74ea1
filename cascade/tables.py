"""The contract between what is derived and what is measured: one class per table, one line per column.

A measure sees these tables and nothing else. A column is declared only when something fills it.
Keys are text pseudonyms (cascade.derive.pseudonym): equal keys mean the same thing, and nothing can be read
from one. `X | None` means the column may be absent, and its line says what absence means.
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

MOST_MONTHS = 1200


@dataclass(frozen=True)
class Dose:
    """A dose of opioid agonist treatment: given, or recorded as not given. One row per event."""

    record_key: Annotated[str, "the MedicationAdministration"]
    person_key: Annotated[str, "the Patient record; two records of one human are two keys until linked"]
    facility_key: Annotated[str, "where it was done; 'unknown' when the record does not say"]
    business_id: Annotated[str | None, "the sender's own identifier of the event, hashed; NULL: it sent none"]
    recorded_at: Annotated[datetime | None, "when the source last wrote it; NULL: unknown, always visible"]
    atc: Annotated[str, "the medicine, as an ATC code"]
    status: Annotated[str, "given, partial (begun and stopped), redose (after a vomited one), not_given"]
    reason: Annotated[str | None, "why not given, as system|code; NULL: given, or no reason recorded"]
    given_at: Annotated[datetime | None, "instant, or begin of a period; NULL: a day or less is known"]
    given_on: Annotated[date | None, "civil day in the facility's zone; NULL: the day is not known"]
    given_lo: Annotated[date | None, "first day it can have been; NULL: no readable date at all"]
    given_hi: Annotated[date | None, "last day it can have been; NULL: no readable date at all"]
    given_mg: Annotated[float | None, "amount received in mg; NULL: not given, or not recorded as a mass"]


@dataclass(frozen=True)
class Facility:
    """A place that gives treatment: every Organization read, every one a dose points at, and 'unknown'."""

    facility_key: Annotated[str, "the Organization, or 'unknown'"]
    name: Annotated[
        str | None, "as the source writes it; NULL: the Organization itself was not in the source"
    ]
    kind: Annotated[str | None, "first type as system|code; NULL: none recorded"]
    parent_key: Annotated[str | None, "the Organization it is part of; NULL: none"]


@dataclass(frozen=True)
class Tables:
    """The contract as Ibis tables that belong to no engine: what a measure is written over."""

    dose: ir.Table
    facility: ir.Table


@dataclass(frozen=True)
class Window:
    """Which months are counted, from what was known when, and in whose calendar.

    Raises:
        WrongWindow: `period_end` is not the last day of a month, `months` is out of range, or `data_as_of`
            has no zone.
        UnknownZone: `zone` is not an IANA time zone.
    """

    period_end: date
    months: int
    data_as_of: datetime
    zone: str

    def __post_init__(self) -> None:
        if (self.period_end + timedelta(days=1)).day != 1:
            raise WrongWindow("period_end must be the last day of a month, for example 2025-03-31.")
        if not 1 <= self.months <= MOST_MONTHS:
            raise WrongWindow(f"months must be between 1 and {MOST_MONTHS}.")
        if self.data_as_of.tzinfo is None:
            raise WrongWindow("data_as_of must be an instant with a zone, for example in UTC.")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise UnknownZone(
                "Give the facility time zone as an IANA name, for example Europe/Tirane."
            ) from unknown

    @cached_property
    def first_days(self) -> tuple[date, ...]:
        """The first day of each month of the window, oldest first."""
        last = self.period_end.year * 12 + self.period_end.month - 1
        return tuple(date(one // 12, one % 12 + 1, 1) for one in range(last - self.months + 1, last + 1))

    @cached_property
    def complete(self) -> tuple[date, ...]:
        """First days of the months that had ended, in the facility's zone, at the moment of the data cut."""
        return tuple(month for month in self.first_days if self._end_of(month) <= self.data_as_of)

    def _end_of(self, month: date) -> datetime:
        after = month + timedelta(days=31)
        return datetime(after.year, after.month, 1, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
