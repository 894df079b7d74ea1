"""ART across the gate."""

from collections.abc import Iterator
from datetime import date, timedelta

from cascade.reference import Member, World
from cascade.reference.on_art import on_art
from cascade.reference.placing import at_entry
from cascade.tables import Facility, Period, Supply, Transition


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each release in the period of a person on ART."""
    length = int(profile.removeprefix("days_"))
    for move in world.transition:
        freed = move.kind == "release" and move.exit_reason not in ("deported", "death", "transfer")
        if not freed or not period.first <= move.moved_on <= period.last:
            continue
        if on_art(world, move.person_key, move.moved_on - timedelta(days=1)):
            yield at_entry(
                world,
                move.person_key,
                move.moved_on.isoformat(),
                move.moved_on,
                move.from_facility_key or "unknown",
                "prison",
                move.legal_status,
                _status(world, period, move, move.moved_on + timedelta(days=length)),
            )


def _status(world: World, period: Period, release: Transition, last: date) -> str:
    if last >= period.cut_day:
        return "window_open"
    back_on = release.next_custody_on
    free = last if back_on is None else min(last, back_on - timedelta(days=1))
    if any(_is_seen(world, release, one, free) for one in _given(world, release.person_key)):
        return "seen"
    if back_on is not None and back_on <= last:
        return "rearrested_first"
    if _has_died(world, release.person_key, last):
        return "died_first"
    if _has_medicine(world, release, last):
        return "covered_by_release_supply"
    return "not_seen" if _somebody_reports(world, release.moved_on, last) else "receiving_area_silent"


def _given(world: World, person_key: str | None = None) -> list[Supply]:
    """ART that somebody, or this person, was really given."""
    return [
        one
        for one in world.supply
        if one.line == "art" and one.kind != "stated" and person_key in (None, one.person_key)
    ]


def _is_seen(world: World, release: Transition, given: Supply, free: date) -> bool:
    if given.supplied_on is None or not release.moved_on <= given.supplied_on <= free:
        return False
    setting = next(
        (one.setting for one in world.facility if one.facility_key == given.facility_key), "unknown"
    )
    if given.supplied_on == release.moved_on:
        return setting == "community"
    return setting != "prison"


def _has_died(world: World, person_key: str, last: date) -> bool:
    return any(
        one.person_key == person_key and one.died_hi is not None and one.died_hi <= last
        for one in world.person
    )


def _has_medicine(world: World, release: Transition, last: date) -> bool:
    """Covered every day up to the last, in one piece with a supply that was handed over by the day of release."""
    handed = [
        one.supplied_on
        for one in _given(world, release.person_key)
        if one.kind != "administered" and one.supplied_on and one.supplied_on <= release.moved_on
    ]
    return any(
        cover.person_key == release.person_key
        and cover.line == "art"
        and cover.to_on >= last
        and any(cover.from_on <= day for day in handed)
        for cover in world.coverage
    )


def _somebody_reports(world: World, released_on: date, last: date) -> bool:
    givers = {one.facility_key for one in _given(world)}
    return any(
        one.setting == "community"
        and (one.art or one.facility_key in givers)
        and _may_have_reported(one, released_on, last)
        for one in world.facility
    )


def _may_have_reported(facility: Facility, released_on: date, last: date) -> bool:
    first_report, last_report = facility.first_report_on, facility.last_report_on
    return (
        first_report is not None
        and last_report is not None
        and last_report > released_on
        and first_report <= last
    )
