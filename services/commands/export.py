"""``throughcare export``"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from fhir_store.read import current_bodies, types_held
from services.commands.failure import CommandFailed
from services.commands.output import AsJson, say, say_json
from services.settings import load_settings
from services.shared.database import Database
from services.shared.installation import open_database

Folder = Annotated[Path, typer.Argument(help="An empty or new folder.")]


def export(folder: Folder, as_json: AsJson = False) -> None:
    """Write every current resource as Bulk Data NDJSON, one file a type, readable by you alone."""
    if folder.exists() and any(folder.iterdir()):
        raise CommandFailed(f"{folder} is not empty. Name a new folder.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open_database(load_settings()) as database:
        counts = write_ndjson(database, folder)
    if as_json:
        say_json({"folder": str(folder), "resources": counts})
        return
    for type_, count in counts.items():
        say(f"{count:,} {type_}")
    say(f"Written to {folder}. These files name people: keep them as you keep the record.")


def write_ndjson(database: Database, folder: Path) -> dict[str, int]:
    """One file a type, all of one moment; returns how many of each."""
    with database.snapshot() as connection:
        return {
            type_: _write(folder / f"{type_}.ndjson", current_bodies(connection, type_))
            for type_ in types_held(connection)
        }


def _write(path: Path, bodies: Iterable[str]) -> int:
    """Write lines to a file that appears whole or not at all; returns how many."""
    part = path.with_suffix(".part")
    count = 0
    with os.fdopen(
        os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        for body in bodies:
            file.write(one_line(body) + "\n")
            count += 1
    part.rename(path)
    return count


def one_line(body: str) -> str:
    """A JSON text without line breaks: inside JSON strings there are none, so between tokens they mean nothing."""
    return body.replace("\r", " ").replace("\n", " ")
