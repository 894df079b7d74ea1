"""Unusual access: what an auditor should look at, one rule a file. Pure; ``access.audit.log.unusual`` runs them.

A finding says that something is out of the ordinary, never that it is wrong. Every number is a parameter that nobody
has approved yet.
"""

from services.access.audit.unusual import (
    break_glass_without_reason,
    many_people,
    off_shift,
    outside_facility,
    repeated_refusals,
)
from services.access.audit.unusual.rule import UnusualRule

RULES: tuple[UnusualRule, ...] = (
    off_shift.RULE,
    many_people.RULE,
    outside_facility.RULE,
    break_glass_without_reason.RULE,
    repeated_refusals.RULE,
)
"""Every rule. Add a file and its line here to add one."""
