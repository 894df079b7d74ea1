"""Rules of what holds entries or members: List, Group, Composition."""

from collections.abc import Mapping
from typing import Any

from fhir_store.gate.invariants.presence import has, has_any
from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]


@invariant("lst-1", "List", "emptyReason is for a list without entries.")
@invariant("cmp-2", "Composition.section", "emptyReason is for a section without entries.")
def empty_reason_only_if_empty(holder: Json) -> bool:
    return not (has(holder, "emptyReason") and has(holder, "entry"))


@invariant("lst-2", "List", "entry.deleted is for a list of mode changes.")
def deleted_only_among_changes(list_: Json) -> bool:
    return list_.get("mode") == "changes" or not any(has(e, "deleted") for e in list_.get("entry", ()))


@invariant("lst-3", "List", "entry.date is for a list of mode working.")
def dates_only_while_working(list_: Json) -> bool:
    return list_.get("mode") == "working" or not any(has(e, "date") for e in list_.get("entry", ()))


@invariant("grp-1", "Group", "only an actual group has members.")
def members_are_actual(group: Json) -> bool:
    return not has(group, "member") or group.get("actual") is True


@invariant("cmp-1", "Composition.section", "a section has a text, entries or sections.")
def section_says_something(section: Json) -> bool:
    return has_any(section, "text", "entry", "section")
