"""Members, figures and curves of the plan, kept: counted for everybody, or listed again for some people.

A measure is asked again only when a contract table that it reads holds other rows of these people, and its figures are
counted again only when the list of its members is another.
"""

from duckdb import DuckDBPyConnection

from cascade import contract
from cascade.cube import MemberList, count_figures, list_members, lists_of, make_figures, members_sql
from cascade.curves import curves
from cascade.measures import MEMBER_COLUMNS
from cascade.plan import Shown

MEMBERS = ", ".join(MEMBER_COLUMNS)
OF_LIST = 'measure = ? AND profile = ? AND "first" = ? AND "last" = ?'

TYPES = {"on_day": "DATE", "age": "BIGINT"}
COLUMNS = ", ".join(f"{name} {TYPES.get(name, 'VARCHAR')}" for name in MEMBER_COLUMNS)

TABLES = f"""
    CREATE OR REPLACE TABLE shown.listed (
        measure VARCHAR, profile VARCHAR, "first" DATE, "last" DATE,
        {COLUMNS});
"""

FILLED_BY_RECORDS = ("first_report_on", "last_report_on", "has_given_oat")
"""The columns of `facility` that the records of any person can change."""

# The members who are of the people concerned, before and now.
OTHERWISE = f"""
    SELECT count(*) FROM (
        (SELECT {MEMBERS} FROM was EXCEPT ALL SELECT {MEMBERS} FROM member)
        UNION ALL (SELECT {MEMBERS} FROM member EXCEPT ALL SELECT {MEMBERS} FROM was)
    )
"""  # noqa: S608 - our own names


def count_all(connection: DuckDBPyConnection, plan: Shown) -> None:
    """List and count everybody over the contract tables; makes ``shown.listed``, ``figure`` and ``curve`` anew."""
    connection.execute(TABLES)
    make_figures(connection, "shown.figure")
    for one in lists_of(plan.counted):
        list_members(connection, one)
        _keep_members(connection, one)
        _keep_figures(connection, one)
    draw_curves(connection, plan)


def count_everybody(connection: DuckDBPyConnection, of: MemberList) -> None:
    """List and count everybody again, for one list."""
    list_members(connection, of)
    connection.execute(f"DELETE FROM shown.listed WHERE {OF_LIST}", _key(of))  # noqa: S608 - our own names
    _keep_members(connection, of)
    _keep_figures(connection, of)


def count_people(connection: DuckDBPyConnection, of: MemberList, kept: str) -> None:
    """List some people again, and count if they are listed otherwise than before.

    Args:
        connection: its contract tables hold the rows of the people in the table ``people`` (person_key), and all of
            `facility`.
        of: the list.
        kept: the schema of the kept lists and figures.
    """
    list_members(connection, of)
    connection.execute("DELETE FROM member WHERE person_key NOT IN (SELECT person_key FROM people)")
    theirs = f"FROM {kept}.listed WHERE {OF_LIST} AND person_key IN (SELECT person_key FROM people)"  # noqa: S608
    connection.execute(f"CREATE OR REPLACE TEMP TABLE was AS {theirs}", _key(of))
    found = connection.execute(OTHERWISE).fetchone()
    if not found or not found[0]:
        return
    connection.execute(f"DELETE {theirs}", _key(of))
    connection.execute(f"INSERT INTO {kept}.listed SELECT ?, ?, ?, ?, {MEMBERS} FROM member", _key(of))  # noqa: S608
    everybody = f"SELECT {MEMBERS} FROM {kept}.listed WHERE {OF_LIST}"  # noqa: S608 - our own names
    connection.execute(f"CREATE OR REPLACE TEMP TABLE member AS {everybody}", _key(of))
    _keep_figures(connection, of, kept)


def reads(of: MemberList) -> frozenset[str]:
    """The contract tables that a measure reads, and those of FILLED_BY_RECORDS."""
    sql = members_sql(of.measure, of.profile)
    names = (*(contract.table_name(table) for table in contract.CONTRACT), *FILLED_BY_RECORDS)
    return frozenset(name for name in names if f'"{name}"' in sql)


def draw_curves(connection: DuckDBPyConnection, plan: Shown) -> None:
    """Make the table ``curve`` anew."""
    connection.register("steps", curves(connection, plan.curves))
    connection.execute("CREATE OR REPLACE TABLE shown.curve AS FROM steps")
    connection.unregister("steps")


def _keep_members(connection: DuckDBPyConnection, of: MemberList) -> None:
    connection.execute(f"INSERT INTO shown.listed SELECT ?, ?, ?, ?, {MEMBERS} FROM member", _key(of))  # noqa: S608


def _keep_figures(connection: DuckDBPyConnection, of: MemberList, kept: str = "shown") -> None:
    connection.execute(f"DELETE FROM {kept}.figure WHERE {OF_LIST}", _key(of))  # noqa: S608 - our own names
    count_figures(connection, of, f"{kept}.figure")


def _key(of: MemberList) -> list[object]:
    return [of.measure, of.profile, of.period.first, of.period.last]
