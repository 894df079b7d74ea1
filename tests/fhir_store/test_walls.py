"""Behind its wall a connection sees nothing, whatever it asks for: the second wall, tried by asking."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from audit_events import a_read, plain, recorded
from psycopg.errors import InsufficientPrivilege
from resources import a_dose, a_patient, a_stay, an_observation, text_of

from fhir_store.search_values import param_id
from fhir_store.store import Author, Store
from fhir_store.walls import SETTING, Wall
from fhir_store.write import Write, save
from services.shared.database import Database
from services.shared.installation import Urls

Ask = Callable[..., list[tuple[Any, ...]]]

SCHEMAS = ("fhir_store", "clinical", "access")

WALLED = """
SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p') AND c.relrowsecurity AND c.relforcerowsecurity
"""
ALL = """
SELECT n.nspname || '.' || c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""

WITHOUT_PATIENTS = {
    "fhir_store.installation": "the installation's own name",
    "fhir_store.source": "addresses of other systems",
    "fhir_store.key_encryption_key": "that there is such a key",
    "fhir_store.load_progress": "how far a file was read",
    "fhir_store.index_quantity": "numbers with units, of a key that stands behind the wall (docs/decisions/0012)",
    "access.client": "systems",
    "access.client_key": "public keys of systems",
    "access.token": "digests of tokens",
    "access.used_assertion": "digests of assertions",
    "access.account": "staff",
    "access.password": "staff",
    "access.activation": "staff",
    "access.oath_token": "staff",
    "access.recovery_code": "staff",
    "access.passkey": "staff",
    "access.ceremony": "staff",
    "access.unfinished_sign_in": "staff",
    "access.oidc_link": "staff",
    "access.oidc_sign_in": "staff",
    "access.throttle": "keyed hashes of login names and addresses",
    "access.device": "tablets",
    "access.pin": "staff",
    "access.session": "staff",
    "access.role_grant": "staff",
    "access.credential_reset": "staff",
    "access.audit_event": "events whose subjects are salted digests",
    "access.audit_leaf": "hashes",
    "clinical.day_closed": "facilities and days",
    "clinical.on_call": "a telephone of staff",
    "access.audit_tree": "hashes",
    "access.audit_key": "public keys",
    "access.audit_head": "signed hashes",
    "access.audit_erasure": "that somebody was erased, not who",
    "access.audit_verification": "whether the log was whole",
    "access.unusual_access": "staff, and numbers of events whose subjects stand behind the wall",
    "access.unusual_reading": "how far the log was looked at",
}


@pytest.fixture
def filled(database: Database, store: Store) -> Database:
    """A patient, and that somebody read of them."""
    write = Write(text_of(a_patient("p1", name=[{"family": "Demo"}])), id="p1")
    database.run(lambda connection: save(connection, store, [write], Author("a")))
    recorded(database, a_read("Patient/p1"))
    return database


