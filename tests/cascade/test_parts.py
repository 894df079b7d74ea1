"""Made part by part of the people, a table is what it is when it is made at once."""

from hypothesis import HealthCheck, given, settings
from spec import drawn_oat
from spec.coverage_twin import coverage
from spec.derivations import cut, derived_rows
from spec.due_day_twin import due_days
from spec.last_giver_twin import last_givers

from cascade.compute import open_database
from cascade.derive import parts

WORLDS = drawn_oat.worlds_of(
    treatment_order=drawn_oat.ORDERS,
    hold=drawn_oat.HOLDS,
    dose=drawn_oat.DOSES,
    supply=drawn_oat.SUPPLIES,
    setting_at=drawn_oat.STAYS,
)
TWINS = {"coverage": coverage, "last_giver": last_givers, "due_day": due_days}


@settings(max_examples=3, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(WORLDS, drawn_oat.CUT_DAYS)
def test_a_few_rows_at_a_time_give_the_same_tables(monkeypatch, world, cut_day):
    monkeypatch.setattr(parts, "ROWS_AT_ONCE", 3)
    for table, twin in TWINS.items():
        assert derived_rows(table, world, cut(str(cut_day))) == twin(world, cut_day)


def test_every_person_is_in_one_part(monkeypatch):
    monkeypatch.setattr(parts, "ROWS_AT_ONCE", 10)
    with open_database("UTC") as connection:
        connection.execute(
            "CREATE TABLE dose AS SELECT 'person ' || range // 5 AS person_key FROM range(100)"
        )
        query = f"SELECT person_key, count(*) AS doses FROM dose WHERE {parts.OF_PART} GROUP BY person_key"
        parts.make_in_parts(connection, "counted", query, {}, rows=parts.rows_of(connection, "dose"))
        assert connection.execute("SELECT count(*), min(doses), max(doses) FROM counted").fetchall() == [
            (20, 5, 5)
        ]
