"""Rules of Observation."""

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]


@invariant("obs-3", "Observation.referenceRange", "a reference range has a low, a high or a text.")
def range_says_something(range_: Json) -> bool:
    return any(name in range_ for name in ("low", "high", "text"))


@invariant("obs-6", "Observation", "dataAbsentReason is for an Observation that has no value.")
def value_or_reason(observation: Json) -> bool:
    return "dataAbsentReason" not in observation or not _has_value(observation)


@invariant(
    "obs-7", "Observation", "a component has the Observation's own code, so the value belongs there only."
)
def component_has_other_code(observation: Json) -> bool:
    if "component" not in observation or not _has_value(observation):
        return True
    own = list(_codings(observation))
    return not any(coding in own for part in observation["component"] for coding in _codings(part))


def _has_value(observation: Json) -> bool:
    return any(name.startswith("value") for name in observation)


def _codings(coded: Json) -> Iterator[Json]:
    yield from coded.get("code", {}).get("coding", ())
