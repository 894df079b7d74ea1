"""A transaction that lost against another one is run again, a few times; then the caller is told."""

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from fhir_store.write import raw_cursor
from services.shared.database import ATTEMPTS, Database, LostEveryTime
from services.shared.errors import service_error
from services.shared.installation import Urls

CLIENTS = text("SELECT count(*) FROM access.client")
ADD = text("INSERT INTO access.client (name, scope, created_at) VALUES ('a', 'system/*.rs', now())")


def _fail(connection: Connection, sqlstate: str) -> None:
    """Have PostgreSQL itself end the transaction with this code."""
    connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '{sqlstate}'; END $$"))


def _losing(times: int, sqlstate: str, tried: list[int]):
    def work(connection: Connection) -> str:
        connection.execute(ADD)
        tried.append(1)
        if len(tried) <= times:
            _fail(connection, sqlstate)
        return "done"

    return work


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_who_lost_is_run_again_and_writes_once(database: Database, sqlstate: str) -> None:
    tried: list[int] = []
    assert database.run(_losing(2, sqlstate, tried)) == "done"
    assert len(tried) == 3
    with database.reading() as connection:
        assert connection.execute(CLIENTS).scalar() == 1


def test_who_loses_every_time_is_told_and_nothing_is_written(database: Database) -> None:
    tried: list[int] = []
    with pytest.raises(LostEveryTime) as lost:
        database.run(_losing(ATTEMPTS, "40001", tried))
    assert len(tried) == ATTEMPTS
    assert service_error(lost.value, {}).problem.status == 409
    with database.reading() as connection:
        assert connection.execute(CLIENTS).scalar() == 0


def test_another_error_is_not_tried_again(database: Database) -> None:
    tried: list[int] = []
    with pytest.raises(DBAPIError):
        database.run(_losing(1, "22012", tried))
    assert len(tried) == 1


def test_no_statement_is_compiled(database: Database) -> None:
    with database.cursor() as cursor:
        assert cursor.execute("SHOW jit").fetchall() == [("off",)]
    with database.transaction() as connection:
        assert raw_cursor(connection).execute("SHOW jit").fetchall() == [("off",)]


def _prepared(database: Database) -> bool:
    """Whether a statement of the only connection is prepared there."""
    with database.reading() as connection:
        found = connection.execute(
            text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%7 +%'")
        )
        return bool(found.scalar_one())


def _ask_often(database: Database) -> None:
    for n in range(8):
        with database.snapshot() as connection:
            raw_cursor(connection).execute("SELECT 7 + %s", (n,))


def test_a_statement_that_is_asked_again_and_again_in_snapshots_is_prepared(urls: Urls) -> None:
    database = Database(urls.server, pool_size=1)
    _ask_often(database)
    assert _prepared(database)
    database.close()


def test_a_connection_that_rested_knows_what_it_had_prepared(
    urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.shared.database.TRUSTED_S", 0)
    database = Database(urls.server, pool_size=1)
    _ask_often(database)
    assert _prepared(database)
    database.close()


def test_a_snapshot_that_breaks_off_leaves_nothing_begun(urls: Urls) -> None:
    database = Database(urls.server, pool_size=1)
    with pytest.raises(DBAPIError), database.snapshot() as connection:
        connection.execute(ADD)
    with database.snapshot() as connection:
        assert connection.execute(CLIENTS).scalar_one() == 0
    database.close()
