"""Where, how old and of what sex a member is, person by person."""

from datetime import date, datetime

from cascade.reference import Member, World
from cascade.tables import UNKNOWN_FACILITY, Period, Person, SettingAt


def at_event(
    world: World,
    person_key: str,
    event_key: str | None,
    at: datetime | None,
    on_day: date | None,
    facility_key: str,
    status: str,
) -> Member:
    """The member at the instant, or, if only the day is known, where the recording facility is."""
    stay = next(
        (
            one
            for one in _of(world, person_key)
            if at and one.from_at <= at and (one.to_at is None or at < one.to_at)
        ),
        None,
    )
    setting = stay.setting if stay else _setting_of(world, facility_key)
    return _member(
        world,
        person_key,
        event_key,
        on_day,
        facility_key,
        setting,
        stay.legal_status if stay else None,
        status,
    )


def at_period_end(
    world: World,
    period: Period,
    person_key: str,
    event_key: str | None,
    facility_key: str | None,
    status: str,
) -> Member:
    """The member at 24:00 on the last day of the period; whom no stay holds is in the community."""
    end = period.end
    stay = next(
        (
            one
            for one in _of(world, person_key)
            if one.from_at < end and (one.to_at is None or end <= one.to_at)
        ),
        None,
    )
    return _member(
        world,
        person_key,
        event_key,
        period.last,
        (stay.facility_key if stay else facility_key) or UNKNOWN_FACILITY,
        stay.setting if stay else "community",
        stay.legal_status if stay else None,
        status,
    )


def at_entry(
    world: World,
    person_key: str,
    event_key: str | None,
    on_day: date,
    facility_key: str,
    setting: str,
    legal_status: str | None,
    status: str,
) -> Member:
    """The member where they entered."""
    return _member(world, person_key, event_key, on_day, facility_key, setting, legal_status, status)


def _of(world: World, person_key: str) -> list[SettingAt]:
    return [one for one in world.setting_at if one.person_key == person_key]


def _setting_of(world: World, facility_key: str) -> str:
    return next((one.setting for one in world.facility if one.facility_key == facility_key), "unknown")


def _member(
    world: World,
    person_key: str,
    event_key: str | None,
    on_day: date | None,
    facility_key: str,
    setting: str,
    legal_status: str | None,
    status: str,
) -> Member:
    person = next((one for one in world.person if one.person_key == person_key), None)
    return Member(
        person_key,
        event_key,
        on_day,
        facility_key,
        setting,
        legal_status or "unknown",
        person.sex if person else "unknown",
        _age(person, on_day),
        status,
    )


def _age(person: Person | None, on_day: date | None) -> int | None:
    """The age, if every day the birth can have been gives the same."""
    if person is None or on_day is None or person.birth_lo is None or person.birth_hi is None:
        return None
    ages = {_years(birth, on_day) for birth in (person.birth_lo, person.birth_hi)}
    return ages.pop() if len(ages) == 1 else None


def _years(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
