"""The state of the country: everybody, every fact in every version, and the cases made by hand."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from services.demo.country.calendar import Calendar
from services.demo.country.facts import Facility, Fact, Human, PatientRecord, Size, Tag


@dataclass
class Country:
    """``humans`` by id; ``human_of``: whose each Patient record is; ``other``: what another system sends apart."""

    calendar: Calendar
    facilities: tuple[Facility, ...]
    humans: dict[str, Human] = field(default_factory=dict)
    human_of: dict[str, str] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    sizes: list[Size] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    other: "Country | None" = None

    def add(self, human: Human, facts: Iterable[Fact]) -> None:
        """A human with what is known of them, and their Patient records among it."""
        self.humans[human.id] = human
        for fact in facts:
            if isinstance(fact, PatientRecord):
                self.human_of[fact.id] = human.id
            self.facts.append(fact)

    def recorded(self) -> list[Fact]:
        """The facts that were written down before the records were drawn, in that order."""
        drawn = self.calendar.drawn_at.timestamp()
        timed = ((fact.recorded_at.timestamp(), fact.id, fact) for fact in self.facts)
        return [fact for moment, _, fact in sorted(timed, key=lambda one: one[:2]) if moment <= drawn]

    def known(self, data_as_of: datetime) -> dict[str, Fact]:
        """Of each fact the version that held at a moment, by id; what was taken back is in it as void."""
        cut = min(data_as_of.timestamp(), self.calendar.drawn_at.timestamp())
        return {fact.id: fact for fact in self.recorded() if fact.recorded_at.timestamp() <= cut}

    def patients_of(self, human: str) -> tuple[str, ...]:
        """The Patient records of a human."""
        return self._patients()[human]

    def _patients(self) -> dict[str, tuple[str, ...]]:
        found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
        for patient, human in self.human_of.items():
            found[human] += (patient,)
        return found
