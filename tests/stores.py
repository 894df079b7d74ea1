"""The record store of an installation of the tests, opened by its keys."""

from fhir_store.store import Store
from services.settings import Settings
from services.shared.database import Database
from services.shared.installation import store_of
from services.shared.record_keys import open_keyring


def store_on(database: Database, zone: str = "Europe/Podgorica") -> Store:
    """The settings by which records of this database are written, with every projection."""
    return store_of(zone, open_keyring(Settings().key_places, database))
