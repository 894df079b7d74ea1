"""Pseudonyms: HMAC-SHA-256 of what the source calls a thing, under a key of the run, cut to 128 bits.

The message is the type and the id, as `Patient/7`, so a person and a record of the same id get different
keys. The same key gives the same pseudonyms in every run; without it they cannot be recomputed or reversed by
trying all ids. DuckDB has SHA-256 but no HMAC, so the two rounds of RFC 2104 are written out in SQL.
"""

import hashlib

from duckdb import DuckDBPyConnection

from cascade.errors import WeakKey

BLOCK_BYTES = 64
LEAST_KEY_BYTES = 16
HEX_DIGITS = 32


def install(connection: DuckDBPyConnection, key: bytes) -> None:
    """Define the SQL macro `pseudonym(text)` in the connection.

    Raises:
        WeakKey: the key has fewer than 16 bytes.
    """
    if len(key) < LEAST_KEY_BYTES:
        raise WeakKey("The cascade key must have 16 bytes or more: make one with secrets.token_bytes(32).")
    block = (hashlib.sha256(key).digest() if len(key) > BLOCK_BYTES else key).ljust(BLOCK_BYTES, b"\0")
    _set(connection, "cascade_inner_pad", bytes(byte ^ 0x36 for byte in block))
    _set(connection, "cascade_outer_pad", bytes(byte ^ 0x5C for byte in block))
    connection.execute(f"""
        CREATE MACRO pseudonym(message) AS left(sha256(getvariable('cascade_outer_pad') || unhex(sha256(
            getvariable('cascade_inner_pad') || encode(message)))), {HEX_DIGITS})
    """)


def forget(connection: DuckDBPyConnection) -> None:
    """Drop the macro and the key material from the connection."""
    connection.execute("DROP MACRO pseudonym")
    connection.execute("RESET VARIABLE cascade_inner_pad")
    connection.execute("RESET VARIABLE cascade_outer_pad")


def _set(connection: DuckDBPyConnection, name: str, value: bytes) -> None:
    connection.execute(f"SET VARIABLE {name} = (SELECT ?::BLOB)", [value])
