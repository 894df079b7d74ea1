"""Resources in, contract rows and account out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from spec import world

from cascade import contract
from cascade.account import ReadAccount
from cascade.compute import fill, open_database
from cascade.derive.cut import Cut
from cascade.sources.ndjson import Ndjson

KEY = b"sixteen bytes or more"
DATA_AS_OF = datetime(2099, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Derived:
    doses: list[world.Json]
    facilities: list[world.Json]
    account: ReadAccount
    tables: dict[str, list[world.Json]]
    """The rows of every contract table, by its name."""

    @property
    def outcomes(self) -> dict[str, int]:
        return dict(self.account.outcomes("MedicationAdministration"))

    @property
    def dose(self) -> world.Json:
        """The only dose; fails if there are more or fewer."""
        (one,) = self.doses
        return one

    def facility_of(self, dose: world.Json) -> str | None:
        """The facility's name, or its key if it is the unknown one."""
        (one,) = [
            facility for facility in self.facilities if facility["facility_key"] == dose["facility_key"]
        ]
        return one["name"] or one["facility_key"]


Derive = Callable[..., Derived]


@pytest.fixture(name="derived")
def _derived(tmp_path: Path) -> Derive:
    def derive(*resources: world.Json, zone: str = world.ZONE, data_as_of: datetime = DATA_AS_OF) -> Derived:
        (tmp_path / "bulk.ndjson").write_text(world.ndjson(resources), encoding="utf-8")
        with open_database(zone) as connection:
            account = fill(connection, Ndjson(tmp_path), Cut(data_as_of, zone), key=KEY)
            tables = {
                contract.table_name(one): _rows(connection, contract.table_name(one))
                for one in contract.CONTRACT
            }
            return Derived(tables["dose"], tables["facility"], account, tables)

    return derive


def _rows(connection: Any, table: str) -> list[world.Json]:
    return connection.sql(f"FROM {table}").to_arrow_table().to_pylist()


@pytest.fixture(name="ndjson")
def _ndjson(tmp_path: Path) -> Callable[[Iterable[world.Json]], Path]:
    def write(resources: Iterable[world.Json]) -> Path:
        file = tmp_path / "bulk.ndjson"
        file.write_text(world.ndjson(resources), encoding="utf-8")
        return file

    return write
