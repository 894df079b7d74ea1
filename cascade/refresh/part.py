"""What a few changes touch, derived again beside the kept cascade and put in its place.

Three databases in memory: ``aside`` has the changes and who is affected, ``part`` the records of those affected and what
is derived from them, ``places`` the facilities, which any record can add to by naming one.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
from duckdb import DuckDBPyConnection

from cascade import contract
from cascade.cube import MemberList, lists_of
from cascade.curves import statements
from cascade.derive import codes, facility, facility_report, population, pseudonym
from cascade.derive.cut import Cut, keep_what_was_known
from cascade.plan import Shown
from cascade.refresh import counting
from cascade.refresh.kept import NAME
from cascade.refresh.neighbourhood import find_affected, of_people
from cascade.refresh.whole import derive_with, put_in_order
from cascade.sources import Changed
from cascade.tables import Facility
from cascade.views import views

CHANGED = pa.schema([("resource_type", pa.string()), ("id", pa.string()), ("resource", pa.string())])

OF_PERSONS = tuple(
    contract.table_name(table)
    for table in contract.CONTRACT
    if any(column.name == "person_key" for column in contract.columns(table))
)

NOW = f"""
    CREATE VIEW aside.now_{{table}} AS
    SELECT * FROM {NAME}.flat.{{table}}
    WHERE id IS NULL OR id NOT IN (SELECT id FROM aside.changed WHERE resource_type = '{{resource_type}}')
    UNION ALL BY NAME SELECT * FROM aside.new_{{table}}
"""  # noqa: S608 - our own names

NONE = f"FROM {NAME}.flat.{{table}} LIMIT 0"
PEOPLE = f"""
    CREATE TABLE aside.people AS
    WITH record AS (SELECT pseudonym('Patient/' || patient_id) AS record_key FROM aside.affected)
    SELECT person_key FROM {NAME}.derived.person_source SEMI JOIN record USING (record_key)
    UNION SELECT person_key FROM person_source
"""  # noqa: S608 - our own names
THEIRS = "person_key IN (SELECT person_key FROM aside.people)"

DIFFERENT = f"""
    SELECT count(*) FROM (
        (SELECT * FROM {NAME}.derived.{{table}} WHERE {THEIRS} EXCEPT ALL SELECT * FROM part.{{table}})
        UNION ALL (SELECT * FROM part.{{table}} EXCEPT ALL SELECT * FROM {NAME}.derived.{{table}} WHERE {THEIRS})
    )
"""  # noqa: S608 - our own names
FACILITIES_DIFFERENT = f"""
    SELECT count(*) FROM (
        (SELECT {{columns}} FROM aside.facility_before EXCEPT ALL SELECT {{columns}} FROM {NAME}.derived.facility)
        UNION ALL
        (SELECT {{columns}} FROM {NAME}.derived.facility EXCEPT ALL SELECT {{columns}} FROM aside.facility_before)
    )
