"""Every body and index value passes the seam: a different seal changes every byte that is stored."""

import pytest
from resources import a_patient, text_of
from sqlalchemy import text

from fhir_store import seal
from fhir_store.read import read
from fhir_store.search import Context, parse_query, search
from fhir_store.search_values import param_id
from fhir_store.store import Author, Store
from fhir_store.write import Write, raw_cursor, save
from services.shared.database import Database


@pytest.fixture
def reversed_seal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A toy seal that turns everything round: enough to see who goes past it."""
    monkeypatch.setattr(seal, "seal", lambda body, key=0: body[::-1].encode())
    monkeypatch.setattr(seal, "open_sealed", lambda sealed, key=0: sealed.decode()[::-1])
    monkeypatch.setattr(seal, "index_value", lambda value, key=0: value[::-1])


@pytest.mark.usefixtures("reversed_seal")
def test_bodies_and_identifiers_lie_sealed_and_are_still_read_and_found(
    database: Database, store: Store, author: Author
) -> None:
    patient = a_patient("p1", identifier=[{"system": "urn:prison", "value": "N-4711"}])
    database.run(lambda connection: save(connection, store, [Write(text_of(patient), id="p1")], author))
    with database.transaction() as connection:
        body = connection.execute(text("SELECT body FROM fhir_store.resource_version")).scalar_one()
        codes = list(
            connection.execute(
                text("SELECT code FROM fhir_store.index_token WHERE param = :param"),
                {"param": param_id("Patient", "identifier")},
            ).scalars()
        )
        assert b"DEMO" not in body
        assert codes == ["1174-N"]
        cursor = raw_cursor(connection)
        assert '"DEMO"' in read(cursor, "Patient", "p1").text
        by_identifier = [("identifier", "urn:prison|N-4711")]
        page = search(cursor, parse_query("Patient", by_identifier, context=Context(store.zone)))
        assert [found.id for found in page.matches] == ["p1"]
