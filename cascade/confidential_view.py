"""Everything the confidential view shows, counted once: what a page reads, so that no request counts anybody."""

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from duckdb import DuckDBPyConnection

from cascade.account import ReadAccount
from cascade.plan import Shown


@dataclass(frozen=True)
class ConfidentialView:
    """Full counts of the fixed plan (cascade.plan). Not for publication."""

    figures: pd.DataFrame
    """cascade.cube.COLUMNS."""
    curves: pd.DataFrame
    """cascade.curves.COLUMNS."""
    facilities: pd.DataFrame
    """facility_key, name (None: none known), setting, oat, art, hts, expected_reporter, first_report_on, last_report_on."""
    sizes: pd.DataFrame
    """facility_key (or 'all'), on_day, kind, n, low, high, source: what somebody states, not counted."""
    account: ReadAccount
    shown: Shown
    period_end: date
    """The last day of the last quarter shown."""
    data_as_of: datetime


FACILITIES = """
    SELECT facility_key, name, setting, oat, art, hts, expected_reporter, first_report_on, last_report_on
    FROM facility ORDER BY setting DESC, name, facility_key
"""

SIZES = """
    SELECT facility_key, on_day, kind, n, low, high, source FROM population
    WHERE on_day <= $last ORDER BY kind, facility_key, on_day
"""


# A day that is a slip of the pen must not open years without records: one act in a thousand is passed over.
BEGUN = """
    SELECT quantile_disc(on_day, 0.001) FROM (
        SELECT given_on AS on_day FROM dose UNION ALL SELECT performed_on FROM hiv_test
    )
"""


def begun_on(connection: DuckDBPyConnection) -> date | None:
    """The day from which on doses and tests are recorded; None if there are none. Diagnoses and stays can be older."""
    found = connection.execute(BEGUN).fetchone()
    return found[0] if found else None


def newest_on(connection: DuckDBPyConnection) -> date | None:
    """The day of the newest event that any facility reported; None if there is none."""
    found = connection.execute("SELECT max(last_report_on) FROM facility").fetchone()
    return found[0] if found else None
