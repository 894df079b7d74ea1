"""A facility at an instant, with what its worklists are found in. Each reading is made once, and only if a list asks for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from clinical.oat.round.dead import dead
from clinical.oat.round.parts import find
from clinical.oat.round.reader import Reader
from clinical.oat.round.reading import NOT_HELD, STAYS_ON_THE_LIST, situations, who_is_on_the_list
from clinical.oat.round.round_list import Now, round_list
from clinical.oat.round.row import Row
from clinical.oat.round.session import Session, session_at, sessions
from clinical.oat.round.situation import Situation
from clinical.people.same_person import records_of_all
from clinical.protocols import Protocol

LEFT_LATELY = timedelta(days=60)
"""So long after somebody left, what is left to be done of them is still listed, as the treatment relationship lasts."""

MOST_HELD = 5_000
"""More than any prison of the countries that we serve holds."""

HELD = """
SELECT DISTINCT s.patient_id FROM clinical.stay s
WHERE s.facility_id = %s AND (s.ended_at IS NULL OR s.ended_at > %s) AND s.status <> ALL(%s)
ORDER BY s.patient_id LIMIT %s
"""


@dataclass(frozen=True)
class Ward:
    """A facility at an instant.

    Attributes:
        reader: by what it is read.
        facility: the id of the Organization.
        at: the instant.
        law: the protocol of the country.
    """

    reader: Reader
    facility: str
    at: datetime
    law: Protocol

    @property
    def day(self) -> date:
        """The civil day."""
        return self.at.astimezone(self.reader.zone).date()

    @property
    def session(self) -> Session:
        """The round of the day that is under way."""
        return session_at(self.at.astimezone(self.reader.zone).time(), sessions(self.law))

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        return self.reader.cursor.execute(statement, values).fetchall()

    @cached_property
    def held(self) -> list[str]:
        """Whom the facility holds, or held two days ago: who stands at the window is believed. Nobody who died."""
        return self.living(self._held_since(self.at - STAYS_ON_THE_LIST))

    @cached_property
    def known(self) -> list[str]:
        """The same with those who left lately."""
        return self._held_since(self.at - LEFT_LATELY)

    def _held_since(self, left: datetime) -> list[str]:
        found = self.ask(HELD, self.facility, left, list(NOT_HELD), MOST_HELD)
        return [patient for (patient,) in found]

    def living(self, people: Iterable[str]) -> list[str]:
        """Those of some people who have not died, as far as the record says."""
        named = list(people)
        whose = self.whose(named)
        died = {whose[record] for record in dead(self.reader.cursor, whose, self.at)}
        return [one for one in named if one not in died]

    @cached_property
    def people(self) -> Mapping[str, Situation]:
        """What is known of everybody whom the round is about."""
        listed = who_is_on_the_list(self.reader, self.facility, self.at)
        return situations(self.reader, listed, self.facility, self.at)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows of the rounds of the day."""
        opened = find(self.reader.cursor, self.facility, self.day, self.session.name)
        now = Now(self.at, self.reader.zone, self.law, opened.opened_at if opened else None)
        return round_list(self.people.values(), now)

    def by_person(
        self, statement: str, people: Sequence[str], *values: object
    ) -> Iterable[tuple[str, tuple[Any, ...]]]:
        """What a statement about records finds: whose it is of some people, and the rest of each row.

        Its first value is the list of records, its first column the record.
        """
        whose = self.whose(people)
        for record, *row in self.ask(statement, sorted(whose), *values):
            yield whose[record], tuple(row)

    def whose(self, people: Sequence[str]) -> Mapping[str, str]:
        """Of each record the one of its person that stands on a list: of several the first."""
        records = records_of_all(self.reader.cursor, people)
        named = sorted(people)
        whose: dict[str, str] = {}
        for one in named:
            for record in records[one]:
                whose.setdefault(record, one)
        return whose
