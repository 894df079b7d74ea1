"""Where each person is again: at every instant at which anything begins or ends, one after the other."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from spec import worlds

from cascade.reference import World
from cascade.tables import SettingAt, Stay

FOREVER = datetime(9000, 1, 1, tzinfo=UTC)
COMMUNITY = ("community_oat", "community_hiv")


class Place(NamedTuple):
    setting: str
    facility_key: str
    legal_status: str | None
    conflict: bool


def settings_at(world: World, data_as_of: datetime) -> list[SettingAt]:
    """Every interval of everybody."""
    people = {one.person_key for one in world.stay}
    return [row for key in sorted(people) for row in _of(world, key, data_as_of)]


def _of(world: World, person_key: str, data_as_of: datetime) -> Iterator[SettingAt]:
    mine = [one for one in world.stay if one.person_key == person_key and begins(one) <= data_as_of]
    death = dead_from(world, person_key)
    instants = {death, FOREVER} | {at for one in mine for at in (begins(one), ends(one))}
    before: Place | None = None
    since = FOREVER
    for at in sorted(instants):
        now = _where(mine, at) if at < death else None
        if now == before:
            continue
        if before and since <= data_as_of:
            yield SettingAt(person_key, since, at if at <= data_as_of else None, *before)
        before, since = now, at


def _where(stays: list[Stay], at: datetime) -> Place | None:
    records = custody_records(stays)
    claiming = [record for record in records if begins(record[0]) <= at < _said_end(record, records)]
    holding = [record for record in claiming if at < held_until(record, records)]
    if holding:
        record = max(holding, key=lambda one: (begins(one[0]), one[0].record_key))
        row = next(one for one in record if begins(one) <= at < ends(one))
        return Place("prison", row.facility_key, row.legal_status, len(claiming) > 1)
    listed = [one for one in stays if one.kind in COMMUNITY and begins(one) <= at < ends(one)]
    if not listed:
        return None
    joined = max(listed, key=lambda one: (begins(one), one.record_key, one.kind))
    return Place("community", joined.facility_key, None, conflict=False)


def custody_records(stays: list[Stay]) -> list[list[Stay]]:
    """The stays in custody, each with its rows in order."""
    keys = {one.record_key for one in stays if one.kind == "custody"}
    return [sorted((one for one in stays if one.record_key == key), key=begins) for key in sorted(keys)]


def held_until(record: list[Stay], records: list[list[Stay]]) -> datetime:
    """The end of a stay; of one that nobody closed the beginning of the next."""
    said = _said_end(record, records)
    return min(said, _next_beginning(record, records)) if said == FOREVER else said


def _said_end(record: list[Stay], records: list[list[Stay]]) -> datetime:
    """As recorded; or on the day of the end the beginning of the next stay."""
    last = record[-1]
    following = _next_beginning(record, records)
    if last.end_at is None and last.end_on and midnight(last.end_on) <= following < ends(last):
        return following
    return ends(last)


def _next_beginning(record: list[Stay], records: list[list[Stay]]) -> datetime:
    later = [begins(other[0]) for other in records if begins(other[0]) > begins(record[0])]
    return min(later, default=FOREVER)


def begins(stay: Stay) -> datetime:
    """From when on it surely holds; never, if no date can be read."""
    return stay.start_at or (midnight(stay.start_hi) if stay.start_hi else FOREVER)


def ends(stay: Stay) -> datetime:
    """Until when it surely holds."""
    return stay.end_at or (midnight(stay.end_lo + timedelta(days=1)) if stay.end_lo else FOREVER)


def dead_from(world: World, person_key: str) -> datetime:
    """The midnight from which on a person is surely dead."""
    last = [one.died_hi for one in world.person if one.person_key == person_key and one.died_hi]
    return midnight(last[0] + timedelta(days=1)) if last else FOREVER


def midnight(day: date) -> datetime:
    """00:00 of a civil day."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(worlds.ZONE)).astimezone(UTC)
