"""``throughcare demo``"""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import create_engine

from fhir_store.store import Author
from services.access.clients import ClientExists, add_client, issue_token
from services.commands.import_files import load_all
from services.commands.output import say
from services.commands.serve import refuse_taken_port, run_server
from services.demo.examples import examples_folder
from services.exchange.load import source_files
from services.exchange.load.rejects import RejectFile
from services.settings import Settings, load_settings
from services.shared.database import Database
from services.shared.installation import Urls, bring_up_to_date, database_urls, make_demo, wipe_demo

CLIENT = "demo"
SCOPE = "system/*.cruds"

StartOver = Annotated[bool, typer.Option("--start-over", help="Throw the demo's records away first.")]


def demo(start_over: StartOver = False) -> None:
    """Set up and serve the whole product on invented people. Refuses a database that holds real records."""
    settings = _quiet(load_settings())
    refuse_taken_port(settings)
    say("Starting the database ...")
    with database_urls(settings) as urls:
        prepare(urls, settings.facility_zone, start_over=start_over)
        database = Database(urls.server)
        try:
            load_examples(database, settings)
            _welcome(settings, new_token(database))
            run_server(settings, database)
        finally:
            database.close()


def _quiet(settings: Settings) -> Settings:
    """Unless somebody asked for more, nothing scrolls away what the demo says at its start."""
    return (
        settings
        if "log_level" in settings.model_fields_set
        else settings.model_copy(update={"log_level": "WARNING"})
    )


def prepare(urls: Urls, zone: str, *, start_over: bool) -> None:
    """Make the database a demo with up-to-date tables. Raises LiveRecords."""
    owner = create_engine(urls.owner, hide_parameters=True)
    try:
        if start_over:
            with owner.begin() as connection:
                wipe_demo(connection)
        bring_up_to_date(urls, zone)
        with owner.begin() as connection:
            make_demo(connection)
    finally:
        owner.dispose()


def load_examples(database: Database, settings: Settings) -> None:
    """Load the sample records; what is there already stays as it is."""
    rejects = Path(settings.home) / "rejects" / "demo.ndjson"
    with RejectFile(rejects) as reject_file:
        load_all(source_files([examples_folder()]), database, settings, Author("demo-examples"), reject_file)
    assert reject_file.count == 0, "a sample record was refused"


def new_token(database: Database) -> str:
    """A token for trying the FHIR API."""
    try:
        with database.transaction() as connection:
            add_client(connection, CLIENT, SCOPE)
    except ClientExists:
        pass  # a demo started before
    with database.transaction() as connection:
        return issue_token(connection, CLIENT)


def _welcome(settings: Settings, token: str) -> None:
    url = f"http://localhost:{settings.port}"
    say()
    say("Throughcare is running on invented people. Open:")
    say(f"  {url}/           what it is")
    say(f"  {url}/ministry   the cascade dashboard (no sign-in in the demo)")
    say(f"  {url}/docs       the API")
    say("The FHIR API wants a token:")
    say(f'  curl -H "Authorization: Bearer {token}" {url}/fhir/Patient')
    say("Stop with Ctrl-C. Start over with: make demo-reset")
    say()
