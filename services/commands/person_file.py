"""``throughcare person file``: the file that a person has a right to."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import typer

from fhir_store.walls import Wall
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Circumstances, Subjects
from services.access.audit.log.audit_log import AuditLog
from services.access.decision import Actor, Purpose, actor_of_person
from services.access.decision.one_by_one import treating
from services.access.people.grants import person_with
from services.access.roles.types import OWN_FILE
from services.clinic.own_file import PURPOSE, PersonsFile, Sources, persons_file
from services.clinic.own_file_page import taken
from services.clinic.own_file_sheet import own_file_sheet
from services.clinic.permitted import may_make
from services.commands.acting_person import By, acting
from services.commands.failure import CommandFailed
from services.commands.output import say
from services.commands.progress import Report, progress_bar
from services.settings import Settings, load_settings
from services.shared.database import Database
from services.shared.formats import fhir_dates_in
from services.shared.installation import installed_law, is_demo
from services.shared.languages import current_language
from services.shared.record_keys import open_keyring

TOLD_EVERY = 500
"""Records between two looks at the progress bar."""

NOT_TO_YOU = (
    "Nobody of that id is in your care, or your role does not give people their file. "
    "It takes a doctor or medical lead of a facility that treats the person."
)

Patient = Annotated[str, typer.Argument(help="The id of the person's Patient")]
Folder = Annotated[
    Path, typer.Option("--to", help="A new folder, which appears whole or not at all, for you alone.")
]
ReadOver = Annotated[
    bool, typer.Option("--read-over", help="You have read what is in words before: do not ask.")
]


def file(patient: Patient, to: Folder, by: By, read_over: ReadOver = False) -> None:
    """Write the whole file of a person, for them: FHIR, and a PDF whose cover shows the number alone.

    It has all that is recorded and who looked; other people's names are taken out. What somebody wrote in words is printed
    first, to be read over. It is logged before the files appear.
    """
    settings = load_settings()
    id_ = patient.removeprefix("Patient/")
    with acting(by) as (opened, account), _appearing(to) as folder:
        database = opened.database.behind(Wall.RECORD)
        made, at = _written(settings, database, account, id_, opened.now, folder)
        _have_read(made, ZoneInfo(settings.facility_zone), read_over)
        audit = AuditLog(database, settings.home)
        database.run(lambda c: audit.record_write(raw_cursor(c), [taken(at, id_, made)]))
    say(
        f"{made.count:,} records in {to}: record.json and record.pdf. Hand them to the person, and keep no copy."
    )


def _written(
    settings: Settings, database: Database, account: UUID, id_: str, at: datetime, folder: Path
) -> tuple[PersonsFile, Circumstances]:
    """The file, in the folder, and as whom it was made. Raises CommandFailed."""
    zone = ZoneInfo(settings.facility_zone)
    audit = AuditLog(database, settings.home)
    with (
        database.snapshot() as connection,
        progress_bar("Reading") as progress,
        _new(folder / "record.json") as written,
    ):
        actor = actor_of_person(person_with(connection, account, at), at, Purpose.TREATMENT)
        cursor = raw_cursor(connection)
        facilities = treating(cursor, actor, id_, at.astimezone(zone).date())
        circumstances = _circumstances(actor, facilities, at)
        if not may_make(actor, id_, facilities, OWN_FILE):
            _refuse(database, audit, circumstances, id_)
        law = installed_law(settings, demo=is_demo(connection))
        keyring = open_keyring(settings.key_places, database)
        sources = Sources(connection, cursor, keyring, audit.keys.subject, law, zone)
        total = _count(cursor, id_)
        made = persons_file(sources, id_, written, lambda done: _tell(progress, done, total))
    with _new(folder / "record.pdf") as paper:
        paper.buffer.write(own_file_sheet(made, zone, current_language()))
    return made, circumstances


def _circumstances(actor: Actor, facilities: list[str], at: datetime) -> Circumstances:
    held = [one for one in actor.held if one.facilities & set(facilities)]
    role = held[0].role.code if held else None
    who = kinds.Actor("account", actor.name, role)
    return Circumstances(who, at, PURPOSE, facilities[0] if facilities else None)


def _refuse(database: Database, audit: AuditLog, at: Circumstances, id_: str) -> None:
    """Raises CommandFailed: somebody who is not there and somebody not in care look alike."""
    about = Subjects([f"Patient/{id_}"])
    refusal = kinds.refusal(at, "read", "Patient", "role", about)
    database.run(lambda connection: audit.record_write(raw_cursor(connection), [refusal]))
    raise CommandFailed(NOT_TO_YOU)


def _have_read(made: PersonsFile, zone: ZoneInfo, read_over: bool) -> None:
    """List what is to be read first, and ask. Raises CommandFailed if it was not."""
    if not made.to_read_over:
        return
    fhir_date = fhir_dates_in(zone)
    say("Read this first. It may name somebody else, or harm somebody:")
    for line in made.to_read_over:
        when = fhir_date(line.when) if line.when else "no date"
        say(f"{when}  {line.type}  {line.text}".rstrip())
        for words in line.words:
            say(f"    {words}")
    if not read_over and not typer.confirm("Have you read it, and is it to be handed out?", err=True):
        raise CommandFailed(
            "Nothing was written. Talk about it with the person, or correct it, then try again."
        )


def _count(cursor: psycopg.Cursor[Any], id_: str) -> int:
    """About how many records there will be: what they refer to comes besides."""
    cursor.execute("SELECT count(*) FROM fhir_store.compartment WHERE patient = %s", (id_,))
    ((count,),) = cursor.fetchall()
    return int(count)


def _tell(progress: Report, done: int, total: int) -> None:
    if done % TOLD_EVERY == 0:
        progress(done, max(done, total), f"{done:,} records")


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """A new folder that appears whole, under its name, or not at all. Raises CommandFailed if something is there."""
    if folder.exists() or folder.is_symlink():
        raise CommandFailed(f"{folder} is there already. Name a new folder.")
    if not folder.parent.is_dir():
        raise CommandFailed(f"{folder.parent} is no folder. Make it first, or name another place.")
    part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        yield part
        # A folder replaces an empty one at most, so what somebody put there meanwhile stays.
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _new(path: Path) -> Iterator[TextIOWrapper]:
    """A new file, for its owner alone."""
    opened = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8", newline="") as file:
        yield file
