"""Rules of how care is planned and shared: CarePlan, CareTeam, Goal, ServiceRequest, Task."""

from collections.abc import Mapping
from typing import Any

from fhir_store.dates import surely_before
from fhir_store.gate.invariants.presence import has, has_choice
from fhir_store.gate.invariants.registry import invariant
from fhir_store.gate.references import type_named_in

Json = Mapping[str, Any]


@invariant("cpl-3", "CarePlan.activity", "an activity has a reference or a detail, not both.")
def activity_is_told_once(activity: Json) -> bool:
    return not (has(activity, "detail") and has(activity, "reference"))


@invariant("ctm-1", "CareTeam.participant", "only a Practitioner takes part onBehalfOf another.")
def only_practitioners_on_behalf(participant: Json) -> bool:
    member = participant.get("member", {}).get("reference", "")
    return not has(participant, "onBehalfOf") or type_named_in(member) in (None, "Practitioner")


@invariant("gol-1", "Goal.target", "a target with a detail needs its measure.")
def detail_has_measure(target: Json) -> bool:
    return not has_choice(target, "detail") or has(target, "measure")


@invariant("prr-1", "ServiceRequest", "orderDetail needs a code.")
def order_detail_has_code(request: Json) -> bool:
    return not has(request, "orderDetail") or has(request, "code")


@invariant("inv-1", "Task", "lastModified must not be before authoredOn.")
def modified_after_it_was_made(task: Json) -> bool:
    made, modified = task.get("authoredOn"), task.get("lastModified")
    return made is None or modified is None or not surely_before(modified, made)
