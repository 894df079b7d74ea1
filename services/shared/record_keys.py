"""The keys of the record: ``record-1.key`` in the folder of RECORD_KEYS encrypts the keys in the database, which seal the record.

A database and its file belong together. Only the first program that opens a new database makes a file; a file that is
missing or another one later is an error and never replaced. The same holds where RECORD_KEYS is a token instead of a
folder (``hsm``).
"""

from pathlib import Path
from typing import Any

import psycopg

from fhir_store.key_encryption import AesKey, KeyEncryptionKey, KeyEncryptionKeys, KeyLost
from fhir_store.keyring import Keyring, WrappedKey, new_key
from fhir_store.seal import KEY_BYTES
from fhir_store.write import raw_cursor
from services.shared.database import Database
from services.shared.hsm.errors import BindingMissing
from services.shared.key_places import KeyPlace, KeyPlaces
from services.shared.secret_keys import secret_key

FIRST = 1

PROVED = b"throughcare: the keys of this record"
"""What the proof of a key-encryption key is made of: it opens to this by the right key only."""

VERSIONS = "SELECT version, proof FROM fhir_store.key_encryption_key ORDER BY version"
ADD_VERSION = (
    "INSERT INTO fhir_store.key_encryption_key (version, proof) VALUES (%s, %s) ON CONFLICT DO NOTHING"
)
OF_ALL = """
SELECT number, wrapped FROM fhir_store.data_key WHERE purpose = %s AND wrapped IS NOT NULL ORDER BY number DESC LIMIT 1
"""
# Tokens take two keys of one name: whoever makes a version makes it alone. An own number for this lock.
ALONE = "SELECT pg_advisory_xact_lock(7_300_251_187)"
NUMBER = "SELECT nextval('fhir_store.data_key_number')"
ADD_OF_ALL = """
INSERT INTO fhir_store.data_key (number, purpose, wrapped, kek) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""

KEPT_OPEN = "store", "index"


class FileKeys:
    """The key-encryption keys as files of a folder, each read when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[int, KeyEncryptionKey] = {}

    def __call__(self, version: int) -> KeyEncryptionKey:
        if version not in self._read:
            if not path_of(self.folder, version).exists():
                raise KeyLost(version)
            self.make(version)
        return self._read[version]

    def make(self, version: int) -> KeyEncryptionKey:
        key = secret_key(self.folder, path_of(self.folder, version).stem)
        if len(key) != KEY_BYTES:
            raise KeyLost(version)
        self._read[version] = AesKey(key)
        return self._read[version]

    def __getstate__(self) -> dict[str, object]:
        return {"folder": self.folder, "_read": {}}


def path_of(folder: Path, version: int) -> Path:
    """The file of a version of the key-encryption key."""
    return folder / f"record-{version}.key"


class MovingKeys:
    """Keys on their way from one place to another: new versions are made in one, older ones are still in the other."""

    def __init__(self, now: KeyEncryptionKeys, before: KeyEncryptionKeys) -> None:
        self.now = now
        self.before = before

    def __call__(self, version: int) -> KeyEncryptionKey:
        try:
            return self.now(version)
        except KeyLost:
            return self.before(version)

    def make(self, version: int) -> KeyEncryptionKey:
        return self.now.make(version)


def keys_in(places: KeyPlaces) -> KeyEncryptionKeys:
    """The key-encryption keys of an installation. Raises TokenUnusable where they lie in a token and its library is missing."""
    if places.before is None:
        return _keys_in(places.now)
    return MovingKeys(_keys_in(places.now), _keys_in(places.before))


def _keys_in(place: KeyPlace) -> KeyEncryptionKeys:
    if isinstance(place, Path):
        return FileKeys(place)
    try:
        from services.shared.hsm.token_keys import TokenKeys  # an optional dependency
    except ModuleNotFoundError:
        raise BindingMissing(place.address.label) from None
    return TokenKeys(place)


def open_keyring(places: KeyPlaces, database: Database) -> Keyring:
    """The keys of a database whose tables are of this version. Raises KeyLost, TokenUnusable."""
    return keyring_by(keys_in(places), database)


def keyring_by(encryption: KeyEncryptionKeys, database: Database) -> Keyring:
    """The same, however the key-encryption keys are kept."""
    return database.run(lambda connection: keyring_of(encryption, raw_cursor(connection)))


def keyring_of(encryption: KeyEncryptionKeys, cursor: psycopg.Cursor[Any]) -> Keyring:
    """The same in the caller's transaction."""
    version = _proved(cursor, encryption)
    own, index = (_of_all(cursor, encryption, purpose, version) for purpose in KEPT_OPEN)
    return Keyring(encryption, own, index)


def add_version(cursor: psycopg.Cursor[Any], encryption: KeyEncryptionKeys, version: int) -> None:
    """Make a version, unless it is there already, and say in the database that keys may be wrapped by it.

    Raises KeyLost if it does not open what it wraps, before anything is.
    """
    key = encryption.make(version)
    proof = key.wrap(PROVED, _proof_of(version))
    if key.unwrap(proof, _proof_of(version)) != PROVED:
        raise KeyLost(version)
    cursor.execute(ADD_VERSION, (version, proof))


def begin_rotation(cursor: psycopg.Cursor[Any], encryption: KeyEncryptionKeys) -> int:
    """The version to wrap every key by: a new one, or that of a rotation that was cut off."""
    cursor.execute(ALONE)
    versions = [version for version, _ in cursor.execute(VERSIONS).fetchall()]
    if len(versions) > 1:
        return int(versions[-1])
    add_version(cursor, encryption, versions[-1] + 1)
    return int(versions[-1] + 1)


def _proved(cursor: psycopg.Cursor[Any], encryption: KeyEncryptionKeys) -> int:
    """The newest version, once every version in use has proved right. Raises KeyLost."""
    versions = cursor.execute(VERSIONS).fetchall()
    if not versions:
        versions = _first_version(cursor, encryption)
    for version, proof in versions:
        if encryption(version).unwrap(proof, _proof_of(version)) != PROVED:
            raise KeyLost(version)
    return int(versions[-1][0])


def _first_version(cursor: psycopg.Cursor[Any], encryption: KeyEncryptionKeys) -> list[tuple[int, bytes]]:
    cursor.execute(ALONE)
    if not cursor.execute(VERSIONS).fetchall():
        add_version(cursor, encryption, FIRST)
    return cursor.execute(VERSIONS).fetchall()


def _proof_of(version: int) -> bytes:
    return f"key_encryption_key|{version}|proof".encode()


def _of_all(
    cursor: psycopg.Cursor[Any], encryption: KeyEncryptionKeys, purpose: str, version: int
) -> WrappedKey:
    found = cursor.execute(OF_ALL, (purpose,)).fetchone()
    if found is None:
        (number,) = cursor.execute(NUMBER).fetchall()[0]
        made = new_key(encryption, number, version)
        cursor.execute(ADD_OF_ALL, (made.number, purpose, made.wrapped, version))
        # Another program may have been first; then the key is its.
        found = cursor.execute(OF_ALL, (purpose,)).fetchone()
        assert found is not None
    return WrappedKey(*found)
