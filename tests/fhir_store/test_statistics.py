"""After a big load PostgreSQL knows at once how many rows there are, though the server owns no table."""

from resources import a_patient, text_of
from sqlalchemy import text

from fhir_store.bulk import save_many
from fhir_store.statistics import count_anew
from fhir_store.store import Author, Store
from fhir_store.write import Write, raw_cursor
from services.shared.database import Database

COUNTED = text("SELECT reltuples FROM pg_class WHERE oid = 'fhir_store.current_resource'::regclass")


def test_the_tables_are_counted(database: Database, store: Store, author: Author) -> None:
    writes = [Write(text_of(a_patient(f"p{n}")), id=f"p{n}") for n in range(37)]
    database.run(lambda c: save_many(c, store, writes, author))
    database.run(lambda c: count_anew(raw_cursor(c)))
    with database.transaction() as connection:
        assert connection.execute(COUNTED).scalar() == 37
