"""The relationship as PostgreSQL finds it is the pure rule's, for care that was handed over and followed up."""

from datetime import date, timedelta
from itertools import count

import pytest

from fhir_store.sql import Sql
from services.access.decision.cares import cares_of
from services.access.decision.relationship import AT_MOST, Care, relationship
from services.access.decision.treated import relationships_on
from services.access.roles.rule import Relationship
from services.shared.database import Database

BEGAN, ENDED = date(2026, 1, 10), date(2026, 2, 1)
DAYS = (
    BEGAN - timedelta(1),
    ENDED,
    *(ENDED + timedelta(n) for n in (1, 2, 3, 4, 20, AT_MOST.days, AT_MOST.days + 1)),
)
OPEN, ON_THE_DAY, EARLY, NEXT, LATER = (
    None,
    ENDED,
    ENDED - timedelta(3),
    ENDED + timedelta(2),
    ENDED + timedelta(90),
)

Tasks = tuple[date | None, ...]


@pytest.mark.parametrize("ended", [None, ENDED])
@pytest.mark.parametrize(
    ("hand_overs", "follow_ups"),
    [
        ((), ()),
        ((OPEN,), ()),
        ((ON_THE_DAY,), ()),
        ((EARLY,), ()),
        ((NEXT,), ()),
        ((LATER,), ()),
        ((NEXT,), (EARLY, NEXT)),
        ((EARLY,), (NEXT,)),
        ((NEXT,), (OPEN,)),
        ((NEXT,), (ON_THE_DAY, OPEN)),
        ((), (NEXT,)),
        ((NEXT, OPEN), ()),
    ],
)
def test_it_ends_when_all_is_done(
    database: Database, ended: date | None, hand_overs: Tasks, follow_ups: Tasks
) -> None:
    _care(database, ended)
    _tasks(database, "amina", hand_overs, follow_ups)
    acknowledged = max(one for one in hand_overs if one) if hand_overs and all(hand_overs) else None
    care = Care(BEGAN, ended, acknowledged, follow_ups)
    for day in DAYS:
        expected = relationship([care], day)
        assert _as_sql(database, day) is expected
        with database.cursor() as cursor:
            kept = cares_of(cursor, ["north"], ["amina"])
        assert relationship(kept["north", "amina"], day) is expected


def test_what_is_done_for_somebody_else_closes_nothing(database: Database) -> None:
    _care(database, ENDED)
    _tasks(database, "brian", (ON_THE_DAY,), ())
    assert _as_sql(database, ENDED + timedelta(10)) is Relationship.OPEN


def _care(database: Database, ended: date | None) -> None:
    with database.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clinical.treatment_relationship VALUES ('Encounter', 'stay', 'amina', 'north', %s, %s)",
            (BEGAN, ended),
        )


def _tasks(database: Database, patient: str, hand_overs: Tasks, follow_ups: Tasks) -> None:
    number = count()
    with database.cursor() as cursor:
        for is_hand_over, done in [
            *((True, one) for one in hand_overs),
            *((False, one) for one in follow_ups),
        ]:
            cursor.execute(
                "INSERT INTO clinical.care_task VALUES ('Task', %s, %s, 'Encounter', 'stay', %s, %s)",
                (str(next(number)), patient, is_hand_over, done),
            )


def _as_sql(database: Database, day: date) -> Relationship:
    closest = relationships_on(Sql("%s::date", (day,)))
    with database.cursor() as cursor:
        for wanted in Relationship:
            asked = closest(frozenset({"north"}), frozenset({wanted}))
            cursor.execute(f"SELECT {asked.text} FROM (VALUES ('amina')) m (patient)", asked.args)
            if cursor.fetchone() == (True,):
                return wanted
    raise AssertionError("no relationship holds")
