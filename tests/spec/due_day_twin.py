"""Due days again: each person is asked on each day what was due and what became of it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from spec import worlds
from spec.coverage_twin import in_hand

from cascade.reference import World
from cascade.tables import GIVEN, Dose, DueDay, TreatmentOrder

DAY = timedelta(days=1)
FIRST = [
    "clinical", "court", "hospital", "released", "lockdown", "no_stock", "no_nurse", "no_order", "other", "refused", "absent",
]  # fmt: skip


def due_days(world: World, cut_day: date) -> list[DueDay]:
    """Every due day of everybody."""
    return sorted(_all(world, cut_day), key=str)


def _all(world: World, cut_day: date) -> Iterator[DueDay]:
    for person_key in {one.person_key for one in world.treatment_order}:
        orders = [one for one in world.treatment_order if one.person_key == person_key]
        day = min(one.valid_from for one in orders)
        while day <= cut_day:
            found = _on(world, person_key, orders, day, cut_day)
            if found:
                yield found
            day += DAY


def _on(
    world: World, person_key: str, orders: list[TreatmentOrder], day: date, cut_day: date
) -> DueDay | None:
    asking = [one for one in orders if _asks(world, one, day, cut_day)]
    if not asking or _is_off(world, person_key, day, cut_day):
        return None
    outcome = _outcome(world, person_key, day)
    if outcome == "clinical":
        return None
    last = max(asking, key=lambda one: (one.valid_from, one.record_key))
    return DueDay(
        person_key, day, worlds.noon(day), _prison(world, person_key, day) or last.facility_key, outcome
    )


def _asks(world: World, order: TreatmentOrder, day: date, cut_day: date) -> bool:
    """Whether the order asks for a dose on the day."""
    if not order.valid_from <= day <= (order.valid_to or day):
        return False
    if order.interval_days == 1:
        return True
    before = [one for one in _depots(world, order.person_key, cut_day) if _given_on(one) < day]
    due = order.valid_from
    if before:
        latest = max(_given_on(one) for one in before)
        if latest >= order.valid_from:
            due = max(_runs_out(one) for one in before if _given_on(one) == latest)
        else:
            due = max(order.valid_from, *(_runs_out(one) for one in before))
    return day >= due and (day - due).days % order.interval_days == 0


def _depots(world: World, person_key: str, cut_day: date) -> list[Dose]:
    return [
        one
        for one in world.dose
        if (one.person_key, one.status in GIVEN) == (person_key, True)
        and one.covers_days > 1
        and one.given_on
        and one.given_on <= cut_day
    ]


def _given_on(dose: Dose) -> date:
    assert dose.given_on
    return dose.given_on


def _runs_out(dose: Dose) -> date:
    return _given_on(dose) + DAY * dose.covers_days


def _is_off(world: World, person_key: str, day: date, cut_day: date) -> bool:
    """Dead, held by a clinician, or with medicine in hand or in the body."""
    died = any(one.died_hi and one.died_hi <= day for one in world.person if one.person_key == person_key)
    held = any(
        one.from_on <= day <= (one.to_on or cut_day)
        for one in world.hold
        if (one.person_key, one.reason) == (person_key, "clinical")
    )
    taken_home = any(
        one.from_on <= day <= one.to_on
        for one in in_hand(world, cut_day)
        if (one.person_key, one.line) == (person_key, "oat")
    )
    depot = any(_given_on(one) < day < _runs_out(one) for one in _depots(world, person_key, cut_day))
    return died or held or taken_home or depot


def _outcome(world: World, person_key: str, day: date) -> str:
    doses = [one for one in world.dose if (one.person_key, one.given_on) == (person_key, day)]
    if any(one.status in GIVEN for one in doses):
        return "given"
    reasons = {one.reason or "other" for one in doses}
    return next((reason for reason in FIRST if reason in reasons), "not_recorded")


def _prison(world: World, person_key: str, day: date) -> str | None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(worlds.ZONE))
    for one in world.setting_at:
        holds = one.from_at <= noon and (one.to_at is None or noon < one.to_at)
        if (one.person_key, one.setting) == (person_key, "prison") and holds:
            return one.facility_key
    return None
