"""Members, figures and curves of the plan, kept: counted for everybody, or listed again for some people.

A measure is asked again only when a contract table that it reads holds other rows of these people, and its figures are
counted again only when the list of its members is another.
"""

from duckdb import DuckDBPyConnection

from cascade import contract
from cascade.cube import MemberList, count_figures, lists_of, make_figures
from cascade.curves import curves
from cascade.measures import MEMBER_COLUMNS
from cascade.periods import ask
from cascade.plan import Shown

MEMBERS = ", ".join(('"first"', '"last"', *MEMBER_COLUMNS))
OF_PEOPLE = "person_key IN (SELECT person_key FROM people)"
IN_ASKED = '("first", "last") IN (SELECT "first", "last" FROM asked)'

TYPES = {"on_day": "DATE", "age": "BIGINT"}
COLUMNS = ", ".join(f"{name} {TYPES.get(name, 'VARCHAR')}" for name in MEMBER_COLUMNS)

TABLES = f"""
    CREATE OR REPLACE TABLE shown.listed (
        measure VARCHAR, profile VARCHAR, "first" DATE, "last" DATE,
        {COLUMNS});
"""

FILLED_BY_RECORDS = ("first_report_on", "last_report_on", "has_given_oat")
"""The columns of `facility` that the records of any person can change."""

# Only the periods for which some of the people concerned are listed otherwise than before.
ASK_WHAT_DIFFERS = f"""
    CREATE OR REPLACE TEMP TABLE asked AS FROM asked SEMI JOIN (
        (SELECT {MEMBERS} FROM was EXCEPT ALL SELECT {MEMBERS} FROM member)
        UNION ALL (SELECT {MEMBERS} FROM member EXCEPT ALL SELECT {MEMBERS} FROM was)
    ) USING ("first", "last")
"""  # noqa: S608 - our own names


def count_all(connection: DuckDBPyConnection, plan: Shown) -> None:
    """List and count everybody over the contract tables; makes ``shown.listed``, ``figure`` and ``curve`` anew."""
    connection.execute(TABLES)
    make_figures(connection, "shown.figure")
    for one in lists_of(plan.counted):
        _list_and_count(connection, one)
    draw_curves(connection, plan)


def count_everybody(connection: DuckDBPyConnection, of: MemberList) -> None:
    """List and count everybody again, for one measure under one profile."""
    connection.execute(f"DELETE FROM shown.listed WHERE {_is(of)}")  # noqa: S608 - our own names
    connection.execute(f"DELETE FROM shown.figure WHERE {_is(of)}")  # noqa: S608 - our own names
    _list_and_count(connection, of)


def count_people(connection: DuckDBPyConnection, of: MemberList, kept: str) -> None:
    """List some people again, and count the periods for which they are listed otherwise than before.

    Args:
        connection: its contract tables hold the rows of the people in the table ``people`` (person_key), and all of
            `facility`.
        of: the lists.
        kept: the schema of the kept lists and figures.
    """
    run = connection.execute
    ask(connection, of.periods)
    run(f"CREATE OR REPLACE TEMP TABLE member AS FROM ({of.sql}) WHERE {OF_PEOPLE}")
    run(f"CREATE OR REPLACE TEMP TABLE was AS FROM {kept}.listed WHERE {_is(of)} AND {OF_PEOPLE}")
    run(ASK_WHAT_DIFFERS)
    if not run("SELECT 1 FROM asked").fetchall():
        return
    run(f"DELETE FROM {kept}.listed WHERE {_is(of)} AND {OF_PEOPLE}")  # noqa: S608 - our own names
    run(f"INSERT INTO {kept}.listed BY NAME SELECT {_said(of)}, * FROM member")  # noqa: S608 - our own names
    run(f"DELETE FROM {kept}.figure WHERE {_is(of)} AND {IN_ASKED}")  # noqa: S608 - our own names
    count_figures(connection, of, _listed(of, kept), f"{kept}.figure")


def reads(sql: str) -> frozenset[str]:
    """The contract tables that a measure's SQL reads, and those of FILLED_BY_RECORDS."""
    names = (*(contract.table_name(table) for table in contract.CONTRACT), *FILLED_BY_RECORDS)
    return frozenset(name for name in names if f'"{name}"' in sql)


def draw_curves(connection: DuckDBPyConnection, plan: Shown) -> None:
    """Make the table ``curve`` anew."""
    connection.register("steps", curves(connection, plan.curves))
    connection.execute("CREATE OR REPLACE TABLE shown.curve AS FROM steps")
    connection.unregister("steps")


def _list_and_count(connection: DuckDBPyConnection, of: MemberList) -> None:
    ask(connection, of.periods)
    connection.execute(f"INSERT INTO shown.listed BY NAME SELECT {_said(of)}, * FROM ({of.sql})")  # noqa: S608
    count_figures(connection, of, _listed(of, "shown"), "shown.figure")


def _listed(of: MemberList, kept: str) -> str:
    return f"SELECT {MEMBERS} FROM {kept}.listed WHERE {_is(of)}"  # noqa: S608 - our own names


def _is(of: MemberList) -> str:
    return f"measure = '{of.measure}' AND profile = '{of.profile}'"


def _said(of: MemberList) -> str:
    return f"'{of.measure}' AS measure, '{of.profile}' AS profile"
