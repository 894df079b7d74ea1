"""What was known at the data cut: of each record the version that held then, and nothing written later.

A flat table has a row for each version that the source knows. ``last_updated`` says when a version was written; it holds
until the next one was. A version without a readable time has always been there. A source that knows one version of a
record shows nothing of it before that version was written.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

KEEP = """
    DELETE FROM {table} WHERE rowid IN (
        WITH version AS (
            SELECT {table}.rowid AS place, try_cast(last_updated AS TIMESTAMPTZ) AS recorded_at, id
            FROM {table}
        ), known AS (
            SELECT place, row_number() OVER (PARTITION BY id ORDER BY recorded_at DESC NULLS LAST, place DESC) AS nth
            FROM version WHERE id IS NOT NULL AND (recorded_at IS NULL OR recorded_at <= $data_as_of)
        )
        SELECT place FROM version LEFT JOIN known USING (place)
        WHERE version.id IS NOT NULL AND coalesce(nth, 2) > 1
    )
"""


@dataclass(frozen=True)
class Cut:
    """``data_as_of``: the instant of the data cut; ``zone``: IANA name of the calendar in which civil days are told."""

    data_as_of: datetime
    zone: str

    @property
    def day(self) -> date:
        """The last civil day that had begun at the cut: what is after it nobody can know."""
        return self.data_as_of.astimezone(ZoneInfo(self.zone)).date()


def keep_what_was_known(connection: DuckDBPyConnection, table: str, cut: Cut) -> int:
    """Delete from a flat table all but the version of each record that held at the cut; returns how many."""
    deleted = connection.execute(KEEP.format(table=table), {"data_as_of": cut.data_as_of}).fetchone()
    return int(deleted[0]) if deleted else 0
