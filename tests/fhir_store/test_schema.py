"""The tables in Python and the tables that the migrations make are the same."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, create_engine
from sqlalchemy.dialects import postgresql

from clinical.consent.confirmed import confirmed_consent
from clinical.custody import stay
from fhir_store import schema
from services.shared.installation import Urls

# SQLAlchemy does not know this type when it reads tables.
postgresql.base.ischema_names["xid8"] = schema.Xid8


def _differences(engine: Engine, metadata: MetaData) -> list[object]:
    """Of the tables that are described in Python; the controlled-drug register is written and read in SQL only."""
    names = {table.schema for table in metadata.tables.values()}
    tables = {table.name for table in metadata.tables.values()}
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _parents: {"schema": names, "table": tables}.get(
                    kind, {name}
                ).__contains__(name),
                "compare_type": False,
            },
        )
        return list(compare_metadata(context, metadata))


def test_the_migrations_make_the_tables_that_the_code_describes(urls: Urls) -> None:
    engine = create_engine(urls.owner)
    assert _differences(engine, schema.metadata) == []
    engine.dispose()


def test_the_stay_projection_has_its_columns(urls: Urls) -> None:
    engine = create_engine(urls.owner)
    assert confirmed_consent.metadata is stay.metadata
    found = [d for d in _differences(engine, stay.metadata) if "index" not in str(d)]
    assert found == []
    engine.dispose()
