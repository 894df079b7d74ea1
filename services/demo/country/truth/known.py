"""The state as it was known at a moment: of each fact the version that held, none that was taken back, by person."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, wraps
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from services.demo.country.days import ZONE, When, first_day, last_day
from services.demo.country.facts import Facility, Fact, PatientRecord, Programme, Stay
from services.demo.country.state import Country

AnyFact = TypeVar("AnyFact", bound=Fact)
Told = TypeVar("Told")


@dataclass(frozen=True, eq=False)
class Someone:
    """A person as the records knew them: the humans they are (two only while wrongly merged), and their records."""

    humans: tuple[str, ...]
    patients: tuple[str, ...]
    records: tuple[PatientRecord, ...]
    facts: tuple[Fact, ...]
    cut_day: date
    """The last civil day that had begun when this was known."""

    @property
    def id(self) -> str:
        return self.humans[0]

    def of(self, type_: type[AnyFact]) -> list[AnyFact]:
        """Their facts of a kind, in the order in which they were written down."""
        return cast("list[AnyFact]", self._by_type.get(type_, []))

    @cached_property
    def _by_type(self) -> dict[type[Fact], list[Fact]]:
        found: defaultdict[type[Fact], list[Fact]] = defaultdict(list)
        for fact in self.facts:
            found[type(fact)].append(fact)
        return dict(found)

    @property
    def sex(self) -> str:
        """Unknown if their records disagree."""
        told = {record.sex for record in self.records} - {"unknown"}
        return told.pop() if len(told) == 1 else "unknown"

    @cached_property
    def birth(self) -> tuple[date, date] | None:
        """The first and the last day on which they can have been born; None: nobody says."""
        return _most_precise(record.birth for record in self.records)

    @cached_property
    def death(self) -> tuple[date, date] | None:
        """The first and the last day on which they can have died; None: not known to have.

        Their records say it, the stay that ended by it, or the programme. Of an unknown day: since birth, up to the day on
        which that was written down.
        """
        said = [record.died for record in self.records]
        said += [one.end for one in self.of(Stay) if one.exit == "death"]
        said += [one.end for one in self.of(Programme) if one.exit == "died"]
        if known := _most_precise(said):
            return known
        written = [one.recorded_at.date() for one in self.records if one.dead_of_unknown_day]
        return (self.birth[0] if self.birth else date(1900, 1, 1), min(written)) if written else None

    def age(self, on: date | None) -> int | None:
        """Whole years on a day, if every birth that their records allow gives the same."""
        if self.birth is None or on is None:
            return None
        ages = {on.year - day.year - ((on.month, on.day) < (day.month, day.day)) for day in self.birth}
        return ages.pop() if len(ages) == 1 else None


def once_of_each(tell: Callable[[Someone], Sequence[Told]]) -> Callable[[Someone], tuple[Told, ...]]:
    """The same, worked out once of each person: many lists ask it of everybody."""
    known_of: WeakKeyDictionary[Someone, tuple[Told, ...]] = WeakKeyDictionary()

    @wraps(tell)
    def told(person: Someone) -> tuple[Told, ...]:
        if person not in known_of:
            known_of[person] = tuple(tell(person))
        return known_of[person]

    return told


def _most_precise(said: Iterable[When | None]) -> tuple[date, date] | None:
    """Of several dates the first and last day of the most precise, then of the earliest."""
    known = [(first_day(one), last_day(one)) for one in said if one is not None]
    return min(known, key=lambda one: (one[1] - one[0], one[0])) if known else None


@dataclass(frozen=True)
class Known:
    """Everybody, as known at ``data_as_of``."""

    data_as_of: datetime
    facilities: dict[str, Facility]
    people: tuple[Someone, ...]

    @property
    def cut_day(self) -> date:
        """The last civil day that had begun."""
        return self.data_as_of.astimezone(ZONE).date()


def known(country: Country, data_as_of: datetime) -> Known:
    """What of one source was known at a moment."""
    facts = [fact for fact in country.known(data_as_of).values() if not fact.void]
    records = {fact.id: fact for fact in facts if isinstance(fact, PatientRecord)}
    groups = _linked(records)
    by_group: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.patient in groups:
            by_group[groups[fact.patient]].append(fact)
    members: defaultdict[str, list[str]] = defaultdict(list)
    for patient, group in sorted(groups.items()):
        members[group].append(patient)
    cut_day = data_as_of.astimezone(ZONE).date()
    people = [_someone(country, records, by_group[group], of, cut_day) for group, of in members.items()]
    places = {place.id: place for place in country.facilities}
    return Known(data_as_of, places, tuple(sorted(people, key=lambda one: one.id)))


def _someone(
    country: Country, records: dict[str, PatientRecord], facts: list[Fact], patients: list[str], cut_day: date
) -> Someone:
    humans = sorted({country.human_of[patient] for patient in patients})
    told = tuple(records[patient] for patient in patients)
    return Someone(tuple(humans), tuple(patients), told, tuple(facts), cut_day)


def _linked(records: dict[str, PatientRecord]) -> dict[str, str]:
    """Of each Patient record the first record of the person: linked in either direction, or of one national id."""
    first = {id_: id_ for id_ in records}

    def join(one: str, other: str) -> None:
        keep, drop = sorted((first[one], first[other]))
        if keep == drop:
            return
        for id_, of in first.items():
            if of == drop:
                first[id_] = keep

    by_number: dict[str, str] = {}
    for record in records.values():
        for other, _ in record.links:
            if other in records:
                join(record.id, other)
        if record.national_id:
            join(record.id, by_number.setdefault(record.national_id, record.id))
    return first


def day_after(day: date, n: int = 1) -> date:
    """So many days after a day."""
    return day + timedelta(days=n)
