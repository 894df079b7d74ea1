"""What the FHIR shapes of opioid agonist treatment have in common (``fhir/shapes.md``): systems, and how elements are read.

Amounts are Decimals. In the store's JSON a number is its text, elsewhere it is a number; both are read.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from fhir_store.dates import date_bounds

Json = Mapping[str, Any]

ATC = "http://www.whocc.no/atc"
ATC_OID = "urn:oid:2.16.840.1.113883.6.73"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
UCUM = "http://unitsofmeasure.org"
OURS = "urn:throughcare:code-system:"
EXTENSION = "urn:throughcare:extension:"
PROFILE = "urn:throughcare:profile:"

MILLIGRAMS = {"mg": Decimal(1), "g": Decimal(1000), "ug": Decimal("0.001")}
"""How many mg are in a unit of UCUM, the only ones in which the medicines are written."""


class When(NamedTuple):
    """When something was: its first moment, and where only a day or less is known the first behind it and the civil day.

    ``day`` None: only the month or year is known.
    """

    at: datetime
    surely_by: datetime | None
    day: date | None


SHORTEST = timedelta(microseconds=1)


def concept(*codings: tuple[str, str]) -> dict[str, Any]:
    """A CodeableConcept of codings, each (system, code)."""
    return {"coding": [{"system": system, "code": code} for system, code in codings]}


def ours(name: str, code: str) -> dict[str, Any]:
    """A CodeableConcept in a code system of ours."""
    return concept((OURS + name, code))


def code_in(said: Json, *systems: str) -> str | None:
    """The first code of a CodeableConcept in one of the systems."""
    codings = said.get("coding", ())
    return next((one["code"] for one in codings if one.get("system") in systems and "code" in one), None)


def reference(type_: str, id_: str) -> dict[str, Any]:
    """A reference to a resource of this server."""
    return {"reference": f"{type_}/{id_}"}


def id_in(said: Json, *types: str) -> str | None:
    """The id in a Reference to a resource of one of the types, whichever version it names."""
    type_, _, rest = said.get("reference", "").partition("/")
    return rest.partition("/")[0] or None if type_ in types else None


def extension(name: str, **value: Any) -> dict[str, Any]:
    """An extension of ours: one value, or parts by ``extension``."""
    return {"url": EXTENSION + name, **value}


def parts(**values: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The parts of a compound extension, each by its name; what is None is left out."""
    return [{"url": name.replace("_", "-"), **value} for name, value in values.items() if value is not None]


def extensions(said: Json, name: str) -> Iterator[Json]:
    """Every extension of ours of that name."""
    return (one for one in said.get("extension", ()) if one.get("url") == EXTENSION + name)


def value_of(said: Json, name: str, member: str) -> Any:
    """The value of the first extension of that name; None if there is none of that kind."""
    return next((one[member] for one in extensions(said, name) if member in one), None)


def part_of(said: Json, name: str, member: str) -> Any:
    """The value of a part of a compound extension; None if there is none of that kind."""
    return next(
        (one[member] for one in said.get("extension", ()) if one.get("url") == name and member in one), None
    )


def quantity(value: Decimal, unit: str) -> dict[str, Any]:
    """An amount in a UCUM unit."""
    return {"value": number(value), "unit": unit, "system": UCUM, "code": unit}


def number(value: Decimal) -> int | float:
    """A decimal as JSON has it: whole numbers without a point."""
    return int(value) if value == value.to_integral_value() else float(value)


def decimal_in(said: Json) -> Decimal | None:
    """The value of a Quantity, whatever its unit; None if there is none that is finite."""
    try:
        value = Decimal(str(said["value"]))
    except (KeyError, InvalidOperation):
        return None
    return value if value.is_finite() else None


def mg_in(said: Json) -> Decimal | None:
    """A Quantity in mg; None if it is none, or in a unit that is not known. A unit without a code is read by its word."""
    value, factor = decimal_in(said), MILLIGRAMS.get(said.get("code", str(said.get("unit", "")).lower()))
    return None if value is None or factor is None else value * factor


def moment(said: str, zone: ZoneInfo) -> datetime:
    """The first moment of a FHIR date, in UTC."""
    return date_bounds(said, zone)[0]


def day_in(said: str, zone: ZoneInfo) -> date:
    """The civil day of a FHIR date, the first that it can have been."""
    return moment(said, zone).astimezone(zone).date()


def when(said: str, zone: ZoneInfo) -> When:
    """A FHIR date as when something was."""
    first, behind = date_bounds(said, zone)
    return When(first, None if "T" in said else behind, known_day(said, zone))


def said_of(at: datetime, surely_by: datetime | None, day: date | None) -> str:
    """When something was as we write it; a day of which no time is known stays a day."""
    return written(at) if surely_by is None or day is None else day.isoformat()


def known_day(said: str, zone: ZoneInfo) -> date | None:
    """The civil day of a FHIR date; None where only the month or year is known."""
    return day_in(said, zone) if len(said) >= len("YYYY-MM-DD") else None


def last_day_in(said: str, zone: ZoneInfo) -> date:
    """The last civil day of a period with this end: one that ends at midnight has nothing of the next day."""
    first, behind = date_bounds(said, zone)
    return ((first if "T" in said else behind) - SHORTEST).astimezone(zone).date()


def written(at: datetime) -> str:
    """An instant as we write it: in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def without_none(members: Json) -> dict[str, Any]:
    """Members that are there: FHIR has no null, no empty list and no empty text."""
    return {name: value for name, value in members.items() if value not in (None, [], {}, "")}
