"""``throughcare migrate``"""

from services.commands.output import say
from services.settings import load_settings
from services.shared.installation import database_urls
from services.shared.migrations import migrate


def migrate_database() -> None:
    """Create or update the tables, as the role that owns them (DATABASE_OWNER_URL)."""
    with database_urls(load_settings()) as urls:
        migrate(urls.owner)
    say("The tables are up to date.")
