"""``throughcare key``: the keys that the record is sealed with."""

from pathlib import Path
from typing import Annotated

import psycopg
import typer
from sqlalchemy import Connection

from fhir_store.key_encryption import KeyEncryptionKeys
from fhir_store.rebuild import HOLD_WRITERS, rebuild
from fhir_store.rotation import progress_of, renew_index_key, retire, rewrap_batch
from fhir_store.write import raw_cursor
from services.commands.output import say
from services.commands.progress import Report, progress_bar
from services.settings import load_settings
from services.shared.database import Database
from services.shared.installation import open_as_owner, store_of
from services.shared.key_places import KeyPlace
from services.shared.record_keys import begin_rotation, keyring_of, keys_in, open_keyring, path_of

app = typer.Typer(help="Change the keys that the record is sealed with.", no_args_is_help=True)

Index = Annotated[
    bool,
    typer.Option(
        "--index",
        help="Change the key of the search index instead, and derive the index again. Stop the server before.",
    ),
]


@app.command("rotate")
def rotate(index: Index = False) -> None:
    """Encrypt every key by a new key in RECORD_KEYS. Cut off, it goes on where it stopped when run again."""
    settings = load_settings()
    with open_as_owner(settings) as database, progress_bar("Rotating") as progress:
        open_keyring(settings.key_places, database)
        keys = keys_in(settings.key_places)
        if index:
            _new_index_key(database, keys, settings.facility_zone, progress)
            say("The search index is derived by a new key. Start the server again.")
            return
        version = database.run(lambda connection: begin_rotation(raw_cursor(connection), keys))
        rewrap_all(database, keys, version, progress)
    say(_advice(settings.key_places.now, version))
    say("The older key opens nothing any more but backups made until now: keep it with them, or destroy it.")
    if settings.key_places.before:
        say("Take RECORD_KEYS_BEFORE out of the settings: nothing is needed from there any more.")


def _advice(place: KeyPlace, version: int) -> str:
    if isinstance(place, Path):
        return (
            f"Every key is encrypted by {path_of(place, version).name} from here on. Back that file up now, apart from the "
            "database."
        )
    return (
        f"Every key is encrypted by {place.label(version)} in the token {place.address.label} from here on. Have the token "
        "backed up now as its vendor provides: whoever loses it loses the record."
    )


def rewrap_all(database: Database, keys: KeyEncryptionKeys, version: int, progress: Report) -> None:
    """Wrap every key by a version, each batch by a transaction of its own, and forget the versions before it."""
    while True:
        while database.run(lambda connection: rewrap_batch(raw_cursor(connection), keys, version)):
            with database.transaction() as connection:
                done, total = progress_of(raw_cursor(connection), version)
            progress(done, total, f"{done:,} of {total:,} keys")
        try:
            database.run(lambda connection: retire(raw_cursor(connection), version))
        except psycopg.errors.ForeignKeyViolation:
            continue  # a running server made a key meanwhile
        return


def _new_index_key(database: Database, keys: KeyEncryptionKeys, zone: str, progress: Report) -> None:
    def work(connection: Connection) -> None:
        connection.execute(HOLD_WRITERS)
        renew_index_key(raw_cursor(connection), keys)
        store = store_of(zone, keyring_of(keys, raw_cursor(connection)))
        rebuild(connection, store, lambda done, total: progress(done, total, f"{done:,} of {total:,}"))

    database.run(work)
