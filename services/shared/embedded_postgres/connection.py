"""A connection as PostgreSQL's superuser, for what is done before anybody else may connect."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from services.shared.embedded_postgres.errors import EmbeddedPostgresFailed, StartFailed
from services.shared.embedded_postgres.log import telling_line
from services.shared.embedded_postgres.server import RunningServer

CONNECT_SECONDS = 10


@contextmanager
def as_superuser(server: RunningServer, database: str = "postgres") -> Iterator[psycopg.Connection]:
    """A connection in which every statement is its own transaction. Raises EmbeddedPostgresFailed."""
    try:
        with _connected(server, database) as connection:
            yield connection
    except psycopg.Error as refusal:
        said = refusal.diag.message_primary or type(refusal).__name__
        raise EmbeddedPostgresFailed(
            f"PostgreSQL in {server.home} refused to set up its roles and databases: {said}."
        ) from None


def _connected(server: RunningServer, database: str) -> psycopg.Connection:
    try:
        return psycopg.connect(
            server.superuser_conninfo(database), connect_timeout=CONNECT_SECONDS, autocommit=True
        )
    except psycopg.OperationalError as refusal:
        raise StartFailed(
            f"PostgreSQL in {server.home} runs but lets nobody in ({telling_line(str(refusal))}): "
            "if its passwords file was changed, restore it from a backup of this folder; else see postgres.log."
        ) from None
