"""Episodes of OAT again: one interval of coverage after the other, person by person."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from spec import worlds
from spec.coverage_twin import pieces

from cascade.reference import World
from cascade.tables import GIVEN, Coverage, OatEpisode, Person, SettingAt, Treatment

DAY = timedelta(days=1)
GAPS = {"gap_7": 7, "gap_28": 28}


@dataclass
class Run:
    """Intervals with short gaps between them."""

    gap: timedelta
    parts: list[Coverage] = field(default_factory=list)
    is_last: bool = False

    @property
    def first(self) -> date:
        return self.parts[0].from_on

    @property
    def last(self) -> date:
        return self.parts[-1].to_on

    @property
    def until(self) -> date:
        return self.last + self.gap


def oat_episodes(world: World, cut_day: date) -> list[OatEpisode]:
    """Every episode of everybody, under each profile."""
    people = {one.person_key for one in world.coverage if one.line == "oat"}
    return sorted(
        (one for key in people for profile in GAPS for one in _of(world, key, profile, cut_day)), key=str
    )


def _of(world: World, person_key: str, profile: str, cut_day: date) -> Iterator[OatEpisode]:
    for number, run in enumerate(_runs(world, person_key, GAPS[profile]), start=1):
        ended_by = _ended_by(world, person_key, run, cut_day)
        died = _person(world, person_key)
        last = min(run.last, died.died_hi) if ended_by == "death" and died and died.died_hi else run.last
        giver = _first_giver(world, person_key, run, cut_day)
        stay = _stay(world, person_key, run.first)
        setting = stay.setting if stay else _setting(world, giver)
        legal = stay.legal_status if stay else None
        yield OatEpisode(person_key, profile, number, run.first, last, ended_by, setting, giver, legal)


def _runs(world: World, person_key: str, gap: int) -> list[Run]:
    mine = [one for one in world.coverage if (one.person_key, one.line) == (person_key, "oat")]
    runs: list[Run] = []
    for one in sorted(mine, key=lambda one: one.from_on):
        if not runs or (one.from_on - runs[-1].last).days - 1 > gap:
            runs.append(Run(DAY * gap))
        runs[-1].parts.append(one)
    runs[-1].is_last = True
    return runs


def _ended_by(world: World, person_key: str, run: Run, cut_day: date) -> str:
    person = _person(world, person_key)
    if run.is_last and person and _can_have_died(person, run):
        return "death"
    if _has_left(world, person_key, run, cut_day):
        return "left_data"
    return "open" if run.until >= cut_day else "gap"


def _can_have_died(person: Person, run: Run) -> bool:
    if person.died_lo is None or person.died_hi is None:
        return False
    return person.died_lo <= run.until and person.died_hi >= run.first


def _has_left(world: World, person_key: str, run: Run, cut_day: date) -> bool:
    spans = [*_deportations(world, person_key), *_farewells(world, person_key, run)]
    return any(_left_within(world, person_key, run, lo, hi, cut_day) for lo, hi in spans)


def _deportations(world: World, person_key: str) -> Iterator[tuple[date, date]]:
    for move in world.transition:
        if (move.person_key, move.exit_reason) == (person_key, "deported"):
            yield move.moved_on, move.moved_on


def _farewells(world: World, person_key: str, run: Run) -> Iterator[tuple[date, date]]:
    for one in world.treatment:
        if one.person_key != person_key or one.stop_lo is None or one.stop_hi is None:
            continue
        if one.stop_reason == "emigrated" or _went_outside(world, one, run):
            yield one.stop_lo, one.stop_hi


def _went_outside(world: World, one: Treatment, run: Run) -> bool:
    """Transferred to nowhere in the data, and on the list of no other programme."""
    if (one.line, one.stop_reason, one.to_facility_key) != ("oat", "transferred_out", None):
        return False
    assert one.stop_hi
    for other in world.treatment:
        if (other.person_key, other.line) != (one.person_key, "oat") or other.record_key == one.record_key:
            continue
        if other.start_lo and other.start_lo > run.until:
            continue
        if other.stop_lo is None or other.stop_lo > one.stop_hi:
            return False
    return True


def _left_within(world: World, person_key: str, run: Run, lo: date, hi: date, cut_day: date) -> bool:
    """Within the episode or the gap after it, and given nothing more in it."""
    given = [one.given_on for one in world.dose if one.person_key == person_key and one.status in GIVEN]
    handed_over = [
        one.supplied_on
        for one in world.supply
        if (one.person_key, one.line) == (person_key, "oat") and one.kind in ("dispensed", "release_supply")
    ]
    after = [day for day in (*given, *handed_over) if day and hi < day <= run.last and day <= cut_day]
    return hi >= run.first and lo <= run.until and not after


def _first_giver(world: World, person_key: str, run: Run, cut_day: date) -> str:
    late = datetime.max.replace(tzinfo=UTC)
    ranked = [
        (one.at or late, one.facility_key == "unknown", one.facility_key)
        for one in pieces(world, cut_day)[person_key, "oat"]
        if one.from_on == run.first
    ]
    return min(ranked)[2]


def _person(world: World, person_key: str) -> Person | None:
    return next((one for one in world.person if one.person_key == person_key), None)


def _stay(world: World, person_key: str, day: date) -> SettingAt | None:
    after = day + DAY
    ends = datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(worlds.ZONE))
    for one in world.setting_at:
        if one.person_key == person_key and one.from_at < ends and (one.to_at is None or one.to_at >= ends):
            return one
    return None


def _setting(world: World, facility_key: str) -> str:
    return next((one.setting for one in world.facility if one.facility_key == facility_key), "unknown")
