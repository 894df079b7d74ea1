"""A private PostgreSQL for a demo, a test run or one small site: no system service, no open port.

It starts with the first program that holds its home folder, is shared by all that hold it, and stops when
the last of them is gone, however it went::

    with EmbeddedPostgres(Path("var")).running() as server:
        server.ensure_database("throughcare")
        engine = create_engine(server.server_url("throughcare"))
"""

from services.shared.embedded_postgres.errors import (
    BinariesUnusable,
    ClusterUnusable,
    EmbeddedPostgresFailed,
    HomeOfAnotherUser,
    HomeUnusable,
    PrivilegesMissing,
    StartFailed,
    StartTookTooLong,
)
from services.shared.embedded_postgres.holder import EmbeddedPostgres
from services.shared.embedded_postgres.server import RunningServer, ensure_database

__all__ = [
    "BinariesUnusable",
    "ClusterUnusable",
    "EmbeddedPostgres",
    "EmbeddedPostgresFailed",
    "HomeOfAnotherUser",
    "HomeUnusable",
    "PrivilegesMissing",
    "RunningServer",
    "StartFailed",
    "StartTookTooLong",
    "ensure_database",
]
