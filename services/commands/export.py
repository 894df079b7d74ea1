"""``throughcare export``"""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Annotated

import typer
from sqlalchemy import Connection, text

from fhir_store.gate import served
from fhir_store.keyring import Keyring
from fhir_store.read import current_bodies, types_held
from fhir_store.write import instant
from services.access.audit import kinds
from services.commands.failure import CommandFailed
from services.commands.operator import by_operator, log
from services.commands.output import AsJson, say, say_json
from services.commands.progress import progress_bar
from services.settings import Settings, load_settings
from services.shared.database import Database
from services.shared.installation import open_database
from services.shared.record_keys import open_keyring

MANIFEST = "manifest.json"

TOLD_EVERY = 2_000
"""Resources between two looks at the progress bar."""

NOW = text("SELECT now()")

Folder = Annotated[Path, typer.Argument(help="An empty or new folder.")]
Types = Annotated[list[str] | None, typer.Option("--type", help="Only this resource type; may be repeated.")]


def export(folder: Folder, types: Types = None, as_json: AsJson = False) -> None:
    """Write every current resource as Bulk Data NDJSON, one file a type, readable by you alone.

    All is of one moment. The manifest comes last: where there is one, the export is whole.
    """
    if unknown := [one for one in types or () if not served(one)]:
        raise CommandFailed(f"Not a resource type that is held here: {', '.join(unknown)}")
    if folder.exists() and any(folder.iterdir()):
        raise CommandFailed(f"{folder} is not empty. Name a new folder.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = load_settings()
    with open_database(settings) as database, progress_bar("Exporting") as progress:
        _log(settings, database, types)
        started = time.monotonic()
        counts = write_ndjson(
            database,
            open_keyring(settings.key_places, database),
            folder,
            types,
            lambda done, total: progress(done, total, _note(done, time.monotonic() - started)),
        )
    if as_json:
        say_json({"folder": str(folder), "resources": counts})
        return
    for type_, count in counts.items():
        say(f"{count:,} {type_}")
    say(f"Written to {folder}. These files name people: keep them as you keep the record.")


def _log(settings: Settings, database: Database, types: Types) -> None:
    """Before anything leaves: who takes it, and how much there is at this moment."""
    with database.transaction() as connection:
        held = {
            type_: count for type_, count in types_held(connection).items() if types is None or type_ in types
        }
        log(settings, connection, kinds.export(by_operator(), sorted(held), results=sum(held.values())))


def _note(done: int, seconds: float) -> str:
    return f"{done:,} resources, {done / seconds:,.0f}/s"


def write_ndjson(
    database: Database,
    keyring: Keyring,
    folder: Path,
    types: Iterable[str] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, int]:
    """One file a type, all of one moment, and a manifest of them; returns how many of each."""
    with database.snapshot() as connection:
        held = types_held(connection)
        wanted = {one: held[one] for one in sorted(held) if types is None or one in types}
        done = 0
        counts = {}
        for type_ in wanted:
            so_far = _told(current_bodies(connection, keyring, type_), done, sum(wanted.values()), progress)
            counts[type_] = _write(folder / f"{type_}.ndjson", so_far)
            done += counts[type_]
        _write_manifest(connection, folder, counts)
        return counts


def _told(
    bodies: Iterator[str], done: int, total: int, progress: Callable[[int, int], None]
) -> Iterator[str]:
    for count, body in enumerate(bodies, start=done + 1):
        yield body
        if count % TOLD_EVERY == 0:
            progress(count, total)


def _write(path: Path, bodies: Iterable[str]) -> int:
    """Write lines to a file; returns how many."""
    count = 0
    with _appearing(path) as file:
        for body in bodies:
            file.write(one_line(body) + "\n")
            count += 1
    return count


def _write_manifest(connection: Connection, folder: Path, counts: Mapping[str, int]) -> None:
    """What is there, as a Bulk Data server says it; the addresses are file names.

    https://hl7.org/fhir/uv/bulkdata/STU2/export.html#response---complete-status
    """
    moment: datetime = connection.execute(NOW).scalar_one()
    manifest = {
        "transactionTime": instant(moment),
        "request": "$export",
        "requiresAccessToken": False,
        "output": [
            {"type": type_, "url": f"{type_}.ndjson", "count": count} for type_, count in counts.items()
        ],
        "error": [],
    }
    with _appearing(folder / MANIFEST) as file:
        file.write(json.dumps(manifest, indent=2) + "\n")


@contextmanager
def _appearing(path: Path) -> Iterator[IO[str]]:
    """A new file, readable by its owner alone, that appears whole or not at all."""
    part = path.with_suffix(".part")
    opened = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8", newline="") as file:
        yield file
    part.rename(path)


def one_line(body: str) -> str:
    """A JSON text without line breaks: inside JSON strings there are none, so between tokens they mean nothing."""
    return body.replace("\r", " ").replace("\n", " ")
