"""Rules of Measure and MeasureReport."""

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_store.gate.invariants.presence import has, has_any
from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]


@invariant("mea-1", "Measure", "a stratifier has either one criteria or components.")
def stratifier_is_of_one_kind(measure: Json) -> bool:
    return all(
        has_any(one, "code", "description", "criteria") != has(one, "component")
        for one in _stratifiers(measure)
    )


@invariant("mrp-1", "MeasureReport", "a report of type data-collection has no group.")
def collection_has_no_group(report: Json) -> bool:
    return report.get("type") != "data-collection" or not has(report, "group")


@invariant("mrp-2", "MeasureReport", "a stratum has either one value or components.")
def stratum_is_of_one_kind(report: Json) -> bool:
    return all(
        has(stratum, "value") != has(stratum, "component")
        for one in _stratifiers(report)
        for stratum in one.get("stratum", ())
    )


def _stratifiers(holder: Json) -> Iterator[Json]:
    for group in holder.get("group", ()):
        yield from group.get("stratifier", ())
