"""What codes mean, from the TOML files in this folder: one file per code system, each with its source."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from duckdb import DuckDBPyConnection

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class OatMedication:
    """A code that names a medicine of opioid agonist treatment."""

    system: str
    code: str
    atc: str
    only_for_opioid_dependence: bool


@dataclass(frozen=True)
class OpioidDependence:
    """A code that names opioid dependence."""

    system: str
    code: str
    and_subdivisions: bool


def oat_medications() -> tuple[OatMedication, ...]:
    """Every code of an OAT medicine, in every code system there is a file for."""
    return tuple(
        OatMedication(system, code, str(meant["atc"]), bool(meant.get("only_for_opioid_dependence", False)))
        for system, code, meant in _codes(FOLDER / "oat_medication")
    )


def opioid_dependences() -> tuple[OpioidDependence, ...]:
    """Every code of opioid dependence, in every code system there is a file for."""
    return tuple(
        OpioidDependence(system, code, bool(meant.get("and_subdivisions", False)))
        for system, code, meant in _codes(FOLDER / "opioid_dependence")
    )


def install(connection: DuckDBPyConnection) -> None:
    """Make the tables `oat_medication_code` and `opioid_dependence_code` in the connection."""
    _table(connection, "oat_medication_code", oat_medications())
    _table(connection, "opioid_dependence_code", opioid_dependences())


def _codes(folder: Path) -> Iterator[tuple[str, str, dict[str, object]]]:
    for file in sorted(folder.glob("*.toml")):
        listed = tomllib.loads(file.read_text(encoding="utf-8"))
        for system in listed["systems"]:
            for code, meant in listed["code"].items():
                yield system, code, meant


def _table(connection: DuckDBPyConnection, name: str, rows: tuple[object, ...]) -> None:
    connection.register("rows_of_codes", pa.Table.from_pylist([vars(row) for row in rows]))
    connection.execute(f"CREATE TABLE {name} AS FROM rows_of_codes")
    connection.unregister("rows_of_codes")
