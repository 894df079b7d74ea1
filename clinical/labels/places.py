"""Places that tell by themselves what somebody is treated for: an HIV clinic, a centre for opioid treatment."""

from collections.abc import Iterable, Mapping
from typing import Any

from clinical.labels.inference import labels_of
from clinical.labels.label import Label

Resource = Mapping[str, Any]
PLACES = frozenset({"Organization", "HealthcareService", "Location"})


def places_of(directory: Iterable[Resource]) -> Mapping[str, frozenset[Label]]:
    """The labels of the places among Organizations, HealthcareServices and Locations, by their literal reference.

    A place has the labels that its own codes say and those of the place that it says it belongs to. What a prison
    offers says nothing of the prison: an Organization does not get the labels of its services.
    """
    held = {f"{one['resourceType']}/{one['id']}": one for one in directory if _is_place(one)}
    places: dict[str, frozenset[Label]] = {}
    # Each time round reaches one place further down; labels only grow, so it ends even where places go in circles.
    while grown := {
        name: labels for name, one in held.items() if (labels := labels_of(one, places)) != places.get(name)
    }:
        places |= grown
    return {name: labels for name, labels in places.items() if labels}


def _is_place(resource: Resource) -> bool:
    return resource.get("resourceType") in PLACES and "id" in resource
