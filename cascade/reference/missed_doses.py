"""Missed OAT doses per 100 due days."""

from collections.abc import Iterator

from cascade.reference import Member, World
from cascade.reference.placing import at_event
from cascade.tables import Period

STATUS = {
    "given": "given",
    "refused": "missed_patient",
    "absent": "missed_patient",
    "court": "missed_institution",
    "hospital": "missed_institution",
    "released": "missed_institution",
    "lockdown": "missed_institution",
    "no_stock": "missed_institution",
    "no_nurse": "missed_institution",
    "no_order": "missed_institution",
    "other": "missed_other",
    "not_recorded": "not_recorded",
}


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each due day of the period that had ended at the data cut."""
    for one in world.due_day:
        if not period.first <= one.due_on <= period.last or one.due_on >= period.cut_day:
            continue
        yield at_event(
            world,
            one.person_key,
            one.due_on.isoformat(),
            one.noon_at,
            one.due_on,
            one.facility_key,
            STATUS[one.outcome],
        )
