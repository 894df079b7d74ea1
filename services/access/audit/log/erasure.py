"""To forget somebody: what the digests of the log were made of is deleted; bytes, leaves and tree stay."""

from datetime import UTC, datetime
from typing import Any

import psycopg

from services.access.audit.kinds import Actor, Circumstances, erasure
from services.access.audit.log.record import record

FORGET = "SELECT access.forget_subject(%s, %s, %s)"


def forget_subject(cursor: psycopg.Cursor[Any], subject: str, by: Actor, reason: str, key: bytes) -> int:
    """Delete every opening of a subject, in the caller's transaction; returns how many there were.

    The register says when, by whom, for which reason (a code) and how many; the log says it too, so that neither can
    be changed unseen. Neither knows the subject. Backups hold it until they are overwritten.
    """
    row = cursor.execute(FORGET, (subject, str(by), reason)).fetchone()
    assert row is not None
    openings = int(row[0])
    record(cursor, [erasure(Circumstances(by, datetime.now(UTC)), reason, openings=openings)], key)
    return openings
