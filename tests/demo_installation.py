"""An installation like that of ``throughcare demo``, in a database of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import FastAPI
from serving import free_port

from services.app import create_app
from services.commands.demo import load_examples, prepare
from services.settings import Settings
from services.shared.database import Database
from services.shared.embedded_postgres import EmbeddedPostgres
from services.shared.installation import Urls


@contextmanager
def demo_installation(
    postgres: EmbeddedPostgres, name: str, home: Path, *, examples: bool, pseudo_locale: bool = True
) -> Iterator[FastAPI]:
    """The application of a demo, with or without the sample records and the made-up language.

    It knows the port that it is to be served on: a browser states it with each form.
    """
    postgres.ensure_database(name)
    settings = Settings(
        home=home, language="en", pseudo_locale=pseudo_locale, log_level="ERROR", port=free_port()
    )
    prepare(Urls(postgres.owner_url(name), postgres.server_url(name)), settings, start_over=True)
    database = Database(postgres.server_url(name))
    try:
        if examples:
            load_examples(database, settings)
        yield create_app(settings, database)
    finally:
        database.close()
