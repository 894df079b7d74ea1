"""From flat tables to contract tables: joins, linkage and intervals. One file per contract table, of its name.

Each has ``derive(connection, cut)``, which makes its table from the flat tables and from the tables before it in ORDER.
"""

from importlib import import_module
from pkgutil import iter_modules

from duckdb import DuckDBPyConnection

from cascade import contract
from cascade.derive.cut import Cut

ORDER = (
    "facility",
    "person_source",
    "person",
    "population",
    "treatment",
    "stay",
    "setting_at",
    "transition",
    "observed",
    "hiv_test",
    "test_offer",
    "diagnosis",
    "laboratory",
    "treatment_order",
    "hold",
    "supply",
    "dose",
    "coverage",
    "due_day",
    "oat_episode",
)
"""The contract tables, and `observed`, of which several are made. `supply` takes from the administrations what is not OAT,
and `dose` has the rest."""


def derive_all(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make every contract table, and check each against its contract."""
    tables = {contract.table_name(table): table for table in contract.CONTRACT}
    there = {found.name for found in iter_modules(__path__)}
    for name in ORDER:
        if name in there:
            import_module(f"{__name__}.{name}").derive(connection, cut)
        else:
            contract.make_empty(connection, tables[name])
        if name in tables:
            contract.verify_rows(connection, tables[name])
