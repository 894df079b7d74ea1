"""Pseudonyms are HMAC-SHA-256, as Python's own hmac makes them."""

import hashlib
import hmac

import duckdb
import pytest

from cascade.derive import pseudonym
from cascade.errors import WeakKey


def pseudonym_of(message: str, key: bytes) -> str:
    with duckdb.connect() as connection:
        pseudonym.install(connection, key)
        ((made,),) = connection.execute("SELECT pseudonym($1)", [message]).fetchall()
        return made


@pytest.mark.parametrize("key", [b"k" * 16, bytes(range(64)), b"longer than one block of SHA-256 " * 3])
@pytest.mark.parametrize("message", ["Patient/7", "Identifier/urn:x|Ä ç ш", ""])
def test_a_pseudonym_is_the_first_128_bits_of_the_hmac(key, message):
    assert pseudonym_of(message, key) == hmac.new(key, message.encode(), hashlib.sha256).hexdigest()[:32]


def test_another_key_gives_another_pseudonym():
    assert pseudonym_of("Patient/7", b"a" * 16) != pseudonym_of("Patient/7", b"b" * 16)


def test_a_key_of_15_bytes_is_refused_and_one_of_16_is_taken():
    with pytest.raises(WeakKey):
        pseudonym_of("Patient/7", b"a" * 15)
    assert pseudonym_of("Patient/7", b"a" * 16)


def test_nothing_of_the_key_is_left_in_the_connection():
    with duckdb.connect() as connection:
        pseudonym.install(connection, b"k" * 32)
        pseudonym.forget(connection)
        assert connection.execute("SELECT getvariable('cascade_inner_pad')").fetchall() == [(None,)]
        assert connection.execute("SELECT getvariable('cascade_outer_pad')").fetchall() == [(None,)]
        with pytest.raises(duckdb.CatalogException):
            connection.execute("SELECT pseudonym('Patient/7')")
