"""Resources in, contract rows and account out."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection
from spec import world

from cascade import contract
from cascade.account import ReadAccount
from cascade.compute import Loaded, load, open_database
from cascade.derive import MADE_FROM, steps_to, take_step
from cascade.derive.cut import Cut
from cascade.sources.ndjson import Ndjson

KEY = b"sixteen bytes or more"
DATA_AS_OF = datetime(2099, 1, 1, tzinfo=UTC)
CONTRACT = {contract.table_name(table): table for table in contract.CONTRACT}


class Derived:
    """Contract tables of a few resources. Each is derived when it is asked for, with only what it is made from."""

    def __init__(self, connection: DuckDBPyConnection, loaded: Loaded, cut: Cut) -> None:
        self._connection = connection
        self._loaded = loaded
        self._cut = cut
        self._taken: set[str] = set()
        self.tables = Tables(self._rows)
        """The rows of every contract table, by its name."""

    def _rows(self, table: str) -> list[world.Json]:
        self._take(table)
        contract.verify_rows(self._connection, CONTRACT[table])
        return self._connection.sql(f"FROM {table}").to_arrow_table().to_pylist()

    def _take(self, *steps: str) -> None:
        for step in dict.fromkeys(one for name in steps for one in steps_to(name)):
            if step not in self._taken:
                take_step(self._connection, self._cut, step)
                self._taken.add(step)

    def outcome_of_each(self, *resource_types: str) -> Counter[tuple[str | None, str]]:
        """How many records of these types had an outcome, by person; None: of nobody."""
        self._take(*MADE_FROM)
        told = self._connection.execute(
            "SELECT patient_id, outcome, sum(resources) FROM accounted WHERE resource_type IN (FROM unnest(?)) GROUP BY ALL",
            [list(resource_types)],
        )
        return Counter({(person, outcome): int(count) for person, outcome, count in told.fetchall()})

    @property
    def doses(self) -> list[world.Json]:
        return self.tables["dose"]

    @property
    def facilities(self) -> list[world.Json]:
        return self.tables["facility"]

    @property
    def reported_facilities(self) -> list[world.Json]:
        """Facilities with their first and last report."""
        self._take("facility_report")
        return self.tables["facility"]

    @property
    def account(self) -> ReadAccount:
        self._take(*MADE_FROM)
        return self._loaded.account(self._connection)

    @property
    def outcomes(self) -> dict[str, int]:
        self._take("dose")
        return dict(self._loaded.account(self._connection).outcomes("MedicationAdministration"))

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


class Tables(Mapping[str, list[world.Json]]):
    """Rows by the name of their table, made when they are asked for."""

    def __init__(self, rows: Callable[[str], list[world.Json]]) -> None:
        self._rows = cache(rows)

    def __getitem__(self, name: str) -> list[world.Json]:
        return self._rows(name)

    def __iter__(self) -> Iterator[str]:
        return iter(CONTRACT)

    def __len__(self) -> int:
        return len(CONTRACT)


Derive = Callable[..., Derived]


@pytest.fixture(name="derived")
def _derived(tmp_path: Path) -> Iterator[Derive]:
    with ExitStack() as opened:

        def derive(
            *resources: world.Json, zone: str = world.ZONE, data_as_of: datetime = DATA_AS_OF
        ) -> Derived:
            (tmp_path / "bulk.ndjson").write_text(world.ndjson(resources), encoding="utf-8")
            connection = opened.enter_context(open_database(zone))
            cut = Cut(data_as_of, zone)
            return Derived(connection, load(connection, Ndjson(tmp_path), cut, key=KEY), cut)

        yield derive


@pytest.fixture(name="ndjson")
def _ndjson(tmp_path: Path) -> Callable[[Iterable[world.Json]], Path]:
    def write(resources: Iterable[world.Json]) -> Path:
        file = tmp_path / "bulk.ndjson"
        file.write_text(world.ndjson(resources), encoding="utf-8")
        return file

    return write


EachOutcome = Callable[[str, Sequence[tuple[world.Json, str]]], list[world.Json]]


@pytest.fixture
def each_outcome(derived: Derive) -> EachOutcome:
    """What becomes of each of some resources, each of a person of its own in one world: a world for each takes far longer.

    Takes the contract's table and (resource, outcome it has to have); answers with the rows of the table.
    """

    def check(table: str, cases: Sequence[tuple[world.Json, str]]) -> list[world.Json]:
        resources = [_of_its_own(resource, f"case-{nth}") for nth, (resource, _) in enumerate(cases)]
        made = derived(*resources)
        expected = Counter(
            (_person(resource), outcome) for resource, (_, outcome) in zip(resources, cases, strict=True)
        )
        assert made.outcome_of_each(*{one["resourceType"] for one in resources}) == expected
        rows = made.tables[table]
        assert len(rows) == sum(outcome == "used" for _, outcome in cases)
        return rows

    return check


def _of_its_own(resource: world.Json, name: str) -> world.Json:
    own = dict(resource)
    if own.get("id") is not None:
        own["id"] = name
    for member in ("subject", "patient"):
        if own.get(member) == AMINA:
            own[member] = {"reference": f"Patient/{name}"}
    return own


AMINA = {"reference": "Patient/amina"}
"""Whom the builders of records are about, if nobody else is named."""


def _person(resource: world.Json) -> str | None:
    said = resource.get("subject") or resource.get("patient") or {}
    type_, _, id_ = said.get("reference", "").partition("/")
    return id_ if type_ == "Patient" else None


FEW = 4
"""Cases of a table that every run takes whole."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a longer table of cases every third, the first among them, and each case with THROUGHCARE_EXAMPLES.

    Each case derives a world of its own, and the derivations change rarely.
    """
    if "THROUGHCARE_EXAMPLES" in os.environ:
        return
    here = Path(__file__).parent
    tables: dict[tuple[Path, str], list[pytest.Item]] = {}
    for item in items:
        if item.path.is_relative_to(here) and item.path.name.startswith("test_derive_"):
            tables.setdefault((item.path, getattr(item, "originalname", item.name)), []).append(item)
    left_out = {
        id(case) for cases in tables.values() if len(cases) > FEW for nth, case in enumerate(cases) if nth % 3
    }
    config.hook.pytest_deselected(items=[item for item in items if id(item) in left_out])
    items[:] = [item for item in items if id(item) not in left_out]
