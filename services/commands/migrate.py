"""``throughcare migrate``"""

from services.commands.output import say
from services.commands.progress import progress_bar
from services.settings import load_settings
from services.shared.installation import bring_up_to_date, database_urls


def migrate_database() -> None:
    """Create or update the tables, as the role that owns them (DATABASE_OWNER_URL), and the search index."""
    settings = load_settings()
    with database_urls(settings) as urls, progress_bar("Indexing") as progress:
        bring_up_to_date(
            urls,
            settings.key_places,
            settings.facility_zone,
            lambda done, total: progress(done, total, f"{done:,} of {total:,}"),
        )
    say("The tables and the search index are up to date.")
