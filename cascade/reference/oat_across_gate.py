"""OAT across the gate."""

from collections.abc import Iterator
from datetime import date, timedelta

from cascade.reference import Member, World
from cascade.reference.placing import at_entry
from cascade.tables import Dose, Facility, Period, Transition

RECEIVED = ("given", "partial", "redose")


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each release in the period of a person on OAT."""
    for move in world.transition:
        freed = move.kind == "release" and move.exit_reason not in ("deported", "death", "transfer")
        if freed and period.first <= move.moved_on <= period.last and _was_treated(world, move):
            yield at_entry(
                world,
                move.person_key,
                move.moved_on.isoformat(),
                move.moved_on,
                move.from_facility_key or "unknown",
                "prison",
                move.legal_status,
                _status(world, period, move),
            )


def _was_treated(world: World, release: Transition) -> bool:
    """Covered on one of the 7 days before, or on the day itself by something that came before the release."""
    earlier = [release.moved_on - timedelta(days=back) for back in range(1, 8)]
    if any(_is_covered(world, release.person_key, day) for day in earlier):
        return True
    if not _is_covered(world, release.person_key, release.moved_on):
        return False
    that_day = _doses_on_the_day(world, release)
    return not that_day or not all(_is_after(world, release, dose) for dose in that_day)


def _status(world: World, period: Period, release: Transition) -> str:
    window = [release.moved_on + timedelta(days=nth) for nth in range(29)]
    if window[-1] >= period.cut_day:
        return "window_open"
    for nth, day in enumerate(window):
        if release.next_custody_on is not None and day >= release.next_custody_on:
            return "rearrested_first"
        if _is_seen(world, release, day):
            return next(f"within_{days}" for days in (1, 3, 7, 28) if nth <= days)
    if _died(world, release.person_key, window):
        return "died_first"
    return "not_seen" if _somebody_reports(world, window) else "receiving_area_silent"


def _is_seen(world: World, release: Transition, day: date) -> bool:
    if day == release.moved_on:
        return any(_is_after(world, release, dose) for dose in _doses_on_the_day(world, release))
    return _is_covered(world, release.person_key, day)


def _is_covered(world: World, person_key: str, day: date) -> bool:
    return any(
        one.person_key == person_key and one.line == "oat" and one.from_on <= day <= one.to_on
        for one in world.coverage
    )


def _doses_on_the_day(world: World, release: Transition) -> list[Dose]:
    return [
        dose
        for dose in world.dose
        if dose.person_key == release.person_key
        and dose.given_on == release.moved_on
        and dose.status in RECEIVED
    ]


def _is_after(world: World, release: Transition, dose: Dose) -> bool:
    """Given in the community on the day of release: by the hour, or by the place where no hour is known."""
    setting = next(
        (one.setting for one in world.facility if one.facility_key == dose.facility_key), "unknown"
    )
    if setting == "prison":
        return False
    if dose.given_at is None:
        return setting == "community"
    return dose.given_at >= release.moved_at


def _died(world: World, person_key: str, window: list[date]) -> bool:
    """Every day the death can have been lies in the window."""
    for one in world.person:
        if one.person_key == person_key and one.died_lo is not None and one.died_hi is not None:
            return window[0] <= one.died_lo and one.died_hi <= window[-1]
    return False


def _somebody_reports(world: World, window: list[date]) -> bool:
    return any(
        one.setting == "community"
        and (one.oat != "none" or one.has_given_oat)
        and _may_have_reported(one, window)
        for one in world.facility
    )


def _may_have_reported(facility: Facility, window: list[date]) -> bool:
    first, last = facility.first_report_on, facility.last_report_on
    return first is not None and last is not None and last > window[0] and first <= window[-1]
