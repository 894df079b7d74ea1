"""Databases: owned by one role, open to one other, closed to everybody else."""

import psycopg
from psycopg import sql

from services.shared.embedded_postgres.connection import as_superuser
from services.shared.embedded_postgres.passwords import OWNER, SERVER
from services.shared.embedded_postgres.server import RunningServer

# Any number will do, if nothing else locks it in the database `postgres`.
MAKING_DATABASES = 7_215_031_917

EXISTS = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)"
CREATE = sql.SQL("CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}")
CLOSE = sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC")
OPEN = sql.SQL("GRANT CONNECT ON DATABASE {name} TO {server}")


def ensure(server: RunningServer, name: str, template: str | None) -> None:
    """Make the database if it is missing, and settle who may connect."""
    with as_superuser(server) as connection:
        # Kept until the connection closes: programs that ask at once do so one after the other.
        connection.execute("SELECT pg_advisory_lock(%s)", (MAKING_DATABASES,))
        if not _exists(connection, name):
            _create(connection, name, template or "template1")
        connection.execute(CLOSE.format(name=sql.Identifier(name)))
        connection.execute(OPEN.format(name=sql.Identifier(name), server=sql.Identifier(SERVER)))


def _exists(connection: psycopg.Connection, name: str) -> bool:
    row = connection.execute(EXISTS, (name,)).fetchone()
    return bool(row and row[0])


def _create(connection: psycopg.Connection, name: str, template: str) -> None:
    connection.execute(
        CREATE.format(
            name=sql.Identifier(name), owner=sql.Identifier(OWNER), template=sql.Identifier(template)
        )
    )
