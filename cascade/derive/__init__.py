"""From flat tables to contract tables: joins, linkage and intervals. One file per contract table, of its name.

Each has ``derive(connection, cut)``, which makes its table from the flat tables and from the tables before it in ORDER.
"""

from importlib import import_module

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
    "last_giver",
    "due_day",
    "oat_episode",
    "facility_report",
)
"""The contract tables, and `observed`, of which several are made. `supply` takes from the administrations what is not OAT,
and `dose` has the rest; `stay` has the programmes from `treatment`. `facility_report` completes `facility` at the end."""


def derive_all(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make every contract table, and check each against its contract when all are complete."""
    for name in ORDER:
        import_module(f"{__name__}.{name}").derive(connection, cut)
    for table in contract.CONTRACT:
        contract.verify_rows(connection, table)
