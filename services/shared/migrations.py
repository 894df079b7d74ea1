"""The schema by Alembic: each package keeps its own branch of migrations, all are applied together.

Migrations run as the role that owns the tables; the server's role owns nothing.
"""

import importlib.util
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import to_tuple
from sqlalchemy import create_engine, text

from fhir_store.walls import SEES_RECORD

PACKAGES = ("fhir_store", "clinical", "services.access")

# Two servers may start at once; the second waits until the first has migrated.
MIGRATION_LOCK = 7_215_031_918


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations))) / "migrations"


def configuration() -> Config:
    """Alembic's configuration, which lives here and in no ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic").replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    folders = "\n".join(str(_folder(package)) for package in PACKAGES)
    config.set_main_option("version_locations", folders.replace("%", "%%"))
    return config


def heads() -> set[str]:
    """The newest revision of every branch: what a ready database says that it has applied.

    One on which another branch depends goes without saying.
    """
    scripts = ScriptDirectory.from_config(configuration())
    depended_on = {
        one for revision in scripts.walk_revisions() for one in to_tuple(revision.dependencies, default=())
    }
    return set(scripts.get_heads()) - depended_on


def migrate(owner_url: str) -> None:
    """Bring the database at ``owner_url`` up to date, all or nothing."""
    engine = create_engine(owner_url, hide_parameters=True)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            connection.execute(text(SEES_RECORD))
            config = configuration()
            config.attributes["connection"] = connection
            command.upgrade(config, "heads")
            connection.execute(text("GRANT SELECT ON public.alembic_version TO throughcare_server"))
    finally:
        engine.dispose()
