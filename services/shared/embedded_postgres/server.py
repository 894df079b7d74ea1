"""A PostgreSQL that runs: its addresses, and the databases in it."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from services.shared.embedded_postgres.passwords import OWNER, SERVER, SUPERUSER, Passwords

PORT = 5432


@dataclass(frozen=True)
class RunningServer:
    """A private PostgreSQL. Addresses stay valid when it is restarted; they hold a password: do not log them."""

    home: Path
    socket_folder: Path
    postmaster_pid: int
    passwords: Passwords

    def url(self, role: str, password: str, database: str) -> str:
        """SQLAlchemy's address of a database as any role, over the unix socket."""
        return f"postgresql+psycopg://{self._place(role, password, database)}"

    def owner_url(self, database: str) -> str:
        """As the role that owns the database and its schema: for migrations."""
        return self._url_as(OWNER, database)

    def server_url(self, database: str) -> str:
        """As the role that owns nothing: for the server."""
        return self._url_as(SERVER, database)

    def superuser_url(self, database: str = "postgres") -> str:
        """As PostgreSQL's superuser: for making and removing databases."""
        return self._url_as(SUPERUSER, database)

    def superuser_conninfo(self, database: str = "postgres") -> str:
        """The same for psycopg itself and PostgreSQL's own programs."""
        return f"postgresql://{self._place(SUPERUSER, self.passwords.by_role[SUPERUSER], database)}"

    def ensure_database(self, name: str, template: str | None = None) -> None:
        """Make a database, empty or as a copy of ``template``, unless there is one of that name."""
        ensure_database(self, name, template)

    def _url_as(self, role: str, database: str) -> str:
        return self.url(role, self.passwords.by_role[role], database)

    def _place(self, role: str, password: str, database: str) -> str:
        socket = quote(os.fsencode(self.socket_folder), safe="")
        return f"{_encoded(role)}:{_encoded(password)}@/{_encoded(database)}?host={socket}&port={PORT}"


def _encoded(part: str) -> str:
    return quote(part, safe="")


def ensure_database(server: RunningServer, name: str, template: str | None = None) -> None:
    """Make a database that ``throughcare_owner`` owns and ``throughcare_server`` may connect to.

    Without effect if it exists. Several programs may ask at once. A template must have no open connections.
    Raises EmbeddedPostgresFailed.
    """
    # Imported late, since the supervisor imports this package, stays as long as PostgreSQL, and needs no driver.
    from services.shared.embedded_postgres.databases import ensure

    ensure(server, name, template)