"""  # noqa: S608 - our own names


class Part:
    """One refresh of a part: ``derive``, ``put_in_place`` and ``count``, in this order."""

    def __init__(
        self, connection: DuckDBPyConnection, cut: Cut, key: bytes, code_files: Sequence[Path]
    ) -> None:
        self._connection = connection
        self._cut = cut
        self._key = key
        self._code_files = code_files
        self._different: frozenset[str] = frozenset()

    @staticmethod
    def is_of_everybody(changed: Changed) -> bool:
        """Whether a change can touch anybody's rows: that of a facility, a medicine, or a size."""
        of_nobody = {view.resource_type for view in views()} - {view.resource_type for view in of_people()}
        return changed.resource_type in of_nobody

    def derive(self, changes: Iterable[Changed]) -> bool:
        """Derive again everything about those whom the changes touch; whether a change is of a type that is read."""
        types = {view.resource_type for view in of_people()}
        last = {(one.resource_type, one.id): one for one in changes if one.resource_type in types}
        if not last:
            return False
        self._put_aside(last.values())
        find_affected(self._connection, f"{NAME}.flat", f"{NAME}.derived.human")
        self._derive_part()
        self._derive_places()
        self._different = frozenset(
            table for table in OF_PERSONS if self._count(DIFFERENT.format(table=table))
        )
        return True

    def put_in_place(self) -> None:
        """Put what was derived in the place of what was there: all of it or nothing."""
        run = self._connection.execute
        run("CREATE TABLE aside.facility_before AS FROM derived.facility")
        run("BEGIN")
        self._replace_flat()
        for table in OF_PERSONS:
            self._replace(table, THEIRS)
        self._replace("human", "patient_id IN (FROM aside.affected)")
        self._replace("accounted", "patient_id IS NULL OR patient_id IN (FROM aside.affected)")
        for table in ("facility", "population"):
            run(f"DELETE FROM {NAME}.derived.{table}")  # noqa: S608 - our own names
            run(f"INSERT INTO {NAME}.derived.{table} BY NAME FROM places.{table}")
        put_in_order(self._connection)
        facility_report.derive(self._connection, self._cut)
        run("COMMIT")

    def count(self, plan: Shown) -> None:
        """Bring lists, figures and curves up to date."""
        self._give_part_all_facilities()
        everybodys = self._facility_columns_that_differ()
        for one in lists_of(plan.counted):
            self._count_list(one, everybodys)
        drawn_from = [counting.reads(sql) for sql in statements(plan.curves)]
        if frozenset().union(*drawn_from) & (self._different | everybodys):
            put_in_order(self._connection)
            counting.draw_curves(self._connection, plan)

    def _put_aside(self, changes: Iterable[Changed]) -> None:
        run = self._connection.execute
        run("ATTACH ':memory:' AS aside; ATTACH ':memory:' AS part; ATTACH ':memory:' AS places; USE aside")
        listed = [(one.resource_type, one.id, one.text) for one in changes]
        columns = [list(column) for column in zip(*listed, strict=True)]
        self._connection.register(
            "changes", pa.table(dict(zip(CHANGED.names, columns, strict=True)), CHANGED)
        )
        run("CREATE TABLE changed AS FROM changes")
        self._connection.unregister("changes")
        run("CREATE TABLE text AS SELECT resource FROM changed WHERE resource IS NOT NULL")
        types = set(columns[0])
        for view in of_people():
            rows = view.over_json("text") if view.resource_type in types else NONE.format(table=view.table)
            run(f"CREATE TABLE new_{view.table} AS {rows}")
            keep_what_was_known(self._connection, f"new_{view.table}", self._cut)
            run(NOW.format(table=view.table, resource_type=view.resource_type))

    def _derive_part(self) -> None:
        run = self._connection.execute
        run("USE part")
        theirs = {view.table for view in of_people()}
        for view in views():
            rows = (
                f"aside.now_{view.table} WHERE patient_id IS NULL OR patient_id IN (FROM aside.affected)"
                if view.table in theirs
                else f"{NAME}.flat.{view.table}"
            )
            run(f"CREATE TABLE {view.table} AS FROM {rows}")
        derive_with(self._connection, self._cut, self._key, self._code_files)
        pseudonym.install(self._connection, self._key)
        run(PEOPLE)
        pseudonym.forget(self._connection)

    def _derive_places(self) -> None:
        run = self._connection.execute
        run("USE places")
        theirs = {view.table for view in of_people()}
        for view in views():
            rows = f"aside.now_{view.table}" if view.table in theirs else f"{NAME}.flat.{view.table}"
            run(f"CREATE VIEW {view.table} AS FROM {rows}")
        pseudonym.install(self._connection, self._key)
        codes.install(self._connection, self._code_files)
        facility.derive(self._connection, self._cut)
        population.derive(self._connection, self._cut)
        pseudonym.forget(self._connection)
        put_in_order(self._connection)

    def _replace_flat(self) -> None:
        for view in of_people():
            gone = f"SELECT id FROM aside.changed WHERE resource_type = '{view.resource_type}'"  # noqa: S608
            self._connection.execute(f"DELETE FROM {NAME}.flat.{view.table} WHERE id IN ({gone})")  # noqa: S608
            self._connection.execute(
                f"INSERT INTO {NAME}.flat.{view.table} BY NAME FROM aside.new_{view.table}"
            )

    def _replace(self, table: str, whose: str) -> None:
        self._connection.execute(f"DELETE FROM {NAME}.derived.{table} WHERE {whose}")  # noqa: S608
        self._connection.execute(f"INSERT INTO {NAME}.derived.{table} BY NAME FROM part.{table}")

    def _give_part_all_facilities(self) -> None:
        run = self._connection.execute
        for table in ("facility", "population"):
            run(f"CREATE OR REPLACE TABLE part.{table} AS FROM {NAME}.derived.{table}")
        run("CREATE TABLE part.people AS FROM aside.people")

    def _facility_columns_that_differ(self) -> frozenset[str]:
        """The facility columns that records fill, so far as they differ; ``facility`` if another column does."""
        every = [column.name for column in contract.columns(Facility)]
        stated = [name for name in every if name not in counting.FILLED_BY_RECORDS]
        differ = {
            name
            for name in counting.FILLED_BY_RECORDS
            if self._count(FACILITIES_DIFFERENT.format(columns=f"facility_key, {name}"))
        }
        if self._count(FACILITIES_DIFFERENT.format(columns=", ".join(stated))):
            differ.add("facility")
        return frozenset(differ)

    def _count_list(self, of: MemberList, everybodys: frozenset[str]) -> None:
        reads = counting.reads(of.sql)
        if reads & everybodys:
            put_in_order(self._connection)
            counting.count_everybody(self._connection, of)
        elif reads & self._different:
            self._connection.execute("USE part")
            counting.count_people(self._connection, of, f"{NAME}.shown")

    def _count(self, sql: str) -> int:
        found = self._connection.execute(sql).fetchone()
        return int(found[0]) if found else 0
