"""Searches in plain Python loops: slow, obvious, the judge of the SQL.

Written from http://hl7.org/fhir/R4/search.html for Observation ``code``, ``status``, ``date`` and
``value-quantity``, Patient ``name``, and Observation ``subject:Patient.name``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.dates import date_bounds
from fhir_store.folding import folded

Resource = Mapping[str, Any]
World = Sequence[Resource]

ZONE = ZoneInfo("Europe/Podgorica")
STATUSES = "http://hl7.org/fhir/observation-status"
NEVER, ALWAYS = Fraction(-(10**9)), Fraction(10**9)


def tokens(resource: Resource, name: str) -> list[tuple[str, str]]:
    """(system, code) of each code."""
    if name == "status":
        return [(STATUSES, resource["status"])]
    return [(one.get("system", ""), one["code"]) for one in resource["code"].get("coding", [])]


def token(resource: Resource, name: str, value: str) -> bool:
    return any(_token(value, system, code) for system, code in tokens(resource, name))


def _token(value: str, system: str, code: str) -> bool:
    sought_system, bar, sought_code = value.rpartition("|")
    if not bar:
        return code == value
    return system == sought_system and sought_code in ("", code)


def dates(resource: Resource) -> list[tuple[datetime, datetime]]:
    """From the first moment to the first one behind."""
    if "effectiveDateTime" in resource:
        return [date_bounds(resource["effectiveDateTime"], ZONE)]
    if "effectivePeriod" in resource:
        period = resource["effectivePeriod"]
        return [(date_bounds(period["start"], ZONE)[0], date_bounds(period["end"], ZONE)[1])]
    return []


def date(resource: Resource, name: str, value: str) -> bool:
    prefix, low, high = value[:2], *date_bounds(value[2:], ZONE)
    for start, end in dates(resource):
        inside = low <= start and end <= high
        holds = {
            "eq": inside,
            "ne": not inside,
            "gt": end > high,
            "lt": start < low,
            "ge": end > high or inside,
            "le": start < low or inside,
            "sa": start >= high,
            "eb": end <= low,
        }
        if holds[prefix]:
            return True
    return False


def quantities(resource: Resource) -> list[tuple[Fraction, Fraction, str]]:
    """(lowest, highest, unit) of the value."""
    if "valueQuantity" not in resource:
        return []
    quantity = resource["valueQuantity"]
    value = Fraction(str(quantity["value"]))
    low = NEVER if quantity.get("comparator", "").startswith("<") else value
    high = ALWAYS if quantity.get("comparator", "").startswith(">") else value
    return [(low, high, quantity["unit"])]


def quantity(resource: Resource, name: str, value: str) -> bool:
    prefix, (number, _, unit) = value[:2], value[2:].split("|")
    sought = Fraction(number)
    half = Fraction(1, 2 * 10 ** len(number.partition(".")[2]))
    for low, high, own_unit in quantities(resource):
        inside = sought - half <= low and high < sought + half
        holds = {
            "eq": inside,
            "ne": not inside,
            "gt": high > sought,
            "lt": low < sought,
            "ge": high >= sought,
            "le": low <= sought,
            "sa": low > sought,
            "eb": high < sought,
            "ap": low <= sought + abs(sought) / 10 and high >= sought - abs(sought) / 10,
        }
        if holds[prefix] and unit in ("", own_unit):
            return True
    return False


def names(resource: Resource) -> list[str]:
    return [
        text
        for one in resource.get("name", [])
        for text in [*one.get("given", []), one.get("family")]
        if text
    ]


def string(resource: Resource, name: str, value: str) -> bool:
    return any(folded(text).startswith(folded(value)) for text in names(resource))


def string_contains(resource: Resource, name: str, value: str) -> bool:
    return any(folded(value) in folded(text) for text in names(resource))


def string_exact(resource: Resource, name: str, value: str) -> bool:
    return value in names(resource)


Test = Callable[[Resource, str, str], bool]

TESTS: Mapping[str, Test] = {
    "code": token,
    "status": token,
    "date": date,
    "value-quantity": quantity,
    "name": string,
    "name:contains": string_contains,
    "name:exact": string_exact,
}

VALUES: Mapping[str, Callable[[Resource], Sequence[Any]]] = {
    "code": lambda one: tokens(one, "code"),
    "status": lambda one: tokens(one, "status"),
    "date": dates,
    "value-quantity": quantities,
    "name": names,
}


def matches(world: World, resource: Resource, name: str, value: str) -> bool:
    """Whether a resource satisfies one parameter."""
    if name.startswith("subject:Patient."):
        target = resource.get("subject", {}).get("reference")
        patients = [one for one in world if f"{one['resourceType']}/{one['id']}" == target]
        return any(matches(world, one, name.removeprefix("subject:Patient."), value) for one in patients)
    bare, _, modifier = name.partition(":")
    if modifier == "missing":
        return (not VALUES[bare](resource)) == (value == "true")
    if modifier == "not":
        return not any(TESTS[bare](resource, bare, one) for one in value.split(","))
    return any(TESTS[name](resource, bare, one) for one in value.split(","))


def found(world: World, type_: str, parameters: Iterable[tuple[str, str]], sort: str) -> list[str]:
    """The ids that a search finds, in their order. The world is in the order in which it was written."""
    asked = list(parameters)
    matching = [
        one
        for one in world
        if one["resourceType"] == type_ and all(matches(world, one, name, value) for name, value in asked)
    ]
    keys = [name for name in sort.split(",") if name]
    # Python's sort keeps the order of equals, so the last key is sorted by first.
    for key in reversed(keys):
        matching = _ordered(matching, key, alone=len(keys) == 1)
    return [one["id"] for one in matching]


def _ordered(matching: list[Resource], key: str, *, alone: bool) -> list[Resource]:
    """What has a value, by its first in that order, then what has none.

    Alone, a parameter orders by all that its values have, and descending turns equals round as well.
    """
    name, descending = key.removeprefix("-"), key.startswith("-")
    first = max if descending else min
    having = [(first(values), one) for one in matching if (values := _sortable(name, one))]
    if alone and descending:
        having.reverse()
    having.sort(key=lambda row: row[0] if alone else row[0][:1], reverse=descending)
    return [one for _, one in having] + [one for one in matching if not _sortable(name, one)]


def _sortable(name: str, one: Resource) -> list[tuple[Any, ...]]:
    match name:
        case "_id":
            return [(one["id"],)]
        case "name":
            return [(folded(text),) for text in names(one)]
        case "value-quantity":
            return [(low, high) for low, high, _ in quantities(one)]
        case "date":
            return list(dates(one))
    return [(code, system) for system, code in tokens(one, name)]
