"""On which days two records say that a dose was given: side by side, before somebody signs that they are of one person.

Doses on the same days in both speak for two people, or for one who was dosed twice. Either is to be known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.search_values import period_bounds

Json = Mapping[str, Any]

ATC = "http://www.whocc.no/atc"
OPIOID_AGONISTS = ("N07BC", "N02AA01")
"""Medicines of opioid agonist treatment, by how their ATC code begins: N07BC, and morphine."""

DAYS = 28
"""How many days are laid side by side. Proposed by Throughcare, no source."""


class Given(Enum):
    """What a record says of a day."""

    NOTHING = "nothing"
    NOT_GIVEN = "not-given"
    GIVEN = "given"


GIVEN = frozenset({"completed", "stopped", "in-progress"})


@dataclass(frozen=True)
class DoseDay:
    """A day as one record says it."""

    given: Given = Given.NOTHING
    mg: tuple[str, ...] = ()
    """Each amount, as it was written, with its unit."""


@dataclass(frozen=True)
class BothDays:
    """A day as two records say it."""

    on: date
    one: DoseDay
    other: DoseDay

    @property
    def in_both(self) -> bool:
        """Whether a dose was given by both."""
        return self.one.given is self.other.given is Given.GIVEN


def dose_days(doses: Iterable[Json], zone: ZoneInfo) -> dict[date, DoseDay]:
    """The days on which MedicationAdministrations say something of an opioid agonist."""
    found: dict[date, DoseDay] = {}
    for dose in doses:
        on = _day(dose, zone)
        if on is not None and _is_agonist(dose) and dose.get("status") in (*GIVEN, "not-done"):
            found[on] = _with(found.get(on, DoseDay()), dose)
    return found


def side_by_side(
    one: Mapping[date, DoseDay], other: Mapping[date, DoseDay], last: date, days: int = DAYS
) -> list[BothDays]:
    """The days up to one, the latest first."""
    every = (last - timedelta(days=back) for back in range(days))
    return [BothDays(on, one.get(on, DoseDay()), other.get(on, DoseDay())) for on in every]


def _with(day: DoseDay, dose: Json) -> DoseDay:
    if dose["status"] not in GIVEN:
        return day if day.given is Given.GIVEN else DoseDay(Given.NOT_GIVEN)
    return DoseDay(Given.GIVEN, (*day.mg, *([amount] if (amount := _amount(dose)) else [])))


def _amount(dose: Json) -> str:
    quantity = dose.get("dosage", {}).get("dose", {})
    return f"{quantity['value']} {quantity.get('unit', '')}".strip() if "value" in quantity else ""


def _day(dose: Json, zone: ZoneInfo) -> date | None:
    period = dose.get("effectivePeriod") or {"start": dose.get("effectiveDateTime")}
    at, _ = period_bounds(period, zone)
    return at.astimezone(zone).date() if at else None


def _is_agonist(dose: Json) -> bool:
    codings = dose.get("medicationCodeableConcept", {}).get("coding", ())
    codes = (str(one.get("code", "")) for one in codings if one.get("system") == ATC)
    return any(code.startswith(OPIOID_AGONISTS) for code in codes)
