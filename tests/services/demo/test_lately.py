"""The demo's prison on the day on which somebody tries it."""

from datetime import date, timedelta
from uuid import UUID
from zlib import crc32

import pytest
from oat import DAY, SIX, ZONE, a_happened, an_order, on

from clinical.custody.places import place_kind
from clinical.oat.record import TreatmentRecord
from clinical.oat.round.situation import Presence, Situation
from clinical.oat.slot import Slot
from clinical.protocols import protocol_of
from clinical.register.reading import sites
from clinical.register.two_people import Hands
from services.demo.cells import CELLS, WINGS, in_a_cell, places
from services.demo.lately import AWAY, doses_lately
from services.demo.safe import fill_safe
from services.shared.database import Database

LAW = protocol_of("demonstration")
NURSE, PHARMACIST = UUID(int=1), UUID(int=2)


def somebody(away: int) -> str:
    """An id of somebody who has missed so many days."""
    drawn = {days: number for number, days in AWAY.items()}.get(away, 19)
    return next(f"p{n}" for n in range(10_000) if crc32(f"p{n}".encode()) % 20 == drawn)


def days_of(patient: str, **changes: object) -> list[date]:
    order = an_order(patient=patient, **changes)
    last = a_happened(at=SIX - timedelta(days=6), patient=patient, order=order.id)
    person = Situation(patient, TreatmentRecord(orders=(order,), happened=(last,)), Presence())
    doses = list(doses_lately(person, "prison", "nurse", DAY, ZONE, LAW))
    assert all(one.slot == Slot(order, one.day or DAY, 1, one.mg or 0).key for one in doses)
    return [one.day for one in doses if one.day]


def test_every_day_since_the_last_dose_and_none_of_today() -> None:
    assert days_of(somebody(0)) == [on(days) for days in range(-5, 0)]


@pytest.mark.parametrize("away", AWAY.values())
def test_some_have_missed_days_up_to_yesterday(away: int) -> None:
    assert days_of(somebody(away)) == [on(days) for days in range(-5, -away)]


def test_none_without_an_order() -> None:
    assert days_of(somebody(0), end=on(-4)) == [on(-5), on(-4)]


def test_everybody_is_in_a_cell_that_there_is() -> None:
    made = list(places("prison", SIX))
    assert [place_kind(one) for one in made].count("cell") == len(WINGS) * CELLS
    known = {f"Location/{one['id']}" for one in made if place_kind(one) == "cell"}
    stays = [in_a_cell("prison", f"p{n}", {"resourceType": "Encounter", "id": "s"}, SIX) for n in range(200)]
    assert {one["location"][0]["location"]["reference"] for one in stays} == known


def test_the_safe_is_filled_once_and_something_is_out_for_each_round(database: Database) -> None:
    def filled(session: str, day: date = DAY) -> tuple[int, int]:
        database.run(lambda c: fill_safe(c, "demo", Hands(NURSE, PHARMACIST), SIX, day, session, LAW))
        with database.cursor() as cursor:
            counted = cursor.execute(
                "SELECT count(DISTINCT batch), count(DISTINCT issue) FROM clinical.register_line"
            )
            return counted.fetchone() or (0, 0)

    assert filled("morning") == (3, 3)
    assert filled("morning") == (3, 3)
    assert filled("late") == (3, 6)
    assert filled("morning", on(1)) == (3, 9)
    with database.transaction() as connection:
        assert list(sites(connection)) == ["demo"]
