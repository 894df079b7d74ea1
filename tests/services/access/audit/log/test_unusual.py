"""The rules are run over what is new in the tree, once, and what is handled stays handled."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from audit_events import circumstances, recorded

from services.access.audit.kinds import Actor, AuditEvent, Subjects, break_glass, read, refusal
from services.access.audit.log.recent import MOST_ACTORS, MOST_EVENTS, Recent, Row
from services.access.audit.log.sequencing import sequence_all
from services.access.audit.log.unusual import look, look_all
from services.access.audit.unusual.seen import Seen
from services.access.people.accounts import add_account
from services.access.people.grant_rules import Wanted
from services.access.people.grants import record_grant
from services.shared.database import Database

ZONE = ZoneInfo("Europe/Podgorica")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NIGHT = datetime(2026, 3, 1, 2, tzinfo=UTC)
"""03:00 at the facility."""


@pytest.fixture
def nurse(database: Database) -> UUID:
    """A nurse of the north."""
    with database.transaction() as connection:
        account = add_account(connection, "drita", "Drita", None, NOON).id
        wanted = Wanted("nurse", "Organization/north", NOON - timedelta(days=90), NOON + timedelta(days=90))
        record_grant(connection, account, wanted, None, NOON, needs=False)
    return account


def by(nurse: UUID, at: datetime, **said: Any) -> Any:
    return circumstances(actor=Actor("account", str(nurse)), at=at, **said)


def a_read(nurse: UUID, at: datetime, patient: str = "Patient/amina", **said: Any) -> AuditEvent:
    return read(by(nurse, at, **said), "read", "MedicationAdministration", Subjects([patient]))


def treated(database: Database, *patients: str, facility: str = "north", ended: str | None = None) -> None:
    with database.cursor() as cursor:
        for patient in patients:
            cursor.execute(
                "INSERT INTO clinical.treatment_relationship VALUES ('Encounter', %s, %s, %s, '2020-01-01', %s)",
                (str(uuid4()), patient, facility, ended),
            )


def findings(database: Database) -> list[tuple[str, str, int, int, Any]]:
    """Rule, facility, people, how many events, result."""
    sequence_all(database)
    look_all(database, ZONE)
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT rule, facility, people, cardinality(events), result FROM access.unusual_access ORDER BY number"
        )
        return cursor.fetchall()


def test_as_usual_there_is_nothing(database: Database, nurse: UUID) -> None:
    treated(database, "amina")
    recorded(database, a_read(nurse, NOON))
    assert findings(database) == []


def test_each_event_is_looked_at_once(database: Database, nurse: UUID) -> None:
    recorded(database, a_read(nurse, NIGHT), a_read(nurse, NIGHT))
    sequence_all(database)
    looks = [database.run(lambda connection: look(connection, ZONE, Recent(), most=1)) for _ in range(3)]
    assert looks == [1, 1, 0]
    treated(database, "amina")
    assert [one[:4] for one in findings(database) if one[0] == "off-shift"] == [("off-shift", "north", 1, 2)]


def test_people_of_another_facility(database: Database, nurse: UUID) -> None:
    treated(database, "amina")
    treated(database, "brian", facility="south")
    treated(database, "left-long-ago", ended="2025-12-01")
    treated(database, "left-lately", ended="2026-01-20")
    for patient in ("amina", "brian", "left-long-ago", "left-lately", "nobody-knows"):
        recorded(database, a_read(nurse, NOON, f"Patient/{patient}"))
    assert findings(database) == [("outside-facility", "north", 3, 3, None)]


@pytest.mark.parametrize("place", [None, "Location/north"])
def test_whose_role_is_for_no_organization_is_not_measured_by_it(
    database: Database, nurse: UUID, place: str | None
) -> None:
    with database.transaction() as connection:
        wanted = Wanted("auditor", place, NOON - timedelta(days=1), None)
        record_grant(connection, nurse, wanted, None, NOON, needs=False)
    recorded(database, a_read(nurse, NOON))
    assert findings(database) == []


def test_who_works_at_night_is_not_off_shift_at_night(database: Database, nurse: UUID) -> None:
    treated(database, "amina")
    for days in range(1, 12):
        recorded(database, a_read(nurse, NIGHT - timedelta(days=days)))
    with database.cursor() as cursor:
        sequence_all(database)
        cursor.execute("UPDATE access.unusual_reading SET next_index = 11")
    recorded(database, a_read(nurse, NIGHT))
    assert findings(database) == []
    recorded(database, a_read(nurse, NOON))
    assert [one[0] for one in findings(database)] == ["off-shift"]


@pytest.mark.parametrize("recent", [None, Recent()], ids=["read again", "remembered"])
def test_a_burst_is_found_across_batches(database: Database, nurse: UUID, recent: Recent | None) -> None:
    people = [f"p{nth}" for nth in range(30)]
    treated(database, *people)
    for nth, patient in enumerate(people):
        recorded(database, a_read(nurse, NOON + timedelta(seconds=nth), f"Patient/{patient}"))
        sequence_all(database)
        look_all(database, ZONE, recent)
    assert findings(database) == [("many-people", "north", 30, 30, None)]


def test_what_is_remembered_is_not_read_again(database: Database, nurse: UUID) -> None:
    recent, actor = Recent(), f"account/{nurse}"
    for minutes in range(2):
        recorded(database, a_read(nurse, NOON + timedelta(minutes=minutes)))
        sequence_all(database)
        look_all(database, ZONE, recent)
    first, second = recent.of(actor, NOON, NOON + timedelta(minutes=1)).values()
    assert second.seen.at - first.seen.at == timedelta(minutes=1)
    recorded(database, a_read(nurse, NOON + timedelta(minutes=2)))
    sequence_all(database)
    look_all(database, ZONE, recent)
    assert next(iter(recent.of(actor, NOON, NOON).values())) is first


def test_only_the_last_of_the_last_are_remembered() -> None:
    recent = Recent()

    def row(nth: int) -> Row:
        return Row(Seen(nth, NOON + timedelta(seconds=nth), "read", frozenset()), "account/a", "")

    recent.keep("account/a", [row(nth) for nth in range(MOST_EVENTS + 5)])
    kept = recent.of("account/a", NOON, NOON + timedelta(days=1))
    assert (min(kept), len(kept)) == (5, MOST_EVENTS)
    assert list(recent.of("account/a", NOON + timedelta(seconds=7), NOON + timedelta(seconds=9))) == [7, 8, 9]
    for nth in range(MOST_ACTORS):
        recent.keep(f"account/{nth}", [row(nth)])
    assert not recent.of("account/a", NOON, NOON + timedelta(days=1))


def test_a_system_that_tries_things_out(database: Database) -> None:
    at = circumstances(actor=Actor("client", "centre"), facility=None, at=NOON)
    recorded(database, *(refusal(at, "read", "Patient", "not-found", Subjects()) for _ in range(10)))
    assert findings(database) == [("repeated-refusals", "", 0, 10, None)]


def test_a_reason_that_comes_takes_the_finding_away(database: Database, nurse: UUID) -> None:
    about = Subjects(["Patient/amina"])
    recorded(database, break_glass(by(nurse, NOON), "not-given", about))
    assert findings(database) == [("break-glass-without-reason", "north", 1, 1, None)]
    recorded(database, break_glass(by(nurse, NOON + timedelta(hours=1)), "overdose", about))
    assert [one[-1] for one in findings(database)] == ["resolved"]


def test_what_was_handled_is_not_found_again(database: Database, nurse: UUID) -> None:
    treated(database, "amina")
    recorded(database, a_read(nurse, NIGHT))
    assert len(findings(database)) == 1
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE access.unusual_access SET result = 'explained', handled_by = %s, handled_at = now()",
            (nurse,),
        )
    recorded(database, a_read(nurse, NIGHT + timedelta(minutes=1)))
    assert [(one[3], one[4]) for one in findings(database)] == [(1, "explained"), (1, None)]
