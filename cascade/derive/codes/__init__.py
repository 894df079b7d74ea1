"""What codes mean, from the TOML files in this folder: one file per code system, each with its source.

A run may be given further files, which map the codes of one sender in several lists at once (examples/synthea.toml).
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from cascade.derive.codes.sender import lists_of

FOLDER = Path(__file__).parent

LISTS = (
    "art_medication",
    "diagnosis",
    "dispense_type",
    "dose_reason",
    "encounter_class",
    "entry_reason",
    "exit_reason",
    "facility_kind",
    "facility_service",
    "hiv_assay",
    "hold",
    "laboratory_result",
    "log10",
    "medication_reason",
    "observation",
    "offer",
    "programme",
    "test_method",
    "test_outcome",
    "verification_status",
)
"""The folders whose codes stand for one word each."""

OPIOID_DEPENDENCE = "opioid_dependence"
SAYING_MORE = ("oat_medication", OPIOID_DEPENDENCE)
"""The folders whose codes say which medicine they are, or what they include."""


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


@dataclass(frozen=True)
class Meaning:
    """The word that a code stands for in a list. Of two codes that both apply, the longer one decides.

    ``value`` None: the code as it was sent. ``excluded``: it stands for nothing, though a group it is in does.
    """

    listed_in: str
    system: str
    code: str
    value: str | None
    and_subdivisions: bool
    excluded: bool


def oat_medications(more: Sequence[Path] = ()) -> tuple[OatMedication, ...]:
    """Every code of an OAT medicine, in every code system there is a file for."""
    return tuple(
        OatMedication(system, code, str(meant["atc"]), bool(meant.get("only_for_opioid_dependence", False)))
        for system, code, meant in _codes("oat_medication", more)
    )


def opioid_dependences(more: Sequence[Path] = ()) -> tuple[OpioidDependence, ...]:
    """Every code of opioid dependence, in every code system there is a file for."""
    return tuple(
        OpioidDependence(system, code, bool(meant.get("and_subdivisions", False)))
        for system, code, meant in _codes("opioid_dependence", more)
    )


def meanings(more: Sequence[Path] = ()) -> tuple[Meaning, ...]:
    """Every code of LISTS. Opioid dependence, which is a reason as well, is a diagnosis among them."""
    listed = (_meaning(name, *one) for name in LISTS for one in _codes(name, more))
    dependence = (
        Meaning("diagnosis", one.system, one.code, OPIOID_DEPENDENCE, one.and_subdivisions, False)
        for one in opioid_dependences(more)
    )
    return (*listed, *dependence)


def check(more: Sequence[Path]) -> None:
    """Raise CodesUnreadable if one of these further files does not say what it must."""
    for file in more:
        lists_of(file, words())


@cache
def words() -> Mapping[str, frozenset[str]]:
    """By list, the words that our own files use; none where a code stands for itself or for a medicine."""
    said = {
        name: frozenset(str(meant["value"]) for *_, meant in _codes(name, ()) if "value" in meant)
        for name in LISTS
    }
    return {
        **said,
        **dict.fromkeys(SAYING_MORE, frozenset()),
        "diagnosis": said["diagnosis"] | {OPIOID_DEPENDENCE},
    }


def install(connection: DuckDBPyConnection, more: Sequence[Path] = ()) -> None:
    """Make the tables `oat_medication_code`, `opioid_dependence_code` and `code_meaning` in the connection.

    Args:
        connection: the database of the run.
        more: further files, as examples/synthea.toml is one.

    Raises:
        CodesUnreadable: one of them does not say what it must.
    """
    _table(connection, "oat_medication_code", oat_medications(more))
    _table(connection, "opioid_dependence_code", opioid_dependences(more))
    _table(connection, "code_meaning", meanings(more))


def _meaning(name: str, system: str, code: str, meant: dict[str, object]) -> Meaning:
    value = meant.get("atc") or meant.get("value")
    return Meaning(
        listed_in=name,
        system=system,
        code=code,
        value=str(value) if value else None,
        and_subdivisions=bool(meant.get("and_subdivisions", False)),
        excluded=bool(meant.get("excluded", False)),
    )


def _codes(name: str, more: Sequence[Path]) -> Iterator[tuple[str, str, dict[str, object]]]:
    for listed in _own_lists(name):
        yield from _of_list(listed)
    for file in more:
        for listed in lists_of(file, words()):
            if listed["name"] == name:
                yield from _of_list(listed)


@cache
def _own_lists(name: str) -> tuple[dict[str, Any], ...]:
    files = sorted((FOLDER / name).glob("*.toml"))
    return tuple(tomllib.loads(file.read_text(encoding="utf-8")) for file in files)


def _of_list(listed: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, object]]]:
    for system in listed["systems"]:
        for code, meant in listed["code"].items():
            yield system, code, meant


def _table(connection: DuckDBPyConnection, name: str, rows: tuple[object, ...]) -> None:
    connection.register("rows_of_codes", pa.Table.from_pylist([vars(row) for row in rows]))
    connection.execute(f"CREATE TABLE {name} AS FROM rows_of_codes")
    connection.unregister("rows_of_codes")
