"""``throughcare demo``"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from sqlalchemy import create_engine

from fhir_store.feed import identity
from fhir_store.store import Author
from services.access.clients import ClientExists, add_client, issue_token
from services.commands.demo_calls import load_calls
from services.commands.demo_lately import bring_up_to_today
from services.commands.failure import CommandFailed
from services.commands.import_files import load_all
from services.commands.output import say
from services.commands.progress import progress_bar
from services.commands.serve import refuse_taken_port, run_server
from services.custody.held import facilities_that_hold
from services.demo.accounts import keep_accounts
from services.demo.country.calendar import default_end
from services.demo.country.simulation import simulated
from services.demo.country.writing import LATER, OTHER_SOURCE, OTHER_SOURCE_URI, RECORDS, write
from services.demo.examples import examples_folder
from services.exchange.load import source_files
from services.exchange.load.rejects import RejectFile
from services.settings import Settings, load_settings
from services.shared.database import Database
from services.shared.installation import Urls, bring_up_to_date, database_urls, make_demo, wipe_demo

CLIENT = "demo"
SCOPE = "system/*.cruds"

COUNTRY = "demo-country"
LEAST_PEOPLE = 40

StartOver = Annotated[bool, typer.Option("--start-over", help="Throw the demo's records away first.")]
People = Annotated[
    int,
    typer.Option(
        min=0,
        max=20_000,
        help="People on OAT in the invented country. 0: no country, the sample records alone.",
    ),
]


def demo(start_over: StartOver = False, people: People = 400) -> None:
    """Set up and serve the whole product on invented people. Refuses a database that holds real records."""
    settings = _quiet(load_settings())
    refuse_taken_port(settings)
    say("Starting the database ...")
    with database_urls(settings) as urls:
        prepare(urls, settings, start_over=start_over)
        database = Database(urls.server)
        try:
            if people:
                load_country(database, settings, max(people, LEAST_PEOPLE))
            else:
                load_examples(database, settings)
            load_calls(database, settings, datetime.now(UTC))
            load_accounts(database, datetime.now(UTC))
            bring_up_to_today(database, settings, datetime.now(UTC))
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


def prepare(urls: Urls, settings: Settings, *, start_over: bool) -> None:
    """Make the database a demo with up-to-date tables. Raises LiveRecords."""
    owner = create_engine(urls.owner, hide_parameters=True)
    try:
        if start_over:
            with owner.begin() as connection:
                wipe_demo(connection)
        bring_up_to_date(urls, settings.key_places, settings.facility_zone)
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


def load_country(database: Database, settings: Settings, people: int) -> None:
    """Make the invented country and load it, once for each database."""
    marker = Path(settings.home) / f"{COUNTRY}.loaded"
    with database.transaction() as connection:
        store = identity(connection)
    if marker.exists() and marker.read_text(encoding="utf-8") == store:
        return
    say("Making a country that does not exist ...")
    with TemporaryDirectory(dir=settings.home) as folder:
        _write_country(Path(folder), people)
        rejects = Path(settings.home) / "rejects" / f"{COUNTRY}.ndjson"
        with RejectFile(rejects) as reject_file:
            for files, source in _in_turn(Path(folder)):
                author = Author(COUNTRY, source=source, keeps_times=True)
                load_all(
                    files, database, settings, author, reject_file, in_order=files[0].parent.name == LATER
                )
        if reject_file.count:
            raise CommandFailed(
                "This demo holds other records under the same ids. Start it over: make demo-reset"
            )
    marker.write_text(store, encoding="utf-8")


def _in_turn(folder: Path) -> Iterator[tuple[list[Path], str | None]]:
    """The files in the order in which they must be loaded, each with its source: what was written again last."""
    for part, source in ((RECORDS, None), (OTHER_SOURCE, OTHER_SOURCE_URI)):
        files = source_files([folder / part])
        for later in (False, True):
            if chosen := [file for file in files if (file.parent.name == LATER) == later]:
                yield chosen, source


def _write_country(folder: Path, people: int) -> None:
    last = default_end(datetime.now(UTC))
    with progress_bar("Living") as told:
        country = simulated(
            people, months_shown(last), 1, last, progress=lambda done, of: told(done, of, f"{done:,} people")
        )
    with progress_bar("Writing") as told:
        write(country, folder, progress=lambda done, of: told(done, of, f"{done:,} resources"))


def months_shown(last: date) -> int:
    """From the first of January of the year before the last whole one: so that two whole years are there to compare."""
    return 24 + last.month % 12


def load_accounts(database: Database, at: datetime) -> None:
    """Make somebody to be for each role, at the prison that holds most people."""
    with database.cursor() as cursor:
        facility = next(iter(facilities_that_hold(cursor)), None)
    with database.transaction() as connection:
        keep_accounts(connection, facility, at)


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
    say(f"  {url}/demo       be a nurse, doctor, guard, auditor, ... with one tap")
    say(f"  {url}/ministry   the cascade dashboard (no sign-in in the demo)")
    say(
        f"  {url}/custody    the movement list that custody sees; {url}/custody/inference what the medical lead sees of it"
    )
    say(f"  {url}/docs       the API")
    say("The FHIR API wants a token:")
    say(f'  curl -H "Authorization: Bearer {token}" {url}/fhir/Patient')
    say("Stop with Ctrl-C. Start over with: make demo-reset")
    say()
