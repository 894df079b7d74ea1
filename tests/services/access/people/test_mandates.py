"""A mandate: it opens the charts of one facility to an inspector for reading, until a day that is fixed, and nothing else."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from clinical.labels import Label
from services.access.decision import Interaction
from services.access.decision.actor import Actor, Held
from services.access.decision.answer import Outcome
from services.access.decision.decide import decide
from services.access.decision.subject import Subject
from services.access.people.errors import GrantRefused
from services.access.people.grant_rules import LONGEST_MANDATE, Wanted, needs_confirmation
from services.access.people.grants import person_with, record_grant
from services.access.people.holdings import Holding, Person
from services.access.roles import ROLES
from services.access.roles.rule import Purpose
from services.shared.database import Database

NORTH = "Organization/north"
NUMBER = "CPT 2026/114-3"
ADMINISTRATOR = Person(uuid4(), frozenset({Holding("administrator", None)}))
NOBODY = Person(uuid4(), frozenset())


def wanted(at: datetime, **said: Any) -> Wanted:
    return replace(Wanted("inspector", NORTH, at, at + timedelta(days=10), NUMBER), **said)


def test_an_administrator_asks_for_it_and_somebody_else_confirms(at: datetime) -> None:
    assert needs_confirmation(ADMINISTRATOR, NOBODY, wanted(at))


@pytest.mark.parametrize(
    "wrong",
    [
        {"facility": None},
        {"ends_at": None},
        {"ends_at": LONGEST_MANDATE + timedelta(seconds=1)},
        {"role": "auditor"},
        {"mandate": ""},
        {"mandate": "x"},
        {"mandate": "because; of <this>"},
        {"mandate": "1" * 81},
    ],
)
def test_it_is_of_an_inspector_at_one_facility_for_a_short_time_by_its_number(
    at: datetime, wrong: dict[str, Any]
) -> None:
    if isinstance(wrong.get("ends_at"), timedelta):
        wrong = {"ends_at": at + wrong["ends_at"]}
    with pytest.raises(GrantRefused):
        needs_confirmation(ADMINISTRATOR, NOBODY, wanted(at, **wrong))


def test_its_longest_time_is_still_one(at: datetime) -> None:
    assert needs_confirmation(ADMINISTRATOR, NOBODY, wanted(at, ends_at=at + LONGEST_MANDATE))


@pytest.fixture
def inspector(someone: Any, database: Database, at: datetime) -> UUID:
    """Of the north under a mandate, and of the south without one."""
    account: UUID = someone("ines").account
    with database.transaction() as connection:
        record_grant(connection, account, wanted(at), None, at, needs=False)
        south = wanted(at, facility="Organization/south", mandate=None)
        record_grant(connection, account, south, None, at, needs=False)
    return account


def person(database: Database, account: UUID, at: datetime) -> Person:
    with database.transaction() as connection:
        return person_with(connection, account, at)


def actor(of: Person, at: datetime) -> Actor:
    """As a page makes one."""
    held = tuple(
        Held(
            ROLES[one.role],
            frozenset({str(one.facility).partition("/")[2]}),
            at,
            until=of.mandate_until(one),
            mandate=of.mandate_until(one) is not None,
        )
        for one in of.holds_now
    )
    return Actor(str(of.id), held, at, Purpose.OVERSIGHT)


def test_it_is_in_effect_until_its_end_and_no_longer(
    database: Database, inspector: UUID, at: datetime
) -> None:
    end = at + timedelta(days=10)
    north, south = Holding("inspector", NORTH), Holding("inspector", "Organization/south")
    here = person(database, inspector, end - timedelta(seconds=1))
    assert (here.mandate_until(north), here.mandate_until(south)) == (end, None)
    assert {one.number for one in here.mandates} == {NUMBER}
    over = person(database, inspector, end)
    assert over.mandate_until(north) is None
    assert not over.holds("inspector")


def test_charts_of_that_facility_are_read_under_it_and_not_written(
    database: Database, inspector: UUID, at: datetime
) -> None:
    chart = Subject("Condition", frozenset({Label.ETH}), patient="amina", open_at=frozenset({"north"}))
    elsewhere = replace(chart, open_at=frozenset({"south"}))
    reads = actor(person(database, inspector, at), at)
    assert decide(reads, Interaction.READ, chart).permitted
    assert decide(reads, Interaction.READ, elsewhere).outcome is Outcome.HIDDEN, (
        "there the role has no mandate"
    )
    for interaction in (Interaction.CREATE, Interaction.UPDATE, Interaction.DELETE):
        assert not decide(reads, interaction, chart).permitted
    end = at + timedelta(days=10)
    late = actor(person(database, inspector, end), end)
    assert decide(late, Interaction.READ, chart).outcome is Outcome.HIDDEN


def test_the_database_keeps_none_that_has_no_end(someone: Any, database: Database, at: datetime) -> None:
    account = someone("ines").account
    for wrong in ({"ends_at": None}, {"facility": None}, {"role": "doctor"}):
        with pytest.raises(IntegrityError), database.transaction() as connection:
            record_grant(connection, account, wanted(at, **wrong), None, at, needs=False)
