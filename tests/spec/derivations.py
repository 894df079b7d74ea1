"""One derivation run over contract rows that are put in front of it."""

from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from spec import worlds

from cascade import contract
from cascade.compute import open_database
from cascade.derive.cut import Cut
from cascade.reference import World


def cut(text: str) -> Cut:
    """A data cut at an hour of the facilities' calendar: `2025-03-31 23:00`, or at noon of a day."""
    moment = datetime.fromisoformat(text if " " in text else f"{text} 12:00")
    return Cut(moment.replace(tzinfo=ZoneInfo(worlds.ZONE)).astimezone(UTC), worlds.ZONE)


def derived_rows(name: str, of: World, at: Cut) -> list[Any]:
    """The rows that the derivation of that name makes of the other contract tables, in an order of their own."""
    with open_database(at.zone) as connection:
        for table in contract.CONTRACT:
            if contract.table_name(table) != name:
                _put(connection, table, getattr(of, contract.table_name(table)))
        import_module(f"cascade.derive.{name}").derive(connection, at)
        made = next(table for table in contract.CONTRACT if contract.table_name(table) == name)
        contract.verify_rows(connection, made)
        listed = connection.sql(f"FROM {name}").to_arrow_table().to_pylist()
    return sorted((made(**row) for row in listed), key=str)


def _put(connection: Any, table: type, rows: list[Any]) -> None:
    listed = pa.Table.from_pylist([asdict(row) for row in rows], contract.arrow_schema(table))
    connection.register("given_rows", listed)
    connection.execute(f"CREATE TABLE {contract.table_name(table)} AS FROM given_rows")
    connection.unregister("given_rows")
