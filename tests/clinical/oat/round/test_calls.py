"""The numbers by which people are called: once drawn they stay all day, and are drawn anew the next."""

from collections.abc import Mapping, Sequence
from datetime import date

from oat import DAY, ONE_DAY
from round_prison import OTHER_PRISON, PRISON

from clinical.oat.round.calls import draw_numbers, numbers_of
from fhir_store.write import raw_cursor
from services.shared.database import Database

EVERYBODY = [f"p{number}" for number in range(1, 21)]


def test_everybody_has_a_number_of_their_own_and_keeps_it_all_day(database: Database) -> None:
    def drawn(
        day: date = DAY, facility: str = PRISON, patients: Sequence[str] = EVERYBODY
    ) -> Mapping[str, int]:
        return database.run(lambda one: draw_numbers(raw_cursor(one), facility, day, patients))

    first = drawn()
    assert sorted(first.values()) == list(range(1, 21))
    later = drawn(patients=[*EVERYBODY[3:], "new"])
    assert later == {**first, "new": 21}
    with database.cursor() as cursor:
        assert numbers_of(cursor, PRISON, DAY) == later
    # The order in which they are drawn is nobody's: one of some millions of millions.
    assert [first[one] for one in EVERYBODY] != list(range(1, 21))
    assert drawn(DAY + ONE_DAY) != first
    assert drawn(facility=OTHER_PRISON, patients=["p1"]) == {"p1": 1}
