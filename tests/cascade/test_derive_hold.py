"""Days on which an order was held, and why."""

from datetime import date

import pytest
from spec.oat_records import hold, order
from spec.world import administration


def holds(world):
    return world.tables["hold"]


def only(world):
    (one,) = holds(world)
    return one


@pytest.mark.parametrize(("code", "reason"), [("clinical", "clinical"), ("missed-doses", "missed_doses")])
def test_a_hold_has_person_days_and_reason(derived, code, reason):
    world = derived(hold(reason=code, start="2025-03-02", end="2025-03-04"), administration("1"))
    one = only(world)
    assert one["person_key"] == world.dose["person_key"]
    assert (one["from_on"], one["to_on"], one["reason"]) == (date(2025, 3, 2), date(2025, 3, 4), reason)


def test_every_flag_has_one_outcome(each_outcome):
    cases = [
        ({"status": "inactive"}, "used"),
        ({"status": "entered-in-error"}, "status_entered-in-error"),
        ({"status": "lifted"}, "status_not_in_fhir"),
        ({"reason": "allergy"}, "unmapped"),
        ({"start": None}, "begin_not_readable"),
        ({"end": "soon"}, "end_not_readable"),
        ({"end": "2025-03-01"}, "ends_before_it_begins"),
        ({"subject": {"reference": "Group/g"}}, "no_person"),
        ({"modifierExtension": [{"url": "urn:example:not"}]}, "modifier_extension"),
    ]
    each_outcome("hold", [(hold(**other), outcome) for other, outcome in cases])


@pytest.mark.parametrize(
    ("status", "end", "written", "last"),
    [
        ("active", None, "2025-03-10T08:00:00Z", None),
        ("inactive", None, "2025-03-10T08:00:00Z", date(2025, 3, 10)),
        ("inactive", None, None, date(2025, 3, 2)),
        ("inactive", "2025-03-05", "2025-03-10T08:00:00Z", date(2025, 3, 5)),
        ("inactive", "2025-03-05T00:00:00+01:00", "2025-03-10T08:00:00Z", date(2025, 3, 4)),
    ],
)
def test_a_hold_lifted_without_saying_when_lasted_until_that_was_written(derived, status, end, written, last):
    meta = {"lastUpdated": written} if written else None
    assert only(derived(hold(status=status, end=end, meta=meta)))["to_on"] == last


@pytest.mark.parametrize(("reason", "due"), [("clinical", 1), ("missed-doses", 3)])
def test_only_a_clinical_hold_keeps_a_day_from_being_due(derived, reason, due):
    world = derived(order(end="2025-03-03"), hold(reason=reason))
    assert len(world.tables["due_day"]) == due
