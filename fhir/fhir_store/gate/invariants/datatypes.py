"""Rules of the other data types."""

from collections.abc import Mapping
from typing import Any

from fhir_store.dates import surely_before
from fhir_store.gate.invariants.presence import has, has_choice
from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]


@invariant("ext-1", "Extension", "an extension has either a value or extensions.")
def extension_has_one_content(extension: Json) -> bool:
    has_value = any(name.startswith(("value", "_value")) for name in extension)
    return has_value != ("extension" in extension)


@invariant("per-1", "Period", "the period must not end before it starts.")
def period_in_order(period: Json) -> bool:
    start, end = period.get("start"), period.get("end")
    return start is None or end is None or not surely_before(end, start)


@invariant("att-1", "Attachment", "an attachment with data needs its contentType.")
def data_has_content_type(attachment: Json) -> bool:
    return "data" not in attachment or "contentType" in attachment


@invariant("cpt-2", "ContactPoint", "a value needs the system that it is used in, such as phone.")
def contact_has_system(contact: Json) -> bool:
    return "value" not in contact or "system" in contact


@invariant("exp-1", "Expression", "an expression or a reference is needed.")
def expression_is_told(expression: Json) -> bool:
    return "expression" in expression or "reference" in expression


@invariant("drq-1", "DataRequirement.codeFilter", "either path or searchParam is needed.")
@invariant("drq-2", "DataRequirement.dateFilter", "either path or searchParam is needed.")
def filter_has_one_place(filter_: Json) -> bool:
    return ("path" in filter_) != ("searchParam" in filter_)


@invariant("trd-1", "TriggerDefinition", "data and timing exclude each other.")
def trigger_is_of_one_kind(trigger: Json) -> bool:
    return not (has(trigger, "data") and has_choice(trigger, "timing"))


@invariant("trd-2", "TriggerDefinition", "a condition needs data.")
def condition_has_data(trigger: Json) -> bool:
    return not has(trigger, "condition") or has(trigger, "data")


@invariant("trd-3", "TriggerDefinition", "a trigger has what its type needs: name, timing or data.")
def trigger_has_what_its_type_needs(trigger: Json) -> bool:
    type_ = trigger.get("type", "")
    return (
        (type_ != "named-event" or has(trigger, "name"))
        and (type_ != "periodic" or has_choice(trigger, "timing"))
        and (not type_.startswith("data-") or has(trigger, "data"))
    )
