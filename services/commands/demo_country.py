"""``throughcare demo-country``"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from services.commands.failure import CommandFailed
from services.commands.output import AsJson, say, say_json
from services.commands.progress import progress_bar
from services.demo.country.calendar import default_end
from services.demo.country.simulation import simulated
from services.demo.country.state import Country
from services.demo.country.truth_files import FOLDER, write_truth
from services.demo.country.writing import OTHER_SOURCE, OTHER_SOURCE_URI, RECORDS, TRUTH, write

Folder = Annotated[Path, typer.Argument(help="An empty folder, or one that is not there yet.")]
People = Annotated[int, typer.Option(min=40, max=20_000, help="People on OAT on the last day.")]
Months = Annotated[int, typer.Option(min=18, max=120, help="Months of records.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same files, byte by byte.")]
End = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The last day, the last of a month. Default: of last month."),
]
Compressed = Annotated[bool, typer.Option("--gzip", help="Write .ndjson.gz.")]


def demo_country(
    folder: Folder,
    people: People = 400,
    months: Months = 24,
    seed: Seed = 1,
    end: End = None,
    compressed: Compressed = False,
    as_json: AsJson = False,
) -> None:
    """Write the records of a country that does not exist, and what is true of it."""
    last = end.date() if end else default_end(datetime.now(UTC))
    _refuse(folder, last)
    country = _made(people, months, seed, last)
    with progress_bar("Writing") as told:
        counts = write(
            country,
            folder,
            compressed=compressed,
            progress=lambda done, of: told(done, of, f"{done:,} resources"),
        )
    with progress_bar("Telling the truth") as told:
        write_truth(
            country,
            folder,
            compressed=compressed,
            progress=lambda done, of: told(done, of, f"{done} of {of} measures"),
        )
    if as_json:
        say_json({"resources": counts, "folder": str(folder), "other_source": OTHER_SOURCE_URI})
    else:
        _tell(folder, counts)


def _refuse(folder: Path, last: date) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandFailed("There is something there already. Give an empty folder or a new one.")
    if (last + timedelta(days=1)).day != 1:
        raise CommandFailed("--end is the last day of a month, for example 2026-06-30.")


def _made(people: int, months: int, seed: int, last: date) -> Country:
    with progress_bar("Living") as told:
        return simulated(
            people, months, seed, last, progress=lambda done, of: told(done, of, f"{done:,} people")
        )


def _tell(folder: Path, counts: dict[str, int]) -> None:
    listed = ", ".join(f"{count:,} {type_}" for type_, count in counts.items())
    say(f"{sum(counts.values()):,} resources of invented people: {listed}.")
    say(f"Load them:   throughcare import {folder / RECORDS}")
    say(f"and apart:   throughcare import {folder / OTHER_SOURCE} --source {OTHER_SOURCE_URI}")
    say(
        f"The cases are in {folder / TRUTH}; whom each measure has to list, and how many, in {folder / FOLDER}."
    )
