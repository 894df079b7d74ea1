"""A sealed text opens with its key, in its place, and nowhere else; what lies in the database is sealed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from resources import a_dose, a_patient, text_of
from sqlalchemy import text

from fhir_store.read import read
from fhir_store.seal import DataKey, NotAsSealed, Place, place_of_body
from fhir_store.search import Context, parse_query, search
from fhir_store.search_values import param_id
from fhir_store.store import Author, Store
from fhir_store.write import Write, raw_cursor, save
from services.shared.database import Database

KEY = DataKey(7, bytes(range(32)))
PLACE = place_of_body(4711)


@given(st.text(), st.binary(min_size=32, max_size=32), st.integers(1, 2**31 - 1))
def test_what_is_sealed_opens_to_the_same(text: str, key: bytes, number: int) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    sealed = DataKey(number, key).seal(PLACE, text)
    assert DataKey(number, key).open_sealed(PLACE, sealed) == text
    assert text.encode() not in sealed or len(text.encode()) < 4


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_the_same_text_is_sealed_differently_each_time(text: str) -> None:
    assert KEY.seal(PLACE, text) != KEY.seal(PLACE, text)


@pytest.mark.parametrize(
    ("key", "place"),
    [
        pytest.param(KEY, place_of_body(4712), id="another row"),
        pytest.param(KEY, Place("resource_version|4711|answer"), id="another column"),
        pytest.param(KEY, Place("answered|4711|body"), id="another table"),
        pytest.param(DataKey(8, bytes(range(32))), PLACE, id="another number of the same key"),
        pytest.param(DataKey(7, bytes(32)), PLACE, id="another key"),
    ],
)
def test_a_sealed_text_opens_nowhere_else(key: DataKey, place: Place) -> None:
    with pytest.raises(NotAsSealed):
        key.open_sealed(place, KEY.seal(PLACE, "Amina"))


@given(st.integers(0, 40), st.integers(1, 255))
def test_no_byte_of_a_sealed_text_may_change(at: int, by: int) -> None:
    sealed = bytearray(KEY.seal(PLACE, "Amina Amina Amina"))
    sealed[at] ^= by
    with pytest.raises(NotAsSealed):
        KEY.open_sealed(PLACE, bytes(sealed))


def test_a_short_rest_of_a_sealed_text_is_refused() -> None:
    with pytest.raises(NotAsSealed):
        KEY.open_sealed(PLACE, b"short")


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
        assert codes == [store.keyring.blind.token("identifier", "N-4711")]
        cursor = raw_cursor(connection)
        assert '"DEMO"' in read(cursor, store.keyring, "Patient", "p1").text
        by_identifier = [("identifier", "urn:prison|N-4711")]
        context = Context(store.zone, store.keyring)
        page = search(cursor, parse_query("Patient", by_identifier, context=context))
        assert [found.id for found in page.matches] == ["p1"]


def test_a_body_in_the_row_of_another_is_refused(
    database: Database, store: Store, author: Author, urls
) -> None:
    writes = [Write(text_of(a_dose(id_)), id=id_) for id_ in ("d1", "d2")]
    database.run(lambda connection: save(connection, store, writes, author))
    owner = Database(urls.owner)
    with owner.transaction() as connection:
        connection.execute(
            text(
                "UPDATE fhir_store.resource_version v SET body = o.body FROM fhir_store.resource_version o "
                "WHERE v.id = 'd1' AND o.id = 'd2'"
            )
        )
    owner.close()
    with database.cursor() as cursor, pytest.raises(NotAsSealed):
        read(cursor, store.keyring, "MedicationAdministration", "d1")
    with database.cursor() as cursor:
        assert read(cursor, store.keyring, "MedicationAdministration", "d2").id == "d2"
