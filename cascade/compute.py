"""One run: resources in, counts and an account of what was read out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import ibis
import pandas as pd
from duckdb import DuckDBPyConnection

from cascade import contract
from cascade import monthly as measures
from cascade.account import ReadAccount, account_of
from cascade.confidential_view import ConfidentialView, confidential_view
from cascade.derive import codes, derive_all, pseudonym, records
from cascade.derive.cut import Cut, keep_what_was_known
from cascade.errors import UnknownMeasure
from cascade.sources import Source
from cascade.tables import Window
from cascade.views import views


@dataclass(frozen=True)
class Outcome:
    """The results of the measures asked for, one below the other, and the account of the run."""

    frame: pd.DataFrame
    account: ReadAccount


def compute(
    source: Source,
    measure_names: Iterable[str],
    *,
    period_end: date,
    months: int,
    data_as_of: datetime,
    zone: str,
    key: bytes,
) -> Outcome:
    """Compute measures over everything a source holds.

    Args:
        source: one server's resources.
        measure_names: module names in cascade.monthly.
        period_end: last day of the last month counted.
        months: how many months, that one included.
        data_as_of: only what the source had written by then is counted. A source that holds one version of a
            record shows nothing of one written again since.
        zone: IANA name of the facilities' time zone, which decides civil days.
        key: secret of 16 bytes or more for the pseudonyms; the same key gives the same pseudonyms.

    Returns:
        A frame with a column `measure` and the columns of the measure's expression, in order of month and
        facility; and the account.

    Raises:
        WrongWindow, UnknownZone, WeakKey, UnknownMeasure: a parameter cannot be right.
        ContractBroken: the derivation does not give what the measures are written over.
    """
    window = Window(period_end, months, data_as_of, zone)
    asked = [measures.measure(name) for name in measure_names]
    if not asked:
        raise UnknownMeasure("Ask for at least one measure.")
    with open_database(zone) as connection:
        account = fill(connection, source, Cut(data_as_of, zone), key=key)
        frames = [_frame(connection, measure, window) for measure in asked]
    return Outcome(pd.concat(frames, ignore_index=True), account)


def compute_view(
    source: Source, *, period_end: date, data_as_of: datetime, zone: str, key: bytes
) -> ConfidentialView:
    """Count the plan of the confidential view over everything a source holds.

    Args:
        source: one server's resources.
        period_end: last day of a quarter.
        data_as_of: only what the source had written by then is counted.
        zone: IANA name of the facilities' time zone.
        key: secret of 16 bytes or more for the pseudonyms.

    Raises: as ``compute``.
    """
    with open_database(zone) as connection:
        account = fill(connection, source, Cut(data_as_of, zone), key=key)
        return confidential_view(connection, account, period_end=period_end, data_as_of=data_as_of, zone=zone)


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
    pseudonym.install(connection, key)
    codes.install(connection, code_files)
    read = source.load(connection)
    older = {view.resource_type: keep_what_was_known(connection, view.table, cut) for view in views()}
    derive_all(connection, cut)
    pseudonym.forget(connection)
    return account_of(read, older, records.accounted(connection))


def open_database(zone: str) -> DuckDBPyConnection:
    """An empty database in memory: nothing read is written to disk, and no extension is downloaded."""
    connection = duckdb.connect(
        config={
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "preserve_insertion_order": False,
        }
    )
    # In memory DuckDB compresses only a database that asks for it: a fifth less memory, no slower.
    connection.execute("ATTACH ':memory:' AS cascade (COMPRESS)")
    connection.execute("USE cascade")
    # Times without an offset are in the facility's zone.
    connection.execute("SET TimeZone = '{}'".format(zone.replace("'", "''")))
    return connection


def _frame(connection: DuckDBPyConnection, measure: measures.Measure, window: Window) -> pd.DataFrame:
    sql = ibis.to_sql(measure.expression(contract.unbound(), window), dialect="duckdb")
    frame = connection.execute(sql).df()
    frame.insert(0, "measure", measure.name)
    return frame.sort_values(["month", "facility_key"], ignore_index=True)
