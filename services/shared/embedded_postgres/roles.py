"""The two roles that the program signs in as: one owns the tables, the other only works with them."""

import psycopg
from psycopg import sql

from services.shared.embedded_postgres.connection import as_superuser
from services.shared.embedded_postgres.passwords import OWNER, SERVER
from services.shared.embedded_postgres.server import RunningServer

CREATE_ROLE = sql.SQL(
    "CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {verifier}"
)


def ensure_roles(server: RunningServer) -> None:
    """Make the roles that are missing. To be called by the holder of the start lock."""
    with as_superuser(server) as connection:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, SERVER):
            if role not in known:
                _create(connection, role, server.passwords.by_role[role])


def _create(connection: psycopg.Connection, role: str, password: str) -> None:
    """Only the SCRAM verifier of the password is sent."""
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    connection.execute(CREATE_ROLE.format(role=sql.Identifier(role), verifier=sql.Literal(verifier.decode())))
