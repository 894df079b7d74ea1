"""From flat tables to contract tables: joins, linkage and intervals. One file per step, of the name of what it makes.

Each has ``derive(connection, cut)``, which makes its table from the flat tables and from the steps that MADE_FROM names.
"""

from collections.abc import Mapping
from importlib import import_module

from duckdb import DuckDBPyConnection

from cascade import contract
from cascade.derive.cut import Cut

MADE_FROM: Mapping[str, tuple[str, ...]] = {
    "facility": (),
    "person_source": (),
    "person": ("person_source",),
    "population": ("facility",),
    "treatment": ("facility", "person_source"),
    "stay": ("facility", "person_source", "treatment"),
    "setting_at": ("person", "stay"),
    "transition": ("person", "stay"),
    "observed": ("facility", "person_source"),
    "hiv_test": ("observed",),
    "test_offer": ("observed",),
    "diagnosis": ("facility", "person_source"),
    "laboratory": ("observed",),
    "treatment_order": ("facility", "person_source"),
    "hold": ("facility", "person_source"),
    "supply": ("facility", "person_source"),
    "dose": ("facility", "person_source", "treatment_order", "supply"),
    "coverage": ("supply", "dose"),
    "last_giver": ("supply", "dose"),
    "due_day": ("person", "setting_at", "treatment_order", "hold", "supply", "dose"),
    "oat_episode": ("facility", "person", "treatment", "setting_at", "transition", "coverage"),
    "facility_report": (
        "treatment", "stay", "hiv_test", "test_offer", "diagnosis", "laboratory", "treatment_order", "supply", "dose",
    ),
}  # fmt: skip
"""The steps in order, each with those that it is made from: the contract tables, `observed`, of which several are made, and
`facility_report`, which completes `facility`. `supply` takes from the administrations what is not OAT, and `dose` has the
rest; `stay` has the programmes from `treatment`."""


def steps_to(name: str) -> tuple[str, ...]:
    """The steps that a step needs, in order, and itself."""
    needed = {name}
    for step in reversed(list(MADE_FROM)):
        if step in needed:
            needed.update(MADE_FROM[step])
    return tuple(step for step in MADE_FROM if step in needed)


def take_step(connection: DuckDBPyConnection, cut: Cut, name: str) -> None:
    """Make what the step of that name makes; those that it is made from have been taken."""
    import_module(f"{__name__}.{name}").derive(connection, cut)


def derive_all(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make every contract table, and check each against its contract when all are complete."""
    for name in MADE_FROM:
        take_step(connection, cut, name)
    for table in contract.CONTRACT:
        contract.verify_rows(connection, table)
