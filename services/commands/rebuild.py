"""``throughcare rebuild``"""

from fhir_store.rebuild import rebuild
from services.commands.output import say
from services.commands.progress import progress_bar
from services.settings import load_settings
from services.shared.installation import open_database, store_of
from services.shared.record_keys import open_keyring


def rebuild_all() -> None:
    """Derive the search index, compartments and projections again from the record, which is not touched."""
    settings = load_settings()
    with open_database(settings) as database, progress_bar("Rebuilding") as progress:
        database.ready()
        with database.transaction() as connection:
            count = rebuild(
                connection,
                store_of(settings.facility_zone, open_keyring(settings.key_places, database)),
                lambda done, total: progress(done, total, f"{done:,} of {total:,}"),
            )
    say(f"Rebuilt from {count:,} resources.")
