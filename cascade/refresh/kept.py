"""The file in which the cascade is kept between refreshes.

Schemas: ``flat`` (as the views make it), ``derived`` (the contract tables, and what a later derivation of a part needs of
the whole), ``shown`` (members, figures and curves of the plan, and what they were made from).
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from cascade.aside import MEMORY
from cascade.derive import codes

NAME = "kept"
PACKAGE = Path(__file__).parents[1]
SUFFIXES = (".py", ".toml")


@dataclass(frozen=True)
class State:
    """What the kept cascade was made from: another state means that it must be made again."""

    day: date
    """The civil day of the data cut."""
    zone: str
    source: str
    key_print: str
    program_print: str
    codes_print: str
    period_end: date


def fingerprint(key: bytes) -> str:
    """What tells one key from another, and nothing else about it."""
    return hashlib.sha256(b"throughcare cascade key" + key).hexdigest()


@cache
def program_print() -> str:
    """What tells one version of this package from another."""
    files = sorted(path for path in PACKAGE.rglob("*") if path.suffix in SUFFIXES)
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def codes_print(code_files: tuple[Path, ...]) -> str:
    """What tells the meanings of codes of one run from those of another."""
    listed = (
        codes.oat_medications(code_files),
        codes.opioid_dependences(code_files),
        codes.meanings(code_files),
    )
    return hashlib.sha256(repr(listed).encode()).hexdigest()


@contextmanager
def opened(path: Path, zone: str) -> Iterator[DuckDBPyConnection]:
    """A connection whose database ``kept`` is the file, made if it is not there, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with duckdb.connect(config=_config(path)) as connection:
        before = os.umask(0o077)
        try:
            connection.execute(f"ATTACH '{_literal(path)}' AS {NAME}")
        finally:
            os.umask(before)
        connection.execute("SET TimeZone = '{}'".format(zone.replace("'", "''")))
        yield connection


def _config(path: Path) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": MEMORY,
        "temp_directory": str(path.with_suffix(".aside")),
        "autoinstall_known_extensions": False,
        "preserve_insertion_order": False,
    }


def _literal(path: Path) -> str:
    return str(path).replace("'", "''")


STATE = f"""
    CREATE SCHEMA IF NOT EXISTS {NAME}.shown;
    CREATE TABLE IF NOT EXISTS {NAME}.shown.state (
        day DATE, zone VARCHAR, source VARCHAR, key_print VARCHAR, program_print VARCHAR, codes_print VARCHAR, period_end DATE);
    CREATE TABLE IF NOT EXISTS {NAME}.shown.position (position VARCHAR, whole BOOLEAN);
"""


def write_state(connection: DuckDBPyConnection, state: State, position: str) -> None:
    """Say what the kept cascade was made from, and that it is whole."""
    connection.execute(STATE)
    connection.execute(f"INSERT INTO {NAME}.shown.state VALUES (?, ?, ?, ?, ?, ?, ?)", list(astuple(state)))  # noqa: S608
    connection.execute(f"INSERT INTO {NAME}.shown.position VALUES (?, true)", [position])  # noqa: S608


def read_state(connection: DuckDBPyConnection) -> State | None:
    """What the kept cascade was made from; None if there is none, or a refresh broke off in it."""
    connection.execute(STATE)
    found = connection.execute(
        f"SELECT state.* FROM {NAME}.shown.state, {NAME}.shown.position WHERE whole"  # noqa: S608
    ).fetchall()
    return State(*found[0]) if len(found) == 1 else None


def read_position(connection: DuckDBPyConnection) -> str:
    """How far the change feed has been read."""
    found = connection.execute(f"SELECT position FROM {NAME}.shown.position").fetchone()  # noqa: S608
    assert found, "a kept cascade says where in the feed it is"
    return str(found[0])


def set_position(connection: DuckDBPyConnection, position: str, *, whole: bool) -> None:
    """How far the feed has been read, and whether all that follows from it has been counted."""
    connection.execute(f"UPDATE {NAME}.shown.position SET position = ?, whole = ?", [position, whole])  # noqa: S608
