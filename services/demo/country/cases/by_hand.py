"""People made by hand: short ways to say what happened to them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from services.demo.country import places
from services.demo.country.calendar import Calendar
from services.demo.country.days import When, at, days, instant, last_day, later
from services.demo.country.facts import (
    Absence,
    Diagnosis,
    Dose,
    Fact,
    HivTest,
    Hold,
    Human,
    Order,
    PatientRecord,
    Programme,
    Stay,
    Supply,
    ViralLoad,
)
from services.demo.country.names import FAMILY
from services.demo.country.state import Country

AnyFact = TypeVar("AnyFact", bound=Fact)

HOUR = timedelta(hours=1)


@dataclass
class Case:
    """One case while it is made. ``name`` is in the id of everybody in it; ``humans`` are those it concerns."""

    country: Country
    family: str
    name: str
    humans: list[str] = field(default_factory=list)
    days: dict[str, date] = field(default_factory=dict)
    numbers: Counter[str] = field(default_factory=Counter)

    @property
    def calendar(self) -> Calendar:
        return self.country.calendar

    @property
    def end(self) -> date:
        """The last day of the quarter on which the cases turn."""
        return self.calendar.quarter_end

    def before(self, n: int) -> date:
        """So many days before that."""
        return self.end - timedelta(days=n)

    # --- people

    def person(self, given: str = "Besa", *, sex: str = "female", birth: date = date(1988, 5, 14)) -> str:
        """A new human with one record; returns the Patient id."""
        human = self.human(sex=sex, birth=birth)
        return self.record(human, given=given)

    def human(self, *, sex: str = "female", birth: date = date(1988, 5, 14)) -> str:
        """A new human without a record; returns the human's id."""
        id_ = f"demo-human-{self.slug}-{len(self.humans) + 1}"
        self.country.add(Human(id_, sex, birth), ())
        self.humans.append(id_)
        return id_

    def record(self, human: str, *, given: str = "Besa", nth: str = "", **known: Any) -> str:
        """A record of a human, from before the first day; returns the Patient id."""
        who = self.country.humans[human]
        id_ = human.replace("demo-human-", "demo-person-") + nth
        base: dict[str, Any] = {"family": FAMILY, "sex": who.sex, "birth": who.birth}
        record = PatientRecord(
            id=id_,
            patient=id_,
            recorded_at=at(self.calendar.first - timedelta(days=2), "09:00"),
            given=given,
            **{**base, **known},
        )
        self.country.add(who, [record])
        return id_

    @property
    def slug(self) -> str:
        return self.name.replace("_", "-")

    # --- facts

    def add(self, fact: AnyFact) -> AnyFact:
        """A fact as it is."""
        self.country.facts.append(fact)
        return fact

    def again(self, fact: AnyFact, recorded_at: datetime, **changes: Any) -> AnyFact:
        """A later version of a fact."""
        return self.add(replace(fact, recorded_at=recorded_at, **changes))

    def stay(self, patient: str, prison: str, start: datetime, end: datetime | None, **known: Any) -> Stay:
        """A stay, written down an hour after it began and again an hour after it ended; pre-trial unless it says more."""
        legal = known.pop("legal", (("pretrial", start),))
        entry = known.pop("entry", "liberty")
        first = self._fact(
            Stay, "stay", patient, start, prison=prison, start=start, legal=legal[:1], entry=entry
        )
        for n, (_, since) in enumerate(legal[1:], start=2):
            first = self.again(first, later(since, HOUR), legal=legal[:n])
        if end:
            base = {"exit": "release-planned", **known}
            return self.again(first, later(end, HOUR), end=end, **base)
        return first

    def absence(self, stay: Stay, kind: str, start: datetime, end: datetime) -> Absence:
        """An absence from a stay."""
        return self._fact(
            Absence,
            "absence",
            stay.patient,
            end,
            stay=stay.id,
            prison=stay.prison,
            kind=kind,
            start=start,
            end=end,
        )

    def programme(self, patient: str, line: str, start: date, **known: Any) -> Programme:
        """On the list of the centre on the hill, or of the HIV clinic."""
        base: dict[str, Any] = {"centre": places.HILL if line == "oat" else places.HIV_CLINIC}
        return self._fact(Programme, line, patient, start, line=line, start=start, **{**base, **known})

    def order(self, patient: str, start: date, end: date | None = None, **known: Any) -> Order:
        """An order of a daily dose of 60 mg methadone, written down on its first day and again at its end."""
        base: dict[str, Any] = {"facility": places.HILL, "drug": "N07BC02", "mg": 60, "interval_days": 1}
        first = self._fact(Order, "order", patient, at(start, "07:00"), start=start, **{**base, **known})
        return self.again(first, at(end, "23:00"), end=end) if end else first

    def hold(self, patient: str, start: date, end: date, reason: str) -> Hold:
        """Days on which the order is held."""
        return self._fact(Hold, "hold", patient, end, start=start, end=end, reason=reason)

    def dose(self, patient: str, on: When, within: Stay | Programme | None, **known: Any) -> Dose:
        """A dose of 60 mg methadone in a stay or programme, or nobody knows where; a day means half past nine."""
        moment = on if isinstance(on, datetime) or not isinstance(on, date) else at(on, "09:30")
        given = known.get("status", "given") != "not-given"
        place = within.prison if isinstance(within, Stay) else within.centre if within else None
        base: dict[str, Any] = {
            "facility": place,
            "context": within.id if within else None,
            "drug": "N07BC02",
            "mg": 60 if given else None,
        }
        return self._fact(Dose, "dose", patient, moment, on=moment, **{**base, **known})

    def daily(
        self,
        within: Stay | Programme,
        first: date,
        last: date,
        skip: Iterable[date] = (),
        **known: Any,
    ) -> None:
        """A dose on every day from one to another, but for some."""
        left_out = set(skip)
        for day in days(first, last):
            if day not in left_out:
                self.dose(within.patient, day, within, **known)

    def on_oat(self, patient: str, first: date, last: date, skip: Iterable[date] = ()) -> Programme:
        """On the list, ordered, and dosed daily at the centre on the hill; the programme stays open."""
        programme = self.programme(patient, "oat", first)
        order = self.order(patient, first, last)
        self.daily(programme, first, last, skip, order=order.id)
        return programme

    def in_prison(self, stay: Stay, first: date, last: date, skip: Iterable[date] = ()) -> Order:
        """Ordered and dosed daily in prison."""
        order = self.order(stay.patient, first, last, facility=stay.prison)
        self.daily(stay, first, last, skip, order=order.id)
        return order

    def test(self, patient: str, performed: When, outcome: str, **known: Any) -> HivTest:
        """A test at the HIV clinic, its result given after half an hour unless it says when."""
        moment = instant(performed) or at(last_day(performed), "10:00")
        base: dict[str, Any] = {
            "facility": places.HIV_CLINIC,
            "returned": later(moment, timedelta(minutes=30)),
        }
        told = {**base, **known}
        return self._fact(
            HivTest, "test", patient, told["returned"] or moment, performed=performed, outcome=outcome, **told
        )

    def diagnosis(self, patient: str, on: When, **known: Any) -> Diagnosis:
        """HIV, confirmed at the clinic."""
        base: dict[str, Any] = {"facility": places.HIV_CLINIC, "condition": "hiv"}
        seen = max(last_day(on), self.calendar.first)
        return self._fact(Diagnosis, "diagnosis", patient, seen, on=on, **{**base, **known})

    def supplied(self, patient: str, on: date, length: int | None, **known: Any) -> Supply:
        """Antiretrovirals dispensed at the clinic."""
        base: dict[str, Any] = {
            "facility": places.HIV_CLINIC, "line": "art", "drug": "J05AR27", "kind": "dispensed",
        }  # fmt: skip
        return self._fact(
            Supply, "supply", patient, at(on, "11:00"), on=at(on, "11:00"), days=length, **{**base, **known}
        )

    def on_art(self, patient: str, first: date, last: date, step: int = 30) -> None:
        """Diagnosed, on the clinic's list, and with medicine for as long as that from ``first`` to the day ``last``."""
        self.diagnosis(patient, first)
        self.programme(patient, "art", first)
        day = first
        while day <= last:
            length = min(step, (last - day).days + 1)
            self.supplied(patient, day, length)
            day += timedelta(days=length)

    def load(self, patient: str, day: date, **known: Any) -> ViralLoad:
        """A viral load at the clinic, its result after a week."""
        collected = at(day, "09:15")
        base: dict[str, Any] = {
            "facility": places.HIV_CLINIC,
            "resulted": later(collected, timedelta(days=7)),
        }
        told = {**base, **known}
        return self._fact(ViralLoad, "load", patient, told["resulted"], collected=collected, **told)

    def _fact(self, type_: type[AnyFact], stem: str, patient: str, when: When, /, **known: Any) -> AnyFact:
        """A fact with the next id of its kind, written down an hour after the event unless it says when."""
        self.numbers[f"{patient}-{stem}"] += 1
        moment = instant(when) or at(last_day(when), "16:00")
        base: dict[str, Any] = {
            "id": f"{patient}-{stem}-{self.numbers[f'{patient}-{stem}']}",
            "recorded_at": later(moment, timedelta(hours=1)),
        }
        return self.add(type_(patient=patient, **{**base, **known}))