@pytest.fixture
def ask(filled: Database, urls: Urls) -> Ask:
    """Ask something as the ``owner`` or the ``server``, from behind a wall or (None) without saying for whom."""

    def asked(role: str, wall: str | None, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        address = plain(getattr(urls, role)).partition("&options")[0]
        options = "" if wall is None else f"-c {SETTING}={wall}"
        with psycopg.connect(address, options=options, autocommit=True) as connection:
            cursor = connection.execute(statement, arguments)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    return asked


def _walled(ask: Ask) -> set[str]:
    return {name for (name,) in ask("owner", None, WALLED, list(SCHEMAS))}


def test_every_table_has_a_wall_or_a_reason_and_there_are_no_views(ask: Ask) -> None:
    tables = dict(ask("owner", None, ALL, list(SCHEMAS)))
    assert set(tables.values()) <= {b"r", "r"}, "a view looks past the wall of whoever made it"
    walled = _walled(ask)
    assert walled.isdisjoint(WITHOUT_PATIENTS)
    assert walled | set(WITHOUT_PATIENTS) == set(tables)


@pytest.mark.parametrize("role", ["owner", "server"])
@pytest.mark.parametrize("wall", [None, "", "something", Wall.NOBODY])
def test_who_does_not_read_for_the_record_sees_nothing(ask: Ask, role: str, wall: str | None) -> None:
    for table in sorted(_walled(ask)):
        assert ask(role, wall, f"SELECT count(*) FROM {table}") == [(0,)]
    seen = [ask(role, Wall.RECORD, f"SELECT count(*) FROM {table}")[0][0] for table in _walled(ask)]
    assert sum(one > 0 for one in seen) >= 5, (
        "nearly nothing is there to be seen, so nearly nothing is proved"
    )


def test_custody_sees_who_somebody_is_and_nothing_of_the_record(
    filled: Database, store: Store, ask: Ask
) -> None:
    others = [a_stay("s1", patient="p1"), an_observation("o1", patient="p1"), a_dose("d1", patient="p1")]
    writes = [Write(text_of(one), id=one["id"]) for one in others]
    filled.run(lambda connection: save(connection, store, writes, Author("a")))
    for table in ("current_resource", "resource_version"):
        assert ask("server", Wall.CUSTODY, f"SELECT DISTINCT type FROM fhir_store.{table}") == [("Patient",)]
    own = {"clinical.stay", "clinical.custody_call", "clinical.call_room", "clinical.fitness_for_transfer"}
    seen = {
        table
        for table in _walled(ask)
        if ask("server", Wall.CUSTODY, f"SELECT count(*) FROM {table}") != [(0,)]
    }
    assert seen <= own | {
        f"fhir_store.{table}" for table in ("current_resource", "resource_version", "data_key")
    }
    with pytest.raises(InsufficientPrivilege):
        ask(
            "server",
            Wall.CUSTODY,
            "INSERT INTO clinical.stay VALUES ('Encounter', 'x', 'p1', 'f', 'planned')",
        )


def test_the_number_by_which_custody_finds_somebody_is_the_one_in_its_wall(ask: Ask) -> None:
    walls = ask(
        "owner",
        None,
        "SELECT qual FROM pg_policies WHERE policyname = 'custody' AND tablename = 'index_token'",
    )
    assert str(param_id("Patient", "identifier:of-type")) in walls[0][0]


def test_nothing_is_changed_or_added_by_who_sees_nothing(ask: Ask) -> None:
    assert ask("server", None, "UPDATE fhir_store.current_resource SET deleted = true RETURNING key") == []
    assert ask("owner", None, "DELETE FROM fhir_store.resource_version RETURNING seq") == []
    with pytest.raises(InsufficientPrivilege):
        ask(
            "server",
            None,
            "INSERT INTO fhir_store.compartment (patient, type, key) VALUES ('p1', 'Patient', 9)",
        )


def test_from_behind_any_wall_the_audit_log_is_added_to_and_not_read(filled: Database, ask: Ask) -> None:
    count = "SELECT count(*) FROM access.audit_opening"
    ((before,),) = ask("owner", Wall.RECORD, count)
    recorded(filled.behind(Wall.NOBODY), a_read("Patient/p1"))
    assert ask("owner", Wall.RECORD, count) == [(before + 2,)]
    assert ask("server", Wall.NOBODY, count) == [(0,)]


def test_what_is_set_for_a_transaction_ends_with_it(ask: Ask, urls: Urls) -> None:
    address = plain(urls.server).partition("&options")[0]
    count = "SELECT count(*) FROM fhir_store.current_resource"
    with psycopg.connect(address) as connection:
        connection.execute(f"SET LOCAL {SETTING} = 'record'")
        assert connection.execute(count).fetchone() == (1,)
        connection.commit()
        assert connection.execute(count).fetchone() == (0,)


def test_the_roles_cannot_look_past_the_wall(ask: Ask) -> None:
    roles = ask(
        "owner",
        None,
        "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname LIKE 'throughcare%%'",
    )
    assert len(roles) >= 2
    assert all(not is_super and not bypasses for _, is_super, bypasses in roles)


RUN_AS_OWNER = {
    "forget_subject": "erasure",
    "register_hold": "locks the row of a book that the server may not change",
    "register_count": "counts a balance that the server may not change",
}


def test_nothing_but_erasure_and_the_counting_of_the_register_runs_as_the_owner(ask: Ask) -> None:
    definers = """
    SELECT p.proname, p.proconfig FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = ANY(%s) AND p.prosecdef
    """
    found = ask("owner", None, definers, list(SCHEMAS))
    assert {name for name, _ in found} == set(RUN_AS_OWNER)
    assert all(any(one.startswith("search_path=") for one in config or []) for _, config in found)
