"""The floor of a logged request: instead of its events one raw row, durable before the answer."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import psycopg

from fhir_store.sql import Sql
from services.access.audit.kinds import AuditEvent
from services.access.audit.log.audit_log import AuditLog
from services.shared.database import Database

RAW = "CREATE TABLE IF NOT EXISTS public.raw_event (number bigserial PRIMARY KEY, body bytea NOT NULL)"
GRANT = "GRANT ALL ON public.raw_event, public.raw_event_number_seq TO throughcare_server"
INSERT = "INSERT INTO public.raw_event (body) VALUES (%s)"

BODY = b"x" * 520
"""As long as an event of a read."""


class RawAudit(AuditLog):
    """A log of one row for each request, whatever it was."""

    def __init__(self, database: Database, home: Path, *, rows: bool) -> None:
        super().__init__(database, home)
        self._rows = rows

    def record_read(self, cursor: psycopg.Cursor[Any], events: Iterable[AuditEvent]) -> None:
        if self._rows and events:
            cursor.execute(INSERT, (BODY,))

    def parts_of(self, events: Iterable[AuditEvent]) -> Mapping[str, Sql]:
        return {"raw_audit": Sql(INSERT, (BODY,))} if self._rows else {}
