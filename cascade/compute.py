"""One run: resources in, figures and an account of what was read out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import duckdb
import pandas as pd
from duckdb import DuckDBPyConnection

from cascade.account import ReadAccount, account_of
from cascade.aside import MEMORY
from cascade.cube import cube
from cascade.derive import codes, derive_all, pseudonym, records
from cascade.derive.cut import Cut, keep_what_was_known
from cascade.request import Request
from cascade.result import facility_names, result
from cascade.sources import Source
from cascade.views import views

Told = Callable[[int, int, str], None]
"""Is told the steps that are done, of how many, and what is being done."""


@dataclass(frozen=True)
class Outcome:
    """The figures that were asked for, and the account of the run. Full counts: not for publication."""

    frame: pd.DataFrame
    """cascade.result.COLUMNS."""
    account: ReadAccount


def compute(
    source: Source,
    request: Request,
    *,
    key: bytes,
    aside: Path | None = None,
    told: Told = lambda done, of, doing: None,
) -> Outcome:
    """Count what is asked for over everything a source holds.

    Args:
        source: the resources of one server, or of several (cascade.sources.several).
        request: what is asked.
        key: secret of 16 bytes or more for the pseudonyms; the same key gives the same pseudonyms.
        aside: where to put what does not fit in memory (``open_database``).
        told: is called with the steps done, of how many, and what is being done.

    Raises:
        WeakKey, CodesUnreadable: before anything is read.
        ContractBroken: the derivation does not give what the measures are written over.
    """
    steps = 1 + request.lists
    counting = count(1)
    with open_database(request.zone, aside) as connection:
        told(0, steps, "reading")
        cut = Cut(request.data_as_of, request.zone)
        account = fill(connection, source, cut, key=key, code_files=request.code_files)
        figures = cube(
            connection,
            request.counted,
            profiles=request.profiles,
            begin=lambda measure: told(next(counting), steps, f"counting {measure}"),
        )
        told(steps, steps, "counted")
        return Outcome(result(figures, facility_names(connection), request), account)


def fill(
    connection: DuckDBPyConnection, source: Source, cut: Cut, *, key: bytes, code_files: Sequence[Path] = ()
) -> ReadAccount:
    """Make the contract tables of what a source knew at the cut in the connection, and check them.

    Args:
        connection: an empty database.
        source: one server's resources.
        cut: the moment and the calendar.
        key: secret of 16 bytes or more for the pseudonyms.
        code_files: further meanings of codes, as cascade/derive/codes/examples/synthea.toml.
    """
    loaded = load(connection, source, cut, key=key, code_files=code_files)
    derive_all(connection, cut)
    pseudonym.forget(connection)
    return loaded.account(connection)


@dataclass(frozen=True)
class Loaded:
    """What was read, by type; ``older``: what of it was another version, or written after the cut."""

    read: Mapping[str | None, int]
    older: Mapping[str, int]

    def account(self, connection: DuckDBPyConnection) -> ReadAccount:
        """What became of everything that was read, once it is derived."""
        return account_of(self.read, self.older, records.accounted(connection))


def load(
    connection: DuckDBPyConnection, source: Source, cut: Cut, *, key: bytes, code_files: Sequence[Path] = ()
) -> Loaded:
    """Make the flat tables of what a source knew at the cut, and all that derivations need besides; see ``fill``."""
    pseudonym.install(connection, key)
    codes.install(connection, code_files)
    read = source.load(connection)
    # Most sources have only some of the types, and to look for versions where there are none takes as long as a short step.
    older = {
        view.resource_type: keep_what_was_known(connection, view.table, cut)
        if read.get(view.resource_type)
        else 0
        for view in views()
    }
    return Loaded(read, older)


def open_database(zone: str, aside: Path | None = None) -> DuckDBPyConnection:
    """An empty database in memory. No extension is downloaded.

    Args:
        zone: IANA name of the facilities' zone.
        aside: a folder of this run alone (cascade.aside), to which goes what does not fit in its bound of memory. None:
            there is no bound, and nothing read is written to disk.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(aside or ""),
        "autoinstall_known_extensions": False,
        "preserve_insertion_order": False,
    }
    connection = duckdb.connect(config=config | ({"memory_limit": MEMORY} if aside else {}))
    # In memory DuckDB compresses only a database that asks for it: a fifth less memory, no slower.
    connection.execute("ATTACH ':memory:' AS cascade (COMPRESS)")
    connection.execute("USE cascade")
    # Times without an offset are in the facility's zone.
    connection.execute("SET TimeZone = '{}'".format(zone.replace("'", "''")))
    return connection
