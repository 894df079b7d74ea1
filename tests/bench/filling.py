"""Fill the store to a size by multiplying one person's rows in PostgreSQL, each copy under keys and ids of its own."""

import tempfile
from pathlib import Path

import psycopg
from loading import run
from psycopg.sql import SQL, Identifier
from records import EACH, write_records
from setting import Setting

FIRST_KEY = 1_000_000_000
"""Far above what the sequence hands out in a run."""

COUNT = "SELECT count(*) FROM fhir_store.current_resource"
BOUNDS = f"""
SELECT min(key), max(key) FROM fhir_store.current_resource WHERE key < {FIRST_KEY} AND id ~ '^([ps]0$|[do]0-)'
"""

# How a column of the one record becomes that of copy n: numbers move on, ids and targets get the copy's number.
MOVED = {
    "key": "t.key - {first} + {base} + n::bigint * {span}",
    "seq": "t.seq - {first} + {base} + n::bigint * {span}",
    "id": "t.id || 'x' || n",
    "target_id": "CASE WHEN t.target_type IN ('Patient', 'Encounter') THEN t.target_id || 'x' || n ELSE t.target_id END",
    "patient": "t.patient || 'x' || n",
}
GENERATED = ("epoch", "xid")

INDEXES = """
SELECT schemaname || '.' || indexname, indexdef FROM pg_indexes
WHERE schemaname = 'fhir_store' AND tablename = %s
    AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


def fill_to(setting: Setting, size: int) -> None:
    """Add copies of one person's record until there are ``size`` resources."""
    with psycopg.connect(setting.conninfo, autocommit=True) as connection:
        first, last = _record(setting, connection)
        have = connection.execute(COUNT).fetchone()
        copied = connection.execute(COUNT + " WHERE key >= %s", [FIRST_KEY]).fetchone()
        assert have
        assert copied
        done = copied[0] // EACH
        copies = range(done, done + max(0, (size - have[0]) // EACH))
        for table in _tables(connection):
            _multiply(connection, table, first, last, copies)
        connection.execute("VACUUM ANALYZE")


def _record(setting: Setting, connection: psycopg.Connection) -> tuple[int, int]:
    """The first and last key of the record that is multiplied, loaded if it is not there yet."""
    bounds = connection.execute(BOUNDS).fetchone()
    if bounds is None or bounds[0] is None:
        with tempfile.TemporaryDirectory() as folder:
            write_records(Path(folder), 1)
            run(setting, "import", folder)
        bounds = connection.execute(BOUNDS).fetchone()
    assert bounds
    return bounds[0], bounds[1]


def _tables(connection: psycopg.Connection) -> list[str]:
    found = connection.execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'fhir_store'"
        " AND column_name = 'key' AND data_type = 'bigint' AND table_name <> 'open_reference'"
    ).fetchall()
    return [name for (name,) in found]


def _multiply(connection: psycopg.Connection, table: str, first: int, last: int, copies: range) -> None:
    """Without its indexes, which are made again afterwards: that is ten times faster."""
    indexes = connection.execute(INDEXES, [table]).fetchall()
    for name, _ in indexes:
        connection.execute(SQL("DROP INDEX {}").format(Identifier(*name.split("."))))
    columns = [
        name
        for (name,) in connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'fhir_store' AND table_name = %s"
            " ORDER BY ordinal_position",
            [table],
        ).fetchall()
        if name not in GENERATED
    ]
    numbers = {"first": first, "base": FIRST_KEY, "span": last - first + 1}
    values = [MOVED.get(column, f't."{column}"').format(**numbers) for column in columns]
    statement = (
        f"INSERT INTO fhir_store.{table} ({', '.join(columns)}) SELECT {', '.join(values)}"
        f" FROM generate_series({copies.start}, {copies.stop - 1}) n, fhir_store.{table} t"
        f" WHERE t.key BETWEEN {first} AND {last}"
    )
    connection.execute(statement)  # type: ignore[call-overload]
    for _, definition in indexes:
        connection.execute(definition)
