"""A derived table that is not what the contract says is refused at the boundary."""

from dataclasses import asdict

import duckdb
import pyarrow as pa
import pytest
from spec import worlds

from cascade import contract
from cascade.derive import MADE_FROM, steps_to
from cascade.errors import ContractBroken
from cascade.tables import Dose, Facility, Tables

DOSES = worlds.world(dose="person|facility|given\n-\namina|north|2025-03-01").dose


@pytest.fixture(name="connection")
def _connection():
    with duckdb.connect() as connection:
        listed = pa.Table.from_pylist([asdict(dose) for dose in DOSES], contract.arrow_schema(Dose))
        connection.register("listed", listed)
        connection.execute("CREATE TABLE dose AS FROM listed")
        yield connection


def test_every_column_says_what_it_means():
    for table in contract.CONTRACT:
        for column in contract.columns(table):
            assert len(column.meaning) >= 5, (table, column.name)


def test_the_ibis_tables_are_the_contract():
    assert [contract.table_name(table) for table in contract.CONTRACT] == list(Tables.__annotations__)
    assert contract.unbound().dose.columns == tuple(column.name for column in contract.columns(Dose))


def test_a_table_as_the_contract_says_is_taken(connection):
    contract.verify_rows(connection, Dose)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("ALTER TABLE dose DROP COLUMN atc", "atc is missing"),
        ("ALTER TABLE dose ADD COLUMN family_name VARCHAR", "family_name is not declared"),
        ("ALTER TABLE dose ALTER given_mg TYPE INTEGER", "given_mg should be float"),
        ("ALTER TABLE dose ALTER given_on TYPE VARCHAR", "given_on should be date"),
        ("ALTER TABLE dose ALTER recorded_at TYPE TIMESTAMP", "recorded_at should be datetime"),
        ("ALTER TABLE dose ALTER status TYPE INTEGER USING 1", "status should be str"),
        ("UPDATE dose SET facility_key = NULL", "rows without facility_key"),
    ],
)
def test_any_other_table_is_refused_by_the_name_of_its_column(connection, change, message):
    connection.execute(change)
    with pytest.raises(ContractBroken, match=message):
        contract.verify_rows(connection, Dose)


def test_a_refusal_carries_no_value(connection):
    connection.execute("UPDATE dose SET person_key = NULL")
    with pytest.raises(ContractBroken) as refused:
        contract.verify_rows(connection, Dose)
    assert not {"amina", "north", "N07BC02"} & set(str(refused.value).split())


def test_an_empty_schema_names_every_missing_column():
    with pytest.raises(ContractBroken, match="facility_key is missing; name is missing"):
        contract.verify(pa.schema([]), Facility)


def test_every_step_of_the_derivation_comes_after_those_it_is_made_from():
    steps = list(MADE_FROM)
    assert {contract.table_name(table) for table in contract.CONTRACT} <= set(steps)
    for step, sources in MADE_FROM.items():
        assert set(sources) <= set(steps[: steps.index(step)])
    assert steps_to("setting_at") == (
        "facility",
        "person_source",
        "person",
        "treatment",
        "stay",
        "setting_at",
    )
